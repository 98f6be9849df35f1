"""`dialer log`: verify, checkpoint, export, key."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest


@pytest.fixture
def anchored(book_office):
    """Three cases, a pair of keys, and a place for checkpoints."""
    assert book_office.run("log", "key", "--out", str(book_office.folder)).code == 0
    lines = '[log]\ncheckpoint_file = "points.jsonl"\nsigning_key_file = "log_key.pem"\n'
    with book_office.config.open("a", encoding="utf-8") as file:
        file.write(lines)
    return book_office


def test_log_without_checkpoints_is_checked_and_says_what_that_does_not_show(book_office) -> None:
    said = book_office.run("log", "verify")
    assert said.code == 0
    assert said.out.splitlines() == [
        "3 Akten, 3 Vermerke, 3 mit persönlichen Angaben, 0 davon gelöscht",
        "ohne Prüfpunkte: Abschneiden, Neuberechnen und Zurücksetzen bleiben unbemerkt",
        "0 Befunde",
    ]
    assert book_office.run("log", "checkpoint").code == 1


def test_checkpoint_then_verify(anchored) -> None:
    made = anchored.run("log", "checkpoint", "--json").json
    assert (made["n"], made["cases"], made["entries"], made["grown"]) == (1, 3, 3, 3)
    report = anchored.run("log", "verify", "--known", made["hash"], "--json")
    assert report.code == 0
    assert (report.json["checkpoints"], report.json["unanchored"], report.json["found"]) == (1, 0, 0)
    assert anchored.run("log", "verify", "--known", "0" * 64).code == 1


def test_findings_are_listed_and_end_with_one(anchored) -> None:
    anchored.run("log", "checkpoint")
    with anchored.db.write() as tx:
        tx.exec_driver_sql("UPDATE cases SET entry_seq = 2 WHERE id = 2")
        tx.exec_driver_sql("UPDATE entry_personal SET data = '{}' WHERE case_id = 3")
    said = anchored.run("log", "verify")
    assert said.code == 1
    assert said.out.splitlines()[2:] == [
        "  Akte 2: Zahl oder letzter Hash der Akte stimmt nicht",
        "  Akte 3, Vermerk 1: die persönlichen Angaben wurden geändert",
        "2 Befunde",
    ]
    anchored.edit(('# language = "de" ', 'language = "en" '))
    assert "  case 2: count or last hash of the case is wrong" in anchored.run("log", "verify").out


def test_export_is_for_its_owner_alone_and_is_checked_like_the_database(anchored) -> None:
    anchored.run("log", "checkpoint")
    out = anchored.folder / "log.jsonl"
    made = anchored.run("log", "export", "--out", str(out), "--json")
    assert made.json["lines"] == len(out.read_bytes().splitlines())
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [json.loads(line)["line"] for line in out.read_bytes().splitlines()][:5] == [
        "log", "checkpoint", "case", "entry", "personal"]  # fmt: skip
    public = str(anchored.folder / "log_key.pub.pem")
    assert anchored.run("log", "verify", "--export", str(out), "--public-key", public).code == 0
    out.write_bytes(out.read_bytes().replace(b'"actor":"import"', b'"actor":"nobody"', 1))
    assert anchored.run("log", "verify", "--export", str(out), "--public-key", public).code == 1
    assert anchored.run("log", "export", "--out", str(anchored.folder / "no" / "log.jsonl")).code == 1
    assert sorted(p.name for p in anchored.folder.iterdir() if p.name.startswith(".")) == []


def test_key_is_for_its_owner_alone_and_never_replaced(run, tmp_path: Path) -> None:
    made = run("log", "key", "--out", str(tmp_path), "--json").json
    private, public = Path(made["private"]), Path(made["public"])
    assert (private.name, public.name) == ("log_key.pem", "log_key.pub.pem")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    before = private.read_bytes()
    again = run("log", "key", "--out", str(tmp_path))
    assert (again.code, private.read_bytes()) == (1, before)
    assert "must not be lost" in again.err


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "cannot read"), (b"no key", "is no Ed25519 key"), (b"\xff\xfe", "is no Ed25519 key")],
)
def test_key_that_cannot_sign_is_named(anchored, content: bytes | None, says: str) -> None:
    key = anchored.folder / "log_key.pem"
    if content is None:
        key.unlink()
    else:
        key.write_bytes(content)
    said = anchored.run("log", "checkpoint")
    assert said.code == 1
    assert says in said.err
    assert not (anchored.folder / "points.jsonl").exists()


def test_public_key_that_is_none_is_named(anchored) -> None:
    anchored.run("log", "checkpoint")
    said = anchored.run("log", "verify", "--public-key", str(anchored.config))
    assert said.code == 1
    assert "not an Ed25519 key" in said.err


def test_checkpoint_is_for_its_owner_alone(anchored) -> None:
    anchored.run("log", "checkpoint")
    assert stat.S_IMODE(os.stat(anchored.folder / "points.jsonl").st_mode) == 0o600  # noqa: PTH116


def test_file_without_key_is_refused(anchored) -> None:
    anchored.edit(('signing_key_file = "log_key.pem"\n', ""))
    said = anchored.run("log", "verify")
    assert said.code == 1
    assert "checkpoint_file and signing_key_file belong together" in said.err
