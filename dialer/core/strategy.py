"""What to do next with a case: step by claim age, retry by outcome, ladder over management levels.

Decides what is wanted; whether it is allowed is the permit's business, and `plan` brings the two together.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import takewhile

from dialer.core.case import Case, CaseStatus, Contact, Phone, PhoneState
from dialer.core.decision import Climb, Decision, Idle, Step, StepName, Strategy, Why
from dialer.core.facts import Site
from dialer.core.ladder import (
    View,
    by_level,
    day_of_age,
    direct_lines,
    fruitless,
    move,
    since_arrival,
    standing,
    usable,
    wants_warning,
    without_number,
)
from dialer.core.outcome import Channel, Outcome, PastAttempt
from dialer.core.windows import start_of_day
from dialer.core.workdays import add_workdays

BUSY_AGAIN = timedelta(minutes=15)
"""Wanted after a busy tone; the gate's two hours between calls (DE-F5) come on top."""

BUSY_A_DAY = 2
AGAIN_SAME_DAY = timedelta(hours=2)
WAIT_AFTER_MESSAGE_WORKDAYS = 2
DAY_PARTS = (11 * 60, 14 * 60, 17 * 60)
"""Local minutes at which morning, noon and afternoon end; the evening ends with the day."""


def next_step(case: Case, history: tuple[PastAttempt, ...], strategy: Strategy, site: Site, now: datetime) -> Decision:
    """What the strategy wants next for this case. `history`: all attempts at this debtor, oldest first.

    The case holds no number that the law never lets ring (`permit.reachable`).
    """
    calls = tuple(h for h in history if not h.channel.on_paper)
    idle = _not_now(case, calls, site, now)
    if idle:
        return idle
    name = _step_name(case, strategy, site, now)
    if isinstance(name, Idle):
        return name
    contact = _contact(case)
    if contact is None:
        return Idle(why=Why.NO_NUMBER)
    view = View(case=case, contact=contact, history=calls, strategy=strategy, site=site, now=now)
    if case.callback_at:
        pass  # what was agreed with the contact comes before the info call's rest and before the ladder
    elif name is StepName.INFO_CALL:
        rest = _info_rests(view)
        if rest:
            return rest
    else:
        moved = move(view)
        if moved:
            return moved
        name = StepName.WARNING_CALL if wants_warning(standing(view)) else name
    lines = direct_lines(case, contact) if name is StepName.WARNING_CALL else usable(contact)
    phone = _phone(lines, calls)
    if phone is None:
        return _without_number(view, name)
    due_at, why = _due(case, calls, site, now)
    return Step(name=name, channel=Channel.CALL, contact=contact, phone=phone, due_at=due_at, why=why)


def first_contact(case: Case) -> Contact | None:
    """Where the ladder starts: the lowest level with a usable number."""
    return next((c for c in by_level(case) if usable(c)), None)


def _contact(case: Case) -> Contact | None:
    """Whom the case has come to. A natural person has no levels: any line that is his own will do."""
    reached = case.contact(case.contact_id)
    if reached and (usable(reached) or not case.debtor.type.natural_person):
        return reached
    return first_contact(case) or next(iter(by_level(case)), None)


def _not_now(case: Case, history: tuple[PastAttempt, ...], site: Site, now: datetime) -> Idle | None:
    if case.status is not CaseStatus.OPEN:
        return Idle(why=Why.LEGAL_REVIEW if case.status is CaseStatus.LEGAL_REVIEW else Why.CLOSED)
    if not case.open_claims:
        return Idle(why=Why.PAID)
    holds = [h for h in case.holds if h.until is None or h.until > now]
    if holds:
        until = None if any(h.until is None for h in holds) else max(h.until for h in holds if h.until)
        return Idle(why=Why.HOLD, until=until, detail=", ".join(sorted(h.reason.value for h in holds)))
    last = history[-1] if history else None
    if last and last.outcome is None:
        return Idle(why=Why.LIVE)
    if last and last.outcome is Outcome.CONNECTED and last.disposition is None:
        # a collector who forgets must not bury the case: from the next working day it counts as "no result"
        until = add_workdays(last.ended_at or last.at, 1, site)
        return Idle(why=Why.AWAITS_DISPOSITION, until=until) if now < until else None
    return None


def _step_name(case: Case, strategy: Strategy, site: Site, now: datetime) -> StepName | Idle:
    oldest = case.open_claims[0]
    age = (now.astimezone(site.zone).date() - oldest.invoice_date).days
    if age >= strategy.collection_call_day:
        return StepName.COLLECTION_CALL
    if age >= strategy.info_call_day or case.callback_at:
        return StepName.INFO_CALL
    return Idle(why=Why.TOO_YOUNG, until=day_of_age(oldest, strategy.info_call_day, site))


def _info_rests(view: View) -> Idle | None:
    """An info call that was held, or tried often enough, rests until the collection call is due."""
    talked = any(h.conversation for h in since_arrival(view.case, view.contact, view.history))
    if talked or fruitless(standing(view).vain, view.strategy):
        return Idle(why=Why.INFO_DONE, until=_collection_day(view))
    return None


def _without_number(view: View, name: StepName) -> Decision:
    """An info call is not worth a letter: who cannot be called is left alone until the collection call is due."""
    moved = without_number(view)
    early = name is StepName.INFO_CALL and not isinstance(moved, Climb)
    return Idle(why=Why.NO_NUMBER, until=_collection_day(view)) if early else moved


def _collection_day(view: View) -> datetime:
    return day_of_age(view.case.open_claims[0], view.strategy.collection_call_day, view.site)


def _phone(lines: list[Phone], history: tuple[PastAttempt, ...]) -> Phone | None:
    """Sound numbers before suspect ones, then the one tried least; ties in the order they were given."""
    tries = {p.e164: sum(1 for h in history if h.e164 == p.e164) for p in lines}
    return min(lines, key=lambda p: (p.state is PhoneState.SUSPECT, tries[p.e164]), default=None)


def _due(case: Case, history: tuple[PastAttempt, ...], site: Site, now: datetime) -> tuple[datetime, Why]:
    """When the retry is due by what happened last (design section 6)."""
    if case.callback_at:
        return case.callback_at, Why.CALLBACK
    if not history:
        return now, Why.FIRST_CALL
    last = history[-1]
    ended = last.ended_at or last.at
    match last.outcome:
        case Outcome.BUSY if _busy_today(history, ended, site) <= BUSY_A_DAY:
            return ended + BUSY_AGAIN, Why.RETRY
        case Outcome.VOICEMAIL_LEFT | Outcome.ANNOUNCED:
            return add_workdays(ended, WAIT_AFTER_MESSAGE_WORKDAYS, site), Why.RETRY
        case Outcome.BAD_NUMBER | Outcome.CANCELLED | Outcome.FAX_MACHINE:
            return now, Why.RETRY
        case Outcome.NOT_PLACED:
            return ended + _back_off(history), Why.RETRY
        case Outcome.CONNECTED:
            return _other_day_part(ended, site), Why.AFTER_CONVERSATION
        case _:
            return _other_day_part(ended, site), Why.RETRY


def _back_off(history: tuple[PastAttempt, ...]) -> timedelta:
    """Twice as long after each refusal in a row: the carrier may refuse this number for good."""
    row = len(list(takewhile(lambda h: h.outcome is Outcome.NOT_PLACED, reversed(history))))
    factor: int = 2 ** max(0, min(row, 10) - 1)
    return min(BUSY_AGAIN * factor, timedelta(days=1))


def _busy_today(history: tuple[PastAttempt, ...], ended: datetime, site: Site) -> int:
    today = ended.astimezone(site.zone).date()
    return sum(1 for h in history if h.outcome is Outcome.BUSY and h.at.astimezone(site.zone).date() == today)


def _other_day_part(ended: datetime, site: Site) -> datetime:
    """At least two hours later, and not in the part of the day that just failed."""
    local = ended.astimezone(site.zone)
    minute = local.hour * 60 + local.minute
    part_end = next((end for end in DAY_PARTS if minute < end), None)
    next_part = (
        start_of_day(site.zone, local.date() + timedelta(days=1))
        if part_end is None
        else datetime.combine(local.date(), time(part_end // 60), tzinfo=site.zone).astimezone(UTC)
    )
    return max(ended + AGAIN_SAME_DAY, next_part)
