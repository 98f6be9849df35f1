"""The e-mail around a document: neutral words, because subjects are read by whoever passes by."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What goes into one message. `message_id` without brackets; `date` as RFC 5322 writes it."""

    sender: str
    sender_name: str
    recipient: str
    subject: str
    text: str
    file_name: str
    pdf: bytes
    message_id: str
    date: str


def message(letter: Letter) -> bytes:
    """The message, ready for SMTP: lines of at most 78 characters, seven bits."""
    made = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    made["Date"] = letter.date
    made["From"] = f'"{_quoted(letter.sender_name)}" <{letter.sender}>' if letter.sender_name else letter.sender
    made["To"] = letter.recipient
    made["Subject"] = letter.subject
    made["Message-ID"] = f"<{letter.message_id}>"
    # no holiday notices in answer
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.text)
    made.add_attachment(letter.pdf, maintype="application", subtype="pdf", filename=letter.file_name)
    return made.as_bytes()


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')
