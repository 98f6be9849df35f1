"""The state of the virtual network and the few moves everything else is made of."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dialer.simulator import callbacks, hearing
from dialer.simulator.behaviour import Reaction, decide
from dialer.simulator.deliver import DeliveryFailed, DeliveryReply
from dialer.simulator.directory import CollectorPhone, Directory, Party, Person
from dialer.simulator.dispositions import BY_TEMPERAMENT
from dialer.simulator.faults import FaultDice, FaultPlan
from dialer.simulator.leg import Leg, Plan
from dialer.simulator.records import CallRecord, Conversation
from dialer.simulator.timeline import Action, Timeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dialer.simulator.exchange import Request
    from dialer.simulator.rooms import Room

Reply = DeliveryReply | DeliveryFailed


@dataclass
class Posting:
    """A webhook that waits to be sent, and what to do with its answer."""

    request: Request
    done: Callable[[Reply], None]


class Engine:
    """Legs, rooms, the timeline and the outbox; knows nothing of HTTP, threads or the REST API."""

    def __init__(
        self, *, start: datetime, seed: int, directory: Directory, account_sid: str, faults: FaultPlan
    ) -> None:
        self.timeline = Timeline(start)
        self.seed = seed
        self.directory = directory
        self.account_sid = account_sid
        self.faults = FaultDice(faults, seed)
        self.dice = Random(f"engine|{seed}")
        self.outbox: deque[Posting] = deque()
        self.wrapped_up: deque[Conversation] = deque()
        self.legs: dict[str, Leg] = {}
        self.order: list[Leg] = []
        self.by_to: dict[str, list[Leg]] = {}
        self.rooms: dict[str, Room] = {}
        self.desks: dict[str, Leg] = {}  # collector's number -> the leg he is on
        self.conversations: list[Conversation] = []
        self._dialled: Counter[str] = Counter()

    @property
    def now(self) -> datetime:
        return self.timeline.now

    def sid(self, prefix: str) -> str:
        return f"{prefix}{self.dice.getrandbits(128):032x}"

    def new_leg(self, *, to: str, from_: str, plan: Plan, parent: Leg | None = None) -> Leg:
        record = CallRecord(self.sid("CA"), to, from_, self.now)
        if parent is not None:
            record.direction, record.parent_call_sid = "outbound-dial", parent.record.sid
        leg = Leg(record, plan, self.party(to))
        leg.statuses.append((self.now, record.status))
        self.legs[record.sid] = leg
        self.order.append(leg)
        self.by_to.setdefault(to, []).append(leg)
        return leg

    def party(self, number: str) -> Party:
        """Who is at a number; whoever nobody has described is a private person."""
        known = self.directory.lookup(number)
        if known is not None:
            return known
        temperament = Random(f"{self.seed}|{number}").choice(sorted(BY_TEMPERAMENT))
        return Person(number, temperament=temperament)

    def react(self, leg: Leg) -> Reaction:
        party, number = leg.party, leg.record.to
        self._dialled[number] += 1
        if isinstance(party, CollectorPhone):
            return self._desk_reaction(party)
        local = self.now.astimezone(ZoneInfo(party.timezone))
        return decide(party, local, self.seed, self._dialled[number])

    def _desk_reaction(self, phone: CollectorPhone) -> Reaction:
        if not phone.present:
            return Reaction("no_answer")
        if phone.number in self.desks:
            return Reaction("busy")
        return Reaction("collector", ring_seconds=phone.pick_up_seconds)

    def set_status(self, leg: Leg, status: str) -> None:
        leg.record.status = status
        leg.statuses.append((self.now, status))

    def end(self, leg: Leg, status: str, sip: int = 200) -> None:
        """End a leg for whatever reason; the second to do so finds nothing left to do."""
        record = leg.record
        if record.ended:
            return
        record.ended_at = self.now
        if record.answered_at is not None:
            record.duration_seconds = round((self.now - record.answered_at).total_seconds())
        self.set_status(leg, status)
        self._tidy(leg)
        if record.started_at is not None:  # a call cancelled in the queue ends without a word
            callbacks.status(self, leg, "completed", sip=sip)
        callbacks.late_verdict(self, leg)
        self.fire(leg.when_ended)

    def _tidy(self, leg: Leg) -> None:
        hearing.sound(leg)
        for timer in leg.timers:
            timer.cancel()
        for process in (leg.life, leg.detection, leg.document):
            if process is not None:
                process.stop()
        if self.desks.get(leg.record.to) is leg:
            del self.desks[leg.record.to]

    def fire(self, actions: list[Action]) -> None:
        for action in actions:
            self.timeline.soon(action)
        actions.clear()

    def post(self, request: Request, done: Callable[[Reply], None]) -> Posting:
        posting = Posting(request, done)
        self.outbox.append(posting)
        return posting
