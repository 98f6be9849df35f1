"""Letters, faxes and agreements of a case as they were made, each with its hash, and what came back signed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from dialer.core.casework import DocumentKind, DocumentState
from dialer.core.outcome import Disposition
from dialer.storage import entries
from dialer.storage.case_lock import lock_case
from dialer.storage.tables import attempts, cases, contacts, debtors, documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as stored, its bytes left out. `due_back_on`: the day by which it should be back signed."""

    id: int
    case_id: int
    attempt_id: int | None
    agreement_id: int | None
    kind: DocumentKind
    language: str
    state: DocumentState
    sha256: str
    made_at: datetime
    made_by: str
    sent_at: datetime | None
    due_back_on: date | None
    returned_at: datetime | None
    returned_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A document to store. `owed`: what it says is open, minor units by claim; None where it says nothing of it."""

    case_id: int
    kind: DocumentKind
    language: str
    pdf: bytes
    made_at: datetime
    made_by: str
    attempt_id: int | None = None
    agreement_id: int | None = None
    due_back_on: date | None = None
    owed: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A talk in which something was agreed: with whom, when (UTC), and what."""

    attempt_id: int
    contact_id: int
    number: str
    joined_at: datetime
    collector: str | None
    promised_minor: int | None
    promised_on: date | None
    callback_at: datetime | None


WRITTEN = "document.written"
"""The entry that a document is kept with."""

_AGREED = (Disposition.PROMISE_TO_PAY, Disposition.INSTALMENTS_AGREED, Disposition.CALLBACK_AGREED)

_COLUMNS = tuple(c for c in documents.c if c.name in Document.__dataclass_fields__)


def sha256(content: bytes) -> str:
    """The hash by which a file is known again."""
    return hashlib.sha256(content).hexdigest()


def store(tx: sa.Connection, new: NewDocument) -> int:
    """Keep it as a draft."""
    stored = tx.execute(
        documents.insert()
        .values(
            case_id=new.case_id,
            attempt_id=new.attempt_id,
            agreement_id=new.agreement_id,
            kind=new.kind,
            language=new.language,
            state=DocumentState.DRAFT,
            sha256=sha256(new.pdf),
            pdf=new.pdf,
            made_at=new.made_at,
            made_by=new.made_by,
            due_back_on=new.due_back_on,
        )
        .returning(documents.c.id)
    )
    return int(stored.scalar_one())


def by_id(tx: sa.Connection, document_id: int, *, lock: bool = False) -> Document | None:
    """The document, or None. `lock` holds its case as well, and that first."""
    query = sa.select(*_COLUMNS).where(documents.c.id == document_id)
    row = tx.execute(query).one_or_none()
    if row and lock:
        lock_case(tx, row.case_id)
        row = tx.execute(query.with_for_update()).one_or_none()
    return _document(row) if row else None


def of_case(tx: sa.Connection, case_id: int) -> tuple[Document, ...]:
    """The case's documents in the order in which they were made."""
    query = sa.select(*_COLUMNS).where(documents.c.case_id == case_id).order_by(documents.c.id)
    return tuple(_document(row) for row in tx.execute(query))


def pdf_of(tx: sa.Connection, document_id: int) -> bytes:
    """The document's bytes."""
    return bytes(tx.execute(sa.select(documents.c.pdf).where(documents.c.id == document_id)).scalar_one())


def owed_when_made(tx: sa.Connection, document: Document) -> Mapping[str, int]:
    """What it says is open, minor units by claim, as its case's log has it; empty where it says nothing of it."""
    written = entries.facts_of(tx, document.case_id, WRITTEN)
    return next((facts.get("owed", {}) for facts in written if facts["document"] == document.id), {})


def mark_sent(tx: sa.Connection, document_id: int, *, at: datetime) -> None:
    """It has left the house; a second delivery changes nothing."""
    draft = (documents.c.id == document_id, documents.c.state == DocumentState.DRAFT)
    tx.execute(documents.update().where(*draft).values(state=DocumentState.SENT, sent_at=at))


def mark_returned(tx: sa.Connection, document_id: int, *, file: bytes, at: datetime) -> str | None:
    """Keep what came back signed; its hash, or None when something came back before."""
    open_ = (documents.c.id == document_id, documents.c.returned_at.is_(None))
    digest = sha256(file)
    values = {"state": DocumentState.RETURNED, "returned_at": at, "returned_sha256": digest, "returned_file": file}
    return digest if tx.execute(documents.update().where(*open_).values(**values)).rowcount else None


def archive(tx: sa.Connection, document_id: int) -> bool:
    """Nothing more is to be done with it; False when it is archived already."""
    other = (documents.c.id == document_id, documents.c.state != DocumentState.ARCHIVED)
    return tx.execute(documents.update().where(*other).values(state=DocumentState.ARCHIVED)).rowcount == 1


def overdue(tx: sa.Connection, *, before: date) -> Sequence[Document]:
    """Sent, should have been back before that day, and is not."""
    late = (documents.c.state == DocumentState.SENT, documents.c.due_back_on < before)
    return [_document(row) for row in tx.execute(sa.select(*_COLUMNS).where(*late).order_by(documents.c.id))]


def set_address(tx: sa.Connection, debtor_id: int, **values: str) -> None:
    """Change street, postal_code or city."""
    tx.execute(debtors.update().where(debtors.c.id == debtor_id).values(**values))


def emails_of(tx: sa.Connection, debtor_id: int) -> Mapping[int, str]:
    """The mail addresses of a debtor's contacts, by contact."""
    query = sa.select(contacts.c.id, contacts.c.email).where(
        contacts.c.debtor_id == debtor_id, contacts.c.email.is_not(None), contacts.c.email != ""
    )
    return {row.id: row.email for row in tx.execute(query.order_by(contacts.c.id))}


def conversation_of(tx: sa.Connection, case_id: int, attempt_id: int | None = None) -> Conversation | None:
    """The talk of that attempt, or the newest, in which the case's debtor agreed to something."""
    agreed = [attempts.c.case_id == case_id, attempts.c.disposition.in_(_AGREED), attempts.c.joined_at.is_not(None)]
    if attempt_id is not None:
        agreed.append(attempts.c.id == attempt_id)
    row = tx.execute(sa.select(attempts).where(*agreed).order_by(attempts.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    return Conversation(
        attempt_id=row.id,
        contact_id=row.contact_id,
        number=row.to_e164,
        joined_at=row.joined_at,
        collector=row.collector,
        promised_minor=row.promised_minor,
        promised_on=row.promised_on,
        callback_at=row.callback_at,
    )


def log_head(tx: sa.Connection, case_id: int) -> tuple[int, str]:
    """How many entries the case's log has, and the hash of the last."""
    row = tx.execute(sa.select(cases.c.entry_seq, cases.c.entry_head).where(cases.c.id == case_id)).one()
    return row.entry_seq, row.entry_head


def _document(row: Any) -> Document:
    values = {c.name: getattr(row, c.name) for c in _COLUMNS}
    kind, state = DocumentKind(values.pop("kind")), DocumentState(values.pop("state"))
    return Document(kind=kind, state=state, **values)
