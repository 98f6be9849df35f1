"""A standby takes over: what was confirmed is still there, and the program finds the new server by itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import sqlalchemy as sa

from dialer.storage import inbox
from dialer.storage.database import Database
from tests.chaos.postgres_pair import Pair

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def note(db: Database, kind: str) -> None:
    with db.write() as tx:
        inbox.store_alarm(tx, at=NOW, kind=kind, text="a line for the supervisor")


def test_a_standby_is_not_ready(pair: Pair) -> None:
    db = Database(pair.url)
    db.upgrade()
    assert db.unready() is None
    standby = Database(f"postgresql+psycopg://postgres@127.0.0.1:{pair.ports[1 - pair.primary]}/postgres")
    assert standby.unready() == "takes no writes"
    standby.close()
    db.close()


def test_what_was_confirmed_outlives_the_server_and_the_program_goes_on(pair: Pair) -> None:
    db = Database(pair.url)
    db.upgrade()
    note(db, "before")
    pair.fail_over()
    # the first use of each old connection fails; whoever tries again is with the new server
    with suppress(sa.exc.OperationalError):
        note(db, "lost")
    assert db.losses > 0
    note(db, "after")
    with db.read() as tx:
        kinds = {alarm.kind for alarm in inbox.recent_alarms(tx, limit=10)}
    assert kinds == {"before", "after"}
    db.close()
