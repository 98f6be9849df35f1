"""What becomes of a line between two looks at it, or while it is being closed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from office_kit import (
    ANNA_PHONE,
    BEN_PHONE,
    BERLIN,
    ERIKA,
    KARL,
    MILLS,
    PRIVATE_ANNOUNCEMENT,
    PRIVATE_VOICEMAIL,
    Office,
)

from dialer.actions import desk as line
from dialer.actions.check_desks import check_desks
from dialer.actions.dispose import dispose
from dialer.actions.place_call import Started, place_clicked_call
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.outcome import Disposition, Outcome


@pytest.mark.parametrize("taken", [DeskState.RESERVED, DeskState.TALKING])
def test_a_worn_out_line_that_was_taken_meanwhile_is_kept(either_office: Office, taken: DeskState) -> None:
    """While anna's line is asked about, ben clicks on his, which is due for closing."""
    office = either_office
    for name, phone in (("anna", ANNA_PHONE), ("ben", BEN_PHONE)):
        office.collector(name, phone=phone)
    office.business(MILLS, assigned_to="anna")
    office.dial()
    office.run_until_desk(DeskState.WRAP_UP)
    erika = office.case(ERIKA, segment="clicked")
    office.run_to(datetime(2026, 11, 24, 13, 30, 30, tzinfo=BERLIN))
    real = office.carrier.fetch

    def slow(sid: str) -> object:
        office.carrier.fetch = real  # type: ignore[method-assign]
        if sid == office.call_to(ANNA_PHONE).sid:
            assert isinstance(place_clicked_call(office.app, erika, user="ben"), Started)
            office.run_until_desk(taken, "ben")
        return real(sid)

    office.carrier.fetch = slow  # type: ignore[method-assign]
    assert office.desk("ben").state is DeskState.READY
    check_desks(office.app)
    assert office.desk("ben").state is taken
    office.run(400)
    assert office.met_collector(ERIKA)
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED
    assert office.alarms() == []


def test_a_line_that_opens_while_another_is_asked_about_stays_open(either_office: Office) -> None:
    """Ben's opener died before it noted the call's id; he presses one while anna's line is asked about."""
    office = either_office
    office.collector("anna")
    office.business(MILLS, assigned_to="anna")
    office.dial()
    office.run_until_desk(DeskState.WRAP_UP)
    office.run(400)
    office.collector("ben", phone=BEN_PHONE, opens=False)
    office.opener_dies("ben")
    office.clock.passed = timedelta(seconds=121)
    real = office.carrier.fetch

    def slow(sid: str) -> object:
        office.run_until_desk(DeskState.READY, "ben")
        return real(sid)

    office.carrier.fetch = slow  # type: ignore[method-assign]
    check_desks(office.app)
    assert office.desk("ben").state is DeskState.READY
    assert office.call_to(BEN_PHONE).status == "in-progress"


def test_a_line_may_be_closed_while_a_message_is_started(either_office: Office) -> None:
    """The machine needs nobody: the message is not cut off, and nobody is told of a lost call."""
    office = either_office
    office.collector("anna")
    karl = office.case(KARL)
    office.dial()
    office.run_until_desk(DeskState.TALKING)
    real = office.carrier.redirect

    def redirect(sid: str, twiml: str) -> bool:
        done = real(sid, twiml)
        line.close_desk(office.app, "anna")
        return done

    office.carrier.redirect = redirect  # type: ignore[method-assign]
    office.run(120)
    assert office.tape(KARL) == PRIVATE_VOICEMAIL
    assert office.attempt(karl).call.outcome is Outcome.VOICEMAIL_LEFT
    assert office.alarms() == []


def test_whoever_answers_while_his_call_is_taken_back_hears_who_called(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(5)
    real = office.carrier.cancel

    def cancel(sid: str) -> object:
        while office.attempt(erika).call.abandoned_at is None:
            office.run(0.25)
        return real(sid)

    office.carrier.cancel = cancel  # type: ignore[method-assign]
    line.close_desk(office.app, "anna")
    office.run(60)
    assert office.said(ERIKA) == [PRIVATE_ANNOUNCEMENT]
    assert office.call_to(ERIKA).ended
    (said,) = [h for h in office.call_to(ERIKA).heard if h.kind == "say"]
    assert (said.to - said.from_).total_seconds() > 3
    assert office.attempt(erika).call.outcome is Outcome.ABANDONED


def test_a_collector_who_has_judged_a_call_does_not_wait_for_the_lost_news_of_its_end(either_office: Office) -> None:
    """The web servers were being replaced when she hung up, and Twilio asks again for a few seconds only."""
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run_until_desk(DeskState.TALKING)
    office.faults(callback_lost=1.0)
    office.run(300)
    assert office.call_to(ERIKA).ended
    assert office.desk().state is DeskState.TALKING
    dispose(office.app, office.attempt(erika).id, Report(disposition=Disposition.REFUSED), actor="anna")
    office.tick()
    assert office.desk().state is DeskState.READY
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED


def test_a_call_that_goes_on_after_it_was_judged_is_asked_about_now_and_then(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run_until_desk(DeskState.TALKING)
    asked: list[str] = []
    real = office.carrier.fetch
    office.carrier.fetch = lambda sid: asked.append(sid) or real(sid)  # type: ignore[method-assign,func-returns-value]
    dispose(office.app, office.attempt(erika).id, Report(disposition=Disposition.REFUSED), actor="anna")
    office.live(20, step=2)
    assert office.desk().state is DeskState.TALKING
    assert asked == [office.call_to(ERIKA).sid]
