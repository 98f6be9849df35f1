"""Calls that the carrier has made for us and that our books have lost: which they are, and what to take them for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dialer.core.network import AnsweredBy, NetworkStatus
from dialer.core.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A call in the carrier's books that no attempt is bound to. `created_at` None: a moment ago."""

    sid: str
    to: str
    from_: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbound:
    """An attempt that may have led to a call, without the carrier's id for it."""

    to: str
    from_: str
    intent_at: datetime
    not_after: datetime


def unaccounted(seen: Sequence[Seen], unbound: Sequence[Unbound], *, skew: timedelta) -> tuple[str, ...]:
    """Sids of the calls that belong to no attempt, oldest first.

    Each attempt without an id accounts for one call between its numbers that was made while it could be made: the
    oldest. `skew` is how far the carrier's clock may differ from ours.
    """
    left = sorted(seen, key=lambda call: (call.created_at is None, call.created_at, call.sid))
    for attempt in sorted(unbound, key=lambda a: a.intent_at):
        own = next((call for call in left if _may_be(call, attempt, skew)), None)
        left = [call for call in left if call is not own]
    return tuple(call.sid for call in left)


def _may_be(call: Seen, attempt: Unbound, skew: timedelta) -> bool:
    if (call.to, call.from_) != (attempt.to, attempt.from_):
        return False
    return call.created_at is None or attempt.intent_at - skew <= call.created_at <= attempt.not_after + skew


_ENDINGS = {
    NetworkStatus.BUSY: Outcome.BUSY,
    NetworkStatus.NO_ANSWER: Outcome.NO_ANSWER,
    NetworkStatus.FAILED: Outcome.FAILED,
    NetworkStatus.CANCELLED: Outcome.NO_ANSWER,
}


def assumed(status: NetworkStatus, answered_by: AnsweredBy | None, *, dialled: bool) -> Outcome | None:
    """What a call counts for of which only the carrier's record is left; None while it runs.

    Nobody knows what was said: of what it may have been, that is taken which keeps us from calling the longest. A
    collector may judge the connection later.
    """
    if status is NetworkStatus.CANCELLED and not dialled:
        return Outcome.CANCELLED
    if status is NetworkStatus.COMPLETED:
        if answered_by is AnsweredBy.FAX:
            return Outcome.FAX_MACHINE
        machine = answered_by is not None and answered_by.machine
        return Outcome.VOICEMAIL_LEFT if machine else Outcome.CONNECTED
    return _ENDINGS.get(status)
