"""The only reader of the wall clock, and of the clock that nobody can set."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

FASTEST = 100_000
"""Speed of a shifted clock beyond which it would soon leave the calendar."""


EXAMPLE = "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*10"


class Clock(Protocol):
    """Where actions get `now` from, and how they wait."""

    def now(self) -> datetime:
        """The current instant, UTC."""

    def steady(self) -> timedelta:
        """Time since some moment in the past, by a clock that is never set; runs as fast as `now`."""

    def sleep_until(self, instant: datetime) -> None:
        """Return after as much time as `instant` was away by `now`, whatever the clock is set to meanwhile."""


def _sleep(clock: Clock, instant: datetime, *, speed: float) -> None:
    # a clock that is set forward must not let all who wait for their turn go at once
    end = clock.steady() + (instant - clock.now())
    while (left := (end - clock.steady()).total_seconds() / speed) > 0:
        time.sleep(min(left, 1.0))


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current instant, UTC."""
        return datetime.now(UTC)

    def steady(self) -> timedelta:
        """The machine's monotonic clock; it stands still while the machine sleeps."""
        return timedelta(seconds=time.monotonic())

    def sleep_until(self, instant: datetime) -> None:
        """Return after as much time as `instant` was away."""
        _sleep(self, instant, speed=1.0)


class ShiftedClock:
    """A clock that shows another date or runs faster, the same in every process that is given the same settings.

    For rehearsals against the simulator only: `app.build` refuses it when calls would reach a real carrier.
    """

    def __init__(self, *, real_start: datetime, shown_start: datetime, speed: float = 1.0) -> None:
        self._real_start = real_start
        self._shown_start = shown_start
        self._speed = speed

    def now(self) -> datetime:
        """The shown instant, UTC."""
        return self._shown_start + (datetime.now(UTC) - self._real_start) * self._speed

    def steady(self) -> timedelta:
        """The machine's monotonic clock at the same speed."""
        return timedelta(seconds=time.monotonic()) * self._speed

    def sleep_until(self, instant: datetime) -> None:
        """Return after as much shown time as `instant` was away."""
        _sleep(self, instant, speed=self._speed)

    @classmethod
    def parse(cls, text: str) -> ShiftedClock:
        """Read "SHOWN@REAL*SPEED", for example "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*10"."""
        try:
            shown, rest = text.split("@")
            real, speed = rest.split("*")
            real_start, shown_start, factor = datetime.fromisoformat(real), datetime.fromisoformat(shown), float(speed)
        except ValueError as error:
            raise ValueError(f"DIALER_CLOCK is not SHOWN@REAL*SPEED, like {EXAMPLE}: {error}") from None
        if real_start.tzinfo is None or shown_start.tzinfo is None or not 0 < factor <= FASTEST:
            raise ValueError(
                f"DIALER_CLOCK: both instants need a UTC offset, and the speed must be above 0 and at most {FASTEST}"
            )
        return cls(real_start=real_start, shown_start=shown_start.astimezone(UTC), speed=factor)
