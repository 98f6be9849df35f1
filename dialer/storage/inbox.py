"""What came in from outside: events stored once, what could not be read, and alarms for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from dialer.storage.tables import alarms, call_events, quarantine

# one statement, where a savepoint around it would take three: this is done for every callback
_ONCE = {
    dialect: insert(call_events)
    .on_conflict_do_update(index_elements=["key"], set_={"repeats": call_events.c.repeats + 1})
    .returning(call_events.c.repeats)
    for dialect, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}


def store_event(
    tx: sa.Connection, *, attempt_id: int, key: str, kind: str, at: datetime, payload: Mapping[str, Any]
) -> bool:
    """Keep a callback event; False, and it is only counted, when this event is stored already."""
    row = {"attempt_id": attempt_id, "key": key, "kind": kind, "received_at": at, "payload": dict(payload)}
    return bool(tx.execute(_ONCE[tx.dialect.name], row).scalar_one() == 0)


def put_aside(tx: sa.Connection, *, at: datetime, path: str, reason: str, body: str) -> None:
    """Keep what could not be read, for a person to look at."""
    tx.execute(quarantine.insert().values(received_at=at, path=path, reason=reason, body=body))


def store_alarm(
    tx: sa.Connection, *, at: datetime, kind: str, text: str, case_id: int | None = None, attempt_id: int | None = None
) -> None:
    """Leave a line that a supervisor must see."""
    tx.execute(alarms.insert().values(at=at, kind=kind, text=text, case_id=case_id, attempt_id=attempt_id))


def recent_alarms(tx: sa.Connection, *, limit: int = 50) -> Sequence[Any]:
    """The newest alarms (at, kind, text, case_id, attempt_id), newest first."""
    return tx.execute(sa.select(alarms).order_by(alarms.c.id.desc()).limit(limit)).all()
