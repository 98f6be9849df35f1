"""Ask the carrier for calls that this database does not know: it may be a backup, older than the calls it is about.

They count for the limits like every other call, so that nobody is called again who was called already.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import repeat

import structlog

from dialer.actions.alarms import raise_alarm
from dialer.actions.call_log import change, log
from dialer.actions.reconcile import may_be, on_its_way
from dialer.app import App
from dialer.core.call import AttemptState, Bound, Call
from dialer.core.case import Case
from dialer.core.decision import StepName
from dialer.core.network import NetworkStatus
from dialer.core.outcome import Channel, Mode, Outcome
from dialer.core.recovery import Seen, assumed, unaccounted
from dialer.storage import attempts, book, entries, import_rows, recovered
from dialer.storage.attempts import AlreadyKnownError, AlreadyLiveError, Intent
from dialer.storage.database import Transaction
from dialer.storage.entries import NewEntry
from dialer.storage.recovered import Addressee
from dialer.telephony.carrier import CallSnapshot, CarrierError

program_log = structlog.get_logger()

LOOK_BACK = timedelta(hours=1)
"""How long before the last call this database knows the carrier's list begins: machines' clocks differ, and an intent
waits for its commit after its time was read."""

PAGES = 300
"""Of a thousand calls each: the most that is asked for, for each number we call from. A week of a call a second."""

TOKEN_BYTES = 16
ACTOR = "recovery"

VERDICT = {"verdict": "allow", "denials": [], "warnings": [], "packs": [], "recovered": True}
"""Stands for the gate's word on a call that was made: what that was is lost with the database it stood in."""


def recover_calls(app: App) -> bool:
    """Write down every call of ours since the last one this database knows, the oldest first.

    False, and nothing is written, when the carrier cannot be asked, or lists more than can be read: the last call that
    is known says how far back to ask, and must not move before the question has been answered. False as well when a
    call that must not go on could not be taken back; those before it are written.
    """
    now = app.clock.now()
    with app.db.read() as tx:
        last = recovered.last_sign(tx, until=now)
    if last is None:
        return True
    since = last - LOOK_BACK
    try:
        listed = [app.carrier.made_since(since, from_=number, pages=PAGES) for number in _callers(app)]
    except CarrierError as error:
        program_log.warning("recovery.carrier_unreachable", error=str(error))
        return False
    if not all(each.whole for each in listed):
        _tell_cut_off(app, since, now)
        return False
    found = [call for each in listed for call in each.calls]
    try:
        written = [_write_down(app, call, now) for call in _unknown(app, found, since)]
    except CarrierError as error:
        program_log.warning("recovery.carrier_unreachable", error=str(error))
        return False
    program_log.info("recovery.done", calls=len(found), written=sum(written), of_nobody=len(written) - sum(written))
    return True


def _callers(app: App) -> list[str]:
    return sorted({creditor.caller_id for creditor in app.config.creditor})


def _tell_cut_off(app: App, since: datetime, now: datetime) -> None:
    text = (
        f"the carrier lists more than {PAGES} pages of calls since {since:%Y-%m-%d %H:%M} UTC, and no more are read:"
        " nobody is called. Bring back a newer backup"
    )
    with app.db.write() as tx:
        raise_alarm(tx, at=now, kind="call.recovery_cut_off", text=text)


def _unknown(app: App, found: Sequence[CallSnapshot], since: datetime) -> list[CallSnapshot]:
    """Calls that neither an attempt nor a line has, and that no attempt without an id accounts for; oldest first."""
    with app.db.read() as tx:
        known = recovered.known_sids(tx, [call.sid for call in found])
        waiting = recovered.unbound(tx, since - LOOK_BACK)
    by_sid = {call.sid: call for call in found if call.sid not in known}
    seen = [Seen(sid=c.sid, to=c.to, from_=c.from_, created_at=c.created_at) for c in by_sid.values()]
    return [by_sid[sid] for sid in unaccounted(seen, waiting, within=on_its_way(app))]


def _write_down(app: App, call: CallSnapshot, now: datetime) -> bool:
    """One call; False when it went to nobody in the book, or somebody else wrote it down.

    One that runs beside a live attempt to the same debtor or number is that attempt's own, or a second one: that is
    taken back, or taken for a conversation when somebody has answered. Raises CarrierError when it cannot be.
    """
    try:
        return _record(app, call, _call(call, now), now)
    except AlreadyLiveError:
        if _bound_to_its_attempt(app, call, now):
            return True
    taken_back = app.carrier.cancel(call.sid)
    text = f"call {call.sid} ran beside another one to the same debtor or number: "
    text += "it was taken back" if taken_back else "somebody has answered, it goes on"
    return _record(app, call, _over(taken_back or call, now), now, conflict=text)


def _bound_to_its_attempt(app: App, call: CallSnapshot, now: datetime) -> bool:
    """The books may lack the note that a live attempt's request was made, and have the attempt."""
    with app.db.write() as tx:
        # no number has two
        live = next((a.id for a in attempts.live(tx) if (a.to, a.from_) == (call.to, call.from_)), None)
        attempt = None if live is None else attempts.by_id(tx, live, lock=True)
        if attempt is None or not attempt.call.live or attempt.call.sid is not None or not may_be(app, call, attempt):
            return False
        log(tx, attempt, "attempt.reconciled", now, found=[call.sid])
        change(app, tx, attempt, Bound(call.sid, now), now)
    return True


def _record(app: App, call: CallSnapshot, first: Call, now: datetime, *, conflict: str | None = None) -> bool:
    """In a transaction of its own; raises AlreadyLiveError.

    Of several debtors with the number nobody knows who was meant: it counts for each of them. The first one's attempt
    has the carrier's id.
    """
    creditors = [c.key for c in app.config.creditor if c.caller_id == call.from_]
    with app.db.write() as tx:
        who = recovered.addressees(tx, call.to, creditors)
        # in one order, as two processes may start at this moment
        cases = {each.case_id: book.load_case(tx, each.case_id, lock=True) for each in sorted(who, key=_case_id)}
        # and another one may have been first
        if not who or recovered.known_sids(tx, [call.sid]):
            return False
        calls = [first, *repeat(replace(_over(call, now), sid=None), len(who) - 1)]
        try:
            for each, its_call in zip(who, calls, strict=True):
                if case := cases[each.case_id]:
                    attempt_id = attempts.record(tx, _intent(case, each, call, now), its_call)
                    _tell(tx, call, case.id, attempt_id, now, others=len(who) - 1)
        except AlreadyKnownError:
            return False
        if conflict:
            raise_alarm(tx, at=now, kind="call.conflict", text=conflict, case_id=who[0].case_id)
    return True


def _case_id(who: Addressee) -> int:
    return who.case_id


def _intent(case: Case, who: Addressee, call: CallSnapshot, now: datetime) -> Intent:
    at = call.created_at or now
    return Intent(
        case_id=case.id,
        debtor_id=who.debtor_id,
        contact_id=who.contact_id,
        phone_id=who.phone_id,
        claim_ids=tuple(claim.id for claim in case.claims),
        channel=Channel.CALL,
        mode=Mode.PREVIEW,
        step=StepName.COLLECTION_CALL.value,
        token=secrets.token_hex(TOKEN_BYTES),
        to=call.to,
        from_=call.from_,
        intent_at=at,
        not_after=at,
        verdict=VERDICT,
    )


def _call(call: CallSnapshot, now: datetime) -> Call:
    """As far as it has come; one that still runs is followed by the reconciliation from here on."""
    at = call.created_at or now
    outcome = assumed(call.status, call.answered_by, dialled=call.dialled)
    if outcome is not None:
        return _ended(call, outcome, at, now)
    state = AttemptState.RINGING if call.status is NetworkStatus.RINGING else AttemptState.PLACED
    runs = Call(state=state, sid=call.sid, placed_at=at, answered_by=call.answered_by)
    if call.status is not NetworkStatus.ANSWERED:
        return runs
    # what it would count for if it were over
    outcome = assumed(NetworkStatus.COMPLETED, call.answered_by, dialled=True)
    talked, left = (at if outcome is each else None for each in (Outcome.CONNECTED, Outcome.VOICEMAIL_LEFT))
    return replace(runs, state=AttemptState.ANSWERED, joined_at=talked, drop_at=left, played_at=left)


def _over(call: CallSnapshot, now: datetime) -> Call:
    """The same where it is not followed. What still runs may become a conversation, and is taken for one."""
    outcome = assumed(call.status, call.answered_by, dialled=call.dialled) or Outcome.CONNECTED
    return _ended(call, outcome, call.created_at or now, now)


def _ended(call: CallSnapshot, outcome: Outcome, at: datetime, now: datetime) -> Call:
    """Pauses are counted from the end, so that is rather taken too late than too early: ringing is no duration."""
    return Call(
        state=AttemptState.ENDED,
        sid=call.sid,
        placed_at=at,
        ended_at=now if call.ended_at is None else call.ended_at + timedelta(seconds=1),
        duration_seconds=call.duration_seconds,
        answered_by=call.answered_by,
        joined_at=at if outcome is Outcome.CONNECTED else None,
        outcome=outcome,
    )


def _tell(tx: Transaction, call: CallSnapshot, case_id: int, attempt_id: int, now: datetime, *, others: int) -> None:
    """The case's log, a supervisor, and the plan."""
    facts = {
        "sid": call.sid,
        "status": call.status.value,
        "answered_by": call.answered_by.value if call.answered_by else None,
        "created_at": call.created_at.isoformat() if call.created_at else None,
        "other_debtors_with_this_number": others,
    }
    entry = NewEntry(
        case_id=case_id,
        at=now,
        kind="attempt.recovered",
        actor=ACTOR,
        attempt_id=attempt_id,
        facts={key: value for key, value in facts.items() if value is not None},
        personal={"to": call.to},
    )
    entries.append(tx, entry)
    text = f"attempt {attempt_id} was in the carrier's books alone: was an older database brought back?"
    raise_alarm(tx, at=now, kind="call.recovered", text=text, case_id=case_id, attempt_id=attempt_id)
    import_rows.plan_again(tx, [case_id], now=now, reason="changed")
