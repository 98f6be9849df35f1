from __future__ import annotations

import pytest
import requests
from flask import Response
from twilio.base.exceptions import TwilioRestException

from dialer.simulator.deliver import DeliveryFailed
from dialer.simulator.faults import FaultPlan


def test_script_decides_over_each_create_in_turn(make_world):
    script = ("ok", "429", "500_before", "500_after_create", "reset_after_create", "ok")
    world = make_world(faults=FaultPlan(api_script=script))
    world.call("+4930000001")
    for code, known in ((20429, 1), (20500, 1), (20500, 2)):
        with pytest.raises(TwilioRestException) as refused:
            world.call("+4930000001")
        assert refused.value.code == code
        assert len(world.network.calls) == known
    with pytest.raises(requests.exceptions.ConnectionError):
        world.call("+4930000001")
    assert len(world.network.calls) == 3
    world.call("+4930000001")
    assert len(world.network.calls) == 4


def test_a_call_whose_answer_got_lost_still_runs(make_world):
    world = make_world(faults=FaultPlan(api_script=("reset_after_create",)))
    with pytest.raises(requests.exceptions.ConnectionError):
        world.call("+4930000004")
    world.run(60)
    assert [form["CallStatus"] for form in world.office.forms("status")] == ["initiated", "ringing", "busy"]


def test_lost_callbacks_are_in_the_books_only(make_world):
    world = make_world(faults=FaultPlan(callback_lost=1.0))
    sid = world.call("+4930000004")
    world.run(60)
    assert world.office.received == []
    assert [(sent.event, sent.result) for sent in world.record(sid).callbacks] == [
        ("initiated", "lost"),
        ("ringing", "lost"),
        ("completed", "lost"),
    ]


def test_duplicates_carry_the_same_token(make_world):
    world = make_world(faults=FaultPlan(callback_duplicate=1.0))
    world.call("+4930000004")
    world.run(60)
    tokens = [got.headers["I-Twilio-Idempotency-Token"] for got in world.office.received]
    assert len(tokens) == 6
    assert tokens[::2] == tokens[1::2]


def test_reordered_callbacks_arrive_after_the_next_one(make_world):
    world = make_world(faults=FaultPlan(callback_reordered=1.0))
    world.call("+4930000004")
    world.run(60)
    assert [form["SequenceNumber"] for form in world.office.forms("status")] == ["2", "0", "1"]


def test_late_callbacks_come_late(make_world):
    world = make_world(faults=FaultPlan(callback_late=1.0, late_seconds=600))
    sid = world.call("+4930000004")
    world.run(60)
    assert world.office.received == []
    world.run(600)
    assert world.office.statuses(sid) == ["initiated", "ringing", "busy"]


def test_late_pages_keep_the_called_waiting(make_world):
    world = make_world(faults=FaultPlan(twiml_late=1.0, late_seconds=5))
    sid = world.call("+4930000001", "<Response><Say>Guten Tag</Say></Response>")
    world.run(60)
    record = world.record(sid)
    assert (record.heard[0].from_ - record.answered_at).total_seconds() == 5


def test_fetches_lag_behind_when_the_plan_says_so(make_world):
    world = make_world(faults=FaultPlan(fetch_delay=10))
    sid = world.call("+4930000007")
    world.run(5)
    call = world.client.calls(sid).fetch()
    assert (call.status, call.start_time) == ("queued", None)
    assert world.client.calls.list() == []
    world.run(10)
    assert world.client.calls(sid).fetch().status == "ringing"
    assert len(world.client.calls.list()) == 1


def test_faults_can_be_replaced_through_the_door(world):
    url = f"{world.server.origin}/simulator/faults"
    assert requests.post(url, json={"api_script": ["429"]}, timeout=5).status_code == 200
    with pytest.raises(TwilioRestException):
        world.call("+4930000001")
    assert requests.post(url, json={"api_420": 1}, timeout=5).status_code == 400
    assert requests.post(url, json={"api_429": 2}, timeout=5).status_code == 400


@pytest.mark.parametrize(
    ("fragment", "status", "tries"),
    [("", 503, 1), ("#rc=2&rp=5xx", 503, 3), ("#rc=2&rp=4xx", 503, 1), ("#rc=3&rp=all", 404, 4), ("#rc=0", 204, 1)],
)
def test_fragment_overrides_how_often_a_callback_is_sent(world, fragment, status, tries):
    world.office.pages["cb"] = lambda _got: Response(status=status)
    sid = world.call("+4930000004", status_callback=f"http://office.test/cb{fragment}", status_callback_event="ringing")
    world.run(60)
    assert len(world.office.forms("cb")) == tries
    assert [sent.result for sent in world.record(sid).callbacks] == [status]


@pytest.mark.parametrize(("fragment", "tries"), [("", 2), ("#rc=0", 1), ("#rp=5xx", 1)])
def test_refused_connection_is_tried_once_more(make_world, fragment, tries):
    asked = []

    def refuse(_method, url, _form, _headers):
        asked.append(url)
        raise DeliveryFailed("connection refused")

    world = make_world(deliver=refuse)
    sid = world.call("+4930000004", status_callback=f"http://a.test/{fragment}", status_callback_event="ringing")
    world.run(60)
    assert asked == ["http://a.test/"] * tries
    assert world.record(sid).callbacks[0].result == "unreachable"
