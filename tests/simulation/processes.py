"""The program's processes: built from the same file after each death, as a supervisor would start them again."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from dialer.actions.follow_agreements import follow_agreements
from dialer.app import App, build
from dialer.config import load
from dialer.scheduler.readiness import Readiness
from dialer.scheduler.tick import tick
from dialer.simulator.deliver import Deliver, DeliveryReply, wsgi_deliver
from dialer.simulator.signature import Form
from dialer.storage import pacing
from dialer.storage.database import Database
from dialer.telephony.twilio_carrier import TwilioCarrier
from tests.actions.office_kit import ACCOUNT, CALLER_ID, CONFIG, ORIGIN, TOKEN, migrated_sqlite
from tests.simulation.baton import Process
from tests.simulation.database import SteppedDatabase
from tests.simulation.door import TIMEOUT, Session
from webhooks.app import create_app

if TYPE_CHECKING:
    from tests.simulation.world import World

IDLE = 0.2
STUCK = 2.0
AFTER_AN_ERROR = 2.0
NOT_READY = 20.0
LONGEST_PATIENCE = 60.0
LONGEST_UNREADY = 900.0
FOLLOW_EVERY = 6 * 3600.0


@cache
def workshop() -> Path:
    """A folder of this operating system process, in memory where there is such a place."""
    shm = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    return Path(tempfile.mkdtemp(prefix=f"dialer-sim-{os.getpid()}-", dir=shm if shm.is_dir() else None))


@cache
def template() -> Path:
    """A migrated database to copy."""
    return migrated_sqlite(workshop())


@cache
def _blueprint(calls_per_second: float) -> App:
    """The program as configured; what is its own in each life is replaced."""
    values = {
        "url": f'"sqlite:///{template()}"',
        "account": ACCOUNT,
        "token": TOKEN,
        "api": "http://127.0.0.1:9",
        "base_url": ORIGIN,
        "caller_id": CALLER_ID,
        "calls_per_second": calls_per_second,
        "timeout_seconds": TIMEOUT,
        "workers": 1,
        "batch_size": 20,
    }
    path = workshop() / f"config-{calls_per_second}.toml"
    path.write_text(CONFIG.format(**values), encoding="utf-8")
    app = build(load(path, {}))
    app.db.close()
    return app


def _carrier(world: World) -> TwilioCarrier:
    carrier = TwilioCarrier(
        account_sid=ACCOUNT,
        username=ACCOUNT,
        password=TOKEN,
        timeout_seconds=TIMEOUT,
        api_base_url="http://127.0.0.1:9",
        now=world.clock.now,
    )
    carrier._http.session = Session(world.door)  # noqa: SLF001 - the one way out to the carrier
    return carrier


def new_life(world: World) -> App:
    """What `dialer.app.build` does, with the steps and the door put in. Its template is wired once."""
    first = _blueprint(world.scenario.calls_per_second)
    app = replace(first, db=SteppedDatabase(world.url, world.step), carrier=_carrier(world), clock=world.clock)
    with Database.write(app.db) as tx:
        pacing.ensure_account(tx, app.account)
    return app


class Server(Process):
    """A process with a program in it."""

    def __init__(self, name: str, world: World) -> None:
        super().__init__(name)
        self.world = world
        self.app = new_life(world)
        self.asked: set[str] = set()

    def restart(self) -> None:
        self.app.db.close()
        self.app = new_life(self.world)
        self.asked = set()
        self.alive = True


class _Current:
    """The program that the public door belongs to now: a door takes long to build, and remembers nothing."""

    app: App

    def __getattr__(self, name: str) -> object:
        return getattr(self.app, name)


_PUBLIC = _Current()


@cache
def _public_door() -> Deliver:
    return wsgi_deliver(create_app(cast("App", _PUBLIC)), ORIGIN)


class Web(Server):
    """The public door, one worker for each request."""

    def __init__(self, world: World) -> None:
        super().__init__("web", world)

    def deliver(self, method: str, url: str, form: Form, headers: dict[str, str]) -> DeliveryReply:
        """One request of the carrier, by whatever program this process has now."""
        _PUBLIC.app = self.app
        return _public_door()(method, url, form, headers)


class Scheduler(Server):
    """`dialer.scheduler.loop`, with waits that are as long as nothing can happen."""

    def __init__(self, name: str, world: World) -> None:
        super().__init__(name, world)
        self.begin()

    def restart(self) -> None:
        super().restart()
        self.begin()

    def begin(self) -> None:
        self.patience = IDLE
        self.rests = 0
        self.waits_until_ready = 0.0
        self.owed = self.world.watch.started()
        self.actor = self.world.baton.spawn(self.name, self, self._loop)

    def _loop(self) -> None:
        world, followed = self.world, -FOLLOW_EVERY
        readiness = Readiness(self.app)
        while True:
            try:
                ready, look = readiness.may_dial(), readiness.may_go_by_the_clock
                if world.elapsed >= followed + FOLLOW_EVERY and look():
                    followed = world.elapsed
                    follow_agreements(self.app, self.app.clock.now())
                done = tick(self.app, worker=self.name, dial=ready, go_on=readiness.may_go_on, look=look)
            except sa.exc.OperationalError:
                # as the real loop: a lost database comes back. No other error has a reason here
                world.note("tick failed")
                world.baton.wait(AFTER_AN_ERROR)
                continue
            # what is due and cannot be done yet is tried ever more rarely: the real loop does so five times a second
            stuck = min(max(self.patience * 2, STUCK), LONGEST_PATIENCE)
            self.patience = IDLE if done.started or done.looked_at else stuck
            world.last_round = world.elapsed
            if not done.started:
                self._rest(ready=ready)

    def _rest(self, *, ready: bool) -> None:
        """Sleep until there is something to do; while nobody may be called, look soon whether that is over."""
        self.rests += 1
        # the director may let it sleep on, or wake it earlier
        self.actor.idle = True
        self.waits_until_ready = 0.0 if ready else min(max(2 * self.waits_until_ready, NOT_READY), LONGEST_UNREADY)
        self.world.baton.wait(self.waits_until_ready or max(self.patience, self.world.idle_for(self.pulse)))
        self.actor.idle = False

    def notice(self) -> None:
        """Wake up soon and look at everything anew."""
        if self.actor.idle and self.actor.wake_at is not None:
            soon = self.world.network.now + timedelta(seconds=IDLE)
            self.actor.idle, self.actor.wake_at = False, min(self.actor.wake_at, soon)

    @property
    def pulse(self) -> str:
        """Each rest has a length of its own, so that no scheduler is always the first."""
        return f"{self.name} {self.rests}"


def in_office(world: World, name: str, act: Callable[[App], object]) -> None:
    """A command, or a collector's click; the program it is done in goes on unless it dies of it."""
    process = Process(name)

    def work() -> None:
        app = world.offices.pop() if world.offices else new_life(world)
        with suppress(sa.exc.OperationalError, *world.refusals):
            act(app)
        world.offices.append(app)

    world.baton.spawn(name, process, work)
