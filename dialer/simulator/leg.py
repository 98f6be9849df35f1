"""One call leg while it lives: the record, the request behind it, the party it reaches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dialer.simulator.behaviour import Reaction
from dialer.simulator.directory import CollectorPhone, Party

if TYPE_CHECKING:
    from datetime import datetime

    from dialer.simulator.process import Process
    from dialer.simulator.records import CallRecord
    from dialer.simulator.talk import Talk
    from dialer.simulator.timeline import Action, Timer


@dataclass(frozen=True)
class Address:
    """Where to fetch or post: a URL and its method."""

    url: str
    method: str = "POST"


@dataclass(frozen=True)
class Amd:
    """Answering machine detection as asked for."""

    mode: str  # Enable or DetectMessageEnd
    timeout: float = 30.0
    asynchronous: bool = False
    callback: Address | None = None


@dataclass
class Plan:
    """What the application asked for when it created the call."""

    url: Address | None = None
    twiml: str | None = None
    fallback: Address | None = None
    status: Address | None = None
    events: frozenset[str] = frozenset({"completed"})
    timeout: float = 60.0
    time_limit: float = 14400.0
    amd: Amd | None = None


@dataclass(eq=False)
class Leg:
    """The moving parts of a call; everything worth keeping is in its record."""

    record: CallRecord
    plan: Plan
    party: Party
    reaction: Reaction = field(default_factory=lambda: Reaction("no_answer"))
    life: Process | None = None
    document: Process | None = None
    detection: Process | None = None
    # run once, later at the same instant; a dialled leg detaches when the API redirects it
    when_answered: list[Action] = field(default_factory=list)
    when_ended: list[Action] = field(default_factory=list)
    when_detached: list[Action] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    patience: Timer | None = None
    beep_at: datetime | None = None
    talk: Talk | None = None
    recognised: Counter[str] = field(default_factory=Counter)  # how often this collector found out which machine
    audible: bool = False  # something other than silence is on the line
    place: object = None  # the room or bridge it is in right now
    detached: bool = False
    deleted: bool = False
    sequence: int = 0
    held_back: list[Action] = field(default_factory=list)
    statuses: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def is_collector(self) -> bool:
        return isinstance(self.party, CollectorPhone)

    @property
    def is_human(self) -> bool:
        return self.reaction.kind in ("human", "wrong_party")

    @property
    def is_machine(self) -> bool:
        return self.reaction.kind in ("voicemail", "fax")

    @property
    def live(self) -> bool:
        return not self.record.ended
