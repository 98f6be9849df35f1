"""A real mail server on this machine, with faults to order, and an office that writes letters."""

from __future__ import annotations

import email
import email.policy
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from office_kit import Office

from dialer.actions.document_data import Order
from dialer.actions.queue_delivery import queue_delivery
from dialer.actions.send_documents import Posted, send_documents
from dialer.actions.write_document import write_document
from dialer.app import App
from dialer.core.casework import DocumentKind, Transport
from dialer.storage import book, deliveries, documents
from dialer.storage.database import Transaction
from dialer.storage.deliveries import Delivery
from dialer.storage.documents import Document
from dialer.storage.tables import contacts, debtors, phones

FAX_NUMBER = "+493023125109"
MAILBOX = "mahler@example.com"

PAPER = """
[creditor.letterhead]
name = "Muster Handels GmbH"
street = "Beispielstraße 12"
postal_code = "10115"
city = "Berlin"
iban = "DE02 1203 0000 0000 2020 51"
phone = "030 23125-000"

[creditor.client]
name = "Baustoff Klar GmbH"
street = "Am Markt 1"
postal_code = "86150"
city = "Augsburg"

[documents]
print_dir = "print"

[documents.authority]
name = "Aufsichtsbehörde"
street = "Musterallee 1"
postal_code = "53113"
city = "Bonn"
email = "post@example.com"
"""

MAIL = """
[mail]
host = "localhost"
port = {port}
ca_file = "{ca}"
sender = "buero@example.com"
username = "buero"
password = "hush-hush"
timeout_seconds = 2.0

[fax]
address = "{{number}}@fax.example.com"
"""


@dataclass
class Box:
    """What the server took, and how it misbehaves: an answer by command, or a line that goes dead."""

    taken: list[Envelope] = field(default_factory=list)
    heard: list[Envelope] = field(default_factory=list)
    """Messages that arrived whole, whatever was answered."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    dies_at: set[str] = field(default_factory=set)
    secure: list[bool] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._answer(server, "MAIL")

    async def handle_RCPT(  # noqa: N802 - the same
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._answer(server, "RCPT")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        self.heard.append(envelope)
        self.secure.append(session.ssl is not None)
        answer = self._answer(server, "DATA")
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer

    def _answer(self, server: SMTP, command: str) -> str:
        if command in self.dies_at:
            server.transport.abort()
        orders = self.answers.get(command, [])
        return orders.pop(0) if orders else "250 2.0.0 taken"

    def message(self) -> EmailMessage:
        """The only message that was taken."""
        (only,) = self.taken
        return email.message_from_bytes(only.content, policy=email.policy.default)  # type: ignore[return-value]


@dataclass
class MailServer:
    """Where it listens, and what it took."""

    port: int
    ca: Path
    box: Box
    stop: Callable[[], None]

    @property
    def config(self) -> str:
        return MAIL.format(port=self.port, ca=self.ca)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that is its own authority, and its key."""
    openssl = shutil.which("openssl")
    assert openssl, "the tests of the mail server need openssl"
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


def start_server(cert: Path, key: Path, **options: Any) -> MailServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Box()

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"buero", b"hush-hush")
        return AuthResult(success=good, handled=good)

    settings = {"tls_context": context, "require_starttls": True, "authenticator": authenticate, "auth_required": True}
    controller = Controller(box, port=port, **{"hostname": "127.0.0.1", **settings, **options})
    controller.start()
    return MailServer(port, cert, box, lambda: controller.loop.is_closed() or controller.stop())


@pytest.fixture(scope="session")
def mail_certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Certificate and key of the mail server."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def mail_server(mail_certificate: tuple[Path, Path]) -> Iterator[MailServer]:
    """STARTTLS and a login are demanded."""
    server = start_server(*mail_certificate)
    yield server
    server.stop()


@dataclass
class Desk:
    """Where letters are written and sent; the mail server is real."""

    office: Office
    server: MailServer

    def mill(self, number: str = "+493023125101", **more: Any) -> int:
        """A business with an address, a mailbox and a fax line of its own."""
        case = self.office.business(number, **more)
        self._give_address(case)
        return case

    def consumer(self, number: str = "+498923125001", **more: Any) -> int:
        case = self.office.case(number, **more)
        self._give_address(case)
        return case

    def _give_address(self, case: int) -> None:
        with self.office.app.db.write() as tx:
            row = tx.execute(sa.text("select debtor_id from cases where id = :c"), {"c": case}).one()
            address = {"street": "Mühlweg 3", "postal_code": "10115", "city": "Berlin"}
            tx.execute(debtors.update().where(debtors.c.id == row.debtor_id).values(**address))
            contact = tx.execute(sa.select(contacts).where(contacts.c.debtor_id == row.debtor_id)).first()
            assert contact is not None
            tx.execute(contacts.update().where(contacts.c.id == contact.id).values(email=MAILBOX))
            role = "private" if contact.role == "self" else "business_direct"
            fax = {"contact_id": contact.id, "e164": FAX_NUMBER, "role": role, "line_type": "fixed", "state": "fax"}
            tx.execute(phones.insert().values(**fax))

    def write(self, case: int, kind: str = "reminder_letter", **more: Any) -> int:
        order = Order(kind=DocumentKind(kind), **more)
        return write_document(self.office.app, case, order, actor="anna").document_id

    def queue(self, document: int, way: str = "mail", **more: Any) -> int:
        return queue_delivery(self.office.app, document, Transport(way), actor="anna", **more)

    def post(self, case: int, kind: str = "reminder_letter", way: str = "mail", **more: Any) -> int:
        """Written and in the outbox; the delivery's id."""
        return self.queue(self.write(case, kind, **more), way)

    def round(self) -> Posted:
        return send_documents(self.office.app)

    def delivery(self, delivery: int) -> Delivery:
        with self.office.app.db.read() as tx:
            found = deliveries.by_id(tx, delivery)
        assert found is not None
        return found

    def document(self, document: int) -> Document:
        with self.office.app.db.read() as tx:
            found = documents.by_id(tx, document)
        assert found is not None
        return found

    def pdf(self, document: int) -> bytes:
        with self.office.app.db.read() as tx:
            return documents.pdf_of(tx, document)

    def printed(self) -> list[Path]:
        return sorted((self.office.folder / "print").iterdir())


def until_somebody_waits(app: App) -> None:
    """Until another transaction waits for a lock (PostgreSQL). Fails after ten seconds."""
    blocked = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    for _ in range(500):
        with app.db.read() as tx:
            if tx.exec_driver_sql(blocked).scalar_one():
                return
        sleep(0.02)
    raise AssertionError("nobody waits")


def kept_waiting(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the next transaction writes (PostgreSQL), somebody else holds case 1 for longer than it may wait."""
    write = app.db.write

    @contextmanager
    def late() -> Iterator[Transaction]:
        monkeypatch.setattr(app.db, "write", write)
        with write() as other, write() as tx:
            book.load_case(other, 1, lock=True)
            tx.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            yield tx

    monkeypatch.setattr(app.db, "write", late)


@pytest.fixture
def make_desk(make_office: Callable[..., Office], mail_server: MailServer, tmp_path: Path) -> Callable[..., Desk]:
    """An office that writes; options as for an office."""

    def make(url: str | None = None, **options: Any) -> Desk:
        (tmp_path / "print").mkdir(exist_ok=True)
        return Desk(make_office(url, more_config=PAPER + mail_server.config, **options), mail_server)

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """Tuesday at ten, SQLite."""
    return make_desk()


@pytest.fixture
def postgres_desk(make_desk: Callable[..., Desk], postgresql_database_url: str) -> Desk:
    """The same on PostgreSQL, where writers run side by side."""
    return make_desk(postgresql_database_url)


@pytest.fixture
def either_desk(make_desk: Callable[..., Desk], database_url: str) -> Desk:
    """The same on each of the two engines."""
    return make_desk(database_url)
