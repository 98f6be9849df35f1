"""What a clock did that was wrong for a while is over once it is right again, and little is done while it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Event

import pytest
from office_kit import ABSENT_AXEL, MILLS, SHOP, STRAY, Office
from test_payments import take

from dialer.actions.dispose import dispose
from dialer.actions.import_payments import assign_payment
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.outcome import Disposition, Outcome
from dialer.scheduler import loop
from dialer.scheduler.post import Housekeeping, posting
from dialer.scheduler.readiness import Readiness
from dialer.scheduler.tick import tick
from dialer.storage import tasks
from dialer.telephony.carrier import CarrierError

A_MONTH = timedelta(days=30)
FRIDAY = date(2026, 11, 27)


def run_until_idle(office: Office) -> None:
    loop.run(office.app, stop=Event(), until_idle=True)


def rounds(office: Office, readiness: Readiness, number: int) -> None:
    for _ in range(number):
        loop.go_round(office.app, readiness, worker="w")
        office.run(10)


def promise(office: Office) -> int:
    """A business has promised to pay by Friday."""
    office.collector("anna")
    mills = office.business(MILLS)
    office.dial()
    office.run_until_desk(DeskState.WRAP_UP)
    report = Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=12_000, on=FRIDAY)
    dispose(office.app, office.attempt(mills).id, report, actor="anna")
    return mills


def carrier_is_silent(office: Office) -> None:
    def silent(*_: object, **__: object) -> object:
        raise CarrierError("no connection to Twilio")

    office.carrier.find = office.carrier.made_since = silent  # type: ignore[method-assign]


def limitations(office: Office, case: int) -> list[date]:
    with office.app.db.read() as tx:
        return [task.due_on for task in tasks.of_case(tx, case) if task.kind == "limitation"]


# --- while it is wrong -----------------------------------------------------------------------------------------------


def test_a_new_case_is_not_planned_by_a_wrong_clock(either_office: Office) -> None:
    office = either_office
    readiness = Readiness(office.app)
    rounds(office, readiness, 1)
    shop = office.business(SHOP, industry="retail")
    office.clock.ahead = A_MONTH
    rounds(office, readiness, 20)
    row = office.row(shop)
    assert (row.next_reason, row.next_mode, row.lease_owner) == ("new", None, None)
    office.clock.ahead = timedelta()
    rounds(office, readiness, 15)
    assert len(office.calls_to(SHOP)) == 1


def test_no_further_case_is_planned_once_the_clock_is_in_doubt(office: Office) -> None:
    shops = [office.business(f"+4930231252{n:02d}", name=f"Laden {n}", industry="retail") for n in (1, 2)]
    believed = iter([True, True, False])
    tick(office.app, worker="w", look=lambda: next(believed))
    assert [office.row(shop).next_mode for shop in shops] == ["unattended", None]


def test_no_promise_is_broken_by_a_wrong_clock(either_office: Office) -> None:
    office = either_office
    mills = promise(office)
    office.clock.ahead = A_MONTH
    run_until_idle(office)
    assert "clock.disagrees" in office.alarms()
    assert "agreement.broken" not in office.kinds(mills)


@pytest.mark.parametrize("told", ["import", "assign"])
def test_no_promise_is_broken_by_the_clock_of_whoever_brings_payments(either_office: Office, told: str) -> None:
    """A command has not seen what the clock did before it began; and money breaks no promise."""
    office = either_office
    mills = promise(office)
    office.case(ABSENT_AXEL)
    office.clock.ahead = A_MONTH
    take(office, "R-5004;24.11.2026;10,00;EUR;;;B-1", "X-1;24.11.2026;10,00;EUR;;;B-2")
    if told == "assign":
        assign_payment(office.app, 2, "F-D-5004-Erika Beispiel", actor="anna")
    assert "agreement.broken" not in office.kinds(mills)
    office.clock.ahead = timedelta()
    office.run(14 * 86_400)
    run_until_idle(office)
    assert "agreement.broken" in office.kinds(mills)


def test_a_carrier_that_cannot_be_asked_stops_the_calls_alone(either_office: Office) -> None:
    """Until it has been asked nobody is called, but the date is known."""
    office = either_office
    mills = promise(office)
    office.run(14 * 86_400)
    carrier_is_silent(office)
    shop = office.business(SHOP, industry="retail")
    run_until_idle(office)
    assert office.alarms() == ["dialling.waits"]
    assert "agreement.broken" in office.kinds(mills)
    assert office.row(shop).next_mode == "unattended"
    assert office.calls_to(SHOP) == []


def test_no_task_is_made_by_a_clock_that_is_wrong_from_the_start(office: Office) -> None:
    """Two years on its claim would be about to be time-barred."""
    mills = office.business(MILLS, invoiced=date(2025, 3, 1))
    office.clock.ahead = timedelta(days=750)
    run_until_idle(office)
    assert office.alarms() == ["clock.disagrees"]
    assert limitations(office, mills) == []


def test_the_back_office_rests_while_the_clock_is_in_doubt(office: Office) -> None:
    mills = office.business(MILLS, invoiced=date(2023, 3, 1))
    asked = Event()
    with posting(office.app, once=False, may_go=lambda: bool(asked.set())):
        assert asked.wait(20)
    assert limitations(office, mills) == []
    sure = Event()
    back = Housekeeping(office.app, sure.is_set)
    back.round(Event())
    assert limitations(office, mills) == []
    # what was left out is made up for at once
    sure.set()
    back.round(Event())
    assert limitations(office, mills) == [date(2026, 11, 24)]


def test_a_clock_that_cannot_be_looked_at_does_not_end_the_back_office(office: Office) -> None:
    mills = office.business(MILLS, invoiced=date(2023, 3, 1))

    def lost() -> bool:
        raise RuntimeError("the database is gone")

    Housekeeping(office.app, lost).round(Event())
    assert limitations(office, mills) == []


# --- once it is right again ------------------------------------------------------------------------------------------


def test_a_case_whose_call_ended_by_a_wrong_clock_goes_on(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    readiness = Readiness(office.app)
    rounds(office, readiness, 2)
    assert office.live_attempts() == 1
    office.clock.ahead = A_MONTH
    office.run(60)
    assert office.attempt(axel).call.outcome is Outcome.NO_ANSWER
    assert office.row(axel).next_reason == "call_ended"
    rounds(office, readiness, 3)
    office.clock.ahead = timedelta()
    rounds(office, readiness, 15)
    next_at = office.next_at(axel)
    assert next_at is not None
    assert next_at.date() == date(2026, 11, 24)


def test_a_rest_that_a_wrong_clock_began_is_over_with_it(make_office: Callable[..., Office]) -> None:
    """The carrier's queue is too long, and the rest that it asks for is noted a month ahead."""
    office = make_office(calls_per_second=10.0, carrier_calls_per_second=0.05)
    office.collector("anna")
    office.business(MILLS)
    office.tick()
    for _ in range(4):
        office.carrier.real.place(STRAY)
    office.carrier.after_place.append(lambda: setattr(office.clock, "ahead", A_MONTH))
    office.tick()
    assert "carrier.queue" in office.alarms()
    office.clock.ahead = timedelta()
    assert office.paused() is None
    Housekeeping(office.app).round(Event())
    office.clock.ahead = A_MONTH
    assert office.paused() is None


@pytest.mark.parametrize("planned", [False, True])
def test_what_was_claimed_by_a_clock_that_jumped_is_free_once_it_is_right(
    either_office: Office, *, planned: bool
) -> None:
    """It jumps after the round has looked at it; the cases of the round are put back by their lease alone."""
    office = either_office
    readiness = Readiness(office.app)
    assert readiness.may_dial()
    shop = office.business(SHOP, industry="retail")
    if planned:
        office.tick()
    believed = iter([True])
    office.clock.ahead = A_MONTH
    tick(office.app, worker="w", go_on=readiness.may_go_on, look=lambda: next(believed, False))
    assert office.row(shop).lease_owner == "w"
    assert office.calls_to(SHOP) == []
    office.clock.ahead = timedelta()
    rounds(office, readiness, 15)
    assert len(office.calls_to(SHOP)) == 1


def test_what_somebody_wanted_looked_at_by_a_wrong_clock_is_looked_at_once_it_is_right(either_office: Office) -> None:
    """A payment and a new case, brought by a machine whose clock is a month ahead."""
    office = either_office
    axel = office.case(ABSENT_AXEL)
    office.tick()
    office.clock.ahead = A_MONTH
    take(office, "R-5004;24.11.2026;10,00;EUR;;;B-1")
    shop = office.business(SHOP, industry="retail")
    office.clock.ahead = timedelta()
    office.tick()
    assert [office.row(case).next_reason for case in (axel, shop)] == ["paid", "new"]
    Housekeeping(office.app).round(Event())
    office.tick()
    assert [office.row(case).next_mode for case in (axel, shop)] == ["progressive", "unattended"]


def test_what_waits_for_its_day_is_left_alone(office: Office) -> None:
    young = office.case(ABSENT_AXEL, invoiced=date(2026, 11, 20))
    office.tick()
    before = office.row(young)
    assert before.next_reason == "too_young"
    Housekeeping(office.app).round(Event())
    assert office.row(young) == before
