"""What happens when a number is called: seeded, so that a run can be repeated."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from dialer.simulator.dispositions import Result, conversation_result

if TYPE_CHECKING:
    from datetime import datetime

    from dialer.simulator.directory import Line, Person

Kind = Literal["human", "voicemail", "no_answer", "busy", "failed", "fax", "wrong_party", "collector"]

# Chance that a person picks up, by the local hour; beyond these hours hardly anybody does.
PRIVATE_HOURS = {
    **dict.fromkeys(range(8, 12), 0.20),
    **dict.fromkeys(range(12, 17), 0.24),
    **dict.fromkeys(range(17, 20), 0.34),
    20: 0.27,
}
BUSINESS_HOURS = {8: 0.16, 9: 0.33, 10: 0.35, 11: 0.33, 12: 0.15, 13: 0.18, 14: 0.32, 15: 0.31, 16: 0.22, 17: 0.10}
OUT_OF_HOURS = 0.04
PRIVATE_DAYS = (1.0, 1.0, 1.0, 1.0, 0.9, 1.2, 0.8)
BUSINESS_DAYS = (0.75, 1.0, 1.0, 1.0, 0.7, 0.05, 0.02)

# Of the calls no human answers: voicemail, busy, dead, fax; the rest rings out.
SHARES: tuple[tuple[Kind, float], ...] = (("voicemail", 0.45), ("busy", 0.06), ("failed", 0.015), ("fax", 0.005))
WRONG_PARTY_SHARE = 0.04
MISTAKEN_SHARE = 0.08  # long business greetings that detection takes for a machine

FIXED: dict[Line, Kind] = {
    "voicemail_only": "voicemail",
    "busy": "busy",
    "dead": "failed",
    "fax": "fax",
    "answers": "human",
    "no_answer": "no_answer",
}


@dataclass(frozen=True)
class Reaction:
    """How one call to one number goes."""

    kind: Kind
    ring_seconds: float = 5.0
    greeting_seconds: float = 1.2
    conversation_seconds: float = 0.0
    disposition: str = "no_result"
    fields: dict[str, Any] = field(default_factory=dict)
    mistaken_for_machine: bool = False
    machine_ending: str = "machine_end_beep"
    verdict_seconds: float = 3.5


def decide(person: Person, local_time: datetime, seed: int, nth_call: int) -> Reaction:
    """The reaction of `person` to the nth call to his number, at his local time."""
    dice = Random(f"{seed}|{person.number}|{nth_call}")
    kind = FIXED.get(person.line) or _kind(person, local_time, dice)
    if kind in ("human", "wrong_party"):
        return _human(kind, person, local_time, dice)
    if kind == "voicemail":
        return _voicemail(person, dice)
    return Reaction(kind, ring_seconds=_seconds(dice, 2, 12), greeting_seconds=3.0)


def answer_chance(person: Person, local_time: datetime) -> float:
    """Chance of a human at this hour: private persons in the evening, businesses Tuesday to Thursday."""
    hours, days = (BUSINESS_HOURS, BUSINESS_DAYS) if person.segment == "business" else (PRIVATE_HOURS, PRIVATE_DAYS)
    chance = hours.get(local_time.hour, OUT_OF_HOURS) * days[local_time.weekday()]
    return chance * 0.4 if person.temperament == "absent" else chance


def _kind(person: Person, local_time: datetime, dice: Random) -> Kind:
    if dice.random() < answer_chance(person, local_time):
        return "wrong_party" if dice.random() < WRONG_PARTY_SHARE else "human"
    draw = dice.random()
    for kind, share in SHARES:
        if draw < share:
            return kind
        draw -= share
    return "no_answer"


def _human(kind: Kind, person: Person, local_time: datetime, dice: Random) -> Reaction:
    business = person.segment == "business"
    result = Result("wrong_party", {}) if kind == "wrong_party" else conversation_result(person, local_time, dice)
    return Reaction(
        kind,
        ring_seconds=_seconds(dice, 2, 14),
        greeting_seconds=_seconds(dice, 3, 6) if business else 1.2,
        conversation_seconds=15.0 if kind == "wrong_party" else _seconds(dice, 40, 240),
        disposition=result.disposition,
        fields=result.fields,
        # a line that "answers" is for tests, which must not meet the odd mistake
        mistaken_for_machine=business and person.line != "answers" and dice.random() < MISTAKEN_SHARE,
        verdict_seconds=3.5 if person.line == "answers" else _seconds(dice, 3.1, 3.9),
    )


def _voicemail(person: Person, dice: Random) -> Reaction:
    draw = dice.random() if person.line != "voicemail_only" else 0.0
    ending = "beep" if draw < 0.85 else "silence" if draw < 0.97 else "other"
    return Reaction(
        "voicemail",
        ring_seconds=_seconds(dice, 8, 20),
        greeting_seconds=_seconds(dice, 6, 18),
        machine_ending=f"machine_end_{ending}",
        verdict_seconds=4.0,
    )


def _seconds(dice: Random, low: float, high: float) -> float:
    return round(dice.uniform(low, high), 1)
