"""Tasks that a conversation left end by themselves once the money has come or the confirmation has gone out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from office_kit import ERIKA, Office
from test_payments import take

from dialer.actions.make_task import make_task
from dialer.actions.returned_document import return_document
from dialer.core.agreement import Agreement, Instalment
from dialer.core.casework import AgreementKind, DocumentKind, TaskOrigin
from dialer.core.tasks import TaskKind
from dialer.storage import agreements, attempts, documents, tables, tasks
from dialer.storage.entries import Entry

TODAY = date(2026, 11, 24)


def leave(office: Office, case: int, kind: TaskKind, ref: str) -> None:
    with office.app.db.write() as tx:
        make_task(
            tx,
            case_id=case,
            kind=kind,
            origin=TaskOrigin.DISPOSITION,
            ref=ref,
            due_on=TODAY,
            at=office.clock.now(),
            actor="anna",
        )


def left(office: Office, case: int) -> list[tuple[str, str]]:
    with office.app.db.read() as tx:
        return [(task.kind, task.ref) for task in tasks.of_case(tx, case) if task.done_at is None]


def done(office: Office, case: int) -> list[Entry]:
    return [entry for entry in office.log(case) if entry.kind == "task.done"]


def test_payment_that_settles_a_case_ends_the_look_for_it(either_office: Office) -> None:
    office = either_office
    erika = office.case(ERIKA)
    leave(office, erika, TaskKind.CHECK_ACCOUNT, "attempt 1")
    leave(office, erika, TaskKind.CHECK_ACCOUNT, "attempt 2")
    leave(office, erika, TaskKind.CLEAR_DISPUTE, "attempt 3")
    take(office, "R-5001;23.11.2026;119,99;EUR;;;B-1")
    assert len(left(office, erika)) == 3
    take(office, "R-5001;24.11.2026;0,01;EUR;;;B-2")
    # what else there is to do is for a person to judge
    assert left(office, erika) == [("clear_dispute", "attempt 3")]
    assert [(entry.actor, entry.facts) for entry in done(office, erika)] == [
        ("system", {"task": "check_account", "ref": "attempt 1", "why": "paid"}),
        ("system", {"task": "check_account", "ref": "attempt 2", "why": "paid"}),
    ]


def test_payment_the_claims_file_had_told_of_is_noted_and_not_added(office: Office) -> None:
    erika = office.case(ERIKA)
    with office.app.db.write() as tx:
        told = {"paid_minor": 5_000, "told_minor": 5_000, "fresh_minor": 5_000, "told_on": TODAY}
        tx.execute(tables.claims.update().values(**told))
    take(office, "R-5001;23.11.2026;50,00;EUR;;;B-1")
    facts = office.entry(erika, "payment.booked").facts
    assert (facts["known_minor"], facts["open_minor"], facts["surplus_minor"]) == (5_000, 7_000, 0)
    take(office, "R-5001;23.11.2026;50,00;EUR;;;B-2")
    facts = office.entry(erika, "payment.booked").facts
    assert ("known_minor" in facts, facts["open_minor"]) == (False, 2_000)


@pytest.fixture
def promised(desk: Any) -> tuple[Any, int, int]:
    """A desk, and a case whose contact has promised to pay in an attempt; two confirmations are open."""
    case = desk.mill(owed=12_000)
    office = desk.office
    office.collector()
    office.dial()
    office.run(60)
    attempt = office.attempt(case).id
    with office.app.db.write() as tx:
        said = {"disposition": "promise_to_pay", "promised_minor": 5000, "promised_on": date(2026, 12, 1)}
        attempts.update(tx, attempt, **said)
    leave(office, case, TaskKind.CONFIRM_AGREEMENT, f"attempt {attempt}")
    leave(office, case, TaskKind.CONFIRM_AGREEMENT, "attempt 999")
    return desk, case, attempt


def test_confirmation_that_went_out_ends_its_task(promised: tuple[Any, int, int]) -> None:
    desk, case, attempt = promised
    document = desk.write(case, "phone_agreement")
    assert len(left(desk.office, case)) == 2
    desk.queue(document)
    assert desk.round().handed_over == 1
    assert left(desk.office, case) == [("confirm_agreement", "attempt 999")]
    assert [(entry.actor, entry.facts) for entry in done(desk.office, case)] == [
        ("system", {"task": "confirm_agreement", "ref": f"attempt {attempt}", "why": "confirmed"})
    ]


def test_another_letter_confirms_nothing(promised: tuple[Any, int, int]) -> None:
    desk, case, _ = promised
    desk.post(case, "reminder_letter")
    assert desk.round().handed_over == 1
    assert len(left(desk.office, case)) == 2


def test_another_paper_about_the_same_talk_confirms_nothing(promised: tuple[Any, int, int]) -> None:
    desk, case, attempt = promised
    now = desk.office.clock.now()
    paper = documents.NewDocument(
        case_id=case,
        kind=DocumentKind.ACKNOWLEDGEMENT,
        language="de",
        pdf=b"%PDF",
        made_at=now,
        made_by="anna",
        attempt_id=attempt,
    )
    with desk.office.app.db.write() as tx:
        document = documents.store(tx, paper)
        documents.mark_sent(tx, document, at=now)
    return_document(desk.office.app, document, b"%PDF signed", actor="anna")
    assert len(left(desk.office, case)) == 2


@pytest.mark.parametrize("of_attempt", [True, False])
def test_plan_confirms_the_talk_in_which_it_was_agreed(
    promised: tuple[Any, int, int],
    of_attempt: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    desk, case, attempt = promised
    rates = tuple(Instalment(n=n, due_on=date(2026, 12, n), amount_minor=6_000) for n in (1, 2))
    terms = Agreement(
        kind=AgreementKind.INSTALMENTS,
        amount_minor=12_000,
        currency="EUR",
        instalments=rates,
        grace_workdays=3,
        interest_free=True,
        acceleration=True,
    )
    with desk.office.app.db.write() as tx:
        agreements.add(tx, case, terms, attempt_id=attempt if of_attempt else None, at=desk.office.clock.now())
    desk.post(case, "instalment_agreement")
    assert desk.round().handed_over == 1
    rest = [("confirm_agreement", "attempt 999")]
    assert left(desk.office, case) == (rest if of_attempt else [("confirm_agreement", f"attempt {attempt}"), *rest])


def test_paper_that_came_back_signed_confirms_as_well(promised: tuple[Any, int, int]) -> None:
    desk, case, attempt = promised
    document = desk.write(case, "phone_agreement")
    with desk.office.app.db.write() as tx:
        documents.mark_sent(tx, document, at=desk.office.clock.now())
    return_document(desk.office.app, document, b"%PDF signed", actor="anna")
    assert left(desk.office, case) == [("confirm_agreement", "attempt 999")]
    assert [entry.facts["ref"] for entry in done(desk.office, case)] == [f"attempt {attempt}"]
