"""Collectors' lines: whose key counts, whose end nobody reported, and the carrier's four hours."""

from __future__ import annotations

from datetime import datetime

import pytest
from office_kit import ANNA_PHONE, BERLIN, ERIKA, MILLS, Office

from dialer.actions import desk as line
from dialer.actions.dispose import dispose
from dialer.actions.place_call import Started, place_clicked_call
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.outcome import Disposition, Outcome

OTHER = "CA" + "c" * 32
HANG_UP = "<Response><Hangup /></Response>"


def test_a_star_from_another_telephone_drops_nobody(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    mills = office.business(MILLS)
    office.dial()
    office.run(40)  # long enough for a key to have been pressed in this call
    desk = office.desk()
    assert desk.state is DeskState.TALKING
    path = f"/twilio/desk/{desk.token}/star"
    assert office.post(path, {"CallSid": OTHER, "Digits": "*"}).text == HANG_UP
    assert office.post(path, {"Digits": "*"}).status_code == 400
    assert office.attempt(mills).call.drop_at is None
    assert office.said(MILLS) == []
    assert office.desk() == desk
    assert office.call_to(MILLS).status == "in-progress"
    assert "desk-" in office.post(path, {"CallSid": desk.call_sid or "", "Digits": "*"}).text
    assert office.attempt(mills).call.drop_at is not None


def test_a_line_whose_opener_died_is_bound_when_anna_presses_one(either_office: Office) -> None:
    """The request went out; whoever made it was killed before its answer came."""
    office = either_office
    office.collector("anna", opens=False)
    office.opener_dies()
    office.run(20)
    assert (office.desk().state, office.desk().call_sid) == (DeskState.READY, office.call_to(ANNA_PHONE).sid)
    office.run(400)
    erika = office.case(ERIKA)
    office.dial()
    office.run(40)
    assert office.desk().state is DeskState.TALKING
    star = {"CallSid": office.call_to(ANNA_PHONE).sid, "Digits": "*"}
    assert "desk-" in office.post(f"/twilio/desk/{office.desk().token}/star", star).text
    assert office.attempt(erika).call.drop_at is not None


@pytest.mark.parametrize("digits", ["2", ""])
def test_whoever_presses_no_one_is_not_bound(office: Office, digits: str) -> None:
    office.collector("anna", opens=False)
    token = line.open_desk(office.app, "anna")
    sid = office.desk().call_sid
    office.post(f"/twilio/desk/{token}/joined", {"CallSid": OTHER, "Digits": digits})
    assert office.desk().call_sid == sid


@pytest.mark.parametrize("state", [DeskState.TALKING, DeskState.WRAP_UP])
def test_a_line_in_use_that_died_unreported_is_closed_too(office: Office, state: DeskState) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(20 if state is DeskState.TALKING else 400)
    assert office.desk().state is state
    office.faults(callback_lost=1.0)
    office.network.hang_up_collector("anna")
    office.run(10)
    office.faults()
    office.tick()
    assert office.desk().state is state
    office.run(301)
    office.tick()
    assert office.desk().state is DeskState.CLOSED
    assert ("desk.lost" in office.alarms()) is (state is DeskState.TALKING)
    office.live(2400, step=60)
    assert office.call_to(ERIKA).ended
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED
    assert office.live_attempts() == 0


def test_a_line_in_use_is_asked_about_and_stays_open(office: Office) -> None:
    office.collector("anna")
    office.case(ERIKA)
    office.dial()
    office.run(900)
    office.tick()
    assert office.desk().state is DeskState.WRAP_UP
    assert office.desk().checked_at == office.clock.now()


def test_an_idle_line_is_ended_before_the_carrier_ends_it(either_office: Office) -> None:
    """After three and a half hours a call of half an hour might be cut by the carrier's four hours."""
    office = either_office
    office.collector("anna")
    assert office.desk().opened_at == datetime(2026, 11, 24, 10, 0, tzinfo=BERLIN)
    office.run_to(datetime(2026, 11, 24, 13, 29, 59, tzinfo=BERLIN))
    office.tick()
    assert office.desk().state is DeskState.READY
    office.run_to(datetime(2026, 11, 24, 13, 30, tzinfo=BERLIN))
    office.tick()
    assert office.desk().state is DeskState.CLOSED
    assert office.call_to(ANNA_PHONE).status == "completed"
    assert office.alarms() == []
    line.open_desk(office.app, "anna")
    office.run(20)
    assert office.desk().state is DeskState.READY


def test_no_conversation_is_cut_for_a_new_line(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA, segment="clicked")
    office.run_to(datetime(2026, 11, 24, 13, 29, 30, tzinfo=BERLIN))
    assert place_clicked_call(office.app, erika, user="anna") == Started(office.attempt(erika).id)
    office.live(60)
    assert office.desk().state is DeskState.TALKING
    talked_at = office.network.now
    office.live(400)
    assert office.desk().state is DeskState.WRAP_UP
    ended = office.call_to(ERIKA).ended_at
    assert ended is not None
    assert ended > talked_at
    assert not office.call_to(ANNA_PHONE).ended
    dispose(office.app, office.attempt(erika).id, Report(disposition=Disposition.REFUSED), actor="anna")
    office.tick()
    assert office.desk().state is DeskState.CLOSED
    assert office.call_to(ANNA_PHONE).ended
    assert office.alarms() == []
