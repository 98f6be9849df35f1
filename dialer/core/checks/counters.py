"""Rules that count: attempts a day and over rolling days, pauses, recorded messages, lost calls."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta

from dialer.core.checks.finding import Finding, found, latest
from dialer.core.checks.ledger import of_claim
from dialer.core.checks.request import Request
from dialer.core.facts import Site
from dialer.core.outcome import Outcome
from dialer.core.policy import (
    Counted,
    DayParts,
    Gap,
    LostCall,
    LostRate,
    MessageCount,
    MessageGap,
    PerDay,
    Rest,
    Rolling,
    Rule,
)
from dialer.core.windows import A_DAY, start_of_day
from dialer.core.workdays import add_workdays


def per_day(rule: Rule, limit: PerDay, request: Request) -> Finding | None:
    """How often it rang on this local day, at each place the debtor may be."""
    releases = []
    for counted, instants, _ in _populations(request, limit, all_channels=False):
        for site in request.facts.called:
            today = request.now.astimezone(site.zone).date()
            begins, ends = start_of_day(site.zone, today), start_of_day(site.zone, today + A_DAY)
            count = bisect_left(instants, ends) - bisect_left(instants, begins)
            if count >= limit.count and _concerns(counted, request, begins, ends):
                releases.append((ends, f"{count}/{limit.count}"))
    return latest(rule, releases)


def _concerns(counted: Counted, request: Request, begins: datetime, ends: datetime) -> bool:
    """A business's own counter speaks only where somebody else of its people was called before."""
    if counted is not Counted.ENTITY:
        return True
    facts = request.facts
    return any(
        past.contact_role is not facts.contact_role and past.counts and past.debtor_id == facts.debtor_id
        for past in facts.history
        if begins <= past.at < ends
    )


def rolling(rule: Rule, limit: Rolling, request: Request) -> Finding | None:
    """How often it rang in the last days, each of 24 hours.

    An attempt leaves the period by when it was over: it rang later than it was intended, and nobody may know when.
    """
    period = timedelta(days=limit.days)
    releases = []
    for _counted, begun, over in _populations(request, limit, all_channels=limit.all_channels):
        to_come = len(begun) - bisect_right(begun, request.now)
        first = bisect_right(over, request.now - period)
        count = len(over) - first - to_come
        if count >= limit.count:
            # the earliest instant at which fewer than the limit lie within the period
            releases.append((over[first + count - limit.count] + period, f"{count}/{limit.count} in {limit.days} d"))
    return latest(rule, releases)


def _populations(
    request: Request, limit: PerDay | Rolling, *, all_channels: bool
) -> Iterator[tuple[Counted, list[datetime], list[datetime]]]:
    """Whose attempts are counted, as when they began and when they were over; those below the limit are left out."""
    ledger, facts = request.ledger, request.facts
    for counted in limit.of:
        if counted is Counted.CLAIM or all_channels:
            # the claim without a name is every claim
            for claim in [c.id for c in facts.claims] if counted is Counted.CLAIM else [""]:
                yield counted, *of_claim(facts, claim, all_channels=all_channels)
            continue
        if counted is Counted.NUMBER and ledger.one_number and Counted.PERSON in limit.of:
            continue  # the person's count says the same
        begun = ledger.number if counted is Counted.NUMBER else ledger.person
        over = ledger.number_over if counted is Counted.NUMBER else ledger.person_over
        if len(begun) >= limit.count:
            yield counted, begun, over


def gap(rule: Rule, limit: Gap, request: Request) -> Finding | None:
    """Hours since the last attempt was over."""
    return _since(rule, request.ledger.last_end, timedelta(hours=limit.hours), request.now)


def lost_call(rule: Rule, limit: LostCall, request: Request) -> Finding | None:
    """Hours since the last call that nobody took on our side."""
    return _since(rule, request.ledger.lost_end, timedelta(hours=limit.hours), request.now)


def message_gap(rule: Rule, limit: MessageGap, request: Request) -> Finding | None:
    """Days since the last recorded message."""
    messages = request.ledger.messages
    return _since(rule, messages[-1] if messages else None, timedelta(days=limit.days), request.now)


def _since(rule: Rule, last: datetime | None, pause: timedelta, now: datetime) -> Finding | None:
    return found(rule, last + pause) if last is not None and now < last + pause else None


def message_count(rule: Rule, limit: MessageCount, request: Request) -> Finding | None:
    """Recorded messages so far, or in the last days."""
    messages = request.ledger.messages
    if limit.announced:
        heard = (past.over_at for past in request.facts.history if past.outcome is Outcome.ANNOUNCED)
        messages = sorted((*messages, *heard))
    if limit.days is None:
        return found(rule, detail=str(limit.count)) if len(messages) >= limit.count else None
    period = timedelta(days=limit.days)
    newest = bisect_right(messages, request.now)
    count = newest - bisect_right(messages, request.now - period, 0, newest)
    return found(rule, messages[newest - limit.count] + period, str(limit.count)) if count >= limit.count else None


def day_parts(rule: Rule, limit: DayParts, request: Request) -> Finding | None:
    """An attempt in the same part of the same day."""
    for site in request.facts.called:
        local = request.now.astimezone(site.zone)
        part = _part(limit, local)
        for instants in (request.ledger.person, request.ledger.number):
            for at in instants[bisect_left(instants, start_of_day(site.zone, local.date())) :]:
                then = at.astimezone(site.zone)
                if then.date() == local.date() and _part(limit, then) == part:
                    return found(rule)
    return None


def _part(limit: DayParts, local: datetime) -> int:
    minute = local.hour * 60 + local.minute
    return sum(1 for end in limit.ends if minute >= end)


def rest(rule: Rule, limit: Rest, request: Request) -> Finding | None:
    """Days of rest after the last conversation."""
    facts = request.facts
    talks = request.ledger.talks
    if limit.per_claim and talks:
        owed = {claim.id for claim in facts.claims}
        talks = [talk for talk in talks if "" in owed or not talk.claims or talk.claims & owed]
    # of two that began together the one that lifts nothing is the last
    last = max(talks, key=lambda talk: (talk.at, talk.disposition not in limit.waived_by), default=None)
    if last is None or last.disposition in limit.waived_by or not facts.called:
        return None
    until = max(_rested(last.over_at, limit, site) for site in facts.called)
    return found(rule, until) if request.now < until else None


def _rested(over_at: datetime, limit: Rest, site: Site) -> datetime:
    if limit.days is not None:
        return start_of_day(site.zone, over_at.astimezone(site.zone).date() + A_DAY * limit.days)
    # the day of the conversation is not counted, and the last day of the pause is over before the telephone rings
    return add_workdays(over_at, (limit.workdays or 0) + 1, site)


def lost_rate(rule: Rule, limit: LostRate, request: Request) -> Finding | None:
    """The creditor's share of calls that nobody took on our side."""
    dialled = request.facts.dialled
    percent = 100 * dialled.lost / max(dialled.attempts, limit.among)
    return found(rule, detail=f"{percent:.1f} %") if dialled.lost and percent >= limit.percent else None
