"""The engine itself refuses attempts, and messages after the beep, that the gate did not allow."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
import sqlalchemy as sa

from dialer.core.call import Heard, Told, apply
from dialer.storage import attempts, tables

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ALLOW = {"verdict": "allow", "denials": []}
DENY = {"verdict": "deny", "denials": [{"rule": "VM-GAP"}]}
NO_ATTEMPT = "an attempt needs a verdict that allows it"
NO_MESSAGE = "a message after the beep needs a verdict that allows it"
WRONG = [{}, DENY, None, [], ["allow"], "allow", 7, {"verdict": None}, {"verdict": "Allow"}, {"verdict": ["allow"]}]


@pytest.fixture
def write(db, file_case, intend):
    def go(**fields):
        intent = intend(file_case(), **fields)
        with db.write() as tx:
            return attempts.write_intent(tx, intent)

    return go


@pytest.fixture
def change(db):
    """Change columns of an attempt in one statement."""

    def go(attempt_id, **values):
        with db.write() as tx:
            attempts.update(tx, attempt_id, **values)

    return go


@pytest.fixture
def refused(change):
    def go(attempt_id, says, **values):
        with pytest.raises(sa.exc.IntegrityError, match=says):
            change(attempt_id, **values)

    return go


def row_of(db, attempt_id):
    columns = (tables.attempts.c[name] for name in ("message", "drop_at", "drop_verdict"))
    with db.read() as tx:
        return tuple(tx.execute(sa.select(*columns).where(tables.attempts.c.id == attempt_id)).one())


# --- attempts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", WRONG)
def test_attempt_needs_a_verdict_that_allows_it(db, write, verdict):
    with pytest.raises(sa.exc.IntegrityError, match=NO_ATTEMPT):
        write(verdict=verdict)
    with db.read() as tx:
        assert tx.execute(sa.select(tables.attempts)).all() == []


def test_attempt_that_is_allowed_is_written(db, write):
    attempt_id = write(verdict=ALLOW)
    with db.read() as tx:
        assert attempts.by_id(tx, attempt_id).verdict == {"verdict": "allow", "denials": []}


@pytest.mark.parametrize("verdict", WRONG)
def test_verdict_is_not_turned_afterwards(write, change, refused, verdict):
    attempt_id = write()
    change(attempt_id, verdict=ALLOW)
    refused(attempt_id, NO_ATTEMPT, verdict=verdict)


def test_refusal_undoes_what_was_written_with_it(db, file_case, intend):
    both = intend(file_case()), intend(file_case(), verdict=DENY)
    with pytest.raises(sa.exc.IntegrityError), db.write() as tx:
        list(map(partial(attempts.write_intent, tx), both))
    with db.read() as tx:
        assert attempts.live(tx) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_replaces_no_attempt_by_one_that_is_not_allowed(db, write):
    write()
    names = [c.name for c in tables.attempts.columns]
    values = ", ".join("'{}'" if name == "verdict" else name for name in names)
    statement = f"INSERT OR REPLACE INTO attempts ({', '.join(names)}) SELECT {values} FROM attempts"  # noqa: S608
    with pytest.raises(sa.exc.IntegrityError, match=NO_ATTEMPT), db.write() as tx:
        tx.exec_driver_sql(statement)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_refuses_text_that_is_no_json(db, write):
    write()
    with pytest.raises(sa.exc.IntegrityError, match=NO_ATTEMPT), db.write() as tx:
        tx.exec_driver_sql("UPDATE attempts SET verdict = 'allow'")


# --- messages after the beep -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", WRONG)
def test_message_after_the_beep_needs_a_verdict_that_allows_it(db, write, refused, verdict):
    attempt_id = write()
    refused(attempt_id, NO_MESSAGE, message="hello", drop_at=NOW, drop_verdict=verdict)
    assert row_of(db, attempt_id) == (None, None, None)


def test_message_that_is_allowed_may_come_in_one_statement(db, write, change):
    attempt_id = write()
    change(attempt_id, message="hello", drop_at=NOW, drop_verdict=ALLOW)
    assert row_of(db, attempt_id) == ("hello", NOW, {"verdict": "allow", "denials": []})


def test_message_may_follow_the_begin_of_the_drop(db, write, change, refused):
    attempt_id = write()
    change(attempt_id, drop_at=NOW)
    refused(attempt_id, NO_MESSAGE, message="hello")
    refused(attempt_id, NO_MESSAGE, message="hello", drop_verdict=DENY)
    change(attempt_id, message="hello", drop_verdict=ALLOW)
    assert row_of(db, attempt_id) == ("hello", NOW, {"verdict": "allow", "denials": []})


def test_drop_may_begin_after_its_message_was_allowed(write, change, refused):
    attempt_id = write()
    change(attempt_id, message="hello")
    refused(attempt_id, NO_MESSAGE, drop_at=NOW)
    change(attempt_id, drop_verdict=ALLOW)
    change(attempt_id, drop_at=NOW)


def test_drop_without_a_message_needs_no_verdict(db, write, change):
    attempt_id = write()
    change(attempt_id, drop_at=NOW, message=None)
    change(attempt_id, drop_verdict=DENY)
    assert row_of(db, attempt_id) == (None, NOW, {"verdict": "deny", "denials": [{"rule": "VM-GAP"}]})


def test_verdict_on_a_message_is_not_turned_afterwards(write, change, refused):
    attempt_id = write()
    change(attempt_id, message="hello", drop_at=NOW, drop_verdict=ALLOW)
    for verdict in WRONG:
        refused(attempt_id, NO_MESSAGE, drop_verdict=verdict)
    change(attempt_id, message="another", drop_verdict=ALLOW)
    change(attempt_id, played_at=NOW, message_seconds=12)


def test_missing_verdict_is_null_and_not_the_word_null(db, write, change):
    attempt_id = write()
    change(attempt_id, drop_verdict=None)
    with db.read() as tx:
        assert tx.execute(sa.text("SELECT count(*) FROM attempts WHERE drop_verdict IS NULL")).scalar() == 1


def test_attempt_does_not_arrive_with_a_message_that_is_not_allowed(db, write):
    with db.read() as tx:
        assert tx.execute(sa.select(tables.attempts)).all() == []
    attempt_id = write()
    with db.read() as tx:
        row = dict(tx.execute(sa.select(tables.attempts).where(tables.attempts.c.id == attempt_id)).mappings().one())
    row |= {"id": 77, "token": "u", "state": "ended", "outcome": "voicemail_left", "message": "hello", "drop_at": NOW}
    for verdict in (None, DENY):
        with pytest.raises(sa.exc.IntegrityError, match=NO_MESSAGE), db.write() as tx:
            tx.execute(tables.attempts.insert().values(row | {"drop_verdict": verdict}))
    with db.write() as tx:
        tx.execute(tables.attempts.insert().values(row | {"drop_verdict": ALLOW}))


# --- announcements ---------------------------------------------------------------------------------------------------


@pytest.fixture
def announced(write, change):
    """An attempt whose announcement was played: the attempt's own verdict allowed that."""
    attempt_id = write()
    change(attempt_id, announced_at=NOW)
    change(attempt_id, message="announcement")
    return attempt_id


def test_announcement_stays_noted_when_a_drop_begins_and_is_denied(db, announced, change, refused):
    change(announced, drop_at=NOW)
    assert row_of(db, announced) == ("announcement", NOW, None)
    refused(announced, NO_MESSAGE, message="hello")
    refused(announced, NO_MESSAGE, message="hello", drop_verdict=DENY)
    change(announced, drop_verdict=DENY)
    refused(announced, NO_MESSAGE, message="hello")


def test_message_takes_the_place_of_the_announcement_when_allowed(db, announced, change):
    change(announced, drop_at=NOW)
    change(announced, message="hello", drop_verdict=ALLOW)
    assert row_of(db, announced) == ("hello", NOW, {"verdict": "allow", "denials": []})


def test_announcement_may_give_way_to_silence(db, announced, change):
    change(announced, drop_at=NOW)
    change(announced, message=None)
    assert row_of(db, announced) == (None, NOW, None)


def test_verdict_on_a_message_after_an_announcement_is_not_turned_either(announced, change, refused):
    change(announced, message="hello", drop_at=NOW, drop_verdict=ALLOW)
    for verdict in WRONG:
        refused(announced, NO_MESSAGE, drop_verdict=verdict)


def test_call_that_begins_its_drop_is_saved_before_its_message(db, write):
    attempt_id = write()
    with db.write() as tx:
        attempt = attempts.by_id(tx, attempt_id, lock=True)
        assert attempts.save_call(tx, attempt, apply(attempt.call, Told(Heard.DROP_STARTED, NOW)).call)
        attempts.update(tx, attempt_id, message="hello", drop_verdict=ALLOW)
    assert row_of(db, attempt_id) == ("hello", NOW, {"verdict": "allow", "denials": []})
