"""Everything a history is played with: network, clock, database file, processes, and the steps between them."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from hashlib import blake2b
from urllib.parse import parse_qs, urlsplit

from dialer.core.errors import DialerError
from dialer.simulator.deliver import DeliveryFailed, DeliveryReply
from dialer.simulator.directory import CollectorPhone, Directory
from dialer.simulator.records import CallRecord
from dialer.simulator.signature import Form
from dialer.telephony.carrier import CarrierError
from tests.actions.office_kit import ACCOUNT, CALLER_ID, TOKEN
from tests.simulation.baton import Baton, CrashError, Process
from tests.simulation.book import fill_book
from tests.simulation.clock import MachineClock
from tests.simulation.database import full, locked
from tests.simulation.dice import Dice, share
from tests.simulation.door import RestDoor
from tests.simulation.invariants import BrokenError, Watch
from tests.simulation.log_chain import TornError
from tests.simulation.network import SteppedNetwork
from tests.simulation.peek import Peek
from tests.simulation.processes import Scheduler, Server, Web, new_life, template, workshop
from tests.simulation.scenario import WEATHERS, Scenario

COLLECTORS = (CollectorPhone("+493023125991", "anna"), CollectorPhone("+493023125992", "ben"))
PAUSES = (0.2, 1.5, 7.0, 40.0, 150.0)
OUTAGES = (0.5, 6.0, 50.0, 400.0)
SWITCHES = 0.2
DEATHS = {"crash", "power", "unanswered"}
"""`unanswered`: between a request for a call and the note of its answer."""

ENDS = {"completed", "busy", "no-answer", "failed", "canceled"}
UTC = timezone.utc  # noqa: UP017 - the same object for every history


class World:
    """One history's stage. Nothing in it reads the machine's clock or its randomness."""

    refusals = (DialerError, CarrierError)

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.start = scenario.start.astimezone(UTC)
        self.dice = Dice(scenario.seed, WEATHERS[scenario.weather], replay=scenario.troubles)
        self.baton = Baton(lambda: self.network.now)
        self.collectors = COLLECTORS[: scenario.collectors]
        people = {p.number: p for d in scenario.debtors for p in d.people}
        self.network = SteppedNetwork(
            start=self.start,
            seed=scenario.seed,
            directory=Directory(people.values(), self.collectors),
            deliver=self._deliver,
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            calls_per_second=scenario.network_pace,
            own_numbers=frozenset({CALLER_ID}),
        )
        self.network.world = self
        self.clock = MachineClock(lambda: self.network.now, self.baton)
        self.door = RestDoor(self)
        self.outside = Process("carrier")
        self.trace = blake2b(digest_size=16)
        self.lines: list[str] = []
        self.last_trouble = self.start
        self.found: BrokenError | TornError | None = None
        self._restarts: list[tuple[object, Server]] = []
        self._nth: Counter[str] = Counter()
        file = workshop() / "history.sqlite3"
        for leftover in workshop().glob("history.sqlite3*"):
            leftover.unlink()
        shutil.copy(template(), file)
        self.url = f"sqlite:///{file}"
        self.office = new_life(self)
        fill_book(self.office, scenario.debtors, self.collectors)
        self.raw = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self.peek = Peek(self.raw)
        self.watch = Watch(self, scenario.debtors, scenario.calls_per_second)
        self.web = Web(self)
        self.schedulers = [Scheduler(f"s{n}", self) for n in range(1, scenario.schedulers + 1)]

    # --- what the watch looks at

    @property
    def calls(self) -> list[CallRecord]:
        return self.network.calls

    @property
    def now(self) -> datetime:
        return self.network.now

    # --- time

    @property
    def elapsed(self) -> float:
        return (self.network.now - self.start).total_seconds()

    def idle_for(self, name: str) -> float:
        """How long a scheduler with nothing to do may sleep; each has a pulse of its own."""
        pulse = 0.05 + share(self.scenario.seed, f"pulse {name}") * 0.3
        return self.peek.seconds_until_due(self.clock.now()) + pulse

    # --- steps

    def step(self, what: str, *troubles: str, pauses: bool = True) -> None:
        """A place where a process may be interrupted, refused, or killed."""
        actor = self.baton.running
        if actor is None:
            return
        place = f"{actor.name} {self.elapsed:.1f} {what}"
        self._nth[place] += 1
        key = f"step {place} {self._nth[place]}"
        self.note(key)
        fate = self.dice.ask(key, "crash", "power", *(("stall",) if pauses else ()), *troubles)
        if fate in DEATHS:
            self._die(actor.process, key, everything=fate == "power")
        elif fate == "stall":
            self.troubled()
            self.baton.wait(self.dice.pick(key, PAUSES))
            self.troubled()
        elif fate:
            self.troubled()
            raise locked() if fate == "locked" else full()
        elif pauses and self.baton.crowd > 1 and share(self.scenario.seed, f"switch {key}") < SWITCHES:
            self.baton.give_way()

    def _die(self, process: Process, key: str, *, everything: bool) -> None:
        self.troubled()
        for each in [self.web, *self.schedulers] if everything else [process]:
            if each.alive:
                each.die()
                if isinstance(each, Server):
                    back = self.network.now + timedelta(seconds=self.dice.pick(f"{key} {each.name}", OUTAGES))
                    self._restarts.append((back, each))
        if process.alive:
            process.die()
        raise CrashError

    def next_restart_at(self) -> object:
        return min((at for at, _ in self._restarts), default=None)

    def restart_due(self) -> None:
        now = self.network.now
        for at, server in [r for r in self._restarts if r[0] <= now]:
            self._restarts.remove((at, server))
            self.note(f"restart {server.name}")
            server.restart()
            self.troubled()

    def troubled(self) -> None:
        """Service is not, or not yet, as it should be."""
        self.last_trouble = self.network.now

    # --- the carrier's side

    def _deliver(self, method: str, url: str, form: Form, headers: dict[str, str]) -> DeliveryReply:
        """A webhook enters our process, and leaves it, or dies in it."""
        web = self.web
        if not web.alive:
            raise DeliveryFailed("connection refused")
        try:
            with self.baton.inside(web):
                self.step("webhook")
                reply = web.deliver(method, url, form, headers)
        except CrashError:
            raise DeliveryFailed("the server died", connected=True) from None
        self.note(f"answered {reply.status}")
        if reply.status >= 500:
            self.troubled()
        fields = dict(form)
        if reply.status == 204 and "/status/" in url and fields.get("CallStatus") in ENDS:
            with self._remembered():
                self.watch.reported_end(fields["CallSid"])
        return reply

    def asked(self, verb: str, number: str) -> None:
        """A process of ours has asked the network for something."""
        actor = self.baton.running
        process = actor.process if actor else None
        if isinstance(process, Scheduler) and verb == "create":
            with self._remembered():
                self.watch.asked_first(process.owed, process.asked)
        elif isinstance(process, Scheduler):
            process.asked.add(number)

    def posted(self, body: str) -> None:
        """A request for a call has gone out, and nothing proves that it was not carried out."""
        with self._remembered():
            self.watch.posted(_token(body))

    def created(self, sid: str, body: str, *, stray: bool = False) -> None:
        """The network has taken a call over."""
        with self._remembered():
            ring = float(parse_qs(body)["Timeout"][0])
            self.watch.created(self.network.record(sid), _token(body), ring_seconds=ring, stray=stray)

    @contextmanager
    def _remembered(self) -> Iterator[None]:
        """What is found out while the program runs ends the actor, past `except Exception`, and then the history."""
        try:
            yield
        except (BrokenError, TornError) as broken:
            self.found = broken
            raise CrashError from None

    # --- what happened

    def note(self, line: str) -> None:
        stamped = f"{self.elapsed:.3f} {line}"
        self.trace.update(stamped.encode())
        self.lines.append(stamped)

    def close(self) -> None:
        self.dice.calm = True
        self.baton.finish()
        self.raw.close()
        for app in (self.office, self.web.app, *(s.app for s in self.schedulers)):
            app.db.close()


def _token(body: str) -> str:
    return urlsplit(parse_qs(body)["Url"][0]).path.split("/")[3]
