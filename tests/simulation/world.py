"""Everything a history is played with: network, clock, database file, processes, and the steps between them."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
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
from tests.simulation.scenario import Scenario

COLLECTORS = (CollectorPhone("+493023125991", "anna"), CollectorPhone("+493023125992", "ben"))
PAUSES = (0.2, 1.5, 7.0, 40.0, 150.0)
OUTAGES = (0.5, 6.0, 50.0, 400.0)
SWITCHES = 0.2
CUTS = (0.0, 15.0, 180.0)
"""How much longer than the processes the way to the carrier is gone after a power cut, in seconds."""

DEATHS = {"crash", "power", "unanswered", "blackout"}
"""`unanswered`: between a request for a call and the note of its answer; `blackout`: a power cut then."""

POWER = {"power", "blackout"}

ENDS = {"completed", "busy", "no-answer", "failed", "canceled"}
UTC = timezone.utc  # noqa: UP017 - the same object for every history


class World:
    """One history's stage. Nothing in it reads the machine's clock or its randomness."""

    refusals = (DialerError, CarrierError)

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.start = scenario.start.astimezone(UTC)
        self.dice = Dice(scenario.seed, scenario.rates, replay=scenario.troubles)
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
        self.last_round = 0.0
        """Seconds from the start to the end of the last round of any scheduler."""
        self.on_written: Callable[[], bool] = lambda: False
        self.found: BrokenError | TornError | None = None
        self._restarts: list[tuple[datetime, Server]] = []
        self._cut_until = self.start
        self._nth: Counter[str] = Counter()
        file = workshop() / "history.sqlite3"
        for leftover in workshop().glob("history.sqlite3*"):
            leftover.unlink()
        shutil.copy(template(), file)
        self.url = f"sqlite:///{file}"
        self.offices = [new_life(self)]
        """Programs in which people click and type; each does one thing at a time."""
        self.backup: sqlite3.Connection | None = None
        fill_book(self.offices[0], scenario.debtors, self.collectors)
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

    def shows(self, record: CallRecord) -> bool:
        return self.network.now >= self._cut_until and self.door.shows(record)

    # --- time

    @property
    def elapsed(self) -> float:
        return (self.network.now - self.start).total_seconds()

    def idle_for(self, pulse: str) -> float:
        """How long a scheduler with nothing to do may sleep, and a moment of its own."""
        since = self.elapsed - self.last_round
        return self.peek.seconds_until_due(self.clock.now(), since) + 0.05 + share(self.scenario.seed, pulse) * 0.3

    def set_clock(self, ahead: float) -> None:
        """Somebody sets our clock, to so many seconds ahead of the truth; no scheduler sleeps through that."""
        self.clock.ahead = timedelta(seconds=ahead)
        self.watch.clock_set(astray=bool(ahead))
        for scheduler in self.schedulers:
            scheduler.notice()

    # --- the operator

    def back_up(self) -> None:
        """Keep the database as it is now."""
        self.backup = sqlite3.connect(":memory:", check_same_thread=False)
        self.raw.backup(self.backup)
        self.watch.backed_up()

    def restore(self) -> None:
        """Stop everything, put the backup in place, and start again: whatever came after it is forgotten."""
        if self.backup is None:
            return
        for process in {actor.process for actor in self.baton.actors} - {self.outside}:
            self._fall(process, f"restore {self.elapsed:.1f}")
        self.offices.clear()
        self.backup.backup(self.raw)
        self.troubled()
        self.watch.restored()

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
        if what == "written" and self.on_written():
            self.baton.give_way()
        fate = self.dice.ask(key, "crash", "power", *(("stall",) if pauses else ()), *troubles)
        if fate in DEATHS:
            self._die(actor.process, key, everything=fate in POWER)
        elif fate == "stall":
            pause = self.dice.pick(key, PAUSES)
            self.troubled(pause)
            self.baton.wait(pause)
        elif fate:
            self.troubled()
            raise locked() if fate == "locked" else full()
        elif pauses and self.baton.crowd > 1 and share(self.scenario.seed, f"switch {key}") < SWITCHES:
            self.baton.give_way()

    def _die(self, process: Process, key: str, *, everything: bool) -> None:
        self.troubled()
        for each in [self.web, *self.schedulers] if everything else []:
            self._fall(each, key)
        if everything:
            cut = timedelta(seconds=self.dice.pick(f"{key} cut", CUTS))
            self._cut_until = max(back for back, _ in self._restarts) + cut
        self._fall(process, key)
        raise CrashError

    def _fall(self, process: Process, key: str) -> None:
        """It ends; a server is started again after a while."""
        if process.alive:
            process.die()
            if isinstance(process, Server):
                back = self.network.now + timedelta(seconds=self.dice.pick(f"{key} {process.name}", OUTAGES))
                self._restarts.append((back, process))

    def next_restart_at(self) -> datetime | None:
        return min((at for at, _ in self._restarts), default=None)

    def restart_due(self) -> None:
        now = self.network.now
        for at, server in [r for r in self._restarts if r[0] <= now]:
            self._restarts.remove((at, server))
            self.note(f"restart {server.name}")
            server.restart()
            self.troubled()

    def troubled(self, seconds: float = 0.0) -> None:
        """Service is not, or not yet, as it should be, and will not be for so long."""
        self.last_trouble = max(self.last_trouble, self.network.now + timedelta(seconds=seconds))

    # --- the carrier's side

    @property
    def cut_off(self) -> bool:
        """True while nothing of ours reaches the carrier, and nothing of the carrier's us."""
        if self.network.now >= self._cut_until:
            return False
        self.troubled()
        return True

    def _deliver(self, method: str, url: str, form: Form, headers: dict[str, str]) -> DeliveryReply:
        """A webhook enters our process, and leaves it, or dies in it."""
        web = self.web
        if not web.alive or self.cut_off:
            raise DeliveryFailed("connection refused")
        try:
            with self.baton.inside(web):
                self.step("webhook")
                reply = web.deliver(method, url, form, headers)
        except CrashError:
            raise DeliveryFailed("the server died", connected=True) from None
        self.note(f"answered {reply.status}")
        if reply.status < 500:
            self.watch.named(dict(form)["CallSid"])
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
        # all lives share one engine
        self.web.app.db.close()


def _token(body: str) -> str:
    return urlsplit(parse_qs(body)["Url"][0]).path.split("/")[3]
