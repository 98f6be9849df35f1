"""Weekly windows on the called party's clock.

A window is a set of half-open spans of local wall-clock minutes: [08:00, 20:00) contains 08:00:00 and 19:59:59.999
but not 20:00. Whether an instant is inside is decided by what a clock on the called party's wall shows at that
instant, also on the days when that clock jumps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60
A_DAY = timedelta(days=1)
NO_TIME = timedelta(0)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Span:
    """Local minutes since midnight, start included, end excluded; 0 <= start < end <= 1440."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= MINUTES_A_DAY:
            raise ValueError(f"{self}: a span starts before it ends and stays within one day")

    def __str__(self) -> str:
        return f"{self.start // 60:02d}:{self.start % 60:02d}-{self.end // 60:02d}:{self.end % 60:02d}"


Spans = tuple[Span, ...]
DaySpans = Callable[[date], Spans]
Schedule = tuple[ZoneInfo, DaySpans]
"""Open when the wall clock of the zone is inside the spans of its local day."""

WHOLE_DAY: Spans = (Span(0, MINUTES_A_DAY),)
NEVER: Spans = ()


def parse_span(text: str) -> Span:
    """Read "08:00-20:00"; "24:00" is the end of the day. Raises ValueError naming the text."""
    try:
        start, end = (_minutes(part) for part in text.split("-"))
        return Span(start, end)
    except ValueError as error:
        raise ValueError(f'"{text}" is not a time span like "08:00-20:00": {error}') from None


def _minutes(text: str) -> int:
    hours, minutes = text.strip().split(":")
    if len(minutes) != 2 or not 0 <= int(minutes) < 60:
        raise ValueError("minutes are two digits from 00 to 59")
    return int(hours) * 60 + int(minutes)


@dataclass(frozen=True, slots=True)
class WeeklyWindow:
    """Spans for Monday to Sunday."""

    days: tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]

    def __call__(self, day: date) -> Spans:
        return self.days[day.weekday()]


def parse_week(table: Mapping[str, object], *, unnamed: Spans) -> WeeklyWindow:
    """Read {"mon-fri": ["08:00-12:00"], "sat": []}; a day that is not named gets the spans `unnamed`.

    Raises ValueError naming the day.
    """
    days: dict[str, Spans] = {}
    for name, spans in table.items():
        parsed = parse_spans(name, spans)
        for day in _day_range(name):
            if day in days:
                raise ValueError(f"{day} is given twice")
            days[day] = parsed
    first, *rest = (days.get(day, unnamed) for day in DAYS)
    return WeeklyWindow((first, rest[0], rest[1], rest[2], rest[3], rest[4], rest[5]))


def parse_spans(name: str, spans: object) -> Spans:
    """Read ["08:00-12:00", "13:00-17:00"] into spans in order. Raises ValueError naming `name`."""
    if not isinstance(spans, list) or not all(isinstance(text, str) for text in spans):
        raise ValueError(f'{name}: not a list of time spans like ["08:00-12:00", "13:00-17:00"]')
    parsed = tuple(sorted((parse_span(text) for text in spans), key=lambda span: span.start))
    if any(a.end > b.start for a, b in pairwise(parsed)):
        raise ValueError(f"{name}: spans overlap")
    return parsed


def _day_range(name: str) -> Sequence[str]:
    first, dash, last = name.partition("-")
    ends = (first, last) if dash else (first, first)
    if not all(day in DAYS for day in ends) or (dash and DAYS.index(last) <= DAYS.index(first)):
        raise ValueError(f'"{name}" is not a day like "mon" or a range like "tue-thu"; days are {", ".join(DAYS)}')
    return DAYS[DAYS.index(ends[0]) : DAYS.index(ends[1]) + 1]


def is_open(schedules: Iterable[Schedule], instant: datetime) -> bool:
    """True when every schedule is open at that instant."""
    return all(_inside(zone, spans_of, instant) for zone, spans_of in schedules)


def _inside(zone: ZoneInfo, spans_of: DaySpans, instant: datetime) -> bool:
    local_day = instant.astimezone(zone).date()
    return any(opens <= instant < closes for opens, closes in openings(zone, spans_of, local_day))


def next_open(schedules: Sequence[Schedule], after: datetime, *, horizon_days: int = 60) -> datetime | None:
    """The earliest instant at or after `after` (UTC) when all are open, None if none within the horizon."""
    instant = after.astimezone(UTC)
    limit = instant + timedelta(days=horizon_days)
    while True:
        latest = instant
        for zone, spans_of in schedules:
            opens = _opens(zone, spans_of, latest, limit)
            if opens is None:
                return None
            latest = opens
        if latest == instant:
            return instant
        instant = latest


def _opens(zone: ZoneInfo, spans_of: DaySpans, after: datetime, limit: datetime) -> datetime | None:
    day, last = after.astimezone(zone).date(), limit.astimezone(zone).date()
    while day <= last:
        for opens, closes in openings(zone, spans_of, day):
            if closes > after:
                first = max(opens, after)
                return first if first <= limit else None
        day += A_DAY
    return None


def open_until(schedules: Iterable[Schedule], instant: datetime, *, horizon_days: int = 60) -> datetime | None:
    """The first instant after `instant` (UTC) when they are no longer all open, None if beyond the horizon."""
    begin = instant.astimezone(UTC)
    horizon = begin + timedelta(days=horizon_days)
    limit = horizon + timedelta.resolution
    for zone, spans_of in schedules:
        limit = min(limit, _closes(zone, spans_of, begin, limit))
    return limit if limit <= horizon else None


def _closes(zone: ZoneInfo, spans_of: DaySpans, instant: datetime, limit: datetime) -> datetime:
    """When an open stretch that contains `instant` ends; no further than `limit` is looked, `instant` if closed."""
    until = instant
    day = until.astimezone(zone).date()
    while until < limit:
        before = until
        for opens, closes in openings(zone, spans_of, day):
            if opens <= until < closes:
                until = closes
        if until == before and before < start_of_day(zone, day + A_DAY):
            break
        day += A_DAY
    return until


@lru_cache(maxsize=65_536)
def openings(zone: ZoneInfo, spans_of: DaySpans, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches (UTC, half-open, in order) of that local day during which the wall clock is inside its spans."""
    begin, end = start_of_day(zone, day), start_of_day(zone, day + A_DAY)
    change = clock_change(zone, day)
    pieces = ((begin, end),) if change is None else ((begin, change), (change, end))
    shown = datetime.combine(day, time(), tzinfo=UTC)
    found: list[tuple[datetime, datetime]] = []
    for first, last in pieces:
        midnight = shown - (first.astimezone(zone).utcoffset() or NO_TIME)
        for span in spans_of(day):
            opens = max(first, midnight + timedelta(minutes=span.start))
            closes = min(last, midnight + timedelta(minutes=span.end))
            if opens < closes:
                found.append((opens, closes))
    return tuple(sorted(found))


@lru_cache(maxsize=16_384)
def start_of_day(zone: ZoneInfo, day: date) -> datetime:
    """The UTC instant at which that local day begins, also where the clock jumps over midnight."""
    # midnight read with the offset before and after a clock change; of a midnight that is jumped the first is later
    midnight = datetime.combine(day, time(), tzinfo=zone)
    first, second = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    return first if first <= second else _change_between(zone, second, first)


@lru_cache(maxsize=4096)
def clock_change(zone: ZoneInfo, day: date) -> datetime | None:
    """The UTC instant at which the zone's offset changes on that local day, None on ordinary days."""
    low = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    high = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    if low.astimezone(zone).utcoffset() == high.astimezone(zone).utcoffset():
        return None
    return _change_between(zone, low, high)


def _change_between(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first instant after `low` with the offset that the zone has at `high`, to the second."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
