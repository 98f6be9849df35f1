"""What follows from a change of an attempt's call, in the same transaction as the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dialer.actions.alarms import raise_alarm
from dialer.actions.judge_attempt import Judged
from dialer.actions.messages import Message
from dialer.actions.plan_case import plan_case
from dialer.actions.verdict_json import verdict_json
from dialer.app import App
from dialer.core.call import Applied, Detected, Event, apply
from dialer.core.case import PhoneState
from dialer.core.desk import DeskState
from dialer.core.errors import DialerError
from dialer.core.network import AnsweredBy
from dialer.core.outcome import Outcome
from dialer.storage import attempts, book, desks, due, entries, pacing
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction
from dialer.storage.desks import Desk
from dialer.storage.entries import SYSTEM, NewEntry
from dialer.telephony.twiml import Speech

ALARMING = {Outcome.ABANDONED, Outcome.UNKNOWN, Outcome.NOT_PLACED}
BUSY_DESK = (DeskState.RESERVED, DeskState.TALKING)
FAILURES_TO_SUSPECT = 2
ERROR_WAIT = timedelta(hours=1)

BROKEN_CASE = (DialerError, LookupError, ValueError)
"""What reading a case raises when the configuration has lost its segment or creditor, or its record makes no sense."""


class ChangedMeanwhileError(Exception):
    """Somebody else changed the attempt between our reading and writing; the transaction must be repeated."""


def change(app: App, tx: Transaction, attempt: Attempt, event: Event, now: datetime, *, plan: bool = True) -> Applied:
    """Apply an event to a locked attempt, store and log what changed. A conflict is alarmed and left to the caller.

    Without `plan` it is left to the scheduler to find out what comes after the end of the call.
    """
    applied = apply(attempt.call, event)
    if not attempts.save_call(tx, attempt, applied.call):
        raise ChangedMeanwhileError
    if applied.conflict:
        alarm(tx, attempt, "call.conflict", applied.conflict, now)
    if attempt.call.live and not applied.call.live:
        _ended(app, tx, attempt, applied, now, plan=plan)
    elif applied.call.state is not attempt.call.state:
        _log_change(tx, attempt, _entry(attempt, f"attempt.{applied.call.state}", now, sid=applied.call.sid))
    return applied


def with_verdict(
    app: App, tx: Transaction, attempt: Attempt, sid: str, verdict: AnsweredBy | None, *, now: datetime
) -> Attempt:
    """The attempt with machine detection's verdict, which the news of the end repeats: its own callback may be lost."""
    ours = attempt.call.sid in {None, sid}
    if verdict is None or attempt.call.answered_by is not None or not ours:
        return attempt
    return replace(attempt, call=change(app, tx, attempt, Detected(verdict), now).call)


def log_message(
    tx: Transaction,
    attempt: Attempt,
    kind: str,
    message: Message | None,
    now: datetime,
    *,
    actor: str = SYSTEM,
    judged: Judged | None = None,
) -> None:
    """An entry about what is played; the words name people, so that they stand beside the hash."""
    personal: dict[str, object] = {}
    if message and isinstance(message.content, Speech):
        personal["text"] = message.content.text
    if judged:
        personal["facts"] = judged.document
    name = message.name if message else None
    verdict = verdict_json(judged.verdict, language="en") if judged else None
    log(tx, attempt, kind, now, actor, personal=personal, message=name, verdict=verdict)


def log(
    tx: Transaction,
    attempt: Attempt,
    kind: str,
    now: datetime,
    actor: str = SYSTEM,
    *,
    personal: Mapping[str, object] | None = None,
    **facts: object,
) -> None:
    """An entry of the attempt's case; facts that are None are left out."""
    entries.append(tx, _entry(attempt, kind, now, actor, personal=personal, **facts))


def _entry(
    attempt: Attempt,
    kind: str,
    now: datetime,
    actor: str = SYSTEM,
    *,
    personal: Mapping[str, object] | None = None,
    **facts: object,
) -> NewEntry:
    return NewEntry(
        case_id=attempt.case_id,
        at=now,
        kind=kind,
        actor=actor,
        attempt_id=attempt.id,
        facts={key: value for key, value in facts.items() if value is not None},
        personal=personal or {},
    )


def _log_change(tx: Transaction, attempt: Attempt, entry: NewEntry, **of_case: object) -> None:
    """An entry of a change of the call, and what the change means for the case's own columns."""
    if attempt.case and entries.append_at(tx, entry, attempt.case.log_end, **of_case):
        return
    entries.append(tx, entry)
    if of_case:
        book.update_case(tx, entry.case_id, **of_case)


def alarm(tx: Transaction, attempt: Attempt, kind: str, text: str, now: datetime) -> None:
    """Tell a supervisor, and the case."""
    raise_alarm(tx, at=now, kind=kind, text=text, case_id=attempt.case_id, attempt_id=attempt.id)
    log(tx, attempt, f"alarm.{kind}", now, text=text)


def _ended(app: App, tx: Transaction, attempt: Attempt, applied: Applied, now: datetime, *, plan: bool) -> None:
    call = applied.call
    outcome = call.outcome or Outcome.UNKNOWN
    entry = _entry(
        attempt,
        "attempt.ended",
        now,
        outcome=outcome.value,
        sid=call.sid,
        duration_seconds=call.duration_seconds,
        answered_by=call.answered_by.value if call.answered_by else None,
    )
    # the scheduler looks at open cases only
    left = not plan and attempt.case is not None and attempt.case.open
    of_case = due.after_call(now) if left else {}
    _log_change(tx, attempt, entry, **of_case)
    if outcome.counts and (attempt.case is None or attempt.case.callback_at is not None):
        book.use_up_callback(tx, attempt.case_id, called_at=attempt.intent_at)
    if outcome in ALARMING:
        alarm(tx, attempt, f"outcome.{outcome}", f"attempt {attempt.id} ended as {outcome}", now)
    _learn_about_number(tx, attempt, outcome)
    _leave_desk(tx, attempt, outcome, now)
    if not left:
        _plan(app, tx, attempt, now)
    if attempt.sent_at is None:
        pacing.give_probe_back(tx, app.account, attempt_id=attempt.id, now=now)


def _plan(app: App, tx: Transaction, attempt: Attempt, now: datetime) -> None:
    """What comes next. A case that cannot be planned must not keep the end of its call out of the books."""
    try:
        plan_case(app, tx, attempt.case_id, now)
    except BROKEN_CASE as error:
        due.postpone(tx, attempt.case_id, until=now + ERROR_WAIT, reason="error")
        broken(tx, attempt, error, now)


def broken(tx: Transaction, attempt: Attempt, error: Exception, now: datetime) -> None:
    """Tell a supervisor of a case that cannot be judged or planned."""
    text = str(error) if isinstance(error, DialerError) else f"{type(error).__name__} in its record"
    alarm(tx, attempt, "case.error", f"case {attempt.case_id}: {text}", now)


_TEACHES = {Outcome.BAD_NUMBER: PhoneState.BAD, Outcome.FAX_MACHINE: PhoneState.FAX}


def _learn_about_number(tx: Transaction, attempt: Attempt, outcome: Outcome) -> None:
    if outcome in _TEACHES:
        book.set_phone_state(tx, attempt.phone_id, _TEACHES[outcome])
    elif outcome is Outcome.FAILED and attempts.failures(tx, attempt.phone_id) >= FAILURES_TO_SUSPECT:
        book.set_phone_state(tx, attempt.phone_id, PhoneState.SUSPECT)


def _leave_desk(tx: Transaction, attempt: Attempt, outcome: Outcome, now: datetime) -> None:
    """The collector is free again, or owes a disposition first."""
    if outcome is not Outcome.CONNECTED or attempt.disposition is not None:
        free_desk(tx, attempt, now)
    elif desk := desk_of(tx, attempt):
        desks.move(tx, desk.id, DeskState.WRAP_UP, at=now, only_from=BUSY_DESK)


def desk_of(tx: Transaction, attempt: Attempt) -> Desk | None:
    """The line that is reserved for this attempt, talks in it, or still has to judge it."""
    desk = desks.by_id(tx, attempt.desk_id) if attempt.desk_id else None
    return desk if desk is not None and desk.attempt_id == attempt.id else None


def free_desk(tx: Transaction, attempt: Attempt, now: datetime, *, only_from: Sequence[DeskState] = BUSY_DESK) -> None:
    """The collector may be given another call."""
    if desk := desk_of(tx, attempt):
        desks.move(tx, desk.id, DeskState.READY, at=now, only_from=only_from, attempt_id=None)
