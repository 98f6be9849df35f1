"""Everything about calls that exist already."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
import requests
import responses

from dialer.telephony.carrier import CallSnapshot, CarrierError

ACCOUNT = "AC" + "0" * 32
SECRET = "s3cret-of-the-account"
API = "https://api.twilio.com"
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
SID = "CA" + "0123456789abcdef" * 2
CALL_URL = f"{API}{BASE}/Calls/{SID}.json"
LIST_URL = f"{API}{BASE}/Calls.json"
CALL = {
    "sid": SID,
    "to": "+4915112345678",
    "from": "+4930123456",
    "status": "completed",
    "date_created": "Tue, 31 Aug 2010 20:36:28 +0000",
    "start_time": "Tue, 31 Aug 2010 20:36:29 +0000",
    "end_time": "Tue, 31 Aug 2010 20:36:44 +0000",
    "duration": "15",
    "answered_by": "human",
}
SNAPSHOT = CallSnapshot(
    sid=SID,
    to="+4915112345678",
    from_="+4930123456",
    status="completed",
    dialled=True,
    created_at=datetime(2010, 8, 31, 20, 36, 28, tzinfo=UTC),
    duration_seconds=15,
    answered_by="human",
    ended_at=datetime(2010, 8, 31, 20, 36, 44, tzinfo=UTC),
)
ACTIONS = [
    ("redirect", ("<Response/>",), {"Twiml": ["<Response/>"]}),
    ("hang_up", (), {"Status": ["completed"]}),
    ("cancel", (), {"Status": ["canceled"]}),
]


@pytest.fixture
def api():
    with responses.RequestsMock() as mock:
        yield mock


def sid(number: int) -> str:
    return f"CA{number:032x}"


@pytest.mark.parametrize(("method", "more", "fields"), ACTIONS)
def test_live_call_is_changed(api, make_carrier, method, more, fields):
    api.add(responses.POST, CALL_URL, json=CALL | {"status": "canceled"})
    assert getattr(make_carrier(), method)(SID, *more)
    assert parse_qs(api.calls[0].request.body) == fields


@pytest.mark.parametrize(("method", "more"), [action[:2] for action in ACTIONS])
@pytest.mark.parametrize("answer", [{"status": 400, "json": {"code": 21220}}, {"status": 404, "json": {"code": 20404}}])
def test_ended_call_is_not_changed(api, make_carrier, method, more, answer):
    api.add(responses.POST, CALL_URL, **answer)
    assert not getattr(make_carrier(), method)(SID, *more)


@pytest.mark.parametrize(
    ("status", "cancelled"),
    [("queued", True), ("ringing", True), ("canceled", True), ("in-progress", False), ("completed", False)],
)
def test_answered_call_is_not_cancelled_though_twilio_accepts(api, make_carrier, status, cancelled):
    api.add(responses.POST, CALL_URL, json=CALL | {"status": status})
    assert (make_carrier().cancel(SID) is not None) is cancelled


@pytest.mark.parametrize(("start_time", "dialled"), [(None, False), ("Tue, 31 Aug 2010 20:36:29 +0000", True)])
def test_cancelled_call_tells_whether_it_had_left_the_queue(api, make_carrier, start_time, dialled):
    api.add(responses.POST, CALL_URL, json=CALL | {"status": "canceled", "start_time": start_time})
    assert make_carrier().cancel(SID).dialled is dialled


@pytest.mark.parametrize(("method", "more"), [action[:2] for action in ACTIONS])
@pytest.mark.parametrize(
    "answer",
    [
        {"status": 400, "json": {"code": 21205, "message": "x"}},
        {"status": 401, "json": {"code": 20003, "message": "x"}},
        {"status": 429, "json": {"code": 20429, "message": "x"}},
        {"status": 500, "json": {"code": 21220, "message": "x"}},
        {"status": 302},
        {"status": 200, "body": "<html>"},
        {"body": requests.ReadTimeout()},
        {"body": requests.ConnectTimeout()},
    ],
)
def test_other_trouble_is_an_error(api, make_carrier, method, more, answer):
    api.add(responses.POST, CALL_URL, **answer)
    with pytest.raises(CarrierError):
        getattr(make_carrier(), method)(SID, *more)
    assert len(api.calls) == 1


def test_call_is_fetched(api, make_carrier):
    api.add(responses.GET, CALL_URL, json=CALL)
    assert make_carrier().fetch(SID) == SNAPSHOT


@pytest.mark.parametrize("duration", [None, ""])
def test_call_that_just_began_has_gaps(api, make_carrier, duration):
    fresh = {"status": "queued", "date_created": None, "duration": duration, "answered_by": None}
    api.add(responses.GET, CALL_URL, json=CALL | fresh)
    call = make_carrier().fetch(SID)
    assert (call.created_at, call.duration_seconds, call.answered_by) == (None, None, None)


def test_unknown_call_is_none(api, make_carrier):
    api.add(responses.GET, CALL_URL, status=404, json={"code": 20404, "message": "x"})
    assert make_carrier().fetch(SID) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 401, "json": {"code": 20003, "message": "x"}},
        {"status": 503},
        {"status": 302, "json": CALL},
        {"json": {}},
        {"json": CALL | {"status": None}},
        {"json": CALL | {"sid": None}},
        {"json": []},
        {"body": requests.ConnectionError()},
    ],
)
def test_call_that_cannot_be_fetched_is_an_error(api, make_carrier, answer):
    api.add(responses.GET, CALL_URL, **answer)
    with pytest.raises(CarrierError):
        make_carrier().fetch(SID)


def page(calls: list[dict[str, object]], next_uri: str | None) -> dict[str, object]:
    return {"calls": calls, "page": 0, "page_size": 1000, "next_page_uri": next_uri, "uri": "x"}


@pytest.mark.parametrize("origin", [API, "http://127.0.0.1:5050"])
def test_every_page_is_read_newest_first(api, make_carrier, origin):
    dates = {1: "Tue, 31 Aug 2010 20:36:28 +0000", 2: "Tue, 31 Aug 2010 20:36:29 +0000", 3: None}
    made = {number: CALL | {"sid": sid(number), "date_created": date} for number, date in dates.items()}
    first = {"To": "+4915112345678", "From": "+4930123456", "PageSize": "1000"}
    query = responses.matchers.query_param_matcher
    api.add(
        responses.GET,
        f"{origin}{BASE}/Calls.json",
        json=page([made[1], made[2]], f"{BASE}/Calls.json?Page=1&PageToken=PACA1"),
        match=[query(first)],
    )
    second = {"Page": "1", "PageToken": "PACA1"}
    api.add(responses.GET, f"{origin}{BASE}/Calls.json", json=page([made[3]], None), match=[query(second)])
    found = make_carrier(api_base_url=origin, region="ie1", edge="dublin").find(to=first["To"], from_=first["From"])
    assert [call.sid for call in found] == [sid(3), sid(2), sid(1)]


def test_nothing_found_is_empty(api, make_carrier):
    api.add(responses.GET, LIST_URL, json=page([], None))
    assert list(make_carrier().find(to="+4915112345678", from_="+4930123456")) == []


def test_owned_numbers_are_bought_and_verified_ones(api, make_carrier):
    def numbers(*values: str) -> list[dict[str, str]]:
        return [{"phone_number": value} for value in values]

    own = {"incoming_phone_numbers": numbers("+4930123456", "+4930123457"), "next_page_uri": None}
    verified = {"outgoing_caller_ids": numbers("+4930123456", "+4989123456"), "next_page_uri": None}
    api.add(responses.GET, f"{API}{BASE}/IncomingPhoneNumbers.json", json=own)
    api.add(responses.GET, f"{API}{BASE}/OutgoingCallerIds.json", json=verified)
    assert make_carrier().owned_numbers() == ["+4930123456", "+4930123457", "+4989123456"]


def test_list_error_names_the_status(api, make_carrier):
    api.add(responses.GET, f"{API}{BASE}/IncomingPhoneNumbers.json", status=401, json={"code": 20003})
    with pytest.raises(CarrierError, match=r"^Twilio, HTTP 401: Unable to fetch page$"):
        make_carrier().owned_numbers()


def test_list_that_is_none_is_an_error(api, make_carrier):
    api.add(responses.GET, LIST_URL, json={})
    with pytest.raises(CarrierError, match=r"^Twilio: Page Records"):
        make_carrier().find(to="+4915112345678", from_="+4930123456")


@pytest.mark.parametrize("error", [requests.ConnectionError, requests.ReadTimeout])
def test_traceback_and_log_hold_no_number_and_no_secret(api, make_carrier, caplog, error):
    caplog.set_level(logging.INFO)
    api.add(responses.GET, LIST_URL, body=error(f"{LIST_URL}?To=%2B4915112345678 {SECRET}"))
    with pytest.raises(CarrierError) as failure:
        make_carrier().find(to="+4915112345678", from_="+4930123456")
    shown = "".join(traceback.format_exception(failure.value)) + caplog.text
    assert "UnreachableError" in shown
    assert "%2B49" not in shown
    assert SECRET not in shown
