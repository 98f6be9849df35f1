"""The time in the carrier's answers is held against ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialer.telephony.carrier import CarrierError, UnreachableError

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EMPTY = b'{"calls":[],"page":0,"page_size":1,"next_page_uri":null}'


def answer(date: bytes | None, status: bytes = b"200 OK", body: bytes = EMPTY):
    head = b"" if date is None else b"Date: %s\r\n" % date
    raw = b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, head, len(body), body)
    return lambda connection: connection.sendall(raw)


def shown(*seconds: float):
    """A clock that shows these times after noon, one after the other."""
    times = [NOON + timedelta(seconds=n) for n in seconds]
    return lambda: times.pop(0)


@pytest.mark.parametrize(
    ("date", "ours", "ahead"),
    [
        (b"Tue, 24 Nov 2026 12:00:00 GMT", (0, 0.3), 0),
        (b"Tue, 24 Nov 2026 12:00:00 GMT", (90, 90.3), 89),
        (b"Tue, 24 Nov 2026 12:01:30 GMT", (0, 0.5), -89.5),
        (b"Tue, 24 Nov 2026 12:01:30 GMT", (0, 95), 0),
        (b"Tue, 24 Nov 2026 12:00:00 -0000", (90, 90.3), 89),
        (b"Tue, 24 Nov 2026 14:00:00 +0200", (90, 90.3), 89),
        (b"yesterday", (0, 0.3), None),
        (b"", (0, 0.3), None),
        (None, (0, 0.3), None),
    ],
)
def test_what_the_answer_says_of_our_clock(serve, make_carrier, date, ours, ahead):
    server = serve(answer(date))
    carrier = make_carrier(api_base_url=server.url, now=shown(*ours))
    assert carrier.clock_ahead() is None
    assert carrier.clock_ahead(ask=True) == (None if ahead is None else timedelta(seconds=ahead))
    assert carrier.clock_ahead() == (None if ahead is None else timedelta(seconds=ahead))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"), [(b"401 Unauthorized", CarrierError), (b"503 Unavailable", UnreachableError)]
)
def test_a_refusal_shows_the_time_too(serve, make_carrier, status, kind):
    server = serve(answer(b"Tue, 24 Nov 2026 12:00:00 GMT", status))
    carrier = make_carrier(api_base_url=server.url, now=shown(90, 90.3))
    with pytest.raises(CarrierError) as error:
        carrier.clock_ahead(ask=True)
    assert type(error.value) is kind
    assert carrier.clock_ahead() == timedelta(seconds=89)


def test_without_an_answer_nothing_is_known(make_carrier):
    carrier = make_carrier(api_base_url="http://127.0.0.1:9", now=shown(0, 1))
    with pytest.raises(UnreachableError):
        carrier.clock_ahead(ask=True)
    assert carrier.clock_ahead() is None
