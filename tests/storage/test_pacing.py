"""Call starts are spaced for all workers together, without a burst after a quiet hour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from dialer.storage import pacing
from dialer.storage.database import Database
from dialer.storage.pacing import Pause

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ACCOUNT = "AC" + "1" * 32


def seconds(number):
    return NOW + timedelta(seconds=number)


@pytest.fixture
def account(db):
    with db.write() as tx:
        pacing.ensure_account(tx, ACCOUNT)
        pacing.ensure_account(tx, "other")
    return db


def take(db, *, now=NOW, cps=1.0, sid=ACCOUNT):
    with db.write() as tx:
        return pacing.take_slot(tx, sid, now=now, calls_per_second=cps)


def paused(db, now=NOW, sid=ACCOUNT):
    with db.read() as tx:
        return pacing.paused(tx, sid, now=now)


def test_first_call_starts_now_and_the_others_queue(account):
    assert [take(account) for _ in range(4)] == [seconds(0), seconds(1), seconds(2), seconds(3)]


def test_slots_of_four_threads_and_two_engines_are_one_interval_apart(account, at_once):
    second = Database(account.engine.url.render_as_string(hide_password=False))

    def work(number):
        return [take(account if number % 2 else second, cps=4.0) for _ in range(10)]

    slots = sorted(slot for mine in at_once(4, work) for slot in mine)
    second.close()
    assert slots == [seconds(n * 0.25) for n in range(40)]


def test_quiet_time_saves_up_no_burst(account):
    take(account)
    assert [take(account, now=seconds(3600)) for _ in range(3)] == [seconds(3600), seconds(3601), seconds(3602)]


def test_slot_within_the_interval_is_the_end_of_the_interval(account):
    take(account)
    assert take(account, now=seconds(0.4)) == seconds(1)
    assert take(account, now=seconds(2)) == seconds(2)
    assert take(account, now=seconds(2.999_999)) == seconds(3)


def test_clock_that_is_behind_gets_no_earlier_slot(account):
    take(account, now=seconds(10))
    assert take(account, now=seconds(0)) == seconds(11)


def test_slot_promised_by_a_clock_that_has_been_set_back_keeps_nobody_waiting(account):
    take(account, now=seconds(1799))
    assert take(account, now=seconds(0)) == seconds(1800)
    take(account, now=seconds(86_400))
    assert [take(account, now=seconds(0)) for _ in range(2)] == [seconds(0), seconds(1)]


def test_circuit_opened_by_a_clock_that_has_been_set_back_lets_one_try(account):
    with account.write() as tx:
        pacing.open_circuit(tx, ACCOUNT, until=seconds(86_400), wait=timedelta(seconds=30), reason="HTTP 500")
    assert paused(account) is None
    with account.write() as tx:
        taken = [pacing.take_probe(tx, ACCOUNT, attempt_id=n, now=NOW, until=seconds(600)) for n in (7, 8)]
    assert taken == [True, False]
    assert paused(account) == paused(account, seconds(599)) == Pause("HTTP 500", seconds(600))


def test_pace_is_never_above_what_is_granted(account):
    for cps in (3.0, 7.0, 30.0):
        start = take(account, cps=cps, now=seconds(1000 * cps))
        slots = [take(account, cps=cps, now=start) for _ in range(int(cps))]
        assert timedelta(seconds=1) <= slots[-1] - start < timedelta(seconds=1, microseconds=30)


def test_slow_accounts_wait_long(account):
    assert [take(account, cps=0.1) for _ in range(3)] == [seconds(0), seconds(10), seconds(20)]


def test_accounts_do_not_wait_for_each_other(account):
    assert take(account) == take(account, sid="other") == seconds(0)


def test_slot_of_a_transaction_that_failed_is_free_again(account):
    def fail():
        with account.write() as tx:
            pacing.take_slot(tx, ACCOUNT, now=NOW, calls_per_second=1.0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert take(account) == seconds(0)


def test_account_that_is_not_there_gets_no_slot(db):
    with pytest.raises(sa.exc.NoResultFound):
        take(db)


def test_programs_that_start_together_make_one_account(db, at_once):
    def start(_):
        with db.write() as tx:
            pacing.ensure_account(tx, ACCOUNT)

    assert at_once(6, start) == [None] * 6
    with db.read() as tx:
        assert tx.exec_driver_sql("SELECT sid, next_start_us FROM accounts").all() == [(ACCOUNT, 0)]


def test_existing_account_is_left_as_it_is(account):
    take(account)
    with account.write() as tx:
        pacing.ensure_account(tx, ACCOUNT)
    assert take(account) == seconds(1)


def test_pause_holds_until_its_end(account):
    with account.write() as tx:
        pacing.pause(tx, ACCOUNT, reason="no funds", until=seconds(60))
    assert paused(account) == paused(account, seconds(59.999_999)) == Pause("no funds", seconds(60))
    assert paused(account, seconds(60)) is None
    assert paused(account, sid="other") is None


def test_pause_without_end_holds_until_it_is_lifted(account):
    with account.write() as tx:
        pacing.pause(tx, ACCOUNT, reason="token refused", until=None)
    assert paused(account, NOW + timedelta(days=400)) == Pause("token refused", None)
    with account.write() as tx:
        pacing.resume(tx, ACCOUNT)
    assert paused(account) is None


def test_pause_does_not_touch_the_pace(account):
    take(account)
    with account.write() as tx:
        pacing.pause(tx, ACCOUNT, reason="x", until=None)
        pacing.resume(tx, ACCOUNT)
    assert take(account) == seconds(1)


def test_a_rest_that_a_wrong_clock_began_holds_nobody_up(account):
    month, day = NOW + timedelta(days=30), timedelta(days=1)
    with account.write() as tx:
        pacing.rest(tx, ACCOUNT, reason="queue", until=month)
    assert paused(account) is None
    assert paused(account, month - day) == Pause("queue", month)
    with account.write() as tx:
        pacing.forget_wrong_rest(tx, ACCOUNT, now=month - day)
        assert pacing.paused(tx, ACCOUNT, now=month - day) == Pause("queue", month)
        pacing.forget_wrong_rest(tx, ACCOUNT, now=NOW)
    assert paused(account, month - day) is None


def test_a_persons_stop_is_not_taken_for_a_wrong_rest(account):
    with account.write() as tx:
        pacing.pause(tx, ACCOUNT, reason="court order", until=None)
        pacing.forget_wrong_rest(tx, ACCOUNT, now=NOW)
    assert paused(account) == Pause("court order", None)


@pytest.mark.parametrize(
    ("stands", "holds"),
    [
        pytest.param(None, "queue", id="nothing"),
        pytest.param(("court order", None), "court order", id="a person's stop has no end"),
        pytest.param(("short", seconds(30)), "queue", id="a shorter one"),
        pytest.param(("long", seconds(90)), "long", id="a longer one"),
        pytest.param(("wrong", seconds(90_000)), "queue", id="one that no clock can have meant"),
    ],
)
def test_a_rest_shortens_no_pause(account, stands, holds):
    with account.write() as tx:
        if stands:
            pacing.pause(tx, ACCOUNT, reason=stands[0], until=stands[1])
        pacing.rest(tx, ACCOUNT, reason="queue", until=seconds(60))
    assert paused(account).reason == holds
    assert paused(account, sid="other") is None


def test_a_rest_does_not_lift_a_stop_that_is_just_being_made(account):
    """The two meet: whoever comes second must see what the first has written."""

    def rest():
        with account.write() as tx:
            pacing.rest(tx, ACCOUNT, reason="queue", until=seconds(60))

    with ThreadPoolExecutor(1) as pool:
        with account.write() as tx:
            pacing.pause(tx, ACCOUNT, reason="court order", until=None)
            resting = pool.submit(rest)
            assert wait([resting], timeout=0.5).not_done
        resting.result(timeout=20)
    assert paused(account) == Pause("court order", None)
