from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from office_kit import ABSENT_AXEL, ANNA_PHONE, BERLIN, ERIKA, KARL, PRIVATE_ANNOUNCEMENT, Office

from dialer.actions import desk as line
from dialer.actions.place_call import Denied, NotNow, Started, place_clicked_call
from dialer.core.desk import DeskState
from dialer.core.errors import BadInput
from dialer.core.outcome import Outcome
from dialer.simulator.directory import Person


def test_pressing_one_opens_the_line(either_office: Office) -> None:
    office = either_office
    office.collector("anna", opens=False)
    line.open_desk(office.app, "anna")
    assert office.desk().state is DeskState.CALLING
    office.run(20)
    assert office.desk().state is DeskState.READY
    assert office.desk().call_sid == office.call_to(ANNA_PHONE).sid
    line.close_desk(office.app, "anna")
    assert office.desk().state is DeskState.CLOSED
    assert office.call_to(ANNA_PHONE).status == "completed"


def test_a_desk_phones_voicemail_opens_no_line(make_office: Callable[..., Office]) -> None:
    office = make_office(people=[Person("+493023125995", line="voicemail_only")])
    office.collector("vera", phone="+493023125995", opens=False)
    line.open_desk(office.app, "vera")
    office.run(120)
    assert office.call_to("+493023125995").answered_at is not None
    assert office.desk("vera").state is DeskState.CLOSED
    line.open_desk(office.app, "vera")


def test_nobody_at_the_desk(office: Office) -> None:
    office.collector("olaf", phone="+493023125993", opens=False)
    line.open_desk(office.app, "olaf")
    office.run(60)
    assert office.call_to("+493023125993").status == "no-answer"
    assert office.desk("olaf").state is DeskState.CLOSED


@pytest.mark.parametrize("digits", ["2", "", "11", "*", "1#"])
def test_another_key_opens_no_line(office: Office, digits: str) -> None:
    office.collector("anna", opens=False)
    token = line.open_desk(office.app, "anna")
    reply = office.post(f"/twilio/desk/{token}/joined", {"CallSid": "CA" + "5" * 32, "Digits": digits})
    assert reply.text == "<Response><Hangup /></Response>"
    assert office.desk().state is DeskState.CALLING


def test_one_line_for_each_collector(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    with pytest.raises(BadInput, match="already open or ringing"):
        line.open_desk(office.app, "anna")
    assert len(office.calls_to(ANNA_PHONE)) == 1


@pytest.mark.parametrize(("user", "phone"), [("nobody", None), ("paul", None)])
def test_a_line_needs_a_user_with_a_telephone(office: Office, user: str, phone: str | None) -> None:
    if user == "paul":
        office.collector("paul", phone=phone, opens=False)
    with pytest.raises(BadInput, match="no active user"):
        line.open_desk(office.app, user)
    assert office.network.calls == []


def test_a_desk_that_cannot_be_called_is_told_and_stays_closed(office: Office) -> None:
    office.collector("anna", opens=False)
    office.faults(api_429=1.0)
    with pytest.raises(BadInput, match="could not be called"):
        line.open_desk(office.app, "anna")
    assert office.desk().state is DeskState.CLOSED


def test_a_line_whose_opening_got_lost_does_not_open(office: Office) -> None:
    office.collector("anna", opens=False)
    office.faults(api_script=["reset_after_create"])
    with pytest.raises(BadInput, match="could not be called"):
        line.open_desk(office.app, "anna")
    office.run(30)
    assert office.call_to(ANNA_PHONE).ended
    assert office.desk().state is DeskState.CLOSED


def test_a_line_needs_no_open_line_to_close(office: Office) -> None:
    office.collector("anna", opens=False)
    with pytest.raises(BadInput, match="no open line"):
        line.close_desk(office.app, "anna")


def test_anna_hangs_up_while_her_call_rings(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(5)
    office.network.hang_up_collector("anna")
    office.run(1)
    assert office.desk().state is DeskState.CLOSED
    assert office.call_to(ABSENT_AXEL).status == "canceled"
    assert office.attempt(axel).call.outcome is Outcome.NO_ANSWER
    assert office.kinds(axel)[-3:] == ["desk.closed", "attempt.cancel", "attempt.ended"]
    assert office.live_attempts() == 0
    assert office.alarms() == []


def test_anna_hangs_up_while_she_talks(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(20)
    assert office.desk().state is DeskState.TALKING
    office.network.hang_up_collector("anna")
    office.run(1)
    assert office.call_to(ERIKA).ended
    assert office.desk().state is DeskState.CLOSED
    assert office.alarms() == ["desk.lost"]
    assert office.alarm_text("desk.lost") == f"anna's line closed during attempt {office.attempt(erika).id}"
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED
    office.tick()
    assert office.row(erika).next_reason == "awaits_disposition"


def test_a_lost_line_leaves_erika_with_a_neutral_word_and_three_days_of_rest(either_office: Office) -> None:
    """The network's word that Anna's line is gone has not arrived: only our books know."""
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    from dialer.storage import desks  # noqa: PLC0415

    with office.app.db.write() as tx:
        desks.move(tx, office.desk().id, DeskState.CLOSED, at=office.clock.now(), only_from=tuple(DeskState))
    office.run(60)
    assert not office.met_collector(ERIKA)
    assert office.said(ERIKA) == [PRIVATE_ANNOUNCEMENT]
    attempt = office.attempt(erika)
    assert attempt.call.outcome is Outcome.ABANDONED
    assert attempt.call.abandoned_at is not None
    assert office.alarms() == ["outcome.abandoned"]
    ended = office.call_to(ERIKA).ended_at
    assert ended is not None
    office.tick()
    assert office.row(erika).next_reason.endswith("DE-D4")
    # 72 hours after half past ten on Tuesday is Friday morning
    assert office.next_at(erika) is not None
    assert office.next_at(erika).date() == datetime(2026, 11, 27, tzinfo=BERLIN).date()  # type: ignore[union-attr]
    assert (office.next_at(erika) - ended).total_seconds() >= 72 * 3600  # type: ignore[operator]


def test_a_call_is_reserved_just_before_the_line_closes(office: Office) -> None:
    """Whoever closes the line has looked at it before a call was reserved for it."""
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    as_it_was = office.desk()
    office.dial()
    office.run(5)
    line.close(office.app, as_it_was, now=office.clock.now(), why="completed")
    assert office.call_to(ABSENT_AXEL).status == "canceled"
    assert office.kinds(axel)[-3:] == ["desk.closed", "attempt.cancel", "attempt.ended"]


def test_ben_clicks_outside_the_segments_window_inside_the_law(either_office: Office) -> None:
    office = either_office
    office.collector("ben", phone="+493023125992")
    erika = office.case(ERIKA, segment="clicked")
    office.tick(3)
    # the segment wants Wednesdays, and nobody is called without a click
    assert office.calls_to(ERIKA) == []
    placed = place_clicked_call(office.app, erika, user="ben")
    assert placed == Started(office.attempt(erika).id)
    assert office.attempt(erika).mode.value == "preview"
    assert office.entry(erika, "attempt.intent").actor == "ben"
    office.run(330)
    assert office.met_collector(ERIKA)
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED
    assert "call.detected" not in office.kinds(erika)
    assert office.desk("ben").state is DeskState.WRAP_UP


def test_a_case_to_be_clicked_is_never_dialled_by_itself(office: Office) -> None:
    office.collector("ben", phone="+493023125992")
    erika = office.case(ERIKA, segment="clicked")
    office.run_to(datetime(2026, 11, 25, 9, 30, tzinfo=BERLIN))
    office.tick(5)
    assert office.calls_to(ERIKA) == []
    assert office.row(erika).next_mode == "preview"


def test_a_click_at_night_is_denied_and_stands_in_the_log(either_office: Office) -> None:
    office = either_office
    erika = office.case(ERIKA, segment="clicked")
    office.run_to(datetime(2026, 11, 24, 19, 50, tzinfo=BERLIN))
    office.collector("ben", phone="+493023125992")
    office.run_to(datetime(2026, 11, 24, 20, 0, tzinfo=BERLIN))
    placed = place_clicked_call(office.app, erika, user="ben")
    assert isinstance(placed, Denied)
    assert placed.verdict.rules == ("DE-T1",)
    assert placed.verdict.not_before == datetime(2026, 11, 25, 8, 0, tzinfo=BERLIN)
    entry = office.entry(erika, "verdict.denied")
    assert entry.actor == "ben"
    assert [d["rule"] for d in entry.facts["denials"]] == ["DE-T1"]
    assert office.calls_to(ERIKA) == []
    assert office.attempts(erika) == []
    assert office.desk("ben").state is DeskState.READY


@pytest.mark.parametrize(
    ("click", "rings"), [("19:58:45", True), ("19:58:55", True), ("19:59:01", False), ("19:59:59", False)]
)
def test_a_click_shortly_before_eight_does_not_ring_past_eight(office: Office, click: str, rings: bool) -> None:  # noqa: FBT001
    axel = office.case(ABSENT_AXEL, segment="clicked")
    office.run_to(datetime(2026, 11, 24, 19, 50, tzinfo=BERLIN))
    office.collector("ben", phone="+493023125992")
    office.run_to(datetime.fromisoformat(f"2026-11-24T{click}").replace(tzinfo=BERLIN))
    place_clicked_call(office.app, axel, user="ben")
    office.run(60)
    assert (len(office.calls_to(ABSENT_AXEL)) == 1) is rings
    for call in office.calls_to(ABSENT_AXEL):
        assert call.ended_at is not None
        assert call.ended_at <= datetime(2026, 11, 24, 20, 0, tzinfo=BERLIN)


def test_a_click_without_an_open_line_calls_nobody(office: Office) -> None:
    office.collector("ben", phone="+493023125992", opens=False)
    office.collector("anna")
    erika = office.case(ERIKA, segment="clicked")
    assert place_clicked_call(office.app, erika, user="ben") == NotNow("ben's line is not ready")
    assert place_clicked_call(office.app, erika, user="nobody") == NotNow("nobody's line is not ready")
    assert office.calls_to(ERIKA) == []
    assert office.desk("anna").state is DeskState.READY
    assert office.attempts(erika) == []


def test_clicking_twice_calls_once(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    office.collector("ben", phone="+493023125992")
    erika = office.case(ABSENT_AXEL, segment="clicked")
    assert isinstance(place_clicked_call(office.app, erika, user="ben"), Started)
    again = place_clicked_call(office.app, erika, user="anna")
    assert not isinstance(again, Started)
    assert len(office.calls_to(ABSENT_AXEL)) == 1
    assert office.desk("anna").state is DeskState.READY


def test_clicks_count_against_the_same_limits(office: Office) -> None:
    office.collector("anna")
    axel = office.case(ABSENT_AXEL, segment="clicked")
    place_clicked_call(office.app, axel, user="anna")
    office.run(60)
    second = place_clicked_call(office.app, axel, user="anna")
    assert isinstance(second, Denied)
    assert second.verdict.rules == ("DE-F5",)
    office.run(2 * 3600)
    assert isinstance(place_clicked_call(office.app, axel, user="anna"), Started)
    office.run(3 * 3600)
    third = place_clicked_call(office.app, axel, user="anna")
    assert isinstance(third, Denied)
    assert third.verdict.rules == ("DE-F2",)
    assert len(office.calls_to(ABSENT_AXEL)) == 2


def test_karl_calls_us_back(either_office: Office) -> None:
    office = either_office
    karl = office.case(KARL, name="Karl Beispiel")
    other = office.case(ERIKA)
    form = {"CallSid": "CA" + "3" * 32, "From": KARL, "To": "+493023125000", "CallStatus": "ringing"}
    reply = office.post("/twilio/inbound", form)
    assert reply.status_code == 200
    assert "Guten Tag, Sie sind verbunden mit Muster GmbH." in reply.text
    assert "Montag bis Freitag von 9 bis 17 Uhr" in reply.text
    assert "Muster Handels" not in reply.text
    entry = office.entry(karl, "inbound.call")
    assert (entry.actor, entry.facts, entry.personal) == ("debtor", {"sid": "CA" + "3" * 32}, {"from": KARL})
    assert office.log(other) == []


@pytest.mark.parametrize("caller", ["anonymous", "", "+266696687", "client:anna", "Robert'); DROP TABLE cases;--"])
def test_a_stranger_calls_us(office: Office, caller: str) -> None:
    karl = office.case(KARL)
    reply = office.post("/twilio/inbound", {"CallSid": "CA" + "3" * 32, "From": caller})
    assert reply.status_code == 200
    assert "Muster GmbH" in reply.text
    assert office.log(karl) == []
