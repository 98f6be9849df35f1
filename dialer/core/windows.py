"""Weekly windows on the called party's clock.

A window is a set of half-open spans of local wall-clock minutes: [08:00, 20:00) contains 08:00:00 and 19:59:59.999
but not 20:00. Whether an instant is inside is decided by what a clock on the called party's wall shows at that
instant, also on the days when that clock jumps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from heapq import merge
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60
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


def is_open(schedules: Iterable[Schedule], instant: datetime) -> bool:
    """True when every schedule is open at that instant."""
    return all(_inside(instant.astimezone(zone), spans_of) for zone, spans_of in schedules)


def _inside(local: datetime, spans_of: DaySpans) -> bool:
    minute = local.hour * 60 + local.minute
    return any(span.start <= minute < span.end for span in spans_of(local.date()))


def next_open(schedules: Sequence[Schedule], after: datetime, *, horizon_days: int = 60) -> datetime | None:
    """The earliest instant at or after `after` (UTC) when all are open, None if none within the horizon."""
    return next((t for t in _candidates(schedules, after, horizon_days) if is_open(schedules, t)), None)


def open_until(schedules: Sequence[Schedule], instant: datetime, *, horizon_days: int = 60) -> datetime | None:
    """The first instant after `instant` (UTC) when they are no longer all open, None if beyond the horizon."""
    return next((t for t in _candidates(schedules, instant, horizon_days) if not is_open(schedules, t)), None)


def _candidates(schedules: Sequence[Schedule], after: datetime, horizon_days: int) -> Iterator[datetime]:
    """`after`, then in order every instant at which a schedule may open or close."""
    latest = after.astimezone(UTC)
    yield latest
    first = latest.date() - timedelta(days=1)  # somewhere it is still yesterday
    days = [first + timedelta(days=n) for n in range(horizon_days + 2)]
    for edge in merge(*(_stream(zone, spans_of, days) for zone, spans_of in schedules)):
        if edge > latest:
            latest = edge
            yield edge


def _stream(zone: ZoneInfo, spans_of: DaySpans, days: Iterable[date]) -> Iterator[datetime]:
    for day in days:
        yield from sorted(_edges(zone, day, spans_of(day)))


def _edges(zone: ZoneInfo, day: date, spans: Spans) -> Iterator[datetime]:
    minutes = {0, *(s.start for s in spans), *(s.end for s in spans)} - {MINUTES_A_DAY}  # 24:00 is the next day's 0
    for minute in minutes:
        yield from at_minute(zone, day, minute)
    change = clock_change(zone, day)
    if change:
        yield change


def at_minute(zone: ZoneInfo, day: date, minute: int) -> tuple[datetime, ...]:
    """The UTC instants at which the wall clock shows that minute: one, two when it goes back, none when it jumps it."""
    first, second = _readings(zone, day, minute)
    if first == second:
        return (first,)
    return (first, second) if first < second else ()


def start_of_day(zone: ZoneInfo, day: date) -> datetime:
    """The UTC instant at which that local day begins, also where the clock jumps over midnight."""
    first, second = _readings(zone, day, 0)
    return first if first <= second else _change_between(zone, second, first)


def _readings(zone: ZoneInfo, day: date, minute: int) -> tuple[datetime, datetime]:
    """The minute read with the offset before and after a clock change (UTC); of a jumped minute the first is later."""
    wall = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
    return wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)


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
