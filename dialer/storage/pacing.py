"""Calls per second, paced for every worker together by one row per carrier account (GCRA)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from dialer.storage.tables import accounts

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """Dialling stands still on this account; `until` (UTC) None = until a person resumes it."""

    reason: str
    until: datetime | None


def ensure_account(tx: sa.Connection, sid: str) -> None:
    """Make sure that the account's row exists."""
    if tx.execute(sa.select(accounts.c.sid).where(accounts.c.sid == sid)).scalar() is None:
        insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
        # another process that starts at this moment may be first
        tx.execute(insert(accounts).values(sid=sid, next_start_us=0).on_conflict_do_nothing())


def take_slot(tx: sa.Connection, sid: str, *, now: datetime, calls_per_second: float) -> datetime:
    """Reserve the next call start of the account and return its instant (UTC): now, or later if others are ahead.

    One statement on one row, held for its own length only: nobody waits for the carrier with the row locked.
    """
    now_us = (now - EPOCH) // _MICROSECOND
    interval_us = ceil(1_000_000 / calls_per_second)
    start = sa.case((accounts.c.next_start_us > now_us, accounts.c.next_start_us), else_=now_us)
    update = accounts.update().where(accounts.c.sid == sid).values(next_start_us=start + interval_us)
    after = tx.execute(update.returning(accounts.c.next_start_us)).scalar_one()
    return EPOCH + timedelta(microseconds=after - interval_us)


def pause(tx: sa.Connection, sid: str, *, reason: str, until: datetime | None) -> None:
    """Stop dialling on the account."""
    tx.execute(accounts.update().where(accounts.c.sid == sid).values(paused_reason=reason, paused_until=until))


def resume(tx: sa.Connection, sid: str) -> None:
    """Let dialling go on."""
    tx.execute(accounts.update().where(accounts.c.sid == sid).values(paused_reason=None, paused_until=None))


def paused(tx: sa.Connection, sid: str, *, now: datetime) -> Pause | None:
    """Why and until when dialling stands still, None when it does not."""
    row = tx.execute(sa.select(accounts).where(accounts.c.sid == sid)).one_or_none()
    if row is None or row.paused_reason is None or (row.paused_until and row.paused_until <= now):
        return None
    return Pause(reason=row.paused_reason, until=row.paused_until)
