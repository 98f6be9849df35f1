"""Instants at which rules begin and end, to the microsecond."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

INSTANT = timedelta(microseconds=1)
EDGES = [time(0), time(8), time(9), time(11), time(12), time(14), time(17), time(18), time(20), time(21)]
OFFICE = [time(9, 30), time(10, 15), time(11, 40), time(13), time(13, 59, 59), time(15, 30), time(16, 45)]
FIRST_DAY = date(2025, 11, 1)
DAYS = 500

MARKED_DAYS = [
    *("2026-03-07", "2026-03-08", "2026-03-09", "2026-03-28", "2026-03-29", "2026-03-30"),
    *("2026-10-24", "2026-10-25", "2026-10-26", "2026-10-31", "2026-11-01", "2026-11-02"),
    *("2026-12-24", "2025-12-24", "2026-12-31", "2025-12-31", "2026-12-25", "2026-12-26", "2026-12-28"),
    *("2026-01-01", "2026-01-02", "2026-01-06", "2026-03-17", "2026-03-19", "2026-04-03", "2026-04-06"),
    *("2026-05-01", "2026-05-04", "2026-05-14", "2026-05-25", "2026-06-04", "2026-06-15", "2026-07-13"),
    *("2026-08-01", "2026-08-03", "2026-08-08", "2026-08-14", "2026-08-15", "2026-08-31", "2026-09-01", "2026-09-01"),
    *("2026-09-10", "2026-10-03", "2026-11-18", "2026-11-30", "2026-12-08", "2027-01-01", "2027-03-26"),
]


def moment(rng: Random, zones: list[str]) -> datetime:
    """An instant in UTC, mostly in office hours, often on the edge of a window in one of the zones."""
    day = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
    if rng.random() < 0.25:
        day = date.fromisoformat(rng.choice(MARKED_DAYS))
    local = datetime.combine(day, _clock(rng), ZoneInfo(rng.choice(zones)))
    return local.astimezone(UTC) + _nudge(rng)


def _clock(rng: Random) -> time:
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(EDGES)
    if kind < 0.9:
        return rng.choice(OFFICE)
    return time(rng.randrange(24), rng.randrange(60), rng.randrange(60))


def _nudge(rng: Random) -> timedelta:
    """Nothing, or the smallest step to one side."""
    return rng.choice([-INSTANT, timedelta(), timedelta(), INSTANT])


def around(rng: Random, at: datetime, back: timedelta) -> datetime:
    """An instant so long before, or a microsecond beside it."""
    return at - back + _nudge(rng)


def midnight_around(rng: Random, at: datetime, zone: str, days_back: int) -> datetime:
    """The beginning of a local day, or a microsecond beside it."""
    day = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=days_back)
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) + _nudge(rng)
