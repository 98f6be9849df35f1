"""The process that is killed: scheduler, webhooks and a collector's commands, on the parent's clock."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Any

import sqlalchemy as sa
from werkzeug.serving import WSGIRequestHandler, make_server

from dialer.actions import desk as line
from dialer.actions import place_call
from dialer.actions.dispose import dispose
from dialer.app import App, build
from dialer.config import load
from dialer.core.disposition import Report
from dialer.core.errors import DialerError
from dialer.core.outcome import Disposition
from dialer.scheduler.loop import go_round
from dialer.scheduler.readiness import Readiness
from dialer.storage import attempts, desks
from tests.crash.clock import EPOCH, Dial
from tests.crash.steps import Steps
from webhooks.app import create_app

PROMISED = date(2026, 11, 27)


class VirtualClock:
    """Shows the network's time; waiting asks the parent to let the network run."""

    def __init__(self, dial: Dial) -> None:
        self._dial = dial
        self.parent: Connection | None = None

    def now(self) -> datetime:
        return self._dial.read()

    def steady(self) -> timedelta:
        return self._dial.read() - EPOCH

    def sleep_until(self, instant: datetime) -> None:
        if instant > self.now() and self.parent is not None:
            self.parent.send(("wait", instant))
            self.parent.recv()


def wired(config: Path, clock: VirtualClock) -> App:
    """The program, with nothing open."""
    app = build(load(config, {}), clock=clock)
    app.db.close()
    return app


def live(app: App, clock: VirtualClock, order: dict[str, Any], *, steps: Steps | None) -> None:
    """Work for the parent at `order["parent"]` until it hangs up, or until a step is the last."""
    if steps is not None:
        steps.watch_commits(app.db.engine)
        steps.watch_requests()
    if order["planted"] == "marked after the request":
        app = _marked_after_the_request(app)
    server = make_server("127.0.0.1", 0, create_app(app), threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    with _connected(order["parent"]) as parent:
        clock.parent = parent
        parent.send(("port", server.port))
        _obey(app, parent)
    server.shutdown()
    thread.join()
    server.server_close()


def _connected(address: str) -> Connection:
    way = socket.socket(socket.AF_UNIX)
    way.connect(address)
    return Connection(way.detach())


def _obey(app: App, parent: Connection) -> None:
    readiness = Readiness(app)
    while True:
        try:
            told = parent.recv()
        except EOFError:
            return
        if told == "tick":
            _, done = go_round(app, readiness, worker="doomed")
            parent.send(("done", done.started > 0))
        else:
            with suppress(DialerError):  # whoever clicks twice is told so
                _collector(app, told)
            parent.send(("done", False))


def _collector(app: App, user: str) -> None:
    """A collector opens his line when it is closed, and says what came of a talk that is over."""
    with app.db.read() as tx:
        table = attempts.attempts
        talked = (table.c.collector == user, table.c.joined_at.is_not(None), table.c.disposition.is_(None))
        ids = list(tx.execute(sa.select(table.c.id).where(*talked, table.c.state == "ended")).scalars())
        open_ = desks.of_user(tx, user) is not None
    for attempt_id in ids:
        promise = Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=12_000, on=PROMISED)
        dispose(app, attempt_id, promise, actor=user)
    if not open_:
        line.open_desk(app, user)


class _Quiet(WSGIRequestHandler):
    disable_nagle_algorithm = True

    def log(self, *_: object) -> None:
        """Say nothing."""


# --- a mistake made on purpose: the tests must notice it ----------------------------------------------------------


class _MarksLate:
    """A carrier that notes the request as made only when it has been."""

    def __init__(self, app: App, passed: list[tuple[int, datetime]]) -> None:
        self._app = app
        self._passed = passed

    def place(self, order: Any) -> Any:
        result = self._app.carrier.place(order)
        attempt_id, at = self._passed.pop()
        with self._app.db.write() as tx:
            _MARK(tx, attempt_id, at)
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app.carrier, name)


_MARK = attempts.mark_sent


def _marked_after_the_request(app: App) -> App:
    passed: list[tuple[int, datetime]] = []

    def not_yet(_tx: Any, attempt_id: int, at: datetime) -> bool:
        passed.append((attempt_id, at))
        return True

    place_call.attempts.mark_sent = not_yet  # type: ignore[attr-defined]
    return replace(app, carrier=_MarksLate(app, passed))
