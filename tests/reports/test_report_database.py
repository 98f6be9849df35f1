"""From the database to the file: the period, the joins, the stream, and a file that is whole or not there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from dialer.actions.report_attempts import report_attempts
from dialer.rules.packs import load_law
from dialer.storage import report_rows, tables
from dialer.storage.database import Database

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 3, 11, 0, tzinfo=UTC)


@pytest.fixture
def db(database_url):
    database = Database(database_url)
    tables.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def add(db):
    """Store one attempt at a debtor of its own, with its claims."""
    ids = iter(range(1, 100_000))

    def store(at=NOON, claims=("F-1",), debtor=None, **attempt):
        number = next(ids)
        with db.write() as tx:
            for table, values in debtor_rows(number, debtor or {}):
                tx.execute(table.insert().values(values))
            for place, reference in enumerate(claims):
                tx.execute(tables.claims.insert().values(claim_row(number, number * 10_000 + place, reference)))
            tx.execute(tables.attempts.insert().values(attempt_row(number, at) | attempt))
            for place in range(len(claims)):
                link = {"attempt_id": number, "claim_id": number * 10_000 + place}
                tx.execute(tables.attempt_claims.insert().values(link))
        return number

    return store


def debtor_rows(number, debtor):
    usual = {"creditor": "Stadtwerke", "reference": f"D{number}", "name": f"Schuldner {number}", "type": "business"}
    usual |= {"segment": "business", "country": "DE", "language": "de"}
    phone = {"id": number, "contact_id": number, "e164": f"+4930{number:07d}", "role": "business_main"}
    case = {"id": number, "debtor_id": number, "status": "open", "next_reason": "", "entry_head": ""}
    return [
        (tables.debtors, {"id": number} | usual | debtor),
        (tables.contacts, {"id": number, "debtor_id": number, "name": "Frau Weber", "role": "purchasing"}),
        (tables.phones, phone | {"line_type": "fixed", "state": "usable"}),
        (tables.cases, case | {"created_at": NOON}),
    ]


def claim_row(case_id, claim_id, reference):
    dates = {"invoice_date": date(2026, 9, 1), "due_date": date(2026, 9, 15)}
    money = {"amount_minor": 10_000, "paid_minor": 0, "currency": "EUR"}
    names = {"creditor": f"Stadtwerke {case_id}", "reference": reference, "invoice_number": f"RE {reference}"}
    return {"id": claim_id, "case_id": case_id} | dates | money | names


def attempt_row(number, at):
    same = dict.fromkeys(("id", "case_id", "debtor_id", "contact_id", "phone_id"), number)
    words = {"channel": "call", "mode": "preview", "step": "info_call", "state": "ended", "outcome": "no_answer"}
    numbers = {"token": f"t{number}", "to_e164": f"+4930{number:07d}", "from_e164": "+493099"}
    times = {"intent_at": at, "not_after": at + timedelta(minutes=5)}
    return same | words | numbers | times | {"verdict": {"verdict": "allow", "packs": ["de 2026.11"]}}


@pytest.fixture
def report(db, tmp_path):
    """Write November's report and read its rows back."""
    out = tmp_path / "report.xlsx"

    def make(first=date(2026, 11, 1), last=date(2026, 11, 30), out=out, **options):
        usual = {"zone": BERLIN, "language": "en", "operator": "Office", "law": load_law(), "now": NOON}
        return report_attempts(db, out=out, first=first, last=last, **usual | options)

    return make


@pytest.fixture
def lines(report, table):
    """The rows of a report as dictionaries."""

    def make(**options):
        return table(load_workbook(report(**options).path)["Attempts"])

    return make


def test_attempt_comes_with_all_that_belongs_to_it(add, lines):
    verdict = {
        "verdict": "deny",
        "denials": [{"rule": "DE-T2", "text": "…"}],
        "warnings": [{"rule": "DE-W1"}],
        "checked": ["DE-T1"],
        "packs": ["de 2026.11"],
    }
    add(outcome="connected", disposition="evaded", collector="anna", duration_seconds=65, verdict=verdict)
    assert lines() == [
        {
            "Attempt no.": 1,
            "Start (local time of the called party)": datetime(2026, 11, 3, 12, 0),  # noqa: DTZ001 - a cell
            "Time zone, offset from UTC": "CET +01:00",
            "Claim": "F-1",
            "Invoice": "RE F-1",
            "Creditor": "Stadtwerke",
            "Debtor": "Schuldner 1",
            "Segment": "business",
            "Contact": "Frau Weber",
            "Level": "3 purchasing",
            "Number": "+49300000001",
            "Channel": "call",
            "Step": "info call",
            "Outcome": "connected",
            "Disposition": "evaded",
            "Duration (s)": 65,
            "Collector": "anna",
            "Permit: rules, rule pack": "denied: DE-T2 (denial), DE-W1 (warning); de 2026.11",
        }
    ]


def test_attempt_has_a_row_for_each_claim_and_one_for_none(add, lines, report):
    add(claims=("F-1", "F-2", "F-3"))
    add(claims=())
    assert [(line["Attempt no."], line["Claim"]) for line in lines()] == [(1, "F-1"), (1, "F-2"), (1, "F-3"), (2, None)]
    result = report()
    assert (result.rows, result.attempts) == (4, 2)


def test_live_attempt_is_in_progress(add, lines):
    add(outcome=None, state="ringing")
    assert lines()[0]["Outcome"] == "in progress"


def test_days_are_the_operators_and_both_included(add, lines):
    for at in ("2026-11-01T22:59:59", "2026-11-01T23:00:00", "2026-11-03T22:59:59", "2026-11-03T23:00:00"):
        add(at=datetime.fromisoformat(at).replace(tzinfo=UTC))
    found = lines(first=date(2026, 11, 2), last=date(2026, 11, 3))
    assert [line["Attempt no."] for line in found] == [2, 3]


def test_day_of_the_clock_change_has_twenty_five_hours(add, lines):
    for at in ("2026-10-24T21:59:59", "2026-10-24T22:00:00", "2026-10-25T22:59:59", "2026-10-25T23:00:00"):
        add(at=datetime.fromisoformat(at).replace(tzinfo=UTC))
    found = lines(first=date(2026, 10, 25), last=date(2026, 10, 25))
    assert [line["Attempt no."] for line in found] == [2, 3]


@pytest.mark.parametrize(
    ("debtor", "label"),
    [
        ({"country": "GB"}, "GMT +00:00"),
        ({"country": "DE", "timezone": "Europe/Athens"}, "EET +02:00"),
        ({"country": "US"}, "CET +01:00"),
        ({"country": "US", "subdivision": "CA"}, "PST -08:00"),
        ({"country": "US", "postal_code": "60601"}, "CST -06:00"),
        ({"country": "US", "subdivision": "CA", "timezone": "America/Denver"}, "MST -07:00"),
        ({"country": "GB", "timezone": "Mars/Base"}, "GMT +00:00"),
    ],
)
def test_zone_is_the_debtors_his_countrys_or_the_operators(add, lines, debtor, label):
    add(debtor=debtor)
    assert lines()[0]["Time zone, offset from UTC"] == label


def test_zone_is_the_numbers_where_the_address_does_not_tell(add, lines):
    add(debtor={"country": "US"}, to_e164="+12136001234")
    assert lines()[0]["Time zone, offset from UTC"] == "PST -08:00"


@pytest.mark.parametrize("verdict", [[], "allow", {"verdict": None, "denials": "?", "warnings": [1]}])
def test_verdict_of_another_shape_does_not_hide_the_attempt(add, lines, verdict):
    add(verdict=verdict)
    assert lines()[0]["Permit: rules, rule pack"] is None


def test_attempts_stand_in_the_order_of_time(add, lines):
    for minutes in (30, 10, 20, 10):
        add(at=NOON + timedelta(minutes=minutes))
    assert [line["Attempt no."] for line in lines()] == [2, 4, 3, 1]


def test_rows_are_fetched_in_portions(db, add):
    for _ in range(5):
        add()
    with db.read() as tx:
        rows = report_rows.stream(tx, dict, since=NOON, until=NOON + timedelta(days=1), zone_of=lambda *_: "UTC")
        assert next(rows)["attempt_id"] == 1
        if not db.is_sqlite:  # the server keeps what has not been asked for
            assert tx.scalar(sa.text("SELECT count(*) FROM pg_cursors")) == 1
        rows.close()
        if not db.is_sqlite:
            assert tx.scalar(sa.text("SELECT count(*) FROM pg_cursors")) == 0


def test_old_report_is_replaced(report, add, tmp_path):
    out = tmp_path / "report.xlsx"
    out.write_text("yesterday's")
    out.chmod(0o640)
    add()
    assert report().path == out
    assert load_workbook(out).sheetnames == ["Summary", "Attempts", "Hours"]
    assert out.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.glob("*.xlsx")] + [*tmp_path.glob(".*")] == ["report.xlsx"]


def test_old_report_stays_when_writing_fails(report, add, tmp_path, monkeypatch):
    def stop(_rows):
        raise KeyboardInterrupt

    def watched(tx, *arguments, **options):
        try:
            yield from stream(tx, *arguments, **options)
        finally:
            closed_in_time.append(tx.in_transaction())

    stream, closed_in_time = report_rows.stream, []
    monkeypatch.setattr(report_rows, "stream", watched)

    out = tmp_path / "report.xlsx"
    out.write_text("yesterday's")
    add(claims=tuple(f"F-{number}" for number in range(999)))
    add(at=NOON + timedelta(minutes=1))
    add(at=NOON + timedelta(minutes=2))
    with pytest.raises(KeyboardInterrupt):
        report(progress=stop)
    assert closed_in_time == [True]
    assert out.read_text() == "yesterday's"
    assert list(tmp_path.glob(".*")) == []


def test_report_is_for_its_owner_only(report, tmp_path):
    assert report().path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("today", "packs"),
    [
        ("2027-01-15", ""),
        ("2027-01-16", "rule pack de 2026.11 (by 2027-01-15)"),
        ("2027-02-01", "rule pack de 2026.11 (by 2027-01-15), rule pack us 2026.11 (by 2027-01-31)"),
    ],
)
def test_packs_past_their_review_are_named(report, today, packs):
    out = report(now=datetime.fromisoformat(today).replace(tzinfo=UTC)).path
    line = load_workbook(out)["Summary"]["B5"].value or ""
    assert line.removeprefix("Past the review date, check the sources again: ") == packs
