"""Calls per second: what was created waits here for its turn."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dialer.simulator.life import begin

if TYPE_CHECKING:
    from dialer.simulator.engine import Engine
    from dialer.simulator.leg import Leg

LONGEST_WAIT = timedelta(hours=24)


class DialQueue:
    """First come, first served, one start per interval; a cancelled call gives its turn to the next."""

    def __init__(self, engine: Engine, calls_per_second: float) -> None:
        self._engine = engine
        self._interval = timedelta(seconds=1 / calls_per_second)
        self._waiting: dict[str, Leg] = {}
        self._next_start = engine.now
        self._scheduled = False

    @property
    def is_full(self) -> bool:
        return self.wait() >= LONGEST_WAIT

    def wait(self) -> timedelta:
        """How long a call created now would wait."""
        return max(self._next_start - self._engine.now, timedelta()) + len(self._waiting) * self._interval

    def add(self, leg: Leg) -> None:
        self._waiting[leg.record.sid] = leg
        self._schedule()

    def remove(self, leg: Leg) -> bool:
        """Take a call out of the queue; False if it has left already."""
        return self._waiting.pop(leg.record.sid, None) is not None

    def _schedule(self) -> None:
        if not self._scheduled and self._waiting:
            self._scheduled = True
            self._engine.timeline.at(self._next_start, self._start_next)

    def _start_next(self) -> None:
        self._scheduled = False
        if self._waiting:
            leg = self._waiting.pop(next(iter(self._waiting)))
            self._next_start = self._engine.now + self._interval
            begin(self._engine, leg)
        self._schedule()
