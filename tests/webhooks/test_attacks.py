"""The public door under attack: nothing fails on our side, nothing changes, and the log gives nothing away."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from io import BytesIO, StringIO
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
import structlog
from office_kit import ABSENT_AXEL, ERIKA, ORIGIN, TOKEN, Office
from werkzeug.test import Client

from dialer import logs
from dialer.core.outcome import Outcome
from dialer.simulator.signature import sign
from dialer.storage.attempts import Attempt
from dialer.storage.tables import metadata

SID = "CA" + "a" * 32
FORM = "application/x-www-form-urlencoded"
PLACES = (
    "voice/{t}",
    "voice/{t}/next",
    "voice/{t}/played",
    "status/{t}",
    "amd/{t}",
    "desk/{t}/answer",
    "desk/{t}/joined",
    "desk/{t}/star",
    "desk/{t}/star/1",
    "desk/{t}/status",
    "inbound",
)


@pytest.fixture(autouse=True)
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """The program's own log, line by line as a server writes it."""
    kept = StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", kept)
        logs.to_stderr()
    yield kept
    structlog.reset_defaults()


def dump(office: Office, *, but: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Every row of every table, but for the count of what came again."""
    with office.app.db.read() as tx:
        return {
            table.name: sorted(map(repr, tx.execute(sa.select(*(c for c in table.c if c.name != "repeats"))).all()))
            for table in metadata.sorted_tables
            if table.name not in but
        }


def repeats(office: Office) -> int:
    with office.app.db.read() as tx:
        return int(tx.execute(sa.text("SELECT sum(repeats) FROM call_events")).scalar_one())


def ringing(office: Office) -> Attempt:
    """Axel's telephone rings."""
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(5)
    return office.attempt(axel)


def address(place: str, attempt: Attempt) -> str:
    return "/twilio/" + place.format(t=attempt.token)


def whole(attempt: Attempt, **more: str) -> list[tuple[str, str]]:
    """A form that every place could use."""
    form = {
        "CallSid": attempt.call.sid or SID,
        "CallStatus": "completed",
        "SequenceNumber": "3",
        "AnsweredBy": "human",
        "Digits": "1",
        "From": attempt.to,
        "To": attempt.from_,
        "CallerName": "Axel Abwesend",
    }
    return list((form | more).items())


def raw(office: Office, path: str, body: bytes, *, signature: str | None, content_type: str = FORM) -> int:
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    client = Client(office.doors, use_cookies=False)
    return client.post(path, base_url=ORIGIN, data=body, headers={**headers, "Content-Type": content_type}).status_code


def assert_tells_nothing(text: str, attempt: Attempt) -> None:
    for secret in (TOKEN, attempt.token, attempt.to, attempt.from_, attempt.to[1:], attempt.from_[1:], "Axel"):
        assert secret not in text, secret


@pytest.mark.parametrize("place", PLACES)
def test_forged_requests(office: Office, place: str, written: StringIO) -> None:
    attempt = ringing(office)
    path, form = address(place, attempt), whole(attempt)
    before = dump(office)
    good = sign(TOKEN, ORIGIN + path, form)
    forged = [
        None,
        "",
        "A" * 28,
        good[:-1],
        good + "=",
        good.swapcase(),
        f" {good}"[:-1],
        sign("another-token", ORIGIN + path, form),
        sign(TOKEN, f"http://{ORIGIN.partition('://')[2]}{path}", form),
        sign(TOKEN, f"https://evil.example{path}", form),
        sign(TOKEN, ORIGIN + path + "/", form),
        sign(TOKEN, ORIGIN + path, []),
    ]
    assert {office.post(path, form, signature=signature).status_code for signature in forged} == {403}
    assert dump(office) == before
    assert_tells_nothing(written.getvalue(), attempt)


@pytest.mark.parametrize("place", PLACES)
def test_altered_requests(office: Office, place: str, written: StringIO) -> None:
    attempt = ringing(office)
    path, form = address(place, attempt), whole(attempt)
    before = dump(office)
    good = sign(TOKEN, ORIGIN + path, form)
    dice = random.Random(20)  # noqa: S311 - the same in every run
    for n, (name, value) in enumerate(form):
        others = [pair for pair in form if pair[0] != name]
        changed = value.replace(value[dice.randrange(len(value))], "_")
        for altered in (others, [*others, (name, changed)], [*others, (name.lower(), value)], [*form, (name, "x")]):
            assert office.post(path, altered, signature=good).status_code == 403, (n, altered)
    for added in ("?a=1", "?" + quote("ü"), "/", "%20"):
        assert office.post(path + added, form, signature=good).status_code in {403, 404}
    for other in PLACES:
        if other != place:
            assert office.post(address(other, attempt), form, signature=good).status_code == 403
    assert dump(office) == before
    assert_tells_nothing(written.getvalue(), attempt)


def test_a_whole_conversation_replayed(either_office: Office, written: StringIO) -> None:
    """Every request of a finished call is captured and sent again, with its signature, in any order."""
    office = either_office
    captured: list[tuple[str, bytes, dict[str, str]]] = []
    real = office.doors.wsgi_app

    def tap(environ: dict[str, Any], start_response: Any) -> Any:
        body = environ["wsgi.input"].read()
        headers = {"X-Twilio-Signature": environ.get("HTTP_X_TWILIO_SIGNATURE", "")}
        captured.append((environ["PATH_INFO"], body, headers))
        return real({**environ, "wsgi.input": BytesIO(body)}, start_response)

    office.doors.wsgi_app = tap  # type: ignore[method-assign]
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(400)
    office.app.carrier.hang_up(office.desk().call_sid or "")
    office.run(10)
    office.doors.wsgi_app = real  # type: ignore[method-assign]
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED
    assert len(captured) >= 8
    client = Client(office.doors, use_cookies=False)

    def replay(requests: list[tuple[str, bytes, dict[str, str]]]) -> None:
        for path, body, headers in requests:
            reply = client.post(path, base_url=ORIGIN, data=body, headers=headers, content_type=FORM)
            assert reply.status_code in {200, 204}

    # an answer that was asked for after the end is written down once
    replay(captured)
    before, again = dump(office), repeats(office)
    written.truncate(written.seek(0))
    for seed in range(5):
        shuffled = list(captured)
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - the same in every run
        replay(shuffled)
        office.run(60)
    assert dump(office) == before
    # each of them is counted
    assert repeats(office) == again + 5 * office.events()
    assert_tells_nothing(written.getvalue(), office.attempt(erika))


@pytest.mark.parametrize("place", PLACES)
def test_shapeless_bodies_with_a_good_signature(office: Office, place: str) -> None:
    """What the carrier has signed but never sends: refused or put aside, and nothing moves."""
    attempt = ringing(office)
    path, form = address(place, attempt), whole(attempt)
    before = dump(office, but=("quarantine",))
    shapeless = [
        [*form, ("Pad", "x" * 70_000)],
        [*form, *((f"F{n}", "1") for n in range(3_000))],
        [*form, ("Digits", "\x00")],
        [*form, ("\x00", "1")],
    ]
    assert {office.post(path, pairs).status_code for pairs in shapeless} <= {400, 403, 413}
    assert dump(office, but=("quarantine",)) == before


@pytest.mark.parametrize("place", PLACES)
def test_broken_bodies_without_a_signature(office: Office, place: str, written: StringIO) -> None:
    attempt = ringing(office)
    path = address(place, attempt)
    before = dump(office)
    bodies = [
        b"",
        b"\xff\xfe" * 1000,
        b"CallSid=%FF%FE&CallStatus=%00",
        b"&" * 10_000,
        b"a=b&" * 5_000,
        b"%",
        b"{" * 60_000,
        b"x" * 200_000,
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="../../etc/passwd"\r\n\r\n' + b"y" * 9_000,
        json.dumps({"CallSid": attempt.call.sid, "CallStatus": "completed"}).encode(),
    ]
    for body in bodies:
        for content_type in (
            FORM,
            "application/json",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "",
            "/",
        ):
            status = raw(office, path, body, signature=None, content_type=content_type)
            assert status in {400, 403, 413}, (body[:20], content_type, status)
    assert dump(office) == before
    assert_tells_nothing(written.getvalue(), attempt)


def test_other_methods(office: Office) -> None:
    attempt = ringing(office)
    before = dump(office)
    for place, method in product(PLACES, ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "X")):
        path = address(place, attempt)
        for signature in (None, sign(TOKEN, ORIGIN + path, []), sign(TOKEN, ORIGIN + path, whole(attempt))):
            reply = office.post(path, whole(attempt), method=method, signature=signature)
            assert reply.status_code in {403, 405}, (place, method)
    assert dump(office) == before


def test_words_and_fields_of_the_future(either_office: Office, written: StringIO) -> None:
    """Twilio adds fields without notice, and may add words: the call goes on, what is unknown is kept for a person."""
    office = either_office
    attempt = ringing(office)
    path = address("status/{t}", attempt)
    before = dump(office, but=("quarantine",))
    sid = attempt.call.sid or ""
    for word in ("teleported", "COMPLETED", "completed ", "", "busy,completed", "\u202ecompleted", "x" * 9_000):
        assert office.post(path, {"CallSid": sid, "CallStatus": word, "SequenceNumber": "3"}).status_code == 204
    assert office.post(path, {"CallSid": sid, "CallStatus": "busy", "SequenceNumber": "-1"}).status_code == 204
    assert dump(office, but=("quarantine",)) == before
    assert office.count("quarantine") == 8
    future = {f"Field{n}": "ü" * n for n in range(60)} | {"CallSid": sid, "CallStatus": "busy", "AnsweredBy": "robot"}
    assert office.post(path, future).status_code == 204
    assert office.attempt(attempt.case_id).call.outcome is Outcome.BUSY
    assert_tells_nothing(written.getvalue(), attempt)


def test_a_line_of_the_log_names_the_attempt_and_not_its_token(office: Office, written: StringIO) -> None:
    attempt = ringing(office)
    other = "CA" + "b" * 32
    written.truncate(written.seek(0))
    office.status(attempt, "ringing", 1, sid=other)
    office.post(f"/twilio/status/{'0' * 32}", {"CallSid": SID, "CallStatus": "completed"}, signature=None)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    conflict = next(line for line in lines if line["event"] == "alarm")
    assert (conflict["attempt"], conflict["place"]) == (attempt.id, "/twilio/status/<token>")
    refused = next(line for line in lines if line["event"] == "webhook.refused")
    assert refused["token_hash"] == "84e0c0eafaa9"
    assert "attempt" not in refused
