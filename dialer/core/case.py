"""The book: debtors, their contacts and telephone numbers, claims, and the case that bundles them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from dialer.core.casework import RungTaken


class DebtorType(StrEnum):
    """Who owes; anything unknown is treated as a consumer, the most protected."""

    CONSUMER = "consumer"
    SOLE_TRADER = "sole_trader"
    BUSINESS = "business"

    @property
    def natural_person(self) -> bool:
        """Consumers and sole traders: never escalated to other people."""
        return self is not DebtorType.BUSINESS


class ContactRole(StrEnum):
    """What a contact does at the debtor; the role fixes the management level."""

    SELF = "self"
    RECEPTION = "reception"
    ACCOUNTS_PAYABLE = "accounts_payable"
    HEAD_OF_ACCOUNTING = "head_of_accounting"
    PURCHASING = "purchasing"
    MANAGING_DIRECTOR = "managing_director"
    OWNER = "owner"
    THIRD_PARTY = "third_party"

    @property
    def level(self) -> int:
        """Management level 0 (reception, or the person himself) to 4 (management or owner)."""
        return _LEVELS[self]


_LEVELS = {
    ContactRole.SELF: 0,
    ContactRole.RECEPTION: 0,
    ContactRole.THIRD_PARTY: 0,
    ContactRole.ACCOUNTS_PAYABLE: 1,
    ContactRole.HEAD_OF_ACCOUNTING: 2,
    ContactRole.PURCHASING: 3,
    ContactRole.MANAGING_DIRECTOR: 4,
    ContactRole.OWNER: 4,
}


class PhoneRole(StrEnum):
    """Where a number rings."""

    PRIVATE = "private"
    WORK = "work"
    BUSINESS_MAIN = "business_main"
    BUSINESS_DIRECT = "business_direct"


class LineType(StrEnum):
    """What the number plan says about a number."""

    FIXED = "fixed"
    MOBILE = "mobile"
    UNKNOWN = "unknown"


class PhoneState(StrEnum):
    """Whether a number is still worth dialling, as the network taught us."""

    USABLE = "usable"
    SUSPECT = "suspect"
    BAD = "bad"
    FAX = "fax"
    WRONG_PARTY = "wrong_party"


class CaseStatus(StrEnum):
    """OPEN is dialled; LEGAL_REVIEW waits for a person; CLOSED is done."""

    OPEN = "open"
    LEGAL_REVIEW = "legal_review"
    CLOSED = "closed"


class Stage(StrEnum):
    """How far the claim has come on its legal way."""

    TELEPHONE = "telephone"
    LEGAL_REVIEW = "legal_review"
    COURT_DUNNING = "court_dunning"
    ENFORCEMENT = "enforcement"
    TITLED = "titled"
    CLOSED = "closed"


class HoldReason(StrEnum):
    """Why dialling stands still although the case is open."""

    PROMISE = "promise"
    INSTALMENTS = "instalments"
    SAYS_PAID = "says_paid"
    DISPUTE = "dispute"
    CANNOT_PAY = "cannot_pay"
    INSOLVENCY = "insolvency"
    REPRESENTED = "represented"
    DECEASED = "deceased"
    OBJECTION = "objection"
    WRONG_PARTY = "wrong_party"
    CEASE = "cease"
    MORATORIUM = "moratorium"
    MANUAL = "manual"


class MarkKind(StrEnum):
    """What people note about a case for the gate: warnings and consents, notices given, and wishes."""

    CEASE = "cease"
    DECEASED = "deceased"
    MORATORIUM = "moratorium"
    PRIOR_CONSENT = "prior_consent"
    PRERECORDED_CONSENT = "prerecorded_consent"
    RECORDING_CONSENT = "recording_consent"
    WORKPLACE_ALLOWED = "workplace_allowed"
    WRITTEN_DISPUTE = "written_dispute"
    PHONE_OBJECTION = "phone_objection"
    ATTORNEY = "attorney"
    INSOLVENCY = "insolvency"
    RDG13A = "rdg13a"
    RDG13A3 = "rdg13a3"
    RDG13A4 = "rdg13a4"
    US_VALIDATION = "us_validation"
    WISH = "wish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A telephone number of one contact, E.164."""

    id: int
    e164: str
    role: PhoneRole
    line_type: LineType = LineType.UNKNOWN
    state: PhoneState = PhoneState.USABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person at a debtor; a consumer has exactly one, himself."""

    id: int
    name: str
    role: ContactRole
    phones: tuple[Phone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """Who owes. `zones` is the IANA zone given in the claims file, if any."""

    id: int
    reference: str
    name: str
    type: DebtorType
    segment: str
    country: str
    industry: str | None = None
    subdivision: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    language: str = "de"
    timezone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One invoice. Amounts are minor units (cents) of `currency`."""

    id: int
    reference: str
    invoice_number: str
    invoice_date: date
    due_date: date
    amount_minor: int
    paid_minor: int
    currency: str
    disputed: bool = False

    @property
    def open_minor(self) -> int:
        """What is still owed, never negative."""
        return max(0, self.amount_minor - self.paid_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A stop with reason; `until` (UTC) is None when only a person can lift it."""

    reason: HoldReason
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All open claims of one creditor against one debtor: the unit that is dialled."""

    id: int
    creditor: str
    debtor: Debtor
    contacts: tuple[Contact, ...]
    claims: tuple[Claim, ...]
    status: CaseStatus = CaseStatus.OPEN
    holds: tuple[Hold, ...] = field(default=())
    assigned_to: str | None = None
    contact_id: int | None = None
    contact_since: datetime | None = None
    callback_at: datetime | None = None
    stage: Stage = Stage.TELEPHONE
    rungs: tuple[RungTaken, ...] = ()

    @property
    def open_claims(self) -> tuple[Claim, ...]:
        """Claims with something left to pay, oldest invoice first."""
        return tuple(sorted((c for c in self.claims if c.open_minor), key=lambda c: (c.invoice_date, c.id)))

    def contact(self, contact_id: int | None) -> Contact | None:
        """The contact with that id, or None."""
        return next((c for c in self.contacts if c.id == contact_id), None)
