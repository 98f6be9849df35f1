"""Reports that cannot be written are refused before the work, with the place and the remedy."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from dialer.actions.report_attempts import report_attempts
from dialer.core.errors import BadInput
from dialer.rules.packs import load_law
from dialer.storage import tables
from dialer.storage.database import Database


@pytest.fixture
def report(sqlite_database_url, tmp_path):
    """Ask for a report of November from an empty database."""
    db = Database(sqlite_database_url)
    tables.metadata.create_all(db.engine)

    def make(**options):
        usual = {"first": date(2026, 11, 1), "last": date(2026, 11, 30), "zone": ZoneInfo("Europe/Berlin")}
        usual |= {"out": tmp_path / "report.xlsx", "language": "de", "operator": "Office", "law": load_law()}
        return report_attempts(db, **usual | {"now": datetime(2026, 12, 1, tzinfo=UTC)} | options)

    yield make
    db.close()


@pytest.mark.parametrize("lock", ["~$report.xlsx", ".~lock.report.xlsx#"])
def test_file_that_is_open_elsewhere_is_refused(report, tmp_path, lock):
    (tmp_path / lock).touch()
    with pytest.raises(BadInput, match=r"report\.xlsx is open"):
        report()


def test_folder_in_the_place_of_the_file_is_refused(report, tmp_path):
    (tmp_path / "report.xlsx").mkdir()
    with pytest.raises(BadInput, match=r"report\.xlsx cannot be written"):
        report()


def test_missing_folder_is_refused(report, tmp_path):
    with pytest.raises(BadInput, match=r"none/report\.xlsx cannot be written \(No such file"):
        report(out=tmp_path / "none" / "report.xlsx")


@pytest.mark.parametrize("name", ["report.xls", "report.csv", "report"])
def test_name_that_is_not_excels_is_refused(report, tmp_path, name):
    with pytest.raises(BadInput, match=r"must end in \.xlsx"):
        report(out=tmp_path / name)
    assert not (tmp_path / name).exists()


def test_period_that_ends_before_it_begins_is_refused(report):
    with pytest.raises(BadInput, match="--from 2026-11-02 is after --to 2026-11-01"):
        report(first=date(2026, 11, 2), last=date(2026, 11, 1))


@pytest.mark.parametrize("day", [date.min, date.max])
def test_period_beyond_the_calendar_is_refused(report, day):
    with pytest.raises(BadInput, match="calendar"):
        report(first=day, last=day)


def test_language_without_catalogue_is_refused(report):
    with pytest.raises(BadInput, match="'fr': reports are written in de or en"):
        report(language="fr")
