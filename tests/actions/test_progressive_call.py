from __future__ import annotations

from datetime import date, datetime

import pytest
from office_kit import BERLIN, ERIKA, KARL, PRIVATE_VOICEMAIL, Office

from dialer.actions.dispose import dispose
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.errors import BadInput
from dialer.core.outcome import Disposition, Outcome


def test_erika_answers_and_anna_is_there_at_once(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    attempt = office.attempt(erika)
    assert (attempt.collector, office.desk("anna").state) == ("anna", DeskState.RESERVED)
    assert office.row(erika).next_reason == "live"
    assert office.row(erika).next_at is None
    office.run(20)
    call = office.call_to(ERIKA)
    assert office.desk("anna").state is DeskState.TALKING
    assert office.attempt(erika).call.joined_at is not None
    office.run(300)
    (heard,) = call.heard
    assert heard.kind == "conference"
    assert heard.from_ == call.answered_at
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED
    assert office.desk("anna").state is DeskState.WRAP_UP
    office.tick(3)
    assert office.row(erika).next_reason == "awaits_disposition"
    assert len(office.calls_to(ERIKA)) == 1
    report = Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=12_000, on=date(2026, 11, 27))
    dispose(office.app, attempt.id, report, actor="anna", note="zahlt am Freitag")
    assert (office.desk("anna").state, office.desk("anna").attempt_id) == (DeskState.READY, None)
    # promised for Friday; three working days of grace end with Wednesday
    assert office.next_at(erika) == datetime(2026, 12, 3, 0, 0, tzinfo=BERLIN)
    assert office.row(erika).next_reason == "hold promise"
    assert office.kinds(erika) == [
        "attempt.intent",
        "attempt.passed",
        "attempt.placed",
        "attempt.ringing",
        "attempt.answered",
        "call.joined",
        "call.detected",
        "attempt.ended",
        "disposition",
        "agreement.made",
        "hold.set",
        "task.made",
    ]
    assert office.entry(erika, "disposition").personal == {"note": "zahlt am Freitag"}
    assert office.entry(erika, "attempt.intent").actor == "test"
    assert (office.entry(erika, "call.joined").actor, office.entry(erika, "call.joined").facts) == ("anna", {})
    assert office.entry(erika, "attempt.intent").personal["to"] == ERIKA
    assert office.alarms() == []
    assert office.live_attempts() == 0


def test_a_promise_keeps_the_telephone_still_until_grace_is_over(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(300)
    report = Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=12_000, on=date(2026, 11, 27))
    dispose(office.app, office.attempt(erika).id, report, actor="anna")
    for day in (25, 26, 27, 30):
        office.run_to(datetime(2026, 11, day, 10, tzinfo=BERLIN))
        office.tick(3)
    office.run_to(datetime(2026, 12, 2, 19, tzinfo=BERLIN))
    office.tick(3)
    assert len(office.calls_to(ERIKA)) == 1
    office.collector("ben", phone="+493023125992", opens=False)
    office.run_to(datetime(2026, 12, 3, 0, 1, tzinfo=BERLIN))
    office.tick()
    assert office.next_at(erika) == datetime(2026, 12, 3, 9, 0, tzinfo=BERLIN)


def test_a_call_is_judged_once_and_only_if_somebody_was_reached(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    attempt = office.attempt(erika)
    report = Report(disposition=Disposition.REFUSED)
    with pytest.raises(BadInput, match="reached nobody"):
        dispose(office.app, attempt.id, report, actor="anna")
    office.run(300)
    with pytest.raises(BadInput, match="needs an amount and a date"):
        dispose(office.app, attempt.id, Report(disposition=Disposition.PROMISE_TO_PAY), actor="anna")
    dispose(office.app, attempt.id, report, actor="anna")
    with pytest.raises(BadInput, match="already judged"):
        dispose(office.app, attempt.id, report, actor="anna")
    assert office.kinds(erika).count("disposition") == 1


def test_an_agreed_call_back_survives_the_end_of_the_call(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(20)
    assert office.desk("anna").state is DeskState.TALKING
    agreed = datetime(2026, 11, 26, 17, 30, tzinfo=BERLIN)
    report = Report(disposition=Disposition.CALLBACK_AGREED, callback_at=agreed)
    dispose(office.app, office.attempt(erika).id, report, actor="anna")
    office.run(300)
    assert office.desk("anna").state is DeskState.READY
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED
    assert office.row(erika).callback_at == agreed
    office.tick()
    assert (office.next_at(erika), office.row(erika).next_reason) == (agreed, "collection_call callback")


def test_two_collectors_and_one_debtor_make_one_call(office: Office) -> None:
    office.collector("anna")
    office.collector("ben", phone="+493023125992")
    office.case(ERIKA)
    office.dial()
    office.tick(3)
    office.run(300)
    assert len(office.calls_to(ERIKA)) == 1
    states = {office.desk("anna").state, office.desk("ben").state}
    assert states == {DeskState.WRAP_UP, DeskState.READY}


def test_one_number_of_two_debtors_is_called_once_at_a_time(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    office.collector("ben", phone="+493023125992")
    first, second = office.case(ERIKA), office.case(ERIKA, name="Egon Beispiel")
    office.dial()
    office.tick(3)
    assert len(office.calls_to(ERIKA)) == 1
    assert len(office.attempts(first)) == 1
    assert office.attempts(second) == []
    assert {office.desk("anna").state, office.desk("ben").state} == {DeskState.RESERVED, DeskState.READY}


def test_the_case_goes_to_the_collector_it_is_assigned_to(office: Office) -> None:
    office.collector("anna")
    office.collector("ben", phone="+493023125992")
    erika = office.case(ERIKA, assigned_to="ben")
    office.dial()
    assert office.attempt(erika).collector == "ben"


def test_without_a_collector_nobody_is_called(office: Office) -> None:
    office.collector("anna", opens=False)
    erika = office.case(ERIKA)
    office.tick(3)
    assert office.network.calls == []
    assert office.row(erika).next_reason == "collection_call first_call"
    assert office.next_at(erika) == datetime(2026, 11, 24, 10, 0, tzinfo=BERLIN)


def test_the_message_on_karls_machine_begins_with_its_first_word(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    karl = office.case(KARL, name="Karl Beispiel")
    office.dial()
    free_at = None
    for _ in range(90):
        office.run(1)
        if free_at is None and office.attempt(karl).call.drop_at and office.desk().state is DeskState.READY:
            free_at = office.network.now
            assert office.attempt(karl).call.live
    assert office.tape(KARL) == PRIVATE_VOICEMAIL
    call = office.call_to(KARL)
    assert call.ended_at is not None
    assert free_at is not None
    assert free_at < call.ended_at
    attempt = office.attempt(karl)
    assert attempt.call.outcome is Outcome.VOICEMAIL_LEFT
    assert attempt.call.played_at is not None
    office.tick()
    # two working days of rest after a message: Thursday morning
    assert office.next_at(karl) == datetime(2026, 11, 26, 9, 0, tzinfo=BERLIN)
    # the strategy waits for two working days, longer than any rule does
    assert office.row(karl).next_reason == "collection_call retry"
    assert [k for k in office.kinds(karl) if k.startswith("voicemail")] == ["voicemail.drop", "voicemail.played"]
    drop = office.entry(karl, "voicemail.drop")
    assert drop.facts["message"] == "private_voicemail"
    assert drop.facts["verdict"]["verdict"] == "allow"
    assert drop.personal["text"] == PRIVATE_VOICEMAIL
    facts = drop.personal["facts"]
    assert (facts["channel"], facts["message"]["text"]) == ("voicemail", PRIVATE_VOICEMAIL)
    assert office.alarms() == []
    assert office.live_attempts() == 0


@pytest.mark.parametrize("heard_seconds", [1, 5, 10])
def test_a_line_that_breaks_in_the_message_is_no_message(office: Office, heard_seconds: int) -> None:
    office.collector("anna")
    karl = office.case(KARL, name="Karl Beispiel")
    office.dial()
    while office.attempt(karl).call.drop_at is None:
        office.run(0.5)
    office.run(heard_seconds)
    office.app.carrier.hang_up(office.call_to(KARL).sid)
    office.run(1)
    attempt = office.attempt(karl)
    assert attempt.call.outcome is Outcome.VOICEMAIL_NO_MESSAGE
    assert attempt.call.played_at is None
    assert "voicemail.played" not in office.kinds(karl)


def test_a_message_cut_in_its_last_second_is_no_message(office: Office) -> None:
    office.collector("anna")
    karl = office.case(KARL, name="Karl Beispiel")
    office.dial()
    while office.attempt(karl).call.drop_at is None:
        office.run(0.25)
    # a second of silence after the beep, then the message; cut it half a second before its end
    office.run(1 + len(PRIVATE_VOICEMAIL) / 15 - 0.75)
    office.app.carrier.hang_up(office.call_to(KARL).sid)
    office.run(1)
    assert office.tape(KARL) != PRIVATE_VOICEMAIL
    assert office.attempt(karl).call.outcome is Outcome.VOICEMAIL_NO_MESSAGE


def test_karl_gets_one_message_a_week(office: Office) -> None:
    office.collector("anna")
    karl = office.case(KARL, name="Karl Beispiel")
    office.dial()
    office.run(120)
    assert office.attempt(karl).call.outcome is Outcome.VOICEMAIL_LEFT
    office.app.carrier.hang_up(office.desk().call_sid or "")
    office.run(1)
    office.run_to(datetime(2026, 11, 26, 9, 0, tzinfo=BERLIN))
    office.collector("ben", phone="+493023125992")
    office.tick(2)
    office.run(120)
    first, second = office.attempts(karl)
    assert second.call.outcome is Outcome.VOICEMAIL_NO_MESSAGE
    assert office.tape(KARL) == PRIVATE_VOICEMAIL
    assert office.entry(karl, "verdict.denied").facts == {"channel": "voicemail", "rules": ["VM-GAP"]}
    assert office.desk("ben").state is DeskState.READY
    assert first.call.outcome is Outcome.VOICEMAIL_LEFT
    assert len(office.calls_to(KARL)) == 2
