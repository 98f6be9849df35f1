"""The life of an attempt under everything the outside world may say, in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest

from dialer.core.call import (
    AnswerUnknown,
    AttemptState,
    Bound,
    Call,
    Detected,
    GivenUp,
    Heard,
    Refused,
    StatusChanged,
    Told,
    apply,
    fully_played,
)
from dialer.core.network import AnsweredBy, NetworkStatus
from dialer.core.outcome import Outcome

T0 = datetime(2026, 11, 24, 9, tzinfo=UTC)


def at(seconds):
    return T0 + timedelta(seconds=seconds)


def status(word, seconds=0, sid="CA1", duration=None, *, never_dialled=False):
    return StatusChanged(sid, NetworkStatus(word), at(seconds), duration, never_dialled)


INITIATED = status("initiated", 1)
RINGING = status("ringing", 3)
ANSWERED = status("answered", 10)
COMPLETED = status("completed", 70, duration=60)
SOON_OVER = status("completed", 50, duration=40)
"""As long as the carrier keeps somebody on the line by itself."""

OUR_DOING = status("completed", 51, duration=41)
HUMAN = Detected(AnsweredBy.HUMAN)
JOINED = Told(Heard.JOINED, at(10))


def run(*events, call=None):
    """The call after the events, and what was reported as a contradiction."""
    call = call or Call()
    conflicts = []
    for event in events:
        applied = apply(call, event)
        call = applied.call
        conflicts += [applied.conflict] if applied.conflict else []
    return call, conflicts


# --- every state meets every event -----------------------------------------------------------------------------------

STATES = {
    AttemptState.INTENT: Call(),
    AttemptState.UNKNOWN: run(AnswerUnknown(at(1)))[0],
    AttemptState.PLACED: run(INITIATED)[0],
    AttemptState.RINGING: run(INITIATED, RINGING)[0],
    AttemptState.ANSWERED: run(INITIATED, RINGING, ANSWERED)[0],
    AttemptState.ENDED: run(INITIATED, RINGING, status("busy", 9))[0],
}
EVENTS = [
    Bound("CA1", at(1)),
    Bound("CA2", at(1)),
    AnswerUnknown(at(1)),
    GivenUp(at(1)),
    *(Refused(outcome, at(1)) for outcome in (Outcome.BAD_NUMBER, Outcome.NOT_PLACED, Outcome.CANCELLED)),
    *(Detected(answered_by) for answered_by in AnsweredBy),
    *(Told(what, at(12), seconds) for what in Heard for seconds in (None, 20)),
    *(StatusChanged(sid, word, at(20), d) for word in NetworkStatus for sid in ("CA1", "CA2") for d in (None, 60)),
]
ORDER = list(AttemptState)


@pytest.mark.parametrize("state", STATES)
def test_walk_begins_in_each_state(state):
    assert STATES[state].state is state
    assert STATES[state].live is (state is not AttemptState.ENDED)


@pytest.mark.parametrize("event", EVENTS, ids=str)
@pytest.mark.parametrize("state", STATES)
def test_nothing_moves_backwards_and_the_end_is_final(state, event):
    before = STATES[state]
    after = apply(before, event).call
    assert ORDER.index(after.state) >= ORDER.index(before.state)
    assert (after.outcome is not None) is (after.state is AttemptState.ENDED)
    assert (after.ended_at is not None) is (after.state is AttemptState.ENDED)
    assert before.sid in (None, after.sid)
    if state is AttemptState.ENDED:
        assert (after.outcome, after.ended_at) == (before.outcome, before.ended_at)


def test_any_three_events_in_any_order_keep_the_promises():
    for triple in product(EVENTS, repeat=2):
        call = Call()
        for event in (*triple, COMPLETED):
            after = apply(call, event).call
            assert ORDER.index(after.state) >= ORDER.index(call.state)
            if not call.live:
                assert after.outcome is call.outcome
            call = after


# --- a normal call, shuffled -----------------------------------------------------------------------------------------


def test_normal_call_ends_the_same_in_any_order_and_with_any_event_twice():
    """Our own answer is on the line before the carrier can report an end; the five callbacks come as they like."""
    five = (INITIATED, RINGING, ANSWERED, HUMAN, COMPLETED)
    for twice in five:
        for order in set(permutations((*five, twice))):
            call, conflicts = run(JOINED, *order)
            assert (call.state, call.outcome, call.duration_seconds) == (AttemptState.ENDED, Outcome.CONNECTED, 60)
            assert (call.ended_at, call.answered_by, conflicts) == (at(70), AnsweredBy.HUMAN, [])


@pytest.mark.parametrize("end", ["busy", "no_answer", "failed"])
def test_unanswered_call_ends_the_same_in_any_order(end):
    last = status(end, 30)
    for order in permutations((INITIATED, RINGING, last, last)):
        call, conflicts = run(*order)
        assert (call.state, call.outcome, conflicts) == (AttemptState.ENDED, Outcome(end), [])


def test_call_in_order_keeps_its_times():
    call, _ = run(INITIATED, RINGING, ANSWERED, JOINED, COMPLETED)
    assert (call.placed_at, call.ringing_at, call.answered_at, call.ended_at) == (at(1), at(3), at(10), at(70))


def test_first_report_of_a_time_wins():
    call, _ = run(RINGING, status("ringing", 8), ANSWERED, status("answered", 20))
    assert (call.ringing_at, call.answered_at) == (at(3), at(10))


def test_verdict_of_machine_detection_after_the_end_is_kept_and_a_repeated_end_is_no_contradiction():
    """An end reported twice, machine detection in between: a false alarm would teach people to ignore alarms."""
    call, conflicts = run(INITIATED, ANSWERED, SOON_OVER, Detected(AnsweredBy.MACHINE_END_BEEP), SOON_OVER)
    assert (call.outcome, call.answered_by, conflicts) == (Outcome.ABANDONED, AnsweredBy.MACHINE_END_BEEP, [])


# --- contradictions --------------------------------------------------------------------------------------------------


def test_second_call_for_an_attempt_is_reported_and_changes_nothing():
    before, _ = run(INITIATED, RINGING)
    for event in (Bound("CA2", at(5)), status("answered", 5, "CA2"), status("completed", 5, "CA2", 30)):
        call, conflicts = run(event, call=before)
        assert call == before
        assert conflicts == ["second call CA2 beside CA1"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("busy", "completed"), ("completed", "busy"), ("no_answer", "failed"), ("completed", "cancelled")],
)
def test_two_different_ends_are_reported_and_the_first_stands(first, second):
    call, conflicts = run(INITIATED, JOINED, status(first, 9, duration=5), status(second, 10, duration=5))
    assert call.outcome is (Outcome.CONNECTED if first == "completed" else Outcome(first))
    assert len(conflicts) == 1


def test_call_that_appears_after_the_attempt_was_ended_is_reported():
    call, conflicts = run(Refused(Outcome.CANCELLED, at(1)), INITIATED)
    assert (call.outcome, call.sid) == (Outcome.CANCELLED, "CA1")
    assert conflicts == ["call CA1 after the end"]


@pytest.mark.parametrize("late", [RINGING, ANSWERED])
def test_ring_reported_after_a_cancellation_is_shown_to_a_person(late):
    """It was booked as one that did not ring, so the limits did not count it."""
    call, conflicts = run(INITIATED, status("cancelled", 5, never_dialled=True), late)
    assert call.outcome is Outcome.CANCELLED
    assert len(conflicts) == 1


def test_lost_call_that_reports_after_all_is_no_contradiction():
    call, conflicts = run(AnswerUnknown(at(1)), Bound("CA1", at(2)), GivenUp(at(90)), COMPLETED)
    assert (call.outcome, conflicts) == (Outcome.UNKNOWN, [])


def test_refusal_does_not_end_a_call_that_exists():
    call, _ = run(INITIATED, Refused(Outcome.NOT_PLACED, at(2)))
    assert call.live


# --- the table of outcomes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        pytest.param([Refused(Outcome.BAD_NUMBER, at(1))], "bad_number", id="refused for the number"),
        pytest.param([Refused(Outcome.NOT_PLACED, at(1))], "not_placed", id="refused for configuration"),
        pytest.param([AnswerUnknown(at(1)), GivenUp(at(99))], "unknown", id="answer lost"),
        pytest.param([AnswerUnknown(at(1)), Refused(Outcome.NOT_PLACED, at(2))], "not_placed", id="lost, not made"),
        pytest.param([status("cancelled", 5, never_dialled=True)], "cancelled", id="cancelled in the carrier's queue"),
        pytest.param([INITIATED, status("cancelled", 5)], "no_answer", id="cancelled, nobody knows whether it rang"),
        pytest.param([RINGING, status("cancelled", 5, never_dialled=True)], "no_answer", id="cancelled, and it rang"),
        pytest.param([INITIATED, RINGING, status("cancelled", 5)], "no_answer", id="cancelled while ringing"),
        pytest.param([INITIATED, status("busy", 5)], "busy", id="busy"),
        pytest.param([INITIATED, RINGING, status("no_answer", 35)], "no_answer", id="no answer"),
        pytest.param([INITIATED, status("failed", 5)], "failed", id="failed"),
        pytest.param([JOINED, INITIATED, COMPLETED], "connected", id="a collector was there"),
        pytest.param([JOINED, Detected(AnsweredBy.MACHINE_START), INITIATED, COMPLETED], "connected", id="he decides"),
        pytest.param(
            [JOINED, Detected(AnsweredBy.UNKNOWN), INITIATED, COMPLETED], "connected", id="not known is human"
        ),
        pytest.param([INITIATED, Told(Heard.ANNOUNCED, at(12)), COMPLETED], "announced", id="announced"),
        pytest.param([INITIATED, ANSWERED, SOON_OVER], "abandoned", id="nobody there"),
        pytest.param([INITIATED, Told(Heard.ABANDONED, at(12)), COMPLETED], "abandoned", id="hung up on"),
        pytest.param([INITIATED, ANSWERED, HUMAN, SOON_OVER], "abandoned", id="human, nobody there"),
        pytest.param(
            [INITIATED, ANSWERED, Detected(AnsweredBy.UNKNOWN), SOON_OVER], "abandoned", id="not known, nobody there"
        ),
        pytest.param([INITIATED, ANSWERED, Detected(AnsweredBy.FAX), COMPLETED], "fax_machine", id="fax"),
        pytest.param([JOINED, INITIATED, Detected(AnsweredBy.FAX), COMPLETED], "fax_machine", id="fax, joined"),
        pytest.param(
            [INITIATED, ANSWERED, Detected(AnsweredBy.MACHINE_END_OTHER), SOON_OVER],
            "voicemail_no_message",
            id="machine, nothing said",
        ),
        pytest.param([INITIATED, ANSWERED, OUR_DOING], "connected", id="what was said is forgotten"),
        pytest.param(
            [INITIATED, ANSWERED, Detected(AnsweredBy.UNKNOWN), OUR_DOING], "connected", id="not known to whom"
        ),
        pytest.param([Bound("CA1", at(2)), OUR_DOING], "connected", id="nothing but its end is known"),
        pytest.param(
            [INITIATED, ANSWERED, Detected(AnsweredBy.MACHINE_END_BEEP), OUR_DOING],
            "voicemail_left",
            id="what a machine was told is forgotten",
        ),
        pytest.param(
            [INITIATED, Told(Heard.ANNOUNCED, at(12)), Detected(AnsweredBy.MACHINE_END_BEEP), OUR_DOING],
            "voicemail_no_message",
            id="announced to a machine",
        ),
        pytest.param([INITIATED, Told(Heard.ABANDONED, at(12)), OUR_DOING], "abandoned", id="lost, and long"),
        pytest.param(
            [JOINED, INITIATED, Told(Heard.DROP_STARTED, at(20), 20), Told(Heard.PLAYED, at(42)), COMPLETED],
            "voicemail_left",
            id="message played",
        ),
        pytest.param(
            [JOINED, INITIATED, Told(Heard.DROP_STARTED, at(60), 20), COMPLETED], "voicemail_no_message", id="cut"
        ),
        pytest.param(
            [JOINED, INITIATED, Told(Heard.DROP_STARTED, at(20), None), COMPLETED],
            "voicemail_no_message",
            id="not permitted",
        ),
    ],
)
def test_outcome_follows_what_was_heard(events, outcome):
    call, conflicts = run(*events)
    assert (call.state, call.outcome, conflicts) == (AttemptState.ENDED, Outcome(outcome), [])


@pytest.mark.parametrize(("known", "joined"), [([ANSWERED], at(10)), ([INITIATED], at(51)), ([JOINED], at(10))])
def test_a_conversation_can_be_judged_even_if_it_is_not_on_record(known, joined):
    call, _ = run(*known, OUR_DOING)
    assert (call.outcome, call.joined_at) == (Outcome.CONNECTED, joined)


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        ("bad_number", False),
        ("not_placed", False),
        ("cancelled", False),
        ("unknown", True),
        ("busy", True),
        ("no_answer", True),
        ("failed", True),
        ("voicemail_left", True),
        ("voicemail_no_message", True),
        ("fax_machine", True),
        ("connected", True),
        ("announced", True),
        ("abandoned", True),
    ],
)
def test_what_rang_counts(outcome, counts):
    assert Outcome(outcome).counts is counts


# --- was the message played to its end? ------------------------------------------------------------------------------

DROPPED = Call(answered_at=at(10), drop_at=at(25), message_seconds=20, duration_seconds=35)


@pytest.mark.parametrize(
    ("changes", "played"),
    [
        pytest.param({}, True, id="20 of 20 seconds"),
        pytest.param({"duration_seconds": 34}, False, id="19 of 20 seconds"),
        pytest.param({"duration_seconds": 34, "played_at": at(44)}, True, id="the carrier asked what comes next"),
        pytest.param({"drop_at": None}, False, id="no drop"),
        pytest.param({"answered_at": None}, False, id="answer not seen"),
        pytest.param({"duration_seconds": None}, False, id="length not known"),
        pytest.param({"message_seconds": None}, False, id="no message"),
        pytest.param({"duration_seconds": 0}, False, id="no length"),
    ],
)
def test_message_counts_as_left_only_if_its_end_was_heard(changes, played):
    assert fully_played(replace(DROPPED, **changes)) is played


def test_second_drop_does_not_spoil_the_proof_of_the_first():
    first = (Told(Heard.DROP_STARTED, at(20)), Told(Heard.DROP_CONFIRMED, at(21), 20))
    call, _ = run(JOINED, *first, Told(Heard.DROP_STARTED, at(22)))
    assert (call.drop_at, call.message_seconds) == (at(20), 20)


def test_drop_begins_without_a_word_of_its_length():
    call, _ = run(JOINED, Told(Heard.DROP_STARTED, at(20)))
    assert (call.drop_at, call.message_seconds) == (at(20), None)


def test_redirect_that_failed_never_proves_a_message():
    """The line stayed open for long enough, and yet nothing of ours was played on it."""
    end = status("completed", 600, duration=599)
    begun = (ANSWERED, JOINED, Told(Heard.DROP_STARTED, at(20)))
    assert run(*begun, end)[0].outcome is Outcome.VOICEMAIL_NO_MESSAGE
    assert run(*begun, Told(Heard.DROP_CONFIRMED, at(21), 20), end)[0].outcome is Outcome.VOICEMAIL_LEFT


def test_drop_does_not_answer_a_call_by_itself():
    call, _ = run(INITIATED, Told(Heard.DROP_STARTED, at(20)), Told(Heard.DROP_CONFIRMED, at(21), 20))
    assert call.state is AttemptState.PLACED


def test_answer_is_known_from_our_own_line_when_the_carrier_is_late():
    call, _ = run(Bound("CA1", at(1)), Told(Heard.JOINED, at(9)), ANSWERED)
    assert (call.state, call.answered_at, call.joined_at) == (AttemptState.ANSWERED, at(9), at(9))


def test_queued_is_no_news():
    assert run(status("queued", 0))[0].state is AttemptState.PLACED


@pytest.mark.parametrize(
    ("word", "ends"),
    [("queued", False), ("ringing", False), ("answered", False), ("completed", True), ("cancelled", True)],
)
def test_words_of_the_network_know_the_end(word, ends):
    assert NetworkStatus(word).terminal is ends


@pytest.mark.parametrize(
    ("word", "machine", "greeted"),
    [
        ("human", False, False),
        ("unknown", False, False),
        ("fax", False, False),
        ("machine_start", True, False),
        ("machine_end_beep", True, True),
        ("machine_end_silence", True, True),
        ("machine_end_other", True, False),
    ],
)
def test_message_may_start_only_after_a_known_greeting(word, machine, greeted):
    assert (AnsweredBy(word).machine, AnsweredBy(word).after_greeting) == (machine, greeted)
