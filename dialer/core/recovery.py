"""Calls that the carrier has made for us and that our books have lost: which they are, and what to take them for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dialer.core.clocks import FAR
from dialer.core.network import AnsweredBy, NetworkStatus
from dialer.core.outcome import Outcome

SKEW = FAR + timedelta(seconds=3)
"""How far the carrier's clock may differ from ours; by more, nobody is called. Both ends show whole seconds, and its
answers take time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A call in the carrier's books that no attempt is bound to. `created_at` None: a moment ago."""

    sid: str
    to: str
    from_: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbound:
    """An attempt whose request may have led to a call, without the carrier's id for it."""

    to: str
    from_: str
    sent_at: datetime


def unaccounted(seen: Sequence[Seen], unbound: Sequence[Unbound], *, within: timedelta) -> tuple[str, ...]:
    """Sids of the calls that belong to no attempt, oldest first.

    Each attempt without an id accounts for one call between its numbers that its request may have made: the oldest.
    `within` is how long after a request the carrier may create its call.
    """
    left = sorted(seen, key=lambda call: (call.created_at is None, call.created_at, call.sid))
    for attempt in sorted(unbound, key=lambda a: a.sent_at):
        own = next((call for call in left if _accounts_for(attempt, call, within)), None)
        left = [call for call in left if call is not own]
    return tuple(call.sid for call in left)


def _accounts_for(attempt: Unbound, call: Seen, within: timedelta) -> bool:
    same = (call.to, call.from_) == (attempt.to, attempt.from_)
    return same and made_by(attempt.sent_at, call.created_at, within=within)


def made_by(sent_at: datetime, created_at: datetime | None, *, within: timedelta) -> bool:
    """True for a call that a request made at `sent_at` may have led to: an earlier or a later one is another's.

    A call without a date is just being created, or still waits in the carrier's queue.
    """
    return created_at is None or sent_at - SKEW <= created_at <= sent_at + within + SKEW


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
