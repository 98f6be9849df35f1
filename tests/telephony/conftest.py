"""A carrier on loopback, and a server whose answers are bytes the test wrote."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from dialer.telephony.carrier import CallOrder
from dialer.telephony.twilio_carrier import TwilioCarrier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCOUNT = "AC" + "0" * 32
SECRET = "s3cret-of-the-account"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    """A proxy of the machine must not stand between the tests and their own sockets."""
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def order() -> CallOrder:
    return CallOrder(
        to="+4915112345678",
        from_="+4930123456",
        answer_url="https://example.com/twilio/voice/tok",
        status_url="https://example.com/twilio/status/tok#rc=3&rp=ct,5xx",
        ring_seconds=25,
        max_call_seconds=600,
    )


@pytest.fixture
def make_carrier() -> Iterator[Callable[..., TwilioCarrier]]:
    made: list[TwilioCarrier] = []

    def make(**settings: object) -> TwilioCarrier:
        given = {"account_sid": ACCOUNT, "username": ACCOUNT, "password": SECRET, "timeout_seconds": 0.5} | settings
        made.append(TwilioCarrier(**given))
        return made[-1]

    yield make
    for carrier in made:
        carrier.close()


class WireServer:
    """Reads each request whole, counts it, and lets `answer` do with the socket what the test wants."""

    def __init__(self, answer: Callable[[socket.socket], None]) -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                request = _read_request(connection)
                if request:
                    self.requests.append(request)
                    self._answer(connection)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def _read_request(connection: socket.socket) -> bytes:
    stream = connection.makefile("rb")
    with stream:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return b""
            head += line
        length = next((int(each[15:]) for each in head.split(b"\r\n") if each.startswith(b"Content-Length:")), 0)
        return head + stream.read(length)


@pytest.fixture
def serve() -> Iterator[Callable[..., WireServer]]:
    servers: list[WireServer] = []

    def start(answer: Callable[[socket.socket], None]) -> WireServer:
        servers.append(WireServer(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
