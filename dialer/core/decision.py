"""What the strategy may decide about a case, in words: the step, the reason, the settings it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dialer.core.case import Contact, Phone
from dialer.core.casework import Rung, RungState, RungTaken
from dialer.core.outcome import Channel, Mode
from dialer.core.windows import WeeklyWindow


class StepName(StrEnum):
    """The two calls of the practice this automates, and the one that may leave word of the next step."""

    INFO_CALL = "info_call"
    COLLECTION_CALL = "collection_call"
    WARNING_CALL = "warning_call"


class Why(StrEnum):
    """Why something comes next, or why nothing does."""

    FIRST_CALL = "first_call"
    RETRY = "retry"
    CALLBACK = "callback"
    AFTER_CONVERSATION = "after_conversation"
    TOO_YOUNG = "too_young"
    INFO_DONE = "info_done"
    PAID = "paid"
    CLOSED = "closed"
    LEGAL_REVIEW = "legal_review"
    HOLD = "hold"
    NO_NUMBER = "no_number"
    LIVE = "live"
    AWAITS_DISPOSITION = "awaits_disposition"
    REFUSALS = "refusals"
    DENIED_TWICE = "denied_twice"
    BROKEN_PROMISE = "broken_promise"
    FRUITLESS = "fruitless"
    TOP_OF_LADDER = "top_of_ladder"
    UNREACHABLE = "unreachable"
    NO_HOUR = "no_hour"
    OUTBOX = "outbox"
    AWAITS_ANSWER = "awaits_answer"
    AWAITS_APPROVAL = "awaits_approval"


class Obstacle(StrEnum):
    """Why a rung of the ladder is left out."""

    NO_FAX = "no_fax"
    NATURAL_PERSON = "natural_person"
    NO_MESSAGE = "no_message"
    LOW_LEVEL = "low_level"
    NO_DIRECT_LINE = "no_direct_line"
    NOT_IN_DEFAULT = "not_in_default"
    DISPUTED = "disputed"
    TOO_FEW_FAILURES = "too_few_failures"
    NOT_APPROVED = "not_approved"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """Settings of one segment and creditor. Days are calendar days unless the name says workdays.

    `rungs` come after talking, in this order; `fax` says whether faxes can be sent; `warns_in` are the languages in
    which a message naming the next step is configured.
    """

    window: WeeklyWindow
    mode: Mode = Mode.PROGRESSIVE
    info_call_day: int = 14
    collection_call_day: int = 31
    ladder_refusals: int = 3
    ladder_refusal_days: int = 2
    ladder_denials: int = 2
    fruitless_attempts: int = 6
    fruitless_days: int = 4
    promise_grace_workdays: int = 3
    rungs: tuple[Rung, ...] = ()
    fax: bool = False
    warns_in: frozenset[str] = frozenset()
    fax_workdays: int = 2
    letter_workdays: int = 5
    approval_workdays: int = 3
    voicemail_attempts: int = 3
    warning_days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An attempt to make, at `due_at` (UTC) or later."""

    name: StepName
    channel: Channel
    contact: Contact
    phone: Phone
    due_at: datetime
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """Turn to another contact of the same business, because of `why`, shown by the attempts of these ids.

    `missing_levels` are management levels in between at which nobody is known who could be called.
    """

    contact: Contact
    why: Why
    because: tuple[int, ...] = ()
    missing_levels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRung:
    """Write to the contact, or ask for leave to warn him; with an `obstacle` the rung is noted as left out."""

    rung: Rung
    contact: Contact
    why: Why
    because: tuple[int, ...] = ()
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRung:
    """The rung that the case waited for is over: done, or left out because of `obstacle`."""

    taken: RungTaken
    state: RungState
    why: Why
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The telephone has done what it can; a person decides how to go on.

    `missing_levels` are those above the last contact at which nobody is known who could be called.
    """

    why: Why
    because: tuple[int, ...] = ()
    missing_levels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Nothing to do, and why; `until` (UTC) is None when only an event from outside changes that."""

    why: Why
    until: datetime | None = None
    detail: str = ""


Decision = Step | Climb | TakeRung | EndRung | Review | Idle
