"""Due cases are given out once, in order, and come back when a worker dies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread
from time import sleep

import pytest
import sqlalchemy as sa

from dialer.core.outcome import Mode
from dialer.storage import book, due
from dialer.storage.tables import cases, debtors

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def claim(db):
    def go(worker="w1", *, now=NOW, limit=100, mode=None):
        with db.write() as tx:
            return list(due.claim_due(tx, now=now, worker=worker, limit=limit, mode=mode))

    return go


def lease_of(db, filed):
    with db.read() as tx:
        columns = (cases.c.lease_owner, cases.c.lease_until)
        return tuple(tx.execute(sa.select(*columns).where(cases.c.id == filed.case_id)).one())


def test_longest_due_comes_first_and_ties_by_age_of_the_case(file_case, claim):
    b, a, d, c = (file_case(next_at=NOW - minutes * MINUTE) for minutes in (5, 10, 0, 5))
    assert claim(limit=3) == [a.case_id, b.case_id, c.case_id]
    assert claim() == [d.case_id]
    assert claim() == []


def test_not_due_is_not_given_out(file_case, claim):
    case = file_case(next_at=NOW + timedelta(microseconds=1))
    file_case(next_at=None)
    file_case(next_at=NOW - MINUTE, status="closed")
    file_case(next_at=NOW - MINUTE, status="legal_review")
    assert claim() == []
    assert claim(now=NOW + timedelta(microseconds=1)) == [case.case_id]


def test_mode_must_be_the_one_that_is_asked_for(file_case, claim):
    unknown, progressive, unattended, preview = (
        file_case(next_at=NOW, next_mode=mode) for mode in (None, "progressive", "unattended", "preview")
    )
    assert claim(mode=Mode.PROGRESSIVE) == [progressive.case_id]
    assert claim(mode=Mode.UNATTENDED) == [unattended.case_id]
    assert claim(mode=None) == [unknown.case_id]
    assert claim(mode=Mode.PREVIEW) == [preview.case_id]


def test_lease_names_the_worker_and_lasts_two_minutes(db, file_case, claim):
    case = file_case(next_at=NOW)
    claim("w1")
    assert lease_of(db, case) == ("w1", datetime(2026, 11, 24, 9, 2, tzinfo=UTC))
    assert claim("w2", now=NOW + timedelta(seconds=119, microseconds=999_999)) == []
    assert claim("w2", now=NOW + timedelta(minutes=2)) == [case.case_id]
    assert lease_of(db, case) == ("w2", datetime(2026, 11, 24, 9, 4, tzinfo=UTC))


def test_claim_that_is_rolled_back_leaves_the_case_free(db, file_case, claim):
    case = file_case(next_at=NOW)

    def die():
        with db.write() as tx:
            assert due.claim_due(tx, now=NOW, worker="w1", limit=1, mode=None) == [case.case_id]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        die()
    assert lease_of(db, case) == (None, None)
    assert claim("w2") == [case.case_id]


def test_limit_is_kept(file_case, claim):
    for _ in range(5):
        file_case(next_at=NOW)
    assert [len(claim(limit=2)) for _ in range(4)] == [2, 2, 1, 0]


def test_workers_never_get_the_same_case(file_case, claim, at_once):
    wanted = {file_case(next_at=NOW - n * MINUTE).case_id for n in range(24)}

    def work(number):
        mine = []
        # a worker may find all rows locked by others for a moment: it asks again, like a scheduler
        for _ in range(30):
            mine += claim(f"w{number}", limit=3)
        return mine

    got = at_once(4, work)
    given = [case_id for mine in got for case_id in mine]
    assert len(given) == 24
    assert set(given) == wanted


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_worker_passes_by_what_another_is_taking(db, file_case):
    first, second = file_case(next_at=NOW - MINUTE), file_case(next_at=NOW)
    with db.write() as one, db.write() as other:
        assert due.claim_due(one, now=NOW, worker="w1", limit=1, mode=None) == [first.case_id]
        assert due.claim_due(other, now=NOW, worker="w2", limit=1, mode=None) == [second.case_id]


def test_postponed_case_is_free_later_and_looked_at_afresh(db, file_case, claim):
    case = file_case(next_at=NOW, next_mode="progressive")
    claim(mode=Mode.PROGRESSIVE)
    with db.write() as tx:
        due.postpone(tx, case.case_id, until=NOW + timedelta(hours=1), reason="error")
    assert lease_of(db, case) == (None, None)
    assert claim(now=NOW + timedelta(minutes=59)) == []
    assert claim(now=NOW + timedelta(hours=1), mode=Mode.PROGRESSIVE) == []
    assert claim(now=NOW + timedelta(hours=1)) == [case.case_id]


def test_next_due_is_the_earliest_of_the_modes_asked_for(db, file_case):
    file_case(next_at=NOW + 3 * MINUTE)
    file_case(next_at=NOW + 1 * MINUTE, next_mode="preview")
    file_case(next_at=NOW + 2 * MINUTE, next_mode="progressive")
    file_case(next_at=NOW, status="closed")
    with db.read() as tx:
        assert due.next_due_at(tx, modes=[None]) == NOW + 3 * MINUTE
        assert due.next_due_at(tx, modes=[None, Mode.PROGRESSIVE]) == NOW + 2 * MINUTE
        assert due.next_due_at(tx, modes=[Mode.PREVIEW]) == NOW + 1 * MINUTE
        assert due.next_due_at(tx, modes=[Mode.UNATTENDED]) is None


def test_agreed_call_back_comes_before_what_has_been_due_for_longer(file_case, claim):
    old = file_case(next_at=NOW - 60 * MINUTE)
    agreed, later = (file_case(next_at=NOW - n * MINUTE, callback_at=NOW - n * MINUTE) for n in (1, 0))
    assert claim(limit=1) == [agreed.case_id]
    assert claim() == [later.case_id, old.case_id]


def test_agreed_call_back_that_is_not_due_waits(file_case, claim):
    file_case(next_at=NOW + MINUTE, callback_at=NOW + MINUTE)
    old = file_case(next_at=NOW - MINUTE)
    assert claim() == [old.case_id]


def test_cases_whose_call_has_ended_are_claimed_by_themselves(db, file_case):
    new, ended, later = file_case(), file_case(), file_case()
    with db.write() as tx:
        book.update_case(tx, new.case_id, next_at=NOW - timedelta(hours=1), next_reason="new")
        # the clock that noted the second one's end was a month ahead
        for case, at in ((ended, NOW), (later, NOW + timedelta(days=30))):
            book.update_case(tx, case.case_id, next_at=at, next_reason="call_ended")
    with db.write() as tx:
        assert due.claim_ended(tx, now=NOW, worker="w1", limit=5) == [ended.case_id, later.case_id]
        assert due.claim_ended(tx, now=NOW, worker="w2", limit=5) == []
        assert due.claim_due(tx, now=NOW, worker="w2", limit=5, mode=None) == [new.case_id]


def test_it_is_told_for_which_modes_somebody_waits(db, file_case, claim):
    def waiting(now=NOW):
        with db.read() as tx:
            return due.waiting(tx, now=now)

    file_case(next_at=NOW, next_mode="preview")
    file_case(next_at=NOW, status="closed")
    file_case(next_at=None)
    file_case(next_at=NOW + MINUTE, next_mode="unattended")
    assert waiting() == frozenset()
    file_case(next_at=NOW)
    assert waiting() == {None}
    file_case(next_at=NOW, next_mode="progressive")
    assert waiting() == {None, Mode.PROGRESSIVE}
    claim(mode=None)  # in somebody's hands now
    assert waiting() == {Mode.PROGRESSIVE}
    claim(mode=Mode.PROGRESSIVE)
    assert waiting() == frozenset()
    assert waiting(NOW + MINUTE) == {Mode.UNATTENDED}
    assert waiting(NOW + timedelta(minutes=2)) == {None, Mode.PROGRESSIVE, Mode.UNATTENDED}


def test_somebody_waits_when_a_call_ended_by_a_clock_that_was_ahead(db, file_case):
    ended = file_case()
    for reason, expected in (("retry", frozenset()), ("call_ended", {None})):
        with db.write() as tx:
            book.update_case(tx, ended.case_id, next_at=NOW + timedelta(days=30), next_reason=reason)
            assert due.waiting(tx, now=NOW) == expected


CROWD = 3000


def crowd(db, mode):
    """So many cases that have been due for an hour, all of one mode."""
    with db.write() as tx:
        first = (tx.execute(sa.select(sa.func.max(debtors.c.id))).scalar() or 0) + 1
        ids = range(first, first + CROWD)
        person = {"creditor": "muster", "type": "consumer", "segment": "private", "country": "DE", "language": "de"}
        tx.execute(debtors.insert(), [{"id": n, "reference": f"C-{n}", "name": f"Debtor {n}", **person} for n in ids])
        due_at = {"next_at": NOW - timedelta(hours=1), "next_mode": mode, "next_reason": "", "status": "open"}
        tx.execute(
            cases.insert(),
            [{"id": n, "debtor_id": n, "entry_head": "", "created_at": NOW, **due_at} for n in ids],
        )


def modes(db):
    with db.read() as tx:
        return tx.execute(sa.select(cases.c.next_mode).order_by(cases.c.id)).scalars().all()


def test_open_cases_of_a_mode_are_looked_at_afresh(db, file_case):
    for mode in ("preview", "progressive", None):
        file_case(next_at=NOW, next_mode=mode)
    file_case(next_at=NOW, next_mode="preview", status="closed")
    with db.write() as tx:
        due.look_afresh(tx, Mode.PREVIEW)
    assert modes(db) == [None, "progressive", None, "preview"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_cases_looked_at_afresh_are_locked_in_the_order_in_which_everybody_locks_them(db, file_case):
    """Somebody plans the second while the scheduler starts: it waits for him with the first in hand, not the third."""
    first, second, third = (file_case(next_at=NOW, next_mode="preview").case_id for _ in range(3))
    for days, case_id in enumerate((third, second, first)):  # the youngest is due first, and stands first in the table
        with db.write() as tx:
            book.update_case(tx, case_id, next_at=NOW + timedelta(days=days))

    def start():
        with db.write() as tx:
            due.look_afresh(tx, Mode.PREVIEW)

    starting = Thread(target=start)
    with db.write() as tx:
        book.update_case(tx, second, next_at=NOW)
        starting.start()
        until_somebody_waits(db)
        with db.write() as other:
            free = other.execute(sa.select(cases.c.id).with_for_update(skip_locked=True)).scalars().all()
    starting.join(20)
    assert free == [third]
    assert modes(db) == [None, None, None]


def until_somebody_waits(db):
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(500):
        with db.read() as tx:
            if tx.exec_driver_sql(waiting).scalar_one():
                return
        sleep(0.01)
    raise AssertionError("the scheduler did not wait for the case")


def scanned(plan):
    """Rows that a plan of PostgreSQL's reads, whether it keeps them or not."""
    below = sum(scanned(part) for part in plan.get("Plans", ()))
    return below or plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)


@pytest.mark.parametrize("ask", ["waiting", "ended", None, Mode.PROGRESSIVE, Mode.UNATTENDED])
def test_no_question_reads_the_thousands_that_are_due(db, ask):
    """After an import all have to be looked at; at five o'clock all private persons wait for three collectors."""
    crowd(db, None)
    crowd(db, "progressive")
    if not db.is_sqlite:
        with db.write() as tx:
            tx.exec_driver_sql("ANALYZE cases")
    steps, asked = [], []

    @sa.event.listens_for(db.engine, "before_cursor_execute")
    def _(_connection, _cursor, statement, parameters, _context, _many):
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    with db.write() as tx:
        if db.is_sqlite:
            tx.connection.driver_connection.set_progress_handler(lambda: steps.append(1), 10)
        if ask == "waiting":
            assert due.waiting(tx, now=NOW) == {None, Mode.PROGRESSIVE}
        elif ask == "ended":
            assert due.claim_ended(tx, now=NOW, worker="w1", limit=5) == []
        else:
            found = due.claim_due(tx, now=NOW, worker="w1", limit=5, mode=ask)
            assert len(found) == (0 if ask is Mode.UNATTENDED else 5)
        if db.is_sqlite:
            tx.connection.driver_connection.set_progress_handler(None, 0)
        assert asked
        for statement, parameters in () if db.is_sqlite else tuple(asked):
            (plan,) = tx.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()
            assert scanned(plan["Plan"]) < CROWD / 100, statement
    assert len(steps) * 10 < CROWD
