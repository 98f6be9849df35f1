"""import claims, explain, report attempts."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from dialer.core.case import HoldReason

HEADINGS = (
    "debtor_reference;debtor_name;debtor_type;claim_reference;invoice_date;due_date;amount;currency;"
    "contact_name;contact_role;phone"
)
ANNA = "K1;Anna Schmidt;Privatperson;F1;01.10.2026;15.10.2026;100,00;EUR;;;030 23125001"
WRONG = "K9;Carl Falsch;Privatperson;F9;31.02.2026;15.10.2026;100,00;EUR;;;030 23125009"
NOTHING = dict.fromkeys(("debtors", "contacts", "phones", "cases", "claims", "entries", "attempts"), 0)
ONE = NOTHING | dict.fromkeys(("debtors", "contacts", "phones", "cases", "claims", "entries"), 1)

# --- import claims ---------------------------------------------------------------------------------------------------


def test_import_takes_what_is_right_and_names_what_is_not(office):
    path = office.claims(ANNA, WRONG)
    answer = office.run("import", "claims", str(path))
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "2 rows: 1 imported, 1 rejected",
        "claims: 1 new, 0 changed, 0 unchanged",
        "cases: 1 new; contacts: 1 new; numbers: 1 new",
        "  line 3, invoice_date: '31.02.2026' ist kein Datum; TT.MM.JJJJ oder JJJJ-MM-TT schreiben",
        f"Rejected rows: {office.folder}/claims.rejects.csv",
    ]
    rejects = (office.folder / "claims.rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rejects) == 2
    assert rejects[1].startswith("K9;Carl Falsch;Privatperson;F9;31.02.2026")
    assert office.counts() == ONE


def test_import_in_json(office):
    answer = office.run("import", "claims", str(office.claims(ANNA, WRONG)), "--json")
    assert answer.json == {
        "rows": 2,
        "imported": 1,
        "rejected": 1,
        "skipped_empty": 0,
        "without_number": 0,
        "new_claims": 1,
        "updated_claims": 0,
        "unchanged_claims": 0,
        "new_cases": 1,
        "new_contacts": 1,
        "new_phones": 1,
        "dry_run": False,
        "rejects_path": f"{office.folder}/claims.rejects.csv",
    }
    assert answer.err == ""


def test_import_again_changes_nothing(office):
    path = office.claims(ANNA)
    office.run("import", "claims", str(path))
    answer = office.run("import", "claims", str(path), "--json")
    assert answer.code == 0
    assert {key: answer.json[key] for key in ("imported", "new_claims", "unchanged_claims", "new_cases")} == {
        "imported": 1,
        "new_claims": 0,
        "unchanged_claims": 1,
        "new_cases": 0,
    }
    assert office.counts() == ONE
    assert answer.json["rejects_path"] is None
    assert not (office.folder / "claims.rejects.csv").exists()


def test_dry_run_changes_nothing(office):
    answer = office.run("import", "claims", str(office.claims(ANNA, WRONG)), "--dry-run", "--json")
    assert answer.code == 0
    assert (answer.json["imported"], answer.json["rejected"], answer.json["dry_run"]) == (1, 1, True)
    assert office.counts() == NOTHING
    assert sorted(path.name for path in office.folder.glob("claims*")) == ["claims.csv"]


def test_dry_run_writes_the_rejects_that_were_asked_for(office):
    out = office.folder / "wrong.csv"
    answer = office.run("import", "claims", str(office.claims(ANNA, WRONG)), "--dry-run", "--rejects", str(out))
    assert answer.out.splitlines()[-1] == f"Rejected rows: {out}"
    assert out.exists()
    assert office.counts() == NOTHING


def test_file_with_nothing_right_is_exit_code_1(office):
    assert office.run("import", "claims", str(office.claims(WRONG))).code == 1
    assert office.counts() == NOTHING


def test_file_without_rows_is_done(office):
    answer = office.run("import", "claims", str(office.claims()), "--json")
    assert (answer.code, answer.json["rows"]) == (0, 0)


def test_file_that_is_not_there_is_wrong_use(office):
    answer = office.run("import", "claims", str(office.folder / "nowhere.csv"))
    assert answer.code == 2
    assert "nowhere.csv' does not exist" in answer.err


@pytest.mark.parametrize(("name", "text"), [("claims.xlsx", "no workbook"), ("claims.docx", "x"), ("claims.csv", "")])
def test_file_that_is_no_claims_file_is_one_line(office, name, text):
    path = office.folder / name
    path.write_text(text)
    answer = office.run("import", "claims", str(path))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"dialer: {path}: ")
    assert len(answer.err.splitlines()) == 1


def test_rejects_do_not_overwrite_the_claims_file(office):
    path = office.claims(ANNA, WRONG)
    before = path.read_bytes()
    answer = office.run("import", "claims", str(path), "--rejects", str(path))
    assert answer.code == 1
    assert "the rejects file must not be the claims file itself" in answer.err
    assert path.read_bytes() == before
    assert office.counts() == NOTHING


# --- explain ---------------------------------------------------------------------------------------------------------


CASE_WORK = ("Verfahrensstand: ", "Stage: ", "Forderungsaufstellung: ", "Claim statement: ")
LADDER = ("Eskalationsleiter: ", "Ladder: ", "Bis ", "Until ", "Dafür ", "For ")
"""Lines on the case and its ladder, which have tests of their own."""


def explain(office, *words, language="de"):
    if language == "en":
        office.edit(('# language = "de"', 'language = "en"'))
    answer = office.run("explain", *words)
    assert answer.code == 0, answer.err
    return [line for line in answer.out.splitlines() if not line.startswith((*CASE_WORK, *LADDER))]


def test_young_invoice_waits_for_its_day(book_office):
    lines = explain(book_office, "F3", "--at", "2026-11-24T10:00:00+01:00")
    assert lines[:3] == [
        "Akte 3: Ben Neu (offen)",
        "Offen: F3 20,00 €",
        "Nächster Schritt: 2026-12-04 00:00 CET: Die Rechnung ist noch zu jung.",
    ]


def test_young_invoice_waits_for_its_day_in_english(book_office):
    lines = explain(book_office, "F3", "--at", "2026-11-24T10:00:00+01:00", language="en")
    assert lines[2] == "Next: 2026-12-04 00:00 CET: The invoice is still too young."


def test_case_that_is_due_says_now(book_office):
    lines = explain(book_office, "K1", "--at", "2026-11-24T12:30:00+01:00")
    assert lines[:3] == [
        "Akte 1: Anna Schmidt (offen)",
        "Offen: F1 100,00 €",
        "Nächster Schritt: jetzt: Inkassogespräch, erster Anruf, Anna Schmidt",
    ]
    assert not any(line.startswith("Jetzt nicht") for line in lines)


def test_case_that_is_due_says_now_in_english(book_office):
    lines = explain(book_office, "2", "--at", "2026-11-24T09:30:00+01:00", language="en")
    assert lines[2] == "Next: now: collection call, first call, Dora Eichner"


@pytest.mark.parametrize(
    ("at", "language", "following", "why"),
    [
        (
            "2026-11-24T15:00:00+01:00",
            "de",
            "Nächster Schritt: 2026-11-24 17:00 CET: Inkassogespräch, erster Anruf, Anna Schmidt",
            ["Jetzt nicht, weil: Das Zeitfenster des Segments ist zu."],
        ),
        (
            "2026-11-24T15:00:00+01:00",
            "en",
            "Next: 2026-11-24 17:00 CET: collection call, first call, Anna Schmidt",
            ["Not now, because: The segment's window is closed."],
        ),
        (
            "2026-11-24T21:00:00+01:00",
            "de",
            "Nächster Schritt: 2026-11-25 12:00 CET: Inkassogespräch, erster Anruf, Anna Schmidt",
            [
                "Jetzt nicht, weil:",
                "  DE-T1: Werktags wird nur zwischen 8 und 20 Uhr angerufen. (nicht mehr ab 2026-11-25 08:00 CET)",
            ],
        ),
        (
            "2026-11-29T12:30:00+01:00",
            "en",
            "Next: 2026-11-30 12:00 CET: collection call, first call, Anna Schmidt",
            ["Not now, because:", "  DE-T4: No calls on Sundays. (no longer from 2026-11-30 00:00 CET)"],
        ),
        (
            "2027-05-06T10:00:00Z",
            "en",
            "Next: 2027-05-07 12:00 CEST: collection call, first call, Anna Schmidt",
            [
                "Not now, because:",
                (
                    "  DE-T5: No calls on public holidays, the called party's or the caller's."
                    " (no longer from 2027-05-07 00:00 CEST)"
                ),
            ],
        ),
    ],
)
def test_outside_the_window_the_next_instant_is_told_with_its_zone(book_office, at, language, following, why):
    lines = explain(book_office, "K1", "--at", at, language=language)
    assert lines[2] == following
    assert lines[3 : 3 + len(why)] == why


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "de",
            [
                "Nächster Schritt: 2027-01-04 13:30 CET: Inkassogespräch, erster Anruf, Dora Eichner",
                "Jetzt nicht, weil:",
                (
                    "  DE-T3: Unternehmen werden Montag bis Freitag zwischen 8 und 18 Uhr angerufen."
                    " (nicht mehr ab 2026-11-29 00:00 CET)"
                ),
                "  HOLD: Die Akte ist gesperrt: Moratorium. (nicht mehr ab 2027-01-01 00:00 CET)",
            ],
        ),
        (
            "en",
            [
                "Next: 2027-01-04 13:30 CET: collection call, first call, Dora Eichner",
                "Not now, because:",
                (
                    "  DE-T3: Businesses are called Monday to Friday between 8 and 18 h."
                    " (no longer from 2026-11-29 00:00 CET)"
                ),
                "  HOLD: The case is on hold: moratorium. (no longer from 2027-01-01 00:00 CET)",
            ],
        ),
    ],
)
def test_each_rule_says_until_when_it_holds(book_office, language, lines):
    noted = book_office.run(
        "mark", "K2", "moratorium", "--until", "2026-12-31", "--as", "anna", at="2026-11-24T12:30:00+01:00"
    )
    assert noted.code == 0
    assert explain(book_office, "K2", "--at", "2026-11-28T18:30:00+01:00", language=language)[2:6] == lines


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "de",
            (
                "Hinweis: PACK-OLD: "
                "Das Regelwerk de 2026.11 ist über sein Prüfdatum hinaus; die Quellen sind neu zu prüfen."
            ),
        ),
        (
            "en",
            "Note: PACK-OLD: The rule pack de 2026.11 is past its review date; its sources have to be checked again.",
        ),
    ],
)
def test_outdated_law_is_noted_and_stops_nothing(book_office, language, line):
    fresh = explain(book_office, "K1", "--at", "2027-01-15T12:30:00+01:00", language=language)
    old = explain(book_office, "K1", "--at", "2027-01-18T12:30:00+01:00")
    assert [said for said in old if said not in fresh and not said.startswith("  ")] == [line]
    told = book_office.run("explain", "K1", "--at", "2027-01-18T12:30:00+01:00", "--json").json["verdict"]
    assert (told["verdict"], [w["rule"] for w in told["warnings"]]) == ("allow", ["PACK-OLD"])


@pytest.mark.parametrize(
    ("language", "line"),
    [("de", "Hinweis: DE-T2: Freigegeben durch olga."), ("en", "Note: DE-T2: Overridden by olga.")],
)
def test_overridden_rule_is_noted_with_whoever_answers(book_office, language, line):
    """Only a call that somebody makes on purpose: the scheduler's own are not excused."""
    book_office.run("user", "add", "olga", "--role", "compliance")
    words = ("override", "K1", "DE-T2", "--until", "2026-11-28", "--reason", "Rückruf vereinbart", "--as", "olga")
    assert book_office.run(*words, at="2026-11-24T12:30:00+01:00").code == 0
    evening = ("K1", "--at", "2026-11-28T18:30:00+01:00")
    assert not any("olga" in said for said in explain(book_office, *evening))
    book_office.edit(('# mode = "progressive"', 'mode = "preview"'))
    assert line in explain(book_office, *evening, language=language)
    after = explain(book_office, "K1", "--at", "2026-12-05T18:30:00+01:00")
    assert not any("olga" in said for said in after)


def test_packs_that_were_applied_are_named_in_json(book_office):
    told = book_office.run("explain", "K1", "--at", "2026-11-24T21:00:00+01:00", "--json").json["verdict"]
    assert told["packs"] == ["common 2026.11", "de 2026.11"]
    assert told["denials"] == [
        {
            "rule": "DE-T1",
            "text": "Werktags wird nur zwischen 8 und 20 Uhr angerufen.",
            "effect": "DENY",
            "not_before": "2026-11-25T07:00:00+00:00",
        }
    ]


def test_case_on_hold_says_why(book_office):
    book_office.hold(1, HoldReason.DISPUTE)
    lines = explain(book_office, "1", "--at", "2026-11-24T12:30:00+01:00")
    assert lines[2].startswith("Nächster Schritt: keiner von selbst: Die Akte ist gesperrt")
    told = book_office.run("explain", "1", "--at", "2026-11-24T12:30:00+01:00", "--json").json
    assert (told["decision"], told["why"], told["next_at"]) == ("idle", "hold", None)


def test_explain_in_json(book_office):
    answer = book_office.run("explain", "F1", "--at", "2026-11-24T21:00:00+01:00", "--json")
    told = answer.json
    assert (told["case"], told["status"], told["decision"], told["why"]) == (1, "open", "step", "first_call")
    assert told["next_at"] == "2026-11-25T11:00:00+00:00"
    assert [(d["rule"], d["not_before"]) for d in told["verdict"]["denials"]] == [
        ("DE-T1", "2026-11-25T07:00:00+00:00")
    ]
    assert told["verdict"]["verdict"] == "deny"
    assert told["attempts"] == []
    assert [(e["seq"], e["kind"]) for e in told["log"]] == [(1, "case.imported")]


def test_explain_changes_nothing(book_office):
    before = book_office.counts()
    explain(book_office, "1", "--at", "2026-11-24T21:00:00+01:00")
    assert book_office.counts() == before


def test_machines_clock_is_used_without_at(book_office):
    answer = book_office.run("explain", "K1", at="2026-11-24T12:30:00+01:00")
    assert "\nNächster Schritt: jetzt: " in answer.out


@pytest.mark.parametrize("word", ["F99", "k1", "99", "", "99999999999999999999"])
def test_unknown_reference_is_one_line(book_office, word):
    answer = book_office.run("explain", word)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        f'dialer: "{word}" does not name exactly one case, by its id or by the reference of a claim or debtor\n'
    )


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("2026-11-24T10:00:00", '"2026-11-24T10:00:00" needs a UTC offset, for example +01:00'),
        ("2026-11-24", '"2026-11-24" needs a UTC offset'),
        ("tomorrow", '"tomorrow" is not an instant like 2026-11-24T10:00:00+01:00'),
        ("", '"" is not an instant'),
    ],
)
def test_instant_without_offset_is_wrong_use(book_office, at, says):
    answer = book_office.run("explain", "K1", "--at", at)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err


def test_settings_that_lost_a_segment_are_one_line(book_office):
    book_office.edit(("[segment.private]", "[segment.persons]"))
    answer = book_office.run("explain", "K1")
    assert (answer.code, answer.err) == (
        1,
        'dialer: segment "private" has cases but no [segment.private] table in the configuration\n',
    )


# --- report attempts -------------------------------------------------------------------------------------------------

PERIOD = ("--from", "2026-11-01", "--to", "2026-11-30")


def test_report_is_written(book_office):
    out = book_office.folder / "november.xlsx"
    answer = book_office.run("report", "attempts", *PERIOD, "--out", str(out))
    assert (answer.code, answer.out) == (0, f"0 attempts in 0 rows: {out}\n")
    assert len(load_workbook(out).sheetnames) >= 2


@pytest.mark.parametrize(
    ("today", "packs"), [("2027-01-15", None), ("2027-01-18", "Regelwerk de 2026.11 (bis 15.01.2027)")]
)
def test_report_warns_of_law_that_is_past_its_review(book_office, today, packs):
    out = book_office.folder / "november.xlsx"
    answer = book_office.run("report", "attempts", *PERIOD, "--out", str(out), at=f"{today}T10:00:00+01:00")
    assert answer.code == 0
    line = load_workbook(out)["Übersicht"]["B5"].value
    assert line == (packs and f"Über das Prüfdatum hinaus, Quellen neu prüfen: {packs}")


def test_report_in_json(book_office):
    out = book_office.folder / "november.xlsx"
    answer = book_office.run("report", "attempts", *PERIOD, "--out", str(out), "--json")
    assert answer.json == {"attempts": 0, "rows": 0, "path": str(out)}


def test_report_of_a_period_that_ends_before_it_begins_is_refused(book_office):
    out = book_office.folder / "x.xlsx"
    answer = book_office.run("report", "attempts", "--from", "2026-11-30", "--to", "2026-11-01", "--out", str(out))
    assert answer.code == 1
    assert answer.err == "dialer: --from 2026-11-30 is after --to 2026-11-01: swap them\n"
    assert not out.exists()


def test_report_into_a_folder_that_is_not_there_is_one_line(book_office):
    answer = book_office.run("report", "attempts", *PERIOD, "--out", str(book_office.folder / "no" / "x.xlsx"))
    assert answer.code == 1
    assert "cannot be written (No such file or directory)" in answer.err


@pytest.mark.parametrize("day", ["30.11.2026", "2026-02-30", "yesterday"])
def test_day_that_is_none_is_wrong_use(book_office, day):
    answer = book_office.run("report", "attempts", "--from", day, "--to", "2026-11-30", "--out", "x.xlsx")
    assert answer.code == 2
