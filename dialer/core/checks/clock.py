"""Rules about the hour and the day: windows, Sundays, public holidays, quiet days, the debtor's own wishes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from dialer.core.checks.finding import Finding, found
from dialer.core.facts import Facts, Site
from dialer.core.policy import Effect, End, HolidayName, Holidays, Hours, Rule, UnknownPlace, Wishes, YearDays
from dialer.core.windows import (
    MINUTES_A_DAY,
    NEVER,
    WHOLE_DAY,
    DaySpans,
    Schedule,
    Span,
    Spans,
    WeeklyWindow,
    is_open,
    next_open,
    open_until,
)

if TYPE_CHECKING:
    from dialer.core.checks.applicable import Applicable
    from dialer.core.checks.request import Request

CLOCK = (Hours, YearDays, Holidays, UnknownPlace, Wishes)
"""The conditions that follow the clock."""


def binds_at(rule: Rule, end: End) -> bool:
    """True when a clock rule looks at that end of the line."""
    condition = rule.condition
    if isinstance(condition, Hours | Holidays):
        return end in condition.ends
    return isinstance(condition, CLOCK) and end is End.CALLED


def clock_findings(rules: Applicable, request: Request) -> Iterator[Finding]:
    """The clock rules that forbid at this instant; looked at one by one only when some rule does."""
    facts, now = request.facts, request.now
    if is_open(schedules_of(rules, facts), now):
        return
    for rule, schedule in _each(rules, facts):
        if not is_open((schedule,), now):
            yield found(rule, next_open((schedule,), now), str(schedule[0]))


def clock_warnings(rule: Rule, request: Request) -> Finding | None:
    """A clock rule that only warns."""
    schedules = [_schedule(rule, site, request.facts) for site in request.facts.called]
    return None if is_open(schedules, request.now) else found(rule)


def closing(rules: Applicable, request: Request) -> datetime | None:
    """The first instant (UTC) at which the clock forbids it; an overridden rule binds again from the override's end."""
    facts, now = request.facts, request.now
    lifted = request.overrides()
    if not lifted:
        return open_until(schedules_of(rules, facts), now)
    ends = []
    for rule, schedule in _each(rules, facts):
        free = rule.effect is Effect.DENY_OVR and rule.id in lifted
        ends.append(open_until((schedule,), lifted[rule.id].until if free else now))
    return min((until for until in ends if until is not None), default=None)


def schedules_of(rules: Applicable, facts: Facts) -> tuple[Schedule, ...]:
    """All clock rules in one schedule for each place, and the debtor's wishes."""
    called = (*rules.called_clock, *(rules.unknown_place if facts.place_unknown else ()))
    sites = tuple((site.zone, _all_of(called, site)) for site in facts.called)
    if rules.caller_clock:
        sites = (*sites, (facts.caller.zone, _all_of(rules.caller_clock, facts.caller)))
    if facts.wishes is not None and rules.wishes:
        sites = (*sites, *((site.zone, _free(facts.wishes)) for site in facts.called))
    return sites


def _each(rules: Applicable, facts: Facts) -> Iterator[tuple[Rule, Schedule]]:
    """Every clock rule with every place it looks at."""
    called = (*rules.called_clock, *(rules.unknown_place if facts.place_unknown else ()))
    wishes = rules.wishes if facts.wishes is not None else ()
    for site in facts.called:
        for rule in (*called, *wishes):
            yield rule, _schedule(rule, site, facts)
    for rule in rules.caller_clock:
        yield rule, _schedule(rule, facts.caller, facts)


def _schedule(rule: Rule, site: Site, facts: Facts) -> Schedule:
    if isinstance(rule.condition, Wishes):
        return site.zone, _free(facts.wishes or WeeklyWindow((NEVER,) * 7))
    return site.zone, _spans_of(rule, site.holiday)


@lru_cache(maxsize=4096)
def _spans_of(rule: Rule, holiday: HolidayName) -> DaySpans:
    """When this rule alone lets a call through, as a function of the local day."""
    match rule.condition:
        case Hours(week=week) | UnknownPlace(week=week):
            return partial(WeeklyWindow.__call__, week)  # told apart at once, where a week is told apart by its spans
        case YearDays(days=days):
            return lambda day: days.get((day.month, day.day), WHOLE_DAY)
        case _:
            return lambda day: NEVER if holiday(day) else WHOLE_DAY


@lru_cache(maxsize=4096)
def _all_of(rules: tuple[Rule, ...], site: Site) -> DaySpans:
    """When all of these rules let a call through."""
    each = [_spans_of(rule, site.holiday) for rule in rules]

    def spans_of(day: date) -> Spans:
        spans = WHOLE_DAY
        for one in each:
            spans = _both(spans, one(day))
        return spans

    return spans_of


def _both(left: Spans, right: Spans) -> Spans:
    shared = ((max(a.start, b.start), min(a.end, b.end)) for a in left for b in right)
    return tuple(Span(start, end) for start, end in shared if start < end)


@lru_cache(maxsize=4096)
def _free(busy: WeeklyWindow) -> WeeklyWindow:
    """What inconvenient hours leave of the week."""
    return WeeklyWindow(tuple(_rest_of_day(spans) for spans in busy.days))  # type: ignore[arg-type]


def _rest_of_day(busy: Spans) -> Spans:
    free: list[Span] = []
    start = 0
    for span in sorted(busy, key=lambda s: s.start):
        if span.start > start:
            free.append(Span(start, span.start))
        start = max(start, span.end)
    if start < MINUTES_A_DAY:
        free.append(Span(start, MINUTES_A_DAY))
    return tuple(free)
