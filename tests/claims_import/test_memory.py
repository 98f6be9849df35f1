from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from dialer.claims_file.columns import COLUMNS

ROWS = 10_000
START = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from dialer.actions.import_claims import import_claims
from dialer.claims_file.reading import open_rows
from dialer.claims_file.rows import ImportDefaults
from dialer.storage.database import Database

def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

db = Database(sys.argv[1])
db.upgrade()
defaults = ImportDefaults(creditors=frozenset({"acme"}), segments=frozenset({"private"}))
with open_rows(Path(sys.argv[2])) as source:
    before = megabytes()
"""
IMPORT = """
    done = import_claims(db, source, defaults=defaults, now=datetime(2026, 11, 21, tzinfo=UTC), actor="t").new_claims
"""
READ = """
    done = sum(1 for _ in source)
"""


@pytest.fixture
def table():
    values = {"debtor_type": "consumer", "invoice_date": "2026-10-01", "due_date": "2026-10-15", "currency": "EUR"}
    rows = [
        values
        | {
            "debtor_reference": f"K{number}",
            "debtor_name": f"Debtor Number{number}",
            "claim_reference": f"F{number}",
            "amount": f"{number},50",
            "phone": f"030 {20_000_000 + number}",
        }
        for number in range(ROWS)
    ]
    return [COLUMNS, *([row.get(column) for column in COLUMNS] for row in rows)]


def growth(program: str, url: str, path: Path) -> int:
    """Megabytes a program of its own needs beyond its libraries."""
    program = START + program + "print(done, megabytes() - before)"
    done = subprocess.run([sys.executable, "-c", program, url, str(path)], check=True, capture_output=True, text=True)
    rows, megabytes = map(int, done.stdout.split())
    assert rows == ROWS
    return megabytes


def test_an_import_keeps_only_what_it_must_remember(sqlite_database_url, tmp_path, table):
    path = tmp_path / "claims.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    assert growth(IMPORT, sqlite_database_url, path) < 50


def test_a_workbook_is_read_as_a_stream(sqlite_database_url, tmp_path, table):
    path = tmp_path / "claims.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in table:
        sheet.append(row)
    book.save(path)
    assert growth(READ, sqlite_database_url, path) < 15
