"""Virtual time: what is due, and in which order."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

Action = Callable[[], None]


@dataclass(slots=True)
class Timer:
    """Something that happens at an instant unless it is cancelled before."""

    action: Action
    live: bool = True

    def cancel(self) -> None:
        self.live = False


class Timeline:
    """A heap of timers and the instant reached so far; time moves only by taking what is due."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the timeline starts at an aware instant; got a naive datetime")
        self.now = start
        self._heap: list[tuple[datetime, int, Timer]] = []
        self._numbers = itertools.count()

    def at(self, instant: datetime, action: Action) -> Timer:
        timer = Timer(action)
        # what was meant for the past happens now: time never runs backwards
        heapq.heappush(self._heap, (max(instant, self.now), next(self._numbers), timer))
        return timer

    def after(self, seconds: float, action: Action) -> Timer:
        return self.at(self.now + timedelta(seconds=seconds), action)

    def soon(self, action: Action) -> Timer:
        """Later at the same instant: keeps one process from running inside another."""
        return self.at(self.now, action)

    def next_at(self) -> datetime | None:
        while self._heap and not self._heap[0][2].live:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take_due(self, instant: datetime) -> Action | None:
        """The next action due by `instant`, with `now` moved to its time."""
        due = self.next_at()
        if due is None or due > instant:
            return None
        self.now, _, timer = heapq.heappop(self._heap)
        return timer.action

    def move_to(self, instant: datetime) -> None:
        self.now = max(self.now, instant)
