"""The whole case as a workbook, read back from the file."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from dialer.actions.dispose import dispose
from dialer.actions.dossier_book import save_dossier_book
from dialer.core.agreement import Every
from dialer.core.disposition import Report
from dialer.core.errors import BadInput, NotFound
from dialer.core.outcome import Disposition
from dialer.storage import payments
from dialer.storage.payments import NewPayment
from tests.actions.office_kit import BERLIN

NOTE = "=HYPERLINK(1)"


def talked(desk, **said):
    """A fax went out on Tuesday; on Wednesday Frau Mahler was reached and agreed to pay, and some money came."""
    office = desk.office
    case = desk.mill()
    desk.post(case, "callback_fax", "fax_mail")
    desk.write(case)
    desk.round()
    office.run_to(datetime(2026, 11, 25, 9, 59, tzinfo=BERLIN))
    office.collector("anna")
    office.dial()
    office.run(400)
    said = {"disposition": Disposition.INSTALMENTS_AGREED, "amount_minor": 7_000, "on": date(2026, 12, 1), **said}
    report = Report(**said, every=Every.MONTH, spoken_to="Herr Krug", reason="Kurzarbeit")
    dispose(office.app, office.attempt(case).id, report, actor="anna", note=NOTE)
    now = office.clock.now()
    with office.app.db.write() as tx:
        words = {"reference": "Rechnung R-5101", "payer": "Frau Mahler", "source": "csv", "imported_at": now}
        new = NewPayment(creditor="muster", key="1", paid_on=now.date(), amount_minor=2_050, currency="EUR", **words)
        claim = payments.claim_by_reference(tx, "muster", "F-D-5101-Frau Mahler")
        payments.book(tx, payments.add(tx, new), 2_050, claim)
    return case


def saved(desk, case, name="akte.xlsx"):
    out = desk.office.folder / name
    digest = save_dossier_book(desk.office.app, case, out, actor="anna")
    assert hashlib.sha256(out.read_bytes()).hexdigest() == digest
    return out


def table(book, name):
    lines = list(book[name].iter_rows(values_only=True))
    return [{k: v for k, v in zip(lines[0], line, strict=True) if v is not None} for line in lines[1:]]


def test_each_part_of_the_case_has_its_sheet(either_desk):
    desk = either_desk
    case = talked(desk)
    book = load_workbook(saved(desk, case))
    assert book.sheetnames == [
        "Akte",
        "Forderungen",
        "Forderungsaufstellung",
        "Versuche",
        "Vereinbarungen",
        "Zahlungen",
        "Schriftstücke",
        "Vermerke",
    ]
    about = {row[0]: row[1] for row in book["Akte"].iter_rows(min_row=3, values_only=True) if row[0]}
    assert about["Schuldner"] == "Frau Mahler"
    assert about["Anschrift"] == "Mühlweg 3, 10115 Berlin, DE"
    assert about["Art des Schuldners"] == "Unternehmen"
    assert about["Offen (ohne Zinsen und Kosten)"] == "99,50 €"
    assert about["Sperren"].startswith("Ratenvereinbarung bis 07.01.2027 00:00 CET")
    assert about["Derzeit angesprochen"] == "Frau Mahler"
    assert [row[:3] for row in book["Akte"].iter_rows(values_only=True)][-1] == (
        "Frau Mahler",
        "1 Kreditorenbuchh.",
        "+493023125101 (brauchbar)\n+493023125109 (Fax)",
    )
    (claim,) = table(book, "Forderungen")
    assert (claim["Forderung"], claim["Betrag"], claim["Bezahlt"], claim["Offen"], claim["Währung"]) == (
        "F-D-5101-Frau Mahler", 120, 20.5, 99.5, "EUR",
    )  # fmt: skip
    assert claim["Rechnungsdatum"] == datetime(2026, 9, 1)  # noqa: DTZ001 - as Excel keeps a day
    statement = table(book, "Forderungsaufstellung")
    assert [(line["Vorgang"], line["Saldo"], line.get("Änderung")) for line in statement] == [
        ("Hauptforderung", 120, 120),
        ("Zahlung", 99.5, -20.5),
        ("Gesamt zum 25.11.2026", 99.5, None),
    ]


def test_attempts_say_with_whom_why_and_about_which_claim(desk):
    case = talked(desk)
    book = load_workbook(saved(desk, case))
    fax, call = table(book, "Versuche")
    assert fax["Beginn (Ortszeit des Angerufenen)"] == datetime(2026, 11, 24, 10)  # noqa: DTZ001 - wall clock
    assert {k: call[k] for k in ("Kanal", "Forderungen", "Gesprochen mit", "Grund", "Gesprächsergebnis")} == {
        "Kanal": "Anruf",
        "Forderungen": "F-D-5101-Frau Mahler",
        "Gesprochen mit": "Herr Krug",
        "Grund": "Kurzarbeit",
        "Gesprächsergebnis": "Raten vereinbart",
    }
    assert {k: fax[k] for k in ("Kanal", "Forderungen", "Ansprechpartner", "Rufnummer", "Schritt", "Ergebnis")} == {
        "Kanal": "Fax",
        "Forderungen": "F-D-5101-Frau Mahler",
        "Ansprechpartner": "Frau Mahler",
        "Rufnummer": "+493023125109",
        "Schritt": "Bitte um Rückruf",
        "Ergebnis": "gesendet",
    }


def test_agreements_payments_and_papers_are_listed(desk):
    case = talked(desk)
    book = load_workbook(saved(desk, case))
    rates = table(book, "Vereinbarungen")
    assert [(r["Rate"], r["Betrag"], r["Bezahlt"], r["Zustand"], r["Zustand der Rate"]) for r in rates] == [
        (1, 70, 20.5, "läuft", "teilweise bezahlt"),
        (2, 50, 0, "läuft", "offen"),
    ]
    (payment,) = table(book, "Zahlungen")
    assert (payment["Betrag"], payment["Forderung"], payment["Zahler"], payment["Verwendungszweck"]) == (
        20.5, "F-D-5101-Frau Mahler", "Frau Mahler", "Rechnung R-5101",
    )  # fmt: skip
    fax, letter = table(book, "Schriftstücke")
    assert (fax["Art"], fax["Zustand"], fax["Weg"], fax["Empfänger"], fax["Forderungen"]) == (
        "Bitte um Rückruf", "versandt", "Fax", "+493023125109", "F-D-5101-Frau Mahler",
    )  # fmt: skip
    assert fax["Zustand des Versands"] == "übergeben"
    assert fax["Nachweis oder Fehler"].startswith("250")
    assert (letter["Art"], letter["Zustand"]) == ("Zahlungserinnerung", "Entwurf")
    assert "Versand Nr." not in letter


def test_log_is_whole_and_text_stays_text(desk):
    case = talked(desk)
    before = desk.office.log(case)
    out = saved(desk, case)
    book = load_workbook(out)
    rows = table(book, "Vermerke")
    assert [(row["Nr."], row["Vermerk"]) for row in rows] == [(entry.seq, entry.kind) for entry in before]
    said = next(row for row in rows if row["Vermerk"] == "disposition")
    told = said["Personenbezogenes (löschbar)"].splitlines()
    assert sorted(told) == [f"note: {NOTE}", "reason: Kurzarbeit", "spoken_to: Herr Krug"]
    assert "amount_minor: 7000" in said["Tatsachen (durch den Hash gesichert)"].splitlines()
    intent = next(row for row in rows if row["Vermerk"] == "attempt.intent")
    assert intent["Personenbezogenes (löschbar)"].splitlines()[-1] == (
        "(Angaben, nach denen die Freigabe urteilte: im Vermerk)"
    )
    sheets = ZipFile(BytesIO(out.read_bytes()))
    assert not any(b"<f>" in sheets.read(name) for name in sheets.namelist() if "worksheets/" in name)


def test_name_like_a_formula_stays_a_name(desk):
    case = desk.office.business("+493023125101", name="=1+1")
    book = load_workbook(saved(desk, case))
    (cell,) = (c for row in book["Akte"].iter_rows() for c in row if c.value == "=1+1" and c.column == 1)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_who_made_it_stands_in_the_log(desk):
    case = desk.mill()
    out = saved(desk, case)
    entry = desk.office.log(case)[-1]
    assert (entry.kind, entry.actor) == ("dossier.saved", "anna")
    assert entry.facts == {"format": "xlsx", "sha256": hashlib.sha256(out.read_bytes()).hexdigest()}


def test_amount_that_cannot_be_stated_is_explained(desk):
    case = desk.mill()
    with desk.office.app.db.write() as tx:
        tx.exec_driver_sql(
            "insert into stages (case_id, stage, entered_on, facts, entered_at, entered_by) values"
            """ (1, 'telephone', '2026-11-01', '{"default_since": "2026-11-01"}', '2026-11-01 00:00:00', 'anna')"""
        )
    book = load_workbook(saved(desk, case))
    (line,) = table(book, "Forderungsaufstellung")
    assert "Basiszinssatz" in line["Vorgang"]
    assert "Saldo" not in line


def test_book_in_english(desk):
    app = desk.office.app
    english = app.config.operator.model_copy(update={"language": "en"})
    desk.office.app = replace(app, config=app.config.model_copy(update={"operator": english}))
    case = talked(desk)
    book = load_workbook(saved(desk, case))
    assert book.sheetnames == [
        "Case", "Claims", "Claim statement", "Attempts", "Agreements", "Payments", "Documents", "Log",
    ]  # fmt: skip
    assert book["Case"]["A1"].value == "Case file 1"


def test_book_of_nothing_is_refused(desk):
    with pytest.raises(NotFound, match="there is no case 9"):
        saved(desk, 9)
    case = desk.mill()
    with pytest.raises(BadInput, match="cannot be written"):
        saved(desk, case, "missing/akte.xlsx")
    assert "dossier.saved" not in desk.office.kinds(case)
