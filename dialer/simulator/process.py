"""Small cooperative processes: a call, a document or a conversation is a generator that waits."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dialer.simulator.timeline import Timeline

T = TypeVar("T")
Resume = Callable[[Any], None]
Disarm = Callable[[], None]
# What a process yields: it is given the way to be resumed and returns the way to forget about it.
Wait = Callable[[Resume], Disarm]
Steps = Generator[Wait, Any, T]


def nothing() -> None:
    """Disarm a wait that cannot be called off."""


def sleep(timeline: Timeline, seconds: float) -> Wait:
    def arm(resume: Resume) -> Disarm:
        return timeline.after(seconds, lambda: resume(None)).cancel

    return arm


class Signal:
    """Fires once and remembers it; the one process that waits is resumed later at the same instant."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._resume: Resume | None = None
        self.fired = False
        self._value: Any = None

    def fire(self, value: Any = None) -> None:
        if self.fired:
            return
        self.fired, self._value = True, value
        if self._resume is not None:
            self._wake(self._resume)

    def wait(self) -> Wait:
        def arm(resume: Resume) -> Disarm:
            self._resume = resume
            return self._wake(resume) if self.fired else self._forget

        return arm

    def _forget(self) -> None:
        self._resume = None

    def _wake(self, resume: Resume) -> Disarm:
        value = self._value

        def wake() -> None:
            # whoever stopped waiting in the meantime is left alone
            if self._resume is resume:
                self._resume = None
                resume(value)

        self._timeline.soon(wake)
        return self._forget


class Process:
    """Runs a generator from wait to wait; `stop` closes it, so its `finally` blocks tidy up."""

    def __init__(self, steps: Steps[Any], *, on_end: Callable[[], None] = nothing) -> None:
        self._steps = steps
        self._on_end = on_end
        self._disarm: Disarm = nothing
        self._alive = True
        self._running = False

    def begin(self) -> None:
        self._advance(None)

    def start(self) -> Process:
        self.begin()
        return self

    def stop(self) -> None:
        if not self._alive:
            return
        self._alive = False
        # a process that stops itself is closed by `_advance` when it next waits or ends
        if not self._running:
            self._disarm()
            self._steps.close()

    def _advance(self, value: Any) -> None:
        if not self._alive:
            return
        self._running = True
        try:
            wait = self._steps.send(value)
        except StopIteration:
            self._ended()
            return
        finally:
            self._running = False
        if self._alive:
            self._disarm = wait(self._advance)
        else:
            self._steps.close()

    def _ended(self) -> None:
        was_alive, self._alive = self._alive, False
        if was_alive:
            self._on_end()
