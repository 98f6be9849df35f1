from __future__ import annotations

from datetime import timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

ACCOUNT = "AC" + "1" * 32
TWIML = "<Response><Hangup/></Response>"
FROM = "+4989000001"


def post(world, sid=None, **params):
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Calls{'/' + sid if sid else ''}.json"
    return requests.post(world.server.origin + path, data=params, auth=(ACCOUNT, "an-auth-token"), timeout=5)


def test_create_answers_as_captured(world):
    reply = post(world, To="+4930000001", From=FROM, Twiml=TWIML)
    body = reply.json()
    assert reply.status_code == 201
    assert (body["status"], body["direction"], body["queue_time"]) == ("queued", "outbound-api", "0")
    assert (body["price_unit"], body["api_version"]) == ("USD", "2010-04-01")
    for name in ("date_created", "date_updated", "start_time", "end_time", "duration", "price", "answered_by"):
        assert body[name] is None
    assert body["sid"].startswith("CA")
    assert len(body["sid"]) == 34
    assert "user_defined_message_subscriptions" in body["subresource_uris"]


def test_fetched_while_ringing_has_a_start_and_no_duration(world):
    sid = world.call("+4930000007")
    world.run(5)
    call = world.client.calls(sid).fetch()
    assert (call.status, call.duration, call.end_time) == ("ringing", "0", None)
    assert call.start_time is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21201),
        ({"From": ""}, 21213),
        ({"Twiml": ""}, 21205),
        ({"To": "030 123"}, 21211),
        ({"To": FROM}, 21211),
        ({"From": "anna"}, 21212),
        ({"To": "+15005550001"}, 21217),
        ({"To": "+15005550002"}, 21214),
        ({"To": "+15005550003"}, 21215),
        ({"To": "+15005550004"}, 21216),
        ({"From": "+15005550001"}, 21212),
        ({"Url": "/relative"}, 21205),
        ({"Url": "http://under_score.test/"}, 21205),
        ({"StatusCallback": "nowhere"}, 21609),
        ({"Method": "PUT"}, 21209),
        ({"Timeout": "601"}, 21208),
        ({"SendDigits": "1-2"}, 21206),
        ({"Twiml": "x" * 4001}, 32018),
        ({"MachineDetection": "enable"}, 20001),
        ({"AsyncAmd": "True"}, 20001),
        ({"MachineDetectionTimeout": "60"}, 21234),
        ({"MachineDetectionSilenceTimeout": "100"}, 21234),
    ],
)
def test_wrong_parameters_are_refused_with_their_code(world, changes, code):
    reply = post(world, **{"To": "+4930000001", "From": FROM, "Twiml": TWIML, **changes})
    body = reply.json()
    assert (reply.status_code, body["code"], body["status"]) == (400, code, 400)
    assert body["more_info"].endswith(str(code))
    assert world.network.calls == []


def test_only_own_numbers_may_call(make_world):
    world = make_world(own_numbers=frozenset({"+4989000002"}))
    with pytest.raises(TwilioRestException) as refused:
        world.call("+4930000001")
    assert refused.value.code == 21210
    assert [row.phone_number for row in world.client.incoming_phone_numbers.list()] == ["+4989000002"]
    assert [row.phone_number for row in world.client.outgoing_caller_ids.list()] == ["+4989000002"]


def test_wrong_token_is_refused(world):
    stranger = Client(ACCOUNT, "another token")
    stranger.api.base_url = world.server.origin
    with pytest.raises(TwilioRestException) as refused:
        stranger.calls.create(to="+4930000001", from_=FROM, twiml=TWIML)
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_account_is_active(world):
    assert world.client.api.accounts(ACCOUNT).fetch().status == "active"


def test_unknown_call_and_path_are_not_found(world):
    for path in ("/Calls/CA0.json", "/calls.json"):
        url = f"{world.server.origin}/2010-04-01/Accounts/{ACCOUNT}{path}"
        reply = requests.get(url, auth=(ACCOUNT, "an-auth-token"), timeout=5)
        assert (reply.status_code, reply.json()["code"]) == (404, 20404)


def test_list_pages_through_newest_first(make_world):
    world = make_world(calls_per_second=100.0)
    sids = [world.call(f"+49301111{n:02}") for n in range(7)]
    listed = [call.sid for call in world.client.calls.list(page_size=3)]
    assert listed == sids[::-1]


def test_list_filters_by_number_status_and_time(world):
    first = world.call("+4930000004")
    world.run(60)
    later = world.network.now
    second = world.call("+4930000004")
    world.call("+4930000001")
    world.run(30)
    calls = world.client.calls
    assert [call.sid for call in calls.list(to="+4930000004")] == [second, first]
    assert [call.sid for call in calls.list(to="+4930000004", start_time_after=later)] == [second]
    assert [call.sid for call in calls.list(to="+4930000004", start_time_before=later)] == [first]
    assert {call.sid for call in calls.list(status="busy")} == {first, second}
    assert calls.list(to="+4930000009") == []
    assert len(calls.list(start_time=later.date())) == 3
    assert calls.list(start_time=later.date() - timedelta(days=1)) == []


def test_update_of_an_ended_call_is_an_invalid_state(world):
    sid = world.call("+4930000004")
    world.run(60)
    with pytest.raises(TwilioRestException) as refused:
        world.client.calls(sid).update(twiml=TWIML)
    assert (refused.value.status, refused.value.code) == (400, 21220)


def test_redirect_of_a_ringing_call_is_an_invalid_state(world):
    sid = world.call("+4930000007")
    world.run(5)
    assert post(world, sid, Twiml=TWIML).json()["code"] == 21220


def test_deleted_call_is_gone(world):
    sid = world.call("+4930000004")
    world.run(60)
    assert world.client.calls(sid).delete()
    assert world.client.calls.list() == []
    assert len(world.network.calls) == 1


def test_books_can_be_read_through_the_test_doors(world):
    sid = world.call("+4930000004")
    world.run(60)
    books = requests.get(f"{world.server.origin}/simulator/calls", timeout=5).json()["calls"]
    assert (books[0]["sid"], books[0]["from"], books[0]["status"]) == (sid, FROM, "busy")
    assert requests.get(f"{world.server.origin}/simulator/now", timeout=5).json()["next_event_at"] is None
    assert requests.get(f"{world.server.origin}/healthz", timeout=5).text == "ok"
