"""What the telephone network reports of a call, in our words."""

from __future__ import annotations

from enum import StrEnum


class NetworkStatus(StrEnum):
    """How far a call has come."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    ANSWERED = "answered"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def terminal(self) -> bool:
        """True when the call is over and nothing more will be reported of it."""
        return self in _TERMINAL


class AnsweredBy(StrEnum):
    """Who picked up, in the opinion of machine detection."""

    HUMAN = "human"
    MACHINE_START = "machine_start"
    MACHINE_END_BEEP = "machine_end_beep"
    MACHINE_END_SILENCE = "machine_end_silence"
    MACHINE_END_OTHER = "machine_end_other"
    FAX = "fax"
    UNKNOWN = "unknown"

    @property
    def machine(self) -> bool:
        """True for an answering machine at whatever point of its greeting; a fax is not one."""
        return self in _MACHINES

    @property
    def after_greeting(self) -> bool:
        """True when the greeting is known to be over, so that a message would be recorded from its first word."""
        return self in {AnsweredBy.MACHINE_END_BEEP, AnsweredBy.MACHINE_END_SILENCE}


_TERMINAL = frozenset(
    {
        NetworkStatus.COMPLETED,
        NetworkStatus.BUSY,
        NetworkStatus.NO_ANSWER,
        NetworkStatus.FAILED,
        NetworkStatus.CANCELLED,
    }
)

_MACHINES = frozenset(
    {
        AnsweredBy.MACHINE_START,
        AnsweredBy.MACHINE_END_BEEP,
        AnsweredBy.MACHINE_END_SILENCE,
        AnsweredBy.MACHINE_END_OTHER,
    }
)
