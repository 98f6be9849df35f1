from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dialer.claims_file.rows import Rejection
from dialer.storage import documents, entries
from dialer.storage.book import find_case, load_case
from dialer.storage.database import Database
from dialer.storage.tables import metadata

LATER = datetime(2026, 11, 25, 9, tzinfo=UTC)


def tables(db: Database) -> dict[str, list[Any]]:
    """Everything in the database."""
    with db.read() as tx:
        return {
            name: sorted(map(tuple, tx.execute(sa.select(table))), key=str) for name, table in metadata.tables.items()
        }


def log(db: Database, case_id: int = 1) -> list[entries.Entry]:
    with db.read() as tx:
        return entries.of_case(tx, case_id)


def kinds(db: Database, case_id: int = 1) -> list[str]:
    return [entry.kind for entry in log(db, case_id)]


def next_of(db: Database, case_id: int = 1) -> Any:
    with db.read() as tx:
        cases = metadata.tables["cases"]
        return tx.execute(sa.select(cases.c.next_at, cases.c.next_reason).where(cases.c.id == case_id)).one()


def change(db: Database, table: str, **values: Any) -> None:
    with db.write() as tx:
        tx.execute(metadata.tables[table].update().values(**values))


# --- the first import ------------------------------------------------------------------------------------------------


def test_rows_become_cases_that_are_due_for_planning(db, run, anna, bergmann):
    result = run(db, anna, bergmann)
    assert (result.rows, result.imported, result.rejected) == (2, 2, 0)
    assert (result.new_claims, result.new_cases, result.new_contacts, result.new_phones) == (2, 2, 2, 2)
    with db.read() as tx:
        case = load_case(tx, find_case(tx, "F2") or 0)
    assert case is not None
    assert (case.creditor, case.debtor.name, case.debtor.segment, case.debtor.language) == (
        "acme",
        "Bergmann Metallbau GmbH",
        "business",
        "de",
    )
    assert [(c.name, c.role, [p.e164 for p in c.phones]) for c in case.contacts] == [
        ("Dora Eichner", "accounts_payable", ["+493023125002"])
    ]
    (claim,) = case.claims
    assert (claim.reference, claim.invoice_number, claim.invoice_date) == ("F2", "F2", date(2026, 10, 1))
    assert (claim.amount_minor, claim.paid_minor, claim.currency) == (10_000, 0, "EUR")
    assert next_of(db) == (datetime(2026, 11, 21, 9, tzinfo=UTC), "new")


def test_a_new_case_is_logged_with_counts_apart_from_names(db, run, anna):
    run(db, anna)
    (entry,) = log(db)
    assert (entry.kind, entry.actor) == ("case.imported", "tester")
    assert entry.facts == {"claims": 1, "contacts": 1, "phones": 1, "open_minor": {"EUR": 10_000}}
    assert entry.personal["debtor"] == "Anna Schmidt"
    assert entry.personal["claims"] == ["F1"]


def test_rows_of_one_debtor_merge(db, run, bergmann):
    head = bergmann | {"contact_name": "Nils Wiesner", "contact_role": "Leiter Buchhaltung", "phone": "030 23125003"}
    second = bergmann | {"claim_reference": "F3", "amount": "50"}
    result = run(db, bergmann, head, second)
    assert (result.new_claims, result.new_cases, result.new_contacts, result.new_phones) == (2, 1, 2, 2)
    assert kinds(db) == ["case.imported"]


def test_the_same_references_of_two_creditors_are_two_cases(db, run, anna):
    result = run(db, anna, anna | {"creditor": "beta"})
    assert (result.new_claims, result.new_cases, result.rejected) == (2, 2, 0)


def test_a_claim_without_a_number_is_taken_and_counted(db, run, anna, bergmann):
    result = run(db, anna | {"phone": None}, bergmann | {"contact_name": None, "contact_role": None, "phone": None})
    assert (result.imported, result.without_number, result.new_phones) == (2, 2, 0)


def test_letters_and_mails_have_where_to_go(db, run, bergmann):
    address = {"street": "Mühlweg 3", "postal_code": "04109", "city": "Leipzig", "email": "eichner@bergmann.example"}
    run(db, bergmann | address)
    with db.read() as tx:
        case = load_case(tx, 1)
        assert case is not None
        mails = documents.emails_of(tx, case.debtor.id)
    assert (case.debtor.street, case.debtor.postal_code, case.debtor.city) == ("Mühlweg 3", "04109", "Leipzig")
    assert mails == {1: "eichner@bergmann.example"}


def test_a_debtor_who_has_moved_is_logged(db, run, bergmann):
    run(db, bergmann | {"street": "Mühlweg 3"})
    assert run(db, bergmann | {"street": None}).updated_debtors == 0
    assert run(db, bergmann | {"street": "Ringstraße 5"}).updated_debtors == 1
    entry = log(db)[1]
    assert (entry.kind, entry.facts) == ("debtor.changed", {"details": ["street"]})
    assert entry.personal == {"before": {"street": "Mühlweg 3"}, "after": {"street": "Ringstraße 5"}}


def test_a_fax_is_a_number_in_state_fax(db, run, bergmann):
    run(db, bergmann | {"fax": "030 23125099"})
    assert [row[5] for row in tables(db)["phones"]] == ["usable", "fax"]


def test_warnings_are_counted(db, run, anna):
    result = run(db, anna | {"currency": None}, anna | {"claim_reference": "F9", "currency": None})
    assert result.warning_counts == {"warn_currency_empty": 2}
    assert result.warnings == [(2, "currency empty: EUR taken"), (3, "currency empty: EUR taken")]


def test_progress_gets_the_rows_done(db, run, anna):
    done: list[int] = []
    run(db, *(anna | {"claim_reference": f"F{number}"} for number in range(1500)), name="c.csv", progress=done.append)
    assert done == [1000, 500]


# --- again -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["claims.xlsx", "claims.csv"])
def test_the_same_file_again_changes_nothing(db, run, anna, bergmann, name):
    rows = [
        anna | {"paid": "1,00", "city": "Berlin", "note": "a"},
        anna | {"claim_reference": "F7", "city": "Potsdam", "note": "b", "assigned_to": "ben"},
        anna | {"email": "a@example.org", "assigned_to": "carla"},
        bergmann | {"industry": "IT"},
        bergmann | {"segment": "vip", "fax": "030 23125002"},
        bergmann | {"contact_role": "Inhaber", "phone": "+43 1 5120000", "phone_role": "privat"},
        bergmann | {"contact_role": "Inhaber", "phone": "+43 1 5120000", "phone_role": "Zentrale"},
    ]
    first = run(db, *rows, name=name)
    before = tables(db)
    again = run(db, *rows, name=name, now=LATER)
    assert tables(db) == before
    assert first.rejections == again.rejections
    assert (again.new_claims, again.updated_claims, again.unchanged_claims) == (0, 0, 3)
    assert (again.new_debtors, again.updated_debtors, again.new_contacts, again.new_phones) == (0, 0, 0, 0)


def test_rows_in_different_batches_merge_as_in_one(db, run, bergmann, monkeypatch):
    monkeypatch.setattr("dialer.actions.import_claims.BATCH_ROWS", 1)
    rows = [bergmann, bergmann | {"city": "Köln"}, bergmann | {"city": "Bonn"}, bergmann | {"claim_reference": "F3"}]
    result = run(db, *rows)
    assert (result.new_claims, result.new_cases, result.rejected) == (2, 1, 0)
    assert kinds(db) == ["case.imported", "debtor.changed", "claim.imported"]
    before = tables(db)
    run(db, *rows, now=LATER)
    assert tables(db) == before


def test_changed_amounts_update_the_claim_log_it_and_plan_again(db, run, anna):
    run(db, anna)
    result = run(db, anna | {"amount": "80", "paid": "30", "due_date": "20.10.2026"}, now=LATER)
    assert (result.new_claims, result.updated_claims, result.unchanged_claims) == (0, 1, 0)
    assert next_of(db) == (LATER, "changed")
    entry = log(db)[1]
    assert entry.kind == "claim.changed"
    assert entry.facts["changes"] == {
        "amount_minor": [10_000, 8_000],
        "paid_minor": [0, 3_000],
        "due_date": ["2026-10-15", "2026-10-20"],
    }


def test_an_empty_paid_cell_keeps_what_is_paid(db, run, anna):
    run(db, anna | {"paid": "30"})
    assert run(db, anna).unchanged_claims == 1
    assert tables(db)["claims"][0][8] == 3_000


def test_a_lowered_paid_amount_is_taken_with_a_warning(db, run, anna):
    run(db, anna | {"paid": "30"})
    result = run(db, anna | {"paid": "0"})
    assert (result.updated_claims, result.warning_counts) == (1, {"warn_paid_lowered": 1})


def test_a_new_claim_of_a_known_debtor_joins_his_case(db, run, anna):
    run(db, anna)
    result = run(db, anna | {"claim_reference": "F5", "amount": "7"}, now=LATER)
    assert (result.new_claims, result.new_cases) == (1, 0)
    assert kinds(db) == ["case.imported", "claim.imported"]
    assert log(db)[1].facts == {"claims": 1, "open_minor": {"EUR": 700}, "reopened": False}
    assert next_of(db) == (LATER, "changed")


def test_a_new_claim_reopens_a_closed_case(db, run, anna):
    run(db, anna)
    change(db, "cases", status="closed", next_at=None)
    run(db, anna | {"claim_reference": "F5"}, now=LATER)
    assert log(db)[1].facts["reopened"] is True
    assert next_of(db) == (LATER, "changed")


def test_a_change_leaves_a_closed_case_closed(db, run, anna):
    run(db, anna)
    change(db, "cases", status="closed", next_at=None, next_reason="paid")
    run(db, anna | {"amount": "90"}, now=LATER)
    assert next_of(db) == (None, "paid")


def test_what_was_learnt_about_a_number_survives(db, run, anna):
    run(db, anna | {"fax": "030 23125099"})
    for state in ("bad", "wrong_party", "suspect"):
        change(db, "phones", state=state)
        run(db, anna, now=LATER)
        assert {row[5] for row in tables(db)["phones"]} == {state}


def test_a_number_now_given_as_fax_becomes_one(db, run, anna):
    run(db, anna)
    run(db, anna | {"phone": None, "fax": anna["phone"]})
    assert tables(db)["phones"][0][5] == "fax"


def test_a_new_number_is_logged_and_planned(db, run, anna):
    run(db, anna)
    run(db, anna | {"phone": "030 23125009"}, now=LATER)
    entry = log(db)[1]
    assert (entry.kind, entry.facts) == ("contact.imported", {"contacts": 0, "phones": 1})
    assert next_of(db) == (LATER, "changed")


def test_a_renamed_consumer_stays_one_contact(db, run, anna):
    run(db, anna)
    result = run(db, anna | {"debtor_name": "Anna Meier"}, now=LATER)
    assert (result.updated_debtors, result.new_contacts) == (1, 0)
    assert [row[2] for row in tables(db)["contacts"]] == ["Anna Meier"]
    entry = log(db)[1]
    assert (entry.kind, entry.facts) == ("debtor.changed", {"details": ["name"]})
    assert entry.personal == {"before": {"name": "Anna Schmidt"}, "after": {"name": "Anna Meier"}}


def test_an_assignment_is_not_taken_back_by_a_file(db, run, anna):
    run(db, anna)
    run(db, anna | {"assigned_to": "ben"})
    result = run(db, anna | {"assigned_to": "carla"})
    assert result.warning_counts == {"warn_kept": 1}
    assert [row[3] for row in tables(db)["cases"]] == ["ben"]


@pytest.fixture(params=[1, 1000])
def batch_size(request, monkeypatch):
    """Rows in one batch, and each in its own."""
    monkeypatch.setattr("dialer.actions.import_claims.BATCH_ROWS", request.param)


# --- contradictions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "column", "reason"),
    [
        ({"debtor_type": "Firma"}, "debtor_type", "stands in line 2 with 'consumer', here with 'business'"),
        ({"country": "AT", "phone": None}, "country", "stands in line 2 with 'DE', here with 'AT'"),
        ({"debtor_name": "Berta Beta"}, "debtor_name", "stands in line 2 with 'Anna Schmidt'"),
        ({"timezone": "Europe/Vienna"}, "timezone", "'Europe/Berlin', here with 'Europe/Vienna'"),
        ({"amount": "99"}, "claim_reference", "claim F1 stands in line 2 with other figures"),
        ({"paid": "2"}, "claim_reference", "claim F1 stands in line 2 with other figures"),
        ({"currency": "CHF"}, "claim_reference", "claim F1 stands in line 2 with other figures"),
        ({"debtor_reference": "K9"}, "claim_reference", "claim F1 already belongs to debtor K1"),
        ({"phone_role": "Arbeit"}, "phone_role", "already recorded for this contact as private"),
    ],
)
@pytest.mark.usefixtures("batch_size")
def test_a_row_that_contradicts_an_earlier_one_is_rejected(*, sqlite_db, run, anna, second, column, reason):
    anna = anna | {"timezone": "Europe/Berlin", "paid": "1"}
    result = run(sqlite_db, anna, anna | second)
    (rejection,) = result.rejections
    assert (rejection.line, rejection.column) == (3, column)
    assert reason in rejection.reason
    dry = run(sqlite_db, anna, anna | second, dry_run=True)
    assert dry.rejections == result.rejections


@pytest.mark.parametrize(
    ("later", "column", "reason"),
    [
        ({"debtor_type": "Firma", "claim_reference": "F8"}, "debtor_type", "already recorded with 'consumer'"),
        ({"country": "AT", "phone": None}, "country", "already recorded with 'DE', here it is 'AT'"),
        ({"debtor_reference": "K9"}, "claim_reference", "already belongs to debtor K1"),
        ({"currency": "CHF"}, "currency", "already recorded in EUR"),
        ({"phone_role": "Arbeit"}, "phone_role", "already recorded for this contact as private"),
    ],
)
def test_a_later_file_that_contradicts_the_book_is_rejected(*, db, run, anna, later, column, reason):
    run(db, anna)
    before = tables(db)
    (rejection,) = run(db, anna | later).rejections
    assert rejection.column == column
    assert reason in rejection.reason
    assert tables(db) == before


def test_a_rejected_row_leaves_nothing_behind(db, run, anna):
    result = run(db, anna, anna | {"debtor_reference": "K9", "debtor_name": "Other Debtor"})
    assert result.rejected == 1
    assert len(tables(db)["debtors"]) == len(tables(db)["cases"]) == 1


# --- the run ---------------------------------------------------------------------------------------------------------


def test_a_dry_run_judges_alike_and_writes_nothing(db, run, anna, bergmann, monkeypatch):
    monkeypatch.setattr("dialer.actions.import_claims.BATCH_ROWS", 2)
    run(db, anna)
    before = tables(db)
    rows = [
        anna | {"amount": "90"},
        bergmann,
        bergmann | {"phone": "030 23125003"},
        bergmann | {"debtor_type": "Privatperson", "contact_role": None, "contact_name": None},
        anna | {"claim_reference": "F2"},
        bergmann | {"claim_reference": "F4"},
    ]
    dry = run(db, *rows, dry_run=True)
    assert tables(db) == before
    wet = run(db, *rows)
    dry.dry_run = False
    assert dry == wet


def test_a_crash_in_the_middle_is_healed_by_importing_again(sqlite_db, run, anna, monkeypatch):
    monkeypatch.setattr("dialer.actions.import_claims.BATCH_ROWS", 2)
    rows = [anna | {"claim_reference": f"F{number}"} for number in range(5)]

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(sqlite_db, *rows, progress=stop)
    result = run(sqlite_db, *rows)
    assert (result.new_claims, result.unchanged_claims) == (3, 2)


def test_only_so_many_rejections_and_warnings_are_carried(sqlite_db, run, anna):
    rows = [anna | {"claim_reference": f"F{number}", "amount": "x", "currency": None} for number in range(150)]
    result = run(sqlite_db, *rows, name="claims.csv")
    assert (result.rejected, len(result.rejections)) == (150, 100)
    assert result.rejections[0] == Rejection(2, "amount", "'x' is no amount")


def test_two_imports_at_once_make_one_case(database_url, db, run, anna, write_file):
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - this test alone has two of anything

    rows = [anna | {"claim_reference": f"F{number}"} for number in range(50)]
    path = write_file(*rows, name="claims.csv")
    other = Database(database_url)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda database: run(database, path=path), [db, other]))
    other.close()
    assert sorted(result.new_claims for result in results) == [0, 50]
    assert kinds(db) == ["case.imported"]


def test_times_between_imports_do_not_matter(sqlite_db, run, anna):
    run(sqlite_db, anna, now=LATER + timedelta(days=400))
    assert run(sqlite_db, anna).unchanged_claims == 1
