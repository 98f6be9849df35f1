"""One POST, its exact fields, and what each answer means."""

from __future__ import annotations

import base64
import dataclasses
import ssl
from urllib.parse import parse_qs

import pytest
import requests
import responses
from urllib3.exceptions import MaxRetryError, ProtocolError, ReadTimeoutError
from urllib3.exceptions import SSLError as WireSSLError

from dialer.telephony.carrier import AnswerLost, BadNumber, Misconfigured, NotSent, Placed

ACCOUNT = "AC" + "0" * 32
SECRET = "s3cret-of-the-account"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
URL = "https://api.twilio.com" + PATH
SID = "CA" + "0123456789abcdef" * 2
CREATED = {"sid": SID, "status": "queued", "queue_time": "0", "date_created": None, "duration": None}


@pytest.fixture
def api():
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def place(api, make_carrier, order):
    """Place the call against one prepared answer, and hold the carrier to a single request."""

    def run(**answer):
        api.add(responses.POST, URL, **answer)
        result = make_carrier().place(order)
        assert len(api.calls) == 1
        return result

    return run


def refusal(status: int, code: object, message: str = "no") -> dict[str, object]:
    return {"status": status, "json": {"code": code, "message": message, "status": status}}


def sent(api) -> dict[str, list[str]]:
    return parse_qs(api.calls[0].request.body, keep_blank_values=True, strict_parsing=True)


def basic(username: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{SECRET}".encode()).decode()


PLAIN_FIELDS = {
    "To": ["+4915112345678"],
    "From": ["+4930123456"],
    "Url": ["https://example.com/twilio/voice/tok"],
    "Method": ["POST"],
    "StatusCallback": ["https://example.com/twilio/status/tok#rc=3&rp=ct,5xx"],
    "StatusCallbackMethod": ["POST"],
    "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
    "Timeout": ["25"],
    "TimeLimit": ["600"],
}


def test_plain_call_on_the_wire(api, place):
    assert place(status=201, json=CREATED) == Placed(SID, queue_ms=0)
    assert sent(api) == PLAIN_FIELDS
    request = api.calls[0].request
    assert request.headers["Authorization"] == basic(ACCOUNT)
    assert request.req_kwargs["timeout"] == 0.5


def test_full_call_on_the_wire(api, make_carrier, order):
    api.add(responses.POST, URL, status=201, json=CREATED)
    carrier = make_carrier(byoc_trunk="BY1", username="SK1")
    full = dataclasses.replace(order, amd_url="https://example.com/a#rc=3", fallback_url="https://example.com/f")
    assert carrier.place(full) == Placed(SID)
    assert sent(api) == PLAIN_FIELDS | {
        "FallbackUrl": ["https://example.com/f"],
        "FallbackMethod": ["POST"],
        "MachineDetection": ["DetectMessageEnd"],
        "MachineDetectionTimeout": ["59"],
        "AsyncAmd": ["true"],
        "AsyncAmdStatusCallback": ["https://example.com/a#rc=3"],
        "AsyncAmdStatusCallbackMethod": ["POST"],
        "Byoc": ["BY1"],
    }
    assert api.calls[0].request.headers["Authorization"] == basic("SK1")


@pytest.mark.parametrize(
    ("queue_time", "queue_ms"), [("1500", 1500), (1500, 1500), ("", 0), (None, 0), ("soon", 0), (-1, 0), ([], 0)]
)
def test_queue_time_is_read_if_it_can_be(place, queue_time, queue_ms):
    assert place(status=201, json=CREATED | {"queue_time": queue_time}) == Placed(SID, queue_ms=queue_ms)


@pytest.mark.parametrize("status", [200, 202])
def test_other_success_with_a_call_is_placed(place, status):
    assert place(status=status, json=CREATED) == Placed(SID)


@pytest.mark.parametrize("code", [13223, 13224, 21202, 21211, 21214, 21216, 21217])
def test_refused_number_is_a_bad_number(place, code):
    assert place(**refusal(400, code)) == BadNumber(code, f"Twilio error {code}, HTTP 400: Unable to create record: no")


@pytest.mark.parametrize(
    ("status", "code"), [(400, 21210), (400, 21215), (401, 20003), (403, 20008), (404, 20404), (400, 22005)]
)
def test_other_refusal_is_our_fault(place, status, code):
    result = place(**refusal(status, code))
    assert isinstance(result, Misconfigured)
    assert result.code == code


@pytest.mark.parametrize("body", ["<html>no</html>", "", "[]", '{"code": null}', '{"code": "21211"}'])
def test_refusal_that_is_not_twilios_is_our_fault(place, body):
    result = place(status=403, body=body)
    assert isinstance(result, Misconfigured)
    assert result.code == 403


@pytest.mark.parametrize("code", [20429, 10004, 21211])
def test_throttled_was_not_sent(place, code):
    result = place(**refusal(429, code))
    assert isinstance(result, NotSent)
    assert result.throttled


def problem(status: int, code: int) -> dict[str, object]:
    return {"status": status, "json": {"type": "about:blank", "title": "t", "status": status, "code": code}}


def test_problem_document_is_read_like_the_old_form(place):
    assert place(**problem(400, 21211)) == BadNumber(21211, "Twilio error 21211, HTTP 400: t")


def test_problem_document_without_numbers_is_our_fault(place):
    answer = problem(400, 21211)
    answer["json"] |= {"status": "400", "code": "21211"}
    assert place(**answer) == Misconfigured(0, "Twilio error 21211, HTTP 400: t")


def test_throttled_problem_document_was_not_sent(place):
    assert isinstance(place(**problem(429, 20429)), NotSent)


def test_server_error_is_lost_whatever_its_body_claims(place):
    answer = problem(429, 21211) | {"status": 500}
    assert place(**answer) == AnswerLost("Twilio answered HTTP 500")


@pytest.mark.parametrize("status", [301, 307, 304, 408, 500, 502, 503, 504, 599])
def test_answer_that_proves_nothing_is_lost(place, status):
    assert isinstance(place(**refusal(status, 21211)), AnswerLost)


@pytest.mark.parametrize(
    "body", ["", "<html>", "{", "[]", "null", '"CA1"', "{}", '{"sid": null}', '{"sid": "CA1"}', '{"sid": 7}']
)
def test_success_without_a_call_is_lost(place, body):
    assert isinstance(place(status=201, body=body), AnswerLost)


def test_success_with_bytes_that_are_no_text_is_lost(place):
    assert isinstance(place(status=201, body=b"\xff\xfe\x00"), AnswerLost)


def retried(reason: Exception) -> MaxRetryError:
    return MaxRetryError(None, URL, reason)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.ConnectTimeout(), NotSent),
        (requests.exceptions.SSLError(retried(WireSSLError(ssl.SSLCertVerificationError()))), NotSent),
        (requests.exceptions.SSLError(retried(WireSSLError(ssl.SSLEOFError()))), AnswerLost),
        (requests.exceptions.SSLError(retried(WireSSLError("no reason"))), AnswerLost),
        (requests.exceptions.SSLError(retried(WireSSLError())), AnswerLost),
        (requests.ReadTimeout(), AnswerLost),
        (requests.ConnectionError(ProtocolError("reset", ConnectionResetError())), AnswerLost),
        (requests.ConnectionError(retried(ProtocolError("reset"))), AnswerLost),
        (requests.ConnectionError(ReadTimeoutError(None, URL, "body")), AnswerLost),
        (requests.ConnectionError(), AnswerLost),
        (requests.exceptions.ChunkedEncodingError(), AnswerLost),
        (requests.exceptions.ProxyError(retried(OSError())), AnswerLost),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "x"), AnswerLost),
    ],
)
def test_only_a_missing_connection_proves_that_nothing_was_sent(place, error, kind):
    assert type(place(body=error)) is kind


def test_texts_hold_no_number_and_no_secret(place):
    message = f"+4915112345678 (or 0151 1234-5678) is bad for {SECRET}\n\nsee +49 30 123456" + " x" * 500
    text = place(**refusal(400, 21211, message)).text
    assert text.startswith(
        "Twilio error 21211, HTTP 400: Unable to create record: *** (or ***) is bad for *** see *** x"
    )
    assert len(text) == 300


def test_network_text_does_not_repeat_the_url(place):
    text = place(body=requests.ReadTimeout(f"{URL}?To=%2B4915112345678")).text
    assert text == "Twilio did not answer in time (ReadTimeout)"


def test_secret_stays_out_of_problem_documents(place):
    answer = problem(400, 21210)
    answer["json"]["detail"] = f"{SECRET} 004915112345678"
    assert place(**answer) == Misconfigured(21210, "Twilio error 21210, HTTP 400: t *** ***")


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        ({"region": "ie1", "edge": "dublin"}, "https://api.dublin.ie1.twilio.com"),
        ({"api_base_url": "http://127.0.0.1:5050"}, "http://127.0.0.1:5050"),
        ({"api_base_url": "http://127.0.0.1:5050/", "region": "ie1", "edge": "dublin"}, "http://127.0.0.1:5050"),
    ],
)
def test_host_follows_the_settings(api, make_carrier, order, settings, host):
    api.add(responses.POST, host + PATH, status=201, json=CREATED)
    assert make_carrier(**settings).place(order) == Placed(SID)


def test_environment_is_not_consulted(api, make_carrier, order, monkeypatch):
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    api.add(responses.POST, URL, status=201, json=CREATED)
    assert make_carrier().place(order) == Placed(SID)


@pytest.mark.parametrize(
    "settings",
    [
        {"password": ""},
        {"username": ""},
        {"account_sid": ""},
        {"timeout_seconds": 0},
        {"api_base_url": "127.0.0.1:5050"},
        {"api_base_url": ""},
        {"api_base_url": "http://127.0.0.1/prefix"},
    ],
)
def test_settings_that_cannot_work_are_refused(make_carrier, settings):
    with pytest.raises(ValueError):  # noqa: PT011 - each has words of its own
        make_carrier(**settings)
