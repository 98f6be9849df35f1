"""A week of attempts by hand, and the workbook made of it, read back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from dialer.reports.attempts import AttemptRow, Head, write_report

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def row():
    """Make a row: Anna calls Frau Weber, head of accounting, and nobody answers."""

    def make(attempt_id=1, **values):
        usual = {
            "at": datetime(2026, 11, 3, 9, 15, 30, tzinfo=UTC),
            "zone": "Europe/Berlin",
            "claim": "F-100",
            "invoice": "RE 2026/100",
            "currency": "EUR",
            "creditor": "Stadtwerke Neustadt",
            "debtor": "Kornblume GmbH",
            "segment": "business",
            "contact": "Frau Weber",
            "role": "head_of_accounting",
            "level": 2,
            "number": "+493012345678",
            "channel": "call",
            "step": "collection_call",
            "outcome": "no_answer",
            "duration_seconds": 25,
            "collector": "anna",
            "verdict": "allow",
            "packs": ("de 2026.11",),
        }
        return AttemptRow(attempt_id=attempt_id, **usual | values)

    return make


@pytest.fixture
def head():
    """November, asked for on 1 December in Berlin."""

    def make(language="de", operator="Musterkanzlei", outdated=()):
        return Head(
            first=date(2026, 11, 1),
            last=date(2026, 11, 30),
            zone=BERLIN,
            language=language,
            operator=operator,
            now=datetime(2026, 12, 1, 7, 5, tzinfo=UTC),
            outdated=outdated,
        )

    return make


@pytest.fixture
def written(head):
    """Write rows and give back the bytes."""

    def write(rows, language="de", operator="Musterkanzlei", outdated=(), **options):
        out = BytesIO()
        write_report(iter(rows), out, head(language, operator, outdated), **options)
        return out.getvalue()

    return write


@pytest.fixture
def workbook(written):
    """Write rows and read the workbook back."""

    def make(rows, language="de", **options):
        return load_workbook(BytesIO(written(rows, language, **options)))

    return make


@pytest.fixture
def table():
    """A sheet as a list of dictionaries, or one column of it by its title."""

    def read(sheet, header_row=1):
        lines = sheet.iter_rows(min_row=header_row, values_only=True)
        titles = next(lines)
        return [dict(zip(titles, line, strict=True)) for line in lines]

    return read
