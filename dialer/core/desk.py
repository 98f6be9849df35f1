"""Who works here, and a collector's line: a conference he stays in for the shift."""

from __future__ import annotations

from enum import StrEnum


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
