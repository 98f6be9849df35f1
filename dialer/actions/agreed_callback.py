"""An agreed call-back reaches the collector who agreed it, as long as he may still get ready in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dialer.storage import attempts, desks, due, entries
from dialer.storage.database import Transaction
from dialer.storage.desks import Desk
from dialer.storage.entries import SYSTEM, NewEntry

GRACE = timedelta(minutes=10)
"""So long after the agreed time the call-back waits for the collector who agreed it; then any other one takes it.

A product default: longer than most calls take, shorter than what a debtor would call unpunctual.
"""

LOOK_AGAIN = timedelta(seconds=15)
"""How often it is seen whether he has become ready."""

WAITS = "callback_collector"
"""The reason that is noted with the case meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The collector is busy, and still has time; the case is looked at again soon."""

    collector: str


def reserve_for_callback(
    tx: Transaction, case_id: int, *, agreed_at: datetime, assigned_to: str | None, now: datetime
) -> Desk | Waits | None:
    """The line of the collector who agreed it; once his time is over, or while he is out, of whoever is ready.

    None when nobody is.
    """
    collector = attempts.agreed_callback_with(tx, case_id)
    # a call or its notes may be over in a minute; whose line is closed is not in, and nobody waits for him
    if collector and now < agreed_at + GRACE and desks.of_user(tx, collector):
        return desks.reserve(tx, at=now, user=collector) or _wait(tx, case_id, collector, agreed_at, now)
    return desks.reserve(tx, at=now, prefer=collector or assigned_to)


def _wait(tx: Transaction, case_id: int, collector: str, agreed_at: datetime, now: datetime) -> Waits:
    facts = {"why": WAITS, "collector": collector, "agreed_at": agreed_at.isoformat()}
    # told once, however often it is looked at
    if not entries.has(tx, case_id, kind="case.set_aside", facts=facts):
        entries.append(tx, NewEntry(case_id=case_id, at=now, kind="case.set_aside", actor=SYSTEM, facts=facts))
    due.postpone(tx, case_id, until=min(now + LOOK_AGAIN, agreed_at + GRACE), reason=WAITS)
    return Waits(collector=collector)
