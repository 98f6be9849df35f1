"""Somebody stops a case while its call is being made: it is not made, or is taken back as soon as it is known."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from office_kit import ABSENT_AXEL, ERIKA, MILLS, Office

from dialer.actions import desk as line
from dialer.actions.answer_call import answer
from dialer.actions.holds import hold_case
from dialer.actions.legal_stage import enter_stage
from dialer.actions.place_call import Started, place_clicked_call, place_due_call
from dialer.core.call import AttemptState
from dialer.core.case import HoldReason, Stage
from dialer.core.desk import DeskState
from dialer.core.outcome import Outcome
from dialer.storage import attempts, book
from dialer.telephony.carrier import CallOrder

LOST_ANSWER = ("reset_after_create",)


def close_case(office: Office, case: int) -> None:
    facts = {"closed_because": "withdrawn"}
    enter_stage(office.app, case, Stage.CLOSED, facts=facts, on=date(2026, 11, 24), actor="anna", reason="withdrawn")


def hold(office: Office, case: int) -> None:
    hold_case(office.app, case, HoldReason.MANUAL, actor="anna", text="stop")


def pay(office: Office, case: int) -> None:
    """The payment comes in, and another scheduler looks at the case at once."""
    office.pays(case)
    office.tick()


def gone(office: Office, _case: int) -> None:
    line.close_desk(office.app, "anna")


def due(office: Office, number: str) -> int:
    office.collector("anna")
    case = office.business(number) if number == MILLS else office.case(number)
    office.tick()
    return case


def nothing_rang_out(office: Office, case: int) -> None:
    office.live(100, step=1)
    (call,) = office.calls_to(ABSENT_AXEL)
    assert call.status == "canceled"
    assert not office.attempt(case).call.live
    assert office.desk().state in {DeskState.READY, DeskState.CLOSED}


@pytest.mark.parametrize("stop", [close_case, hold, pay, gone])
def test_before_the_request_nothing_is_asked_for(either_office: Office, stop: Callable[[Office, int], None]) -> None:
    office = either_office
    mills = due(office, MILLS)
    office.clock.on_wait.append(lambda: stop(office, mills))
    assert not isinstance(place_due_call(office.app, mills, worker="w"), Started)
    assert office.calls_to(MILLS) == []
    assert office.attempt(mills).call.outcome is Outcome.CANCELLED


@pytest.mark.parametrize("stop", [close_case, hold, pay, gone])
def test_while_the_request_is_on_its_way_the_call_is_taken_back(
    either_office: Office, stop: Callable[[Office, int], None]
) -> None:
    office = either_office
    axel = due(office, ABSENT_AXEL)
    office.carrier.before_place.append(lambda: stop(office, axel))
    assert isinstance(place_due_call(office.app, axel, worker="w"), Started)
    nothing_rang_out(office, axel)


@pytest.mark.parametrize("found_by", ["callback", "reconciliation"])
@pytest.mark.parametrize("stop", [close_case, hold, pay, gone])
def test_while_its_answer_is_lost_the_call_is_taken_back_as_soon_as_it_is_known(
    either_office: Office, stop: Callable[[Office, int], None], found_by: str
) -> None:
    office = either_office
    axel = due(office, ABSENT_AXEL)
    office.faults(api_script=LOST_ANSWER, callback_lost=1.0 if found_by == "reconciliation" else 0.0)
    office.carrier.before_place.append(lambda: stop(office, axel))
    assert isinstance(place_due_call(office.app, axel, worker="w"), Started)
    assert office.attempt(axel).call.state is AttemptState.UNKNOWN
    nothing_rang_out(office, axel)


@pytest.mark.parametrize("stop", [close_case, hold, pay, gone])
def test_while_its_worker_dies_the_call_is_taken_back_as_soon_as_the_carrier_names_it(
    either_office: Office, stop: Callable[[Office, int], None]
) -> None:
    """Between the request and the note of its answer: nobody but the carrier knows of the call."""
    office = either_office
    axel = due(office, ABSENT_AXEL)
    office.carrier.before_place.append(lambda: stop(office, axel))
    real = office.carrier.place

    def dies(order: CallOrder) -> None:
        real(order)
        raise SystemExit

    office.carrier.place = dies  # type: ignore[method-assign, assignment]
    with pytest.raises(SystemExit):
        place_due_call(office.app, axel, worker="w")
    office.carrier.place = real  # type: ignore[method-assign]
    assert office.attempt(axel).call.state is AttemptState.INTENT
    office.run(3)
    (call,) = office.calls_to(ABSENT_AXEL)
    assert call.status == "canceled"


def test_whoever_answers_for_a_case_that_was_closed_hears_who_called(either_office: Office) -> None:
    """It rings already, and the carrier refuses to take it back."""
    office = either_office
    mills = due(office, MILLS)
    assert isinstance(place_due_call(office.app, mills, worker="w"), Started)
    office.carrier.cancel = lambda _sid: None  # type: ignore[method-assign, assignment]
    close_case(office, mills)
    office.run(60)
    assert not office.met_collector(MILLS)
    assert len(office.said(MILLS)) == 1
    assert office.attempt(mills).call.outcome is Outcome.ABANDONED


def review(office: Office, case: int) -> None:
    enter_stage(office.app, case, Stage.LEGAL_REVIEW, facts={}, on=date(2026, 11, 24), actor="anna")


@pytest.mark.parametrize("found", ["at once", "by callback"])
@pytest.mark.parametrize("leaves", [close_case, review])
def test_a_click_is_taken_back_when_the_case_leaves_the_telephone_while_the_request_is_on_its_way(
    either_office: Office, leaves: Callable[[Office, int], None], found: str
) -> None:
    """Whoever clicked was told of no stage."""
    office = either_office
    axel = due(office, ABSENT_AXEL)
    office.faults(api_script=LOST_ANSWER if found == "by callback" else ())
    office.carrier.before_place.append(lambda: leaves(office, axel))
    assert isinstance(place_clicked_call(office.app, axel, user="anna"), Started)
    nothing_rang_out(office, axel)


@pytest.mark.parametrize("when", ["before", "rings"])
def test_a_click_is_taken_back_when_the_case_goes_from_the_lawyers_to_nobody(either_office: Office, when: str) -> None:
    office = either_office
    axel = due(office, ABSENT_AXEL)
    review(office, axel)
    if when == "before":
        office.clock.on_wait.append(lambda: close_case(office, axel))
        assert not isinstance(place_clicked_call(office.app, axel, user="anna"), Started)
        assert office.calls_to(ABSENT_AXEL) == []
    else:
        assert isinstance(place_clicked_call(office.app, axel, user="anna"), Started)
        office.run(5)
        close_case(office, axel)
        nothing_rang_out(office, axel)


def test_a_click_on_a_case_that_is_with_the_lawyers_goes_on(either_office: Office) -> None:
    """Whoever clicked was warned; what is noted of the same stage meanwhile takes nothing back."""
    office = either_office
    mills = due(office, MILLS)
    review(office, mills)
    assert isinstance(place_clicked_call(office.app, mills, user="anna"), Started)
    office.run(2)
    assert office.attempt(mills).call.state is AttemptState.RINGING
    review(office, mills)
    office.run(400)
    assert office.met_collector(MILLS)


@pytest.mark.parametrize("way", ["due", "click"])
def test_a_clock_set_while_the_database_keeps_us_waiting_stops_the_call(office: Office, way: str) -> None:
    """It was right when it was looked at; the intent waits for other writers, and comes out by another hour."""
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    if way == "click":  # a click's own question to the carrier comes before
        assert place_clicked_call(office.app, office.case(ABSENT_AXEL), user="ben")
    real = office.app.db.write
    waits = [True]

    @contextmanager
    def slow() -> Iterator[Any]:
        if waits:
            waits.pop()
            office.clock.ahead = timedelta(minutes=-10)
        with real() as tx:
            yield tx

    office.app.db.write = slow  # type: ignore[method-assign]
    if way == "due":
        place_due_call(office.app, erika, worker="w")
    else:
        place_clicked_call(office.app, erika, user="anna")
    assert office.calls_to(ERIKA) == []


def test_an_answer_waits_for_whoever_holds_the_case_and_is_not_in_his_way(postgres_office: Office) -> None:
    """He writes another intent of the case: the database lets him wait for whoever has changed an attempt of it."""
    office = postgres_office
    erika = due(office, ERIKA)
    assert isinstance(place_due_call(office.app, erika, worker="w"), Started)
    office.run(2)
    attempt = office.attempt(erika)
    documents: list[str | None] = []
    asks = threading.Thread(
        target=lambda: documents.append(answer(office.app, attempt.token, attempt.call.sid or "")), daemon=True
    )
    with office.app.db.write() as tx:
        book.load_case(tx, erika, lock=True)
        asks.start()
        asks.join(0.5)
        assert asks.is_alive()
        tx.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        with pytest.raises(attempts.AlreadyLiveError):
            attempts.write_intent(tx, _another(attempt))
    asks.join(20)
    assert documents
    assert "desk-" in (documents[0] or "")


def _another(attempt: attempts.Attempt) -> attempts.Intent:
    return attempts.Intent(
        case_id=attempt.case_id,
        debtor_id=attempt.debtor_id,
        contact_id=attempt.contact_id,
        phone_id=attempt.phone_id,
        claim_ids=(),
        channel=attempt.channel,
        mode=attempt.mode,
        step=attempt.step,
        token="another",
        to=attempt.to,
        from_=attempt.from_,
        intent_at=attempt.intent_at,
        not_after=attempt.not_after,
        verdict=attempt.verdict,
    )
