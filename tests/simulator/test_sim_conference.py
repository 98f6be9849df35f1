from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialer.simulator.behaviour import Reaction
from dialer.simulator.directory import Person

EVENTS = "statusCallback='/room' statusCallbackEvent='start end join leave'"
DESK = f"<Response><Dial hangupOnStar='true' action='/after'><Conference {EVENTS}>desk</Conference></Dial></Response>"
JOIN = "<Response><Dial><Conference startConferenceOnEnter='false'>desk</Conference></Dial></Response>"


@pytest.fixture
def desk(world):
    sid = world.call("+4940000001", DESK)
    world.run(20)
    return sid


def room_events(world):
    return [form["StatusCallbackEvent"] for form in world.office.forms("room")]


def test_human_and_collector_have_a_conversation(world, desk):
    sid = world.call("+4930000001", JOIN)
    world.run(400)
    (talk,) = world.network.conversations
    assert (talk.collector, talk.collector_call_sid) == ("anna", desk)
    assert (talk.debtor_call_sid, talk.number) == (sid, "+4930000001")
    assert 40 <= (talk.ended_at - talk.started_at).total_seconds() <= 240
    assert world.record(sid).status == "completed"
    assert world.record(desk).status == "in-progress"
    assert [entry.kind for entry in world.record(sid).heard] == ["conference"]


def test_conference_reports_comings_and_goings(world, desk):
    world.call("+4930000001", JOIN)
    world.run(400)
    world.network.hang_up_collector("anna")
    world.run(1)
    assert room_events(world) == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    assert [form["SequenceNumber"] for form in world.office.forms("room")] == list("012345")
    assert world.record(desk).status == "completed"


def test_wrap_up_ends_after_the_collectors_time(world, desk):
    ready = []
    world.network.on_wrap_up.append(lambda talk: ready.append((talk, world.network.now)))
    world.call("+4930000001", JOIN)
    world.run(400)
    assert ready == [(talk, talk.ended_at + timedelta(seconds=20)) for talk in world.network.conversations]


def test_wrap_up_listener_may_place_the_next_call(world, desk):
    def next_call(_talk):
        if len(world.network.calls) < 4:
            world.call("+4930000002", JOIN)
            world.network.run_until(world.network.now + timedelta(hours=1))

    world.network.on_wrap_up.append(next_call)
    world.call("+4930000001", JOIN)
    world.run(2000)
    assert [talk.number for talk in world.network.conversations] == ["+4930000001", "+4930000002", "+4930000002"]


def test_human_in_an_empty_conference_hangs_up_after_eight_seconds(world):
    sid = world.call("+4930000001", JOIN)
    world.run(60)
    (silence,) = world.record(sid).heard
    assert silence.kind == "silence"
    assert (silence.to - silence.from_).total_seconds() == 8
    assert world.network.conversations == []


def test_collector_leaves_a_machine_with_the_star_key(world, desk):
    sid = world.call("+4930000003", JOIN)
    world.run(60)
    assert world.office.forms("after")[0]["DialCallStatus"] == "answered"
    assert "Digits" not in world.office.forms("after")[0]
    pressed = next(entry.from_ for entry in world.record(desk).heard if entry.text == "*")
    tape = next(entry.from_ for entry in world.record(sid).heard if entry.heard_by == "tape")
    assert pressed == tape + timedelta(seconds=1)


def test_collector_without_the_star_key_listens_until_the_machine_is_removed(world):
    world.call("+4940000001", DESK.replace("hangupOnStar='true'", ""))
    world.run(20)
    sid = world.call("+4930000003", JOIN)
    world.run(60)
    world.client.calls(sid).update(twiml="<Response><Say>Bitte um Rückruf</Say></Response>")
    world.run(30)
    assert world.record(sid).heard[-1].text == "Bitte um Rückruf"
    assert world.office.forms("after") == []


def test_redirecting_a_human_out_of_the_room_ends_the_conversation_without_result(world, desk):
    sid = world.call("+4930000001", JOIN)
    world.run(40)
    world.client.calls(sid).update(twiml="<Response><Say>Nachricht</Say></Response>")
    world.run(1)
    world.run(400)
    assert [talk.disposition for talk in world.network.conversations] == ["no_result"]
    assert [entry.kind for entry in world.record(sid).heard] == ["conference", "say"]


def test_end_conference_on_exit_sends_everybody_out(world):
    world.call("+4940000001", DESK.replace("<Conference", "<Conference endConferenceOnExit='true'"))
    world.run(20)
    debtor = "<Response><Dial action='/left'><Conference>desk</Conference></Dial></Response>"
    sid = world.call("+4930000001", debtor)
    world.run(40)
    world.network.hang_up_collector("anna")
    world.run(1)
    assert world.office.forms("left")[0]["CallSid"] == sid
    assert room_events(world)[-1] == "participant-leave"


def test_absent_collector_does_not_answer_and_a_busy_one_is_busy(world, desk):
    absent = world.call("+4940000002", DESK)
    busy = world.call("+4940000001", DESK)
    softphone = world.call("client:clara", DESK)
    world.run(90)
    assert world.record(absent).status == "no-answer"
    assert world.record(busy).status == "busy"
    assert world.record(softphone).status == "in-progress"


def test_wrong_party_is_a_short_conversation(world, desk, monkeypatch):
    def wrong(*_args):
        return Reaction("wrong_party", conversation_seconds=15, disposition="wrong_party")

    monkeypatch.setattr("dialer.simulator.engine.decide", wrong)
    world.call("+4930000001", JOIN)
    world.run(60)
    (talk,) = world.network.conversations
    assert talk.disposition == "wrong_party"
    assert (talk.ended_at - talk.started_at).total_seconds() == 15


def test_a_second_human_waits_for_the_collector(make_world):
    person = Person("+4930000001", line="answers")
    world = make_world(calls_per_second=10.0)
    world.call("+4940000001", DESK)
    world.run(20)
    first, second = world.call(person.number, JOIN), world.call(replace(person, number="+4930000002").number, JOIN)
    world.run(600)
    assert [talk.debtor_call_sid for talk in world.network.conversations] in ([first, second], [second, first])


def test_hanging_up_is_followed_by_the_question_what_comes_next(world, desk):
    world.network.hang_up_collector("anna")
    world.run(1)
    (asked,) = world.office.forms("after")
    assert (asked["CallSid"], asked["CallStatus"], asked["DialCallStatus"]) == (desk, "completed", "answered")
