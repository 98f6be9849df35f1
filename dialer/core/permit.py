"""The one gate: may this attempt be made at this instant?

A verdict is a value with rule ids, never a bare boolean. The gate fails closed: what it does not know, it denies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from dialer.core import policy
from dialer.core.case import ContactRole, DebtorType, Hold, HoldReason, Phone, PhoneRole, PhoneState
from dialer.core.outcome import Channel, Disposition, Mode, Outcome, PastAttempt
from dialer.core.phone import is_e164
from dialer.core.policy import Effect, HolidayName, TimeRule
from dialer.core.windows import Schedule, is_open, next_open, open_until, start_of_day

WORKDAYS = range(5)
MAX_STEPS = 200
"""Bound of the search for `not_before`: each step moves past the release of at least one rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where one end of the call is: its clock and its public holidays."""

    zone: ZoneInfo
    holiday: HolidayName


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the gate looks at. `called` holds every place the called person may be at; all must be open.

    `history` holds every attempt at this debtor or at this number, the one being judged left out.
    """

    country: str
    called: tuple[Site, ...]
    caller: Site
    caller_id: str
    operator_role: str
    debtor_id: int
    debtor_type: DebtorType
    contact_role: ContactRole
    phone: Phone
    channel: Channel
    mode: Mode
    holds: tuple[Hold, ...] = ()
    open_minor: int = 0
    disputed: bool = False
    notice_13a_at: datetime | None = None
    history: tuple[PastAttempt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """One rule that forbids the attempt; `not_before` (UTC) is when it alone stops doing so, None = not by time."""

    rule: str
    effect: Effect
    not_before: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's answer.

    Denied: `not_before` is the earliest instant (UTC) at which the same request passes if nothing else changes.
    Allowed: `closes_at` is the first instant (UTC) at which the clock will forbid it.
    """

    denials: tuple[Denial, ...]
    not_before: datetime | None
    closes_at: datetime | None
    pack: str = policy.PACK

    @property
    def allowed(self) -> bool:
        """True when no rule forbids the attempt."""
        return not self.denials

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that forbid, each once."""
        return tuple(dict.fromkeys(d.rule for d in self.denials))


def judge(facts: Facts, now: datetime) -> Verdict:
    """The verdict on making this attempt at `now` (aware)."""
    if now.tzinfo is None:
        raise ValueError("the gate needs an instant with a time zone")
    instant = now.astimezone(UTC)
    # the same rule may forbid for the person and for the number in the same words
    denials = tuple(dict.fromkeys(_denials(facts, instant)))
    if denials:
        return Verdict(denials=denials, not_before=_release(facts, denials), closes_at=None)
    return Verdict(denials=(), not_before=None, closes_at=open_until(schedules(facts), instant))


def schedules(facts: Facts) -> tuple[Schedule, ...]:
    """The law's clock for these facts: open means that no clock rule forbids."""
    return tuple((zone, rule.spans_of) for zone, rule in _clock_rules(facts))


def _release(facts: Facts, denials: tuple[Denial, ...]) -> datetime | None:
    """The earliest pass. Sound because between `t` and the latest release one rule denies throughout."""
    for _ in range(MAX_STEPS):
        releases = [d.not_before for d in denials]
        if None in releases:
            return None
        instant = max(r for r in releases if r is not None)
        denials = tuple(_denials(facts, instant))
        if not denials:
            return instant
    return None


def _denials(facts: Facts, now: datetime) -> Iterator[Denial]:
    rules: tuple[Callable[[Facts, datetime], Iterable[Denial]], ...] = (
        _place,
        _person,
        _holds,
        _clock,
        _counters,
        _pauses,
        _voicemails,
    )
    return chain.from_iterable(rule(facts, now) for rule in rules)


def _deny(rule: str, until: datetime | None = None, detail: str = "", *, effect: Effect = Effect.DENY) -> Denial:
    return Denial(rule=rule, effect=effect, not_before=until, detail=detail)


def _place(facts: Facts, now: datetime) -> Iterator[Denial]:
    """Country, caller ID and our own standing."""
    if facts.country != policy.COUNTRY:
        yield _deny("NO-PACK", detail=facts.country)
    if not facts.called or not facts.phone.e164.startswith(policy.NUMBER_PREFIX):
        yield _deny("NO-ZONE")
    caller_id = facts.caller_id
    ordinary = is_e164(caller_id) and not caller_id.startswith(policy.CALLER_ID_FORBIDDEN)
    if not ordinary or not caller_id.startswith(policy.CALLER_ID_PREFIX):
        yield _deny("DE-N1")
    if facts.operator_role != "own_claim" and facts.debtor_type.natural_person:
        yield from _notice(facts.notice_13a_at, now)


def _notice(given_at: datetime | None, now: datetime) -> Iterator[Denial]:
    arrives_at = given_at + timedelta(days=policy.NOTICE_DAYS) if given_at else None
    if arrives_at is None or now < arrives_at:
        yield _deny("DE-RDG2", arrives_at)


_OWN_ROLES = {
    DebtorType.CONSUMER: {ContactRole.SELF},
    DebtorType.SOLE_TRADER: {ContactRole.SELF, ContactRole.OWNER},
}


def may_hear(debtor_type: DebtorType, role: ContactRole) -> bool:
    """BZ-3: natural persons are spoken to themselves, businesses through anybody who belongs to them."""
    return role in _OWN_ROLES[debtor_type] if debtor_type.natural_person else role is not ContactRole.THIRD_PARTY


def may_ring(debtor_type: DebtorType, role: PhoneRole) -> bool:
    """DE-P3: never a workplace of a natural person; of a consumer that is every number that is not his own."""
    if debtor_type is DebtorType.CONSUMER:
        return role is PhoneRole.PRIVATE
    return role is not PhoneRole.WORK or not debtor_type.natural_person


def _person(facts: Facts, now: datetime) -> Iterator[Denial]:
    """Who would hear it, and on which line."""
    del now
    if not may_hear(facts.debtor_type, facts.contact_role):
        yield _deny("BZ-3")
    if not may_ring(facts.debtor_type, facts.phone.role):
        yield _deny("DE-P3")
    if facts.debtor_type.natural_person and facts.mode is Mode.UNATTENDED and facts.channel is Channel.CALL:
        yield _deny("DE-U4")
    if facts.phone.state is PhoneState.WRONG_PARTY:
        yield _deny("DE-C5")
    elif facts.phone.state in {PhoneState.BAD, PhoneState.FAX}:
        yield _deny("PHONE", detail=facts.phone.state.value)
    if facts.open_minor <= 0:
        yield _deny("PAID")
    if facts.disputed:
        yield _deny("DE-C3", effect=Effect.DENY_OVR)


_HOLD_RULES = {
    HoldReason.DISPUTE: ("DE-C3", Effect.DENY_OVR),
    HoldReason.REPRESENTED: ("DE-C2", Effect.DENY_OVR),
    HoldReason.INSOLVENCY: ("DE-C4", Effect.DENY),
    HoldReason.OBJECTION: ("DE-C1", Effect.DENY),
    HoldReason.WRONG_PARTY: ("DE-C5", Effect.DENY),
}


def _holds(facts: Facts, now: datetime) -> Iterator[Denial]:
    for hold in facts.holds:
        if hold.until is None or hold.until > now:
            rule, effect = _HOLD_RULES.get(hold.reason, ("HOLD", Effect.DENY))
            yield _deny(rule, hold.until, hold.reason.value, effect=effect)


def _clock_rules(facts: Facts) -> Iterator[tuple[ZoneInfo, TimeRule]]:
    for site in facts.called:
        for rule in policy.time_rules(facts.debtor_type):
            yield site.zone, rule
        yield site.zone, policy.holiday_rule(site.holiday)
    yield facts.caller.zone, policy.holiday_rule(facts.caller.holiday)


def _clock(facts: Facts, now: datetime) -> Iterator[Denial]:
    for zone, rule in _clock_rules(facts):
        schedule = ((zone, rule.spans_of),)
        if not is_open(schedule, now):
            yield _deny(rule.id, next_open(schedule, now), str(zone), effect=rule.effect)


def _counters(facts: Facts, now: datetime) -> Iterator[Denial]:
    """DE-F1 to F3, for the debtor over all his numbers and contacts, and for the number over all debtors."""
    limits = policy.limits_for(facts.debtor_type)
    for counted in _populations(facts):
        for zone in {site.zone for site in facts.called}:
            yield from _per_day(counted, now, zone, limits.per_day)
        for days, most in ((7, limits.per_7d), (30, limits.per_30d)):
            yield from _rolling(counted, now, timedelta(days=days), most)


def _populations(facts: Facts) -> tuple[list[datetime], list[datetime]]:
    """The instants that count against the debtor, and those that count against the number."""
    counting = [h for h in facts.history if h.counts]
    person = [h.at for h in counting if h.debtor_id == facts.debtor_id]
    number = [h.at for h in counting if h.e164 == facts.phone.e164]
    return person, number


def _per_day(counted: list[datetime], now: datetime, zone: ZoneInfo, default: int) -> Iterator[Denial]:
    today = now.astimezone(zone).date()
    count = sum(1 for at in counted if at.astimezone(zone).date() == today)
    tomorrow = start_of_day(zone, today + timedelta(days=1))
    if count >= policy.HARD_PER_DAY:
        yield _deny("DE-F1", tomorrow, f"{count}/{policy.HARD_PER_DAY}")
    elif count >= default:
        yield _deny("DE-F2", tomorrow, f"{count}/{default}", effect=Effect.DENY_OVR)


def _rolling(counted: list[datetime], now: datetime, period: timedelta, most: int) -> Iterator[Denial]:
    recent = sorted(at for at in counted if now - period < at <= now)
    if len(recent) >= most:
        # the earliest instant at which fewer than `most` lie within the period
        release = recent[len(recent) - most] + period
        yield _deny("DE-F3", release, f"{len(recent)}/{most} in {period.days} d", effect=Effect.DENY_OVR)


def _pauses(facts: Facts, now: datetime) -> Iterator[Denial]:
    """DE-F4, DE-F5, DE-D4: time that must pass after what happened last."""
    gap = timedelta(hours=policy.MIN_GAP_HOURS)
    last = max((h.ended_at or h.at for h in facts.history if h.counts), default=None)
    if last and now < last + gap:
        yield _deny("DE-F5", last + gap, effect=Effect.DENY_OVR)
    yield from _after_conversation(facts, now)
    if facts.mode is not Mode.PREVIEW:
        block = timedelta(hours=policy.LOST_CALL_BLOCK_HOURS)
        lost = max((h.ended_at or h.at for h in facts.history if h.outcome is Outcome.ABANDONED), default=None)
        if lost and now < lost + block:
            yield _deny("DE-D4", lost + block)


def _after_conversation(facts: Facts, now: datetime) -> Iterator[Denial]:
    talks = [h for h in facts.history if h.conversation and h.debtor_id == facts.debtor_id]
    last = max(talks, key=lambda h: h.at, default=None)
    if last is None or last.disposition is Disposition.CALLBACK_AGREED or not facts.called:
        return
    # the day of the conversation is not counted, and the last day of the pause is over before the telephone rings
    rest = policy.PAUSE_WORKDAYS + 1
    until = max(add_workdays(last.ended_at or last.at, rest, site) for site in facts.called)
    if now < until:
        yield _deny("DE-F4", until, effect=Effect.DENY_OVR)


def add_workdays(instant: datetime, days: int, site: Site) -> datetime:
    """The start (UTC) of the local day `days` working days after the local day of `instant`."""
    day = instant.astimezone(site.zone).date()
    left = days
    while left > 0:
        day += timedelta(days=1)
        left -= is_workday(day, site)
    return start_of_day(site.zone, day)


def is_workday(day: date, site: Site) -> bool:
    """Monday to Friday, public holidays at that site excepted."""
    return day.weekday() in WORKDAYS and site.holiday(day) is None


def _voicemails(facts: Facts, now: datetime) -> Iterator[Denial]:
    """Compliance section 7: how often a message may be left."""
    if facts.channel is not Channel.VOICEMAIL:
        return
    limits = policy.limits_for(facts.debtor_type)
    left = [h.ended_at or h.at for h in facts.history if h.message_begun or h.outcome is Outcome.VOICEMAIL_LEFT]
    release = max(left, default=now - timedelta(days=3650)) + timedelta(days=limits.voicemail_days)
    if now < release:
        yield _deny("VM-GAP", release, effect=Effect.DENY_OVR)
    if limits.voicemails_per_case is not None and len(left) >= limits.voicemails_per_case:
        yield _deny("VM-MOST", detail=str(limits.voicemails_per_case), effect=Effect.DENY_OVR)
