"""A spreadsheet's row to a payment, or to a rejection that says where and why."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from dialer.claims_file.rows import RawRow, Rejection
from dialer.core.errors import BadInput
from dialer.payments_file.parsing import parse_payment
from dialer.payments_file.reading import open_payments
from dialer.payments_file.rows import PaymentDefaults, PaymentRow

TODAY = date(2026, 11, 24)
DEFAULTS = PaymentDefaults(creditors=frozenset({"acme", "beta"}), today=TODAY)
RIGHT = {
    "creditor": "acme",
    "claim_reference": "F1",
    "date": "20.11.2026",
    "amount": "1.250,50",
    "currency": "EUR",
    "text": "Rechnung F1",
    "payer": "Anna Schmidt",
    "id": "B-77",
}


def parse(defaults=DEFAULTS, **cells):
    cells = {column: value for column, value in (RIGHT | cells).items() if value is not None}
    return parse_payment(RawRow(7, tuple(cells.values()), cells), defaults)


def refused(**cells):
    found = parse(**cells)
    assert isinstance(found, Rejection)
    return found.line, found.column, found.reason


def test_every_column_is_read():
    assert parse() == PaymentRow(
        line=7,
        creditor="acme",
        claim_reference="F1",
        paid_on=date(2026, 11, 20),
        amount_minor=125_050,
        currency="EUR",
        text="Rechnung F1",
        payer="Anna Schmidt",
        key="B-77",
        own_id=True,
    )


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("-12,00", -1_200), ("'-12,00", -1_200), (12.5, 1_250), (-3, -300), ("0,01", 1), ("12,00 €", 1_200)],
)
def test_money_that_goes_back_is_negative(amount, minor):
    assert parse(amount=amount).amount_minor == minor


def test_empty_currency_is_the_house_s_and_a_text_stands_in():
    found = parse(currency=None, text=None, payer=None)
    assert (found.currency, found.text, found.payer) == ("EUR", "F1", "")


def test_row_without_an_id_is_known_by_what_it_says():
    first, again, other = parse(id=None), parse(id=None), parse(id=None, amount="1.250,51")
    assert first.key == again.key != other.key
    assert first.key.startswith("row:")
    assert not first.own_id


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"date": None}, "date", "is missing"),
        ({"date": "11/20/2026"}, "date", "'11/20/2026' is no date; write DD.MM.YYYY or YYYY-MM-DD"),
        ({"date": "02.12.2026"}, "date", "is too far in the future: 2026-12-02"),
        ({"amount": None}, "amount", "is missing"),
        ({"amount": "0,00"}, "amount", "the amount is zero"),
        ({"amount": "viel"}, "amount", "'viel' is no amount"),
        (
            {"amount": "1.250"},
            "amount",
            "'1.250' is ambiguous (thousands or decimals?); write it with decimals, such as 1234.00",
        ),
        ({"amount": "0,255"}, "amount", "'0,255' has more decimals than EUR has, or is too large"),
        ({"currency": "Taler"}, "currency", "'Taler' is no ISO currency such as EUR"),
        ({"creditor": "gamma"}, "creditor", "'gamma' is unknown; known are: acme, beta"),
        ({"creditor": None}, "creditor", "is missing"),
        ({"payer": "Anna\x07"}, "payer", "holds invisible control characters"),
        ({"id": "x" * 81}, "id", "longer than 80 characters"),
        ({"date": None, "amount": "viel"}, "date, amount", "date: is missing; amount: 'viel' is no amount"),
    ],
)  # fmt: skip
def test_row_that_is_wrong_is_refused_with_column_and_reason(cells, column, reason):
    assert refused(**cells) == (7, column, reason)


def test_date_may_be_a_week_ahead_as_banks_book():
    assert parse(date="01.12.2026").paid_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    "defaults",
    [
        PaymentDefaults(creditors=frozenset({"acme"}), today=TODAY),
        PaymentDefaults(creditors=frozenset({"acme", "beta"}), creditor="acme", today=TODAY),
    ],
)
def test_creditor_may_be_clear_without_being_named(defaults):
    assert parse(defaults, creditor=None).creditor == "acme"


def test_reasons_are_german_in_a_german_office():
    defaults = PaymentDefaults(creditors=frozenset({"acme"}), today=TODAY, language="de")
    found = parse(defaults, amount="0")
    assert (found.column, found.reason) == ("amount", "Betrag ist null")


# --- files -----------------------------------------------------------------------------------------------------------


def csv_file(folder: Path, *lines: str, name: str = "payments.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rows_of(path: Path):
    with open_payments(path) as source:
        return [(raw.line, dict(raw.cells)) for raw in source]


GERMAN = "Mandant;Forderungsnummer;Buchungstag;Betrag;Währung;Verwendungszweck;Auftraggeber;Kennung"
ENGLISH = "creditor,claim reference,booking date,amount,currency,reference,payer,id"


def test_german_and_english_headings_mean_the_same(tmp_path):
    cells = {
        "creditor": "acme",
        "claim_reference": "F1",
        "date": "2026-11-20",
        "amount": "5.00",
        "currency": "EUR",
        "text": "danke",
        "payer": "Anna",
        "id": "B1",
    }
    values = list(cells.values())
    german = csv_file(tmp_path, GERMAN, ";".join(values), name="german.csv")
    english = csv_file(tmp_path, ENGLISH, ",".join(values), name="english.csv")
    assert rows_of(german) == rows_of(english) == [(2, cells)]


def test_workbook_keeps_its_dates_and_figures(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Forderung", "Datum", "Betrag"], ["F1", datetime(2026, 11, 20), 12.5], [], ["F2", None, -3]):  # noqa: DTZ001 - Excel knows no zones
        book.worksheets[0].append(row)
    path = tmp_path / "payments.xlsx"
    book.save(path)
    assert rows_of(path) == [
        (2, {"claim_reference": "F1", "date": datetime(2026, 11, 20), "amount": 12.5}),  # noqa: DTZ001
        (4, {"claim_reference": "F2", "date": None, "amount": -3}),
    ]


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("Betrag;Datum;Soll/Haben;Forderung", "column 3: the heading 'Soll/Haben' is unknown."),
        ("Betrag;Datum", "a column that says what was paid for is missing: claim_reference or text"),
        ("Datum;Forderung", "these columns are missing: amount"),
        ("Betrag;Datum;Valuta;Forderung", "the headings 'Datum' and 'Valuta' both mean date"),
        ("", "no line with headings found"),
    ],
)
def test_headings_that_are_not_understood_are_refused(tmp_path, heading, message):
    with pytest.raises(BadInput, match=message.replace("(", r"\(")):
        rows_of(csv_file(tmp_path, heading))


def test_file_of_another_kind_is_refused(tmp_path):
    for name, content, message in (
        ("payments.pdf", b"%PDF-1.7", "neither .xlsx nor .csv nor CAMT.053"),
        ("payments.xlsx", b"Betrag;Datum", "is called .xlsx but is no Excel workbook"),
        ("payments.csv", b"PK\x03\x04", "is called .csv but is an Excel workbook"),
        ("payments.xls", bytes.fromhex("d0cf11e0a1b11ae1"), "protected by a password"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadInput, match=message):
            rows_of(tmp_path / name)
    with pytest.raises(BadInput, match="file not found"):
        rows_of(tmp_path / "missing.csv")
