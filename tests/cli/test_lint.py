"""`dialer lint`: exit code 0 passes, 1 findings, 2 wrong use."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from dialer.cli import main

CONSUMER = ("--country", "DE", "--debtor", "consumer", "--channel", "voicemail")
NEUTRAL = "Guten Tag, hier ist {agent} von {firm_neutral}. Bitte rufen Sie mich unter {number} zurück."
TELLING = "Guten Tag.\nEs geht um Ihre offene Forderung. Hier ist {firm}.\n"
L2 = (
    "Guten Tag {contact}, {agent}, {firm}, zu Vorgang {ref}. Bitte melden Sie sich bis {date} unter {number}; Einwände "
    "nehmen wir gern auf. Hören wir nichts, geben wir den Vorgang in das gerichtliche Verfahren."
)


@pytest.fixture
def lint(run, tmp_path):
    def go(text, *words):
        path = tmp_path / "template.txt"
        path.write_text(text, encoding="utf-8")
        return run("lint", str(path), *words)

    return go


def test_template_that_passes(lint):
    answer = lint(NEUTRAL, *CONSUMER)
    assert (answer.code, answer.out, answer.err) == (0, "passes\n", "")
    answer = lint(NEUTRAL, *CONSUMER, "--json")
    assert answer.json["passes"] is True
    assert answer.json["findings"] == []
    assert [name.split()[0] for name in answer.json["packs"]] == ["common", "de"]


def test_finding_says_rule_word_line_and_sentence(lint):
    answer = lint(TELLING, *CONSUMER, "--json")
    assert answer.code == 1
    assert [(f["rule"], f["word"], f["line"], f["sentence"]) for f in answer.json["findings"]] == [
        ("VM-WORDS", "Forderung", 2, "Es geht um Ihre offene Forderung."),
        ("VM-WORDS", "{firm}", 2, "Hier ist {firm}."),
    ]
    assert answer.json["findings"][0]["text"].endswith("learn of a debt: Forderung.")


def test_findings_for_people(lint):
    answer = lint(TELLING, *CONSUMER, "--language", "de")
    hears = "Wer die Nachricht einer Privatperson hört, darf nichts von einer Schuld erfahren"
    assert answer.code == 1
    assert answer.out.splitlines() == [
        f"line 2: VM-WORDS: {hears}: Forderung.",
        "    Es geht um Ihre offene Forderung.",
        "line 2: VM-WORDS: In einer Nachricht an Privatpersonen haben nur neutrale Platzhalter Platz, nicht {firm}.",
        "    Hier ist {firm}.",
        "2 findings",
    ]


def test_what_is_missing_has_no_place(lint):
    answer = lint("This is {agent} from {firm_neutral}.", "--country", "US", *CONSUMER[2:], "--json")
    (finding,) = answer.json["findings"]
    assert (finding["rule"], finding["word"], finding["line"], finding["sentence"]) == ("US-V1", "{number}", None, None)


def test_standard_input_is_read():
    result = CliRunner().invoke(main, ["lint", "-", *CONSUMER], input="\ufeffIhre Schuld".encode())
    assert result.exit_code == 1
    assert "line 1: VM-WORDS" in result.stdout
    assert CliRunner().invoke(main, ["lint", "-", *CONSUMER], input=NEUTRAL).exit_code == 0


def test_business_message_of_the_second_level_needs_its_level(lint):
    where = ("--country", "DE", "--debtor", "business", "--channel", "voicemail")
    assert lint(L2, *where, "--level", "2").code == 0
    assert lint(L2, *where, "--level", "1").code == 1
    assert lint(L2, *where).code == 1


@pytest.mark.parametrize(
    ("text", "country", "fact"),
    [
        ("Wir pfänden Ihr Konto.", "DE", "--title"),
        ("Wir melden der SCHUFA, sofern Sie nicht bestreiten.", "DE", "--credit-bureau"),
        ("We will sue you.", "US", "--in-time"),
    ],
)
def test_facts_about_the_case_make_words_lawful(lint, text, country, fact):
    where = ("--country", country, "--debtor", "consumer", "--channel", "letter")
    assert lint(text, *where).code == 1
    assert lint(text, *where, fact).code == 0


def test_own_rules_come_on_top(lint, tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text(
        """
[pack]
id = "house"
version = "1"
verified_on = 2026-11-21
review_by = 2027-11-21
[[rule]]
id = "HOUSE-1"
kind = "words"
effect = "CONTENT"
basis = "ours"
status = "product_default"
text = { de = "Nicht {detail}.", en = "Not {detail}." }
value = { whole = ["bitte"] }
""",
        encoding="utf-8",
    )
    answer = lint(NEUTRAL, *CONSUMER, "--own-rules", str(rules), "--json")
    assert [(f["rule"], f["text"]) for f in answer.json["findings"]] == [("HOUSE-1", "Not Bitte.")]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (CONSUMER[2:], "Missing option '--country'"),
        (("--country", "FR", *CONSUMER[2:]), '"FR" has no rule pack; known: AT, CH, DE, GB, US'),
        ((*CONSUMER[:2], "--debtor", "firm", *CONSUMER[4:]), "'firm' is not one of"),
        ((*CONSUMER[:4], "--channel", "inbound"), "'inbound' is not one of"),
        ((*CONSUMER, "--level", "5"), "5 is not in the range"),
    ],
)
def test_wrong_use_is_told(lint, words, says):
    answer = lint(NEUTRAL, *words)
    assert answer.code == 2
    assert says in answer.err


def test_template_that_is_not_there_is_wrong_use(run, tmp_path):
    assert run("lint", str(tmp_path / "no.txt"), *CONSUMER).code == 2


@pytest.mark.parametrize(("raw", "says"), [(b"\xff\xfe", "is not UTF-8 text"), (b" \n", "is blank")])
def test_file_that_is_no_text_is_one_line(run, tmp_path, raw, says):
    path = tmp_path / "template.txt"
    path.write_bytes(raw)
    answer = run("lint", str(path), *CONSUMER)
    assert (answer.code, answer.out, answer.err) == (1, "", f"dialer: {path}: {says}\n")
    answer = run("lint", str(path), *CONSUMER, "--json")
    assert json.loads(answer.out) == {"error": f"{path}: {says}"}
