"""tasks, task, stage, reopen, order, statement: what is typed, what is answered, what is refused."""

from __future__ import annotations

import pytest

NOON = "2026-11-24T12:30:00+01:00"
COURT = (
    *("--fact", "claim=undisputed", "--fact", "default_since=2026-10-17"),
    *("--fact", "court=AG Wedding", "--fact", "file_number=26-1"),
)
TITLE = (
    *("--fact", "title_kind=judgment", "--fact", "title_on=2026-11-02"),
    *("--fact", "title_file_number=12 C 3/26", "--fact", "title_served_on=2026-11-06"),
)


@pytest.fixture
def cli(book_office):
    """Words typed at noon on 24 November 2026; fails the test unless they are obeyed."""

    def go(*words, at=NOON, code=0):
        answer = book_office.run(*words, at=at)
        assert answer.code == code, (answer.out, answer.err)
        return answer

    return go


# --- tasks -----------------------------------------------------------------------------------------------------------


def test_nothing_to_do_at_first(cli):
    assert cli("tasks").out == "Keine Aufgaben bis 24.11.2026.\n"
    assert cli("tasks", "--due", "2026-12-01", "--json").json == {"until": "2026-12-01", "tasks": []}


def test_task_is_added_listed_put_off_and_done(cli):
    added = cli("task", "add", "K1", "--note", "Brief suchen", "--due", "2026-11-24", "--as", "anna")
    assert added.out == "Task 1  bis 24.11.2026  Wiedervorlage: Brief suchen\n"
    assert cli("tasks").out == "1  bis 24.11.2026  Wiedervorlage: Brief suchen; Anna Schmidt (1), für alle\n"
    late = cli("tasks", at="2026-11-25T09:00:00+01:00").out
    assert late == "1  bis 24.11.2026  Wiedervorlage: Brief suchen; Anna Schmidt (1), für alle (überfällig)\n"
    answer = cli("task", "snooze", "1", "--until", "2026-11-30", "--as", "anna")
    assert answer.out == "Task 1 comes back on 2026-11-30.\n"
    assert cli("tasks").out == "Keine Aufgaben bis 24.11.2026.\n"
    (task,) = cli("tasks", "--due", "2026-11-30", "--as", "anna", "--json").json["tasks"]
    assert (task["kind"], task["note"], task["debtor"], task["due_on"]) == (
        "manual",
        "Brief suchen",
        "Anna Schmidt",
        "2026-11-30",
    )
    assert cli("task", "done", "1", "--as", "anna", "--json").json == {"task": 1, "case": 1, "state": "done"}
    refused = cli("task", "done", "1", "--as", "anna", code=1)
    assert refused.err == "dialer: task 1 was done before, by anna\n"


@pytest.mark.parametrize(
    "words",
    [
        ("task", "add", "K1", "--note", "x", "--due", "24.11.2026", "--as", "anna"),
        ("task", "done", "0", "--as", "anna"),
        ("stage", "K1", "heaven", "--as", "anna"),
        ("stage", "K1", "legal_review", "--as", "anna", "--fact", "court"),
        ("stage", "K1", "legal_review", "--as", "anna", "--fact", "court=a", "--fact", "court=b"),
        ("order", "answer", "1", "title=maybe", "--as", "anna"),
        ("reopen", "K1", "lottery", "--as", "anna"),
    ],
)
def test_wrong_use(cli, words):
    cli(*words, code=2)


def test_only_users_act(cli):
    for words in (
        ("tasks", "--as", "nobody"),
        ("task", "add", "K1", "--note", "x", "--due", "2026-11-24", "--as", "nobody"),
        ("stage", "K1", "legal_review", "--as", "nobody"),
        ("order", "new", "K1", "--as", "nobody"),
    ):
        assert 'no active user "nobody"' in cli(*words, code=1).err


# --- stages ----------------------------------------------------------------------------------------------------------


def test_missing_facts_are_named(cli):
    refused = cli("stage", "K2", "court_dunning", "--fact", "court=AG Wedding", "--as", "anna", code=1)
    assert refused.err == (
        "dialer: case 2: court_dunning rests on facts that are missing: "
        "claim (knowingly|undisputed), default_since (a day), file_number\n"
    )


def test_stage_with_its_facts_answers_with_what_runs(cli):
    served = ("--fact", "order_served_on=2026-11-23")
    entered = cli("stage", "K2", "court_dunning", "--on", "2026-11-24", *COURT, *served, "--as", "anna")
    assert entered.out == (
        "Verfahrensstand: gerichtliches Mahnverfahren\n"
        "  Verjährung bis 31.12.2029 (§§ 195, 199(1) BGB, § 193 BGB)\n"
        "  Widerspruchsfrist bis 07.12.2026 (§§ 692(1) no. 3, 694(1), 222 ZPO)\n"
        "  Frist für den Antrag auf Vollstreckungsbescheid bis 24.05.2027, nominal 23.05.2027 (§§ 701, 222 ZPO)\n"
    )
    listed = cli("tasks", "--due", "2026-12-31").out
    assert listed.startswith("2  bis 08.12.2026  Widerspruchsfrist abgelaufen: Vollstreckungsbescheid beantragen: ")
    told = cli("explain", "K2", "--json").json
    assert told["stage"] == "court_dunning"
    assert [task["kind"] for task in told["tasks"]] == ["order_objection", "enforcement_application", "limitation"]


def test_titled_case_is_reopened_by_news(cli):
    cli("stage", "K2", "titled", *TITLE, "--fact", "final_on=2026-11-20", "--as", "anna")
    assert cli("explain", "K2", "--json").json["status"] == "legal_review"
    reopened = cli("reopen", "K2", "employer", "--as", "anna", "--note", "Korn GmbH")
    assert reopened.out == "Case 2 is open again: Arbeitgeberwechsel\n"
    assert cli("explain", "K2", "--json").json["status"] == "open"
    assert "Lohnpfändung prüfen (§§ 829, 850c ZPO): Korn GmbH" in cli("tasks").out


# --- orders and statements -------------------------------------------------------------------------------------------


def test_order_to_the_bailiff(cli):
    assert "a bailiff acts on an enforceable title alone" in cli("order", "new", "K2", "--as", "anna", code=1).err
    cli("stage", "K2", "enforcement", *TITLE, "--as", "anna")
    assert cli("order", "list", "K2").out == "No orders.\n"
    made = cli("order", "new", "K2", "--as", "anna").out.splitlines()
    assert made[0] == "Auftrag an den Gerichtsvollzieher 1: unvollständig"
    assert made[9] == "  substitute_arrest: offen  Haftbefehl wird im Auftrag mit beantragt (§ 802g(1) ZPO)"
    points = ("title", "service_proof", "statement", "creditor", "debtor_address", "measure", "signature")
    rest = ("birth_date=no", "asset_disclosure=yes")
    answered = cli("order", "answer", "1", *(f"{p}=yes" for p in points), *rest, "--as", "anna", "--json").json
    assert answered["open"] == ["substitute_arrest"]
    assert "substitute_arrest (yes or no" in cli("order", "complete", "1", "--as", "anna", code=1).err
    cli("order", "answer", "1", "substitute_arrest=nein", "--as", "anna")
    complete = cli("order", "complete", "1", "--as", "anna").out.splitlines()
    assert complete[0] == "Auftrag an den Gerichtsvollzieher 1: vollständig"
    assert cli("order", "list", "K2", "--json").json[0]["items"]["substitute_arrest"] is False


def test_statement_of_a_day(cli):
    assert cli("statement", "K2").out == (
        "02.10.2026        250,50 €        250,50 €  Hauptforderung (F2)\n"
        "Gesamt zum 24.11.2026: 250,50 €\n"
        "Keine Zinsen berechnet: Der Verzugsbeginn ist nicht festgestellt (Angabe default_since).\n"
    )
    cli("stage", "K2", "telephone", "--fact", "default_since=2026-10-17", "--as", "anna")
    before = cli("statement", "K2", "--as-of", "2026-10-16", "--json").json
    assert (before["open_minor"], before["in_default"]) == (25_050, True)
    unknown = cli("statement", "K2").out
    assert unknown.startswith("Kein Zinsbetrag: Der Basiszinssatz ist für 17.10.2026 nicht hinterlegt")
    assert cli("statement", "K2", "--json").json["open_minor"] is None
