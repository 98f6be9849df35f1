from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPConnection
from threading import Thread
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from office_kit import ABSENT_AXEL, ERIKA, ORIGIN, TOKEN, Office
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client

from dialer.simulator.signature import sign
from dialer.storage.attempts import Attempt
from dialer.storage.database import Database
from webhooks.app import create_app

SID = "CA" + "a" * 32


def ringing(office: Office) -> tuple[int, Attempt]:
    """Axel's telephone rings."""
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(5)
    return axel, office.attempt(axel)


def state(office: Office, case: int) -> tuple[object, ...]:
    return office.attempts(case), office.kinds(case), office.events(), office.count("quarantine"), office.alarms()


PATHS = ["voice/{t}", "voice/{t}/next", "voice/{t}/played", "status/{t}", "amd/{t}", "desk/{t}/answer", "inbound"]


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_turned_away_and_changes_nothing(office: Office, path: str) -> None:
    axel, attempt = ringing(office)
    before = state(office, axel)
    form = {"CallSid": attempt.call.sid or "", "CallStatus": "completed", "AnsweredBy": "human", "From": ABSENT_AXEL}
    url = "/twilio/" + path.format(t=attempt.token)
    for signature in (None, "", "nonsense", "ä", sign("another-token", ORIGIN + url, list(form.items()))):
        assert office.post(url, form, signature=signature).status_code == 403
    assert state(office, axel) == before


@pytest.mark.parametrize("path", PATHS)
def test_a_get_is_turned_away(office: Office, path: str) -> None:
    axel, attempt = ringing(office)
    before = state(office, axel)
    url = "/twilio/" + path.format(t=attempt.token)
    assert office.post(url, {}, method="GET").status_code in {403, 405}
    assert office.post(url, {}, method="GET", signature=None).status_code == 403
    assert office.post(url, {}, method="PUT").status_code in {403, 405}
    assert state(office, axel) == before


def test_a_changed_field_voids_the_signature(office: Office) -> None:
    axel, attempt = ringing(office)
    before = state(office, axel)
    path = f"/twilio/status/{attempt.token}"
    form = [("CallSid", attempt.call.sid or ""), ("CallStatus", "completed"), ("SequenceNumber", "3")]
    good = sign(TOKEN, ORIGIN + path, form)
    for changed in (
        [*form, ("CallDuration", "9")],
        form[:-1],
        [form[0], ("CallStatus", "busy"), form[2]],
        [*form, ("CallStatus", "busy")],
    ):
        assert office.post(path, changed, signature=good).status_code == 403
    other = f"/twilio/status/{'0' * 32}"
    assert office.post(other, form, signature=good).status_code == 403
    assert office.post(f"{path}?a=b", form, signature=good).status_code == 403
    assert state(office, axel) == before


@pytest.mark.parametrize("token", ["0" * 32, "x", "..", "%2e%2e", "a" * 5000, "1;drop", "%C3%BC"])
def test_an_unknown_token(office: Office, token: str) -> None:
    form = {"CallSid": SID, "CallStatus": "completed", "AnsweredBy": "human", "Digits": "1", "SequenceNumber": "0"}
    for path in ("voice/{t}", "voice/{t}/next", "voice/{t}/played", "desk/{t}/answer", "desk/{t}/joined"):
        assert office.post(f"/twilio/{path.format(t=token)}", form).status_code == 404
    assert office.post(f"/twilio/desk/{token}/star", form).status_code == 404
    for path in ("status/{t}", "amd/{t}", "desk/{t}/status"):
        assert office.post(f"/twilio/{path.format(t=token)}", form).status_code == 204
    assert office.events() == 0


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({"CallStatus": "completed"}, "CallSid is missing or malformed"),
        ({"CallSid": "CAxyz", "CallStatus": "completed"}, "CallSid is missing or malformed"),
        ({"CallSid": SID}, "CallStatus is not a status we know"),
        ({"CallSid": SID, "CallStatus": "exploded"}, "CallStatus is not a status we know"),
        ({"CallSid": SID, "CallStatus": "ringing", "SequenceNumber": "minus"}, "SequenceNumber is not a whole number"),
        ({"CallSid": SID, "CallStatus": "completed", "CallDuration": "9" * 400}, "CallDuration is not a whole number"),
    ],
)
def test_what_cannot_be_read_is_put_aside_without_numbers(
    either_office: Office, form: dict[str, str], reason: str
) -> None:
    office = either_office
    axel, attempt = ringing(office)
    path = f"/twilio/status/{attempt.token}"
    before = office.attempts(axel)
    reply = office.post(path, {**form, "To": ABSENT_AXEL, "From": "+493023125000", "Called": ABSENT_AXEL})
    assert (reply.status_code, reply.data) == (204, b"")
    with office.app.db.read() as tx:
        row = tx.execute(sa.text("select path, reason, body from quarantine")).one()
    assert (row.path, row.reason) == (path, reason)
    assert "***04" in row.body
    assert ABSENT_AXEL not in row.body
    assert ABSENT_AXEL.strip("+") not in row.body
    assert office.attempts(axel) == before


def test_an_unknown_word_of_detection_is_put_aside(office: Office) -> None:
    axel, attempt = ringing(office)
    reply = office.post(f"/twilio/amd/{attempt.token}", {"CallSid": attempt.call.sid or "", "AnsweredBy": "parrot"})
    assert reply.status_code == 204
    assert office.count("quarantine") == 1
    assert office.attempt(axel).call.answered_by is None


def test_an_answer_for_no_call_is_not_bound(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    office.faults(api_script=["500_before"])
    office.tick()
    attempt = office.attempt(erika)
    for sid in ("", "CA", "CA" + "z" * 32, "NaN"):
        assert office.post(f"/twilio/voice/{attempt.token}", {"CallSid": sid}).status_code == 400
    assert office.attempt(erika) == attempt


@pytest.mark.parametrize("path", ["voice/{t}", "status/{t}", "amd/{t}", "desk/{t}/joined", "inbound"])
def test_abuse_is_refused_and_never_breaks_us(either_office: Office, path: str) -> None:
    office = either_office
    axel, attempt = ringing(office)
    url = "/twilio/" + path.format(t=attempt.token)
    sid = attempt.call.sid or ""
    before = state(office, axel)
    form = [("CallSid", sid), ("CallStatus", "ringing"), ("AnsweredBy", "human"), ("Digits", "1")]
    abuse = [
        [*form, ("Pad", "x" * 70_000)],
        [*form, *((f"F{n}", "") for n in range(5_000))],
        [*form, ("From", "\x00")],
        [*form, ("\x00", "x")],
    ]
    for pairs in abuse:
        reply = office.post(url, pairs)
        assert 400 <= reply.status_code < 500
    # nothing changed; what bore the carrier's signature and could be read at all is kept for a person
    assert state(office, axel)[:3] == before[:3]
    assert state(office, axel)[3] == 3
    reply = office.post(url.replace(attempt.token, attempt.token + "%00") if "{t}" in path else url + "%00", form)
    assert 400 <= reply.status_code < 500
    for body in (b"CallSid=%FF%FE", b"\xff\xfe=\xff", b"%", b"=&=&=", b"{" * 1000, b"CallSid=" + sid.encode()):
        assert raw(office, url, body) < 500
    assert office.attempts(axel) == before[0]
    assert office.events() == before[2]


def raw(office: Office, path: str, body: bytes, content_type: str = "application/x-www-form-urlencoded") -> int:
    from werkzeug.test import Client  # noqa: PLC0415

    headers = {"X-Twilio-Signature": sign(TOKEN, ORIGIN + path), "Content-Type": content_type}
    return Client(office.doors).post(path, base_url=ORIGIN, data=body, headers=headers).status_code


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_other_kinds_of_body_carry_nothing(office: Office, content_type: str) -> None:
    axel, attempt = ringing(office)
    body = b'--x\r\nContent-Disposition: form-data; name="CallStatus"\r\n\r\nbusy\r\n--x--\r\n'
    before = office.attempts(axel)
    assert raw(office, f"/twilio/status/{attempt.token}", body, content_type) in {204, 400, 403, 415}
    assert office.attempts(axel) == before


@pytest.mark.parametrize("proxy", ["leaves the prefix", "takes the prefix away"])
def test_a_path_prefix_in_the_public_address(make_office: Callable[..., Office], proxy: str) -> None:
    office = make_office(base_url="https://dialer.example.test/dialer")
    axel = office.case(ABSENT_AXEL)
    signed = f"https://dialer.example.test/dialer/twilio/status/{'0' * 32}"
    path = signed.removeprefix(ORIGIN)
    if proxy == "takes the prefix away":
        path = path.removeprefix("/dialer")
    form = {"CallSid": SID, "CallStatus": "ringing"}
    assert office.post(path, form, signed_url=signed).status_code == 204
    assert office.post(path, form, signature=None).status_code == 403
    voice = path.replace("status", "voice")
    assert office.post(voice, form, signed_url=signed.replace("status", "voice")).status_code == 404
    assert office.log(axel) == []


def test_a_whole_call_through_a_path_prefix(make_office: Callable[..., Office]) -> None:
    office = make_office(base_url="https://dialer.example.test/a/b")
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(330)
    assert office.met_collector(ERIKA)
    assert office.attempt(erika).call.outcome is not None
    assert office.attempt(erika).call.outcome.value == "connected"
    assert {status for _, status in office.delivered} == {200, 204}


def test_a_prefix_that_only_looks_alike_is_no_prefix(make_office: Callable[..., Office]) -> None:
    office = make_office(base_url="https://dialer.example.test/dialer")
    path = f"/dialerX/twilio/status/{'0' * 32}"
    assert office.post(path, {"CallSid": SID, "CallStatus": "ringing"}).status_code == 404


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Say nothing."""


def test_behind_a_proxy_that_ends_https(office: Office) -> None:
    """Inside the connection is plain HTTP to another host name; signed was the public address."""
    axel, attempt = ringing(office)
    server = make_server("127.0.0.1", 0, office.doors, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    path = f"/twilio/status/{attempt.token}?stadt=M%C3%BCnchen&x=%2F+%20"
    form = [("CallSid", attempt.call.sid or ""), ("CallStatus", "busy"), ("CallerCity", "Köln"), ("ToCity", " Ulm ")]
    headers = {
        "X-Twilio-Signature": sign(TOKEN, ORIGIN + path, form),
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "Host": "10.0.0.7:8080",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
    }
    try:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
        connection.request("POST", path, body=urlencode(form).encode(), headers=headers)
        assert connection.getresponse().status == 204
        connection.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert office.attempt(axel).call.outcome is not None
    assert office.attempt(axel).call.outcome.value == "busy"


@pytest.mark.parametrize(
    "path", ["/", "/admin", "/console", "/api", "/twilio", "/twilio/", "/static/x", "/simulator/calls"]
)
def test_nothing_else_is_behind_the_door(office: Office, path: str) -> None:
    for method in ("GET", "POST"):
        assert office.post(path, {}, method=method).status_code in {403, 404}


def test_health(office: Office) -> None:
    assert office.post("/healthz", {}, method="GET", signature=None).text == "ok\n"
    assert office.post("/readyz", {}, method="GET", signature=None).status_code == 200


def ready(office: Office, db: Database | None = None) -> tuple[int, str]:
    doors = create_app(replace(office.app, db=db)) if db else office.doors
    reply = Client(doors).get("/readyz")
    return reply.status_code, reply.text


def test_not_ready_where_nothing_can_be_written(postgres_office: Office) -> None:
    office = postgres_office
    assert ready(office) == (200, "ok\n")
    with office.app.db.write() as tx:
        (name,) = tx.exec_driver_sql("SELECT current_database()").one()
        tx.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    # what has been opened before goes on as it was
    office.app.db.engine.dispose()
    assert ready(office) == (503, "database takes no writes\n")


def test_not_ready_on_a_file_that_cannot_be_written(office: Office) -> None:
    assert ready(office) == (200, "ok\n")
    db = Database(f"sqlite:///file:{office.app.db.file}?mode=ro&uri=true")
    assert ready(office, db) == (503, "database takes no writes\n")
    db.close()


def test_ready_while_somebody_else_writes(office: Office) -> None:
    other = sqlite3.connect(office.app.db.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    assert ready(office) == (200, "ok\n")
    assert time.monotonic() - began < 5
    other.close()
    # and writers wait for each other as before
    with office.app.db.write() as tx:
        assert tx.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 30_000


def test_not_ready_with_another_versions_schema(either_office: Office) -> None:
    office = either_office
    with office.app.db.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0003'")
    assert ready(office) == (503, "database not at this version's schema\n")
