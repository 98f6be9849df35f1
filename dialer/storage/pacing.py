"""What all workers of a carrier account share: calls per second (GCRA), a person's pause, and the circuit breaker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import sqlalchemy as sa

from dialer.storage.new_row import insert_new
from dialer.storage.tables import accounts, carrier_requests

FARTHEST = timedelta(minutes=30)
WORKERS = 200
"""No call start is promised for later than this, or than so many workers may have to wait for each other: one that
seems to be was promised by a clock that has been set back since."""

LONGEST_REST = timedelta(hours=1)
"""Nor does the circuit breaker wait longer than that."""

LONGEST_QUEUE = timedelta(hours=24)
"""The carrier keeps no call waiting for longer, so that no rest which its queue asks for ends later."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
PRUNED_AT_ONCE = 1000
"""So many old requests are forgotten in one transaction."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Dialling stands still on this account; `until` (UTC) None = until a person resumes it."""

    reason: str
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        """False once it is over, and when it would last longer than any rest does: a clock that was wrong began it."""
        return self.until is None or now < self.until <= now + LONGEST_QUEUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """The open circuit: nobody asks the carrier before `until` (UTC), then the one attempt `probe_id` alone may."""

    until: datetime
    wait: timedelta
    reason: str
    probe_id: int | None
    failures_in_row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the account's row says of dialling."""

    paused: Pause | None
    circuit: Circuit | None
    failures_in_row: int

    def pause(self, now: datetime, *, attempt_id: int | None = None) -> Pause | None:
        """Why and until when dialling stands still, None when it does not.

        Once the wait of an open circuit is over, it does not for those who may yet take the probe. With `attempt_id`,
        an attempt that is about to be sent: while the circuit is open, that is the probe or nothing.
        """
        if self.paused is not None and self.paused.holds(now):
            return self.paused
        circuit = self.circuit
        if circuit is None or (attempt_id is not None and circuit.probe_id == attempt_id):
            return None
        if attempt_id is None and not now < circuit.until <= now + LONGEST_REST:
            return None
        return Pause(reason=circuit.reason, until=circuit.until)


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests for calls in the time watched; `in_a_row` failed without one between them that did not."""

    asked: int
    failed: int
    in_a_row: int


def ensure_account(tx: sa.Connection, sid: str) -> None:
    """Make sure that the account's row exists."""
    if tx.execute(sa.select(accounts.c.sid).where(accounts.c.sid == sid)).scalar() is None:
        # another process that starts at this moment may be first
        tx.execute(insert_new(tx, accounts).values(sid=sid, next_start_us=0))


_ACCOUNT = sa.select(accounts).where(accounts.c.sid == sa.bindparam("sid"))
_TAKE_SLOT = (
    accounts.update()
    .where(accounts.c.sid == sa.bindparam("account"))
    .values(
        next_start_us=sa.bindparam("interval", type_=sa.BigInteger)
        + sa.case(
            (
                accounts.c.next_start_us.between(sa.bindparam("now"), sa.bindparam("farthest")),
                accounts.c.next_start_us,
            ),
            else_=sa.bindparam("now"),
        )
    )
    .returning(accounts.c.next_start_us)
)


def account(tx: sa.Connection, sid: str) -> Account:
    """Whether the account may dial at all; one that nobody knows yet may."""
    row = tx.execute(_ACCOUNT, {"sid": sid}).one_or_none()
    if row is None:
        return Account(paused=None, circuit=None, failures_in_row=0)
    paused = None if row.paused_reason is None else Pause(reason=row.paused_reason, until=row.paused_until)
    return Account(paused=paused, circuit=_circuit(row), failures_in_row=row.failures_in_row)


def take_slot(tx: sa.Connection, sid: str, *, now: datetime, calls_per_second: float) -> datetime:
    """Reserve the next call start of the account and return its instant (UTC): now, or later if others are ahead.

    One statement on one row, held for its own length only: nobody waits for the carrier with the row locked.
    """
    now_us = (now - EPOCH) // _MICROSECOND
    interval_us = ceil(1_000_000 / calls_per_second)
    farthest_us = now_us + max(FARTHEST // _MICROSECOND, WORKERS * interval_us)
    values = {"account": sid, "interval": interval_us, "now": now_us, "farthest": farthest_us}
    after = tx.execute(_TAKE_SLOT, values).scalar_one()
    return EPOCH + timedelta(microseconds=after - interval_us)


def ahead(tx: sa.Connection, sid: str, *, now: datetime) -> timedelta:
    """How far call starts are promised into the future."""
    next_us = tx.execute(sa.select(accounts.c.next_start_us).where(accounts.c.sid == sid)).scalar_one()
    return max(EPOCH + timedelta(microseconds=next_us) - now, timedelta())


def pause(tx: sa.Connection, sid: str, *, reason: str, until: datetime | None) -> None:
    """Stop dialling on the account."""
    tx.execute(accounts.update().where(accounts.c.sid == sid).values(paused_reason=reason, paused_until=until))


def rest(tx: sa.Connection, sid: str, *, reason: str, until: datetime) -> None:
    """Stop dialling on the account until then, unless it stands still for longer: a person's stop has no end."""
    shorter = sa.or_(accounts.c.paused_reason.is_(None), accounts.c.paused_until < until, _too_long(until))
    mine = accounts.update().where(accounts.c.sid == sid, shorter)
    tx.execute(mine.values(paused_reason=reason, paused_until=until))


def forget_wrong_rest(tx: sa.Connection, sid: str, *, now: datetime) -> None:
    """A rest that does not hold since it would last too long must not hold on its last day either."""
    tx.execute(
        accounts.update().where(accounts.c.sid == sid, _too_long(now)).values(paused_reason=None, paused_until=None)
    )


def _too_long(now: datetime) -> sa.ColumnElement[bool]:
    return accounts.c.paused_until > now + LONGEST_QUEUE


def resume(tx: sa.Connection, sid: str) -> None:
    """Let dialling go on, whoever or whatever has stopped it."""
    tx.execute(accounts.update().where(accounts.c.sid == sid).values(paused_reason=None, paused_until=None, **_CLOSED))
    _forget_requests(tx, sid)


def paused(tx: sa.Connection, sid: str, *, now: datetime) -> Pause | None:
    """Why and until when dialling stands still, None when it does not."""
    return account(tx, sid).pause(now)


# --- the circuit breaker ---------------------------------------------------------------------------------------------

_CLOSED = {
    "circuit_until": None,
    "circuit_wait_s": None,
    "circuit_reason": None,
    "circuit_probe_id": None,
    "failures_in_row": 0,
}


def circuit(tx: sa.Connection, sid: str) -> Circuit | None:
    """The circuit of the account while it is open, None when it is closed."""
    return account(tx, sid).circuit


def _circuit(row: Any) -> Circuit | None:
    if row.circuit_until is None:
        return None
    return Circuit(
        until=row.circuit_until,
        wait=timedelta(seconds=row.circuit_wait_s),
        reason=row.circuit_reason,
        probe_id=row.circuit_probe_id,
        failures_in_row=row.failures_in_row,
    )


def open_circuit(tx: sa.Connection, sid: str, *, until: datetime, wait: timedelta, reason: str) -> bool:
    """Open the circuit; False when somebody else has done so before."""
    closed = (accounts.c.sid == sid, accounts.c.circuit_until.is_(None))
    return _change(tx, closed, circuit_until=until, circuit_wait_s=_whole(wait), circuit_reason=reason)


def take_probe(tx: sa.Connection, sid: str, *, attempt_id: int, now: datetime, until: datetime) -> bool:
    """Claim the one try for this attempt; False when another has it. A claim nobody reports on ends at `until`."""
    over = sa.or_(accounts.c.circuit_until <= now, accounts.c.circuit_until > now + LONGEST_REST)
    return _change(tx, (accounts.c.sid == sid, over), circuit_probe_id=attempt_id, circuit_until=until)


def give_probe_back(tx: sa.Connection, sid: str, *, attempt_id: int, now: datetime) -> bool:
    """The attempt was never sent: the next one may try at once. False when the probe was not its."""
    return _change(tx, _probe(sid, attempt_id), circuit_probe_id=None, circuit_until=now)


def reopen(tx: sa.Connection, sid: str, *, attempt_id: int, until: datetime, wait: timedelta, reason: str) -> bool:
    """The probe has failed. False when the probe was not this attempt's."""
    later = {"circuit_until": until, "circuit_wait_s": _whole(wait), "circuit_reason": reason}
    return _change(tx, _probe(sid, attempt_id), circuit_probe_id=None, **later)


def close_circuit(tx: sa.Connection, sid: str, *, attempt_id: int) -> bool:
    """The probe went well. False when the probe was not this attempt's."""
    closed = _change(tx, _probe(sid, attempt_id), **_CLOSED)
    if closed:
        _forget_requests(tx, sid)
    return closed


_NOTE_REQUEST = carrier_requests.insert().inline()
_OLD_REQUESTS = (
    sa.select(carrier_requests.c.id)
    .where(carrier_requests.c.sid == sa.bindparam("sid"), carrier_requests.c.at <= sa.bindparam("before"))
    .limit(PRUNED_AT_ONCE)
    .with_for_update(skip_locked=True)
)


def note_request(tx: sa.Connection, sid: str, *, at: datetime, failed: bool) -> None:
    """Count one request for a call, and how many have failed in a row."""
    tx.execute(_NOTE_REQUEST, {"sid": sid, "at": at, "failed": failed})
    if failed:
        in_a_row = accounts.c.failures_in_row + 1
        tx.execute(accounts.update().where(accounts.c.sid == sid).values(failures_in_row=in_a_row))


def forget_failures(tx: sa.Connection, sid: str) -> None:
    """A request went well: what failed before it no longer stands in a row."""
    tx.execute(accounts.update().where(accounts.c.sid == sid).values(failures_in_row=0))


def requests_since(tx: sa.Connection, sid: str, since: datetime) -> Requests:
    """How the requests for calls went that were made after `since`."""
    count = sa.func.count()
    mine = (carrier_requests.c.sid == sid, carrier_requests.c.at > since)
    failed = sa.func.coalesce(sa.func.sum(sa.cast(carrier_requests.c.failed, sa.Integer)), 0)
    row = tx.execute(sa.select(count.label("asked"), failed.label("failed")).where(*mine)).one()
    in_a_row = tx.execute(sa.select(accounts.c.failures_in_row).where(accounts.c.sid == sid)).scalar_one()
    return Requests(asked=row.asked, failed=row.failed, in_a_row=in_a_row)


def prune_requests(tx: sa.Connection, sid: str, *, before: datetime) -> int:
    """Forget requests that are no longer watched; returns how many. Others who do the same are not waited for."""
    ids = list(tx.execute(_OLD_REQUESTS, {"sid": sid, "before": before}).scalars())
    if ids:
        tx.execute(carrier_requests.delete().where(carrier_requests.c.id.in_(ids)))
    return len(ids)


def _forget_requests(tx: sa.Connection, sid: str) -> None:
    """What failed before must not open a circuit that was just closed."""
    tx.execute(carrier_requests.delete().where(carrier_requests.c.sid == sid))


def _probe(sid: str, attempt_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (accounts.c.sid == sid, accounts.c.circuit_probe_id == attempt_id)


def _change(tx: sa.Connection, where: tuple[sa.ColumnElement[bool], ...], **values: object) -> bool:
    return tx.execute(accounts.update().where(*where).values(**values)).rowcount == 1


def _whole(wait: timedelta) -> int:
    return int(wait.total_seconds())
