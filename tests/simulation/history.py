"""Plays one history from beginning to end, and tells what came of it."""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

import structlog

from tests.simulation.dice import Trouble
from tests.simulation.invariants import BrokenError
from tests.simulation.log_chain import TornError
from tests.simulation.people import People
from tests.simulation.scenario import SIZES, Scenario
from tests.simulation.world import World

REST = timedelta(hours=8)
"""After the last deed: nothing goes wrong any more, nobody new is called, and everything comes to its end."""

DEEP = 8
"""So many places of an error's way are told."""

MOST_STEPS = 400_000
A_PULSE = 0.4
"""Longer than a moment of one's own, shorter than anything that is waited for."""


@dataclass
class Result:
    """What came of a history; `broken` None: everything held."""

    scenario: Scenario
    trace: str = ""
    broken: str | None = None
    kind: str | None = None
    troubles: tuple[Trouble, ...] = ()
    calls: int = 0
    attempts: int = 0
    cpu_seconds: float = 0.0
    lines: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)


def play(scenario: Scenario) -> Result:
    """The same scenario comes to the same result, on every machine."""
    began = time.process_time()
    result = Result(scenario)
    with _same_every_time(scenario.seed):
        world = World(scenario)
        try:
            _Director(world).run()
        except (BrokenError, TornError) as broken:
            result.broken, result.kind = str(broken), broken.kind
        except Exception as error:  # noqa: BLE001 - whatever stops the simulation is a finding too
            way = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
            text = f"{type(error).__name__}: {error} ({' '.join(way[-DEEP:])})"
            result.broken, result.kind = f"error: {text}", "error"
        finally:
            with suppress(BrokenError, TornError):
                world.close()
    result.trace = world.trace.hexdigest()
    result.troubles = tuple(world.dice.happened)
    result.calls, result.attempts = len(world.watch.seen), len(world.watch.rows)
    result.outcomes = Counter(row.outcome or row.state for row in world.watch.rows.values())
    result.lines = world.lines
    result.cpu_seconds = time.process_time() - began
    return result


@contextmanager
def _same_every_time(seed: int) -> Iterator[None]:
    """Chance comes from the seed, and the program's log goes nowhere."""
    dice = Random(f"secrets|{seed}")  # noqa: S311 - to be repeated, not to be secret
    logging.getLogger("webhooks").setLevel(logging.CRITICAL + 1)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with patch.object(secrets, "token_hex", lambda n=32: dice.randbytes(n).hex()):
        yield


class _Director:
    """Decides who runs next, and lets time pass when nobody can."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people = People(world)
        self.taken = 0
        self.last_version = -1

    def run(self) -> None:
        world = self.world
        self._until(world.scenario.end, done=self._enough)
        self._last_orders()
        self._until(world.network.now + REST, done=self._at_rest)
        world.watch.final()

    def _until(self, end: datetime, *, done: Callable[[], bool] = lambda: False) -> None:
        world = self.world
        while not done():
            self.taken += 1
            if self.taken > MOST_STEPS:
                raise RuntimeError("a history without an end")
            self._wake_the_idle()
            self._let_sleep()
            ready = world.baton.ready()
            if ready:
                actor = ready[world.dice.order(f"{self.taken}", len(ready))]
                world.baton.run(actor)
                if world.found is not None:
                    raise world.found
                world.watch.look()
            elif world.network.now >= end:
                return
            else:
                self._advance(end)
                world.watch.look()

    def _advance(self, end: datetime) -> None:
        world = self.world
        candidates = [
            world.network.next_event_at(), world.baton.next_at(), world.next_restart_at(), self.people.next_at(), end,
        ]  # fmt: skip
        instant = max(min(c for c in candidates if c is not None), world.network.now)
        world.network.run_until(instant)
        world.restart_due()
        self.people.act()

    def _wake_the_idle(self) -> None:
        """Whoever sleeps because nothing was due looks again after something was written."""
        world = self.world
        (version,) = world.raw.execute("PRAGMA data_version").fetchone()
        if version == self.last_version:
            return
        self.last_version = version
        for scheduler in world.schedulers:
            actor = scheduler.actor
            if actor.idle and actor.wake_at is not None and not scheduler.waits_until_ready:
                soon = world.network.now + timedelta(seconds=max(scheduler.patience, world.idle_for(scheduler.pulse)))
                actor.wake_at = min(actor.wake_at, soon)

    def _let_sleep(self) -> None:
        """Whose turn it is, and another has done meanwhile what he would have done, sleeps on."""
        world = self.world
        now = world.network.now
        for scheduler in world.schedulers:
            actor = scheduler.actor
            if actor.idle and actor.wake_at is not None and actor.wake_at <= now and not scheduler.waits_until_ready:
                idle = world.idle_for(scheduler.pulse)
                if idle > A_PULSE:
                    actor.wake_at = now + timedelta(seconds=idle)

    # --- the end

    def _last_orders(self) -> None:
        world = self.world
        world.dice.calm = True
        self.people.go_home()
        world.raw.execute("UPDATE accounts SET paused_reason = 'closing time', paused_until = NULL")
        world.network.pace(1.0)

    def _enough(self) -> bool:
        enough = SIZES[self.world.scenario.size].attempts
        return enough is not None and len(self.world.watch.rows) >= enough

    def _at_rest(self) -> bool:
        world = self.world
        if world.next_restart_at() is not None or world.network.next_event_at() is not None:
            return False
        return world.peek.nothing_live() and world.baton.crowd <= len(world.schedulers)
