"""A copy of the database is whole, private, and never replaces anything."""

from __future__ import annotations

import os
import sqlite3
import stat
from threading import Event, Thread

import pytest

from dialer.core.errors import BadInput
from dialer.storage.backup import backup
from dialer.storage.database import Database


def count(path, table="cases"):
    with sqlite3.connect(path) as copy:
        return copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
def test_copy_has_what_the_database_has_and_is_its_owners_alone(db, file_case, tmp_path):
    file_case(), file_case()
    out = tmp_path / "backup.db"
    size = backup(db, out)
    assert size == out.stat().st_size
    assert count(out) == 2
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sorted(p.name for p in tmp_path.iterdir() if "backup" in p.name) == ["backup.db"]
    copy = Database(f"sqlite:///{out}")
    assert copy.schema_is_current()
    copy.close()


@on_sqlite
def test_file_that_is_there_is_never_replaced(db, tmp_path):
    out = tmp_path / "backup.db"
    out.write_text("something else")
    with pytest.raises(BadInput, match="is there already"):
        backup(db, out)
    assert out.read_text() == "something else"


@on_sqlite
def test_file_that_appears_meanwhile_is_not_replaced(db, tmp_path, monkeypatch):
    out, link = tmp_path / "backup.db", os.link

    def late(part, name):
        out.write_text("faster")
        link(part, name)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(BadInput, match="is there already"):
        backup(db, out)
    assert out.read_text() == "faster"
    assert [p for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


@on_sqlite
def test_place_that_cannot_be_written_is_named(db, tmp_path):
    with pytest.raises(BadInput, match="cannot be written: No such file"):
        backup(db, tmp_path / "missing" / "backup.db")


@on_sqlite
def test_copy_that_does_not_hold_is_not_kept(db, file_case, tmp_path):
    file_case()
    raw = sqlite3.connect(db.file)
    raw.execute("UPDATE contacts SET debtor_id = 99")
    raw.commit()
    raw.close()
    with pytest.raises(BadInput, match="the copy is damaged"):
        backup(db, tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()


@on_sqlite
def test_database_that_is_not_there_is_said_to_be_missing(tmp_path, database_url):
    database = Database(f"sqlite:///{tmp_path}/none.db")
    with pytest.raises(BadInput, match="cannot be used: unable to open database file"):
        backup(database, tmp_path / "backup.db")
    assert [p.name for p in tmp_path.iterdir() if "backup" in p.name] == []
    database.close()


@on_sqlite
def test_copy_made_while_others_write_is_of_one_instant(db, file_case, tmp_path):
    file_case()
    stop = Event()

    def write():
        while not stop.is_set():
            file_case()

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            out = tmp_path / f"backup{number}.db"
            backup(db, out)
            assert count(out) == count(out, "debtors") == count(out, "claims") > 0
    finally:
        stop.set()
        writer.join()


@on_sqlite
def test_copy_of_a_large_database_does_not_begin_anew_with_every_write(db, tmp_path):
    with db.write() as tx:
        tx.exec_driver_sql("CREATE TABLE ballast (bytes BLOB)")
        for _ in range(30):
            tx.exec_driver_sql("INSERT INTO ballast VALUES (zeroblob(2000000))")
    stop, written = Event(), []

    def write():
        while not stop.wait(0.005):
            with db.write() as tx:
                tx.exec_driver_sql("INSERT INTO ballast VALUES (x'00')")
            written.append(1)

    writer = Thread(target=write)
    writer.start()
    try:
        backup(db, tmp_path / "backup.db")
    finally:
        stop.set()
        writer.join()
    assert 30 <= count(tmp_path / "backup.db", "ballast") <= 30 + len(written)
    assert len(written) < 300


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_has_its_own_tools_for_that(db, tmp_path):
    with pytest.raises(BadInput, match="pg_dump"):
        backup(db, tmp_path / "backup.db")
