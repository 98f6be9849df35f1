from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from office_kit import ABSENT_AXEL, BERLIN, DEAD_DORA, ERIKA, KARL, MILLS, SHOP, SHOP_MACHINE, NetworkClock, Office

from dialer.actions.place_call import Started, place_clicked_call, place_due_call
from dialer.app import App, build
from dialer.config import load
from dialer.core.desk import DeskState
from dialer.core.outcome import Outcome
from dialer.scheduler import loop
from dialer.scheduler.tick import tick
from dialer.storage import pacing

SHOPS = {"type": "business", "segment": "business", "industry": "retail", "role": "owner"}


def another_worker(office: Office) -> App:
    """A second scheduler on the same database, with connections of its own."""
    return build(load(office.config_path, {}), clock=NetworkClock(office.network))


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Run the actions side by side, starting together."""
    barrier = threading.Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(index: int) -> None:
        barrier.wait()
        results[index] = actions[index]()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return results


def test_two_schedulers_never_call_twice(either_office: Office) -> None:
    office = either_office
    cases = [office.case(f"+4930231252{n:02d}", name=f"Laden {n}", **SHOPS) for n in range(1, 7)]
    workers = [another_worker(office) for _ in range(3)]
    try:
        for _ in range(4):
            at_once(*(lambda app=app, n=n: tick(app, worker=f"w{n}") for n, app in enumerate(workers)))
            office.run(1)
    finally:
        for worker in workers:
            worker.db.close()
    assert [len(office.attempts(case)) for case in cases] == [1] * 6
    assert sorted(c.to for c in office.network.calls) == sorted(f"+4930231252{n:02d}" for n in range(1, 7))


def test_two_schedulers_at_the_same_case(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    office.collector("ben", phone="+493023125992")
    erika = office.case(ERIKA)
    office.tick()
    other = another_worker(office)
    results = at_once(
        lambda: place_due_call(office.app, erika, worker="w1"),
        lambda: place_due_call(other, erika, worker="w2"),
        lambda: place_clicked_call(other, erika, user="ben"),
    )
    other.db.close()
    assert sum(isinstance(r, Started) for r in results) == 1
    assert len(office.calls_to(ERIKA)) == 1
    assert len(office.attempts(erika)) == 1
    states = sorted([office.desk("anna").state.value, office.desk("ben").state.value])
    assert states == ["ready", "reserved"]


def test_two_debtors_behind_one_number_and_two_schedulers(either_office: Office) -> None:
    office = either_office
    first = office.case(SHOP, name="Laden GmbH", **SHOPS)
    second = office.case(SHOP, name="Laden UG", **SHOPS)
    office.tick()
    other = another_worker(office)
    results = at_once(
        lambda: place_due_call(office.app, first, worker="w1"), lambda: place_due_call(other, second, worker="w2")
    )
    other.db.close()
    assert sum(isinstance(r, Started) for r in results) == 1
    assert len(office.calls_to(SHOP)) == 1
    office.live(900, step=30)
    # the number rang: nobody else calls it within two hours
    assert len(office.calls_to(SHOP)) == 1
    assert office.row(first).next_at is not None
    assert office.row(second).next_at is not None


def test_one_collector_is_reserved_once(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    first, second = office.case(ERIKA), office.case(KARL, name="Karl")
    office.tick()
    other = another_worker(office)
    results = at_once(
        lambda: place_due_call(office.app, first, worker="w1"), lambda: place_due_call(other, second, worker="w2")
    )
    other.db.close()
    assert sum(isinstance(r, Started) for r in results) == 1
    assert len(office.attempts(first)) + len(office.attempts(second)) == 1


def test_calls_are_paced_for_all_workers_together(make_office: Callable[..., Office]) -> None:
    office = make_office(workers=4)
    for n in range(1, 7):
        office.case(f"+4930231252{n:02d}", name=f"Laden {n}", **SHOPS)
    begun = office.network.now
    office.tick(2)
    with office.app.db.read() as tx:
        next_us = tx.execute(sa.text("select next_start_us from accounts")).scalar_one()
    assert datetime.fromtimestamp(next_us / 1e6, tz=BERLIN) == begun + timedelta(seconds=6)
    assert len(office.network.calls) == 6
    assert office.live_attempts() == 6
    assert max(c.queue_ms for c in office.network.calls) <= 5_000


POISON = {
    "its segment vanished": "update debtors set segment = 'gone' where id = {debtor}",
    "its creditor vanished": "update debtors set creditor = 'gone' where id = {debtor}",
    "a zone nobody knows": "update debtors set timezone = 'Mars/Olympus' where id = {debtor}",
    "a number nobody can read": "update claims set currency = 'EUR', invoice_date = 'x' where case_id = {case}",
}


def poison(office: Office, case: int, how: str) -> None:
    with office.app.db.write() as tx:
        debtor = tx.execute(sa.text("select debtor_id from cases where id = :c"), {"c": case}).scalar_one()
        tx.execute(sa.text(POISON[how].format(debtor=debtor, case=case)))


@pytest.mark.parametrize("how", POISON)
def test_one_broken_case_stops_nobody_else(office: Office, how: str) -> None:
    broken = office.case(SHOP_MACHINE, name="Kaputt", **SHOPS)
    poison(office, broken, how)
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick(3)
    office.run(60)
    assert office.attempt(shop).call.outcome is Outcome.ANNOUNCED
    assert office.calls_to(SHOP_MACHINE) == []
    assert office.row(broken).next_reason == "error"
    assert office.next_at(broken) == datetime(2026, 11, 24, 11, 0, tzinfo=BERLIN)
    assert office.alarms() == ["case.error"]
    assert office.kinds(broken) == ["case.error"]
    office.run_to(datetime(2026, 11, 24, 11, 1, tzinfo=BERLIN))
    office.tick()
    assert office.next_at(broken) == datetime(2026, 11, 24, 12, 1, tzinfo=BERLIN)
    assert office.alarms() == ["case.error"] * 2


def test_a_connection_that_breaks_costs_a_case_a_minute(
    postgres_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agreed call-back would miss its window by the hour that a broken case is left alone."""
    office = postgres_office
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick()
    take_slot = pacing.take_slot

    def cut(tx: sa.Connection, *args: object, **how: object) -> object:
        monkeypatch.setattr(pacing, "take_slot", take_slot)
        with office.app.db.write() as other:
            other.execute(
                sa.select(sa.func.pg_terminate_backend(tx.execute(sa.select(sa.func.pg_backend_pid())).scalar()))
            )
        return take_slot(tx, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(pacing, "take_slot", cut)
    office.tick()
    assert office.attempts(shop) == []
    assert office.next_at(shop) == datetime(2026, 11, 24, 10, 1, tzinfo=BERLIN)
    assert office.alarms() == ["case.error"]
    office.run(61)
    office.dial()
    assert len(office.calls_to(SHOP)) == 1


def test_a_case_with_which_the_database_is_always_in_trouble_is_told_once_an_hour(office: Office) -> None:
    """It is tried every minute; as many alarms, and lines in a log that only grows, would bury all others."""
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    with office.app.db.write() as tx:
        tx.exec_driver_sql("create trigger trouble before insert on attempts begin select * from gone; end")
    for _ in range(12):
        office.tick()
        office.run(61)
    assert office.row(shop).next_reason == "error"
    assert (office.alarms(), office.kinds(shop)) == (["case.error"], ["case.error"])
    office.run(3600)
    office.tick()
    office.tick()
    assert (office.alarms(), office.kinds(shop)) == (["case.error"] * 2, ["case.error"] * 2)


@pytest.mark.parametrize("how", ["its segment vanished", "its creditor vanished", "a zone nobody knows"])
def test_a_case_that_breaks_while_its_telephone_rings(office: Office, how: str) -> None:
    """Its end is written down, the collector is free, and the others are called on."""
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(5)
    poison(office, axel, how)
    office.run(60)
    assert office.attempt(axel).call.outcome is Outcome.NO_ANSWER
    assert office.desk().state is DeskState.READY
    office.tick()
    assert office.alarms() == ["case.error"]
    assert office.row(axel).next_reason == "error"
    assert office.row(axel).next_at is not None
    erika = office.case(ERIKA)
    office.tick(2)
    assert len(office.attempts(erika)) == 1


@pytest.mark.parametrize("how", ["its segment vanished", "a zone nobody knows"])
def test_a_case_that_breaks_before_the_answer_puts_nobody_through(office: Office, how: str) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(1.5)
    poison(office, erika, how)
    office.run(60)
    assert not office.met_collector(ERIKA)
    assert office.attempt(erika).call.outcome is Outcome.ABANDONED
    assert office.desk().state is DeskState.READY
    assert set(office.alarms()) == {"case.error", "outcome.abandoned"}


def test_a_silent_call_of_a_broken_case_holds_up_no_other(office: Office) -> None:
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.tick()
    office.faults(callback_lost=1.0)
    office.tick()
    poison(office, axel, "its segment vanished")
    office.faults()
    office.live(180)
    assert office.attempt(axel).call.outcome is Outcome.NO_ANSWER
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick(2)
    assert len(office.attempts(shop)) == 1


def test_a_broken_case_in_the_last_gate_is_never_sent(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.clock.on_wait.append(lambda: poison(office, erika, "its segment vanished"))
    office.tick()
    assert office.calls_to(ERIKA) == []
    assert office.attempt(erika).sent_at is None
    office.live(150)
    assert office.attempt(erika).call.outcome is Outcome.CANCELLED
    assert office.desk().state is DeskState.READY
    assert office.live_attempts() == 0


def test_nothing_is_left_for_the_next_round(office: Office) -> None:
    assert office.tick().idle
    office.case(ERIKA)
    first = office.tick()
    assert (first.looked_at, first.tried, first.started, first.idle) == (1, 0, 0, False)
    # due, but no collector is there: there is nothing this scheduler can do
    assert office.tick().idle


def test_until_idle_returns(office: Office) -> None:
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.case(MILLS, name="Frau Stumm", type="business", segment="silent", role="owner")
    loop.run(office.app, stop=threading.Event(), until_idle=True)
    assert len(office.attempts(shop)) == 1


def test_a_stop_ends_the_round_after_the_call_in_hand(office: Office) -> None:
    stop = threading.Event()
    cases = [office.case(f"+4930231252{n:02d}", name=f"Laden {n}", **SHOPS) for n in range(1, 4)]
    office.tick()
    office.carrier.before_place.append(stop.set)
    tick(office.app, worker="test", stop=stop)
    assert [len(office.attempts(case)) for case in cases] == [1, 0, 0]
    office.run(121)
    office.tick(1)
    assert [len(office.attempts(case)) for case in cases] == [1, 1, 1]


def test_a_worker_that_dies_before_the_gate_gives_the_case_back(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()

    class Killed(BaseException):
        pass

    def dies() -> None:
        raise Killed

    office.clock.on_wait.append(dies)
    with pytest.raises(Killed):
        place_due_call(office.app, erika, worker="test")
    assert office.attempt(erika).call.state.value == "intent"
    assert office.desk().state is DeskState.RESERVED
    office.live(115)
    assert office.calls_to(ERIKA) == []
    office.live(10)
    first, *later = office.attempts(erika)
    assert first.call.outcome is Outcome.CANCELLED
    assert "attempt.never_sent" in office.kinds(erika)
    assert len(later) == 1
    assert len(office.calls_to(ERIKA)) == 1


def test_a_failed_call_is_repeated_at_another_time_of_day(office: Office) -> None:
    office.collector("anna")
    dora = office.case(DEAD_DORA)
    office.dial()
    office.live(3600, step=60)
    assert len(office.calls_to(DEAD_DORA)) == 1
    assert office.next_at(dora) == datetime(2026, 11, 24, 17, 0, tzinfo=BERLIN)
