"""What a callback reads and writes in one go: the attempt locked with its case, an entry together with the case."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from dialer.storage import attempts, entries
from dialer.storage.attempts import LockedCase
from dialer.storage.entries import LogEnd, NewEntry
from dialer.storage.tables import cases
from tests.storage.test_entries import problems

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
EMPTY = LogEnd(0, "")


@pytest.fixture
def intended(db, file_case, intend):
    """A case with an attempt, and the attempt's id."""

    def go(**columns):
        filed = file_case(**columns)
        with db.write() as tx:
            return filed, attempts.write_intent(tx, intend(filed, token="secret"))

    return go


def note(filed, **facts):
    return NewEntry(case_id=filed.case_id, at=NOW, kind="note", actor="anna", facts=facts)


def row(db, filed):
    with db.read() as tx:
        return tx.execute(sa.select(cases).where(cases.c.id == filed.case_id)).one()


def test_attempt_comes_with_what_its_case_says(db, intended):
    filed, attempt_id = intended()
    with db.write() as tx:
        entries.append(tx, note(filed))
    with db.write() as tx:
        locked = attempts.lock_with_case(tx, "secret")
        plain = attempts.by_id(tx, attempt_id)
    head = row(db, filed).entry_head
    assert len(head) == 64
    assert locked.case == LockedCase(open=True, log_end=LogEnd(1, head))
    assert plain.case is None
    assert (locked.id, locked.token, locked.to, locked.call) == (attempt_id, "secret", filed.number, plain.call)


def test_closed_case_is_not_open(db, intended):
    intended(status="closed")
    with db.write() as tx:
        assert not attempts.lock_with_case(tx, "secret").case.open


def test_unknown_token_locks_nothing(db, intended):
    intended()
    with db.write() as tx:
        assert attempts.lock_with_case(tx, "other") is None


def test_nobody_writes_the_case_meanwhile(db, intended):
    filed, _ = intended()
    done = threading.Event()

    def write():
        with db.write() as tx:
            entries.append(tx, note(filed, by="other"))
        done.set()

    other = threading.Thread(target=write)
    with db.write() as tx:
        end = attempts.lock_with_case(tx, "secret").case.log_end
        other.start()
        assert not done.wait(0.3)
        assert entries.append_at(tx, note(filed, by="us"), end)
    other.join()
    with db.read() as tx:
        assert [e.facts["by"] for e in entries.of_case(tx, filed.case_id)] == ["us", "other"]
        assert problems(tx, filed.case_id) == []


def test_case_is_left_alone_until_the_attempt_is_ours(db, intended):
    """Everybody locks the attempt first: in the other order two would wait for each other."""
    if db.is_sqlite:
        pytest.skip("SQLite locks the whole file")
    filed, attempt_id = intended()

    def take():
        with db.write() as tx:
            attempts.lock_with_case(tx, "secret")

    other = threading.Thread(target=take)
    with db.write() as tx:
        attempts.by_id(tx, attempt_id, lock=True)
        other.start()
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        for _ in range(100):
            if tx.execute(waiting).scalar_one():
                break
            threading.Event().wait(0.05)
        else:
            pytest.fail("nobody waits for the attempt")
        tx.execute(sa.select(cases.c.id).where(cases.c.id == filed.case_id).with_for_update(nowait=True)).one()
    other.join()


def test_entry_and_columns_of_the_case_are_written_together(db, file_case):
    filed = file_case(next_reason="live")
    with db.write() as tx:
        assert entries.append_at(tx, note(filed, n=1), EMPTY, next_at=NOW, next_reason="call_ended")
    found = row(db, filed)
    assert (found.next_at, found.next_reason, found.entry_seq) == (NOW, "call_ended", 1)
    with db.write() as tx:
        assert entries.append_at(tx, note(filed, n=2), LogEnd(1, found.entry_head))
    with db.read() as tx:
        assert [e.facts for e in entries.of_case(tx, filed.case_id)] == [{"n": 1}, {"n": 2}]
        assert problems(tx, filed.case_id) == []


def test_nothing_is_written_where_the_log_has_grown(db, file_case):
    filed = file_case(next_reason="live")
    with db.write() as tx:
        entries.append(tx, note(filed, n=1))
    with db.write() as tx:
        assert not entries.append_at(tx, note(filed, n=2), EMPTY, next_reason="call_ended")
    assert row(db, filed).next_reason == "live"
    with db.read() as tx:
        assert [e.facts for e in entries.of_case(tx, filed.case_id)] == [{"n": 1}]
        assert problems(tx, filed.case_id) == []


def test_columns_of_other_cases_stay_as_they_are(db, file_case):
    filed, other = file_case(next_reason="live"), file_case(next_reason="live")
    with db.write() as tx:
        assert entries.append_at(tx, note(filed), EMPTY, next_reason="call_ended")
    assert (row(db, other).next_reason, row(db, other).entry_seq) == ("live", 0)
