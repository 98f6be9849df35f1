"""What people noted about a case for the gate: set, standing, lifted."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from dialer.core.case import MarkKind
from dialer.core.marks import Mark
from dialer.storage.tables import marks


def set_mark(tx: sa.Connection, case_id: int, mark: Mark, *, actor: str, at: datetime) -> None:
    """Note it. The standing mark of the same kind gives way; a wish stands beside other wishes."""
    _lift(tx, case_id, mark.kind, marks.c.text.is_not_distinct_from(mark.text), actor=actor, at=at)
    tx.execute(
        marks.insert().values(
            case_id=case_id,
            kind=mark.kind,
            given_at=mark.given_at,
            until=mark.until,
            text=mark.text,
            set_by=actor,
            set_at=at,
        )
    )


def lift_mark(tx: sa.Connection, case_id: int, kind: MarkKind, *, actor: str, at: datetime) -> int:
    """Take back every standing mark of that kind; how many there were."""
    return _lift(tx, case_id, kind, actor=actor, at=at)


def of_case(tx: sa.Connection, case_id: int) -> tuple[Mark, ...]:
    """The marks that nobody has lifted, in the order in which they were set."""
    standing = sa.select(marks).where(marks.c.case_id == case_id, marks.c.lifted_at.is_(None)).order_by(marks.c.id)
    return tuple(
        Mark(kind=MarkKind(row.kind), given_at=row.given_at, until=row.until, text=row.text)
        for row in tx.execute(standing)
    )


def _lift(
    tx: sa.Connection, case_id: int, kind: MarkKind, *which: sa.ColumnElement[bool], actor: str, at: datetime
) -> int:
    standing = (marks.c.case_id == case_id, marks.c.kind == kind, marks.c.lifted_at.is_(None), *which)
    return tx.execute(marks.update().where(*standing).values(lifted_at=at, lifted_by=actor)).rowcount
