"""`dialer erase`: who may go, who goes, and that no import brings him back."""

from __future__ import annotations

import csv

import pytest

LATER = "2028-01-10T10:00:00+01:00"
ANNA = "K1;Anna Schmidt;Privatperson;F1;01.10.2026;15.10.2026;100,00;EUR;;;030 23125001"
NEW_CLAIM = "K1;Anna Schmidt;Privatperson;F9;01.10.2027;15.10.2027;50,00;EUR;;;030 23125001"
OLD_CLAIM = "K9;Anna Schmidt;Privatperson;F1;01.10.2026;15.10.2026;100,00;EUR;;;030 23125009"
NEW_PERSON = "K8;Anna Schmidt;Privatperson;F8;01.10.2027;15.10.2027;50,00;EUR;;;030 23125001"


@pytest.fixture
def closed(book_office):
    """Anna's case is closed, and there is a supervisor."""
    assert book_office.run("user", "add", "boss", "--role", "supervisor").code == 0
    why = ("--fact", "closed_because=error", "--reason", "Verwechslung", "--as", "boss")
    said = book_office.run("stage", "1", "closed", *why)
    assert said.code == 0, said.err
    return book_office


@pytest.fixture
def erased(closed):
    said = closed.run("erase", "K1", "--reason", "retention_over", "--as", "boss", at=LATER)
    assert (said.code, said.out) == (0, said.out), said.err
    return closed


def test_who_may_be_erased_is_listed_in_the_operators_language(closed):
    assert closed.run("erase", "--due").out == "Niemand kann gelöscht werden.\n"
    listed = closed.run("erase", "--due", at=LATER)
    assert listed.out.startswith("1  K1  seit 20")
    assert listed.out.endswith(" (DE-RET-4)\n")
    assert closed.run("erase", "--due", "--json", at=LATER).json[0]["debtor"] == "K1"


def test_debtor_is_erased_and_the_log_verifies(erased):
    assert "Anna" not in str(erased.run("explain", "1").out)
    report = erased.run("log", "verify", "--json")
    assert report.code == 0
    assert report.json["erased"] >= 1
    again = erased.run("erase", "1", "--reason", "retention_over", "--as", "boss", at=LATER)
    assert again.code == 1
    assert "was erased on 2028-01-10" in again.err


def test_open_case_and_early_day_are_refused(closed):
    early = closed.run("erase", "K1", "--reason", "request", "--as", "boss")
    assert early.code == 1
    assert "DE-RET-4 keeps the case until " in early.err
    still_open = closed.run("erase", "K2", "--reason", "request", "--as", "boss", at=LATER)
    assert "is not closed" in still_open.err


@pytest.mark.parametrize("words", [(), ("K1",), ("K1", "--due"), ("K1", "--reason", "request"), ("K1", "--as", "boss")])
def test_wrong_use(closed, words):
    assert closed.run("erase", *words).code == 2


@pytest.mark.parametrize(
    ("row", "column"), [(ANNA, "debtor_reference"), (NEW_CLAIM, "debtor_reference"), (OLD_CLAIM, "claim_reference")]
)
def test_import_does_not_bring_him_back(erased, row, column):
    before = erased.counts()
    for more in (("--dry-run",), ()):
        said = erased.run("import", "claims", str(erased.claims(row)), *more)
        assert said.code == 1
        assert f"Zeile 2, {column}" in said.out or f"line 2, {column}" in said.out
        assert "wurde gelöscht und wird nicht wieder aufgenommen" in said.out
    assert erased.counts() == before
    with (erased.folder / "claims.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        assert "wurde gelöscht" in list(csv.reader(file, delimiter=";"))[1][-1]


def test_others_in_the_same_file_come_in(erased):
    said = erased.run("import", "claims", str(erased.claims(ANNA, NEW_PERSON)), "--json")
    assert (said.json["imported"], said.json["rejected"]) == (1, 1)


def test_number_of_a_wrong_party_does_not_come_in_under_another_name(closed):
    with closed.db.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO holds (case_id, reason, set_at) VALUES (1, 'wrong_party', '2026-11-24 09:00:00.000000')"
        )
    assert closed.run("erase", "1", "--reason", "wrong_party", "--as", "boss").code == 0
    said = closed.run("import", "claims", str(closed.claims(NEW_PERSON)))
    assert said.code == 1
    assert "phone" in said.out
    assert "wurde gelöscht" in said.out
