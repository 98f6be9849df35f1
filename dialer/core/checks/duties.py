"""Rules about the case: who may hear it, what stops it, what must have been said before, how it is dialled."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialer.core.case import PhoneState, Stage
from dialer.core.checks.finding import Finding, found
from dialer.core.checks.request import Request
from dialer.core.phone import is_e164
from dialer.core.policy import (
    CallerId,
    Contains,
    Flag,
    Forbidden,
    LaterStage,
    Limitation,
    Lines,
    NoRecording,
    NoticeFirst,
    NoticeWithin,
    People,
    RingTime,
    Rule,
    Stopped,
    Words,
)
from dialer.core.windows import NO_TIME
from dialer.core.wording import breaches


def people(rule: Rule, allowed: People, request: Request) -> Finding | None:
    """Whom we would speak to."""
    role = request.facts.contact_role
    return None if role in allowed.roles else found(rule, detail=role.value)


def lines(rule: Rule, allowed: Lines, request: Request) -> Finding | None:
    """Which line would ring."""
    role = request.facts.phone.role
    return None if role in allowed.roles else found(rule, detail=role.value)


def stopped(rule: Rule, stop: Stopped, request: Request) -> Finding | None:
    """A flag, a hold or a dispute; the last of them to end decides."""
    facts, now = request.facts, request.now
    if stop.disputed_claim and any(claim.disputed for claim in facts.claims):
        return found(rule, detail="dispute")
    if stop.wrong_number and facts.phone.state is PhoneState.WRONG_PARTY:
        return found(rule, detail="wrong_party")
    ends = [(h.until, h.reason.value) for h in facts.holds if h.reason in stop.holds and not _over(h.until, now)]
    ends += [(_until(flag, request), flag.value) for flag in sorted(stop.flags & request.flags)]
    return _longest(rule, ends)


def _until(flag: Flag, request: Request) -> datetime | None:
    return request.facts.moratorium_until if flag is Flag.MORATORIUM else None


def _over(until: datetime | None, now: datetime) -> bool:
    return until is not None and until <= now


def _longest(rule: Rule, ends: list[tuple[datetime | None, str]]) -> Finding | None:
    endless = next((what for until, what in ends if until is None), None)
    if endless is not None:
        return found(rule, detail=endless)
    if not ends:
        return None
    until, what = max((until, what) for until, what in ends if until is not None)
    return found(rule, until, what)


def notice_first(rule: Rule, duty: NoticeFirst, request: Request) -> Finding | None:
    """A notice that has not been given, or may not have arrived."""
    given_at = request.facts.notices.get(duty.notice)
    wait = timedelta(hours=duty.hours) + (timedelta.resolution if duty.strictly else NO_TIME)
    arrives_at = given_at + wait if given_at is not None else None
    return found(rule, arrives_at) if arrives_at is None or request.now < arrives_at else None


def notice_within(rule: Rule, duty: NoticeWithin, request: Request) -> Finding | None:
    """A notice that was owed after the first conversation and did not follow in time."""
    due_at = notice_due(duty, request)
    overdue = due_at is not None and request.now > due_at
    return found(rule, request.facts.notices.get(duty.notice)) if overdue else None


def notice_due(duty: NoticeWithin, request: Request) -> datetime | None:
    """The last instant (UTC) at which the notice is in time; None where none is owed any more, or yet."""
    facts = request.facts
    given_at = facts.notices.get(duty.notice)
    if given_at is not None and given_at <= request.now:
        return None
    talks = [past.at for past in facts.history if past.conversation and past.debtor_id == facts.debtor_id]
    return min(talks) + timedelta(hours=duty.hours) if talks else None


def caller_id(rule: Rule, shown: CallerId, request: Request) -> Finding | None:
    """The number shown."""
    return None if may_show(shown, request.facts.caller_id) else found(rule)


def may_show(shown: CallerId, number: str) -> bool:
    """True for an ordinary number that begins as it must and not as it must not."""
    if not is_e164(number):
        return shown.foreign_only
    return number.startswith(shown.prefix) and not number.startswith(shown.forbidden)


def forbidden(rule: Rule, _condition: Forbidden, _request: Request) -> Finding | None:
    """Covered by the scope, and so not done."""
    return found(rule)


def ring_time(rule: Rule, bounds: RingTime, request: Request) -> Finding | None:
    """How long it would ring."""
    seconds = request.facts.ring_seconds
    if seconds is None:
        return None
    fits = bounds.least <= seconds and (bounds.most is None or seconds <= bounds.most)
    return None if fits else found(rule, detail=str(seconds))


def no_recording(rule: Rule, _condition: NoRecording, request: Request) -> Finding | None:
    """The tape is off."""
    return found(rule) if request.facts.recording else None


def limitation(rule: Rule, _condition: Limitation, request: Request) -> Finding | None:
    """A claim whose last day is over everywhere the debtor may be."""
    today = request.now.date()
    barred = [c.id for c in request.facts.claims if c.limitation_on is not None and c.limitation_on < today]
    return found(rule, detail=", ".join(barred)) if barred else None


def later_stage(rule: Rule, _condition: LaterStage, request: Request) -> Finding | None:
    """The claim is with lawyers or courts."""
    stage = request.facts.stage
    return None if stage is Stage.TELEPHONE else found(rule, detail=stage.value)


def wording(rule: Rule, condition: Words | Contains, request: Request) -> Finding | None:
    """What would be said."""
    facts = request.facts
    if facts.wording is None:
        return None
    today = request.now.date()
    words = breaches(condition, facts.wording, facts.claims, today=today)
    return found(rule, detail=", ".join(words)) if words else None
