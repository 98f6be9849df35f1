from __future__ import annotations

import shutil
import threading
from itertools import permutations

import pytest
from office_kit import ABSENT_AXEL, ERIKA, KARL, PRIVATE_VOICEMAIL, SHOP, Office

from dialer.actions.holds import hold_case
from dialer.core.call import AttemptState
from dialer.core.case import HoldReason
from dialer.core.desk import DeskState
from dialer.core.outcome import Outcome
from dialer.storage.attempts import Attempt
from dialer.telephony.carrier import AnswerLost

CALL = "CA" + "b" * 32
OTHER = "CA" + "c" * 32
STORY = (("initiated", 0), ("ringing", 1), ("completed", 2))


def sent_without_answer(office: Office, number: str = KARL) -> tuple[int, Attempt]:
    """A request whose answer was lost before the network knew of it: all that follows comes from the test."""
    office.collector("anna")
    case = office.case(number)
    office.tick()
    office.faults(api_script=["500_before"])
    office.tick()
    return case, office.attempt(case)


@pytest.mark.parametrize("word", ["busy", "no-answer", "failed", "canceled", "completed"])
def test_every_order_of_callbacks_ends_alike(office: Office, word: str) -> None:
    expected = {
        "busy": Outcome.BUSY,
        "no-answer": Outcome.NO_ANSWER,
        "failed": Outcome.FAILED,
        # nothing proves that it never left the carrier's queue
        "canceled": Outcome.NO_ANSWER,
        "completed": Outcome.ABANDONED,
    }
    case, attempt = sent_without_answer(office)
    office.app.db.close()
    book, before = office.folder / "dialer.sqlite3", office.folder / "before.sqlite3"
    shutil.copy(book, before)
    for order in permutations((("initiated", 0), ("ringing", 1), (word, 2))):
        office.app.db.close()
        shutil.copy(before, book)
        for status, sequence in order:
            assert office.status(attempt, status, sequence, sid=CALL) == 204
            assert office.status(attempt, status, sequence, sid=CALL) == 204
        call = office.attempt(case).call
        assert call.state is AttemptState.ENDED
        assert call.sid == CALL
        assert call.outcome is expected[word]
        assert office.events() == 3
        assert office.kinds(case).count("attempt.ended") == 1
        assert (office.desk().state, office.desk().attempt_id) == (DeskState.READY, None)


def test_a_callback_twice_at_the_same_moment_is_taken_once(either_office: Office) -> None:
    office = either_office
    case, attempt = sent_without_answer(office)
    barrier = threading.Barrier(4)
    codes: list[int] = []

    def deliver() -> None:
        barrier.wait()
        codes.append(office.status(attempt, "busy", 2, sid=CALL))

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [204] * 4
    assert office.events() == 1
    assert office.kinds(case).count("attempt.ended") == 1
    assert office.attempt(case).call.outcome is Outcome.BUSY


def test_all_callbacks_at_the_same_moment(either_office: Office) -> None:
    office = either_office
    case, attempt = sent_without_answer(office)
    barrier = threading.Barrier(3)
    codes: list[int] = []

    def deliver(word: str, sequence: int) -> None:
        barrier.wait()
        codes.append(office.status(attempt, word, sequence, sid=CALL))

    threads = [threading.Thread(target=deliver, args=each) for each in (("initiated", 0), ("ringing", 1), ("busy", 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [204] * 3
    assert office.attempt(case).call.outcome is Outcome.BUSY
    assert office.kinds(case).count("attempt.ended") == 1


@pytest.mark.parametrize("fault", ["callback_duplicate", "callback_reordered", "callback_late"])
def test_a_conversation_survives_bad_callbacks(office: Office, fault: str) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.faults(**{fault: 1.0}, late_seconds=7.0)
    office.tick()
    office.run(330)
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED
    assert office.met_collector(ERIKA)
    assert office.desk().state is DeskState.WRAP_UP
    assert office.alarms() == []
    assert office.kinds(erika).count("attempt.ended") == 1
    assert office.kinds(erika).count("call.detected") == 1
    assert office.events() == 5


def test_a_machine_reported_twice_gets_one_message(office: Office) -> None:
    office.collector("anna")
    karl = office.case(KARL)
    office.tick()
    office.faults(callback_duplicate=1.0)
    office.tick()
    office.run(120)
    assert office.attempt(karl).call.outcome is Outcome.VOICEMAIL_LEFT
    assert office.tape(KARL) == PRIVATE_VOICEMAIL
    assert office.kinds(karl).count("call.detected") == 1
    assert office.kinds(karl).count("voicemail.drop") == 1


def test_lost_callbacks_are_asked_for(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.faults(callback_lost=1.0)
    office.tick()
    office.live(30)
    # the answer itself is a request that has an answer: it joins him all the same
    assert office.attempt(erika).call.state is AttemptState.ANSWERED
    office.live(2000, step=30)
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED
    assert office.live_attempts() == 0
    assert len(office.calls_to(ERIKA)) == 1
    assert office.entry(erika, "attempt.reconciled").facts["status"] == "completed"


def test_a_very_late_callback_changes_nothing(office: Office) -> None:
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(60)
    before = office.attempt(axel)
    assert before.call.outcome is Outcome.NO_ANSWER
    office.run(3600)
    next_at = office.next_at(axel)
    assert office.status(before, "ringing", 9) == 204
    assert office.status(before, "no-answer", 10) == 204
    assert office.attempt(axel) == before
    assert office.next_at(axel) == next_at
    assert office.alarms() == []


def test_a_second_ending_is_an_alarm_and_nothing_more(office: Office) -> None:
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(60)
    attempt = office.attempt(axel)
    assert office.status(attempt, "busy", 11) == 204
    assert office.attempt(axel) == attempt
    assert office.alarms() == ["call.conflict"]


def test_a_second_call_for_one_attempt_is_hung_up(office: Office) -> None:
    """Somebody asked twice behind our back: the second call rings with the first one's token."""
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(3)
    attempt = office.attempt(axel)
    second = _sneak_in_a_second_call(office, attempt)
    assert office.status(attempt, "initiated", 0, sid=second) == 204
    record = next(c for c in office.network.calls if c.sid == second)
    assert record.status == "canceled"
    assert office.attempt(axel).call.sid == attempt.call.sid
    assert office.alarms() == ["call.conflict"]
    assert second in office.alarm_text("call.conflict")
    assert office.call_to(ABSENT_AXEL).status == "ringing"


def _sneak_in_a_second_call(office: Office, attempt: Attempt) -> str:
    params = {"To": [KARL], "From": [attempt.from_], "Url": [office.app.urls.voice(attempt.token)]}
    return str(office.network.create_call(params)["sid"])


def test_a_second_calls_answer_is_hung_up(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(3)
    attempt = office.attempt(erika)
    reply = office.post(f"/twilio/voice/{attempt.token}", {"CallSid": OTHER})
    assert reply.text == "<Response><Hangup /></Response>"
    assert office.attempt(erika).call.joined_at is None
    assert office.alarms() == ["call.conflict"]
    office.run(330)
    assert office.met_collector(ERIKA)


def test_a_word_of_detection_on_another_call_changes_nothing(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(20)
    attempt = office.attempt(erika)
    form = {"CallSid": OTHER, "AnsweredBy": "machine_end_beep"}
    assert office.post(f"/twilio/amd/{attempt.token}", form).status_code == 204
    assert office.attempt(erika).call == attempt.call
    assert office.said(ERIKA) == []


def test_the_callback_comes_before_the_answer_to_the_request(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.tick()
    seen: list[int] = []

    def calls_back_first() -> None:
        attempt = office.attempt(axel)
        sid = office.call_to(ABSENT_AXEL).sid
        seen.append(office.status(attempt, "initiated", 0, sid=sid))
        seen.append(office.status(attempt, "ringing", 1, sid=sid))
        seen.append(office.status(attempt, "busy", 2, sid=sid))

    office.carrier.after_place.append(calls_back_first)
    office.tick()
    assert seen == [204, 204, 204]
    assert office.attempt(axel).call.outcome is Outcome.BUSY
    assert office.attempt(axel).call.sid == office.call_to(ABSENT_AXEL).sid
    assert office.alarms() == []


def test_a_call_found_after_its_attempt_was_given_up_is_hung_up(office: Office) -> None:
    case, attempt = sent_without_answer(office)
    office.live(640, step=20)
    assert office.attempt(case).call.outcome is Outcome.UNKNOWN
    second = _sneak_in_a_second_call(office, attempt)
    assert office.status(attempt, "ringing", 1, sid=second) == 204
    assert next(c for c in office.network.calls if c.sid == second).status == "canceled"
    assert "call.conflict" in office.alarms()
    assert office.attempt(case).call.outcome is Outcome.UNKNOWN
    reply = office.post(f"/twilio/voice/{attempt.token}", {"CallSid": second})
    assert reply.text == "<Response><Hangup /></Response>"


def test_two_calls_that_may_be_ours_are_left_to_a_person(office: Office) -> None:
    case, attempt = sent_without_answer(office)
    for _ in range(2):
        office.network.create_call({"To": [KARL], "From": [attempt.from_], "Twiml": ["<Response/>"]})
    office.live(640, step=20)
    assert office.attempt(case).call.outcome is Outcome.UNKNOWN
    assert "call.ambiguous" in office.alarms()
    assert office.attempt(case).call.sid is None


def test_an_answer_asked_for_twice_gets_the_same_answer(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(20)
    attempt = office.attempt(erika)
    replies = {office.post(f"/twilio/voice/{attempt.token}", {"CallSid": attempt.call.sid or ""}).text for _ in "123"}
    assert len(replies) == 1
    assert f"desk-{office.desk().token}" in replies.pop()
    assert office.kinds(erika).count("attempt.answered") == 1


def test_an_announcement_asked_for_twice_is_played_both_times_and_told_once(office: Office) -> None:
    """The first answer may never have come: who picked up would hear nothing."""
    shop = office.business(SHOP, name="Frau Laden", industry="retail", role="owner")
    office.dial()
    attempt = office.attempt(shop)
    first, again = (office.post(f"/twilio/voice/{attempt.token}", {"CallSid": attempt.call.sid or ""}) for _ in "12")
    assert "<Play>" in first.text or "<Say" in first.text
    assert again.text == first.text
    assert office.kinds(shop).count("call.announced") == 1
    hold_case(office.app, shop, HoldReason.MANUAL, actor="boss", text="stop")
    assert "answer.refused" not in office.kinds(shop)
    office.post(f"/twilio/voice/{attempt.token}", {"CallSid": attempt.call.sid or ""})
    assert "answer.refused" in office.kinds(shop)


def test_the_request_and_its_answer_cross_with_an_outage(office: Office) -> None:
    """A request that timed out on us is never made again, however long nothing is heard."""
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()

    class Lost:
        def place(self, _order: object) -> AnswerLost:
            return AnswerLost("Twilio did not answer in time")

        def find(self, **_: object) -> list[object]:
            return []

        def fetch(self, sid: str) -> object:
            return real.fetch(sid)

    real, office.carrier.real = office.carrier.real, Lost()  # type: ignore[assignment]
    office.tick()
    office.live(630, step=10)
    office.carrier.real = real
    office.live(600, step=60)
    assert office.attempt(erika).call.outcome is Outcome.UNKNOWN
    assert office.calls_to(ERIKA) == []


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("machine_end_beep", Outcome.VOICEMAIL_NO_MESSAGE),
        ("fax", Outcome.FAX_MACHINE),
        ("human", Outcome.ANNOUNCED),
        ("a new word", Outcome.ANNOUNCED),
    ],
)
def test_the_news_of_the_end_brings_the_lost_word_of_detection(office: Office, word: str, outcome: Outcome) -> None:
    shop = office.business(SHOP, name="Frau Laden", industry="retail", role="owner")
    office.tick()
    office.faults(api_script=["500_before"])
    office.tick()
    attempt = office.attempt(shop)
    assert office.post(f"/twilio/voice/{attempt.token}", {"CallSid": CALL}).status_code == 200
    assert office.status(attempt, "completed", 3, sid=CALL, AnsweredBy=word, CallDuration="30") == 204
    assert office.attempt(shop).call.outcome is outcome
