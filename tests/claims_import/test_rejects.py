from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.claims_file.columns import COLUMNS
from dialer.claims_file.rejects import neutral
from dialer.core.errors import BadInput

HOSTILE = ["=1+1", "+1+1", "-1+1", "@SUM(1)", '=HYPERLINK("http://x";"y")', "\t=1", "'quoted", " spaced "]


@pytest.fixture
def hostile(anna):
    """Rows rejected for their amount, each with a name that a spreadsheet might run."""
    return [anna | {"debtor_name": text, "amount": "abc", "claim_reference": f"F{n}"} for n, text in enumerate(HOSTILE)]


def test_an_xlsx_gives_an_xlsx_with_neutral_text(sqlite_db, run, anna, hostile, tmp_path):
    rows = [anna, *hostile, anna | {"invoice_date": datetime(2026, 10, 1), "phone": 491510000000}]  # noqa: DTZ001 - Excel's dates have no zone
    path = tmp_path / "formulas.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(COLUMNS)
    for number, row in enumerate(rows, start=2):
        sheet.append([row.get(column) for column in COLUMNS])
        sheet.cell(number, COLUMNS.index("debtor_name") + 1).data_type = "s"
    book.save(path)
    rejects = tmp_path / "rejects.xlsx"
    result = run(sqlite_db, path=path, rejects_path=rejects)
    assert result.rejects_path == rejects
    written = list(openpyxl.load_workbook(rejects).worksheets[0].iter_rows())
    assert [cell.value for cell in written[0]] == [*COLUMNS, "line", "column", "reason"]
    names = [row[COLUMNS.index("debtor_name")] for row in written[1:]]
    assert [cell.value for cell in names[:-1]] == HOSTILE
    assert {(cell.data_type, cell.number_format, cell.quotePrefix) for cell in names} == {("s", "@", True)}
    last = written[-1]
    assert last[COLUMNS.index("invoice_date")].value == datetime(2026, 10, 1)  # noqa: DTZ001
    assert last[COLUMNS.index("phone")].value == 491510000000
    assert [cell.value for cell in last[-3:-1]] == [11, "phone"]


def test_a_csv_gives_a_csv_with_apostrophes_where_they_are_needed(sqlite_db, run, anna, tmp_path):
    bad = anna | {"debtor_name": "=1+1", "amount": "-5", "phone": "+493023125001", "note": "+49 30"}
    rejects = tmp_path / "rejects.csv"
    run(sqlite_db, anna, bad, name="claims.csv", rejects_path=rejects)
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file, delimiter=";")
    assert (row["debtor_name"], row["amount"], row["phone"], row["note"]) == (
        "'=1+1",
        "'-5",
        "+493023125001",
        "'+49 30",
    )
    assert (row["line"], row["column"]) == ("3", "amount")
    assert "credit notes" in row["reason"]


@pytest.mark.parametrize("name", ["claims.csv", "claims.xlsx"])
def test_a_rejects_file_can_be_read_again_and_is_the_same(sqlite_db, run, hostile, name, tmp_path):
    rows = [row for row in hostile if not row["debtor_name"].startswith("=")] if name.endswith("xlsx") else hostile
    first, second = (tmp_path / f"{word}{Path(name).suffix}" for word in ("first", "second"))
    run(sqlite_db, *rows, name=name, rejects_path=first)
    result = run(sqlite_db, path=first, rejects_path=second)
    assert result.rejected == len(rows)
    if name.endswith("csv"):
        assert first.read_text(encoding="utf-8-sig").splitlines() == second.read_text(encoding="utf-8-sig").splitlines()


def test_a_mended_rejects_file_is_imported(sqlite_db, run, anna, tmp_path):
    rejects = tmp_path / "rejects.csv"
    run(sqlite_db, anna | {"amount": "abc"}, name="claims.csv", rejects_path=rejects)
    rejects.write_text(rejects.read_text(encoding="utf-8-sig").replace("abc;", "5,00;"), encoding="utf-8")
    assert run(sqlite_db, path=rejects).new_claims == 1


def test_without_rejections_there_is_no_file(sqlite_db, run, anna, tmp_path):
    result = run(sqlite_db, anna, rejects_path=tmp_path / "rejects.xlsx")
    assert result.rejects_path is None
    assert not (tmp_path / "rejects.xlsx").exists()


def test_headings_of_the_input_are_kept_and_named(sqlite_db, run, tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text(
        "Kundennr;Firma;Forderung;Rechnungsdatum;Fällig am;Betrag;Gläubiger\n1;A;F;x;x;1,234;acme\n", "utf-8"
    )
    rejects = tmp_path / "rejects.csv"
    result = run(sqlite_db, path=path, rejects_path=rejects)
    assert result.rejections[0].column == "Rechnungsdatum, Fällig am, Betrag"
    assert rejects.read_text(encoding="utf-8-sig").startswith(
        "Kundennr;Firma;Forderung;Rechnungsdatum;Fällig am;Betrag;"
    )


def test_a_shifted_row_keeps_its_surplus(sqlite_db, run, tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text("Kundennr,Firma,Forderung,Rechnungsdatum,Fällig am,Betrag\n1,Schmidt, Anna,F,x,x,1\n", "utf-8")
    rejects = tmp_path / "rejects.csv"
    run(sqlite_db, path=path, rejects_path=rejects)
    assert rejects.read_text(encoding="utf-8-sig").splitlines()[1].endswith(",1")


def test_the_claims_file_is_never_its_own_rejects_file(sqlite_db, run, anna, write_file):
    path = write_file(anna, name="claims.csv")
    with pytest.raises(BadInput, match="must not be the claims file"):
        run(sqlite_db, path=path, rejects_path=path)


def test_the_rejects_file_has_the_format_of_the_input(sqlite_db, run, anna, tmp_path):
    with pytest.raises(BadInput, match="has the format"):
        run(sqlite_db, anna, rejects_path=tmp_path / "rejects.csv")


@given(st.text(max_size=20))
def test_no_csv_cell_starts_a_formula_unless_it_is_a_number(value: str):
    written = neutral(value)
    assert written in (value, f"'{value}")
    assert not written.startswith(("=", "@", "-", "\t", "\r"))
    assert not written.startswith("+") or written[1:].isdecimal()


def test_a_row_with_broken_quotation_marks_keeps_its_text(sqlite_db, run, tmp_path):
    path = tmp_path / "claims.csv"
    head = "Kundennr;Firma;Forderung;Rechnungsdatum;Fällig am;Betrag"
    path.write_text(f'{head}\n1;"An"na;F1;x;y;2\n2;"Berta;F2;x;y;2\n', "utf-8")
    rejects = tmp_path / "rejects.csv"
    run(sqlite_db, path=path, rejects_path=rejects)
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["Kundennr"], row["line"]) for row in csv.DictReader(file, delimiter=";")]
    assert rows == [('1;"An"na;F1;x;y;2', "2"), ('2;"Berta;F2;x;y;2', "3")]
