"""What stands in the documents of a case, which notices open what, and what comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from office_kit import BERLIN
from post_kit import until_somebody_waits

from dialer.actions.document_data import Charge
from dialer.actions.dossier import write_dossier
from dialer.actions.returned_document import chase_returns, return_document
from dialer.actions.transport import cancel
from dialer.actions.write_document import change_address, check_templates
from dialer.core.agreement import Agreement, Instalment
from dialer.core.casework import AgreementKind, DocumentState, Transport
from dialer.core.errors import BadInput, NotFound
from dialer.documents.reading import text_of
from dialer.documents.render import Renderer
from dialer.storage import agreements, attempts, documents, tasks
from dialer.storage.documents import sha256

COSTS = (Charge(kind="Einigungsgebühr", ground="Ratenzahlungsvereinbarung", minor=3150),)


def words(desk, document):
    return " ".join(text_of(desk.pdf(document)).replace("\u00a0", " ").split())


def collecting(desk):
    """The same office, collecting for somebody else."""
    config = desk.office.app.config
    creditor = config.creditor[0].model_copy(update={"role": "registered_collector"})
    desk.office.app = replace(desk.office.app, config=config.model_copy(update={"creditor": [creditor]}))


def plan(desk, case, *minors, interest_free=True):
    rates = tuple(
        Instalment(n=n, due_on=date(2026, 11, 1) + timedelta(days=31 * n), amount_minor=minor)
        for n, minor in enumerate(minors, 1)
    )
    terms = Agreement(
        kind=AgreementKind.INSTALMENTS,
        amount_minor=sum(minors),
        currency="EUR",
        instalments=rates,
        grace_workdays=3,
        interest_free=interest_free,
        acceleration=True,
    )
    with desk.office.app.db.write() as tx:
        return agreements.add(tx, case, terms, attempt_id=None, at=desk.office.clock.now())


def test_reminder_names_debtor_claim_amount_and_day(either_desk):
    desk = either_desk
    case = desk.mill(name="Frau Mahler")
    document = desk.write(case)
    said = words(desk, document)
    for part in ("Frau Mahler", "Mühlweg 3", "R-5101", "120,00 €", "08.12.2026", "F-D-5101-Frau Mahler", "Anna Berger"):
        assert part in said
    stored = desk.document(document)
    assert stored.state is DocumentState.DRAFT
    assert stored.sha256 == sha256(desk.pdf(document))
    entry = desk.office.entry(case, "document.written")
    assert entry.facts == {
        "document": document, "kind": "reminder_letter", "language": "de", "sha256": stored.sha256,
        "owed": {"1": 12000}}  # fmt: skip
    assert entry.actor == "anna"


def test_letter_to_an_english_debtor_is_english(desk):
    case = desk.mill()
    with desk.office.app.db.write() as tx:
        tx.exec_driver_sql("update debtors set language = 'en'")
    document = desk.write(case)
    assert desk.document(document).language == "en"
    assert "€120.00" in words(desk, document)


def test_address_that_is_not_whole_is_named_and_can_be_corrected(desk):
    case = desk.office.business("+493023125101")
    with pytest.raises(BadInput, match=r"debtors\.street, debtors\.postal_code, debtors\.city is empty.*--street"):
        desk.write(case)
    change_address(desk.office.app, case, {"street": "Weg 1", "postal_code": "10115", "city": "Berlin"}, actor="anna")
    desk.write(case)
    entry = desk.office.entry(case, "debtor.address")
    assert entry.facts == {"changed": ["city", "postal_code", "street"]}
    assert entry.personal["street"] == [None, "Weg 1"]


def test_request_to_call_back_names_no_invoice_unless_asked(desk):
    case = desk.mill()
    assert "R-5101" not in words(desk, desk.write(case, "callback_fax"))
    assert "R-5101" in words(desk, desk.write(case, "callback_fax", name_invoice=True))


def test_confirmation_says_what_was_promised(desk):
    case = desk.mill()
    office = desk.office
    office.collector()
    office.dial()
    office.run(60)
    attempt = office.attempt(case)
    with office.app.db.write() as tx:
        attempts.update(
            tx, attempt.id, disposition="promise_to_pay", promised_minor=5000, promised_on=date(2026, 12, 1)
        )
    document = desk.write(case, "phone_agreement")
    said = words(desk, document)
    for part in ("Frau Mahler", "50,00 €", "01.12.2026", "24.11.2026, 10:0"):
        assert part in said
    assert desk.document(document).attempt_id == attempt.id


def test_confirmation_and_whoever_cancels_its_call_do_not_wait_for_each_other_in_a_circle(postgres_desk, monkeypatch):
    desk, office = postgres_desk, postgres_desk.office
    case = desk.mill()
    office.collector()
    office.dial()
    office.run(20)
    attempt = office.attempt(case)
    assert attempt.call.live
    assert attempt.call.joined_at is not None
    with office.app.db.write() as tx:
        attempts.update(
            tx, attempt.id, disposition="promise_to_pay", promised_minor=5000, promised_on=date(2026, 12, 1)
        )
    store = documents.store
    with ThreadPoolExecutor(1) as pool:

        def slow(tx, new):
            told.append(pool.submit(cancel, office.app, attempt.id, why="collector gone", now=office.clock.now()))
            until_somebody_waits(office.app)
            return store(tx, new)

        told = []
        monkeypatch.setattr(documents, "store", slow)
        document = desk.write(case, "phone_agreement")
    told[0].result()
    assert office.kinds(case)[-2:] == ["document.written", "attempt.cancel"]
    assert desk.document(document).attempt_id == attempt.id


def test_confirmation_needs_a_conversation(desk):
    with pytest.raises(BadInput, match="no conversation"):
        desk.write(desk.mill(), "phone_agreement")


def test_plan_is_printed_rate_by_rate_and_has_to_come_back(desk):
    case = desk.mill(owed=12_000)
    plan(desk, case, 6_000, 6_000)
    document = desk.write(case, "instalment_agreement", represented_by="Ida Mahler")
    said = words(desk, document)
    for part in ("Baustoff Klar GmbH", "vertreten durch Ida Mahler", "02.12.2026", "02.01.2027", "60,00 €"):
        assert part in said
    assert desk.document(document).due_back_on == date(2026, 12, 8)


def test_plan_that_does_not_come_to_what_is_owed_is_refused(desk):
    case = desk.mill(owed=12_000)
    plan(desk, case, 6_000, 5_000)
    with pytest.raises(BadInput, match="the rates come to 11000, the claims to 12000"):
        desk.write(case, "instalment_agreement")


def test_plan_needs_an_agreement_and_its_interest_words(desk):
    case = desk.mill()
    with pytest.raises(BadInput, match="no instalments have been agreed"):
        desk.write(case, "instalment_agreement")
    plan(desk, case, 12_000, interest_free=False)
    with pytest.raises(BadInput, match="--interest-terms"):
        desk.write(case, "instalment_agreement")


def test_agreement_with_a_consumer_waits_for_the_notice_of_its_costs(either_desk):
    desk = either_desk
    case = desk.consumer(owed=12_000)
    collecting(desk)
    plan(desk, case, 7_575, 7_575)
    agreement = desk.write(case, "instalment_agreement", costs=COSTS)
    desk.queue(agreement, "print")
    assert desk.round().held_back == 1
    assert desk.office.entry(case, "verdict.denied").facts["denials"][0]["rule"] == "DE-RDG4"
    desk.post(case, "rdg13a3_notice", "print", costs=COSTS)
    assert desk.round().handed_over == 1
    assert desk.office.entry(case, "mark.set").facts["mark"] == "rdg13a3"
    desk.office.run(60)
    desk.queue(desk.write(case, "instalment_agreement", costs=COSTS), "print")
    assert desk.round().handed_over == 1


def test_acknowledgement_waits_for_its_notice(desk):
    case = desk.consumer()
    collecting(desk)
    desk.post(case, "acknowledgement", "print")
    assert desk.round().held_back == 1
    assert desk.office.entry(case, "verdict.denied").facts["denials"][0]["rule"] == "DE-RDG5"
    desk.post(case, "rdg13a4_notice", "print")
    desk.round()
    desk.post(case, "acknowledgement", "print")
    assert desk.round().handed_over == 1


def test_notice_opens_the_telephone_three_days_after_it_was_handed_over(desk):
    case = desk.consumer()
    collecting(desk)
    desk.office.collector()
    desk.office.dial()
    assert desk.office.attempts(case) == []
    notice = {"subject": "Baustoffe", "contract_on": date(2026, 8, 20)}
    desk.post(case, "rdg13a_notice", "print", **notice)
    assert "Baustoff Klar GmbH" in words(desk, desk.write(case, "rdg13a_notice", **notice))
    assert desk.round().handed_over == 1
    desk.office.tick(2)
    assert desk.office.next_at(case) >= datetime(2026, 11, 27, 10, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("rdg13a_notice", {}, "--subject and --contract-date"),
        ("rdg13a3_notice", {}, "--cost"),
        ("dossier", {}, "dialer dossier"),
        ("reminder_letter", {"pay_by": date(2026, 11, 24)}, "not in the future"),
        ("reminder_letter", {"contact_id": 999}, "no contact 999"),
    ],
)
def test_what_is_missing_is_named(desk, kind, more, said):
    with pytest.raises(BadInput, match=said):
        desk.write(desk.consumer(), kind, **more)


def test_signed_paper_is_kept_with_its_hash(either_desk):
    desk = either_desk
    case = desk.mill()
    document = desk.write(case, "acknowledgement")
    with pytest.raises(BadInput, match="never sent"):
        return_document(desk.office.app, document, b"scan", actor="anna")
    desk.queue(document, "print")
    desk.round()
    assert return_document(desk.office.app, document, b"scan", actor="anna") == sha256(b"scan")
    filed = desk.document(document)
    assert (filed.state, filed.returned_sha256) == (DocumentState.ARCHIVED, sha256(b"scan"))
    facts = desk.office.entry(case, "document.returned").facts
    assert facts == {"document": document, "sha256": sha256(b"scan"), "sent_sha256": filed.sha256}
    with pytest.raises(BadInput, match="came back before"):
        return_document(desk.office.app, document, b"another", actor="anna")
    with pytest.raises(BadInput, match="0 bytes"):
        return_document(desk.office.app, document, b"", actor="anna")
    with pytest.raises(NotFound):
        return_document(desk.office.app, 999, b"x", actor="anna")


def test_paper_that_does_not_come_back_becomes_a_task_that_its_return_ends(either_desk):
    desk = either_desk
    case = desk.mill()
    document = desk.write(case, "acknowledgement")
    desk.queue(document, "print")
    desk.round()
    desk.office.run(14 * 86_400)
    assert chase_returns(desk.office.app) == 0
    desk.office.run(86_400)
    assert chase_returns(desk.office.app) == 1
    assert chase_returns(desk.office.app) == 0
    return_document(desk.office.app, document, b"scan", actor="anna")
    with desk.office.app.db.read() as tx:
        (task,) = tasks.of_case(tx, case)
    assert (task.kind, task.state) == ("chase_document", "done")


def test_paper_that_comes_back_while_others_are_chased_is_not_chased(either_desk, monkeypatch):
    desk = either_desk
    app = desk.office.app
    case = desk.mill()
    late = [desk.write(case, "acknowledgement") for _ in range(2)]
    for document in late:
        desk.queue(document, "print")
    desk.round()
    desk.office.run(15 * 86_400)

    with app.db.read() as tx:
        listed = documents.overdue(tx, before=date(2026, 12, 9))
    assert [d.id for d in listed] == late
    return_document(app, late[1], b"scan", actor="anna")
    monkeypatch.setattr(documents, "overdue", lambda _tx, **_: listed)
    assert chase_returns(app) == 1
    with app.db.read() as tx:
        assert [t.ref for t in tasks.of_case(tx, case)] == [f"document {late[0]}"]


def test_broken_template_stops_the_start(desk, tmp_path):
    own = tmp_path / "templates"
    own.mkdir()
    (own / "reminder_letter.typ").write_text("#let x = (")
    desk.office.app = replace(desk.office.app, renderer=Renderer(own))
    with pytest.raises(BadInput, match=r"reminder_letter\.typ, line 1"):
        check_templates(desk.office.app)


def test_file_holds_parties_claims_attempts_papers_and_the_head_of_the_log(either_desk):
    desk = either_desk
    case = desk.mill()
    desk.post(case, "callback_fax", "fax_mail")
    letter = desk.write(case)
    desk.round()
    head = desk.office.log(case)[-1]
    made = write_dossier(desk.office.app, case, actor="anna")
    said = words(desk, made.document_id)
    for part in ("Baustoff Klar GmbH", "Mühlweg 3", "R-5101", "Fax", "gesendet", "Bitte um Rückruf", "de 2026.11"):
        assert part in said
    assert desk.document(letter).sha256 in said.replace(" ", "")
    assert f"Die Akte hat {head.seq} Vermerke" in said
    assert desk.office.log(case)[-1].kind == "document.written"


def test_case_file_is_sent_to_nobody(desk):
    case = desk.mill()
    made = write_dossier(desk.office.app, case, actor="anna")
    with pytest.raises(BadInput, match="is a case file"):
        desk.queue(made.document_id, Transport.PRINT)
