"""Attempts: written before the carrier is asked, changed only forward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from dialer.core.call import AttemptState, Call
from dialer.core.case import CaseStatus
from dialer.core.clocks import JUMP
from dialer.core.network import AnsweredBy
from dialer.core.outcome import Channel, Disposition, Mode, Outcome
from dialer.storage.entries import LogEnd
from dialer.storage.new_row import insert_new
from dialer.storage.tables import NEVER_FOUND, attempt_claims, attempts, cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is written down before the carrier is asked."""

    case_id: int
    debtor_id: int
    contact_id: int
    phone_id: int
    claim_ids: tuple[int, ...]
    channel: Channel
    mode: Mode
    step: str
    token: str
    to: str
    from_: str
    intent_at: datetime
    not_after: datetime
    verdict: Mapping[str, Any]
    collector: str | None = None
    desk_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedCase:
    """What was read of a case when it was locked together with its attempt."""

    open: bool
    log_end: LogEnd
    callback_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt as stored: what was intended, and the call that came of it."""

    id: int
    case_id: int
    debtor_id: int
    contact_id: int
    phone_id: int
    channel: Channel
    mode: Mode
    step: str
    token: str
    to: str
    from_: str
    intent_at: datetime
    not_after: datetime
    sent_at: datetime | None
    verdict: Mapping[str, Any]
    collector: str | None
    desk_id: int | None
    disposition: Disposition | None
    spoken_to_id: int | None
    queue_ms: int | None
    checked_at: datetime | None
    call: Call
    case: LockedCase | None = None
    """Only where the case was locked with the attempt."""


class AlreadyLiveError(Exception):
    """The debtor or the number has a live attempt; the database refused a second one."""


class AlreadyKnownError(Exception):
    """The carrier's id is bound to another attempt; the database refused a second one."""


_CALL_COLUMNS = {f.name: "call_sid" if f.name == "sid" else f.name for f in fields(Call)}
_OTHERWISE = ("to_e164", "from_e164", "channel", "mode", "disposition")
_NOT_SAME = {"to", "from_", "channel", "mode", "disposition", "call", "case"}
_SAME = tuple(f.name for f in fields(Attempt) if f.name not in _NOT_SAME)
_READ = tuple(attempts.c[name] for name in (*_SAME, *_CALL_COLUMNS.values(), *_OTHERWISE))


# The statements of every callback are built once: to build one takes longer than to run it.


def _of(column: sa.Column[Any]) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """The one attempt with that value in that column: as it stands, and locked together with its case.

    The case, too, before anything is written: whoever holds it and writes an intent waits for nobody who has changed an
    attempt of it, and would wait for the case to log that.
    """
    query = sa.select(*_READ).where(column == sa.bindparam("wanted"))
    with_case = query.join(cases, cases.c.id == attempts.c.case_id)
    return query, with_case.with_for_update(of=[attempts, cases])


_BY_TOKEN, _LOCK_BY_TOKEN = _of(attempts.c.token)
_BY_ID, _LOCK_BY_ID = _of(attempts.c.id)
_BY_SID, _ = _of(attempts.c.call_sid)
# the attempt first, as everybody does who locks both
LOCK_WITH_CASE = (
    _BY_TOKEN.join(cases, cases.c.id == attempts.c.case_id)
    .add_columns(cases.c.status, cases.c.entry_seq, cases.c.entry_head, cases.c.callback_at)
    .with_for_update(of=[attempts, cases])
)
_INSERT_CLAIMS = attempt_claims.insert()
_UNASKED = (attempts.c.id == sa.bindparam("b_id"), attempts.c.state == AttemptState.INTENT)
_MARK_SENT = attempts.update().where(*_UNASKED, attempts.c.sent_at.is_(None)).values(sent_at=sa.bindparam("b_at"))

_LIVE = sa.select(*_READ).where(attempts.c.state != AttemptState.ENDED).order_by(attempts.c.id)
_LIVE_OF_CASE = _LIVE.where(attempts.c.case_id == sa.bindparam("wanted"))
_LIVE_TO = _LIVE.where(attempts.c.to_e164 == sa.bindparam("wanted"))
_NEVER_FOUND = (
    sa.select(*_READ)
    .where(
        sa.text(NEVER_FOUND),  # in the index's own words, so that PostgreSQL uses it
        attempts.c.call_sid.is_(None),
        attempts.c.intent_at > sa.bindparam("since"),
        sa.or_(
            attempts.c.checked_at.is_(None),
            attempts.c.checked_at < sa.bindparam("checked_before"),
            attempts.c.checked_at > sa.bindparam("ahead"),  # by a clock that was wrong
            sa.and_(attempts.c.not_after <= sa.bindparam("now"), attempts.c.checked_at < attempts.c.not_after),
        ),
    )
    .order_by(attempts.c.id)
    .limit(sa.bindparam("limit"))
)


@cache
def _save(columns: tuple[str, ...]) -> sa.Update:
    """Changes these columns of an attempt that are still what they were."""
    read = dict.fromkeys(("state", *columns))
    unchanged = (attempts.c[name].is_not_distinct_from(sa.bindparam(f"old_{name}")) for name in read)
    mine = attempts.update().where(attempts.c.id == sa.bindparam("b_id"), *unchanged)
    return mine.values({name: sa.bindparam(f"new_{name}") for name in columns})


def write_intent(tx: sa.Connection, intent: Intent) -> int:
    """Store the intent and return the attempt's id. Raises AlreadyLiveError and leaves the transaction usable."""
    return _insert(tx, intent, {"state": AttemptState.INTENT})


def _insert(tx: sa.Connection, intent: Intent, state: Mapping[str, Any]) -> int:
    """Store an attempt and return its id. Raises AlreadyLiveError or AlreadyKnownError; the transaction goes on."""
    values = {f.name: getattr(intent, f.name) for f in fields(intent) if f.name not in {"claim_ids", "to", "from_"}}
    values |= {"to_e164": intent.to, "from_e164": intent.from_, **state}
    written = tx.execute(insert_new(tx, attempts).returning(attempts.c.id), values).scalar()
    if written is None:
        raise _why_refused(tx, intent.token, state.get("call_sid"))
    attempt_id = int(written)
    if intent.claim_ids:
        tx.execute(_INSERT_CLAIMS, [{"attempt_id": attempt_id, "claim_id": c} for c in intent.claim_ids])
    return attempt_id


def _why_refused(tx: sa.Connection, token: str, sid: str | None) -> Exception:
    if by_token(tx, token) is not None:
        return ValueError("the attempt's token was used before")
    return AlreadyKnownError() if sid is not None and by_sid(tx, sid) else AlreadyLiveError()


def by_token(tx: sa.Connection, token: str, *, lock: bool = False) -> Attempt | None:
    """The attempt a callback URL belongs to."""
    return _one(tx, _LOCK_BY_TOKEN if lock else _BY_TOKEN, token)


def lock_with_case(tx: sa.Connection, token: str) -> Attempt | None:
    """The attempt a callback URL belongs to, locked, and so is its case."""
    row = tx.execute(LOCK_WITH_CASE, {"wanted": token}).one_or_none()
    return with_case(row) if row else None


def with_case(row: Any) -> Attempt:
    """The attempt of a row that has the columns of LOCK_WITH_CASE, in their order, first."""
    end = LogEnd(row.entry_seq, row.entry_head)
    return _attempt(row, LockedCase(open=row.status == CaseStatus.OPEN, log_end=end, callback_at=row.callback_at))


def by_id(tx: sa.Connection, attempt_id: int, *, lock: bool = False) -> Attempt | None:
    """The attempt with that id."""
    return _one(tx, _LOCK_BY_ID if lock else _BY_ID, attempt_id)


def save_call(tx: sa.Connection, before: Attempt, call: Call) -> bool:
    """Store the call's new state if nobody changed it since `before` was read; False otherwise."""
    new, old = _columns(call), _columns(before.call)
    changed = tuple(name for name, value in new.items() if value != old[name])
    if not changed:
        return True
    values = {"b_id": before.id, "old_state": old["state"]}
    values |= {f"old_{name}": old[name] for name in changed} | {f"new_{name}": new[name] for name in changed}
    return tx.execute(_save(changed), values).rowcount == 1


def update(tx: sa.Connection, attempt_id: int, **values: object) -> None:
    """Change columns that are not part of the call's state."""
    tx.execute(attempts.update().where(attempts.c.id == attempt_id).values(**values))


def mark_sent(tx: sa.Connection, attempt_id: int, at: datetime) -> bool:
    """Claim the one request this attempt may make; False when it was made, or the attempt ended, before."""
    return tx.execute(_MARK_SENT, {"b_id": attempt_id, "b_at": at}).rowcount == 1


def unmark_sent(tx: sa.Connection, attempt_id: int) -> None:
    """The request is proven not to have been processed: it may be made again."""
    tx.execute(attempts.update().where(*_UNASKED).values(sent_at=None), {"b_id": attempt_id})


def live(tx: sa.Connection) -> Sequence[Attempt]:
    """Every attempt that has not ended, oldest first."""
    return [_attempt(row) for row in tx.execute(_LIVE)]


def never_found(
    tx: sa.Connection, *, since: datetime, checked_before: datetime, now: datetime, limit: int
) -> Sequence[Attempt]:
    """Attempts intended after `since` whose call the carrier did not know, and was not asked about of late.

    Nor since the last moment at which it might begin to ring.
    """
    values = {"since": since, "checked_before": checked_before, "now": now, "ahead": now + JUMP, "limit": limit}
    return [_attempt(row) for row in tx.execute(_NEVER_FOUND, values)]


def live_of_case(tx: sa.Connection, case_id: int) -> Attempt | None:
    """The case's live attempt, if any."""
    return _one(tx, _LIVE_OF_CASE, case_id)


def live_to(tx: sa.Connection, e164: str) -> Attempt | None:
    """The number's live attempt, of whichever case, if any."""
    return _one(tx, _LIVE_TO, e164)


def agreed_callback_with(tx: sa.Connection, case_id: int) -> str | None:
    """The collector in whose call the case's last call-back was agreed; None when there is none."""
    agreed = (attempts.c.case_id == case_id, attempts.c.disposition == Disposition.CALLBACK_AGREED)
    query = sa.select(attempts.c.collector).where(*agreed).order_by(attempts.c.disposed_at.desc(), attempts.c.id.desc())
    return tx.execute(query.limit(1)).scalar()


def _one(tx: sa.Connection, query: sa.Select[Any], wanted: str | int) -> Attempt | None:
    row = tx.execute(query, {"wanted": wanted}).one_or_none()
    return _attempt(row) if row else None


def _columns(call: Call) -> dict[str, Any]:
    return {column: getattr(call, name) for name, column in _CALL_COLUMNS.items()}


def _attempt(row: Any, case: LockedCase | None = None) -> Attempt:
    same, called = len(_SAME), len(_CALL_COLUMNS)
    state = dict(zip(_CALL_COLUMNS, row[same : same + called], strict=True))
    state["state"] = AttemptState(state["state"])
    state["outcome"] = Outcome(state["outcome"]) if state["outcome"] else None
    state["answered_by"] = AnsweredBy(state["answered_by"]) if state["answered_by"] else None
    return Attempt(
        **dict(zip(_SAME, row[:same], strict=True)),
        to=row.to_e164,
        from_=row.from_e164,
        channel=Channel(row.channel),
        mode=Mode(row.mode),
        disposition=Disposition(row.disposition) if row.disposition else None,
        call=Call(**state),
        case=case,
    )


def failures(tx: sa.Connection, phone_id: int) -> int:
    """How many attempts at this number the network could not connect."""
    mine = (attempts.c.phone_id == phone_id, attempts.c.outcome == Outcome.FAILED)
    return int(tx.execute(sa.select(sa.func.count()).select_from(attempts).where(*mine)).scalar_one())


def by_sid(tx: sa.Connection, sid: str) -> Attempt | None:
    """The attempt this call of the carrier's is bound to."""
    return _one(tx, _BY_SID, sid)


def token_of_other(tx: sa.Connection, attempt: Attempt | None, sid: str) -> str | None:
    """The token of another attempt that has this call, which a callback says is that attempt's; None without one.

    After a restore a call may have been written down beside the attempt that had made it, or instead of it.
    """
    if attempt is not None and attempt.call.sid is not None:
        return None
    other = by_sid(tx, sid)
    return None if other is None else other.token


def record(tx: sa.Connection, intent: Intent, call: Call) -> int:
    """Store an attempt whose call is known already, as far as it has come, and return its id.

    Raises AlreadyKnownError or AlreadyLiveError and leaves the transaction usable.
    """
    return _insert(tx, intent, {"sent_at": intent.intent_at, **_columns(call)})
