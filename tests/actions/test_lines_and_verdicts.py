"""Lines whose end nobody reported, verdicts that come again, news sent to a wrong address, cases put aside."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from office_kit import ERIKA, KARL, PRIVATE_VOICEMAIL, Office

from dialer.actions.check_desks import check_desks, check_line
from dialer.actions.dispose import dispose
from dialer.actions.drop_voicemail import drop
from dialer.actions.explain import explain
from dialer.core.call import AttemptState
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.outcome import Disposition, Outcome
from dialer.storage import due, inbox
from dialer.storage.inbox import NewEvent
from dialer.storage.tables import desks


def test_a_line_that_is_over_gets_no_call_although_its_end_was_never_reported(office: Office) -> None:
    office.collector("anna")
    office.faults(callback_lost=1.0)
    office.network.hang_up_collector("anna")
    office.faults()
    office.run(1)
    assert office.desk("anna").state is DeskState.READY
    office.run(6 * 60)
    office.tick()
    assert office.desk("anna").state is DeskState.CLOSED
    office.case(ERIKA)
    office.dial()
    assert office.calls_to(ERIKA) == []


@pytest.mark.parametrize("noted", [["checked_at"], ["opened_at", "state_at"]])
@pytest.mark.parametrize("asks", ["round", "before a call"])
def test_a_line_that_was_seen_by_a_clock_that_was_ahead_is_asked_about(
    either_office: Office, noted: list[str], asks: str
) -> None:
    office = either_office
    office.collector("anna")
    with office.app.db.write() as tx:
        tx.execute(desks.update().values(dict.fromkeys(noted, office.clock.now() + timedelta(hours=1))))
    office.faults(callback_lost=1.0)
    office.network.hang_up_collector("anna")
    office.run(301)
    assert office.desk().state is DeskState.READY
    if asks == "round":
        check_desks(office.app)
    else:
        check_line(office.app, office.desk())
    assert office.desk().state is DeskState.CLOSED


def test_a_line_in_good_order_stays_open_when_the_carrier_is_asked(office: Office) -> None:
    office.collector("anna")
    office.run(6 * 60)
    office.tick()
    assert office.desk("anna").state is DeskState.READY
    assert office.desk("anna").checked_at == office.clock.now()


def test_a_telephone_that_was_never_called_is_given_up_after_two_minutes(office: Office) -> None:
    office.collector("anna", opens=False)
    with office.app.db.write() as tx:
        user = tx.execute(sa.text("select id from users")).scalar_one()
        row = {"u": user, "at": office.clock.now().replace(tzinfo=None)}
        tx.execute(
            sa.text("insert into desks (user_id, token, state, opened_at, state_at) values (:u,'t','calling',:at,:at)"),
            row,
        )
    office.tick()
    assert office.desk("anna").state is DeskState.CALLING
    office.run(121)
    office.tick()
    assert office.desk("anna").state is DeskState.CLOSED


def test_a_verdict_whose_receiver_died_is_acted_upon_when_it_comes_again(office: Office) -> None:
    office.collector("anna")
    karl = office.case(KARL)
    office.dial()
    while office.attempt(karl).call.state is not AttemptState.ANSWERED:
        office.run(1)
    office.run(1)
    attempt = office.attempt(karl)
    with office.app.db.write() as tx:
        key = f"{attempt.call.sid}:amd:machine_end_beep"
        inbox.receive(tx, attempt.token, NewEvent(key=key, kind="amd", at=office.clock.now(), payload={}))
        tx.execute(sa.text("update attempts set answered_by = 'machine_end_beep'"))
    form = {"CallSid": attempt.call.sid or "", "AnsweredBy": "machine_end_beep"}
    assert office.post(f"/twilio/amd/{attempt.token}", form).status_code == 204
    assert office.kinds(karl).count("voicemail.drop") == 1
    office.run(200)
    assert office.kinds(karl).count("voicemail.drop") == 1


def test_news_under_a_wrong_token_does_not_pass_for_the_right_one(office: Office) -> None:
    office.collector("anna")
    office.collector("ben", phone="+493023125992")
    erika, karl = office.case(ERIKA), office.case(KARL)
    office.dial()
    hers, his = office.attempt(erika), office.attempt(karl)
    assert office.status(his, "no-answer", 9, sid=hers.call.sid) == 204
    assert office.attempt(karl).call.live
    assert office.attempt(erika).call.live
    assert office.status(hers, "no-answer", 9) == 204
    assert office.attempt(erika).call.outcome is Outcome.NO_ANSWER


def test_a_case_put_aside_says_why_instead_of_now(office: Office) -> None:
    erika = office.case(ERIKA)
    now = office.clock.now()
    with office.app.db.write() as tx:
        due.postpone(tx, erika, until=now + timedelta(minutes=1), reason="number_in_use")
    told = explain(office.app, erika, now=now, language="de")
    assert told.data["waits_for"] == "waits_number_in_use"
    assert "Unter dieser Nummer läuft gerade ein Anruf in einer anderen Akte." in told.text
    later = explain(office.app, erika, now=now + timedelta(minutes=2), language="en")
    assert "Waits for a collector's line to be free." in later.text


def test_the_message_is_on_the_tape_once(office: Office) -> None:
    office.collector("anna")
    karl = office.case(KARL)
    office.dial()
    office.run(200)
    assert office.tape(KARL) == PRIVATE_VOICEMAIL
    assert office.attempt(karl).call.outcome is Outcome.VOICEMAIL_LEFT


@pytest.mark.parametrize("verdict", ["machine_end_beep", "fax"])
def test_a_verdict_after_the_collectors_own_word_does_nothing(either_office: Office, verdict: str) -> None:
    """He has talked to her and said so, while the call goes on."""
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run_until_desk(DeskState.TALKING)
    office.run(1)
    attempt = office.attempt(erika)
    assert attempt.call.answered_by is None
    dispose(office.app, attempt.id, Report(disposition=Disposition.REFUSED), actor="anna")
    form = {"CallSid": attempt.call.sid or "", "AnsweredBy": verdict}
    assert office.post(f"/twilio/amd/{attempt.token}", form).status_code == 204
    assert drop(office.app, attempt.token, actor="anna") is False
    office.run(400)
    assert office.said(ERIKA) == []
    assert office.attempt(erika).call.drop_at is None
    assert office.entry(erika, "drop.ignored").actor == "anna"
    assert office.call_to(ERIKA).duration_seconds > 60
