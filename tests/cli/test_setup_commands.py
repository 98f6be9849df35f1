"""init, db upgrade, user."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dialer.config import load
from dialer.storage.database import Database

DIALER = Path(sys.executable).with_name("dialer")
TOKEN = {"DIALER_TWILIO_AUTH_TOKEN": "token"}

# --- init ------------------------------------------------------------------------------------------------------------


FILES = ("config.toml", "dialer.db", "sample-claims.xlsx", "sample-people.json")


@pytest.mark.parametrize("name", ["office", "deep/down/office", 'Mahnwesen "Süd" #1 100%'])
def test_init_makes_a_folder_that_works(run, tmp_path, name):
    folder = tmp_path / name
    answer = run("init", str(folder))
    assert answer.code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "config.toml",
        "dialer.db",
        "sample-claims.xlsx",
        "sample-people.json",
    ]
    assert answer.out.splitlines() == [
        "Written:",
        f"  {folder}/config.toml",
        f"  {folder}/dialer.db",
        f"  {folder}/sample-claims.xlsx",
        f"  {folder}/sample-people.json",
        "Next: edit config.toml, then run `dialer doctor`.",
    ]
    config = load(folder / "config.toml", TOKEN)
    assert config.database.url.get_secret_value() == f"sqlite:///{folder}/dialer.db"
    imported = run(
        "import", "claims", str(folder / "sample-claims.xlsx"), DIALER_CONFIG=str(folder / "config.toml"), **TOKEN
    )
    assert imported.code == 0


def test_init_answers_in_json(run, tmp_path):
    answer = run("init", str(tmp_path), "--json")
    assert answer.json == {"files": [f"{tmp_path}/{name}" for name in FILES]}


def test_configuration_of_init_keeps_its_comments(run, tmp_path):
    run("init", str(tmp_path))
    example = (Path(__file__).parents[2] / "config.example.toml").read_text(encoding="utf-8")
    changed = set((tmp_path / "config.toml").read_text(encoding="utf-8").splitlines()) - set(example.splitlines())
    assert changed == {f'url = "sqlite:///{tmp_path}/dialer.db"'}


@pytest.mark.parametrize("name", FILES)
def test_init_overwrites_nothing(run, tmp_path, name):
    (tmp_path / name).write_text("mine")
    answer = run("init", str(tmp_path))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == f"dialer: {tmp_path}/{name} exists; choose another folder\n"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_init_leaves_other_files_alone(run, tmp_path):
    (tmp_path / "people.json").write_text("mine")
    run("init", str(tmp_path))
    assert (tmp_path / "people.json").read_text() == "mine"


def test_init_needs_a_folder_that_can_be_made(run, tmp_path):
    (tmp_path / "file").touch()
    assert run("init", str(tmp_path / "file")).code == 2
    answer = run("init", str(tmp_path / "file" / "below"))
    assert (answer.code, answer.err) == (1, f"dialer: {tmp_path}/file/below cannot be made: Not a directory\n")


# --- db upgrade ------------------------------------------------------------------------------------------------------


def test_upgrade_makes_the_tables_and_may_be_repeated(empty_office):
    for _ in range(2):
        answer = empty_office.run("db", "upgrade")
        assert (answer.code, answer.out) == (0, "The database is at this version's schema.\n")
    assert empty_office.db.schema_is_current()
    assert empty_office.run("db", "upgrade", "--json").json == {"upgraded": True}


def test_upgrade_of_a_newer_database_is_refused(office):
    with office.db.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    answer = office.run("db", "upgrade")
    assert (answer.code, answer.err) == (
        1,
        "dialer: the database was made by a newer version of dialer; run that one\n",
    )


def test_upgrade_works_on_postgresql(empty_office, postgresql_database_url):
    environment = {"DIALER_DATABASE_URL": postgresql_database_url, "PATH": ""}
    done = [
        subprocess.run(
            [DIALER, *words, "--config", empty_office.config, "--json"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        for words in (("db", "upgrade"), ("user", "add", "anna"), ("user", "add", "anna"), ("user", "list"))
    ]
    assert [(d.returncode, d.stdout) for d in done] == [
        (0, '{"upgraded": true}\n'),
        (0, '{"added": "anna"}\n'),
        (1, '{"error": "there is a user anna already"}\n'),
        (0, '[{"name": "anna", "role": "collector", "has_phone": false, "active": true}]\n'),
    ]
    database = Database(postgresql_database_url)
    assert database.schema_is_current()
    database.close()


# --- user ------------------------------------------------------------------------------------------------------------


def test_users_are_added_listed_and_disabled(office):
    assert office.run("user", "list").out == "No users yet.\n"
    assert office.run("user", "list", "--json").json == []
    assert office.run("user", "add", "ben").out == "Added ben.\n"
    assert office.run("user", "add", "anna", "--phone", "+493023125991").code == 0
    assert office.run("user", "list").out == "anna (collector)\nben (collector)\n"
    assert office.run("user", "disable", "ben").out == "Disabled ben.\n"
    assert office.run("user", "list").out == "anna (collector)\nben (collector, disabled)\n"
    assert office.run("user", "list", "--json").json == [
        {"name": "anna", "role": "collector", "has_phone": True, "active": True},
        {"name": "ben", "role": "collector", "has_phone": False, "active": False},
    ]


def test_disabled_user_comes_back_when_added_again(office):
    office.run("user", "add", "  anna  ", "--phone", "+493023125991")
    office.run("user", "disable", "anna")
    assert office.run("user", "add", "anna", "--phone", "+493023125992").code == 0
    assert office.run("user", "list").out == "anna (collector)\n"


def test_name_is_taken_once(office):
    office.run("user", "add", "anna")
    answer = office.run("user", "add", "anna", "--json")
    assert (answer.code, answer.json) == (1, {"error": "there is a user anna already"})


@pytest.mark.parametrize("name", ["", "  "])
def test_user_needs_a_name(office, name):
    assert office.run("user", "add", name).err == "dialer: a user needs a name\n"
    assert office.run("user", "list", "--json").json == []


def test_unknown_or_disabled_user_cannot_be_disabled(office):
    office.run("user", "add", "anna")
    office.run("user", "disable", "anna")
    for name in ("anna", "zoe"):
        answer = office.run("user", "disable", name)
        assert (answer.code, answer.err) == (1, f"dialer: there is no active user {name}\n")


@pytest.mark.parametrize("number", ["030 23125991", "+49 30 23125991", "", "4930231259"])
def test_bad_number_is_wrong_use_and_adds_nobody(office, number):
    answer = office.run("user", "add", "anna", "--phone", number)
    assert answer.code == 2
    assert f'"{number}" is not a number in E.164 form like +493023125900' in answer.err
    assert office.run("user", "list", "--json").json == []
