"""When next, found by trying one instant after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.gate_oracle.asked import Asked
from tests.gate_oracle.oracle import allows

QUARTER = timedelta(minutes=15)
INSTANT = timedelta(microseconds=1)
HORIZON = timedelta(days=60)
PAUSES = [timedelta(hours=hours) for hours in (0, 2, 72, 120, 3 * 24, 7 * 24, 30 * 24)]


def brute_not_before(facts: dict[str, Any], at: datetime) -> datetime | None:
    """The first candidate after `at` that is allowed: all before it were tried and denied. None within 60 days."""
    asked = Asked(facts, at)
    found = next((instant for instant in candidates(facts, at) if allows(asked, instant)), None)
    if found and found > at + INSTANT and allows(asked, found - INSTANT):
        raise AssertionError(f"{found} is not the first: the candidates miss an instant")
    return found


def brute_closes_at(facts: dict[str, Any], at: datetime, until: datetime) -> datetime | None:
    """The first candidate after `at` and not after `until` that is denied."""
    asked = Asked(facts, at)
    upto = (instant for instant in candidates(facts, at) if instant <= until)
    return next((instant for instant in upto if not allows(asked, instant)), None)


def candidates(facts: dict[str, Any], at: datetime) -> Iterator[datetime]:
    """Every quarter of an hour and every instant that follows from the facts, in order."""
    end = at + HORIZON
    extra = sorted({instant for instant in _from_facts(facts) if at < instant <= end})
    quarter = _next_quarter(at)
    while quarter <= end:
        while extra and extra[0] < quarter:
            yield extra.pop(0)
        yield quarter
        quarter += QUARTER
    yield from extra


def _next_quarter(at: datetime) -> datetime:
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return next(hour + n * QUARTER for n in range(1, 5) if hour + n * QUARTER > at)


def _from_facts(facts: dict[str, Any]) -> Iterator[datetime]:
    for text in _texts(facts):
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            continue
        if instant.tzinfo is not None:
            for pause in PAUSES:
                yield instant.astimezone(UTC) + pause
                yield instant.astimezone(UTC) + pause + INSTANT


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
