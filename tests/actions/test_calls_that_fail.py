from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from office_kit import (
    ABSENT_AXEL,
    BERLIN,
    BUSY_BERTA,
    DEAD_DORA,
    ERIKA,
    FAXING_FRITZ,
    KARL,
    Office,
)

from dialer.actions.reconcile import reconcile
from dialer.actions.tasks import finish_task
from dialer.core.casework import TaskState
from dialer.core.desk import DeskState
from dialer.core.outcome import Outcome
from dialer.storage import import_rows, tasks
from dialer.storage.tables import phones


@pytest.mark.parametrize(
    ("number", "outcome", "next_at"),
    [
        # a quarter of an hour would do after "busy", the two hours between calls would not
        (BUSY_BERTA, Outcome.BUSY, datetime(2026, 11, 24, 17, 0, tzinfo=BERLIN)),
        (ABSENT_AXEL, Outcome.NO_ANSWER, datetime(2026, 11, 24, 17, 0, tzinfo=BERLIN)),
        (DEAD_DORA, Outcome.FAILED, datetime(2026, 11, 24, 17, 0, tzinfo=BERLIN)),
    ],
)
def test_a_call_that_reaches_nobody(office: Office, number: str, outcome: Outcome, next_at: datetime) -> None:
    office.collector("anna")
    case = office.case(number)
    office.dial()
    office.run(60)
    assert office.attempt(case).call.outcome is outcome
    assert (office.desk().state, office.desk().attempt_id) == (DeskState.READY, None)
    office.tick()
    assert office.next_at(case) == next_at
    assert office.live_attempts() == 0
    office.tick(3)
    assert len(office.calls_to(number)) == 1
    assert office.alarms() == []


def test_a_number_that_fails_twice_is_suspect(office: Office) -> None:
    office.collector("anna")
    case = office.case(DEAD_DORA)
    office.dial()
    office.run(60)
    assert office.phone_state(DEAD_DORA) == "usable"
    office.app.carrier.hang_up(office.desk().call_sid or "")
    office.run_to(datetime(2026, 11, 24, 17, 0, tzinfo=BERLIN))
    office.collector("ben", phone="+493023125992")
    office.tick(2)
    office.run(60)
    assert [a.call.outcome for a in office.attempts(case)] == [Outcome.FAILED, Outcome.FAILED]
    assert office.phone_state(DEAD_DORA) == "suspect"


def test_a_fax_is_never_called_again(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    case = office.case(FAXING_FRITZ)
    office.dial()
    office.run(60)
    assert office.attempt(case).call.outcome is Outcome.FAX_MACHINE
    assert office.phone_state(FAXING_FRITZ) == "fax"
    assert office.desk().state is DeskState.READY
    office.tick()
    assert (office.next_at(case), office.row(case).next_reason) == (None, "no_number")
    assert office.said(FAXING_FRITZ) == []


def test_a_number_the_carrier_refuses_is_bad_and_nothing_rang(office: Office) -> None:
    office.collector("anna")
    own = office.case("+493023125000", name="Ruft sich selbst")
    office.dial()
    assert office.attempt(own).call.outcome is Outcome.BAD_NUMBER
    assert office.entry(own, "attempt.refused").facts["code"] == 21211
    assert office.calls_to("+493023125000") == []
    assert office.phone_state("+493023125000") == "bad"
    assert (office.next_at(own), office.row(own).next_reason) == (None, "no_number")
    assert office.desk().state is DeskState.READY
    assert office.paused() is None


def test_each_time_the_last_number_is_gone_somebody_is_asked_to_find_another(either_office: Office) -> None:
    """Nothing else brings the case back."""
    office = either_office
    office.collector("anna")
    case = office.case(FAXING_FRITZ)
    office.dial()
    office.run(60)
    office.tick(2)
    (asked,) = asked_for_a_contact(office, case)
    finish_task(office.app, asked, actor="anna", reason="neue Nummer")
    with office.app.db.write() as tx:
        (old,) = tx.execute(sa.select(phones)).mappings()
        new = {**old, "id": old["id"] + 1, "e164": "+493023125000", "state": "usable"}
        tx.execute(phones.insert().values(new))
        import_rows.plan_again(tx, [case], now=office.clock.now(), reason="changed")
    office.app.carrier.hang_up(office.desk().call_sid or "")
    office.run_to(datetime(2026, 11, 24, 17, 0, tzinfo=BERLIN))
    office.collector("ben", phone="+493023125992")
    office.tick(3)
    assert office.phone_state("+493023125000") == "bad"
    assert (office.next_at(case), office.row(case).next_reason) == (None, "no_number")
    again = asked_for_a_contact(office, case)
    assert again not in ([], [asked])
    with office.app.db.write() as tx:
        import_rows.plan_again(tx, [case], now=office.clock.now(), reason="changed")
    office.tick(2)
    assert asked_for_a_contact(office, case) == again


def asked_for_a_contact(office: Office, case: int) -> list[int]:
    with office.app.db.read() as tx:
        return [task.id for task in tasks.of_case(tx, case, state=TaskState.OPEN) if task.kind == "find_contact"]


def test_a_caller_id_that_is_not_ours_pauses_dialling_and_burns_no_case(make_office: Callable[..., Office]) -> None:
    office = make_office(own_numbers=frozenset({"+493023125999"}))
    office.collector("anna", opens=False)
    _ready_by_hand(office)
    erika, karl = office.case(ERIKA), office.case(KARL, name="Karl")
    office.dial()
    office.tick(3)
    attempt = office.attempt(erika)
    assert attempt.call.outcome is Outcome.NOT_PLACED
    assert office.attempts(karl) == []
    assert office.network.calls == []
    assert office.paused() is not None
    assert "21210" in (office.paused() or "")
    assert "dialling.paused" in office.alarms()
    assert office.phone_state(ERIKA) == "usable"
    assert office.next_at(erika) == datetime(2026, 11, 24, 10, 15, 0, tzinfo=BERLIN)
    assert office.desk().state is DeskState.READY


def _ready_by_hand(office: Office, token: str = "0" * 32) -> None:
    """A line that is open although the carrier would not even call the collector."""
    from dialer.storage import desks  # noqa: PLC0415

    with office.app.db.write() as tx:
        user = desks.user_by_name(tx, "anna")
        desks.open_desk(tx, user_id=user.id, token=token, at=office.clock.now())
        desk = desks.by_token(tx, token)
        assert desk is not None
        desks.move(tx, desk.id, DeskState.READY, at=office.clock.now(), only_from=(DeskState.CALLING,))


def test_throttled_requests_are_made_again_until_one_gets_through(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.faults(api_script=["429", "429", "429"])
    office.tick()
    assert office.attempt(erika).call.live
    assert office.kinds(erika).count("attempt.not_sent") == 3
    assert len(office.calls_to(ERIKA)) == 1
    office.run(300)
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED


def test_throttling_that_lasts_pauses_dialling(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.faults(api_429=1.0)
    office.tick()
    assert office.attempt(erika).call.outcome is Outcome.NOT_PLACED
    assert office.calls_to(ERIKA) == []
    assert office.paused() is not None
    office.faults()
    office.tick(2)
    assert office.calls_to(ERIKA) == []
    assert office.desk().state is DeskState.READY
    office.live(1000)
    assert len(office.calls_to(ERIKA)) == 1


def test_a_throttled_request_is_not_repeated_after_its_window(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.run_to(datetime(2026, 11, 24, 11, 58, 55, tzinfo=BERLIN))
    office.tick()
    office.faults(api_429=1.0)
    office.tick()
    office.faults()
    office.run(30)
    assert office.calls_to(ERIKA) == []
    assert office.attempt(erika).call.outcome is Outcome.CANCELLED
    assert office.paused() is None


@pytest.mark.parametrize("fate", ["500_after_create", "reset_after_create"])
def test_a_lost_answer_is_one_call_and_the_callback_finds_it(either_office: Office, fate: str) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.faults(api_script=[fate])
    office.tick()
    assert office.attempt(erika).call.state.value == "unknown"
    assert office.attempt(erika).call.sid is None
    assert "attempt.answer_lost" in office.kinds(erika)
    office.tick(5)
    office.run(300)
    office.tick()
    assert len(office.calls_to(ERIKA)) == 1
    assert office.attempt(erika).call.sid == office.call_to(ERIKA).sid
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED


def test_a_lost_answer_without_callbacks_is_found_in_the_carriers_books(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.tick()
    office.faults(api_script=["reset_after_create"], callback_lost=1.0)
    office.tick()
    office.live(120)
    assert len(office.calls_to(ABSENT_AXEL)) == 1
    assert office.attempt(axel).call.sid == office.call_to(ABSENT_AXEL).sid
    assert office.attempt(axel).call.outcome is Outcome.NO_ANSWER
    assert office.desk().state is DeskState.READY
    assert "attempt.reconciled" in office.kinds(axel)


def test_an_answer_lost_before_a_call_came_about_is_unknown_counted_and_not_repeated(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.faults(api_script=["500_before"])
    office.tick()
    assert office.attempt(erika).call.state.value == "unknown"
    # one lost answer is no outage
    assert (office.paused(), office.alarms()) == (None, [])
    office.live(80)
    assert office.attempt(erika).call.live
    assert office.desk().state is DeskState.RESERVED
    # it would have rung for 25 s and been reported within another 60 s: nobody will be put through to Anna
    office.live(40)
    assert office.attempt(erika).call.live
    assert (office.desk().state, office.desk().attempt_id) == (DeskState.READY, None)
    office.live(470)
    assert office.attempt(erika).call.live
    office.live(40)
    assert office.attempt(erika).call.outcome is Outcome.UNKNOWN
    assert office.attempt(erika).call.outcome.counts
    assert office.calls_to(ERIKA) == []
    assert "outcome.unknown" in office.alarms()
    assert office.desk().state is DeskState.READY
    assert office.next_at(erika) == datetime(2026, 11, 24, 17, 0, tzinfo=BERLIN)
    office.live(600)
    assert len(office.attempts(erika)) == 1


def test_while_the_carrier_is_down_dialling_rests_and_goes_on_later(make_office: Callable[..., Office]) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{held.getsockname()[1]}"
        office = make_office(api=nobody)
        office.collector("anna", opens=False)
        _ready_by_hand(office)
        erika = office.case(ERIKA)
        office.dial()
        assert office.attempt(erika).call.outcome is Outcome.NOT_PLACED
        assert office.kinds(erika).count("attempt.not_sent") == 3
        assert office.paused() == "no connection to Twilio (ConnectionError)"
        assert "dialling.paused" in office.alarms()
        assert office.next_at(erika) == datetime(2026, 11, 24, 10, 15, 13, tzinfo=BERLIN)
        office.tick(5)
        assert len(office.attempts(erika)) == 1
        office.run(301)
        assert office.paused() is None
        office.run(700)
        office.tick()  # a line without a call at the carrier is none by now
        _ready_by_hand(office, token="1" * 32)
        office.tick(2)
        assert len(office.attempts(erika)) == 2


def test_what_a_person_has_paused_only_a_person_resumes(office: Office) -> None:
    from dialer.storage import pacing  # noqa: PLC0415

    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.faults(api_429=1.0)

    def stops() -> None:
        with office.app.db.write() as tx:
            pacing.pause(tx, office.app.account, reason="house search", until=None)

    office.carrier.before_place.append(stops)
    office.tick()
    office.faults()
    office.live(1200, step=30)
    assert office.paused() == "house search"
    assert office.calls_to(ERIKA) == []
    assert office.attempt(erika).call.outcome is Outcome.CANCELLED


def test_a_refusal_that_comes_after_others_gave_up_waiting_is_not_repeated(office: Office) -> None:
    """Meanwhile another worker has asked the carrier and found nothing: the attempt is no longer ours to send."""
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.faults(api_script=["429"])

    def takes_long() -> None:
        office.run(40)
        reconcile(office.app)
        assert office.attempt(erika).call.state.value == "unknown"

    office.carrier.before_place.append(takes_long)
    office.tick()
    assert office.calls_to(ERIKA) == []
    office.live(650, step=10)
    assert office.calls_to(ERIKA) == []
    assert office.attempt(erika).call.outcome is Outcome.UNKNOWN
