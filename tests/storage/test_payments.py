"""Payments as both engines keep them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from dialer.core.case import CaseStatus
from dialer.storage import payments
from dialer.storage.database import Database
from dialer.storage.payments import NewPayment, Overpaid, StoredPayment

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NEW = NewPayment(
    creditor="muster",
    key="B1",
    paid_on=date(2026, 11, 23),
    amount_minor=5_000,
    currency="EUR",
    reference="RE-1 danke",
    payer="Debtor 1",
    source="csv",
    imported_at=NOW,
)

File = Callable[..., Any]


def stored(new: NewPayment, payment_id: int, case: int | None, claim: int | None) -> StoredPayment:
    values = {name: getattr(new, name) for name in new.__slots__}
    return StoredPayment(**values, id=payment_id, case_id=case, claim_id=claim)


def test_payment_waits_until_it_is_booked(db: Database, file_case: File) -> None:
    filed = file_case()
    with db.write() as tx:
        first = payments.add(tx, NEW)
        second = payments.add(tx, replace(NEW, key="B2", amount_minor=-1_000))
        assert [p.id for p in payments.unmatched(tx)] == [first, second]
        claim = payments.claim_by_reference(tx, "muster", "F1")
        assert claim is not None
        assert payments.book(tx, first, 5_000, claim).paid_minor == 5_000
        assert payments.book(tx, second, -1_000, claim).paid_minor == 4_000
    with db.read() as tx:
        assert payments.unmatched(tx) == []
        assert payments.by_id(tx, first) == stored(NEW, first, filed.case_id, filed.claim_id)
        assert payments.by_id(tx, 99) is None
        assert [p.amount_minor for p in payments.of_case(tx, filed.case_id)] == [5_000, -1_000]
        assert {case: len(found) for case, found in payments.arrived(tx, [filed.case_id, 99]).items()} == {
            filed.case_id: 2
        }


def test_payment_is_booked_once(db: Database, file_case: File) -> None:
    file_case()
    with db.write() as tx:
        payment = payments.add(tx, NEW)
        claim = payments.claim_by_reference(tx, "muster", "F1")
        assert claim is not None
        payments.book(tx, payment, 5_000, claim)
        with pytest.raises(AssertionError, match="booked already"):
            payments.book(tx, payment, 5_000, claim)


def test_key_is_unique_to_the_creditor(db: Database) -> None:
    with db.write() as tx:
        payments.add(tx, NEW)
        payments.add(tx, replace(NEW, creditor="andere"))
    with pytest.raises(sa.exc.IntegrityError), db.write() as tx:
        payments.add(tx, NEW)
    with db.read() as tx:
        assert set(payments.by_keys(tx, "muster", ["B1", "B2", *map(str, range(2_000))])) == {"B1"}
        assert payments.by_keys(tx, "dritte", ["B1"]) == {}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"F1"}, ["F1"]),
        ({"f1"}, ["F1"]),
        ({"RE-2"}, ["F2"]),
        ({"re-2", "F2"}, ["F2"]),
        ({"F1", "RE-2"}, ["F1", "F2"]),
        ({"F", "1", "RE"}, []),
        (set(), []),
        ({str(n) for n in range(2_000)} | {"F2"}, ["F2"]),
    ],
)
def test_claims_are_found_by_reference_and_invoice_number(
    db: Database, file_case: File, words: set[str], found: list[str]
) -> None:
    file_case(), file_case(), file_case(creditor="andere")
    with db.read() as tx:
        assert [named.claim.reference for named in payments.claims_named(tx, "muster", words)] == found
        assert payments.claim_by_reference(tx, "muster", "RE-1") is None


def test_more_than_was_owed_is_listed(db: Database, file_case: File) -> None:
    filed, other = file_case(), file_case()
    with db.write() as tx:
        payment = payments.add(tx, replace(NEW, amount_minor=12_001))
        claim = payments.claim_by_reference(tx, "muster", "F1")
        assert claim is not None
        payments.book(tx, payment, 12_001, claim)
        assert payments.overpaid(tx) == [
            Overpaid(case_id=filed.case_id, creditor="muster", reference="F1", currency="EUR", surplus_minor=1)
        ]
        assert payments.owes_nothing(tx, filed.case_id)
        assert not payments.owes_nothing(tx, other.case_id)


def test_locked_cases_tell_their_status(db: Database, file_case: File) -> None:
    first, second = file_case(), file_case(status="closed")
    with db.write() as tx:
        assert payments.lock_cases(tx, {second.case_id, first.case_id}) == {
            first.case_id: CaseStatus.OPEN,
            second.case_id: CaseStatus.CLOSED,
        }
        assert payments.lock_cases(tx, ()) == {}


def test_payment_of_nothing_or_of_a_fraction_is_refused_by_the_database(db: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError), db.write() as tx:
        payments.add(tx, replace(NEW, amount_minor=0))
    with pytest.raises(sa.exc.StatementError), db.write() as tx:
        payments.add(tx, replace(NEW, amount_minor=0.5))  # type: ignore[arg-type] - what must not get in
