"""Where a case stands on the ladder, and what is still missing for the next rung."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialer.actions.situation import Situation
from dialer.core.case import CaseStatus, Contact
from dialer.core.decision import Strategy
from dialer.core.ladder import Standing, by_level, standing, way


@dataclass(frozen=True, slots=True)
class Tally:
    """How much of what leads to the next rung there is: so many of so many, on so many of so many days (0: any)."""

    what: str
    count: int
    needed: int
    days: int = 0
    days_needed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The contact the case has come to; `next_rung` is None where a person decides."""

    contact: Contact
    standing: Standing
    tallies: tuple[Tally, ...]
    next_rung: str | None
    sends_at: datetime | None
    """When what is written may leave the house (UTC), as far as the outbox knows."""


def ladder_of(situation: Situation, sends_at: datetime | None) -> Ladder | None:
    """None for a case without a contact."""
    case = situation.case
    contact = case.contact(case.contact_id) or next(iter(by_level(case)), None)
    if contact is None:
        return None
    view = situation.view(contact)
    at = standing(view)
    place, rungs = len(at.taken), situation.strategy.rungs
    following = way(view, rungs[place]).value if place < len(rungs) else "next"
    return Ladder(
        contact=contact,
        standing=at,
        tallies=_tallies(at, situation.strategy, person=case.debtor.type.natural_person),
        next_rung=following if case.status is CaseStatus.OPEN else None,
        sends_at=sends_at,
    )


def ladder_dict(ladder: Ladder | None) -> dict[str, Any] | None:
    """The same as plain data."""
    if ladder is None:
        return None
    return {
        "contact": ladder.contact.id,
        "level": ladder.contact.role.level,
        "rungs": [
            {"rung": r.rung.value, "state": r.state.value, "begun_at": r.begun_at.isoformat()}
            for r in ladder.standing.taken
        ],
        "next_rung": ladder.next_rung,
        "sends_at": ladder.sends_at.isoformat() if ladder.sends_at else None,
        "missing": [
            {"what": t.what, "count": t.count, "needed": t.needed, "days": t.days, "days_needed": t.days_needed}
            for t in ladder.tallies
        ],
    }


def _tallies(at: Standing, strategy: Strategy, *, person: bool) -> tuple[Tally, ...]:
    refusals = Tally(
        "refusals", len(at.refusals.ids), strategy.ladder_refusals, at.refusals.days, strategy.ladder_refusal_days
    )
    vain = Tally("vain", len(at.vain.ids), strategy.fruitless_attempts, at.vain.days, strategy.fruitless_days)
    if person:
        return refusals, vain
    denials = Tally("denials", len(at.denials.ids), strategy.ladder_denials)
    return refusals, denials, Tally("broken", len(at.broken.ids), 1), vain
