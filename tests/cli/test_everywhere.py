"""What holds for every command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from dialer.cli import main

DIALER = Path(sys.executable).with_name("dialer")


def commands(group=main, path=()):
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL = dict(commands())
WITHOUT_CONFIGURATION = {("init",), ("demo",), ("simulator",), ("permit",), ("lint",), ("log", "key")}
ARGUMENTS = {
    ("explain",): ["1"],
    ("call",): ["1", "--as", "anna"],
    ("dispose",): ["1", "refused", "--as", "anna"],
    ("pause",): ["--reason", "mittags"],
    ("desk", "open"): ["--as", "anna"],
    ("desk", "close"): ["--as", "anna"],
    ("import", "claims"): [__file__],
    ("report", "attempts"): ["--from", "2026-11-01", "--to", "2026-11-30", "--out", "x.xlsx"],
    ("user", "add"): ["anna"],
    ("user", "disable"): ["anna"],
    ("user", "role"): ["anna", "supervisor"],
    ("mark",): ["1", "cease", "--as", "anna"],
    ("marks",): ["1"],
    ("unmark",): ["1", "cease", "--as", "anna"],
    ("override",): ["1", "DE-T2", "--withdraw", "--as", "anna"],
    ("agreements",): ["1"],
    ("approve",): ["1", "--as", "anna"],
    ("climb",): ["1", "--reason", "x", "--as", "anna"],
    ("document", "list"): ["1"],
    ("document", "returned"): ["1", "--file", __file__, "--as", "anna"],
    ("document", "save"): ["1", "--out", "x.pdf"],
    ("document", "send"): ["1", "--by", "print", "--as", "anna"],
    ("document", "write"): ["1", "reminder_letter", "--as", "anna"],
    ("dossier",): ["1", "--out", "x.pdf"],
    ("hold",): ["1", "manual", "--reason", "x", "--as", "anna"],
    ("import", "payments"): [__file__],
    ("instalments",): ["1", "--rate", "50", "--first", "2026-12-01", "--as", "anna"],
    ("lift",): ["1", "manual", "--reason", "x", "--as", "anna"],
    ("db", "backup"): ["--out", "x.db"],
    ("erase",): ["--due"],
    ("log", "export"): ["--out", "x.jsonl"],
    ("order", "answer"): ["1", "title=yes", "--as", "anna"],
    ("order", "complete"): ["1", "--as", "anna"],
    ("order", "list"): ["1"],
    ("order", "new"): ["1", "--as", "anna"],
    ("payment", "assign"): ["1", "F1", "--as", "anna"],
    ("payments",): ["--unmatched"],
    ("reopen",): ["1", "employer", "--as", "anna"],
    ("script",): ["1"],
    ("stage",): ["1", "legal_review", "--as", "anna"],
    ("statement",): ["1"],
    ("task", "add"): ["1", "--note", "x", "--due", "2026-11-24", "--as", "anna"],
    ("task", "done"): ["1", "--as", "anna"],
    ("task", "snooze"): ["1", "--until", "2026-12-01", "--as", "anna"],
}
CONFIGURED = sorted(set(ALL) - WITHOUT_CONFIGURATION)


def test_commands_are_the_ones_people_know():
    assert set(ALL) == {
        ("agreements",),
        ("approve",),
        ("call",),
        ("climb",),
        ("db", "backup"),
        ("db", "upgrade"),
        ("demo",),
        ("desk", "close"),
        ("desk", "open"),
        ("dispose",),
        ("doctor",),
        ("document", "list"),
        ("document", "returned"),
        ("document", "save"),
        ("document", "send"),
        ("document", "write"),
        ("dossier",),
        ("erase",),
        ("explain",),
        ("hold",),
        ("import", "claims"),
        ("import", "payments"),
        ("init",),
        ("instalments",),
        ("lift",),
        ("lint",),
        ("log", "checkpoint"),
        ("log", "export"),
        ("log", "key"),
        ("log", "verify"),
        ("mark",),
        ("marks",),
        ("order", "answer"),
        ("order", "complete"),
        ("order", "list"),
        ("order", "new"),
        ("outbox",),
        ("override",),
        ("pause",),
        ("payment", "assign"),
        ("payments",),
        ("permit",),
        ("reopen",),
        ("report", "attempts"),
        ("resume",),
        ("scheduler",),
        ("script",),
        ("serve", "webhooks"),
        ("simulator",),
        ("stage",),
        ("statement",),
        ("task", "add"),
        ("task", "done"),
        ("task", "snooze"),
        ("tasks",),
        ("unmark",),
        ("user", "add"),
        ("user", "disable"),
        ("user", "list"),
        ("user", "role"),
    }


@pytest.mark.parametrize(
    "words", [(), *sorted(ALL), ("db",), ("desk",), ("import",), ("report",), ("serve",), ("user",)]
)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_works(run, words, option):
    answer = run(*words, option)
    assert answer.code == 0
    assert answer.out.startswith(f"Usage: {' '.join(('main', *words))} ")
    assert len(answer.out.splitlines()) > 3


@pytest.mark.parametrize("words", sorted(ALL))
def test_every_command_and_option_is_explained(words):
    assert ALL[words].help
    assert [p.name for p in ALL[words].params if isinstance(p, click.Option) and not (p.help or p.name == "out")] == []


@pytest.mark.parametrize("words", sorted(ALL))
def test_every_command_answers_in_json(words):
    assert "--json" in {name for p in ALL[words].params for name in p.opts}


def test_every_command_that_reads_a_configuration_lets_it_be_named():
    with_it = {words for words, c in ALL.items() if "--config" in {name for p in c.params for name in p.opts}}
    assert set(ALL) - with_it == WITHOUT_CONFIGURATION


@pytest.mark.parametrize("words", CONFIGURED)
def test_missing_configuration_is_one_line_and_exit_code_1(run, words, tmp_path):
    missing = tmp_path / "nowhere.toml"
    line = f"dialer: {missing}: no such file; `dialer init DIR` writes one\n"
    arguments = [*words, *ARGUMENTS.get(words, [])]
    for answer in (run(*arguments, "--config", str(missing)), run(*arguments, DIALER_CONFIG=str(missing))):
        assert (answer.code, answer.out, answer.err) == (1, "", line)


@pytest.mark.parametrize("words", CONFIGURED)
def test_error_in_json_stands_on_standard_output_too(run, words, tmp_path):
    missing = tmp_path / "nowhere.toml"
    answer = run(*words, *ARGUMENTS.get(words, []), "--json", "--config", str(missing))
    assert answer.code == 1
    assert answer.json == {"error": f"{missing}: no such file; `dialer init DIR` writes one"}
    assert answer.err.startswith("dialer: ")


@pytest.mark.parametrize("words", sorted(set(CONFIGURED) - {("db", "backup"), ("db", "upgrade"), ("doctor",)}))
def test_database_without_tables_is_one_line_with_the_remedy(empty_office, words):
    answer = empty_office.run(*words, *ARGUMENTS.get(words, []))
    assert answer.code == 1
    assert answer.err == "dialer: the database is not at this version's schema; run `dialer db upgrade`\n"


@pytest.mark.parametrize("words", CONFIGURED)
def test_database_that_does_not_answer_is_one_line(empty_office, words):
    empty_office.edit(("/dialer.db", "/missing/dialer.db"))
    answer = empty_office.run(*words, *ARGUMENTS.get(words, []))
    assert answer.code == 1
    assert (
        "the database that database.url names cannot be used: unable to open database file" in answer.out + answer.err
    )


@pytest.mark.parametrize("words", sorted(ALL))
def test_unknown_option_is_wrong_use(run, words):
    assert run(*words, "--no-such-option").code == 2


@pytest.mark.parametrize("words", [("call", "1"), ("dispose",), ("explain",), ("import", "claims"), ("user", "add")])
def test_missing_argument_is_wrong_use(run, words):
    answer = run(*words)
    assert answer.code == 2
    assert "Error: Missing " in answer.err


@pytest.mark.parametrize("words", [("nonsense",), ("user", "nonsense"), ("db", "nonsense")])
def test_unknown_command_is_wrong_use(run, words):
    answer = run(*words)
    assert answer.code == 2
    assert "No such command 'nonsense'" in answer.err


def test_mistakes_in_the_configuration_are_a_line_each_and_show_no_secret(office):
    office.edit(("[dialing]\n", "[dialing]\ncolour = 1\n"), ("[operator]\n", "[operator]\nsize = 2\n"))
    answer = office.run("explain", "1")
    assert answer.code == 1
    assert answer.err.splitlines() == [
        f"dialer: {office.config}: operator.size: unknown key",
        f"{office.config}: dialing.colour: unknown key",
    ]


def test_shifted_clock_is_refused_without_a_carrier_on_this_machine(office):
    office.edit(("http://127.0.0.1:9", "http://127.0.0.1.evil.example"))
    answer = office.run("user", "list", at="2026-11-24T10:00:00+01:00")
    assert answer.code == 1
    assert answer.err.startswith("dialer: DIALER_CLOCK shifts the clock and is refused")


def test_program_that_is_installed_is_the_same(office):
    done = subprocess.run(
        [DIALER, "user", "list", "--config", office.config, "--json"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
    done = subprocess.run([DIALER, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "dialer, version 0.1.0\n")


def test_simulator_tells_a_bad_clock_in_one_line(run, tmp_path):
    (tmp_path / "people.json").write_text("{}")
    words = ("simulator", "--directory", str(tmp_path / "people.json"), "--auth-token", "x", "--port", "0")
    answer = run(*words, DIALER_CLOCK="rubbish")
    assert answer.code == 1
    assert answer.err.startswith("dialer: DIALER_CLOCK is not SHOWN@REAL*SPEED")


def test_demo_does_not_touch_a_folder_with_other_files(run, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    answer = run("demo", "--out", str(tmp_path))
    assert answer.code == 1
    assert answer.err == f"dialer: {tmp_path} holds other files; choose another folder with --out\n"
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
