"""Calls that are taken back while they are queued or ring, and what is left when even that fails."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from office_kit import ABSENT_AXEL, ANNA_PHONE, BEN_PHONE, BERLIN, ERIKA, KARL, PRIVATE_VOICEMAIL, Office

from dialer.actions import desk as line
from dialer.actions.dispose import dispose
from dialer.actions.place_call import Denied, NotNow, place_clicked_call, place_due_call
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.errors import BadInput
from dialer.core.outcome import Disposition, Outcome
from dialer.telephony.carrier import CarrierError


def test_anna_leaves_while_it_rings_and_nobody_has_told_us_that_it_rings(either_office: Office) -> None:
    """A cancelled call that may have rung counts as one that did: Axel has two hours of rest."""
    office = either_office
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.tick()
    office.faults(callback_lost=1.0)
    office.tick()
    office.run(5)
    assert office.call_to(ABSENT_AXEL).ringing_at is not None
    assert office.attempt(axel).call.state.value == "placed"
    line.close_desk(office.app, "anna")
    office.faults()
    assert office.call_to(ABSENT_AXEL).status == "canceled"
    attempt = office.attempt(axel)
    assert attempt.call.ringing_at is None
    assert attempt.call.outcome is Outcome.NO_ANSWER
    ended = attempt.call.ended_at
    assert ended is not None
    office.collector("ben", phone=BEN_PHONE)
    office.live(1800, step=60)
    office.run_to(ended + timedelta(minutes=119))
    click = place_clicked_call(office.app, axel, user="ben")
    assert isinstance(click, Denied)
    assert click.verdict.rules == ("DE-F5",)
    assert click.verdict.not_before == ended + timedelta(hours=2)
    assert len(office.calls_to(ABSENT_AXEL)) == 1


def test_what_is_proven_never_to_have_left_the_queue_does_not_count(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    assert office.call_to(ABSENT_AXEL).started_at is None
    line.close_desk(office.app, "anna")
    assert office.attempt(axel).call.outcome is Outcome.CANCELLED
    office.collector("ben", phone=BEN_PHONE)
    office.tick(2)
    assert len(office.calls_to(ABSENT_AXEL)) == 2


@pytest.mark.parametrize(
    ("seconds", "status", "outcome"), [(0, "queued", Outcome.CANCELLED), (1.5, "ringing", Outcome.NO_ANSWER)]
)
def test_who_wants_no_more_calls_is_not_reached_by_the_next_one(
    either_office: Office, seconds: float, status: str, outcome: Outcome
) -> None:
    """Anna judges her call of last Tuesday while the case's second call is on its way."""
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(400)
    first = office.attempt(erika)
    assert first.call.outcome is Outcome.CONNECTED
    line.close_desk(office.app, "anna")
    office.run_to(datetime(2026, 11, 30, 9, 0, tzinfo=BERLIN))
    office.collector("ben", phone=BEN_PHONE)
    office.dial()
    if seconds:
        office.run(seconds)
    second = office.calls_to(ERIKA)[1]
    assert second.status == status
    dispose(office.app, first.id, Report(disposition=Disposition.DO_NOT_CALL), actor="anna")
    assert second.status == "canceled"
    assert office.entry(erika, "attempt.cancel").facts == {"why": "DE-C1", "cancelled": True}
    assert [a.call.outcome for a in office.attempts(erika)] == [Outcome.CONNECTED, outcome]
    assert office.desk("ben").state is DeskState.READY
    assert office.row(erika).next_reason == "hold objection"
    office.live(3600, step=60)
    assert len(office.calls_to(ERIKA)) == 2


def test_neither_redirected_nor_hung_up_is_never_a_message(office: Office) -> None:
    """The carrier answers nothing at the drop: Karl's machine records Anna's line and none of our words."""
    office.collector("anna")
    karl = office.case(KARL, name="Karl Beispiel")
    office.dial()

    def breaks() -> None:
        raise CarrierError("the connection to Twilio broke")

    office.carrier.before_redirect.append(breaks)
    office.carrier.before_hang_up.append(breaks)
    while office.attempt(karl).call.drop_at is None:
        office.run(0.5)
    assert not office.call_to(KARL).ended
    assert office.attempt(karl).call.message_seconds is None
    office.run(1900)
    call = office.call_to(KARL)
    assert call.answered_at is not None
    assert call.ended_at is not None
    # long enough for the message, had it been played
    assert (call.ended_at - call.answered_at).total_seconds() > 60
    assert office.attempt(karl).call.outcome is Outcome.VOICEMAIL_NO_MESSAGE
    assert PRIVATE_VOICEMAIL not in office.tape(KARL)
    assert office.said(KARL) == []
    assert office.alarms() == ["redirect.failed"]
    assert (office.desk().state, office.desk().attempt_id) == (DeskState.READY, None)


def test_a_call_that_reached_a_machine_is_not_judged_as_a_conversation(office: Office) -> None:
    office.collector("anna")
    karl = office.case(KARL, name="Karl Beispiel")
    office.dial()
    office.run(200)
    attempt = office.attempt(karl)
    assert attempt.call.joined_at is not None
    with pytest.raises(BadInput, match="reached a machine"):
        dispose(office.app, attempt.id, Report(disposition=Disposition.REFUSED), actor="anna")


def test_a_message_cut_in_the_middle_is_the_one_of_this_week(office: Office) -> None:
    office.collector("anna")
    karl = office.case(KARL, name="Karl Beispiel")
    office.dial()
    while office.attempt(karl).call.drop_at is None:
        office.run(0.5)
    office.run(5)
    office.app.carrier.hang_up(office.call_to(KARL).sid)
    office.run(1)
    assert office.attempt(karl).call.outcome is Outcome.VOICEMAIL_NO_MESSAGE
    heard = office.tape(KARL)
    assert heard
    assert PRIVATE_VOICEMAIL.startswith(heard)
    line.close_desk(office.app, "anna")
    office.run_to(datetime(2026, 11, 24, 17, 0, tzinfo=BERLIN))
    office.collector("ben", phone=BEN_PHONE)
    office.tick(2)
    office.run(120)
    assert len(office.calls_to(KARL)) == 2
    assert office.tape(KARL) == heard
    assert office.entry(karl, "verdict.denied").facts == {"channel": "voicemail", "rules": ["VM-GAP"]}


def test_annas_line_died_unreported_and_nobody_is_called_for_her(either_office: Office) -> None:
    """The carrier is asked for her line before the request when the last news of it is a minute old."""
    office = either_office
    office.collector("anna")
    office.faults(callback_lost=1.0)
    office.network.hang_up_collector("anna")
    office.run(45)
    office.faults()
    erika = office.case(ERIKA)
    office.tick()
    assert office.desk("anna").state is DeskState.READY
    assert place_due_call(office.app, erika, worker="test") == NotNow("the collector is gone")
    assert office.calls_to(ERIKA) == []
    assert office.attempt(erika).call.outcome is Outcome.CANCELLED
    assert office.desk("anna").state is DeskState.CLOSED
    assert office.call_to(ANNA_PHONE).ended
