"""Claims files written by hand, and a database to import them into."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dialer.actions.import_claims import ImportResult, import_claims
from dialer.claims_file.columns import COLUMNS
from dialer.claims_file.parsing import parse_row
from dialer.claims_file.reading import open_rows
from dialer.claims_file.rows import ImportDefaults, ImportRow, Number, RawRow, Rejection
from dialer.rules.number_plan import NumberProblem, line_type, to_e164
from dialer.storage.database import Database

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

Write = Callable[..., Path]
Run = Callable[..., ImportResult]
Parse = Callable[..., ImportRow | Rejection]

ANNA: Mapping[str, Any] = {
    "creditor": "acme",
    "debtor_reference": "K1",
    "debtor_name": "Anna Schmidt",
    "debtor_type": "Privatperson",
    "claim_reference": "F1",
    "invoice_date": "01.10.2026",
    "due_date": "15.10.2026",
    "amount": "100,00",
    "currency": "EUR",
    "phone": "030 23125001",
}

BERGMANN: Mapping[str, Any] = {
    **ANNA,
    "debtor_reference": "K2",
    "debtor_name": "Bergmann Metallbau GmbH",
    "debtor_type": "Firma",
    "claim_reference": "F2",
    "contact_name": "Dora Eichner",
    "contact_role": "Buchhaltung",
    "phone": "030 23125002",
}

DEFAULTS = ImportDefaults(creditors=frozenset({"acme", "beta"}), segments=frozenset({"private", "business", "vip"}))


@pytest.fixture
def anna() -> Mapping[str, Any]:
    """A private person with one claim and one telephone."""
    return ANNA


@pytest.fixture
def bergmann() -> Mapping[str, Any]:
    """A firm with one claim and its bookkeeper."""
    return BERGMANN


@pytest.fixture
def defaults() -> ImportDefaults:
    return DEFAULTS


@pytest.fixture
def parse() -> Parse:
    """Parses one row of cells, with the number plan as the import uses it."""

    def read_number(text: str, country: str) -> Number | str:
        found = to_e164(text, country=country)
        return found.text("en") if isinstance(found, NumberProblem) else Number(found, line_type(found))

    def go(cells: Mapping[str, Any], defaults: ImportDefaults = DEFAULTS) -> ImportRow | Rejection:
        return parse_row(RawRow(7, tuple(cells.values()), cells), defaults=defaults, read_number=read_number)

    return go


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def sqlite_db(sqlite_database_url: str) -> Iterator[Database]:
    database = Database(sqlite_database_url)
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def write_file(tmp_path: Path) -> Write:
    """Writes rows as .xlsx or .csv, by the ending of the name, with all columns in our order."""

    def write(*rows: Mapping[str, Any], name: str = "claims.xlsx") -> Path:
        path = tmp_path / name
        table = [list(COLUMNS), *([row.get(column) for column in COLUMNS] for row in rows)]
        if path.suffix == ".xlsx":
            book = openpyxl.Workbook()
            for row in table:
                book.worksheets[0].append(row)
            book.save(path)
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, delimiter=";").writerows(table)
        return path

    return write


@pytest.fixture
def run(write_file: Write, tmp_path: Path) -> Run:
    """Writes rows into a file and imports it."""

    def go(db: Database, *rows: Mapping[str, Any], name: str = "claims.xlsx", **options: Any) -> ImportResult:
        path = options.pop("path", None) or write_file(*rows, name=name)
        options = {"defaults": DEFAULTS, "now": NOW, "actor": "tester"} | options
        with open_rows(path) as source:
            return import_claims(db, source, **options)

    return go
