"""What came in from outside: events stored once, what could not be read, and alarms for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from dialer.storage import attempts
from dialer.storage.attempts import LOCK_WITH_CASE, Attempt
from dialer.storage.personal_columns import NO_NUMBER, is_gone
from dialer.storage.tables import alarms, call_events, quarantine


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """What a callback tells. `key` is equal for a repeated delivery of the same event of the same attempt."""

    key: str
    kind: str
    at: datetime
    payload: Mapping[str, str]


_AGAIN = {"repeats": call_events.c.repeats + 1}
_STORE = (
    sqlite.insert(call_events)
    .on_conflict_do_update(index_elements=["key"], set_=_AGAIN)
    .returning(call_events.c.repeats)
)

# PostgreSQL locks the attempt and keeps its event in one go: every question to it is a journey
_LOCKED = LOCK_WITH_CASE.cte("locked")
_EVENT = {
    "attempt_id": _LOCKED.c.id,
    "key": sa.cast(_LOCKED.c.id, sa.Text) + sa.literal(":") + sa.bindparam("key", type_=sa.Text),
    "kind": sa.bindparam("kind", type_=sa.Text),
    "received_at": sa.bindparam("at", type_=call_events.c.received_at.type),
    "payload": sa.case(
        (_LOCKED.c.to_e164.startswith(NO_NUMBER), sa.cast(sa.literal("{}", sa.Text), sa.JSON)),
        else_=sa.bindparam("payload", type_=sa.JSON),
    ),
}
_STORED = (
    postgresql.insert(call_events)
    .from_select(list(_EVENT), sa.select(*_EVENT.values()))
    .on_conflict_do_update(index_elements=["key"], set_=_AGAIN)
    .returning(call_events.c.repeats)
    .cte("stored")
)
_RECEIVE = sa.select(*_LOCKED.c, _STORED.c.repeats).join_from(_LOCKED, _STORED, sa.true())


def receive(tx: sa.Connection, token: str, event: NewEvent) -> tuple[Attempt, bool] | None:
    """Lock the attempt a callback URL belongs to, and its case, and keep the event.

    False beside the attempt when this event is stored already; None when no attempt has this token. Of somebody erased
    the payload is not kept: nothing comes back by a late callback.
    """
    if tx.dialect.name == "postgresql":
        said = {"key": event.key, "kind": event.kind, "at": event.at, "payload": dict(event.payload)}
        row = tx.execute(_RECEIVE, {"wanted": token, **said}).one_or_none()
        return (attempts.with_case(row), row.repeats == 0) if row else None
    attempt = attempts.lock_with_case(tx, token)
    if attempt is None:
        return None
    # one key for each attempt: what is sent to a wrong address must not pass for the news of the right one
    payload = {} if is_gone(attempt.to) else dict(event.payload)
    kept = {"attempt_id": attempt.id, "key": f"{attempt.id}:{event.key}", "payload": payload}
    repeats = tx.execute(_STORE, {**kept, "kind": event.kind, "received_at": event.at}).scalar_one()
    return attempt, repeats == 0


def put_aside(tx: sa.Connection, *, at: datetime, path: str, reason: str, body: str) -> None:
    """Keep what could not be read, for a person to look at."""
    tx.execute(quarantine.insert().values(received_at=at, path=path, reason=reason, body=body))


def store_alarm(
    tx: sa.Connection, *, at: datetime, kind: str, text: str, case_id: int | None = None, attempt_id: int | None = None
) -> None:
    """Leave a line that a supervisor must see."""
    tx.execute(alarms.insert().values(at=at, kind=kind, text=text, case_id=case_id, attempt_id=attempt_id))


def is_told(tx: sa.Connection, kind: str, attempt_id: int) -> bool:
    """True when there is an alarm of that kind about the attempt."""
    query = sa.select(alarms.c.id).where(alarms.c.attempt_id == attempt_id, alarms.c.kind == kind).limit(1)
    return tx.execute(query).scalar() is not None


def is_told_within(tx: sa.Connection, kind: str, case_id: int, *, after: datetime, until: datetime) -> bool:
    """True when there is an alarm of that kind about the case with `after < at <= until`."""
    wanted = (alarms.c.at > after, alarms.c.at <= until, alarms.c.case_id == case_id, alarms.c.kind == kind)
    return tx.execute(sa.select(alarms.c.id).where(*wanted).limit(1)).scalar() is not None


def recent_alarms(tx: sa.Connection, *, limit: int = 50) -> Sequence[Any]:
    """The newest alarms (at, kind, text, case_id, attempt_id), newest first."""
    return tx.execute(sa.select(alarms).order_by(alarms.c.id.desc()).limit(limit)).all()
