"""The words of case work: agreements, documents, deliveries, tasks."""

from __future__ import annotations

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


class OrderKind(StrEnum):
    """An order to somebody else that goes out on a form of its own."""

    BAILIFF = "bailiff"
