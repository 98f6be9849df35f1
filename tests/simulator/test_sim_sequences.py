from __future__ import annotations

from itertools import pairwise

import pytest

HELLO = "<Response><Say>Guten Tag, hier ist die Kanzlei Muster.</Say></Response>"


def test_human_call_reports_every_event_in_order(world):
    sid = world.call("+4930000001", HELLO)
    world.run(120)
    forms = world.office.forms("status")
    assert [form["CallStatus"] for form in forms] == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in forms] == ["0", "1", "2", "3"]
    assert world.record(sid).status == "completed"
    assert world.record(sid).heard[0].text == "Guten Tag, hier ist die Kanzlei Muster."


def test_url_is_fetched_after_the_answered_event(world):
    world.call("+4930000001", HELLO)
    world.run(120)
    paths = [got.path for got in world.office.received]
    assert paths == ["status", "status", "status", "page-0", "status"]


def test_terminal_callback_has_the_captured_key_set(world):
    world.call("+4930000004")
    world.run(60)
    captured = (
        "Called ToState CallerCountry Direction Timestamp CallbackSource SipResponseCode CallerState ToZip "
        "SequenceNumber CallSid To CallerZip ToCountry CalledZip ApiVersion CalledCity CallStatus Duration From "
        "CallDuration AccountSid CalledCountry CallerCity ToCity FromCountry Caller FromCity CalledState FromZip "
        "FromState"
    )
    last = world.office.forms("status")[-1]
    assert set(last) == set(captured.split())
    assert (last["CallStatus"], last["Duration"], last["CallDuration"]) == ("busy", "0", "0")
    assert (last["SipResponseCode"], last["SequenceNumber"]) == ("486", "2")


@pytest.mark.parametrize(
    ("number", "expected", "sip"),
    [
        ("+4930000004", ["initiated", "ringing", "busy"], "486"),
        ("+4930000005", ["initiated", "failed"], "404"),
        ("+4930000007", ["initiated", "ringing", "no-answer"], "487"),
    ],
)
def test_unanswered_calls_end_as_the_line_is(world, number, expected, sip):
    sid = world.call(number, timeout=20)
    world.run(90)
    assert world.office.statuses(sid) == expected
    assert world.office.forms("status")[-1]["SipResponseCode"] == sip


def test_no_answer_comes_at_the_timeout_or_up_to_five_seconds_later(world):
    sid = world.call("+4930000007", timeout=20)
    world.run(90)
    record = world.record(sid)
    assert 20 <= (record.ended_at - record.ringing_at).total_seconds() <= 25


def test_only_subscribed_events_are_counted(world):
    world.call("+4930000004", status_callback_event=["completed"])
    world.run(60)
    assert [form["SequenceNumber"] for form in world.office.forms("status")] == ["0"]


def test_events_joined_with_spaces_are_ignored_with_a_warning(world):
    sid = world.call("+4930000004", status_callback_event="initiated ringing")
    world.run(60)
    assert world.office.forms("status") == []
    assert world.record(sid).warnings == [21626]


def test_cancel_while_ringing_reports_canceled(world):
    sid = world.call("+4930000007")
    world.run(5)
    world.client.calls(sid).update(status="canceled")
    world.run(5)
    assert world.office.statuses(sid) == ["initiated", "ringing", "canceled"]
    assert world.office.forms("status")[-1]["SipResponseCode"] == "487"


def test_cancel_in_the_queue_is_silent(world):
    world.call("+4930000007")
    queued = world.call("+4930000001")
    world.run(0.5)
    world.client.calls(queued).update(status="canceled")
    world.run(60)
    assert world.office.statuses(queued) == []
    assert world.client.calls(queued).fetch().status == "canceled"


def test_completed_hangs_up_a_call_in_progress(world):
    sid = world.call("+4930000001", "<Response><Play>/long.mp3?seconds=300</Play></Response>")
    world.run(30)
    assert world.client.calls(sid).fetch().status == "in-progress"
    world.client.calls(sid).update(status="completed")
    world.run(1)
    assert world.office.statuses(sid)[-1] == "completed"
    assert world.record(sid).duration_seconds == int(world.office.forms("status")[-1]["CallDuration"])


def test_calls_start_at_the_account_rate_and_say_how_long_they_wait(make_world):
    world = make_world(calls_per_second=2.0)
    created = [world.client.calls.create(to=f"+493011111{n}", from_="+4989000001", twiml=HELLO) for n in range(5)]
    assert [call.queue_time for call in created] == ["0", "500", "1000", "1500", "2000"]
    world.run(600)
    starts = [record.started_at for record in world.network.calls]
    gaps = {(later - earlier).total_seconds() for earlier, later in pairwise(starts)}
    assert gaps == {0.5}
    assert [record.queue_ms for record in world.network.calls] == [0, 500, 1000, 1500, 2000]


def test_a_queue_of_a_day_is_full(make_world):
    world = make_world(calls_per_second=0.00002)
    world.call("+4930000001")
    world.call("+4930000002")
    with pytest.raises(Exception, match="Call queue is full"):
        world.call("+4930000003")
