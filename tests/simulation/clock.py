"""The clock a process reads: the network's time, a little or a lot wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.simulation.baton import Baton

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class MachineClock:
    """Shared by the processes of one machine; somebody, or NTP, may set it `ahead` of the truth at any time."""

    def __init__(self, network_now: Callable[[], datetime], baton: Baton) -> None:
        self._network_now = network_now
        self._baton = baton
        self.ahead = timedelta()

    def now(self) -> datetime:
        return self._network_now() + self.ahead

    def steady(self) -> timedelta:
        return self._network_now() - EPOCH

    def sleep_until(self, instant: datetime) -> None:
        # as the real one: so long as it looks now, to whatever the clock is set meanwhile
        left = (instant - self.now()).total_seconds()
        if left > 0:
            self._baton.wait(left)
