"""payments, payment assign, instalments, agreements, hold, lift: what a person types and reads."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dialer.clock import SystemClock
from dialer.storage import entries, tables

NOON = "2026-11-24T12:00:00+01:00"
HEADINGS = "claim reference;date;amount;currency;text;payer;id"


def payments(office, *rows, name="payments.csv") -> Path:
    path = office.folder / name
    path.write_text("\n".join((HEADINGS, *rows)) + "\n", encoding="utf-8")
    return path


def bring(office, *rows, words=()):
    return office.run("import", "payments", str(payments(office, *rows)), *words, at=NOON)


@pytest.fixture
def talked(book_office):
    """Anna Schmidt was talked to: attempt 1 waits for its disposition."""
    at = (SystemClock().now() - timedelta(minutes=2)).isoformat(sep=" ")
    with book_office.db.write() as tx:
        tx.execute(
            sa.text(
                "INSERT INTO attempts (case_id, debtor_id, contact_id, phone_id, channel, mode, step, token, to_e164,"
                " from_e164, state, outcome, verdict, intent_at, not_after, joined_at, ended_at)"
                " VALUES (1, 1, 1, 1, 'call', 'progressive', 'collection_call', 't', '+493023125001', '+493023125000',"
                """ 'ended', 'connected', '{"verdict": "allow"}', :at, :at, :at, :at)"""
            ),
            {"at": at},
        )
    return book_office


def log_of(office, case_id=1):
    with office.db.read() as tx:
        return entries.of_case(tx, case_id)


def test_import_says_what_became_of_every_row(book_office):
    answer = bring(
        book_office,
        "F1;23.11.2026;110,00;EUR;danke;Anna;B1",
        ";23.11.2026;5,00;EUR;kein Hinweis;Ben;B2",
        "F2;23.11.2026;5,00;USD;;;B3",
    )
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "3 rows: 1 booked, 0 known already, 1 unmatched, 1 rejected",
        "paid in full: case 1",
        "  line 2: 10,00 € more than was owed on claim F1",
        "  line 3: nennt keine Forderung dieses Gläubigers",
        "  line 4, currency: gezahlt wurde in USD, Forderung F2 lautet auf EUR",
        "See `dialer payments --unmatched`, and `dialer payment assign ID CLAIM`.",
        f"Rejected rows: {book_office.folder / 'payments.rejects.csv'}",
    ]
    again = bring(book_office, "F1;23.11.2026;110,00;EUR;danke;Anna;B1", words=["--json"])
    assert again.json == {
        "rows": 1,
        "booked": 0,
        "known": 1,
        "unmatched": 0,
        "rejected": 0,
        "others": 0,
        "pending": 0,
        "settled": [],
        "rejects_path": None,
        "surplus": [],
        "agreements": {"kept": [], "broken": []},
    }


def test_file_of_which_nothing_is_taken_fails(book_office):
    answer = bring(book_office, "F2;23.11.2026;5,00;USD;;;B3")
    assert answer.code == 1


def test_unmatched_payments_are_listed_and_assigned(book_office):
    bring(book_office, ";23.11.2026;100,00;EUR;kein Hinweis;Anna;B2")
    listed = book_office.run("payments", "--unmatched")
    assert listed.out == "     1  2026-11-23        100,00 €  Anna: kein Hinweis\n"
    answer = book_office.run("payment", "assign", "1", "F1", "--as", "anna", at=NOON)
    assert (answer.code, answer.out) == (0, "Payment 1 is booked on claim F1 of case 1.\n")
    assert book_office.run("payments", "--unmatched").out == "There are none.\n"
    assert book_office.run("payments", "F1", "--json").json == {
        "payments": [
            {
                "id": 1,
                "case": 1,
                "creditor": "muster",
                "paid_on": "2026-11-23",
                "amount_minor": 10_000,
                "currency": "EUR",
                "payer": "Anna",
                "text": "kein Hinweis",
            }
        ]
    }
    assert log_of(book_office)[-1].actor == "anna"


def test_overpaid_claims_are_listed(book_office):
    bring(book_office, "F1;23.11.2026;110,00;EUR;danke;Anna;B1")
    assert book_office.run("payments", "--overpaid").out == "case 1, claim F1: 10,00 € too much\n"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("payments",), 2, "name a CASE, or say --unmatched or --overpaid"),
        (("payments", "F1", "--unmatched"), 2, "name a CASE, or say --unmatched or --overpaid"),
        (("payment", "assign", "9", "F1", "--as", "anna"), 1, "there is no payment 9"),
        (("payment", "assign", "0", "F1", "--as", "anna"), 2, "0 is not in the range"),
        (("payment", "assign", "1", "F1", "--as", "zoe"), 1, 'no active user "zoe"'),
        (("hold", "F1", "weather", "--reason", "x", "--as", "anna"), 2, "'weather' is not one of"),
        (("hold", "F1", "manual", "--as", "anna"), 2, "Missing option '--reason'"),
        (("hold", "F1", "manual", "--reason", "x", "--until", "2026-11-23", "--as", "anna"), 1, "is past"),
        (("lift", "F1", "dispute", "--reason", "x", "--as", "anna"), 1, "case 1 has no hold dispute"),
        (("instalments", "1", "--rate", "50", "--first", "2026-12-01", "--as", "anna"), 1, "there is no attempt 1"),
        (("agreements", "F99"), 1, '"F99" does not name exactly one case'),
    ],
)
def test_what_makes_no_sense_is_refused(book_office, words, code, says):
    answer = book_office.run(*words, at=NOON)
    assert answer.code == code
    assert says in answer.err


def moves(office, where):
    with office.db.write() as tx:
        tx.execute(tables.debtors.update().where(tables.debtors.c.id == 1).values(where))


@pytest.mark.parametrize(
    ("where", "until"),
    [
        ({"country": "US", "subdivision": "CA"}, "2026-12-01 09:00 CET"),
        # two clocks, and nobody knows which
        ({"country": "US", "subdivision": "ND"}, "2026-12-01 08:00 CET"),
        ({"timezone": "Mars/Olympus"}, "2026-12-01 00:00 CET"),
    ],
)
def test_hold_lasts_as_long_as_the_debtors_day_does(book_office, where, until):
    moves(book_office, where)
    answer = book_office.run("hold", "F1", "manual", "--until", "2026-11-30", "--reason", "x", "--as", "anna", at=NOON)
    assert answer.out == f"Case 1 is on hold (manual) until {until}.\n"
    answer = book_office.run("mark", "F1", "moratorium", "--until", "2026-11-30", "--as", "anna", at=NOON)
    assert f" until {until}" in answer.out


def test_hold_and_lift(book_office):
    answer = book_office.run(
        "hold", "F1", "manual", "--until", "2026-11-30", "--reason", "Urlaub", "--as", "anna", at=NOON
    )
    assert answer.out == "Case 1 is on hold (manual) until 2026-12-01 00:00 CET.\n"
    assert log_of(book_office)[-1].personal == {"reason": "Urlaub"}
    answer = book_office.run("lift", "F1", "manual", "--reason", "zurück", "--as", "anna", "--json", at=NOON)
    assert answer.json == {"case": 1, "lifted": "manual"}
    assert [entry.kind for entry in log_of(book_office)[-2:]] == ["hold.set", "hold.lifted"]


def test_plan_is_agreed_and_shown_with_what_was_paid(talked):
    words = ("--rate", "40", "--first", "2026-12-01", "--as", "anna", "--with-interest")
    answer = talked.run("instalments", "1", *words, at=NOON)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "Agreed:",
        "  2026-12-01  40,00 €",
        "  2027-01-01  40,00 €",
        "  2027-02-01  20,00 €",
        "Mind DE-A3: a plan that costs a consumer interest is to be reviewed.",
    ]
    bring(talked, "F1;25.11.2026;50,00;EUR;;Anna;B1")
    shown = talked.run("agreements", "F1", at="2026-12-02T12:00:00+01:00")
    assert shown.out.splitlines() == [
        "instalments 1: 100,00 €, open",
        "  2026-12-01         40,00 €  paid",
        "  2027-01-01         40,00 €  part_paid (10,00 €)",
        "  2027-02-01         20,00 €  due",
    ]
    assert talked.run("agreements", "K2").out == "Nothing was agreed.\n"


def test_plan_without_end_is_refused_with_its_rule(talked):
    words = ("--rate", "0.10", "--first", "2026-12-01", "--as", "anna")
    answer = talked.run("instalments", "1", *words, at=NOON)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        "dialer: attempt 1: the plan does not end: it has more than 120 rates (DE-A4);"
        " the plan does not end within 60 months (DE-A4)\n"
    )
