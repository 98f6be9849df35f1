"""The documents there are, each with the values it is made from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from dialer.documents.agreements import Acknowledgement, InstalmentAgreement
from dialer.documents.dossier import Dossier
from dialer.documents.letters import CallbackFax, PhoneAgreement, ReminderLetter
from dialer.documents.notices import Rdg13a3Notice, Rdg13a4Notice, Rdg13aNotice


class Kind(StrEnum):
    """What a document is; also the name of its template."""

    CALLBACK_FAX = "callback_fax"
    REMINDER_LETTER = "reminder_letter"
    PHONE_AGREEMENT = "phone_agreement"
    INSTALMENT_AGREEMENT = "instalment_agreement"
    ACKNOWLEDGEMENT = "acknowledgement"
    RDG13A_NOTICE = "rdg13a_notice"
    RDG13A3_NOTICE = "rdg13a3_notice"
    RDG13A4_NOTICE = "rdg13a4_notice"
    DOSSIER = "dossier"


Document = (
    CallbackFax
    | ReminderLetter
    | PhoneAgreement
    | InstalmentAgreement
    | Acknowledgement
    | Rdg13aNotice
    | Rdg13a3Notice
    | Rdg13a4Notice
    | Dossier
)

DATA_OF: Mapping[Kind, type[Document]] = {
    Kind.CALLBACK_FAX: CallbackFax,
    Kind.REMINDER_LETTER: ReminderLetter,
    Kind.PHONE_AGREEMENT: PhoneAgreement,
    Kind.INSTALMENT_AGREEMENT: InstalmentAgreement,
    Kind.ACKNOWLEDGEMENT: Acknowledgement,
    Kind.RDG13A_NOTICE: Rdg13aNotice,
    Kind.RDG13A3_NOTICE: Rdg13a3Notice,
    Kind.RDG13A4_NOTICE: Rdg13a4Notice,
    Kind.DOSSIER: Dossier,
}
