"""What comes of a conversation, by temperament and by the place of the person in the business."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from dialer.simulator.directory import Person

BY_TEMPERAMENT: dict[str, dict[str, int]] = {
    "pays": {"promise_to_pay": 55, "says_paid": 35, "callback_agreed": 10},
    "promises": {"promise_to_pay": 60, "instalments_agreed": 20, "callback_agreed": 10, "evaded": 10},
    "evades": {"evaded": 60, "callback_agreed": 20, "refused": 10, "promise_to_pay": 10},
    "refuses": {"refused": 70, "cannot_pay": 20, "dispute": 10},
    "disputes": {"dispute": 70, "refused": 20, "says_paid": 10},
    "absent": {"evaded": 60, "callback_agreed": 40},
}
# A colleague shields the one who decides; the one who decides has more to lose.
BY_ROLE: dict[str, tuple[float, dict[str, int]]] = {
    "reception": (0.85, {"gatekeeper": 75, "evaded": 25}),
    "accounts_payable": (0.55, {"evaded": 70, "gatekeeper": 30}),
    "managing_director": (0.5, {"promise_to_pay": 70, "instalments_agreed": 30}),
    "owner": (0.5, {"promise_to_pay": 60, "instalments_agreed": 40}),
}
INSTALMENTS = (2, 3, 4, 6)


@dataclass(frozen=True)
class Result:
    """A disposition and what the collector writes down with it."""

    disposition: str
    fields: dict[str, Any] = field(default_factory=dict)


def conversation_result(person: Person, local_time: datetime, dice: Random) -> Result:
    """Draw the outcome of a conversation with the right person."""
    weight, by_role = BY_ROLE.get(person.role, (0.0, {}))
    words = by_role if dice.random() < weight else BY_TEMPERAMENT.get(person.temperament, BY_TEMPERAMENT["promises"])
    disposition = dice.choices(list(words), weights=list(words.values()))[0]
    return Result(disposition, _fields(disposition, person, local_time, dice))


def _fields(disposition: str, person: Person, local_time: datetime, dice: Random) -> dict[str, Any]:
    day = local_time + timedelta(days=dice.randint(3, 14))
    if disposition == "promise_to_pay":
        return {"amount_minor": person.claim_amount_minor, "promise_date": day.date()}
    if disposition == "instalments_agreed":
        return {"amount_minor": person.claim_amount_minor // dice.choice(INSTALMENTS), "promise_date": day.date()}
    if disposition == "callback_agreed":
        return {"callback_at": _working_day(local_time, dice).replace(hour=dice.choice((10, 11, 14, 15)), minute=0)}
    return {}


def _working_day(local_time: datetime, dice: Random) -> datetime:
    day = local_time.replace(second=0, microsecond=0) + timedelta(days=dice.randint(1, 3))
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day
