"""call, dispose, desk: what a collector types, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialer.core.outcome import Channel, Mode
from dialer.storage import attempts, entries
from dialer.storage.attempts import Intent

NOON = "2026-11-24T12:30:00+01:00"
NIGHT = "2026-11-24T21:00:00+01:00"


@pytest.fixture
def talked(book_office):
    """Anna was reached by the collector anna: attempt 1 of case 1, connected and not judged."""
    now = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    intent = Intent(
        case_id=1,
        debtor_id=1,
        contact_id=1,
        phone_id=1,
        claim_ids=(1,),
        channel=Channel.CALL,
        mode=Mode.PREVIEW,
        step="collection_call",
        token="t",
        to="+493023125001",
        from_="+493023125000",
        intent_at=now,
        not_after=now + timedelta(hours=1),
        verdict={"verdict": "allow"},
        collector="anna",
    )
    with book_office.db.write() as tx:
        attempt_id = attempts.write_intent(tx, intent)
        later = now + timedelta(minutes=3)
        attempts.update(tx, attempt_id, state="ended", outcome="connected", joined_at=now, ended_at=later)
    assert attempt_id == 1
    return book_office


def log_of(office, case_id=1):
    with office.db.read() as tx:
        return entries.of_case(tx, case_id)


# --- call ------------------------------------------------------------------------------------------------------------


def test_call_outside_the_window_is_denied_with_the_rules(book_office):
    answer = book_office.run("call", "K1", "--as", "anna", at=NIGHT)
    assert (answer.code, answer.err) == (1, "")
    assert answer.out.splitlines() == [
        "Not allowed now:",
        "  DE-T1: Werktags wird nur zwischen 8 und 20 Uhr angerufen.",
        "Not before: 2026-11-25 08:00 CET",
    ]
    assert book_office.counts()["attempts"] == 0


def test_denial_in_json_and_in_the_log(book_office):
    answer = book_office.run("call", "2", "--as", "anna", "--json", at="2026-11-29T10:00:00+01:00")
    assert answer.code == 1
    assert answer.json["verdict"] == "deny"
    assert [d["rule"] for d in answer.json["denials"]] == ["DE-T4"]
    assert answer.json["not_before"] == "2026-11-30T07:00:00+00:00"
    last = log_of(book_office, 2)[-1]
    assert (last.kind, last.actor) == ("verdict.denied", "anna")


def test_call_without_an_open_line_is_not_placed(book_office):
    answer = book_office.run("call", "K1", "--as", "anna", at=NOON)
    assert (answer.code, answer.out) == (1, "Not called: anna's line is not ready\n")
    assert book_office.run("call", "K1", "--as", "anna", "--json", at=NOON).json == {
        "placed": False,
        "why": "anna's line is not ready",
    }
    assert book_office.counts()["attempts"] == 0


def test_nobody_calls_in_the_name_of_somebody_unknown(book_office):
    before = len(log_of(book_office))
    book_office.run("user", "add", "ben")
    book_office.run("user", "disable", "ben")
    for name in ("zoe", "ben"):
        answer = book_office.run("call", "K1", "--as", name, at=NIGHT)
        assert (answer.code, answer.err) == (1, f'dialer: no active user "{name}"; add one with `dialer user add`\n')
    assert len(log_of(book_office)) == before


def test_call_of_an_unknown_case_or_contact_is_one_line(book_office):
    answer = book_office.run("call", "F99", "--as", "anna", at=NOON)
    assert answer.code == 1
    assert '"F99" does not name exactly one case' in answer.err
    answer = book_office.run("call", "K1", "--contact", "99", "--as", "anna", at=NOON)
    assert (answer.code, answer.err) == (1, "dialer: case 1 has no contact 99\n")


@pytest.mark.parametrize("contact", ["0", "-1", "weber", "99999999999999999999"])
def test_contact_that_is_no_id_is_wrong_use(book_office, contact):
    assert book_office.run("call", "K1", "--contact", contact, "--as", "anna").code == 2


# --- dispose ---------------------------------------------------------------------------------------------------------


def test_disposition_is_noted(talked):
    answer = talked.run("dispose", "1", "refused", "--as", "anna", "--note", "will nicht", at=NOON)
    assert answer.code == 0, answer.err
    assert answer.out.startswith("Noted. ")
    noted = next(e for e in log_of(talked) if e.kind == "disposition")
    assert (noted.actor, noted.facts, noted.personal) == ("anna", {"disposition": "refused"}, {"note": "will nicht"})


@pytest.mark.parametrize(
    ("amount", "minor"), [("80", 8000), ("80.5", 8050), ("80,50", 8050), ("0.01", 1), ("100.00", 10_000), (" 7 ", 700)]
)
def test_amount_is_read_in_cents(talked, amount, minor):
    words = ("dispose", "1", "promise_to_pay", "--amount", amount, "--on", "2026-12-01", "--as", "anna")
    answer = talked.run(*words, "--json", at=NOON)
    assert answer.code == 0, answer.err
    noted = next(e for e in log_of(talked) if e.kind == "disposition")
    assert noted.facts == {"disposition": "promise_to_pay", "amount_minor": minor, "on": "2026-12-01"}


@pytest.mark.parametrize(
    "amount",
    ["1.250", "1,250", "1.250,00", "1,250.00", "12.345", "abc", "", "-5", "+5", "NaN", "sNaN", "Infinity", "1e3",
     "1_000", "٣", "5 €", "9" * 13],
)  # fmt: skip
def test_amount_that_could_be_another_is_wrong_use(talked, amount):
    words = ("dispose", "1", "promise_to_pay", "--on", "2026-12-01", "--as", "anna", f"--amount={amount}")
    answer = talked.run(*words, at=NOON)
    assert answer.code == 2
    assert f'"{amount}" is not an amount like 120.50' in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ("1", "maybe", "--as", "anna"),
        ("1", "refused"),
        ("one", "refused", "--as", "anna"),
        ("0", "refused", "--as", "anna"),
        ("99999999999999999999", "refused", "--as", "anna"),
        ("1", "callback_agreed", "--callback", "2026-11-25T10:00", "--as", "anna"),
        ("1", "callback_agreed", "--callback", "soon", "--as", "anna"),
        ("1", "promise_to_pay", "--amount", "5", "--on", "1.12.2026", "--as", "anna"),
        ("1", "promise_to_pay", "--rate", "5", "--on", "2026-12-01", "--as", "anna"),
        ("1", "instalments_agreed", "--rate", "5", "--amount", "5", "--on", "2026-12-01", "--as", "anna"),
        ("1", "instalments_agreed", "--rate", "5", "--on", "2026-12-01", "--every", "year", "--as", "anna"),
    ],
)
def test_wrong_use_changes_nothing(talked, words):
    answer = talked.run("dispose", *words, at=NOON)
    assert (answer.code, answer.out) == (2, "")
    assert [e.kind for e in log_of(talked)] == ["case.imported"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("2", "refused"), "there is no attempt 2"),
        (("1", "promise_to_pay"), "attempt 1: promise_to_pay needs an amount and a date"),
        (("1", "promise_to_pay", "--amount", "100.01", "--on", "2026-12-01"), "what is owed, 100.00"),
        (("1", "promise_to_pay", "--amount", "0", "--on", "2026-12-01"), "must lie between 0.01 and what is owed"),
        (("1", "promise_to_pay", "--amount", "5", "--on", "2026-11-23"), "within 90 days from today"),
        (("1", "promise_to_pay", "--amount", "5", "--on", "2027-11-23"), "within 90 days from today"),
        (("1", "callback_agreed"), "attempt 1: callback_agreed needs the agreed time"),
        (("1", "callback_agreed", "--callback", "2026-11-24T12:00:00+01:00"), "lies in the past"),
        (("1", "wrong_party", "--spoken-to", "Herr Vogt"), "attempt 1: wrong_party has no person spoken to"),
        (("1", "refused", "--total", "50"), "attempt 1: refused has no plan of rates"),
        (("1", "refused", "--every", "month"), "attempt 1: refused has no plan of rates"),
        (("1", "refused", "--spoken-to", "99"), "attempt 1: case 1 has no contact 99; its contacts are 1"),
        (("1", "instalments_agreed", "--rate", "50"), "attempt 1: instalments_agreed needs an amount and a date"),
        (
            ("1", "instalments_agreed", "--rate", "40", "--on", "2026-12-01", "--total", "100.01"),
            "attempt 1: more is agreed than is owed: €100.01 of €100.00 (DE-A4)",
        ),
    ],
)
def test_report_that_cannot_be_taken_is_one_line(talked, words, says):
    answer = talked.run("dispose", *words, "--as", "anna", at=NOON)
    assert (answer.code, answer.out) == (1, "")
    assert says in answer.err
    assert len(answer.err.splitlines()) == 1
    assert [e.kind for e in log_of(talked)] == ["case.imported"]


def test_person_and_reason_stand_beside_the_log(talked):
    words = ("--spoken-to", "Herr Vogt", "--reason", "Ware fehlt", "--note", "freundlich")
    assert talked.run("dispose", "1", "dispute", *words, "--as", "anna", at=NOON).code == 0
    noted = next(e for e in log_of(talked) if e.kind == "disposition")
    assert noted.facts == {"disposition": "dispute"}
    assert noted.personal == {"spoken_to": "Herr Vogt", "reason": "Ware fehlt", "note": "freundlich"}


def test_instalments_are_agreed_rate_by_rate(talked):
    words = ("--rate", "40", "--on", "2026-12-01", "--total", "90", "--every", "fortnight")
    answer = talked.run("dispose", "1", "instalments_agreed", *words, "--as", "anna", at=NOON)
    assert answer.code == 0, answer.err
    made = next(e for e in log_of(talked) if e.kind == "agreement.made")
    assert made.facts["rates"] == [["2026-12-01", 4_000], ["2026-12-15", 4_000], ["2026-12-29", 1_000]]


def test_help_says_what_goes_with_each_disposition(run):
    told = run("dispose", "--help").out
    assert "  promise_to_pay: --amount* --on* --spoken-to --reason\n" in told
    assert "  callback_agreed: --callback* --spoken-to --reason\n" in told
    assert "  wrong_party: --reason\n" in told


def test_attempt_is_judged_once(talked):
    assert talked.run("dispose", "1", "evaded", "--as", "anna", at=NOON).code == 0
    answer = talked.run("dispose", "1", "refused", "--as", "anna", at=NOON)
    assert (answer.code, answer.err) == (1, "dialer: attempt 1 was already judged: evaded\n")


def test_nobody_judges_in_the_name_of_somebody_unknown(talked):
    talked.run("user", "disable", "anna")
    for name in ("zoe", "anna"):
        answer = talked.run("dispose", "1", "refused", "--as", name, at=NOON)
        assert (answer.code, answer.err) == (1, f'dialer: no active user "{name}"; add one with `dialer user add`\n')
    assert [e.kind for e in log_of(talked)] == ["case.imported"]


# --- desk ------------------------------------------------------------------------------------------------------------


def test_line_of_a_collector_who_cannot_be_rung_is_one_line(book_office):
    book_office.run("user", "add", "ben")
    for name in ("zoe", "ben"):
        answer = book_office.run("desk", "open", "--as", name)
        assert answer.code == 1
        assert answer.err == f'dialer: no active user "{name}" with a telephone; add one with `dialer user add`\n'


def test_carrier_that_does_not_answer_is_one_line(book_office):
    answer = book_office.run("desk", "open", "--as", "anna")
    assert answer.code == 1
    assert answer.err.startswith("dialer: anna's telephone could not be called: ")
    assert len(answer.err.splitlines()) == 1


def test_line_that_is_not_open_cannot_be_closed(book_office):
    answer = book_office.run("desk", "close", "--as", "anna")
    assert (answer.code, answer.err) == (1, "dialer: anna has no open line\n")


def test_supervisor_stops_all_dialling_and_lets_it_go_on(book_office):
    stopped = book_office.run("pause", "--reason", "Brandschutz", "--json", at=NOON)
    assert (stopped.code, stopped.json) == (0, {"paused": True})
    told = book_office.run("explain", "1", at=NOON).out
    assert "Das Wählen ist unterbrochen; `dialer doctor` nennt den Grund." in told
    refused = book_office.run("call", "1", "--as", "anna", at=NOON)
    assert (refused.code, refused.out) == (1, "Not called: dialling is paused: Brandschutz\n")
    assert book_office.run("resume", at=NOON).code == 0
    assert "unterbrochen" not in book_office.run("explain", "1", at=NOON).out
