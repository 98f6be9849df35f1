"""The lock that comes first: whoever changes a case's papers or its outbox holds the case before anything of it."""

from __future__ import annotations

import sqlalchemy as sa

from dialer.storage.tables import cases

_LOCK = sa.select(cases.c.id).where(cases.c.id == sa.bindparam("case_id")).with_for_update()


def lock_case(tx: sa.Connection, case_id: int) -> None:
    """Keep other writers away from the case until the transaction ends.

    In a statement of its own: the next one sees what others have written while this one waited for them.
    """
    if tx.dialect.name == "postgresql":  # SQLite's writers are alone anyway
        tx.execute(_LOCK, {"case_id": case_id})
