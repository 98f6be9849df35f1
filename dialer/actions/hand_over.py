"""Hand one document over by the way it is to go: the settings of the configuration, put to work."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from dialer.config import Config, CreditorSection, FaxSection, MailSection
from dialer.core.casework import Transport
from dialer.core.errors import BadInput
from dialer.core.texts import Language
from dialer.mail.fax import fax_address
from dialer.mail.folder import lay_down
from dialer.mail.handover import HandedOver, Handover
from dialer.mail.message import Letter, message
from dialer.mail.smtp import Server, send
from dialer.storage.deliveries import Delivery
from dialer.storage.documents import Document

_SUBJECTS: dict[Language, str] = {"de": "Ein Schreiben von {firm}", "en": "A letter from {firm}"}
_TEXTS: dict[Language, str] = {
    "de": "Guten Tag,\n\nim Anhang finden Sie ein Schreiben von {firm}.\n\nMit freundlichen Grüßen\n{firm}\n",
    "en": "Hello,\n\nplease find attached a letter from {firm}.\n\nKind regards\n{firm}\n",
}


def ready(config: Config, transport: Transport) -> str | None:
    """What the configuration lacks for this way, None when it lacks nothing."""
    missing = {
        Transport.FAX_MAIL: "" if config.fax else "a [fax] table",
        Transport.MAIL: "" if config.mail else "a [mail] table",
        Transport.PRINT: "" if config.documents.print_dir else "documents.print_dir",
    }[transport]
    return f"nothing can be sent this way: the configuration has no {missing.removeprefix('a ')}" if missing else None


def hand_over(
    config: Config, delivery: Delivery, document: Document, pdf: bytes, *, creditor: CreditorSection, now: datetime
) -> Handover:
    """One try. Raises BadInput before anything is sent when the configuration has lost the way."""
    if problem := ready(config, delivery.transport):
        raise BadInput(problem)
    match delivery.transport:
        case Transport.PRINT:
            return _print(config, delivery, document, pdf)
        case Transport.MAIL:
            return _mail(config, delivery, document, pdf, firm=creditor.neutral_name, now=now)
        case Transport.FAX_MAIL:
            return _fax(config, delivery, document, pdf, now=now)


def _print(config: Config, delivery: Delivery, document: Document, pdf: bytes) -> Handover:
    folder = config.documents.print_dir
    if folder is None:
        raise BadInput("documents.print_dir is gone")
    return lay_down(folder, f"case-{document.case_id}-document-{document.id}-{delivery.id}.pdf", pdf)


def _mail(config: Config, delivery: Delivery, document: Document, pdf: bytes, *, firm: str, now: datetime) -> Handover:
    mail = config.mail
    if mail is None:
        raise BadInput("the [mail] table is gone")
    language: Language = "en" if document.language == "en" else "de"
    # whoever passes by reads the sender and the subject: neither says what it is about
    letter = Letter(
        sender=mail.sender,
        sender_name=firm,
        recipient=delivery.recipient,
        subject=_SUBJECTS[language].format(firm=firm),
        text=_TEXTS[language].format(firm=firm),
        file_name=f"{document.case_id}-{document.id}.pdf",
        pdf=pdf,
        message_id=_message_id(delivery, document, mail.sender),
        date=format_datetime(now),
    )
    return _post(_server(mail, mail.host), letter)


def _fax(config: Config, delivery: Delivery, document: Document, pdf: bytes, *, now: datetime) -> Handover:
    fax, mail = config.fax, config.mail
    sender = (fax.sender if fax else None) or (mail.sender if mail else None)
    if fax is None or sender is None:
        raise BadInput("the [fax] table is gone, or names no sender")
    letter = Letter(
        sender=sender,
        sender_name="",
        recipient=fax_address(fax.address, delivery.recipient, fax.number_format, config.operator.country),
        subject=fax.subject,
        text="",
        file_name=f"{document.case_id}-{document.id}.pdf",
        pdf=pdf,
        message_id=_message_id(delivery, document, sender),
        date=format_datetime(now),
    )
    if fax.host:
        return _post(_server(fax, fax.host), letter)
    if mail is None:
        raise BadInput("[fax] names no host, and the [mail] table is gone")
    return _post(_server(mail, mail.host), letter)


def _post(server: Server, letter: Letter) -> Handover:
    done = send(server, sender=letter.sender, recipient=letter.recipient, message=message(letter))
    if isinstance(done, HandedOver):
        return HandedOver(f"{done.proof}; message id {letter.message_id}")
    return done


def _server(section: MailSection | FaxSection, host: str) -> Server:
    return Server(
        host=host,
        port=section.port,
        security=section.security,
        username=section.username,
        password=section.password.get_secret_value() if section.password else "",
        ca_file=section.ca_file,
        timeout_seconds=section.timeout_seconds,
    )


def _message_id(delivery: Delivery, document: Document, sender: str) -> str:
    """The same for each try of a delivery, so that a careful server knows a second copy."""
    return f"{document.sha256[:24]}.{delivery.id}@{sender.rpartition('@')[2]}"
