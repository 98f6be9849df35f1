from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

import pytest
from flask import Flask, Response, request
from twilio.rest import Client
from twilio.twiml import TwiML

from dialer.simulator.deliver import wsgi_deliver
from dialer.simulator.directory import CollectorPhone, Directory, Person
from dialer.simulator.network import Network
from dialer.simulator.server import Server, serve_stepped

ORIGIN = "http://office.test"
ACCOUNT = "AC" + "1" * 32
TOKEN = "an-auth-token"
EVENTS = ["initiated", "ringing", "answered", "completed"]
TUESDAY = datetime(2026, 11, 17, 9, tzinfo=UTC)

PEOPLE = [
    Person("+4930000001", name="Helga answers", line="answers", claim_amount_minor=12000),
    Person("+4930000002", name="Hans answers", line="answers", claim_amount_minor=8000),
    Person("+4930000003", name="Voicemail", line="voicemail_only"),
    Person("+4930000004", name="Busy", line="busy"),
    Person("+4930000005", name="Dead", line="dead"),
    Person("+4930000006", name="Fax", line="fax"),
    Person("+4930000007", name="Out", line="no_answer"),
]
COLLECTORS = [
    CollectorPhone("+4940000001", "anna"),
    CollectorPhone("+4940000002", "ben", present=False),
    CollectorPhone("client:clara", "clara"),
]


class Received(NamedTuple):
    path: str
    form: dict[str, str]
    headers: dict[str, str]
    url: str
    method: str


class Office:
    """The application under test: answers each path as told and keeps what it received."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.received: list[Received] = []
        self.numbers = count()
        self.app = Flask("office")
        self.app.config["PROPAGATE_EXCEPTIONS"] = True
        self.app.add_url_rule("/<path:path>", "page", self._page, methods=["GET", "POST"])

    def _page(self, path: str) -> Response:
        raw = request.environ["RAW_URI"]
        got = Received(path, request.values.to_dict(), dict(request.headers), ORIGIN + raw, request.method)
        self.received.append(got)
        page = self.pages.get(path, "")
        if isinstance(page, Response):
            return page
        page = page(got) if callable(page) else page
        if isinstance(page, Response):
            return page
        return Response(str(page), status=200 if str(page) else 204, content_type="text/xml")

    def forms(self, path: str) -> list[dict[str, str]]:
        return [got.form for got in self.received if got.path == path]

    def statuses(self, sid: str, path: str = "status") -> list[str]:
        return [form["CallStatus"] for form in self.forms(path) if form["CallSid"] == sid]


class World(NamedTuple):
    """A network with its REST API on a real socket, an SDK client, and the office it calls back."""

    network: Network
    client: Client
    office: Office
    server: Server

    def run(self, seconds: float) -> None:
        self.network.run_until(self.network.now + timedelta(seconds=seconds))

    def call(self, to: str, page: str | TwiML = "", **params: Any) -> str:
        """Create a call with all callbacks; the page is what its Url answers."""
        path = f"page-{next(self.office.numbers)}"
        if page:
            self.office.pages[path] = page
        params.setdefault("url", f"{ORIGIN}/{path}")
        params.setdefault("status_callback", f"{ORIGIN}/status")
        params.setdefault("status_callback_event", EVENTS)
        return str(self.client.calls.create(to=to, from_="+4989000001", **params).sid)

    def record(self, sid: str) -> Any:
        return next(record for record in self.network.calls if record.sid == sid)


@pytest.fixture
def make_world() -> Iterator[Callable[..., World]]:
    servers: list[Server] = []

    def make(**options: Any) -> World:
        office = Office()
        settings: dict[str, Any] = {
            "start": TUESDAY,
            "seed": 7,
            "directory": Directory(PEOPLE, COLLECTORS),
            "deliver": wsgi_deliver(office.app, ORIGIN),
            "account_sid": ACCOUNT,
            "auth_token": TOKEN,
            **options,
        }
        network = Network(**settings)
        server = serve_stepped(network, "127.0.0.1", 0)
        servers.append(server)
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = server.origin
        return World(network, client, office, server)

    yield make
    for server in servers:
        server.stop()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
