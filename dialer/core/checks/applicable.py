"""Which rules bind a request: those whose scope covers it, in the order of their packs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from dialer.core import policy
from dialer.core.case import DebtorType, HoldReason, LineType, PhoneRole
from dialer.core.checks import clock, counters, duties, everywhere
from dialer.core.checks.finding import Finding
from dialer.core.checks.request import Request
from dialer.core.facts import Facts
from dialer.core.outcome import Channel, Mode
from dialer.core.policy import Document, End, Flag, Law, OperatorRole, OtherStops, Pack, Rule, Scope, Stopped
from dialer.core.windows import A_DAY

CheckFunction = Callable[[Rule, Any, Request], Finding | None]

CHECKS: dict[type, CheckFunction] = {
    policy.PerDay: counters.per_day,
    policy.Rolling: counters.rolling,
    policy.Gap: counters.gap,
    policy.DayParts: counters.day_parts,
    policy.Rest: counters.rest,
    policy.LostCall: counters.lost_call,
    policy.LostRate: counters.lost_rate,
    policy.MessageGap: counters.message_gap,
    policy.MessageCount: counters.message_count,
    policy.Stopped: duties.stopped,
    policy.NoticeFirst: duties.notice_first,
    policy.NoticeWithin: duties.notice_within,
    policy.People: duties.people,
    policy.Lines: duties.lines,
    policy.CallerId: duties.caller_id,
    policy.Forbidden: duties.forbidden,
    policy.RingTime: duties.ring_time,
    policy.NoRecording: duties.no_recording,
    policy.Limitation: duties.limitation,
    policy.LaterStage: duties.later_stage,
    policy.Words: duties.wording,
    policy.Contains: duties.wording,
    policy.NoPack: everywhere.no_pack,
    policy.NoPlace: everywhere.no_place,
    policy.NothingOwed: everywhere.nothing_owed,
    policy.DeadLine: everywhere.dead_line,
}
"""How each condition is judged, apart from those that follow the clock."""

TIMELESS = frozenset(
    {
        policy.People,
        policy.Lines,
        policy.CallerId,
        policy.Forbidden,
        policy.RingTime,
        policy.NoRecording,
        policy.LostRate,
        policy.NoPack,
        policy.NoPlace,
        policy.NothingOwed,
        policy.DeadLine,
    }
)
"""Conditions whose answer no clock changes: looked at once, while the search for the next instant goes on."""

STOP_FLAGS = frozenset(Flag) - {
    Flag.PRIOR_CONSENT,
    Flag.PRERECORDED_CONSENT,
    Flag.RECORDING_CONSENT,
    Flag.WORKPLACE_ALLOWED,
}
"""Flags that speak against an attempt; the others speak for it."""


class Check(NamedTuple):
    """A rule, what it asks and the function that looks; `guarded`: it may be lifted or not be in force yet."""

    rule: Rule
    condition: Any
    look: CheckFunction
    guarded: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Applicable:
    """The rules that bind one kind of request.

    `timeless` rules give the same answer at every instant, `stops` speak only of a case that something stops.
    `memory` is how far back the counters look.
    """

    memory: timedelta
    packs: tuple[Pack, ...]
    pack_names: tuple[str, ...]
    called_clock: tuple[Rule, ...]
    caller_clock: tuple[Rule, ...]
    unknown_place: tuple[Rule, ...]
    wishes: tuple[Rule, ...]
    timeless: tuple[Check, ...]
    timely: tuple[Check, ...]
    stops: tuple[Check, ...]
    warning: tuple[Check, ...]
    clock_warning: tuple[Rule, ...]


class _Kind(NamedTuple):
    """What scopes look at."""

    country: str
    caller_country: str
    places: frozenset[str]
    debtor: DebtorType
    channel: Channel
    mode: Mode
    operator: OperatorRole
    phone_role: PhoneRole
    line_type: LineType
    document: Document | None
    language: str | None
    level: int | None


def applicable(facts: Facts, law: Law) -> Applicable:
    """The rules that bind this request."""
    wording = facts.wording
    return _applicable(
        law,
        _Kind(
            facts.country,
            facts.caller_country,
            facts.places,
            facts.debtor_type,
            facts.channel,
            facts.mode,
            facts.operator_role,
            facts.phone.role,
            facts.phone.line_type,
            facts.document,
            wording.language if wording else None,
            wording.level if wording else None,
        ),
    )


@lru_cache(maxsize=4096)
def _applicable(law: Law, kind: _Kind) -> Applicable:
    packs = law.of(kind.country)
    caller_clock = tuple(_caller_clock(law, kind))
    at_home = law.of(kind.caller_country) if caller_clock else ()
    rules = tuple(rule for rule in _resolved(law, kind, packs) if covers(rule.scope, kind) and _has_object(rule, kind))
    denying = tuple(rule for rule in rules if rule.effect.denies)
    warning = tuple(rule for rule in rules if rule.effect is policy.Effect.WARN)
    checks = tuple(_checks(denying))
    clocks = tuple(rule for rule in denying if clock.binds_at(rule, End.CALLED))
    return Applicable(
        memory=max(map(_memory, rules), default=timedelta()) + A_DAY,
        packs=(applied := tuple(dict.fromkeys((*packs, *at_home)))),
        pack_names=tuple(pack.name for pack in applied),
        called_clock=tuple(r for r in clocks if not isinstance(r.condition, policy.UnknownPlace | policy.Wishes)),
        caller_clock=caller_clock,
        unknown_place=tuple(rule for rule in clocks if isinstance(rule.condition, policy.UnknownPlace)),
        wishes=tuple(rule for rule in clocks if isinstance(rule.condition, policy.Wishes)),
        timeless=tuple(check for check in checks if _kind_of(check) == "timeless"),
        timely=tuple(check for check in checks if _kind_of(check) == "timely"),
        stops=tuple(check for check in checks if _kind_of(check) == "stops"),
        warning=tuple(_checks(warning)),
        clock_warning=tuple(rule for rule in warning if clock.binds_at(rule, End.CALLED)),
    )


def covers(scope: Scope, kind: _Kind) -> bool:
    """True when a rule of that scope binds this kind of request. An unknown language or level is covered by all."""
    return (
        _in(kind.debtor, scope.debtors)
        and kind.channel in scope.channels
        and _in(kind.mode, scope.modes)
        and _in(kind.operator, scope.operators)
        and (scope.places is None or bool(scope.places & kind.places))
        and _in(kind.phone_role, scope.phone_roles)
        and _in(kind.line_type, scope.line_types)
        and _in(kind.document, scope.documents)
        and (not kind.language or _in(kind.language, scope.languages))
        and (kind.level is None or _in(kind.level, scope.levels))
    )


def _has_object(rule: Rule, kind: _Kind) -> bool:
    """False for a rule about words where nothing is said."""
    return kind.level is not None or not isinstance(rule.condition, policy.Words | policy.Contains)


def _memory(rule: Rule) -> timedelta:
    """How long ago something may have happened that the rule still counts."""
    match rule.condition:
        case policy.Rolling(days=days):
            return timedelta(days=days)
        case policy.Gap(hours=hours) | policy.LostCall(hours=hours):
            return timedelta(hours=hours)
        case policy.Rest(days=days, workdays=workdays):
            # no row of holidays makes three working days last for a month
            return timedelta(days=days or 7 * ((workdays or 0) + 2))
        case _:
            return A_DAY


@lru_cache(maxsize=8)
def longest_memory(law: Law) -> timedelta:
    """How far back any rule of any pack counts."""
    return max(_memory(rule) for pack in law.packs for rule in pack.rules) + A_DAY


def _in(value: object, allowed: frozenset[Any] | None) -> bool:
    return allowed is None or value in allowed


def _resolved(law: Law, kind: _Kind, packs: tuple[Pack, ...]) -> Iterator[Rule]:
    """The rules of the packs, with "all other stops" spelled out; NO-PACK alone speaks where a pack is missing.

    What other stops there are, the country's own pack says, the first one: whoever adds a rule would loosen it else.
    """
    rules = [rule for pack in packs for rule in pack.rules]
    first = next((pack.rules for pack in packs if pack.country is not None), ())
    stops = [rule.condition for rule in first if isinstance(rule.condition, Stopped)]
    flags = STOP_FLAGS.difference(*(stop.flags for stop in stops))
    holds = frozenset(HoldReason).difference(*(stop.holds for stop in stops))
    for rule in rules:
        match rule.condition:
            case OtherStops(flags=about_flags, only=only, without=without):
                named = holds - without if only is None else holds & only
                condition = Stopped(flags=flags if about_flags else frozenset(), holds=named)
                yield replace(rule, condition=condition)
            case policy.NoPack():
                if not law.knows(kind.country):
                    yield rule
            case _:
                yield rule


def _caller_clock(law: Law, kind: _Kind) -> Iterator[Rule]:
    """What the law of either end says of the caller's days: his own whoever is called, the called party's beside it."""
    for pack in dict.fromkeys((*law.of(kind.country), *law.of(kind.caller_country))):
        for rule in pack.rules:
            if rule.effect.denies and clock.binds_at(rule, End.CALLER) and covers(rule.scope, kind):
                yield rule


def _checks(rules: tuple[Rule, ...]) -> Iterator[Check]:
    for rule in rules:
        look = CHECKS.get(type(rule.condition))
        if look is not None:
            yield Check(rule, rule.condition, look, bool(rule.unless) or rule.since is not None)


def _kind_of(check: Check) -> Literal["timeless", "timely", "stops"]:
    if isinstance(check.condition, Stopped):
        return "stops"
    return "timeless" if type(check.condition) in TIMELESS and not check.guarded else "timely"


def binds_now(rule: Rule, request: Request) -> bool:
    """True unless a flag lifts the rule, or its first day has not come anywhere the debtor may be."""
    if rule.unless & request.flags:
        return False
    if rule.since is None:
        return True
    zones = [site.zone for site in request.facts.called]
    days = [request.now.astimezone(zone).date() for zone in zones] or [request.now.date()]
    return max(days) >= rule.since
