"""What a callback reads and writes in one go: the attempt locked with its case, an entry together with the case."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from dialer.storage import attempts, entries, inbox
from dialer.storage.attempts import LockedCase
from dialer.storage.entries import LogEnd, NewEntry
from dialer.storage.inbox import NewEvent
from dialer.storage.tables import call_events, cases
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


def came(db, at="secret", key="key", **payload):
    with db.write() as tx:
        return inbox.receive(tx, at, NewEvent(key=key, kind="status", at=NOW, payload=payload))


def kept(db):
    with db.read() as tx:
        return tx.execute(sa.select(call_events).order_by(call_events.c.id)).all()


def test_event_is_received_once_and_then_counted(db, intended):
    _, attempt_id = intended()
    first, again, other = came(db, CallStatus="ringing"), came(db, CallStatus="forged"), came(db, key="next")
    assert [(attempt.id, new) for attempt, new in (first, again, other)] == [
        (attempt_id, True),
        (attempt_id, False),
        (attempt_id, True),
    ]
    assert first[0].case == LockedCase(open=True, log_end=EMPTY)
    assert [(e.attempt_id, e.key, e.kind, e.received_at, e.payload, e.repeats) for e in kept(db)] == [
        (attempt_id, f"{attempt_id}:key", "status", NOW, {"CallStatus": "ringing"}, 1),
        (attempt_id, f"{attempt_id}:next", "status", NOW, {}, 0),
    ]


def test_event_of_an_unknown_token_is_not_kept(db, intended):
    intended()
    assert came(db, at="other") is None
    assert kept(db) == []


def test_of_somebody_erased_no_payload_is_kept(db, intended):
    _, attempt_id = intended()
    with db.write() as tx:
        attempts.update(tx, attempt_id, to_e164="+07")
    came(db, To="+493023125001")
    assert [e.payload for e in kept(db)] == [{}]


def test_same_event_at_the_same_moment_is_new_once(db, intended, at_once):
    intended()
    for key in ("one", "two", "three"):
        received = at_once(4, lambda _, key=key: came(db, key=key))
        assert sorted(new for _, new in received) == [False, False, False, True]
    assert [e.repeats for e in kept(db)] == [3, 3, 3]


def test_nobody_writes_the_case_meanwhile(db, intended):
    filed, _ = intended()
    done = threading.Event()

    def write():
        with db.write() as tx:
            entries.append(tx, note(filed, by="other"))
        done.set()

    other = threading.Thread(target=write)
    with db.write() as tx:
        event = NewEvent(key="key", kind="status", at=NOW, payload={})
        attempt, _ = inbox.receive(tx, "secret", event)
        other.start()
        assert not done.wait(0.3)
        assert entries.append_at(tx, note(filed, by="us"), attempt.case.log_end)
    other.join()
    with db.read() as tx:
        assert [e.facts["by"] for e in entries.of_case(tx, filed.case_id)] == ["us", "other"]
        assert problems(tx, filed.case_id) == []


def test_case_is_left_alone_until_the_attempt_is_ours(db, intended):
    """Everybody locks the attempt first: in the other order two would wait for each other."""
    if db.is_sqlite:
        pytest.skip("SQLite locks the whole file")
    filed, attempt_id = intended()

    other = threading.Thread(target=came, args=(db,))
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
