"""Who works here, and a collector's line: a conference he stays in for the shift."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

LATE_KEY = timedelta(seconds=20)
"""How long after a call a key may still be one that was pressed in it: Twilio waits up to 15 s for the answer to a
request, and a collector may press a moment too late; the rest is for clocks."""


class Role(StrEnum):
    """What a user may do: COLLECTOR calls, SUPERVISOR lets it dial, COMPLIANCE alone may override a rule."""

    COLLECTOR = "collector"
    SUPERVISOR = "supervisor"
    COMPLIANCE = "compliance"


class DeskState(StrEnum):
    """CALLING (his phone rings), READY, RESERVED (a call is being placed for him), TALKING, WRAP_UP, CLOSED."""

    CALLING = "calling"
    READY = "ready"
    RESERVED = "reserved"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"


def meant_for_this_call(*, now: datetime, talked_until: datetime | None) -> bool:
    """Whether a key that arrives `now` was certainly pressed in the call that the collector is in.

    The carrier does not say when a key was pressed. If he heard somebody else until less than LATE_KEY ago
    (`talked_until`), the key may have been meant for him, and whoever is on the line now may be a person.
    """
    return talked_until is None or abs(now - talked_until) >= LATE_KEY
