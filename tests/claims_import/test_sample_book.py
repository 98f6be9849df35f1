from __future__ import annotations

import json
import re
from datetime import date

import openpyxl
import pytest

from dialer.claims_file.columns import COLUMNS, GERMAN
from dialer.sample_book import write_sample_book

TODAY = date(2026, 11, 21)
RESERVED = re.compile(
    r"\+49(3023125\d{3}|6990009\d{3}|4066969\d{3}|2214710\d{3}|8999998\d{3}|1713920000|17139200\d\d|15228817386|1729925904)"
)


@pytest.fixture
def book(tmp_path):
    return write_sample_book(tmp_path / "book.xlsx", seed=7, today=TODAY, creditor="acme")


def test_all_but_the_bad_rows_are_imported(sqlite_db, run, book):
    result = run(sqlite_db, path=book.path)
    assert (result.rows, result.new_claims, result.rejected) == (book.rows, 300, book.bad_rows)
    assert 8 <= book.bad_rows <= 12
    assert result.warning_counts == {}
    assert result.without_number == 0
    columns = {rejection.column for rejection in result.rejections}
    assert columns == {"Telefon", "Art", "Rechnungsdatum", "Fällig am", "Forderung", "Betrag", "Ort"}
    with sqlite_db.read() as tx:
        numbers = [row[0] for row in tx.exec_driver_sql("SELECT e164 FROM phones")]
    assert sorted(numbers) == sorted(person["number"] for person in book.people)


def test_letters_mails_and_faxes_have_somewhere_to_go(sqlite_db, run, book):
    run(sqlite_db, path=book.path)
    with sqlite_db.read() as tx:
        addresses = list(tx.exec_driver_sql("SELECT street, postal_code, city FROM debtors"))
        mails = [row[0] for row in tx.exec_driver_sql("SELECT email FROM contacts WHERE email IS NOT NULL")]
        people = tx.exec_driver_sql("SELECT count(*) FROM contacts").scalar_one()
        faxes = {row[0] for row in tx.exec_driver_sql("SELECT e164 FROM phones WHERE state = 'fax'")}
        firms = tx.exec_driver_sql("SELECT count(*) FROM debtors WHERE type = 'business'").scalar_one()
    assert all(all(parts) for parts in addresses)
    assert 0.4 < len(mails) / people < 0.8
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+@k\d+\.example", mail) for mail in mails)
    assert 0.35 < len(faxes) / firms < 0.65
    assert faxes <= {person["number"] for person in book.people if person["line"] == "fax"}


def test_nobody_real_can_be_rung(book):
    numbers = [person["number"] for person in book.people]
    assert len(set(numbers)) == len(numbers)
    assert all(RESERVED.fullmatch(number) for number in numbers)


def test_the_mixture_is_that_of_a_real_book(sqlite_db, run, book):
    run(sqlite_db, path=book.path)
    with sqlite_db.read() as tx:
        types = dict(map(tuple, tx.exec_driver_sql("SELECT type, count(*) FROM debtors GROUP BY type")))
        per_case = [row[0] for row in tx.exec_driver_sql("SELECT count(*) FROM claims GROUP BY case_id")]
        amounts = [row[0] for row in tx.exec_driver_sql("SELECT amount_minor FROM claims")]
        ages = [
            (TODAY - date.fromisoformat(row[0])).days for row in tx.exec_driver_sql("SELECT invoice_date FROM claims")
        ]
        lands = {row[0] for row in tx.exec_driver_sql("SELECT subdivision FROM debtors")}
    assert 0.35 < types["business"] / sum(types.values()) < 0.55
    assert 0.2 < sum(count > 1 for count in per_case) / len(per_case) < 0.45
    assert min(amounts) >= 4_000
    assert max(amounts) <= 900_000
    assert (min(ages), max(ages)) >= (12, 80)
    assert max(ages) <= 90
    assert len(lands) > 6


def test_the_directory_names_who_answers(book):
    directory = json.loads(book.people_path.read_text(encoding="utf-8"))
    assert directory == {"people": list(book.people), "collectors": []}
    assert {person["line"] for person in book.people} == {"person", "dead", "fax"}
    assert {person["segment"] for person in book.people} == {"private", "business"}
    assert {person["temperament"] for person in book.people} == {
        "pays",
        "promises",
        "evades",
        "refuses",
        "disputes",
        "absent",
    }
    roles = {person["role"] for person in book.people}
    assert roles == {"self", "reception", "accounts_payable", "head_of_accounting", "managing_director"}


def test_the_same_seed_gives_the_same_book(tmp_path, book):
    again = write_sample_book(tmp_path / "again.xlsx", seed=7, today=TODAY, creditor="acme")
    other = write_sample_book(tmp_path / "other.xlsx", seed=8, today=TODAY, creditor="acme")
    assert again.people == book.people
    assert other.people != book.people
    sheets = [list(openpyxl.load_workbook(path).worksheets[0].values) for path in (again.path, book.path)]
    assert sheets[0] == sheets[1]
    assert sheets[0][0] == tuple(GERMAN[column] for column in COLUMNS)


def test_more_claims_than_numbers_are_refused(tmp_path):
    with pytest.raises(ValueError, match="5,000"):
        write_sample_book(tmp_path / "book.xlsx", claims=5_000, seed=1, today=TODAY)


def test_nobody_in_the_book_has_a_number_of_our_own(tmp_path):
    """With so many claims nearly every number of the Berlin block is given out."""
    made = write_sample_book(tmp_path / "large.xlsx", claims=1900, seed=1, today=date(2026, 11, 17))
    given = {person["number"] for person in made.people}
    assert len([number for number in given if number.startswith("+493023125")]) > 800
    assert not given & {"+493023125000", "+493023125991", "+493023125992", "+493023125993"}
