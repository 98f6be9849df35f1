"""Payments from the file to the case: matched, booked once, unmatched, refused, reversed; calls of who paid stop."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from office_kit import ERIKA, KARL, Office

from dialer.actions.dispose import dispose
from dialer.actions.import_payments import PaymentsResult, assign_payment, import_payments, payment_defaults
from dialer.core.disposition import Report
from dialer.core.errors import BadInput, NotFound
from dialer.core.outcome import Disposition, Outcome
from dialer.payments_file.reading import open_payments
from dialer.storage import payments
from dialer.storage.tables import cases, claims

IBAN = "DE02120300000000202051"
HEADINGS = "Forderungsnummer;Buchungstag;Betrag;Währung;Verwendungszweck;Auftraggeber;Kennung"


def file(office: Office, *rows: str, name: str = "zahlungen.csv") -> Path:
    path = office.folder / name
    path.write_text("\n".join((HEADINGS, *rows)) + "\n", encoding="utf-8")
    return path


def bring(office: Office, path: Path, *, rejects: bool = False, creditor: str | None = None) -> PaymentsResult:
    app = office.app
    defaults = replace(payment_defaults(app.config, creditor=creditor, now=app.clock.now()), language="en")
    with open_payments(path, accounts={IBAN: "muster"}) as source:
        to = office.folder / "rejects.csv" if rejects else None
        return import_payments(app, source, defaults=defaults, actor="import", rejects_path=to)


def take(office: Office, *rows: str, **how: Any) -> PaymentsResult:
    return bring(office, file(office, *rows), **how)


def counts(result: PaymentsResult) -> tuple[int, int, int, int]:
    return result.booked, result.known, result.unmatched, result.rejected


def paid(office: Office, case: int) -> int:
    with office.app.db.read() as tx:
        return int(tx.execute(claims.select().where(claims.c.case_id == case)).one().paid_minor)


def waiting(office: Office) -> list[payments.StoredPayment]:
    with office.app.db.read() as tx:
        return list(payments.unmatched(tx))


def test_payment_is_booked_and_told_in_the_case(either_office: Office) -> None:
    office = either_office
    erika = office.case(ERIKA)
    result = take(office, ";23.11.2026;50,00;EUR;Rechnung R-5001 danke;Erika Beispiel;B-1")
    assert (counts(result), result.settled) == ((1, 0, 0, 0), [])
    assert paid(office, erika) == 5_000
    noted = office.entry(erika, "payment.booked")
    assert noted.actor == "import"
    assert noted.facts == {
        "payment_id": 1,
        "claim_id": 1,
        "amount_minor": 5_000,
        "currency": "EUR",
        "paid_on": "2026-11-23",
        "key": "068205def3d5f3c2",
        "source": "csv",
        "open_minor": 7_000,
        "surplus_minor": 0,
    }
    assert noted.personal == {
        "claim": "F-D-5001-Erika Beispiel",
        "payer": "Erika Beispiel",
        "text": "Rechnung R-5001 danke",
    }
    assert office.row(erika).next_reason == "paid"
    office.tick()
    assert office.row(erika).next_reason.startswith("collection_call first_call")


@pytest.mark.parametrize("place", ["Forderung", "Text"])
@pytest.mark.parametrize("name", ["R-5001", "r-5001", "F-D-5001-Erika Beispiel", "F-D-5001-ERIKA BEISPIEL"])
def test_claim_is_named_by_reference_or_invoice_number(office: Office, place: str, name: str) -> None:
    erika = office.case(ERIKA)
    row = f"{name};23.11.2026;50,00;EUR;;;" if place == "Forderung" else f";23.11.2026;50,00;EUR;zu {name}.;;"
    assert counts(take(office, row)) == (1, 0, 0, 0)
    assert paid(office, erika) == 5_000


def test_the_same_file_twice_changes_nothing(either_office: Office) -> None:
    office = either_office
    erika = office.case(ERIKA)
    rows = ("R-5001;23.11.2026;50,00;EUR;;Erika;B-1", "R-5001;23.11.2026;10,00;EUR;;Erika;")
    assert counts(take(office, *rows)) == (2, 0, 0, 0)
    log = office.log(erika)
    assert counts(take(office, *rows)) == (0, 2, 0, 0)
    # a longer list that overlaps: only what is new is booked
    assert counts(take(office, *rows, "R-5001;24.11.2026;5,00;EUR;;Erika;B-2")) == (1, 2, 0, 0)
    assert paid(office, erika) == 6_500
    assert office.log(erika)[:-1] == log


def test_row_that_stands_twice_is_not_booked_twice(office: Office) -> None:
    erika = office.case(ERIKA)
    same = "R-5001;23.11.2026;50,00;EUR;;Erika;"
    result = take(office, same, same)
    assert counts(result) == (1, 0, 0, 1)
    assert [(r.line, r.column, r.reason) for r in result.rejections] == [
        (3, "Kennung", "is the same as line 2; if these are two payments, each needs an id of its own")
    ]
    assert paid(office, erika) == 5_000


def test_id_that_is_given_to_two_payments_is_refused(office: Office) -> None:
    erika = office.case(ERIKA)
    rows = (
        "R-5001;23.11.2026;50,00;EUR;;;B-1",
        "R-5001;23.11.2026;50,00;EUR;;;B-1",
        "R-5001;23.11.2026;51,00;EUR;;;B-1",
    )
    result = take(office, *rows)
    assert counts(result) == (1, 1, 0, 1)
    reason = "the id 'B-1' already belongs to another payment: €50.00 of 2026-11-23"
    assert result.rejections[0].reason == reason
    again = take(office, rows[2])
    assert (counts(again), again.rejections[0].reason) == ((0, 0, 0, 1), reason)
    assert paid(office, erika) == 5_000


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (";23.11.2026;50,00;EUR;Danke für alles;Erika;", "names no claim of this creditor"),
        ("F-404;23.11.2026;50,00;EUR;R-5001;Erika;", "claim 'F-404' is unknown"),
        (
            ";23.11.2026;50,00;EUR;R-5001 und R-5002;Erika;",
            "names several claims: F-D-5001-Erika Beispiel, F-D-5002-Karl",
        ),
        ("R-5001;23.11.2026;-50,00;EUR;;;", "takes back more than was paid on claim F-D-5001-Erika Beispiel"),
    ],
)
def test_payment_that_belongs_to_nobody_waits(office: Office, row: str, why: str) -> None:
    erika, karl = office.case(ERIKA), office.case(KARL, name="Karl")
    result = take(office, row)
    assert (counts(result), result.open_questions) == ((0, 0, 1, 0), [(2, why)])
    (stored,) = waiting(office)
    assert (stored.case_id, stored.claim_id, stored.paid_on) == (None, None, date(2026, 11, 23))
    assert (paid(office, erika), paid(office, karl)) == (0, 0)
    assert counts(take(office, row)) == (0, 1, 0, 0)


def test_somebody_says_whose_it_is(either_office: Office) -> None:
    office = either_office
    erika = office.case(ERIKA)
    take(office, ";23.11.2026;120,00;EUR;Danke;Erika;")
    (stored,) = waiting(office)
    booked = assign_payment(office.app, stored.id, "F-D-5001-Erika Beispiel", actor="anna")
    assert (booked.case_id, paid(office, erika), waiting(office)) == (erika, 12_000, [])
    assert office.entry(erika, "payment.booked").actor == "anna"
    office.tick()
    assert office.row(erika).next_reason == "paid"
    with pytest.raises(BadInput, match=f"payment {stored.id} is booked already, on case {erika}"):
        assign_payment(office.app, stored.id, "F-D-5001-Erika Beispiel", actor="anna")
    assert paid(office, erika) == 12_000


def test_assigning_what_does_not_fit_is_refused(office: Office) -> None:
    office.case(ERIKA)
    take(office, ";23.11.2026;50,00;USD;Danke;;", ";23.11.2026;-50,00;EUR;Danke;;")
    dollars, back = waiting(office)
    reference = "F-D-5001-Erika Beispiel"
    with pytest.raises(BadInput, match=f"paid in USD, but claim {reference} is in EUR"):
        assign_payment(office.app, dollars.id, reference, actor="anna")
    with pytest.raises(BadInput, match="takes back more than was paid"):
        assign_payment(office.app, back.id, reference, actor="anna")
    with pytest.raises(NotFound, match='creditor muster has no claim "F-404"'):
        assign_payment(office.app, back.id, "F-404", actor="anna")
    with pytest.raises(NotFound, match="there is no payment 99"):
        assign_payment(office.app, 99, reference, actor="anna")
    assert len(waiting(office)) == 2


def test_payment_in_another_currency_is_refused_and_can_be_mended(office: Office) -> None:
    erika = office.case(ERIKA)
    result = take(office, "R-5001;23.11.2026;50,00;USD;;Erika;B-1", rejects=True)
    reason = "paid in USD, but claim F-D-5001-Erika Beispiel is in EUR"
    assert counts(result) == (0, 0, 0, 1)
    assert [(r.line, r.column, r.reason) for r in result.rejections] == [(2, "Währung", reason)]
    assert (paid(office, erika), waiting(office), office.log(erika)) == (0, [], [])
    assert result.rejects_path is not None
    with result.rejects_path.open(encoding="utf-8-sig") as rejected:
        rows = list(csv.reader(rejected, delimiter=";"))
    assert rows[1] == ["R-5001", "23.11.2026", "50,00", "USD", "", "Erika", "B-1", "2", "Währung", reason]
    mended = office.folder / "mended.csv"
    mended.write_text(result.rejects_path.read_text(encoding="utf-8-sig").replace("USD", "EUR", 1), encoding="utf-8")
    assert counts(bring(office, mended)) == (1, 0, 0, 0)
    assert paid(office, erika) == 5_000


def test_more_than_was_owed_stays_on_the_payment_and_is_listed(office: Office) -> None:
    erika = office.case(ERIKA)
    reference = "F-D-5001-Erika Beispiel"
    result = take(office, "R-5001;23.11.2026;100,00;EUR;;;B-1", "R-5001;24.11.2026;50,00;EUR;;;B-2")
    assert (result.surplus, result.settled) == ([(3, reference, 3_000, "EUR")], [erika])
    assert office.entry(erika, "payment.booked").facts["surplus_minor"] == 3_000
    assert office.entry(erika, "payment.booked").facts["open_minor"] == 0
    with office.app.db.read() as tx:
        (too_much,) = payments.overpaid(tx)
    assert (too_much.case_id, too_much.reference, too_much.surplus_minor) == (erika, reference, 3_000)
    # the surplus goes back: the claim stays paid
    take(office, "R-5001;24.11.2026;-30,00;EUR;;;B-3")
    with office.app.db.read() as tx:
        assert payments.overpaid(tx) == []
    assert paid(office, erika) == 12_000


def test_reversal_makes_the_claim_owed_again(office: Office) -> None:
    erika = office.case(ERIKA)
    take(office, "R-5001;23.11.2026;120,00;EUR;;;B-1")
    office.tick()
    assert office.row(erika).next_reason == "paid"
    take(office, "R-5001;24.11.2026;-120,00;EUR;Rücklastschrift;;B-2")
    office.tick()
    assert paid(office, erika) == 0
    assert office.row(erika).next_reason.startswith("collection_call")
    assert office.alarms() == []


def test_reversal_on_a_case_that_is_not_dialled_is_told_to_a_person(office: Office) -> None:
    erika = office.case(ERIKA)
    take(office, "R-5001;23.11.2026;120,00;EUR;;;B-1")
    with office.app.db.write() as tx:
        tx.execute(cases.update().values(status="closed"))
    take(office, "R-5001;24.11.2026;-120,00;EUR;;;B-2")
    assert office.alarm_text("payment.reversed") == (
        f"case {erika} is closed, and a payment of it went back: look at it"
    )


def test_payment_stops_a_ringing_call_at_once(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick(2)
    office.run(2)
    result = take(office, "R-5001;24.11.2026;120,00;EUR;;;B-1")
    assert result.settled == [erika]
    office.run(60)
    assert office.attempt(erika).call.outcome in {Outcome.CANCELLED, Outcome.NO_ANSWER}
    assert not office.met_collector(ERIKA)
    office.live(120)
    assert len(office.calls_to(ERIKA)) == 1
    assert office.row(erika).next_reason == "paid"


def test_part_of_the_debt_stops_no_call(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick(2)
    office.run(2)
    take(office, "R-5001;24.11.2026;119,99;EUR;;;B-1")
    office.run(300)
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED


def test_import_sees_that_a_promise_was_kept(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(300)
    report = Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=12_000, on=date(2026, 11, 27))
    dispose(office.app, office.attempt(erika).id, report, actor="anna")
    result = take(office, "R-5001;24.11.2026;120,00;EUR;;;B-1")
    assert result.agreements.kept == (1,)
    assert office.kinds(erika)[-3:] == ["payment.booked", "agreement.kept", "hold.lifted"]


def test_two_creditors_keep_their_numbers_apart(make_office: Any) -> None:
    more = """
[[creditor]]
key = "zweite"
name = "Zweite GmbH"
neutral_name = "Zweite GmbH"
caller_id = "+493023125000"
agent_name = "Anna Berger"
callback_hours = { de = "Montag bis Freitag von 9 bis 17 Uhr" }
"""
    office: Office = make_office(more_config=more)
    erika = office.case(ERIKA)
    row = "R-5001;23.11.2026;50,00;EUR;;Erika;B-1"
    result = take(office, row)
    assert (counts(result), result.rejections[0].reason) == ((0, 0, 0, 1), "is missing")
    assert counts(take(office, row, creditor="zweite")) == (0, 0, 1, 0)
    assert counts(take(office, row, creditor="muster")) == (1, 0, 0, 0)
    assert paid(office, erika) == 5_000
    with pytest.raises(BadInput, match='there is no creditor "dritte"; known are: muster, zweite'):
        take(office, row, creditor="dritte")


STATEMENT = """<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>{id}</Id>
<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>{entries}</Stmt></BkToCstmrStmt></Document>"""
ENTRY = """
<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{mark}<Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-11-23</Dt></BookgDt><AcctSvcrRef>{ref}</AcctSvcrRef><NtryDtls><TxDtls>
<RltdPties><Dbtr><Pty><Nm>Erika Beispiel</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""


def entry(amount: str, ref: str, text: str = "Rechnung R-5001", way: str = "CRDT", mark: str = "") -> str:
    return ENTRY.format(amount=amount, ref=ref, text=text, way=way, mark=mark)


def statement(office: Office, *entries: str, name: str = "S1") -> Path:
    path = office.folder / f"{name}.xml"
    path.write_text(STATEMENT.format(id=name, entries="".join(entries)), encoding="utf-8")
    return path


def test_bank_statements_that_overlap_are_booked_once(either_office: Office) -> None:
    office = either_office
    erika = office.case(ERIKA)
    first = entry("50.00", "B1")
    second = entry("70.00", "B2")
    returned = entry("70.00", "B3", way="DBIT", mark="<RvslInd>true</RvslInd>")
    ours = entry("999.00", "B4", way="DBIT")
    assert counts(bring(office, statement(office, first, second))) == (2, 0, 0, 0)
    assert paid(office, erika) == 12_000
    result = bring(office, statement(office, second, returned, ours, name="S2"))
    assert (counts(result), result.others) == ((1, 1, 0, 0), 1)
    assert paid(office, erika) == 5_000
    assert [e.facts["amount_minor"] for e in office.log(erika) if e.kind == "payment.booked"] == [5_000, 7_000, -7_000]
    assert office.entry(erika, "payment.booked").facts["source"] == "camt"


def test_rejected_bookings_of_a_statement_can_be_mended_in_a_spreadsheet(office: Office) -> None:
    erika = office.case(ERIKA)
    path = statement(office, entry("50.00", "B1").replace('Ccy="EUR"', 'Ccy="USD"'), entry("1.00", "B2"))
    result = bring(office, path, rejects=True)
    assert counts(result) == (1, 0, 0, 1)
    assert result.rejects_path is not None
    mended = office.folder / "mended.csv"
    mended.write_text(result.rejects_path.read_text(encoding="utf-8-sig").replace("USD", "EUR", 1), encoding="utf-8")
    assert counts(bring(office, mended)) == (1, 0, 0, 0)
    assert paid(office, erika) == 5_100
