"""One history to be: everything follows from the seed and the size, unless a part of it is left out or listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from dialer.simulator.directory import Line, Person
from tests.simulation.dice import Trouble

BERLIN = ZoneInfo("Europe/Berlin")

STARTS = (
    datetime(2026, 11, 24, 8, 50, tzinfo=BERLIN),  # an ordinary Tuesday
    datetime(2026, 11, 24, 15, 30, tzinfo=BERLIN),  # the evening is near
    datetime(2026, 11, 17, 16, 0, tzinfo=BERLIN),  # the day before a holiday in Saxony
    datetime(2026, 3, 27, 16, 30, tzinfo=BERLIN),  # the clocks go forward on Sunday
    datetime(2026, 10, 23, 16, 30, tzinfo=BERLIN),  # and back
    datetime(2026, 4, 2, 16, 30, tzinfo=BERLIN),  # the day before Good Friday
    datetime(2026, 12, 23, 16, 0, tzinfo=BERLIN),  # the day before Christmas Eve
    datetime(2026, 10, 30, 9, 0, tzinfo=BERLIN),  # before Reformation Day and All Saints
)

WEATHERS: Mapping[str, Mapping[str, float]] = {
    "calm": {},
    "line": {"refused": 0.04, "429": 0.1, "503": 0.06, "reset": 0.06, "lost_503": 0.07, "lost_reset": 0.1},
    "silence": {"lost_timeout": 0.25, "lost": 0.1, "slow": 0.1, "mute": 0.4, "lag": 0.6},
    "post": {"lost": 0.08, "late": 0.2, "again": 0.15, "slow_answer": 0.1, "asked_twice": 0.1, "no_answer": 0.05},
    "deaths": {"crash": 0.005, "power": 0.0008, "lost": 0.3, "unanswered": 0.2, "blackout": 0.1},
    "stalls": {"stall": 0.012, "slow": 0.2, "slow_answer": 0.2},
    "doubles": {"doubled": 0.12, "lost_reset": 0.05, "again": 0.1, "late": 0.05, "unsure": 0.3},
    "clock": {"stall": 0.004, "slow": 0.05},
    "restored": {"lost": 0.05, "late": 0.05, "unanswered": 0.05, "slow": 0.05, "crash": 0.0005},
    "disk": {"locked": 0.01, "full": 0.01, "crash": 0.001},
    "storm": {
        "refused": 0.02, "429": 0.04, "503": 0.02, "reset": 0.02, "lost_503": 0.03, "lost_reset": 0.03,
        "lost_timeout": 0.03, "slow": 0.05, "lost": 0.05, "late": 0.08, "again": 0.08, "slow_answer": 0.05,
        "asked_twice": 0.05, "no_answer": 0.02, "crash": 0.0015, "power": 0.0003, "stall": 0.003, "unsure": 0.1,
    },
}  # fmt: skip


DEEDS = ("pays", "disputes", "hold", "objects", "hang_up", "click", "click", "clicks")
OFFICE_DEEDS = (
    *("pays", "owes", "disputes", "settles", "hold", "lifts", "lifts", "objects", "hang_up", "click", "click"),
    *("closes", "reopens", "reopens", "reviews", "returns", "returns", "erases", "stops_all", "imports", "imports"),
)
"""What people change their minds about, too."""

STOPS = ("pays", "disputes", "hold", "objects", "closes", "reviews", "erases")
AIMED = tuple(
    f"{deed}@{phase}"
    for deed in (*STOPS, "stops_all", "imports", "hang_up", "leaves")
    for phase in ("intent", "sent", "under_way", "answered")
)


@dataclass(frozen=True)
class Size:
    """How much happens in a history."""

    cases: int
    days: float
    events: int
    deeds: tuple[str, ...] = DEEDS
    aimed: tuple[str, ...] = ()
    """What people do just when a call is made, and each of it at which place of its way."""

    shared: float = 0.15
    """How many consumers have a telephone that another one has as well."""
    attempts: int | None = None
    """So many are enough: then it ends, before all days are over."""

    steps: float = 1.0
    """By this the chances are multiplied that a step ends in trouble: more steps would leave no time to call."""


SIZES = {
    "small": Size(cases=3, days=1.0, events=3),
    "wide": Size(cases=150, days=10, events=60, attempts=250, steps=0.15),
    "large": Size(cases=60, days=8, events=80),
    "office": Size(cases=40, days=3, events=90, deeds=OFFICE_DEEDS, aimed=AIMED, shared=0.5),
}

LINES: tuple[Line, ...] = (
    "answers",
    "answers",
    "answers",
    "person",
    "voicemail_only",
    "no_answer",
    "busy",
    "dead",
    "fax",
)
PLACES = (("BE", "+49302312"), ("BY", "+49892312"), ("SN", "+49351231"), ("NW", "+49221231"))
KINDS = ("consumer", "consumer", "consumer", "consumer", "business", "business", "shop", "shop", "clicked")
"""`shop`: called without a collector. `clicked`: called by a collector's click alone."""

CLOCK_DEEDS = ("pays", "clock", "clock", "clock")
ASTRAY = (-10_800, -40, 12, 10_800, 36_000, 43_200)
"""By so many seconds a clock goes wrong, until it is put right, less than a minute later unless it is hours."""

BY_HOURS = 3600
A_QUARTER = 900
AN_AIM = 0.4
LOST = (20, 200, 2000, 20_000)
"""So many seconds are between a backup and the instant at which it is put in place."""

Event = tuple[int, str, int]
"""Seconds after the start, what happens, and to which case."""


@dataclass(frozen=True)
class Debtor:
    """One case of the book, with one number or two."""

    case: int
    kind: str
    place: str
    numbers: tuple[str, ...]
    line: Line

    @property
    def natural(self) -> bool:
        return self.kind in {"consumer", "clicked"}

    @property
    def people(self) -> list[Person]:
        segment = "private" if self.natural else "business"
        role = "self" if self.natural else "accounts_payable"
        return [Person(n, segment=segment, role=role, line=self.line, claim_amount_minor=12_000) for n in self.numbers]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """`troubles` and `events` None: drawn from the seed. `absent` cases are left out of the book."""

    seed: int
    size: str = "small"
    troubles: tuple[Trouble, ...] | None = None
    events: tuple[Event, ...] | None = None
    absent: frozenset[int] = field(default_factory=frozenset)

    @property
    def start(self) -> datetime:
        return STARTS[self._dice("start").randrange(len(STARTS))]

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=SIZES[self.size].days)

    @property
    def weather(self) -> str:
        return tuple(WEATHERS)[self.seed % len(WEATHERS)]

    @property
    def rates(self) -> dict[str, float]:
        """How likely each trouble is where it is possible."""
        of_steps, by = {"crash", "power", "stall", "locked", "full", "unanswered", "blackout"}, SIZES[self.size].steps
        return {what: rate * by if what in of_steps else rate for what, rate in WEATHERS[self.weather].items()}

    @property
    def schedulers(self) -> int:
        return self._dice("schedulers").choice((1, 2, 2, 2, 3))

    @property
    def collectors(self) -> int:
        return self._dice("collectors").choice((1, 1, 2))

    @property
    def calls_per_second(self) -> float:
        """What the program believes that the account may do."""
        return self._dice("pace").choice((1.0, 1.0, 0.2))

    @property
    def network_pace(self) -> float:
        """What it may do in truth: sometimes less, so that calls wait in the carrier's queue."""
        return self._dice("queue").choice((1.0, 1.0, 1.0, 0.05, 0.004, 0.004))

    @property
    def debtors(self) -> list[Debtor]:
        dice = self._dice("debtors")
        found = [self._debtor(case, dice) for case in range(1, SIZES[self.size].cases + 1)]
        return [d for d in found if d.case not in self.absent]

    @property
    def deeds(self) -> tuple[Event, ...]:
        """What people do, in the order of time."""
        if self.events is not None:
            return self.events
        dice, size = self._dice("events"), SIZES[self.size]
        drawn = [self._deed(dice, size) for _ in range(size.events)]
        drawn += [(self._deed(dice, size)[0], what, 0) for what in size.aimed if dice.random() < AN_AIM]
        # two calls in a row at the end of the day: the second one may have to wait for the first
        clicks = [(at, case) for at, what, case in drawn if what == "click"]
        drawn += [(at + 10, "click", case % size.cases + 1) for at, case in clicks]
        # and once more to the same, when by then it is not known what became of the first
        drawn += [(at + A_QUARTER, "click", case) for at, case in clicks]
        # somebody clicks at an hour at which only the clock that is wrong lets him
        drawn += [(at + 3, "click", case) for at, what, case in drawn if "clock" in what and dice.random() < 0.5]
        drawn += [(at + self._wrong_for(what, dice), "clock_right", 0) for at, what, _ in drawn if "clock" in what]
        if self.weather == "restored":
            # soon after calls were made
            at = int(dice.choice((*self._openings(), dice.uniform(0, size.days * 86_400))) + dice.uniform(0, 100))
            drawn += [(at, "backup", 0), (at + int(dice.choice(LOST) * dice.uniform(0.1, 1)), "restore", 0)]
        return tuple(sorted(d for d in drawn if d[2] not in self.absent))

    @staticmethod
    def _wrong_for(what: str, dice: Random) -> int:
        """Seconds until the clock is put right again."""
        by_hours = abs(int(what.split()[1])) >= BY_HOURS
        return dice.choice((dice.randint(5, 50), dice.randint(60, 20_000))) if by_hours else dice.randint(5, 50)

    def _deed(self, dice: Random, size: Size) -> Event:
        # most of it soon after the start, when the calls are made; some in the last minute of the day
        closing = (self.start.replace(hour=20, minute=0) - self.start).total_seconds() - dice.uniform(0, 240)
        span = size.days * 86_400
        opening = dice.choice(self._openings()) + dice.uniform(0, 20)
        at = dice.choice((opening, opening, dice.uniform(0, 3600), dice.uniform(0, span), closing))
        what = dice.choice(CLOCK_DEEDS if self.weather == "clock" else size.deeds)
        if self.weather == "clock":
            at = dice.choice((at, dice.uniform(0, span)))
        elif at == closing:
            what = "click"
        return int(at), f"clock {dice.choice(ASTRAY)}" if what == "clock" else what, dice.randint(1, size.cases)

    def _openings(self) -> list[float]:
        """Seconds from the start to the hours of that day at which cases fall due together."""
        hours = (time(9), time(13, 30), time(17))
        instants = [datetime.combine(self.start.date(), hour, tzinfo=BERLIN) for hour in hours]
        return [(at - self.start).total_seconds() for at in instants if at >= self.start] or [0.0]

    def _debtor(self, case: int, dice: Random) -> Debtor:
        kind, (place, area), line = dice.choice(KINDS), dice.choice(PLACES), dice.choice(LINES)
        own = f"{area}{5000 + case * 2}"
        # two people at one telephone
        shared = f"{PLACES[0][1]}4999" if kind == "consumer" and dice.random() < SIZES[self.size].shared else own
        numbers = (own, f"{area}{5001 + case * 2}") if kind == "business" and dice.random() < 0.5 else (shared,)
        return Debtor(case, kind, "BE" if shared != own else place, numbers, line)

    def _dice(self, what: str) -> Random:
        return Random(f"{what}|{self.seed}")  # noqa: S311 - to be repeated, not to be secret

    def literal(self) -> str:
        """As Python reads it: what `scripts/soak simulation --replay FILE` takes."""
        return repr(
            {
                "seed": self.seed,
                "size": self.size,
                "troubles": self.troubles,
                "events": self.events,
                "absent": sorted(self.absent),
            }
        )

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Scenario:
        """What `literal` wrote. Raises TypeError for an unknown key."""
        return cls(**{**data, "absent": frozenset(data.get("absent", ()))})  # type: ignore[arg-type, call-overload]
