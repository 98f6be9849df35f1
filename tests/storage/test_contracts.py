"""What the database keeps, whatever the code does: with threads on connections of their own, on both engines."""

from __future__ import annotations

import sqlite3
import traceback
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from dialer.core.call import AttemptState
from dialer.core.case import Hold, HoldReason
from dialer.core.outcome import Outcome
from dialer.storage import attempts, book, inbox
from dialer.storage.attempts import AlreadyLiveError
from dialer.storage.database import Database
from dialer.storage.inbox import NewEvent
from dialer.storage.tables import attempts as attempts_table
from dialer.storage.tables import call_events, cases, claims, contacts, debtors, holds

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def write(db, intend):
    """Write an intent in a transaction of its own; gives back the attempt's id."""

    def go(filed, **fields):
        with db.write() as tx:
            return attempts.write_intent(tx, intend(filed, **fields))

    return go


def end(db, attempt_id):
    with db.write() as tx:
        attempts.update(tx, attempt_id, state=AttemptState.ENDED, outcome=Outcome.NO_ANSWER)


def set_column(db, attempt_id, **values):
    with db.write() as tx:
        attempts.update(tx, attempt_id, **values)


# --- one live attempt ------------------------------------------------------------------------------------------------


def test_one_live_attempt_per_debtor(db, file_case, write):
    anna = file_case()
    first = write(anna)
    with pytest.raises(AlreadyLiveError):
        write(anna, to="+493023125777")
    end(db, first)
    assert write(anna) > first


def test_one_live_attempt_per_number_whoever_owes(db, file_case, write):
    anna, ben = file_case(number="+493023125001"), file_case(number="+493023125001")
    first = write(anna)
    with pytest.raises(AlreadyLiveError):
        write(ben)
    end(db, first)
    assert write(ben) > first


def test_every_state_but_the_last_is_live(db, file_case, write):
    anna = file_case()
    first = write(anna)
    for state in ("intent", "unknown", "placed", "ringing", "answered"):
        set_column(db, first, state=state)
        with pytest.raises(AlreadyLiveError):
            write(anna)


def test_transaction_goes_on_after_the_refusal(db, file_case, intend, write):
    anna, ben = file_case(), file_case()
    write(anna)
    with db.write() as tx:
        book.update_case(tx, anna.case_id, next_reason="before")
        with pytest.raises(AlreadyLiveError):
            attempts.write_intent(tx, intend(anna))
        attempts.write_intent(tx, intend(ben))
    with db.read() as tx:
        assert book.stored_reason(tx, anna.case_id) == "before"
        assert [a.case_id for a in attempts.live(tx)] == [anna.case_id, ben.case_id]


def test_other_refusals_are_not_taken_for_a_live_attempt(file_case, write):
    anna = file_case()
    missing = [{"debtor_id": None}, {"to": None}, {"from_": None}]
    for wrong in (*missing, {"case_id": 99}, {"phone_id": 99}, {"desk_id": 99}):
        with pytest.raises(sa.exc.IntegrityError):
            write(anna, **wrong)


def test_token_is_used_once(db, file_case, write):
    end(db, write(file_case(), token="t"))
    with pytest.raises(ValueError, match="token was used before"):
        write(file_case(), token="t")


def test_eight_workers_get_one_live_attempt(db, file_case, write, at_once):
    anna = file_case()
    results = at_once(8, lambda n: write(anna, to=f"+4930231257{n:02d}"))
    assert sum(isinstance(r, int) for r in results) == 1
    assert sum(isinstance(r, AlreadyLiveError) for r in results) == 7
    with db.read() as tx:
        assert len(attempts.live(tx)) == 1


def test_eight_workers_ring_a_shared_number_once(file_case, write, at_once):
    filed = [file_case(number="+493023125001") for _ in range(8)]
    results = at_once(8, lambda n: write(filed[n]))
    assert sum(isinstance(r, int) for r in results) == 1
    assert sum(isinstance(r, AlreadyLiveError) for r in results) == 7


# --- one request, one call -------------------------------------------------------------------------------------------


def test_one_of_eight_workers_may_make_the_request(db, file_case, write, at_once):
    attempt_id = write(file_case())

    def claim(_):
        with db.write() as tx:
            return attempts.mark_sent(tx, attempt_id, NOW)

    assert sorted(at_once(8, claim)) == [False] * 7 + [True]


def test_request_is_not_made_for_an_attempt_that_ended(db, file_case, write):
    attempt_id = write(file_case())
    end(db, attempt_id)
    with db.write() as tx:
        assert not attempts.mark_sent(tx, attempt_id, NOW)


def test_call_sid_belongs_to_one_attempt(db, file_case, write):
    set_column(db, write(file_case()), call_sid="CA1")
    second = write(file_case())
    with pytest.raises(sa.exc.IntegrityError):
        set_column(db, second, call_sid="CA1")


def test_attempts_without_sid_do_not_collide(file_case, write):
    assert write(file_case()) != write(file_case())


def test_state_is_saved_only_if_nobody_changed_it(db, file_case, write, at_once):
    attempt_id = write(file_case())
    with db.read() as tx:
        before = attempts.by_id(tx, attempt_id)
    calls = [
        attempts.Call(state=AttemptState.PLACED, sid=f"CA{n}", placed_at=NOW + timedelta(seconds=n)) for n in range(4)
    ]

    def save(number):
        with db.write() as tx:
            return attempts.save_call(tx, before, calls[number])

    saved = at_once(4, save)
    assert sorted(saved) == [False, False, False, True]
    with db.read() as tx:
        assert attempts.by_id(tx, attempt_id).call == calls[saved.index(True)]


def test_ended_if_and_only_if_there_is_an_outcome(db, file_case, write):
    attempt_id = write(file_case())
    for state, outcome in (
        ("ended", None),
        ("intent", "no_answer"),
        ("answered", "connected"),
        ("unknown", "unknown"),
    ):
        with pytest.raises(sa.exc.IntegrityError, match="ck_attempts_ended_has_outcome"):
            set_column(db, attempt_id, state=state, outcome=outcome)


def test_words_the_program_does_not_know_are_refused(db, file_case, write):
    attempt_id = write(file_case())
    for wrong in (
        {"state": "hopeful"},
        {"state": "ended", "outcome": "no-answer"},
        {"disposition": "maybe"},
        {"mode": "auto"},
        {"channel": "sms"},
    ):
        with pytest.raises(sa.exc.IntegrityError):
            set_column(db, attempt_id, **wrong)


# --- events ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(db):
    def go(attempt_id, key="key", **payload):
        with db.write() as tx:
            event = NewEvent(key=key, kind="status", at=NOW, payload=payload or {"CallStatus": "ringing"})
            _, new = inbox.receive(tx, attempts.by_id(tx, attempt_id).token, event)
        return new

    return go


def test_event_is_stored_once(db, file_case, write, store):
    attempt_id = write(file_case())
    assert [store(attempt_id), store(attempt_id, CallStatus="other"), store(attempt_id, key="next")] == [
        True,
        False,
        True,
    ]
    with db.read() as tx:
        stored = tx.execute(sa.select(call_events.c.key, call_events.c.payload).order_by(call_events.c.id)).all()
    assert stored == [(f"{attempt_id}:{key}", {"CallStatus": "ringing"}) for key in ("key", "next")]


def test_two_web_servers_store_an_event_once(file_case, write, store, at_once):
    attempt_id = write(file_case())
    for nth in range(5):
        assert sorted(at_once(2, lambda _, key=f"key-{nth}": store(attempt_id, key=key))) == [False, True]


def test_transaction_goes_on_after_a_repetition(db, file_case, write, store):
    anna = file_case()
    attempt_id = write(anna)
    store(attempt_id)
    with db.write() as tx:
        token = attempts.by_id(tx, attempt_id).token
        assert inbox.receive(tx, token, NewEvent(key="key", kind="status", at=NOW, payload={}))[1] is False
        book.update_case(tx, anna.case_id, next_reason="after")
    with db.read() as tx:
        assert book.stored_reason(tx, anna.case_id) == "after"


# --- time ------------------------------------------------------------------------------------------------------------

INSTANTS = [
    datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    datetime(2026, 11, 24, 10, 0, 0, 123_456, tzinfo=BERLIN),
    datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),
    datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),
    datetime(2026, 3, 29, 3, 0, tzinfo=BERLIN),
    datetime(2026, 11, 24, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-11))),
]


def test_instants_come_back_aware_in_utc(db, file_case):
    for instant in INSTANTS:
        filed = file_case(next_at=instant)
        mine = cases.c.id == filed.case_id
        with db.read() as tx:
            stored = tx.execute(sa.select(cases.c.next_at).where(mine)).scalar_one()
            earliest = tx.execute(sa.select(sa.func.min(cases.c.next_at)).where(mine)).scalar_one()
        assert stored == earliest == instant.astimezone(UTC)
        assert stored.tzinfo is UTC
        assert earliest.tzinfo is UTC


def test_both_two_thirties_of_the_long_night_stay_apart(db, file_case):
    filed = [file_case(next_at=instant) for instant in INSTANTS[2:4]]
    with db.read() as tx:
        first, second = (
            tx.execute(sa.select(cases.c.next_at).where(cases.c.id == each.case_id)).scalar_one() for each in filed
        )
    assert second - first == timedelta(hours=1)


def test_instants_are_compared_as_instants_whatever_their_zone(db, file_case):
    filed = file_case(next_at=datetime(2026, 11, 24, 10, 0, tzinfo=BERLIN))
    for at, due in [
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 8, 59, 59, 999_999, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 4, 0, tzinfo=timezone(timedelta(hours=-5))), True),
        (datetime(2026, 11, 24, 9, 30, tzinfo=BERLIN), False),
    ]:
        with db.read() as tx:
            found = tx.execute(sa.select(cases.c.id).where(cases.c.next_at <= at)).scalars().all()
        assert found == ([filed.case_id] if due else [])


def test_naive_datetime_is_refused_on_write(db, file_case, write):
    naive = datetime(2026, 11, 24, 9, 0)  # noqa: DTZ001 - what must not get in
    with pytest.raises(sa.exc.StatementError, match="naive datetime"):
        file_case(next_at=naive)
    with pytest.raises(sa.exc.StatementError, match="naive datetime"):
        write(file_case(), not_after=naive)


def test_naive_datetime_is_refused_in_a_question(db):
    naive = datetime(2026, 11, 24, 9, 0)  # noqa: DTZ001 - what must not get in
    with pytest.raises(sa.exc.StatementError, match="naive datetime"), db.read() as tx:
        tx.execute(sa.select(cases.c.id).where(cases.c.next_at <= naive))


def test_every_instant_in_the_schema_is_of_the_refusing_type():
    plain = [
        str(column)
        for table in cases.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.DateTime | sa.Time)
    ]
    assert plain == []


# --- transactions ----------------------------------------------------------------------------------------------------


def test_an_error_rolls_everything_back(db, file_case):
    anna = file_case()

    def fail():
        with db.write() as tx:
            book.update_case(tx, anna.case_id, next_reason="half")
            book.set_hold(tx, anna.case_id, Hold(reason=HoldReason.MANUAL, until=None), at=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with db.read() as tx:
        assert book.stored_reason(tx, anna.case_id) == "new"
        assert tx.execute(sa.select(sa.func.count()).select_from(holds)).scalar_one() == 0


def test_writers_do_not_overwrite_each_other(db, file_case, at_once):
    anna = file_case()

    def add(_):
        with db.write() as tx:
            locked = sa.select(cases.c.entry_seq).where(cases.c.id == anna.case_id).with_for_update()
            value = tx.execute(locked).scalar_one()
            book.update_case(tx, anna.case_id, entry_seq=value + 1)

    assert at_once(8, add) == [None] * 8
    with db.read() as tx:
        assert tx.execute(sa.select(cases.c.entry_seq)).scalar_one() == 8


def test_rows_that_point_nowhere_are_refused(db):
    with pytest.raises(sa.exc.IntegrityError), db.write() as tx:
        book.set_hold(tx, 99, Hold(reason=HoldReason.MANUAL, until=None), at=NOW)


def test_what_the_database_refuses_names_nobody(db, file_case):
    """The error ends up in the program's log: what was to be written, and the row that stands there, do not."""
    filed, role = file_case(), "Herr Kasse"
    with pytest.raises(sa.exc.IntegrityError) as refused, db.write() as tx:
        tx.execute(contacts.update().where(contacts.c.id == filed.contact_id).values(role=role))
    told = "".join(traceback.format_exception(refused.value))
    assert "ck_contacts_role" in told
    assert [name for name in ("Weber", "Kasse") if name in told] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_survives_a_power_cut(db):
    with db.read() as tx:
        settings = {
            name: tx.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_waits_for_nobody_for_ever(db):
    with db.read() as tx:
        settings = {
            name: tx.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("statement_timeout", "lock_timeout", "timezone")
        }
    assert settings == {"statement_timeout": "30s", "lock_timeout": "15s", "timezone": "UTC"}


# --- whom a word means -----------------------------------------------------------------------------------------------


def test_case_is_found_by_id_claim_and_debtor(db, file_case):
    filed = file_case()
    file_case()
    with db.read() as tx:
        assert [book.find_case(tx, word) for word in (str(filed.case_id), "K1", "F1")] == [filed.case_id] * 3


def test_word_that_means_no_case_finds_none(db, file_case):
    file_case()
    with db.read() as tx:
        for word in ("", "3", "k1", "0", "-1", "1 ", "²", "F", "99999999999999999999", "9" * 5000):
            assert book.find_case(tx, word) is None


def test_number_that_is_an_id_and_another_debtors_reference_is_not_guessed(db, file_case):
    anna, ben = file_case(), file_case()
    with db.write() as tx:
        tx.execute(debtors.update().where(debtors.c.id == ben.debtor_id).values(reference=str(anna.case_id)))
    with db.read() as tx:
        assert book.find_case(tx, str(anna.case_id)) is None
        assert book.find_case(tx, "F1") == anna.case_id
        assert book.find_case(tx, "F2") == ben.case_id


def test_reference_that_two_creditors_use_is_not_guessed(db, file_case):
    file_case()
    file_case()
    with db.write() as tx:
        tx.exec_driver_sql("UPDATE claims SET reference = 'F1', creditor = 'beta' WHERE reference = 'F2'")
    with db.read() as tx:
        assert book.find_case(tx, "F1") is None


def test_long_reference_of_digits_is_a_reference(db, file_case):
    filed = file_case()
    with db.write() as tx:
        tx.exec_driver_sql("UPDATE claims SET reference = '20261121000000000001'")
    with db.read() as tx:
        assert book.find_case(tx, "20261121000000000001") == filed.case_id


def test_live_attempts_are_those_that_have_not_ended(db, file_case, write):
    first, second = write(file_case()), write(file_case())
    end(db, first)
    with db.read() as tx:
        assert [a.id for a in attempts.live(tx)] == [second]
        assert tx.execute(sa.select(sa.func.count()).select_from(attempts_table)).scalar_one() == 2


@pytest.mark.parametrize("amount", [10.5, 10.0, "10", True])
def test_money_that_is_no_whole_number_is_refused(db, amount):
    with pytest.raises(sa.exc.StatementError, match="whole minor units"), db.write() as tx:
        tx.execute(claims.update().values(paid_minor=amount))


def test_a_line_of_the_log_cannot_be_replaced_on_a_connection_of_somebody_else(sqlite_database_url):
    Database(sqlite_database_url).upgrade()
    with closing(sqlite3.connect(sa.make_url(sqlite_database_url).database)) as raw:
        raw.execute("PRAGMA foreign_keys=OFF")
        columns = "case_id, seq, at, kind, actor, facts, prev_hash, hash"
        line = f"INSERT {{}} INTO entries ({columns}) VALUES (1, 1, '', 'kind', 'actor', '', '', 'hash')"  # noqa: S608
        raw.execute(line.format(""))
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(line.format("OR REPLACE"))
