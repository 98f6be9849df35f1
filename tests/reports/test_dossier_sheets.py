"""The case's workbook as a file: formats, words, and nothing that is not text, number or time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from dialer.core.agreement import RateState
from dialer.core.case import CaseStatus, DebtorType, PhoneState
from dialer.core.casework import (
    AgreementKind,
    AgreementState,
    DeliveryState,
    DocumentKind,
    DocumentState,
    TaskState,
    Transport,
)
from dialer.reports.dossier import TABLES, Book, write_dossier_book
from dialer.reports.texts import Texts

NOW = datetime(2026, 12, 1, 7, 5, tzinfo=UTC)
ABOUT = [
    *("as_of", "creditor", "debtor", "reference", "type", "address", "status", "stage", "holds", "assigned_to"),
    *("contact", "open", "statement", "attempts", "log", "operator"),
]


def written(language="de", digits=2, about=None, contacts=(), **tables):
    out = BytesIO()
    write_dossier_book(
        Book(
            title="Akte 7 & Co",
            language=language,
            operator="Musterkanzlei",
            now=NOW,
            digits=digits,
            about=about or dict.fromkeys(ABOUT, "x"),
            contacts=contacts,
            tables=dict.fromkeys(TABLES, ()) | tables,
        ),
        out,
    )
    return out.getvalue()


def sheet(name, **book):
    return load_workbook(BytesIO(written(**book)))[name]


@pytest.mark.parametrize(("digits", "shown"), [(0, "#,##0"), (2, "#,##0.00"), (3, "#,##0.000")])
def test_amounts_are_exact_numbers_in_the_decimals_of_their_currency(digits, shown):
    row = {"claim": "0012", "amount": Decimal("1234567890123.45"), "due_date": date(2026, 10, 31), "disputed": "nein"}
    found = sheet("Forderungen", digits=digits, claims=[row])
    assert (found["E2"].value, found["E2"].number_format) == (1234567890123.45, shown)
    assert (found["A2"].value, found["A2"].data_type) == ("0012", "s")
    assert (found["D2"].value, found["D2"].number_format) == (datetime(2026, 10, 31), "dd.mm.yyyy")  # noqa: DTZ001 - a day
    assert found["F2"].value is None


def test_small_amount_is_written_without_an_exponent():
    content = written(payments=[{"amount": Decimal("0.0000001")}])
    assert b"<v>0.0000001</v>" in ZipFile(BytesIO(content)).read("xl/worksheets/sheet6.xml")


def test_text_that_begins_like_a_formula_stays_text_everywhere():
    rows = {key: [{column.key: "=1+1" for column in columns}] for key, columns in TABLES.items()}
    contact = {"contact": "=1+1", "level": "=1+1", "numbers": "=1+1"}
    content = written(about=dict.fromkeys(ABOUT, "=1+1"), contacts=[contact], **rows)
    archive = ZipFile(BytesIO(content))
    names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert len(names) == 8
    assert not any(b"<f>" in archive.read(name) for name in names)
    book = load_workbook(BytesIO(content))
    texts = [cell for found in book for row in found.iter_rows() for cell in row if cell.value == "=1+1"]
    assert len(texts) == len(ABOUT) + 3 + sum(len(columns) for columns in TABLES.values())
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in texts)


def test_rows_are_as_high_as_their_text():
    found = sheet("Vermerke", log=[{"facts": "a\nb\nc"}, {"facts": "d" * 150}, {"facts": "short"}])
    assert [found.row_dimensions[row].height for row in (2, 3, 4)] == [40.5, 40.5, None]


def test_sheets_print_under_the_cases_name():
    found = sheet("Zahlungen")
    assert found.oddFooter.left.text == "Akte 7 && Co \N{MIDDLE DOT} &A"
    assert (found.freeze_panes, found.auto_filter.ref) == ("A2", "A1:G1")


def test_same_book_makes_the_same_bytes():
    assert written() == written()


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("debtor", DebtorType),
        ("status", CaseStatus),
        ("phone", PhoneState),
        ("agreement", AgreementKind),
        ("agreement_state", AgreementState),
        ("rate_state", RateState),
        ("step", DocumentKind),
        ("document_state", DocumentState),
        ("task_state", TaskState),
        ("transport", Transport),
        ("delivery_state", DeliveryState),
    ],
)
def test_every_word_of_case_work_has_a_translation(language, kind, words):
    texts = Texts(language)
    assert [texts(f"{kind}.{word.value}") for word in words] == [texts.word(kind, word.value) for word in words]
