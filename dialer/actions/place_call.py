"""Place one call at most once: intent committed, pacing slot, last gate, one request, bind.

Between the commit that claims the request (`mark_sent`) and the request itself nothing is retried: whatever happens
after that commit, this attempt is never sent again unless the carrier proves that it processed nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from dialer.actions import fence
from dialer.actions.agreed_callback import Waits, reserve_for_callback
from dialer.actions.call_log import change, desk_of, log
from dialer.actions.check_desks import check_line
from dialer.actions.circuit import claim_probe
from dialer.actions.judge_attempt import Judged, judge_attempt
from dialer.actions.messages import message_for
from dialer.actions.plan_case import look_and_plan, note
from dialer.actions.situation import Situation, look
from dialer.actions.take_back import follow
from dialer.actions.transport import FRESH, send
from dialer.actions.verdict_json import verdict_json
from dialer.app import App
from dialer.core.call import Refused
from dialer.core.case import Contact, Phone, PhoneState
from dialer.core.clocks import Reading, Trust
from dialer.core.clocks import look as look_at_clock
from dialer.core.decision import Idle, Step, StepName, Why
from dialer.core.desk import DeskState
from dialer.core.errors import BadInput
from dialer.core.outcome import Channel, Mode, Outcome
from dialer.core.permit import Verdict, judge, reachable
from dialer.core.strategy import first_contact
from dialer.storage import attempts, book, desks, due, entries, pacing
from dialer.storage.attempts import AlreadyLiveError, Attempt, Intent
from dialer.storage.database import Transaction
from dialer.storage.desks import Desk
from dialer.storage.entries import NewEntry

TOKEN_BYTES = 16

RING_LATE = timedelta(seconds=15)
"""How much later than asked for a telephone may stop ringing: the carrier adds up to 5 s, and the network takes up to
10 s before the first ring."""

NO_ANNOUNCEMENT_WAIT = timedelta(hours=1)
NUMBER_BUSY_WAIT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Started:
    """The carrier was asked; callbacks tell the rest."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class Denied:
    """The gate said no."""

    verdict: Verdict


@dataclass(frozen=True, slots=True)
class NotNow:
    """Nothing was placed, for a reason that is not the gate's: not due, no collector free, dialling paused."""

    why: str


@dataclass(frozen=True, slots=True)
class _PutOff(NotNow):
    """When the case is looked at again is noted already."""


@dataclass(frozen=True, slots=True)
class _SetAside(NotNow):
    """Others go first: what stays due without being dialled would fill every batch."""

    wait: timedelta
    reason: str


Placement = Started | Denied | NotNow


@dataclass(frozen=True, slots=True)
class Prepared:
    """The intent is committed; the request may go out at `slot` (UTC) at the earliest."""

    attempt_id: int
    slot: datetime
    desk_id: int | None


def place_due_call(app: App, case_id: int, *, worker: str) -> Placement:
    """The scheduler's way: dial if the plan says that now is the time."""
    began = _both_clocks(app)
    ready = intend_due_call(app, case_id, worker=worker)
    return _dial(app, ready, began) if isinstance(ready, Prepared) else ready


def intend_due_call(app: App, case_id: int, *, worker: str) -> Prepared | NotNow:
    """The first half of it: the intent, committed, or why there is none."""
    now = app.clock.now()
    with app.db.write() as tx:
        situation, plan = look_and_plan(app, tx, case_id, now)
        step = plan.decision
        if not plan.due(now) or not isinstance(step, Step) or plan.verdict is None or plan.facts is None:
            note(tx, situation, plan, now)
            return NotNow("not due")
        if situation.strategy.mode is Mode.PREVIEW:
            note(tx, situation, plan, now)
            return NotNow("waits for a collector to start the call")
        order = _Order(
            contact=step.contact,
            phone=step.phone,
            step=step.name.value,
            mode=situation.strategy.mode,
            judged=Judged(situation=situation, facts=plan.facts, verdict=plan.verdict),
            window_closes=plan.window_closes,
            actor=worker,
            agreed_at=step.due_at if step.why is Why.CALLBACK else None,
        )
        ready = _prepare(app, tx, order, now)
        if isinstance(ready, NotNow) and not isinstance(ready, _PutOff):
            note(tx, situation, plan, now)
        if isinstance(ready, _SetAside):
            _set_aside(tx, case_id, ready, now, actor=worker)
    return ready


def place_clicked_call(app: App, case_id: int, *, user: str, contact_id: int | None = None) -> Placement:
    """The collector's way: he chooses the case and the moment; the gate is the same, the segment's window is not."""
    began = _both_clocks(app)
    try:
        ready = _intend_clicked_call(app, case_id, user=user, contact_id=contact_id, sure=fence.is_sure(app))
    except _UnsureError:
        if why := fence.obstacle(app):
            return NotNow(why)
        ready = _intend_clicked_call(app, case_id, user=user, contact_id=contact_id, sure=True)
    return _dial(app, ready, began) if isinstance(ready, Prepared) else ready


class _UnsureError(Exception):
    """Nothing else is in the way, and nothing was written."""


def _intend_clicked_call(
    app: App, case_id: int, *, user: str, contact_id: int | None, sure: bool
) -> Prepared | Denied | NotNow:
    """The intent, committed, or why there is none. Raises _UnsureError in its stead unless it is `sure`."""
    now = app.clock.now()
    with app.db.write() as tx:
        situation = look(app, tx, case_id, lock=True)
        contact, phone = _chosen(situation, contact_id)
        facts = situation.facts(contact, phone, now, channel=Channel.CALL, mode=Mode.PREVIEW)
        verdict = judge(facts, app.law, now)
        if not verdict.allowed:
            log_denial(tx, case_id, verdict, now, actor=user)
            return Denied(verdict)
        order = _Order(
            contact=contact,
            phone=phone,
            step=_step_for_click(situation, now),
            mode=Mode.PREVIEW,
            judged=Judged(situation=situation, facts=facts, verdict=verdict),
            window_closes=None,
            actor=user,
            user=user,
        )
        ready = _prepare(app, tx, order, now)
        if isinstance(ready, Prepared) and not sure:
            raise _UnsureError
    return ready


def _chosen(situation: Situation, contact_id: int | None) -> tuple[Contact, Phone]:
    case = situation.case
    lawful = reachable(case, situation.law)
    contact = case.contact(contact_id or case.contact_id) or (None if contact_id else first_contact(lawful))
    if contact is None:
        raise BadInput(f"case {case.id} has no contact {contact_id}" if contact_id else f"case {case.id} has no number")
    if not contact.phones:
        raise BadInput(f"contact {contact.id} of case {case.id} has no telephone number")
    fit = {p.id for c in lawful.contacts for p in c.phones}
    best = min(contact.phones, key=lambda p: (p.id not in fit, p.state is not PhoneState.USABLE, p.id))
    return contact, best


def _step_for_click(situation: Situation, now: datetime) -> str:
    decision = situation.plan(now).decision
    if isinstance(decision, Step):
        return decision.name.value
    early = isinstance(decision, Idle) and decision.why in {Why.TOO_YOUNG, Why.INFO_DONE}
    return (StepName.INFO_CALL if early else StepName.COLLECTION_CALL).value


def log_denial(tx: Transaction, case_id: int, verdict: Verdict, now: datetime, *, actor: str) -> None:
    """A person asked and the gate refused: that stands in the log."""
    facts = verdict_json(verdict, language="en")
    entries.append(tx, NewEntry(case_id=case_id, at=now, kind="verdict.denied", actor=actor, facts=facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    judged: Judged
    contact: Contact
    phone: Phone
    step: str
    mode: Mode
    window_closes: datetime | None
    actor: str
    user: str | None = None
    agreed_at: datetime | None = None
    """Of a call-back: the time that was agreed."""


def _prepare(app: App, tx: Transaction, order: _Order, now: datetime) -> Prepared | NotNow:
    """Reserve a collector if one is needed, and write the intent down."""
    last_moment = _last_moment(app, order, now)
    account = pacing.account(tx, app.account)
    obstacle = _obstacle(app, account, order, now, last_moment)
    if obstacle:
        return obstacle
    desk: Desk | None = None
    if order.mode is not Mode.UNATTENDED:
        found = _reserve(tx, order, now)
        if isinstance(found, Waits):
            return _PutOff(f"waits for {found.collector}, who agreed the call-back")
        desk = found
        if desk is None:
            return NotNow(f"{order.user}'s line is not ready" if order.user else "no collector is free")
    intent = _intent(order, desk, now, not_after=last_moment)
    try:
        attempt_id = attempts.write_intent(tx, intent)
    except AlreadyLiveError:
        if desk:
            desks.move(tx, desk.id, DeskState.READY, at=now, only_from=(DeskState.RESERVED,))
        running = "a call to this debtor or this number is still running"
        return _SetAside(running, wait=NUMBER_BUSY_WAIT, reason="number_in_use")
    if desk:
        desks.attach(tx, desk.id, attempt_id)
    _log_intent(tx, order, intent, attempt_id)
    book.leave_to_call(tx, intent.case_id, reason=Why.LIVE.value)
    if account.circuit:
        claim_probe(app, tx, attempt_id, now)
    slot = pacing.take_slot(tx, app.account, now=now, calls_per_second=app.config.twilio.calls_per_second)
    return Prepared(attempt_id, slot, desk_id=desk.id if desk else None)


def _reserve(tx: Transaction, order: _Order, now: datetime) -> Desk | Waits | None:
    case = order.judged.situation.case
    if order.agreed_at is not None:
        return reserve_for_callback(tx, case.id, agreed_at=order.agreed_at, assigned_to=case.assigned_to, now=now)
    return desks.reserve(tx, at=now, user=order.user, prefer=case.assigned_to)


def _obstacle(app: App, account: pacing.Account, order: _Order, now: datetime, last_moment: datetime) -> NotNow | None:
    """What is in the way before anything is reserved or written."""
    if pause := account.pause(now):
        return NotNow(f"dialling is paused: {pause.reason}")
    if order.mode is Mode.UNATTENDED and _announcement(app, order) is None:
        silent = "no announcement is configured that this debtor may hear"
        return _SetAside(silent, wait=NO_ANNOUNCEMENT_WAIT, reason="no_announcement")
    if now >= last_moment:
        closes = last_moment + _ringing(app) - now
        return _SetAside("too late for this window", wait=closes, reason="window_closing")
    return None


def _set_aside(tx: Transaction, case_id: int, aside: _SetAside, now: datetime, *, actor: str) -> None:
    entry = NewEntry(case_id=case_id, at=now, kind="case.set_aside", actor=actor, facts={"why": aside.reason})
    entries.append(tx, entry)
    due.postpone(tx, case_id, until=now + aside.wait, reason=aside.reason)


def _announcement(app: App, order: _Order) -> object:
    return message_for(app.config, order.judged.situation, order.contact, "announcement")


def _last_moment(app: App, order: _Order, now: datetime) -> datetime:
    """The latest instant for the request: the telephone must have stopped ringing before the window closes."""
    closing = [c for c in (order.judged.verdict.closes_at, order.window_closes) if c is not None]
    return min(closing, default=now + timedelta(hours=1)) - _ringing(app)


def _ringing(app: App) -> timedelta:
    """The longest time from the last gate to the last ring."""
    dialing, twilio = app.config.dialing, app.config.twilio
    # a connection may take one time-out, the request another
    request = FRESH + timedelta(seconds=2 * twilio.timeout_seconds)
    return request + timedelta(seconds=dialing.ring_seconds + dialing.queue_budget_seconds) + RING_LATE


def _intent(order: _Order, desk: Desk | None, now: datetime, *, not_after: datetime) -> Intent:
    case = order.judged.situation.case
    return Intent(
        case_id=case.id,
        debtor_id=case.debtor.id,
        contact_id=order.contact.id,
        phone_id=order.phone.id,
        claim_ids=tuple(c.id for c in case.open_claims),
        channel=Channel.CALL,
        mode=order.mode,
        step=order.step,
        token=secrets.token_hex(TOKEN_BYTES),
        to=order.phone.e164,
        from_=order.judged.situation.creditor.caller_id,
        intent_at=now,
        not_after=not_after,
        verdict=verdict_json(order.judged.verdict, language="en"),
        collector=desk.user if desk else None,
        desk_id=desk.id if desk else None,
    )


def _log_intent(tx: Transaction, order: _Order, intent: Intent, attempt_id: int) -> None:
    facts = {
        "channel": intent.channel.value,
        "mode": intent.mode.value,
        "step": intent.step,
        "contact_id": intent.contact_id,
        "role": order.contact.role.value,
        "claims": list(intent.claim_ids),
        "not_after": intent.not_after.isoformat(),
        "verdict": dict(intent.verdict),
    }
    personal = {"to": intent.to, "contact": order.contact.name, "facts": order.judged.document}
    entry = NewEntry(
        case_id=intent.case_id,
        at=intent.intent_at,
        kind="attempt.intent",
        actor=order.actor,
        attempt_id=attempt_id,
        facts=facts,
        personal=personal,
    )
    entries.append(tx, entry)


def _dial(app: App, ready: Prepared, began: Reading) -> Placement:
    """Wait for the account's next call start, ask the gate again, then send.

    `began` is what both clocks showed before the intent: waiting for the database may have taken half a minute.
    """
    with structlog.contextvars.bound_contextvars(attempt=ready.attempt_id):
        app.clock.sleep_until(ready.slot)
        if ready.desk_id is not None:
            _see_line(app, ready.desk_id)
        passed = _last_gate(app, ready.attempt_id, began)
        if not isinstance(passed, Attempt):
            return passed
        send(app, passed, again=lambda: _renewed(app, ready.attempt_id, began))
        # who stopped the case while the request was on its way found no call that could be taken back
        follow(app, passed.case_id)
    return Started(ready.attempt_id)


def _see_line(app: App, desk_id: int) -> None:
    """Nobody may be called for a collector whose line is gone without a report."""
    with app.db.read() as tx:
        line = desks.by_id(tx, desk_id)
    if line is not None:
        check_line(app, line)


def _both_clocks(app: App) -> Reading:
    return Reading(wall=app.clock.now(), steady=app.clock.steady())


def _renewed(app: App, attempt_id: int, began: Reading) -> Attempt | None:
    """Once more in turn: a repeated request starts a call like any other."""
    with app.db.write() as tx:
        now = app.clock.now()
        slot = pacing.take_slot(tx, app.account, now=now, calls_per_second=app.config.twilio.calls_per_second)
    app.clock.sleep_until(slot)
    passed = _last_gate(app, attempt_id, began)
    return passed if isinstance(passed, Attempt) else None


def _last_gate(app: App, attempt_id: int, began: Reading) -> Attempt | Placement:
    """Judge once more at the instant of dialling and claim the one request; on any doubt end the attempt unsent."""
    with app.db.write() as tx:
        attempt = attempts.by_id(tx, attempt_id, lock=True)
        # the clock is read only now: waiting for the database may have taken half a minute
        now = app.clock.now()
        if attempt is None or not attempt.call.live:
            return NotNow("the attempt was ended meanwhile")
        set_meanwhile = look_at_clock(Trust(began), _both_clocks(app)).jump is not None
        answer = NotNow("the clock was set meanwhile") if set_meanwhile else _asked_again(app, tx, attempt, now)
        if isinstance(answer, Verdict) and answer.allowed and attempts.mark_sent(tx, attempt_id, now):
            log(tx, attempt, "attempt.passed", now, verdict=verdict_json(answer, language="en"))
            return replace(attempt, sent_at=now)
        why = _refusal(answer)
        if isinstance(why, Denied):
            log(tx, attempt, "verdict.denied", now, **verdict_json(why.verdict, language="en"))
        if attempt.sent_at is None:
            change(app, tx, attempt, Refused(Outcome.CANCELLED, now), now)
    return why


def _refusal(answer: Verdict | NotNow) -> Denied | NotNow:
    if isinstance(answer, NotNow):
        return answer
    return NotNow("the request was already made") if answer.allowed else Denied(answer)


def _asked_again(app: App, tx: Transaction, attempt: Attempt, now: datetime) -> Verdict | NotNow:
    """The gate's word at the instant of dialling, or what of ours keeps it from being asked."""
    if pause := pacing.account(tx, app.account).pause(now, attempt_id=attempt.id):
        return NotNow(f"dialling is paused: {pause.reason}")
    if now >= attempt.not_after:
        return NotNow("too late for this window")
    if attempt.desk_id is not None:
        desk = desk_of(tx, attempt)
        if desk is None or desk.state is not DeskState.RESERVED:
            return NotNow("the collector is gone")
    judged = judge_attempt(app, tx, attempt, now)
    return NotNow("the case has left the telephone") if judged.left_the_telephone else judged.verdict
