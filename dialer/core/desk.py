"""Who works here, and a collector's line: a conference he stays in for the shift."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from dialer.core.network import AnsweredBy

LATE_KEY = timedelta(seconds=20)
"""How late a key may reach us: Twilio waits up to 15 s for an answer, and our machines' clocks differ."""


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


def meant_for_this_call(*, now: datetime, joined_at: datetime | None, answered_by: AnsweredBy | None) -> bool:
    """Whether a key that arrives `now` was pressed in the call that was put through to the collector at `joined_at`.

    The carrier does not say when that was. A key that is handled sooner than LATE_KEY after the call was put through
    may have been pressed before it, and whoever is on the line may be a person; unless machine detection has heard a
    machine's greeting, too.
    """
    heard = answered_by is not None and answered_by.after_greeting
    return heard or (joined_at is not None and now - joined_at >= LATE_KEY)
