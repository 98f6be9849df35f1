"""Many actors, one at a time: threads that hand a baton round, and change over at chosen steps only.

An actor is a worker of a process: a scheduler, one webhook, a command. It gives the baton back when it waits for an
instant, when it is pre-empted at a step, and when it is done. A process that crashes takes all its actors with it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta


class CrashError(BaseException):
    """The process ends here, in the middle of what it was doing; no `except Exception` sees it."""


class Process:
    """What dies together. `alive` is False from a crash until its restart."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive = True
        self.life = 0

    def die(self) -> None:
        self.alive = False
        self.life += 1


class Actor:
    """One thread's worth of work; runs only while it holds the baton."""

    def __init__(self, name: str, process: Process, work: Callable[[], object]) -> None:
        self.name = name
        self.process = process
        self.life = process.life
        self.wake_at: datetime | None = None
        self.done = False
        self.failure: BaseException | None = None
        self.idle = False
        self._work = work
        self._mine = threading.Semaphore(0)

    @property
    def orphaned(self) -> bool:
        """True when the process it belongs to has died under it."""
        return self.life != self.process.life


class Baton:
    """Who runs now."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._back = threading.Semaphore(0)
        self.actors: list[Actor] = []
        self.running: Actor | None = None

    # --- the director's side: the main thread

    def spawn(self, name: str, process: Process, work: Callable[[], object]) -> Actor:
        actor = Actor(name, process, work)
        self.actors.append(actor)
        threading.Thread(target=self._live, args=(actor,), name=name, daemon=True).start()
        return actor

    def ready(self) -> list[Actor]:
        """Who could go on at this instant, in the order of their coming; orphans first, so that they are gone."""
        now = self._now()
        return [a for a in self.actors if a.orphaned or a.wake_at is None or a.wake_at <= now]

    def next_at(self) -> datetime | None:
        """The earliest instant somebody waits for."""
        return min((a.wake_at for a in self.actors if a.wake_at is not None), default=None)

    def run(self, actor: Actor) -> None:
        """Give it the baton and wait until it comes back. Raises what the actor could not handle."""
        actor.wake_at = None
        self.running = actor
        actor._mine.release()  # noqa: SLF001 - the two halves of one hand-over
        self._back.acquire()
        self.running = None
        if actor.done:
            self.actors.remove(actor)
        if actor.failure is not None:
            raise actor.failure

    @property
    def crowd(self) -> int:
        return len(self.actors)

    def finish(self) -> None:
        """Let every actor end, whatever it waits for."""
        for actor in list(self.actors):
            actor.process.die()
        while self.actors:
            self.run(self.actors[0])

    # --- the actors' side

    def wait_until(self, instant: datetime) -> None:
        """Pass the baton on until then."""
        actor = self._me()
        actor.wake_at = instant
        self._hand_back(actor)

    def wait(self, seconds: float) -> None:
        self.wait_until(self._now() + timedelta(seconds=seconds))

    def give_way(self) -> None:
        """Pass the baton on; go on at this same instant."""
        self._hand_back(self._me())

    @contextmanager
    def inside(self, process: Process) -> Iterator[None]:
        """Whoever runs belongs to this process for a while, and dies with it."""
        actor = self._me()
        own = (actor.process, actor.life)
        actor.process, actor.life = process, process.life
        try:
            yield
        finally:
            actor.process, actor.life = own

    def _hand_back(self, actor: Actor) -> None:
        self._back.release()
        actor._mine.acquire()  # noqa: SLF001 - the two halves of one hand-over
        if actor.orphaned:
            raise CrashError

    def _me(self) -> Actor:
        if self.running is None:
            raise RuntimeError("nobody holds the baton")
        return self.running

    def _live(self, actor: Actor) -> None:
        actor._mine.acquire()  # noqa: SLF001 - the two halves of one hand-over
        try:
            if not actor.orphaned:
                actor._work()  # noqa: SLF001 - its own work
        except CrashError:
            pass
        except BaseException as failure:  # noqa: BLE001 - raised again by whoever gave it the baton
            actor.failure = failure
        finally:
            actor.done = True
            self._back.release()
