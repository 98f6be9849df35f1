from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from office_kit import ABSENT_AXEL, BERLIN, ERIKA, KARL, PRIVATE_ANNOUNCEMENT, Office

from dialer.actions import desk as line
from dialer.actions.place_call import Denied, NotNow, place_due_call
from dialer.actions.reconcile import reconcile
from dialer.core.desk import DeskState
from dialer.core.outcome import Outcome
from dialer.telephony.carrier import CarrierError, UnreachableError

CHANGES: dict[str, tuple[Callable[[Office, int], None], str]] = {
    "pays": (Office.pays, "PAID"),
    "disputes": (Office.disputes, "DE-C3"),
    "is held": (Office.holds, "HOLD"),
    "objects": (lambda office, case: office.holds(case, "objection"), "DE-C1"),
    "is represented": (lambda office, case: office.holds(case, "represented"), "DE-C2"),
    "is insolvent": (lambda office, case: office.holds(case, "insolvency"), "DE-C4"),
}

COMES_BACK = {"disputes": datetime(2026, 11, 25, 10, 0, 20, tzinfo=BERLIN)}
"""A rule that time does not lift is looked at again a day later; what waits for money or a person is not."""


@pytest.mark.parametrize("what", CHANGES)
def test_between_intent_and_request_a_change_stops_the_call(either_office: Office, what: str) -> None:
    office = either_office
    change, rule = CHANGES[what]
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.clock.on_wait.append(lambda: change(office, erika))
    placed = place_due_call(office.app, erika, worker="test")
    assert isinstance(placed, Denied)
    assert placed.verdict.rules == (rule,)
    assert office.calls_to(ERIKA) == []
    attempt = office.attempt(erika)
    assert (attempt.call.outcome, attempt.sent_at) == (Outcome.CANCELLED, None)
    denials = [e for e in office.log(erika) if e.kind == "verdict.denied" and e.attempt_id == attempt.id]
    assert [d["rule"] for d in denials[0].facts["denials"]] == [rule]
    assert (office.desk().state, office.desk().attempt_id) == (DeskState.READY, None)
    assert office.next_at(erika) == COMES_BACK.get(what)
    assert office.row(erika).next_mode is None
    assert office.row(erika).next_reason not in {"", "live"}
    assert office.live_attempts() == 0


@pytest.mark.parametrize("what", CHANGES)
def test_while_it_rings_a_change_takes_the_call_back(office: Office, what: str) -> None:
    change, rule = CHANGES[what]
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(5)
    assert office.attempt(axel).call.state.value == "ringing"
    change(office, axel)
    office.tick()
    call = office.call_to(ABSENT_AXEL)
    assert call.status == "canceled"
    assert call.ended_at == office.network.now
    assert office.entry(axel, "attempt.cancel").facts == {"why": rule, "cancelled": True}
    # it rang, so it counts
    assert office.attempt(axel).call.outcome is Outcome.NO_ANSWER
    assert office.desk().state is DeskState.READY
    office.run(60)
    assert office.alarms() == []


@pytest.mark.parametrize("what", CHANGES)
def test_right_before_the_answer_a_change_keeps_the_collector_away(office: Office, what: str) -> None:
    change, rule = CHANGES[what]
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(1.5)
    change(office, erika)
    office.run(60)
    assert not office.met_collector(ERIKA)
    assert office.said(ERIKA) in ([], [PRIVATE_ANNOUNCEMENT])
    assert office.entry(erika, "answer.refused").facts == {"rules": [rule]}
    attempt = office.attempt(erika)
    assert attempt.call.joined_at is None
    assert attempt.call.outcome is Outcome.ABANDONED
    assert office.call_to(ERIKA).ended
    assert office.desk().state is DeskState.READY
    assert office.alarms() == ["outcome.abandoned"]


def test_a_call_that_is_talked_on_is_not_taken_back(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(20)
    assert office.desk().state is DeskState.TALKING
    office.pays(erika)
    office.tick(2)
    assert office.call_to(ERIKA).status == "in-progress"
    office.run(300)
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED


def test_just_before_the_window_closes_nobody_is_called(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.run_to(datetime(2026, 11, 24, 11, 59, 30, tzinfo=BERLIN))
    office.dial()
    office.tick(5)
    assert office.row(erika).next_reason == "window_closing"
    office.run(120)
    assert office.calls_to(ERIKA) == []
    assert office.attempts(erika) == []
    assert office.kinds(erika) == ["case.set_aside"]
    office.tick()
    assert office.next_at(erika) == datetime(2026, 11, 24, 17, 0, tzinfo=BERLIN)


@pytest.mark.parametrize("second", range(0, 60, 6))
def test_no_ringing_crosses_the_end_of_the_window(make_office: Callable[..., Office], second: int) -> None:
    office = make_office(carrier_calls_per_second=0.25)
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.run_to(datetime(2026, 11, 24, 11, 59, tzinfo=BERLIN) - timedelta(seconds=20) + timedelta(seconds=second))
    office.dial()
    closes = datetime(2026, 11, 24, 12, 0, tzinfo=BERLIN)
    office.live(120)
    for call in office.calls_to(ABSENT_AXEL):
        assert call.started_at is not None
        assert call.ended_at is not None
        assert call.ended_at <= closes
    assert len(office.attempts(axel)) <= 1
    for attempt in office.attempts(axel):
        assert attempt.not_after <= closes - timedelta(seconds=30)


def test_when_the_clock_passes_the_last_moment_the_request_is_not_made(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.run_to(datetime(2026, 11, 24, 11, 58, 30, tzinfo=BERLIN))
    office.tick()
    assert office.row(erika).next_mode == "progressive"

    def waits() -> None:
        office.clock.passed = timedelta(seconds=90)

    office.clock.on_wait.append(waits)
    placed = place_due_call(office.app, erika, worker="test")
    assert placed == NotNow("too late for this window")
    assert office.calls_to(ERIKA) == []
    assert office.attempt(erika).call.outcome is Outcome.CANCELLED
    assert office.attempt(erika).sent_at is None
    assert office.desk().state is DeskState.READY


def test_time_spent_waiting_for_the_database_counts(office: Office) -> None:
    """Another writer holds the database while the last gate wants in, and the window closes meanwhile."""
    office.collector("anna")
    erika = office.case(ERIKA)
    office.run_to(datetime(2026, 11, 24, 11, 58, 30, tzinfo=BERLIN))
    office.tick()
    holding, threads = threading.Event(), []

    def hold() -> None:
        with office.app.db.write():
            holding.set()
            time.sleep(0.4)
            office.clock.passed = timedelta(seconds=90)

    def begin() -> None:
        threads.append(threading.Thread(target=hold))
        threads[0].start()
        assert holding.wait(5)

    office.clock.on_wait.append(begin)
    placed = place_due_call(office.app, erika, worker="test")
    threads[0].join()
    assert placed == NotNow("too late for this window")
    assert office.calls_to(ERIKA) == []


def test_a_call_the_carrier_would_queue_is_taken_back(make_office: Callable[..., Office]) -> None:
    office = make_office(carrier_calls_per_second=0.02)
    office.collector("anna")
    erika, karl = office.case(ERIKA), office.case(KARL, name="Karl")
    office.collector("ben", phone="+493023125992", opens=False)
    office.tick(2)
    attempt = office.attempt(erika)
    assert attempt.queue_ms is not None
    assert attempt.queue_ms > 5_000
    assert attempt.call.outcome is Outcome.CANCELLED
    call = office.call_to(ERIKA)
    assert (call.status, call.started_at) == ("canceled", None)
    assert office.entry(erika, "attempt.cancel").facts["why"] == "the carrier would keep it in its queue"
    assert office.desk().state is DeskState.READY
    assert office.attempts(karl) == []
    # calling on would fill the same queue again and again
    assert office.alarms() == ["carrier.queue"]
    office.tick(5)
    assert len(office.calls_to(ERIKA)) == 1


def test_what_the_carrier_refuses_once_is_asked_again(office: Office) -> None:
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(5)
    cancel = office.carrier.cancel

    def busy(_sid: str) -> None:
        office.carrier.cancel = cancel  # type: ignore[method-assign]
        raise CarrierError("Twilio error 20429, HTTP 429")

    office.carrier.cancel = busy  # type: ignore[method-assign, assignment]
    office.pays(axel)
    office.tick()
    assert office.call_to(ABSENT_AXEL).status == "canceled"
    assert office.alarms() == []


def test_a_queued_call_that_could_not_be_taken_back_is_so_soon_after(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(carrier_calls_per_second=0.02)
    office.collector("anna")
    office.case(ERIKA)
    office.case(KARL, name="Karl")
    office.tick()
    cancel, asked = office.carrier.cancel, []

    def unreachable(_sid: str) -> None:
        asked.append(office.clock.now())
        if len(asked) == 2:
            office.carrier.cancel = cancel  # type: ignore[method-assign]
        raise UnreachableError("Twilio did not answer in time")

    office.carrier.cancel = unreachable  # type: ignore[method-assign, assignment]
    office.tick()
    assert (office.call_to(ERIKA).status, office.desk().state) == ("queued", DeskState.RESERVED)
    assert "cancel.failed" in office.alarms()
    assert asked[1] - asked[0] == timedelta(seconds=1)
    office.run(3)
    reconcile(office.app)
    assert office.call_to(ERIKA).status == "queued"
    office.run(1)
    reconcile(office.app)
    assert (office.call_to(ERIKA).status, office.desk().state) == ("canceled", DeskState.READY)


def test_a_call_still_queued_at_its_last_moment_is_taken_back(make_office: Callable[..., Office]) -> None:
    office = make_office(carrier_calls_per_second=0.2)
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.app.carrier.real.place(_order_to_nobody(office))  # type: ignore[attr-defined]
    office.run_to(datetime(2026, 11, 24, 11, 58, 59, tzinfo=BERLIN))
    office.app.carrier.real.place(_order_to_nobody(office))  # type: ignore[attr-defined]
    office.dial()
    attempt = office.attempt(axel)
    assert attempt.not_after == datetime(2026, 11, 24, 11, 59, 0, tzinfo=BERLIN)
    assert office.call_to(ABSENT_AXEL).status == "queued"
    office.run(1)
    office.tick()
    call = office.call_to(ABSENT_AXEL)
    assert (call.status, call.started_at) == ("canceled", None)
    assert office.attempt(axel).call.outcome is Outcome.CANCELLED
    assert office.entry(axel, "attempt.cancel").facts["why"] == "its window has closed"
    assert office.desk().state is DeskState.READY


def _order_to_nobody(office: Office) -> object:
    from dialer.telephony.carrier import CallOrder  # noqa: PLC0415

    return CallOrder(
        to="+493023125888",
        from_="+493023125000",
        answer_url=office.app.urls.voice("nobody"),
        status_url=office.app.urls.status("nobody"),
        ring_seconds=15,
        max_call_seconds=60,
    )


def test_the_collector_leaves_before_the_request(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.clock.on_wait.append(lambda: line.close_desk(office.app, "anna"))
    placed = place_due_call(office.app, erika, worker="test")
    assert placed == NotNow("the collector is gone")
    assert office.calls_to(ERIKA) == []
    assert office.attempt(erika).call.outcome is Outcome.CANCELLED
    assert office.desk().state is DeskState.CLOSED


def test_the_collector_leaves_while_the_request_is_on_its_way(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.carrier.before_place.append(lambda: line.close_desk(office.app, "anna"))
    place_due_call(office.app, erika, worker="test")
    assert office.call_to(ERIKA).status == "canceled"
    assert office.attempt(erika).call.outcome is Outcome.CANCELLED
    office.run(60)
    assert office.call_to(ERIKA).ringing_at is None
    assert office.desk().state is DeskState.CLOSED


def test_a_person_pauses_dialling_between_intent_and_request(office: Office) -> None:
    from dialer.storage import pacing  # noqa: PLC0415

    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()

    def stops() -> None:
        with office.app.db.write() as tx:
            pacing.pause(tx, office.app.account, reason="fire drill", until=None)

    office.clock.on_wait.append(stops)
    assert place_due_call(office.app, erika, worker="test") == NotNow("dialling is paused: fire drill")
    assert office.calls_to(ERIKA) == []
    assert office.desk().state is DeskState.READY


@pytest.mark.parametrize("minutes", [-8, 8])
def test_a_clock_that_is_set_between_intent_and_request_stops_the_call(office: Office, minutes: int) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()

    def set_by() -> None:
        office.clock.ahead = timedelta(minutes=minutes)

    office.clock.on_wait.append(set_by)
    assert place_due_call(office.app, erika, worker="test") == NotNow("the clock was set meanwhile")
    assert office.calls_to(ERIKA) == []
    attempt = office.attempt(erika)
    assert (attempt.call.outcome, attempt.sent_at) == (Outcome.CANCELLED, None)
    assert office.desk().state is DeskState.READY
