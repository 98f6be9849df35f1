"""Judges every call the network received, from the network's own books and the calendar.

Shares no rule with the program: the law is written down here a second time, from the tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise

import holidays

from dialer.demo.gateway import Fax
from dialer.demo.stage import BERLIN, COLLECTORS, Stage
from dialer.simulator.records import CallRecord
from dialer.storage import book

GAP = timedelta(hours=2)
A_DAY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was found; empty lists are what we promise."""

    calls: int
    faxes: int
    outside: tuple[str, ...]
    doubles: tuple[str, ...]


def audit(stage: Stage) -> Audit:
    """Look at every call that was placed to somebody other than our own collectors, and at every fax: it rings too."""
    calls = [c for c in stage.network.calls if c.to not in COLLECTORS.values()]
    faxes = [_as_call(fax) for fax in stage.gateway.faxes]
    with stage.app.db.read() as tx:
        who = {number: (debtor, kind, land) for number, debtor, kind, land in book.owners_of_numbers(tx)}
    outside = [c.sid for c in (*calls, *faxes) if not _inside(c, *who[c.to][1:])]
    doubles = _doubles([*calls, *faxes], who)
    return Audit(calls=len(calls), faxes=len(faxes), outside=tuple(outside), doubles=tuple(doubles))


def _as_call(fax: Fax) -> CallRecord:
    """The gateway dials at once; how long it rings nobody knows."""
    at = fax.at
    return CallRecord(
        sid=fax.path.name, to=fax.to, from_="", created_at=at, started_at=at, ringing_at=at, answered_at=at, ended_at=at
    )


def _inside(call: CallRecord, kind: str, land: str | None) -> bool:
    """From the first ring to the last second of ringing."""
    first = call.started_at or call.created_at
    last = call.answered_at or call.ended_at or first
    return all(_allowed(instant.astimezone(BERLIN), kind, land) for instant in (first, last))


def _allowed(local: datetime, kind: str, land: str | None) -> bool:
    hour = local.hour + local.minute / 60 + local.second / 3600
    if (local.month, local.day) in {(12, 24), (12, 31)} and not 8 <= hour < 14:
        return False
    weekday = local.weekday()
    if weekday == 6 or local.date() in _holidays(land, local.year) or local.date() in _holidays("BE", local.year):
        return False
    if kind == "business":
        return weekday < 5 and 8 <= hour < 18
    return 9 <= hour < 18 if weekday == 5 else 8 <= hour < 20


@cache
def _holidays(land: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DE", subdiv=land, years=year))


def _doubles(calls: Iterable[CallRecord], who: dict[str, tuple[int, str, str | None]]) -> Iterable[str]:
    """Calls to one debtor or one number that overlap, follow too soon, or are too many on one day."""
    by_target: dict[object, list[CallRecord]] = defaultdict(list)
    for call in calls:
        by_target[call.to].append(call)
        by_target[who[call.to][0]].append(call)
    for same in by_target.values():
        same.sort(key=lambda c: c.created_at)
        for earlier, later in pairwise(same):
            rang = earlier.started_at is not None
            if rang and later.created_at < (earlier.ended_at or earlier.created_at) + GAP:
                yield later.sid
        per_day: dict[date, int] = defaultdict(int)
        for call in same:
            per_day[call.created_at.astimezone(BERLIN).date()] += 1
            if per_day[call.created_at.astimezone(BERLIN).date()] > A_DAY:
                yield call.sid
