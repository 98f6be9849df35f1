"""How fast the report of attempts is, held against a bare openpyxl loop in the same run, and how much memory it takes.

The report reads its rows from a SQLite database; the bare loop writes as many columns of plain values that it has
at hand. `python scripts/bench_report.py [ROWS]` prints one line.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from openpyxl import Workbook

from dialer.actions.report_attempts import report_attempts
from dialer.rules.packs import load_law
from dialer.storage import tables
from dialer.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 3
COLUMNS = 18
START = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
DAYS = 300
OUTCOMES = ("no_answer", "no_answer", "connected", "voicemail_left", "busy", "voicemail_no_message", "bad_number")
VERDICT = {
    "verdict": "allow",
    "denials": [],
    "warnings": [{"rule": "DE-W1", "text": "caller ID is anonymised by some networks"}],
    "checked": ["DE-T1", "DE-T2", "DE-H1", "DE-F1", "DE-F2", "DE-F3"],
    "packs": ["de 2026.11"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Rows per second of both, repeat by repeat, and the peak memory of a process that writes one report."""

    rows: int
    report: tuple[float, ...]
    bare: tuple[float, ...]
    peak_mb: float
    peak_mb_tenth: float

    @property
    def ratios(self) -> tuple[float, ...]:
        """Report against bare loop, repeat by repeat."""
        return tuple(ours / theirs for ours, theirs in zip(self.report, self.bare, strict=True))

    def __str__(self) -> str:
        ratios = " ".join(f"{ratio:.2f}" for ratio in self.ratios)
        return (
            f"report: {self.rows:,} rows from the database, {max(self.report):,.0f} rows/s,"
            f" bare openpyxl loop {max(self.bare):,.0f} rows/s, ratios {ratios},"
            f" peak {self.peak_mb:.0f} MB ({self.peak_mb_tenth:.0f} MB for a tenth of the rows)"
        )


def measure(rows: int = 100_000) -> Figures:
    """Fill a database, then report and bare loop in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.sqlite3'}"
        fill(url, rows)
        report, bare = [], []
        for _ in range(REPEATS):
            bare.append(rows / _timed(lambda: write_bare(folder / "bare.xlsx", rows)))
            report.append(rows / _timed(lambda: _report_all(url, folder, rows)))
        return Figures(
            rows=rows,
            report=tuple(report),
            bare=tuple(bare),
            peak_mb=_peak(url, folder, DAYS),
            peak_mb_tenth=_peak(url, folder, DAYS // 10),
        )


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _report_all(url: str, folder: Path, rows: int) -> None:
    written = write_report(url, folder / "report.xlsx")
    if written != rows:
        raise RuntimeError(f"{written} rows in the report, {rows} in the database")


def write_bare(path: Path, rows: int) -> None:
    """What openpyxl can do at best: write-only, no formats, values that exist already."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for number in range(rows):
        values = [number, 45_000.5, "CET +01:00", f"F-{number}", f"RE {number}", "Stadtwerke Neustadt"]
        values += [f"Schuldner {number} GmbH", "business", f"Kontakt {number}", "2 Leitung Buchhaltung"]
        values += [f"+4930{number:08d}", "Anruf", "Mahnanruf", "keine Antwort", "ausgewichen", 42, "anna", "erlaubt"]
        sheet.append(values[:COLUMNS])
    workbook.save(path)


def write_report(url: str, path: Path, days: int = DAYS) -> int:
    """One report, as the command writes it."""
    db = Database(url)
    first = date(2026, 1, 5)
    result = report_attempts(
        db,
        out=path,
        first=first,
        last=first + timedelta(days=days - 1),
        zone=ZoneInfo("Europe/Berlin"),
        language="de",
        operator="Musterkanzlei",
        law=load_law(),
        now=START,
    )
    db.close()
    return result.rows


def _peak(url: str, folder: Path, days: int) -> float:
    """Peak memory in MB of a process of its own."""
    command = [sys.executable, __file__, "--one", url, str(folder / "one.xlsx"), str(days)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout)["peak_kb"]) / 1024


def fill(url: str, rows: int) -> None:
    """A database with that many attempts, each for one claim, spread evenly over the days."""
    engine = sa.create_engine(url)
    tables.metadata.create_all(engine)
    step = timedelta(days=DAYS - 1) / rows  # the last one falls into the period too
    with engine.begin() as tx:
        for begin in range(0, rows, 5_000):
            numbers = range(begin, min(begin + 5_000, rows))
            for table, make in _MAKERS.items():
                tx.execute(table.insert(), [make(number, START + number * step) for number in numbers])
    engine.dispose()


def _debtor(number: int, _at: datetime) -> dict[str, object]:
    return {
        "id": number,
        "creditor": "Stadtwerke Neustadt",
        "reference": f"D{number}",
        "name": f"Schuldner {number} GmbH & Co. KG",
        "type": "business",
        "segment": "business",
        "country": "DE",
        "language": "de",
    }


def _contact(number: int, _at: datetime) -> dict[str, object]:
    return {"id": number, "debtor_id": number, "name": f"Kontakt {number}", "role": "head_of_accounting"}


def _phone(number: int, _at: datetime) -> dict[str, object]:
    e164 = f"+4930{number:08d}"
    return {
        "id": number,
        "contact_id": number,
        "e164": e164,
        "role": "business_main",
        "line_type": "fixed",
        "state": "usable",
    }


def _case(number: int, at: datetime) -> dict[str, object]:
    return {
        "id": number,
        "debtor_id": number,
        "status": "open",
        "next_reason": "",
        "entry_head": "",
        "created_at": at,
    }


def _claim(number: int, _at: datetime) -> dict[str, object]:
    return {
        "id": number,
        "case_id": number,
        "creditor": "Stadtwerke Neustadt",
        "reference": f"F-{number}",
        "invoice_number": f"RE {number}",
        "invoice_date": date(2025, 12, 1),
        "due_date": date(2025, 12, 15),
        "amount_minor": 12_000,
        "paid_minor": 0,
        "currency": "EUR",
    }


def _attempt(number: int, at: datetime) -> dict[str, object]:
    outcome = OUTCOMES[number % len(OUTCOMES)]
    return {
        "id": number,
        "case_id": number,
        "debtor_id": number,
        "contact_id": number,
        "phone_id": number,
        "channel": "call",
        "mode": "progressive",
        "step": "collection_call",
        "token": f"{number:032x}",
        "to_e164": f"+4930{number:08d}",
        "from_e164": "+493012345678",
        "state": "ended",
        "outcome": outcome,
        "disposition": "evaded" if outcome == "connected" else None,
        "collector": f"collector {number % 12}",
        "verdict": VERDICT,
        "intent_at": at,
        "not_after": at + timedelta(minutes=10),
        "duration_seconds": number % 300,
    }


def _attempt_claim(number: int, _at: datetime) -> dict[str, object]:
    return {"attempt_id": number, "claim_id": number}


_MAKERS = {
    tables.debtors: _debtor,
    tables.contacts: _contact,
    tables.phones: _phone,
    tables.cases: _case,
    tables.claims: _claim,
    tables.attempts: _attempt,
    tables.attempt_claims: _attempt_claim,
}


def main(arguments: list[str]) -> None:
    """Measure and print, or, as its own child, write one report and tell the peak memory."""
    if arguments[:1] == ["--one"]:
        _, url, path, days = arguments
        rows = write_report(url, Path(path), int(days))
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sys.stdout.write(json.dumps({"rows": rows, "peak_kb": peak_kb}) + "\n")
        return
    sys.stdout.write(f"{measure(int(arguments[0]) if arguments else 100_000)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
