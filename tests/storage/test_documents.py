"""Documents keep their bytes and hash, and move only forward."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from dialer.core.casework import DocumentKind, DocumentState
from dialer.storage import book, documents
from dialer.storage.documents import NewDocument, sha256
from dialer.storage.tables import cases, contacts, debtors

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def a_case(tx):
    debtor = tx.execute(
        debtors.insert()
        .values(creditor="m", reference="D", name="N", type="business", segment="b", country="DE", language="de")
        .returning(debtors.c.id)
    ).scalar_one()
    for name, email in (("A", "a@example.com"), ("B", None), ("C", "")):
        tx.execute(contacts.insert().values(debtor_id=debtor, name=name, role="owner", email=email))
    return tx.execute(
        cases.insert()
        .values(debtor_id=debtor, status="open", next_reason="", entry_head="", created_at=NOW)
        .returning(cases.c.id)
    ).scalar_one(), debtor


def stored(tx, case, **more):
    values = {"kind": DocumentKind.ACKNOWLEDGEMENT, "language": "de", "pdf": b"%PDF", "made_at": NOW, "made_by": "anna"}
    return documents.store(tx, NewDocument(case_id=case, **{**values, **more}))


def test_document_is_found_as_it_was_stored(db):
    with db.write() as tx:
        case, _ = a_case(tx)
        number = stored(tx, case, due_back_on=date(2026, 12, 1))
        found = documents.by_id(tx, number, lock=True)
        assert (found.kind, found.state, found.sha256) == ("acknowledgement", "draft", sha256(b"%PDF"))
        assert documents.pdf_of(tx, number) == b"%PDF"
        assert documents.of_case(tx, case) == (found,)
        assert documents.by_id(tx, 999) is None


def test_sent_once_returned_once_archived_once(db):
    with db.write() as tx:
        case, _ = a_case(tx)
        number = stored(tx, case)
        documents.mark_sent(tx, number, at=NOW)
        documents.mark_sent(tx, number, at=NOW.replace(hour=12))
        assert documents.by_id(tx, number).sent_at == NOW
        assert documents.mark_returned(tx, number, file=b"scan", at=NOW) == sha256(b"scan")
        assert documents.mark_returned(tx, number, file=b"other", at=NOW) is None
        assert documents.archive(tx, number)
        assert not documents.archive(tx, number)
        documents.mark_sent(tx, number, at=NOW)
        assert documents.by_id(tx, number).state is DocumentState.ARCHIVED


def test_overdue_is_what_was_sent_and_should_be_back(db):
    with db.write() as tx:
        case, _ = a_case(tx)
        draft = stored(tx, case, due_back_on=date(2026, 12, 1))
        late = stored(tx, case, due_back_on=date(2026, 12, 1))
        for number in (late, stored(tx, case, due_back_on=date(2026, 12, 2)), stored(tx, case)):
            documents.mark_sent(tx, number, at=NOW)
        assert [d.id for d in documents.overdue(tx, before=date(2026, 12, 2))] == [late]
        assert draft != late


def test_mailboxes_and_streets_are_those_of_the_book(db):
    with db.write() as tx:
        case, debtor = a_case(tx)
        assert list(documents.emails_of(tx, debtor).values()) == ["a@example.com"]
        assert book.load_case(tx, case).debtor.street is None
        documents.set_address(tx, debtor, street="Weg 1", city="Bonn")
        assert book.load_case(tx, case).debtor.street == "Weg 1"


def test_returned_file_needs_its_hash(db):
    with db.write() as tx:
        case, _ = a_case(tx)
        number = stored(tx, case)
    with pytest.raises(sa.exc.IntegrityError), db.write() as tx:
        tx.execute(sa.text("update documents set returned_at = made_at where id = :n"), {"n": number})
