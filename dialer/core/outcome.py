"""What the network said of an attempt, what the collector said of it, and what both mean for the ladder."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from dialer.core.case import ContactRole

if TYPE_CHECKING:
    from datetime import datetime


class Channel(StrEnum):
    """How a contact is reached."""

    CALL = "call"
    VOICEMAIL = "voicemail"
    FAX = "fax"
    LETTER = "letter"
    INBOUND = "inbound"

    @property
    def on_paper(self) -> bool:
        """True for what is written and not said."""
        return self in {Channel.FAX, Channel.LETTER}


class Mode(StrEnum):
    """Who is on our side of the line: a collector who clicked, a reserved collector, or nobody."""

    PREVIEW = "preview"
    PROGRESSIVE = "progressive"
    UNATTENDED = "unattended"


class Outcome(StrEnum):
    """The network's word on an attempt, from CallStatus, machine detection and legs."""

    BAD_NUMBER = "bad_number"
    NOT_PLACED = "not_placed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    VOICEMAIL_LEFT = "voicemail_left"
    VOICEMAIL_NO_MESSAGE = "voicemail_no_message"
    FAX_MACHINE = "fax_machine"
    CONNECTED = "connected"
    ANNOUNCED = "announced"
    ABANDONED = "abandoned"
    SENT = "sent"
    """A fax or a letter was handed over; no call ends like this."""

    @property
    def counts(self) -> bool:
        """True when the attempt uses up the limits: it rang, or may have rung."""
        return self not in {Outcome.BAD_NUMBER, Outcome.NOT_PLACED, Outcome.CANCELLED}


class Disposition(StrEnum):
    """The collector's word on a conversation."""

    PROMISE_TO_PAY = "promise_to_pay"
    INSTALMENTS_AGREED = "instalments_agreed"
    SAYS_PAID = "says_paid"
    REFUSED = "refused"
    EVADED = "evaded"
    GATEKEEPER = "gatekeeper"
    DISPUTE = "dispute"
    WRONG_PARTY = "wrong_party"
    CALLBACK_AGREED = "callback_agreed"
    CANNOT_PAY = "cannot_pay"
    INSOLVENCY = "insolvency"
    REPRESENTED = "represented"
    DO_NOT_CALL = "do_not_call"
    DECEASED = "deceased"
    NO_RESULT = "no_result"

    @property
    def refusal(self) -> bool:
        """True when the ladder counts it against the contact."""
        return self in {Disposition.REFUSED, Disposition.EVADED, Disposition.GATEKEEPER}

    @property
    def conversation(self) -> bool:
        """True when the right person was spoken to: starts the pause after a conversation."""
        return self not in {Disposition.GATEKEEPER, Disposition.WRONG_PARTY, Disposition.NO_RESULT}


UNANSWERED = frozenset(
    {Outcome.BUSY, Outcome.NO_ANSWER, Outcome.VOICEMAIL_NO_MESSAGE, Outcome.VOICEMAIL_LEFT, Outcome.FAILED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAttempt:
    """One line of history, as counters and ladder read it.

    `at` is the intent's instant (UTC), `outcome` None while the attempt is live. `claims` are the ids it was about,
    empty when that is not known. `message_begun`: a machine heard at least the beginning of a message. `e164` is empty
    when the number is not known; the attempt then counts for every number.
    """

    id: int
    at: datetime
    channel: Channel
    e164: str
    debtor_id: int
    contact_id: int | None
    contact_role: ContactRole
    claims: frozenset[str] = frozenset()
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    disposition: Disposition | None = None
    message_begun: bool = False
    spoken: bool | None = None
    """Whether the debtor was spoken to, where that is known otherwise than from outcome and disposition."""

    broken: bool | None = None
    """Whether what was agreed in it was broken, by the payments; None while that is open, or nothing was agreed."""

    counts: bool = field(init=False)
    """True when it rang at the debtor's. A live attempt counts: nobody knows yet that it did not ring."""

    conversation: bool = field(init=False)
    """True when the debtor was spoken to; a connection nobody has judged yet counts as one.

    What the collector says of it outranks the network's word, which may be lost.
    """

    message: bool = field(init=False)
    """True when a recorded message was left, or begun."""

    over_at: datetime = field(init=False)
    """When it ended, or began while it runs."""

    def __post_init__(self) -> None:
        # worked out once: the gate asks every line of a history several times
        silent = self.channel in _NEVER_RINGS
        counts = not silent and (self.outcome is None or self.outcome.counts)
        talked = self.disposition.conversation if self.disposition else self.outcome is Outcome.CONNECTED
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "conversation", talked if self.spoken is None else self.spoken)
        object.__setattr__(self, "message", self.message_begun or self.outcome is Outcome.VOICEMAIL_LEFT)
        object.__setattr__(self, "over_at", max(self.at, self.ended_at or self.at))


_NEVER_RINGS = frozenset({Channel.LETTER, Channel.INBOUND})
