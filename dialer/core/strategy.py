"""What to do next with a case: step by claim age, retry by outcome, ladder over management levels.

Decides what is wanted; whether it is allowed is the permit's business, and `plan` brings the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile

from dialer.core.case import Case, CaseStatus, Claim, Contact, Phone, PhoneState
from dialer.core.facts import Site
from dialer.core.outcome import UNANSWERED, Channel, Disposition, Mode, Outcome, PastAttempt
from dialer.core.windows import WeeklyWindow, start_of_day
from dialer.core.workdays import add_workdays


class StepName(StrEnum):
    """The two calls of the practice this automates."""

    INFO_CALL = "info_call"
    COLLECTION_CALL = "collection_call"


class Why(StrEnum):
    """Why something comes next, or why nothing does."""

    FIRST_CALL = "first_call"
    RETRY = "retry"
    CALLBACK = "callback"
    AFTER_CONVERSATION = "after_conversation"
    TOO_YOUNG = "too_young"
    INFO_DONE = "info_done"
    PAID = "paid"
    CLOSED = "closed"
    LEGAL_REVIEW = "legal_review"
    HOLD = "hold"
    NO_NUMBER = "no_number"
    LIVE = "live"
    AWAITS_DISPOSITION = "awaits_disposition"
    REFUSALS = "refusals"
    DENIED_TWICE = "denied_twice"
    BROKEN_PROMISE = "broken_promise"
    FRUITLESS = "fruitless"
    TOP_OF_LADDER = "top_of_ladder"
    UNREACHABLE = "unreachable"
    NO_HOUR = "no_hour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """Settings of one segment. Days are calendar days unless the name says workdays."""

    window: WeeklyWindow
    mode: Mode = Mode.PROGRESSIVE
    info_call_day: int = 14
    collection_call_day: int = 31
    ladder_refusals: int = 3
    ladder_refusal_days: int = 2
    ladder_denials: int = 2
    fruitless_attempts: int = 6
    fruitless_days: int = 4
    promise_grace_workdays: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An attempt to make, at `due_at` (UTC) or later."""

    name: StepName
    channel: Channel
    contact: Contact
    phone: Phone
    due_at: datetime
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """Turn to another contact of the same business, because of `why`."""

    contact: Contact
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The telephone has done what it can; a person decides how to go on."""

    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Nothing to do, and why; `until` (UTC) is None when only an event from outside changes that."""

    why: Why
    until: datetime | None = None
    detail: str = ""


Decision = Step | Climb | Review | Idle

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
    idle = _not_now(case, history, site, now)
    if idle:
        return idle
    name = _step_name(case, strategy, site, now)
    if isinstance(name, Idle):
        return name
    contact = _contact(case)
    if contact is None:
        return Idle(why=Why.NO_NUMBER)
    phone = _phone(contact, history)
    owed = {str(claim.id) for claim in case.open_claims}
    mine = [h for h in history if h.contact_id == contact.id and h.at >= (case.contact_since or h.at)]
    # what was said about claims that are settled by now is no longer held against anybody
    since = [h for h in mine if not h.claims or h.claims & owed]
    if case.callback_at:
        pass  # what was agreed with the contact comes before the info call's rest and before the ladder
    elif name is StepName.INFO_CALL:
        rest = _info_rests(case, since, strategy, site)
        if rest:
            return rest
    else:
        climb = _climb(case, contact, since, strategy, site)
        if climb:
            return climb
    if phone is None:
        return _replacement(case, contact) or Idle(why=Why.NO_NUMBER)
    due_at, why = _due(case, history, site, now)
    return Step(name=name, channel=Channel.CALL, contact=contact, phone=phone, due_at=due_at, why=why)


def first_contact(case: Case) -> Contact | None:
    """Where the ladder starts: the lowest level with a usable number."""
    return next((c for c in _by_level(case) if _usable(c)), None)


def _contact(case: Case) -> Contact | None:
    """Whom the case has come to. A natural person has no levels: any line that is his own will do."""
    reached = case.contact(case.contact_id)
    if reached and (_usable(reached) or not case.debtor.type.natural_person):
        return reached
    return first_contact(case)


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
    return Idle(why=Why.TOO_YOUNG, until=_day_of_age(oldest, strategy.info_call_day, site))


def _day_of_age(claim: Claim, days: int, site: Site) -> datetime:
    return start_of_day(site.zone, claim.invoice_date + timedelta(days=days))


def _info_rests(case: Case, since: list[PastAttempt], strategy: Strategy, site: Site) -> Idle | None:
    """An info call that was held, or tried often enough, rests until the collection call is due."""
    if any(h.conversation for h in since) or _fruitless(since, strategy, site):
        until = _day_of_age(case.open_claims[0], strategy.collection_call_day, site)
        return Idle(why=Why.INFO_DONE, until=until)
    return None


def _climb(
    case: Case, contact: Contact, since: list[PastAttempt], strategy: Strategy, site: Site
) -> Climb | Review | None:
    """The ladder. Natural persons are never escalated to other people."""
    if case.debtor.type.natural_person:
        return Review(why=Why.UNREACHABLE) if _fruitless(since, strategy, site) else None
    why = _reason_to_climb(since, strategy, site)
    if why is None:
        return None
    above = _next_contact(case, contact)
    return Climb(contact=above, why=why) if above else Review(why=Why.TOP_OF_LADDER)


def _reason_to_climb(since: list[PastAttempt], strategy: Strategy, site: Site) -> Why | None:
    against = [h for h in since if h.outcome in UNANSWERED or (h.disposition and h.disposition.refusal)]
    denials = [h for h in since if h.disposition in {Disposition.GATEKEEPER, Disposition.EVADED}]
    # What payments have shown to be broken; or a promise whose hold has run out while something is still owed.
    # Instalments leave something owed when they are kept, so that there only the payments tell.
    if any(h.disposition is Disposition.PROMISE_TO_PAY if h.broken is None else h.broken for h in since):
        return Why.BROKEN_PROMISE
    if len(denials) >= strategy.ladder_denials:
        return Why.DENIED_TWICE
    if len(against) >= strategy.ladder_refusals and _days(against, site) >= strategy.ladder_refusal_days:
        return Why.REFUSALS
    return Why.FRUITLESS if _fruitless(since, strategy, site) else None


def _fruitless(since: list[PastAttempt], strategy: Strategy, site: Site) -> bool:
    vain = [h for h in since if h.counts and not h.conversation]
    return len(vain) >= strategy.fruitless_attempts and _days(vain, site) >= strategy.fruitless_days


def _days(attempts: list[PastAttempt], site: Site) -> int:
    return len({h.at.astimezone(site.zone).date() for h in attempts})


def _by_level(case: Case) -> list[Contact]:
    return sorted(case.contacts, key=lambda c: (c.role.level, c.id))


def _next_contact(case: Case, contact: Contact) -> Contact | None:
    """Who comes after `contact` on the ladder and has a usable number: the rest of his level, then the next."""
    higher = (c for c in _by_level(case) if (c.role.level, c.id) > (contact.role.level, contact.id))
    return next((c for c in higher if _usable(c)), None)


def _replacement(case: Case, contact: Contact) -> Climb | None:
    """A business contact whose numbers all failed hands over to the next one."""
    above = _next_contact(case, contact)
    return Climb(contact=above, why=Why.NO_NUMBER) if above else None


def _usable(contact: Contact) -> list[Phone]:
    """The numbers worth dialling."""
    return [p for p in contact.phones if p.state in {PhoneState.USABLE, PhoneState.SUSPECT}]


def _phone(contact: Contact, history: tuple[PastAttempt, ...]) -> Phone | None:
    """Sound numbers before suspect ones, then the one tried least; ties in the order they were given."""
    tries = {p.e164: sum(1 for h in history if h.e164 == p.e164) for p in contact.phones}
    return min(_usable(contact), key=lambda p: (p.state is PhoneState.SUSPECT, tries[p.e164]), default=None)


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
