"""A supervisor at the ladder, on the command line."""

from __future__ import annotations

import pytest


@pytest.fixture
def firm(book_office):
    """Two people at Bergmann GmbH, and the supervisor sofia."""
    head = "K2;Bergmann GmbH;Firma;F2;02.10.2026;16.10.2026;250,50;EUR;Kai Vogt;Leiter Buchhaltung;030 23125009"
    assert book_office.run("import", "claims", str(book_office.claims(head))).code == 0
    assert book_office.run("user", "add", "sofia", "--role", "supervisor").code == 0
    return book_office


def test_supervisor_turns_a_case_to_the_next_contact(firm):
    moved = firm.run("climb", "F2", "--reason", "Urlaub", "--as", "sofia", "--json")
    assert (moved.code, moved.json["reason"].split()[0]) == (0, "collection_call")
    assert "Leitung Buchhaltung" in firm.run("explain", "F2").out.split("Eskalationsleiter:")[1].split("\n")[0]


def test_explanation_lists_whom_a_case_can_be_turned_to(firm):
    people = "2 Dora Eichner (Stufe 1, Kreditorenbuchh.); 4 Kai Vogt (Stufe 2, Leitung Buchhaltung)"
    told = firm.run("explain", "F2").out.splitlines()
    assert f"Ansprechpartner: {people}" in told
    # no gateway takes faxes here
    assert any(line.startswith("Bis „Schreiben“ (eines genügt): ") for line in told)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        pytest.param(("climb", "F2", "--reason", "x", "--as", "anna"), 1, "no supervisor", id="a collector"),
        pytest.param(("climb", "F1", "--reason", "x", "--as", "sofia"), 1, "BZ-3", id="a private person"),
        pytest.param(("approve", "F2"), 1, "no message waits for approval", id="nothing to approve"),
        pytest.param(("approve", "F2", "--refuse"), 2, "--refuse needs --as USER", id="refused by nobody"),
    ],
)
def test_what_is_refused(firm, words, code, says):
    answer = firm.run(*words)
    assert answer.code == code
    assert says in answer.err
