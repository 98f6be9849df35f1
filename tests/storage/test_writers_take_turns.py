"""SQLite's writers of one process wait for each other in the process."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from dialer.storage import database
from dialer.storage.database import Database


@pytest.fixture
def impatient(tmp_path):
    """A file whose connections refuse at once where somebody else writes."""
    db = Database(f"sqlite:///{tmp_path}/turns.sqlite3")
    with db.write() as tx:
        tx.exec_driver_sql("CREATE TABLE counted (n INTEGER)")
    db.close()
    sa.event.listen(db.engine, "connect", lambda raw, _record: raw.execute("PRAGMA busy_timeout=0"))
    yield db
    db.close()


def test_eight_threads_never_meet_in_the_file(impatient, at_once):
    def write(_number):
        for _ in range(25):
            with impatient.write() as tx:
                tx.exec_driver_sql("INSERT INTO counted VALUES (1)")

    assert at_once(8, write) == [None] * 8
    with impatient.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM counted").scalar_one() == 200


def test_a_turn_is_given_back_after_an_error(impatient):
    def fail():
        with impatient.write():
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with impatient.write() as tx:
        tx.exec_driver_sql("INSERT INTO counted VALUES (1)")


def test_readers_wait_for_nobody(impatient):
    with impatient.write() as writing:
        writing.exec_driver_sql("INSERT INTO counted VALUES (1)")
        with impatient.read() as tx:
            assert tx.exec_driver_sql("SELECT count(*) FROM counted").scalar_one() == 0


def test_who_waits_too_long_is_told_what_sqlite_would_say(impatient, monkeypatch):
    monkeypatch.setattr(database, "SQLITE_BUSY_MS", 50)
    told = []

    def write():
        try:
            with impatient.write():
                told.append("written")
        except sa.exc.OperationalError as error:
            told.append(str(error.orig))

    with impatient.write():
        other = threading.Thread(target=write)
        other.start()
        other.join(timeout=20)
    assert told == ["database is locked"]
