"""A collector's line: a conference he stays in for the shift."""

from __future__ import annotations

from enum import StrEnum


class DeskState(StrEnum):
    """CALLING (his phone rings), READY, RESERVED (a call is being placed for him), TALKING, WRAP_UP, CLOSED."""

    CALLING = "calling"
    READY = "ready"
    RESERVED = "reserved"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"
