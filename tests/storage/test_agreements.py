"""Agreements as both engines keep them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dialer.core.agreement import Agreement, Instalment
from dialer.core.case import Hold, HoldReason
from dialer.core.casework import AgreementKind, AgreementState
from dialer.storage import agreements, attempts, book, holds
from dialer.storage.agreements import StoredAgreement
from dialer.storage.database import Database
from dialer.storage.tables import claims

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=9)
TERMS = Agreement(
    kind=AgreementKind.INSTALMENTS,
    amount_minor=12_000,
    currency="EUR",
    instalments=(
        Instalment(n=1, due_on=date(2026, 12, 1), amount_minor=7_000),
        Instalment(n=2, due_on=date(2027, 1, 4), amount_minor=5_000),
    ),
    grace_workdays=3,
    interest_free=False,
    acceleration=True,
)

File = Callable[..., Any]


def test_agreement_is_read_as_it_was_made(db: Database, file_case: File, intend: File) -> None:
    filed, other = file_case(), file_case()
    with db.write() as tx:
        attempt = attempts.write_intent(tx, intend(filed))
        made = agreements.add(tx, filed.case_id, TERMS, attempt_id=attempt, at=NOW)
        second = agreements.add(tx, other.case_id, TERMS, attempt_id=None, at=NOW)
    stored = StoredAgreement(
        id=made,
        case_id=filed.case_id,
        attempt_id=attempt,
        state=AgreementState.OPEN,
        agreed_at=NOW,
        ended_at=None,
        terms=TERMS,
    )
    with db.read() as tx:
        assert agreements.open_of_case(tx, filed.case_id) == stored
        assert [found.id for found in agreements.all_open(tx)] == [made, second]
        assert agreements.of_case(tx, 99) == []


def test_one_agreement_runs_at_a_time(db: Database, file_case: File) -> None:
    filed = file_case()
    with db.write() as tx:
        agreements.add(tx, filed.case_id, TERMS, attempt_id=None, at=NOW)
    with pytest.raises(sa.exc.IntegrityError), db.write() as tx:
        agreements.add(tx, filed.case_id, TERMS, attempt_id=None, at=NOW)


@pytest.mark.parametrize("state", [AgreementState.KEPT, AgreementState.BROKEN, AgreementState.WITHDRAWN])
def test_agreement_ends_once(db: Database, file_case: File, state: AgreementState) -> None:
    filed = file_case()
    with db.write() as tx:
        made = agreements.add(tx, filed.case_id, TERMS, attempt_id=None, at=NOW)
        assert agreements.end(tx, made, state, at=LATER)
        assert not agreements.end(tx, made, AgreementState.BROKEN, at=LATER)
    with db.read() as tx:
        (found,) = agreements.of_case(tx, filed.case_id)
        assert (found.state, found.ended_at) == (state, LATER)
        assert agreements.open_of_case(tx, filed.case_id) is None
        assert agreements.all_open(tx) == []


def test_attempts_know_what_became_of_their_agreements(db: Database, file_case: File, intend: File) -> None:
    found: dict[str, int] = {}
    for state in AgreementState:
        filed = file_case()
        with db.write() as tx:
            found[state] = attempts.write_intent(tx, intend(filed))
            made = agreements.add(tx, filed.case_id, TERMS, attempt_id=found[state], at=NOW)
            if state is not AgreementState.OPEN:
                agreements.end(tx, made, state, at=LATER)
    with db.read() as tx:
        told = agreements.broken_by_attempt(tx, [*found.values(), 99])
        assert agreements.broken_by_attempt(tx, []) == {}
    assert told == {found["kept"]: False, found["broken"]: True, found["withdrawn"]: False}


def test_case_that_owes_nothing_is_settled(db: Database, file_case: File) -> None:
    paid, owing, _ = file_case(), file_case(), file_case()
    with db.write() as tx:
        for filed in (paid, owing):
            agreements.add(tx, filed.case_id, TERMS, attempt_id=None, at=NOW)
        tx.execute(claims.update().where(claims.c.id != owing.claim_id).values(paid_minor=12_000))
    with db.read() as tx:
        assert agreements.settled(tx) == {paid.case_id}


def test_only_holds_that_stand_are_lifted(db: Database, file_case: File) -> None:
    filed, other = file_case(), file_case()
    with db.write() as tx:
        for case_id in (filed.case_id, other.case_id):
            book.set_hold(tx, case_id, Hold(reason=HoldReason.MANUAL, until=None), at=NOW)
        book.set_hold(tx, filed.case_id, Hold(reason=HoldReason.DISPUTE, until=LATER), at=NOW)
        book.set_hold(tx, filed.case_id, Hold(reason=HoldReason.MANUAL, until=NOW), at=NOW)
        assert holds.lift(tx, filed.case_id, [HoldReason.INSOLVENCY], at=NOW) == 0
        assert holds.lift(tx, filed.case_id, [HoldReason.MANUAL, HoldReason.DISPUTE], at=NOW) == 2
        assert holds.lift(tx, filed.case_id, [HoldReason.MANUAL, HoldReason.DISPUTE], at=NOW) == 0
    with db.read() as tx:
        left = book.load_case(tx, other.case_id)
    assert left is not None
    assert [hold.reason for hold in left.holds] == [HoldReason.MANUAL]
