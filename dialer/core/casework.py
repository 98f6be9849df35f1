"""The words of case work: agreements, documents, deliveries, tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AgreementKind(StrEnum):
    """What was agreed: one sum on one day, or rates."""

    PROMISE = "promise"
    INSTALMENTS = "instalments"


class AgreementState(StrEnum):
    """OPEN runs; KEPT and BROKEN are computed from payments; WITHDRAWN was taken back or replaced."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class DocumentKind(StrEnum):
    """What is written."""

    CALLBACK_FAX = "callback_fax"
    REMINDER_LETTER = "reminder_letter"
    PHONE_AGREEMENT = "phone_agreement"
    INSTALMENT_AGREEMENT = "instalment_agreement"
    ACKNOWLEDGEMENT = "acknowledgement"
    RDG13A_NOTICE = "rdg13a_notice"
    RDG13A3_NOTICE = "rdg13a3_notice"
    RDG13A4_NOTICE = "rdg13a4_notice"
    DOSSIER = "dossier"


class DocumentState(StrEnum):
    """DRAFT is not sent; RETURNED came back signed; ARCHIVED needs nothing more."""

    DRAFT = "draft"
    SENT = "sent"
    RETURNED = "returned"
    ARCHIVED = "archived"


class Transport(StrEnum):
    """How a document leaves the house."""

    FAX_MAIL = "fax_mail"
    MAIL = "mail"
    PRINT = "print"


class DeliveryState(StrEnum):
    """WAITING is to be sent; SENDING was claimed by a worker; UNKNOWN may have been sent and is never sent again."""

    WAITING = "waiting"
    SENDING = "sending"
    HANDED_OVER = "handed_over"
    UNKNOWN = "unknown"
    FAILED = "failed"
    REFUSED = "refused"

    @property
    def may_have_gone(self) -> bool:
        """True when the debtor may have it, or get it now."""
        return self in {DeliveryState.SENDING, DeliveryState.HANDED_OVER, DeliveryState.UNKNOWN}


class TaskOrigin(StrEnum):
    """What made a task."""

    DISPOSITION = "disposition"
    DOCUMENT = "document"
    DEADLINE = "deadline"
    LADDER = "ladder"
    MANUAL = "manual"


class TaskState(StrEnum):
    """OPEN is due some day; a snoozed task is an open one with a later day."""

    OPEN = "open"
    DONE = "done"


class Rung(StrEnum):
    """A step of the ladder at one contact, between talking to him and turning to the next."""

    FAX = "fax"
    LETTER = "letter"
    VOICEMAIL = "voicemail"


class RungState(StrEnum):
    """WAITING is to be written, or approved by a person; RUNNING is on its way; SKIPPED could not be taken.

    WITHDRAWN was taken back before it reached anybody, so that it may be taken again.
    """

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"

    @property
    def open(self) -> bool:
        """True while the ladder waits for it."""
        return self in {RungState.WAITING, RungState.RUNNING}


@dataclass(frozen=True, slots=True, kw_only=True)
class RungTaken:
    """A rung that the ladder came to at a contact; instants are UTC."""

    id: int
    contact_id: int
    rung: Rung
    state: RungState
    begun_at: datetime
    approved_at: datetime | None = None
    ended_at: datetime | None = None


class OrderKind(StrEnum):
    """An order to somebody else that goes out on a form of its own."""

    BAILIFF = "bailiff"
