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
from typing import Any
from unittest.mock import patch

import structlog

from dialer.actions import desk as line
from dialer.actions.dispose import dispose
from dialer.actions.place_call import place_clicked_call
from dialer.app import App
from dialer.core.disposition import Report
from dialer.core.errors import DialerError
from dialer.core.outcome import Disposition
from dialer.simulator.records import Conversation
from dialer.storage import attempts
from tests.simulation import book
from tests.simulation.dice import Trouble
from tests.simulation.invariants import BrokenError
from tests.simulation.log_chain import TornError
from tests.simulation.processes import in_office
from tests.simulation.scenario import BERLIN, Event, Scenario
from tests.simulation.world import World

REST = timedelta(hours=8)
"""After the last deed: nothing goes wrong any more, nobody new is called, and everything comes to its end."""

DEEP = 8
"""So many places of an error's way are told."""

MOST_STEPS = 400_000
AT_WORK = (8, 20)
SOON = timedelta(seconds=0.2)
TWO_HOURS = 7500
PICKS_UP = 25
"""Seconds until a collector's line is open."""

ROUND = 600
"""Seconds between two looks of a collector whether somebody has to be called."""


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
        self.deeds = list(world.scenario.deeds)
        self.taken = 0
        self.shift = -1
        self.last_version = -1
        world.network.on_wrap_up.append(self._judge)

    def run(self) -> None:
        world = self.world
        self._until(world.scenario.end)
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
            world.network.next_event_at(), world.baton.next_at(), world.next_restart_at(), self._next_deed(),
            self._next_shift(), end,
        ]  # fmt: skip
        instant = max(min(c for c in candidates if c is not None), world.network.now)
        world.network.run_until(instant)
        world.restart_due()
        self._do_deeds()
        self._begin_or_end_shift()

    def _wake_the_idle(self) -> None:
        """Whoever sleeps because nothing was due looks again after something was written."""
        world = self.world
        (version,) = world.raw.execute("PRAGMA data_version").fetchone()
        if version == self.last_version:
            return
        self.last_version = version
        for scheduler in world.schedulers:
            actor = scheduler.actor
            if actor.idle and actor.wake_at is not None:
                soon = world.network.now + timedelta(seconds=max(scheduler.patience, world.idle_for(scheduler.name)))
                actor.wake_at = min(actor.wake_at, soon)

    def _wake_everybody(self) -> None:
        """By another clock something else may be due."""
        for scheduler in self.world.schedulers:
            if scheduler.actor.idle and scheduler.actor.wake_at is not None:
                scheduler.actor.wake_at = min(scheduler.actor.wake_at, self.world.network.now + SOON)

    # --- people

    def _next_deed(self) -> datetime | None:
        return self.world.start + timedelta(seconds=self.deeds[0][0]) if self.deeds else None

    def _do_deeds(self) -> None:
        while self.deeds and self.world.start + timedelta(seconds=self.deeds[0][0]) <= self.world.network.now:
            self._do(self.deeds.pop(0))

    def _do(self, event: Event) -> None:
        world = self.world
        _, what, case = event
        world.note(f"{what} {case}")
        if what.startswith("clock"):
            world.watch.clock_set()
            world.clock.set_by(float(what.split()[1]) if " " in what else -world.clock.ahead.total_seconds())
            self._wake_everybody()
            return
        if what == "hang_up":
            world.network.hang_up_collector(world.collectors[case % len(world.collectors)].user)
            return
        user = world.collectors[case % len(world.collectors)].user
        if what == "clicks":  # again and again, whenever two hours are over
            self.deeds = sorted([*self.deeds, (event[0] + TWO_HOURS, what, case)])
        acts: dict[str, Callable[[App], object]] = {
            "pays": lambda app: book.pays(app, case),
            "disputes": lambda app: book.disputes(app, case),
            "hold": lambda app: book.holds(app, case),
            "objects": lambda app: book.objects(app, case),
            "click": lambda app: self._click(app, case, user),
            "clicks": lambda app: self._click(app, case, user),
        }
        in_office(world, f"{what} {case} at {event[0]}", acts[what])

    def _click(self, app: App, case: int, user: str) -> None:
        """A collector opens his line, unless it is open, and calls whom he chooses."""
        with suppress(DialerError):
            line.open_desk(app, user)
            self.world.baton.wait(PICKS_UP)
        place_clicked_call(app, case, user=user)

    def _next_shift(self) -> datetime:
        """When collectors look next whether they are wanted."""
        now = self.world.network.now
        return now + timedelta(seconds=ROUND - self.world.elapsed % ROUND)

    def _begin_or_end_shift(self) -> None:
        world = self.world
        turn = int(world.elapsed // ROUND)
        if turn == self.shift:
            return
        self.shift = turn
        day = AT_WORK[0] <= world.network.now.astimezone(BERLIN).hour < AT_WORK[1]
        at_work = day and not world.dice.calm and world.peek.collectors_wanted(world.clock.now())
        for phone in world.collectors:
            user = phone.user
            act: Callable[[App, str], object] = line.open_desk if at_work else line.close_desk
            open_already = world.peek.line_of(user)
            if (at_work and not open_already) or (open_already and not day):
                in_office(world, f"{act.__name__} {user} {turn}", lambda app, u=user, a=act: a(app, u))

    def _judge(self, talk: Conversation) -> None:
        """A collector has finished his notes: he says what came of the conversation."""

        def judge(app: App) -> None:
            with app.db.read() as tx:
                attempt = attempts.by_sid(tx, talk.debtor_call_sid)
            if attempt is None:
                return
            fields: dict[str, Any] = talk.fields
            report = Report(
                disposition=Disposition(talk.disposition),
                amount_minor=fields.get("amount_minor"),
                on=fields.get("promise_date"),
                callback_at=fields.get("callback_at"),
            )
            try:
                dispose(app, attempt.id, report, actor=talk.collector)
            except DialerError:
                dispose(app, attempt.id, Report(disposition=Disposition.NO_RESULT), actor=talk.collector)

        in_office(self.world, f"judge {talk.debtor_call_sid[:8]}", judge)

    # --- the end

    def _last_orders(self) -> None:
        world = self.world
        world.dice.calm = True
        self.deeds.clear()
        world.raw.execute("UPDATE accounts SET paused_reason = 'closing time', paused_until = NULL")
        world.network.pace(1.0)

    def _at_rest(self) -> bool:
        world = self.world
        if world.next_restart_at() is not None or world.network.next_event_at() is not None:
            return False
        return world.peek.nothing_live() and world.baton.crowd <= len(world.schedulers)
