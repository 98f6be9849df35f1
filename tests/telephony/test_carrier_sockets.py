"""The cases on which "call again or not" hangs, over real sockets."""

from __future__ import annotations

import json
import socket
import struct
import threading

import pytest

from dialer.telephony.carrier import AnswerLost, NotSent, Placed

SID = "CA" + "0123456789abcdef" * 2
BODY = json.dumps({"sid": SID, "queue_time": "0"}).encode()
CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
THROTTLED = b'HTTP/1.1 429 Too Many Requests\r\nContent-Length: 13\r\n\r\n{"code":20429'


def reset(connection: socket.socket) -> None:
    # Closing with nothing to linger for sends RST instead of FIN.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_call_is_placed_over_a_socket(serve, make_carrier, order):
    server = serve(lambda connection: connection.sendall(CREATED))
    assert make_carrier(api_base_url=server.url).place(order) == Placed(SID)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: None,
        reset,
        lambda connection: connection.sendall(b"HTTP/1.1 201 Cre"),
        lambda connection: connection.sendall(CREATED[:-5]),
        lambda connection: connection.sendall(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"),
        lambda connection: connection.sendall(b"no HTTP at all\r\n\r\n"),
    ],
    ids=["closed", "reset", "cut in the head", "cut in the body", "cut in a chunk", "nonsense"],
)
def test_broken_answer_is_lost_after_one_request(serve, make_carrier, order, answer):
    server = serve(answer)
    assert isinstance(make_carrier(api_base_url=server.url).place(order), AnswerLost)
    assert len(server.requests) == 1


def test_late_answer_is_lost_after_one_request(serve, make_carrier, order):
    given_up = threading.Event()

    def late(connection: socket.socket) -> None:
        given_up.wait(10)
        connection.sendall(CREATED)

    server = serve(late)
    result = make_carrier(api_base_url=server.url, timeout_seconds=0.2).place(order)
    given_up.set()
    assert result == AnswerLost("Twilio did not answer in time (ReadTimeout)")
    assert len(server.requests) == 1


def test_throttled_is_not_sent_and_not_repeated(serve, make_carrier, order):
    server = serve(lambda connection: connection.sendall(THROTTLED))
    assert isinstance(make_carrier(api_base_url=server.url).place(order), NotSent)
    assert len(server.requests) == 1


def test_kept_connection_that_died_costs_no_second_request(serve, make_carrier, order):
    """The first answer leaves its connection open, the server closes it: the next call must not go out twice.

    Whether the client notices the close before it writes is a race: then the request never arrives and counts as lost.
    """
    server = serve(lambda connection: connection.sendall(CREATED))
    carrier = make_carrier(api_base_url=server.url)
    assert carrier.place(order) == Placed(SID)
    second = carrier.place(order)
    assert isinstance(second, Placed | AnswerLost)
    assert len(server.requests) in ({2} if isinstance(second, Placed) else {1, 2})


def test_refused_connection_was_not_sent(make_carrier, order):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    result = make_carrier(api_base_url=f"http://127.0.0.1:{port}").place(order)
    assert result == NotSent("no connection to Twilio (ConnectionError)")


def test_unknown_host_was_not_sent(make_carrier, order, monkeypatch):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert isinstance(make_carrier().place(order), NotSent)


def test_connection_that_never_comes_about_was_not_sent(make_carrier, order):
    """A listener whose queue is full lets the handshake hang."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        result = make_carrier(api_base_url=url, timeout_seconds=0.2).place(order)
    assert result == NotSent("no connection to Twilio (ConnectTimeout)")
