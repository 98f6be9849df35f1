"""The circuit breaker: requests that fail stop the account, one call tries again, whoever else is at work."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from office_kit import BERLIN, ERIKA, NetworkClock, Office

from dialer.actions.place_call import NotNow, place_due_call
from dialer.app import App, build
from dialer.config import load
from dialer.core.outcome import Outcome
from dialer.scheduler.tick import tick
from dialer.storage import pacing
from dialer.storage.pacing import Circuit


def shops(office: Office, number: int) -> list[int]:
    """Businesses that are called without a collector, looked at and due."""
    cases = [office.business(f"+4930231252{n:02d}", name=f"Laden {n}", industry="retail") for n in range(1, number + 1)]
    office.tick()
    return cases


def circuit(office: Office) -> Circuit | None:
    with office.app.db.read() as tx:
        return pacing.circuit(tx, office.app.account)


def asked(office: Office) -> tuple[int, int, int]:
    with office.app.db.read() as tx:
        seen = pacing.requests_since(tx, office.app.account, office.clock.now() - timedelta(seconds=120))
    return seen.asked, seen.failed, seen.in_a_row


def seconds_left(office: Office) -> float:
    found = circuit(office)
    assert found is not None
    return (found.until - office.clock.now()).total_seconds()


def outage(office: Office) -> None:
    """Five shops are called in vain."""
    office.faults(api_500_before=1.0)
    office.tick()
    office.faults()


def another_worker(office: Office) -> App:
    return build(load(office.config_path, {}), clock=NetworkClock(office.network))


def test_five_lost_answers_in_a_row_stop_the_account(either_office: Office) -> None:
    office = either_office
    cases = shops(office, 8)
    outage(office)
    assert [len(office.attempts(case)) for case in cases] == [1, 1, 1, 1, 1, 0, 0, 0]
    found = circuit(office)
    assert found is not None
    assert (found.wait, found.probe_id, found.failures_in_row) == (timedelta(seconds=30), None, 5)
    assert "answer lost: Twilio answered HTTP 500" in (office.paused() or "")
    assert office.alarms() == ["dialling.paused"]
    office.live(25)
    assert office.network.calls == []


def test_one_call_tries_again_and_the_rest_follows_it(either_office: Office) -> None:
    office = either_office
    cases = shops(office, 8)
    outage(office)
    office.run(31)
    office.tick()
    assert len(office.network.calls) == 1
    assert circuit(office) is None
    assert office.alarms() == ["dialling.paused", "dialling.resumed"]
    # what failed before is not counted again
    assert asked(office) == (0, 0, 0)
    office.tick()
    assert [len(office.attempts(case)) for case in cases] == [1] * 8


def test_a_try_that_fails_doubles_the_wait_up_to_half_an_hour(make_office: Callable[..., Office]) -> None:
    office = make_office(start=datetime(2026, 11, 24, 9, 0, tzinfo=BERLIN))
    shops(office, 16)
    office.faults(api_500_before=1.0)
    office.tick()
    waits = []
    for _ in range(8):
        found = circuit(office)
        assert found is not None
        waits.append(int(found.wait.total_seconds()))
        before = len(office.alarms())
        office.run_to(found.until + timedelta(seconds=1))
        office.tick()
        assert office.alarms()[before:].count("dialling.paused") == 1
    assert waits == [30, 60, 120, 240, 480, 960, 1800, 1800]


def test_half_of_six_requests_in_two_minutes_stop_the_account(office: Office) -> None:
    shops(office, 9)
    office.faults(api_script=["ok", "500_before", "ok", "500_before", "ok", "500_before"])
    office.tick()
    assert circuit(office) is not None
    assert circuit(office).failures_in_row == 1  # type: ignore[union-attr]
    assert len(office.network.calls) == 3


def test_a_third_of_the_requests_does_not(office: Office) -> None:
    shops(office, 9)
    office.faults(api_script=["ok", "ok", "500_before"] * 3)
    office.tick()
    assert circuit(office) is None
    assert asked(office) == (9, 3, 1)


def test_what_failed_more_than_two_minutes_ago_is_forgotten(office: Office) -> None:
    shops(office, 8)
    office.faults(api_script=["500_before", "500_before", "ok", "ok", "ok"])
    office.tick()
    office.run(121)
    assert asked(office)[:2] == (0, 0)
    assert office.count("carrier_requests") == 8
    # the next round with something to do forgets them
    office.business("+493023125299", name="Neuer Laden", industry="retail")
    office.tick()
    assert office.count("carrier_requests") == 0


def test_a_throttled_request_is_no_failure(office: Office) -> None:
    shops(office, 3)
    office.faults(api_script=["429", "429", "429", "ok", "429", "429", "429", "ok"])
    office.tick()
    assert asked(office) == (3, 0, 0)
    assert circuit(office) is None
    assert len(office.network.calls) == 3


def test_a_number_that_is_refused_shows_that_the_carrier_is_there(office: Office) -> None:
    office.collector("anna")
    own = office.case("+493023125000", name="Ruft sich selbst")
    office.dial()
    assert office.attempt(own).call.outcome is Outcome.BAD_NUMBER
    assert asked(office) == (1, 0, 0)


def test_only_one_of_four_workers_takes_the_try(either_office: Office) -> None:
    """Each has seen that the wait is over; the database decides."""
    office = either_office
    cases = shops(office, 9)
    outage(office)
    office.run(31)
    workers = [another_worker(office) for _ in range(4)]
    barrier = threading.Barrier(4)
    placed: list[object] = []

    def work(app: App, case: int) -> None:
        barrier.wait()
        placed.append(place_due_call(app, case, worker="w"))

    office.faults(api_500_before=1.0)
    threads = [threading.Thread(target=work, args=pair) for pair in zip(workers, cases[5:], strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for app in workers:
        app.db.close()
    sent = [a for case in cases[5:] for a in office.attempts(case) if a.sent_at is not None]
    assert len(sent) == 1
    assert sum(isinstance(p, NotNow) for p in placed) == 3
    found = circuit(office)
    assert found is not None
    assert (found.wait, found.probe_id) == (timedelta(seconds=60), None)


def test_a_try_that_was_never_sent_is_given_to_the_next(either_office: Office) -> None:
    office = either_office
    cases = shops(office, 7)
    outage(office)
    office.run(31)
    office.clock.on_wait.append(lambda: office.holds(cases[5]))
    assert not office.tick().started
    assert office.attempt(cases[5]).call.outcome is Outcome.CANCELLED
    assert seconds_left(office) <= 0
    office.tick()
    assert circuit(office) is None
    assert len(office.calls_to("+493023125207")) == 1


def test_a_worker_that_dies_with_the_try_does_not_keep_it(either_office: Office) -> None:
    office = either_office
    cases = shops(office, 7)
    outage(office)
    office.run(31)

    class Killed(BaseException):
        pass

    def dies() -> None:
        raise Killed

    office.carrier.before_place.append(dies)
    with pytest.raises(Killed):
        tick(office.app, worker="doomed")
    assert circuit(office).probe_id == office.attempt(cases[5]).id  # type: ignore[union-attr]
    assert office.tick().started == 0
    office.run(590)
    assert office.tick().started == 0
    office.run(11)
    assert office.tick().started == 1
    assert circuit(office) is None


def test_nobody_else_is_sent_while_the_try_is_on_its_way(either_office: Office) -> None:
    office = either_office
    cases = shops(office, 7)
    outage(office)
    office.run(31)
    seen: list[object] = []
    office.carrier.before_place.append(lambda: seen.append(place_due_call(office.app, cases[6], worker="other")))
    office.tick()
    (other,) = seen
    assert isinstance(other, NotNow)
    assert "dialling is paused: answer lost" in other.why
    assert office.attempts(cases[6]) == []


def test_who_waited_for_his_slot_when_the_circuit_opened_is_not_sent(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()

    def breaks() -> None:
        until = office.clock.now() + timedelta(seconds=30)
        with office.app.db.write() as tx:
            pacing.open_circuit(tx, office.app.account, until=until, wait=timedelta(seconds=30), reason="down")

    office.clock.on_wait.append(breaks)
    office.tick()
    assert office.calls_to(ERIKA) == []
    assert office.attempt(erika).call.outcome is Outcome.CANCELLED


def test_a_person_who_resumes_closes_the_circuit(office: Office) -> None:
    shops(office, 8)
    outage(office)
    with office.app.db.write() as tx:
        pacing.resume(tx, office.app.account)
    assert circuit(office) is None
    assert asked(office) == (0, 0, 0)
    office.tick()
    assert len(office.network.calls) == 3


def test_a_person_who_has_stopped_dialling_stops_the_try_too(office: Office) -> None:
    shops(office, 7)
    outage(office)
    with office.app.db.write() as tx:
        pacing.pause(tx, office.app.account, reason="house search", until=None)
    office.live(120)
    assert office.network.calls == []
    assert office.paused() == "house search"
