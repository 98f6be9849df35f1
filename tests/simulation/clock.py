"""The clock a process reads: the network's time, a little or a lot wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.simulation.baton import Baton

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class MachineClock:
    """Shared by the processes of one machine; `set_by` moves it as somebody, or NTP, would."""

    def __init__(self, network_now: Callable[[], datetime], baton: Baton) -> None:
        self._network_now = network_now
        self._baton = baton
        self.ahead = timedelta()

    def set_by(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)

    def now(self) -> datetime:
        return self._network_now() + self.ahead

    def steady(self) -> timedelta:
        return self._network_now() - EPOCH

    def sleep_until(self, instant: datetime) -> None:
        while (left := instant - self.now()) > timedelta():
            # a clock that is set while somebody sleeps is looked at again, as the real one is
            self._baton.wait(min(left.total_seconds(), 1.0))
