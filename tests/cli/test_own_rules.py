"""Rules of the office's own: they come on top of the law in every command, and broken ones stop every command."""

from __future__ import annotations

import pytest

NOON = "2026-11-24T12:30:00+01:00"
RULES = """[pack]
id = "house"
version = "3"
verified_on = 2026-11-21
review_by = 2026-12-31
[[rule]]
id = "HOUSE-1"
kind = "hours"
effect = "DENY"
basis = "ours"
status = "product_default"
text = { de = "Wir rufen erst ab 13 Uhr an.", en = "We call from 1 p.m." }
value = { mon-fri = ["13:00-20:00"] }
"""


@pytest.fixture
def strict_office(book_office):
    """The office with that rule of its own."""
    (book_office.folder / "rules.toml").write_text(RULES, encoding="utf-8")
    book_office.edit(("# own_rules", "own_rules"))
    return book_office


def break_it(office, old, new):
    path = office.folder / "rules.toml"
    assert old in RULES
    path.write_text(RULES.replace(old, new), encoding="utf-8")
    return path


def test_click_that_the_law_allows_is_denied(strict_office):
    answer = strict_office.run("call", "K1", "--as", "anna", "--json", at=NOON)
    assert answer.code == 1
    assert [(d["rule"], d["text"]) for d in answer.json["denials"]] == [("HOUSE-1", "Wir rufen erst ab 13 Uhr an.")]
    assert answer.json["not_before"] == "2026-11-24T12:00:00+00:00"
    assert answer.json["packs"] == ["common 2026.11", "house 3", "de 2026.11"]


def test_explain_tells_the_rule_and_the_hour(strict_office):
    lines = strict_office.run("explain", "K1", "--at", NOON).out.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("Nächster Schritt"))
    assert lines[first : first + 3] == [
        "Nächster Schritt: 2026-11-24 13:00 CET: Inkassogespräch, erster Anruf, Anna Schmidt",
        "Jetzt nicht, weil:",
        "  HOUSE-1: Wir rufen erst ab 13 Uhr an. (nicht mehr ab 2026-11-24 13:00 CET)",
    ]


def test_law_holds_all_the_same(strict_office):
    answer = strict_office.run("call", "K1", "--as", "anna", "--json", at="2026-11-29T14:00:00+01:00")
    assert [d["rule"] for d in answer.json["denials"]] == ["DE-T4"]


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "K1"),
        ("call", "K1", "--as", "anna"),
        ("scheduler", "--once"),
        ("serve", "webhooks"),
        ("user", "list"),
        ("db", "upgrade"),
        ("doctor",),
    ],
)
def test_broken_rules_stop_the_start_and_name_file_rule_and_key(strict_office, words):
    path = break_it(strict_office, "mon-fri", "monday")
    answer = strict_office.run(*words, at=NOON)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f'dialer: {path}: rule HOUSE-1: value: "monday" is not a day like "mon"')


def test_rules_that_are_not_there_stop_the_start(strict_office):
    (strict_office.folder / "rules.toml").unlink()
    answer = strict_office.run("explain", "K1")
    assert (answer.code, answer.err) == (
        1,
        f"dialer: {strict_office.folder}/rules.toml: cannot be read: No such file or directory\n",
    )


def test_doctor_watches_over_their_review_date_too(strict_office):
    strict_office.edit(("https://dialer.example.com", "http://127.0.0.1:9"))
    line = "WRONG rule pack house 3: past its review date 2026-12-31: check its sources, or upgrade dialer"
    assert line not in strict_office.run("doctor", at="2026-12-31T10:00:00+01:00").out.splitlines()
    assert line in strict_office.run("doctor", at="2027-01-01T10:00:00+01:00").out.splitlines()
