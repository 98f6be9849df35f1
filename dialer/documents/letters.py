"""Letters and faxes that one side writes: call-back request, reminder, confirmation of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from dialer.core.errors import BadInput
from dialer.documents.letterhead import Frame
from dialer.documents.payment import Payment
from dialer.documents.values import ClaimLine, Money, StatementLine, owed


@dataclass(frozen=True)
class CallbackFax:
    """Asks a business contact to call back. With an invoice number only on the contact's own line."""

    frame: Frame
    agent: str
    number: str
    hours: str
    fax_number: str
    invoice_number: str = ""


@dataclass(frozen=True)
class ReminderLetter:
    """The open claims, what they come to, and until when they should be paid."""

    SHOWN: ClassVar = ("total", "payment")
    frame: Frame
    claims: tuple[ClaimLine, ...]
    pay_by: date
    payment_reference: str
    statement: tuple[StatementLine, ...] = ()

    def __post_init__(self) -> None:
        if self.total.minor <= 0:
            raise BadInput("reminder letter: nothing is open")

    @property
    def total(self) -> Money:
        return owed(self.claims, self.statement, "reminder letter")

    @property
    def payment(self) -> Payment:
        return Payment(self.frame.letterhead.account, self.payment_reference, self.total)


@dataclass(frozen=True)
class Promise:
    """What was promised on the telephone."""

    amount: Money
    due: date


@dataclass(frozen=True)
class AgreedCallback:
    """When whom we call again."""

    at: datetime
    person: str
    number: str


@dataclass(frozen=True)
class PhoneAgreement:
    """Confirms a conversation: a promise to pay or a call-back, one of the two."""

    SHOWN: ClassVar = ("payment",)
    frame: Frame
    spoken_with: str
    spoken_at: datetime
    collector: str
    promise: Promise | None = None
    callback: AgreedCallback | None = None
    claims: tuple[ClaimLine, ...] = ()
    payment_reference: str = ""

    def __post_init__(self) -> None:
        if (self.promise is None) == (self.callback is None):
            raise BadInput("phone agreement: either a promise or a call-back was agreed")

    @property
    def payment(self) -> Payment | None:
        if self.promise is None:
            return None
        return Payment(self.frame.letterhead.account, self.payment_reference, self.promise.amount)
