"""script: what to say in a case's next call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dialer.actions.script_fields import statement_text
from dialer.clock import SystemClock
from dialer.core.agreement import even_rates, promise
from dialer.core.case import HoldReason, Stage
from dialer.core.casework import AgreementKind, AgreementState
from dialer.core.statement import Debt, statement
from dialer.rules.base_rates import load_base_rates
from dialer.rules.scripts import FOLDER
from dialer.storage import agreements, stages

TUESDAY = "2026-11-24T10:00:00+01:00"
RECEPTION = "K4;Cordes AG;Firma;F4;01.10.2026;15.10.2026;90,00;EUR;Empfang;Empfang;030 23125004"
BOOKKEEPER = "K4;Cordes AG;Firma;F4;01.10.2026;15.10.2026;90,00;EUR;Eva Koch;Buchhaltung;030 23125005"


def lines(answer):
    return [line.strip() for line in answer.out.splitlines()]


def sections(guide):
    return {s["id"]: s for s in guide["sections"]}


def test_guide_of_the_planned_call_filled_in(book_office):
    answer = book_office.run("script", "1", at=TUESDAY)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Inkassogespräch mit einer Privatperson\n=====")
    assert "Hinweis: F1 vom 01.10.2026, fällig 15.10.2026, offen 100,00 €" in lines(answer)
    assert "> Guten Tag, mein Name ist Anna Berger von Muster GmbH. Spreche ich mit Anna Schmidt?" in lines(answer)
    assert (
        "> Danke. Ich rufe für Muster Handels GmbH an. Es geht um 100,00 € aus Rechnung F1, fällig am 15.10.2026."
        in lines(answer)
    )
    assert "Hinweis: Aufstellung zum heutigen Tag: 100,00 € (Hauptforderung 100,00 €)" in lines(answer)
    assert "{" not in answer.out


def test_json_of_a_firm(book_office):
    data = book_office.run("script", "F2", "--json", at=TUESDAY).json
    assert {key: data[key] for key in ("case", "sought", "missing")} == {
        "case": 2,
        "sought": "Dora Eichner",
        "missing": [],
    }
    assert data["contact"]["level"] == 1
    (guide,) = data["guides"]
    assert (guide["audience"], guide["step"], guide["language"]) == ("business", "collection_call", "de")
    assert sections(guide)["identity"]["hints"][0].splitlines()[1:] == ["Kundennummer: K2", "Rechnungsnummer: F2"]
    assert guide["excuses"][0]["days"] == 2


def test_private_person_is_told_nothing_before_the_check(book_office):
    (guide,) = book_office.run("script", "1", "--json", at=TUESDAY).json["guides"]
    early = [s for s in guide["sections"] if s["part"] in {"right_person", "identity", "third_person"}]
    words = " ".join(line for s in early for line in s["say"])
    assert len(early) == 3
    assert [secret for secret in ("100,00", "F1", "K1", "15.10.2026", "Handels") if secret in words] == []


def test_reception_gets_its_guide_first(office):
    assert office.run("import", "claims", str(office.claims(RECEPTION, BOOKKEEPER))).code == 0
    data = office.run("script", "1", "--json", at=TUESDAY).json
    assert [g["step"] for g in data["guides"]] == ["gatekeeper", "collection_call"]
    assert (data["contact"]["name"], data["sought"]) == ("Empfang", "Eva Koch")
    asked = "Bitte verbinden Sie mich mit Eva Koch, es geht um unsere Rechnung F4."
    said = sections(data["guides"][0])["ask_for"]["say"]
    assert said == [f"Guten Tag, Anna Berger von Muster Handels GmbH. {asked}"]


def test_reception_alone_leaves_a_gap_for_the_name(office):
    assert office.run("import", "claims", str(office.claims(RECEPTION))).code == 0
    data = office.run("script", "1", "--json", at=TUESDAY).json
    assert data["sought"] is None
    assert "contact" in data["missing"]
    assert "Bitte verbinden Sie mich mit ____," in sections(data["guides"][0])["ask_for"]["say"][0]


def test_case_that_waits_shows_why_and_the_guide_all_the_same(book_office):
    young = book_office.run("script", "3", at=TUESDAY)
    assert young.out.startswith("Die Rechnung ist noch zu jung.\n\nInfogespräch mit einer Privatperson\n")
    book_office.hold(1, HoldReason.DISPUTE)
    held = book_office.run("script", "1", at=TUESDAY)
    assert held.out.startswith("Die Akte ist gesperrt: bestritten\n\nInkassogespräch mit einer Privatperson\n")


def test_step_and_language_can_be_asked_for(book_office):
    answer = book_office.run("script", "1", "--step", "debtor_callback", "--language", "en", at=TUESDAY)
    assert answer.out.startswith("A private person calls back\n")
    assert "Hint: F1 of 1 October 2026, due 15 October 2026, open €100.00" in lines(answer)
    assert "> Muster GmbH, hello, my name is Anna Berger. Who am I speaking to, please?" in lines(answer)


MANY = [
    f"K5;Dorn GmbH;Firma;G{n};0{n}.10.2026;1{n}.10.2026;{n}00,00;{currency};Ida;Buchhaltung;030 23125006"
    for n, currency in enumerate(("EUR", "EUR", "EUR", "USD"), start=1)
]


def test_several_claims_are_one_talk(office):
    assert office.run("import", "claims", str(office.claims(*MANY))).code == 0
    with office.db.write() as tx:
        tx.exec_driver_sql("UPDATE claims SET paid_minor = 2500 WHERE reference = 'G1'")
        tx.exec_driver_sql("UPDATE claims SET disputed = true WHERE reference = 'G2'")
        tx.exec_driver_sql("UPDATE cases SET callback_at = '2026-11-25 14:30:00+00:00'")
    (guide,) = office.run("script", "1", "--json", at=TUESDAY).json["guides"]
    assert sections(guide)["opening_collection"]["say"][0] == (
        "Es geht um unsere Rechnung G1, G2, G3 und weiteren. Offen sind 575,00 € + 400,00 $, fällig am 11.10.2026."
    )
    hints = sections(guide)["preparation"]["hints"]
    assert hints[1].splitlines() == [
        "G1 vom 01.10.2026, fällig 11.10.2026, offen 75,00 € von 100,00 €",
        "G2 vom 02.10.2026, fällig 12.10.2026, offen 200,00 €, bestritten",
        "G3 vom 03.10.2026, fällig 13.10.2026, offen 300,00 €",
        "G4 vom 04.10.2026, fällig 14.10.2026, offen 400,00 $",
    ]
    assert "Vereinbarter Rückruf: 2026-11-25 15:30 CET" in hints


def test_statement_is_told_with_its_parts():
    debt = Debt(
        reference="F1",
        principal_minor=1000_00,
        currency="EUR",
        arisen_on=date(2026, 1, 1),
        due_on=date(2026, 1, 15),
        interest_from=date(2026, 2, 1),
        debtor_consumer=False,
    )
    # 10.27 % (1.27 + 9) of 1,000 EUR for 31 of 365 days: 8.7225 EUR
    stated = statement([debt], as_of=date(2026, 3, 3), rates=load_base_rates())
    assert statement_text(stated, "de") == "1.048,72 € (Hauptforderung 1.000,00 €, Zinsen 8,72 €, Kosten 40,00 €)"
    plain = statement([replace(debt, interest_from=None)], as_of=date(2026, 3, 3), rates=load_base_rates())
    assert statement_text(plain, "en") == "€1,000.00 (principal €1,000.00)"


def agreed(office, terms, *, at, ended=None):
    with office.db.write() as tx:
        made = agreements.add(tx, 1, terms, attempt_id=None, at=at)
        if ended:
            agreements.end(tx, made, ended, at=at)


def test_promises_of_the_past_are_told_with_what_came_of_them(book_office):
    night = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)  # in Berlin it is the 3rd
    broken = promise(4_050, date(2026, 11, 10), currency="EUR", grace_workdays=3)
    agreed(book_office, broken, at=night, ended=AgreementState.BROKEN)
    rates = even_rates(10_000, 5_000, date(2026, 12, 1))
    plan = replace(broken, kind=AgreementKind.INSTALMENTS, amount_minor=10_000, instalments=rates)
    agreed(book_office, plan, at=night + timedelta(days=14))
    told = lines(book_office.run("script", "1", at=TUESDAY))
    assert "Hinweis: Bisherige Zusagen: am 03.11.2026: 40,50 € zum 10.11.2026 (gebrochen)" in told
    assert "am 17.11.2026: 100,00 € in 2 Raten vom 01.12.2026 bis 01.01.2027 (läuft)" in told
    english = lines(book_office.run("script", "1", "--language", "en", at=TUESDAY))
    assert "Hint: Promises so far: on 3 November 2026: €40.50 for 10 November 2026 (broken)" in english
    assert "on 17 November 2026: €100.00 in 2 rates from 1 December 2026 to 1 January 2027 (runs)" in english


def in_default(office):
    with office.db.write() as tx:
        facts = {"default_since": "2026-11-01"}
        stages.enter(tx, 1, Stage.TELEPHONE, on=date(2026, 11, 1), facts=facts, at=SystemClock().now(), actor="anna")


def test_statement_with_a_base_rate_nobody_knows_stays_a_gap(book_office):
    in_default(book_office)
    assert "Hinweis: Aufstellung zum heutigen Tag: ____" in lines(book_office.run("script", "1", at=TUESDAY))


def test_statement_counts_interest_by_a_base_rate_of_ones_own(book_office):
    in_default(book_office)
    (book_office.folder / "rates.toml").write_text(
        '[de]\nsource = "Bundesbank"\nrates = [{ from = 2026-07-01, percent = 2.3 }]', encoding="utf-8"
    )
    book_office.edit(('# base_rates = "base_rates.toml"', 'base_rates = "rates.toml"'))
    # 7.3 % (2.3 + 5) of 100 EUR from 1 to 24 November: 24 of 365 days
    told = lines(book_office.run("script", "1", at=TUESDAY))
    assert "Hinweis: Aufstellung zum heutigen Tag: 100,48 € (Hauptforderung 100,00 €, Zinsen 0,48 €)" in told
    assert book_office.run("statement", "1", "--json", at=TUESDAY).json["open_minor"] == 10_048


def test_natural_person_is_not_spoken_to_like_a_firm(book_office):
    answer = book_office.run("script", "1", "--audience", "business", at=TUESDAY)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "dialer: case 1: a natural person is spoken to along the private guides\n"
    assert book_office.run("script", "2", "--audience", "private", at=TUESDAY).code == 0


def test_paid_case_has_no_guide(book_office):
    with book_office.db.write() as tx:
        tx.exec_driver_sql("UPDATE claims SET paid_minor = amount_minor")
    answer = book_office.run("script", "1", at=TUESDAY)
    assert (answer.code, answer.err) == (1, "dialer: case 1 owes nothing: there is nothing to talk about\n")


def test_case_nobody_knows_is_one_line(book_office):
    answer = book_office.run("script", "F99", at=TUESDAY)
    assert answer.code == 1
    assert answer.err.startswith('dialer: "F99" does not name exactly one case')


def test_showing_changes_nothing(book_office):
    before = book_office.counts()
    book_office.run("script", "1", at=TUESDAY)
    assert book_office.counts() == before


# --- list and check --------------------------------------------------------------------------------------------------


def test_list_names_every_guide_without_a_configuration(run):
    answer = run("script", "--list", "--json")
    assert answer.code == 0
    assert len(answer.json) == 16
    assert {
        "audience": "private",
        "step": "gatekeeper",
        "language": "de",
        "countries": [],
        "title": "Jemand anderes ist am Apparat",
    } in answer.json


def test_list_can_be_narrowed(run):
    answer = run("script", "--list", "--audience", "business", "--step", "gatekeeper", "--language", "en")
    assert answer.out.split(maxsplit=3) == ["business", "gatekeeper", "en", "Reception, switchboard or assistant\n"]


def own_guides(office, name, words):
    folder = office.folder / name
    folder.mkdir()
    text = (FOLDER / "private_de.toml").read_text(encoding="utf-8")
    changed = text.replace("Können Sie gerade ungestört sprechen?", words)
    (folder / "mine.toml").write_text(changed, encoding="utf-8")
    return folder


def test_own_folder_comes_first(book_office):
    folder = own_guides(book_office, "scripts", "Passt es?")
    assert "> Passt es?" in lines(book_office.run("script", "1", "--folder", str(folder), at=TUESDAY))


def test_folder_of_the_configuration_comes_first_but_for_one_that_is_named(book_office):
    own_guides(book_office, "guides", "Passt es?")
    book_office.edit(('# folder = "scripts"', 'folder = "guides"'))
    assert "> Passt es?" in lines(book_office.run("script", "1", at=TUESDAY))
    other = own_guides(book_office, "others", "Geht es?")
    assert "> Geht es?" in lines(book_office.run("script", "1", "--folder", str(other), at=TUESDAY))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("private_en", "en: private info_call, private collection_call, private gatekeeper, private debtor_callback"),
        ("excuses_de", "de: 8 excuses"),
    ],
)
def test_check_passes_what_is_right(run, name, told):
    path = FOLDER / f"{name}.toml"
    answer = run("script", "--check", str(path))
    assert (answer.code, answer.out) == (0, f"{path}: {told}: passes\n")
    assert run("script", "--check", str(path), "--json").json == {"passes": True, "problems": []}


def test_check_names_every_problem(run, tmp_path):
    path = tmp_path / "mine.toml"
    text = (FOLDER / "business_de.toml").read_text(encoding="utf-8")
    text = text.replace("Wer vertritt? Dann", "Es sind {amount} offen. Dann").replace("{rate}", "{raten}")
    path.write_text(text, encoding="utf-8")
    problems = [
        f"{path}: section.agreement.hints.1: unknown placeholder {{raten}}",
        f"{path}: section.insist.say.2: {{amount}} may reach somebody who is not identified, against BZ-5",
    ]
    answer = run("script", "--check", str(path))
    assert (answer.code, answer.out.splitlines()) == (1, problems)
    answer = run("script", "--check", str(path), "--json")
    assert (answer.code, answer.json) == (1, {"passes": False, "problems": problems})


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("1", "--list"),
        ("--list", "--check", str(FOLDER / "private_de.toml")),
        ("1", "--step", "nonsense"),
        ("1", "--audience", "all"),
        ("1", "--language", "fr"),
        ("--check", "nowhere.toml"),
        ("1", "--folder", "nowhere"),
    ],
)
def test_wrong_use_is_exit_code_2(book_office, words):
    assert book_office.run("script", *words, at=TUESDAY).code == 2
