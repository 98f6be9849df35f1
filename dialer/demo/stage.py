"""Sets the demonstration up: book, configuration, database, network, webhooks, collectors."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from dialer.actions.import_claims import ImportResult, defaults_for, import_claims
from dialer.app import App, build
from dialer.claims_file.reading import open_rows
from dialer.config import load
from dialer.core.desk import Role
from dialer.core.errors import BadInput
from dialer.demo.gateway import Gateway, open_gateway
from dialer.sample_book import SampleBook, write_sample_book
from dialer.simulator.deliver import http_deliver
from dialer.simulator.directory import Directory
from dialer.simulator.network import Network
from dialer.simulator.server import Server, serve_stepped
from dialer.starter import starter_config
from dialer.storage import desks
from dialer.storage.database import Database
from webhooks.app import create_app

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 17, 7, 55, tzinfo=BERLIN)
"""A Tuesday; the Wednesday after it is a public holiday in Saxony alone."""

ACCOUNT = "AC" + "d" * 32
TOKEN = "demo-token"  # noqa: S105 - signs requests between two servers on this machine
CALLER_ID = "+493023125000"
COLLECTORS = {"anna": "+493023125991", "ben": "+493023125992", "carla": "+493023125993"}
CREDITOR = "muster"
MARK = ".dialer-demo"

SUPERVISOR = "sofia"

EXTRAS = """
# a gateway on this machine takes the faxes
[fax]
host = "127.0.0.1"
port = {fax_port}
security = "none"
sender = "fax@example.com"
address = "{{number}}@fax.example.com"

# shops are called without a collector: whoever answers hears the announcement, a machine gets the message
[segment.business.industry.retail]
mode = "unattended"

# shorter than in life, so that a few days show the whole ladder
[segment.business.creditor.muster]
promise_grace_workdays = 0
fax_workdays = 0
fruitless_attempts = 4
fruitless_days = 2

[segment.private.creditor.muster]
promise_grace_workdays = 0
fruitless_attempts = 5
fruitless_days = 3
letter_workdays = 1
"""


class VirtualClock:
    """Shows the network's time; waiting lets the network run."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def now(self) -> datetime:
        """The network's instant, UTC."""
        return self._network.now

    def steady(self) -> timedelta:
        """The same instant: nobody sets the network's clock."""
        return self._network.now - START

    def sleep_until(self, instant: datetime) -> None:
        """Let everything happen that is due until then."""
        self._network.run_until(instant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything the demonstration plays with."""

    app: App
    network: Network
    folder: Path
    book: SampleBook
    imported: ImportResult
    gateway: Gateway
    seed: int


@contextmanager
def set_stage(folder: Path, *, claims: int, seed: int) -> Iterator[Stage]:
    """A folder with book and database, and two servers on this machine that stop in the end."""
    _empty(folder)
    book = write_sample_book(folder / "claims.xlsx", claims=claims, seed=seed, today=START.date())
    network = _network(book, seed)
    carrier = serve_stepped(network, "127.0.0.1", 0)
    try:
        with _webhooks() as public, open_gateway(folder / "faxes", lambda: network.now) as gateway:
            app = _program(folder, carrier, public.origin, network, fax_port=gateway.port)
            public.serve(app)
            imported = _import(app, book)
            yield Stage(
                app=app, network=network, folder=folder, book=book, imported=imported, gateway=gateway, seed=seed
            )
            app.db.close()
    finally:
        carrier.stop()


def _empty(folder: Path) -> None:
    """Start afresh, but never delete a folder that is not an earlier demonstration."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise BadInput(f"{folder} holds other files; choose another folder with --out")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def _network(book: SampleBook, seed: int) -> Network:
    people = json.loads(book.people_path.read_text(encoding="utf-8"))
    people["collectors"] = [{"number": number, "user": user} for user, number in COLLECTORS.items()]
    return Network(
        start=START.astimezone(UTC),
        seed=seed,
        directory=Directory.from_json(people),
        deliver=http_deliver(),
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        calls_per_second=1.0,
        own_numbers=frozenset({CALLER_ID}),
    )


class _Public:
    """Our webhooks on a loopback port; the port is known before the program is wired."""

    def __init__(self) -> None:
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, self._not_yet, threaded=True, request_handler=_Quiet)
        self.origin = f"http://127.0.0.1:{self._server.port}"
        self._thread = Thread(target=self._server.serve_forever, name="webhooks", daemon=True)

    @staticmethod
    def _not_yet(_environ: object, start_response: object) -> list[bytes]:
        del start_response
        raise RuntimeError("the webhooks were asked before the program was wired")

    def serve(self, app: App) -> None:
        self._server.app = create_app(app)
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: object) -> None:
        """Say nothing: requests are counted by the network."""


@contextmanager
def _webhooks() -> Iterator[_Public]:
    public = _Public()
    try:
        yield public
    finally:
        public.stop()


def _program(folder: Path, carrier: Server, origin: str, network: Network, *, fax_port: int) -> App:
    path = folder / "config.toml"
    url = f"sqlite:///{(folder / 'dialer.db').resolve()}"
    values = {
        "url": url,
        "account_sid": ACCOUNT,
        "api_base_url": carrier.origin,
        "base_url": origin,
        "key": CREDITOR,
        "caller_id": CALLER_ID,
        "phone": "030 23125-000",
        "print_dir": "letters",
    }
    (folder / "letters").mkdir()
    path.write_text(f"{starter_config(values)}{EXTRAS.format(fax_port=fax_port)}", encoding="utf-8")
    (folder / "twilio_auth_token").write_text(TOKEN, encoding="utf-8")
    config = load(path, {})
    Database(url).upgrade()
    app = build(config, clock=VirtualClock(network))
    with app.db.write() as tx:
        for user, number in COLLECTORS.items():
            desks.add_user(tx, name=user, phone=number)
        desks.add_user(tx, name=SUPERVISOR, phone=None, role=Role.SUPERVISOR)
    return app


def _import(app: App, book: SampleBook) -> ImportResult:
    defaults = defaults_for(app.config, app.site.zone)
    with open_rows(book.path, language=defaults.language) as source:
        return import_claims(
            app.db,
            source,
            defaults=defaults,
            now=app.clock.now(),
            actor="import",
            rejects_path=book.path.with_name("claims.rejects.xlsx"),
        )
