"""One message to one SMTP server, once.

Until the server has answered DATA with 354 nothing can have been taken. From then on only its own answer says so: a
connection that dies in between leaves the message in doubt, and whoever is in doubt does not send again.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dialer.mail.handover import HandedOver, Handover, NotTaken, Uncertain

Security = Literal["starttls", "tls", "none"]

ACCEPTED = 250
GO_AHEAD = 354
PERMANENT = 500

_ADDRESS = re.compile(r"\S+@\S+")
_DIGITS = re.compile(r"\+?\d(?:[ ./()-]?\d){5,}")
_LINE_BREAK = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where and how to connect. The certificate is checked against the system's authorities, or those of `ca_file`."""

    host: str
    port: int
    security: Security
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    timeout_seconds: float = 30.0


def send(server: Server, *, sender: str, recipient: str, message: bytes) -> Handover:
    """Hand the message over, or say why not; raises nothing that a network can cause."""
    try:
        smtp = _connect(server)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return NotTaken(f"{server.host}: {_said(error)}")
    try:
        return _envelope(smtp, sender, recipient) or _data(smtp, message)
    finally:
        _leave(smtp)


def _connect(server: Server) -> smtplib.SMTP:
    """A connection that is encrypted and logged in as asked for; anything less is an error."""
    context = ssl.create_default_context(cafile=server.ca_file)
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_seconds, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        if server.username:
            smtp.login(server.username, server.password)
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _envelope(smtp: smtplib.SMTP, sender: str, recipient: str) -> NotTaken | None:
    """Sender, recipient and the wish to send; None when the server waits for the message."""
    try:
        for command, wanted in (
            (f"MAIL FROM:<{sender}>", ACCEPTED),
            (f"RCPT TO:<{recipient}>", ACCEPTED),
            ("DATA", GO_AHEAD),
        ):
            code, text = smtp.docmd(command)
            if code != wanted and not (wanted == ACCEPTED and code == 251):
                return NotTaken(_answer(code, text), for_good=code >= PERMANENT)
    except (OSError, smtplib.SMTPException) as error:
        return NotTaken(_said(error))
    return None


def _data(smtp: smtplib.SMTP, message: bytes) -> Handover:
    try:
        smtp.send(_stuffed(message))
        code, text = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Uncertain(_said(error))
    if code == ACCEPTED:
        return HandedOver(_answer(code, text))
    if not 400 <= code < 600:
        return Uncertain(_answer(code, text))
    return NotTaken(_answer(code, text), for_good=code >= PERMANENT)


def _stuffed(message: bytes) -> bytes:
    """Lines as SMTP wants them: ended by CR LF, dots at their beginning doubled, a lone dot at the end."""
    lines = _LINE_BREAK.split(message)
    if lines[-1] == b"":
        lines.pop()
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines) + b".\r\n"


def _leave(smtp: smtplib.SMTP) -> None:
    # what is accepted is accepted, however the farewell goes
    with suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    smtp.close()


def _answer(code: int, text: bytes | str) -> str:
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {without_people(shown)}"


def _said(error: Exception) -> str:
    """The error in a line; an SMTP answer inside it is shown as one."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {without_people(str(error))}"


def without_people(text: str) -> str:
    """Servers repeat addresses, and those of a fax gateway are telephone numbers: neither goes into logs."""
    flat = " ".join(text.split())[:300]
    return _DIGITS.sub("[number]", _ADDRESS.sub("[address]", flat))
