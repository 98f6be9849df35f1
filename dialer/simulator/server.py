"""The simulator as a server: HTTP in front, a pump that keeps virtual time at the clock."""

from __future__ import annotations

import json
import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from werkzeug.http import http_date
from werkzeug.serving import WSGIRequestHandler, make_server

from dialer.core.errors import BadInput
from dialer.simulator.deliver import http_deliver
from dialer.simulator.directory import Directory
from dialer.simulator.faults import NO_FAULTS, FaultPlan
from dialer.simulator.http import NetworkProvider, create_app
from dialer.simulator.network import Network

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
_Built = TypeVar("_Built")
# The clock may run fast, so the pump cannot sleep until the next event: it looks this often.
PUMP_SECONDS = 0.005
IDLE_SECONDS = 0.2


def _handler(now: Clock) -> type[WSGIRequestHandler]:
    """Answers show the simulated time: the machine's own may be another one."""

    class Handler(WSGIRequestHandler):
        def log_request(self, *_args: Any) -> None:
            """A line for each request would drown the run."""

        def date_time_string(self, _timestamp: float | None = None) -> str:
            return http_date(now())

    return Handler


class Server:
    """A running simulator. `now` is the clock that its answers show: the network's unless told otherwise."""

    def __init__(self, provider: NetworkProvider, host: str, port: int, now: Clock | None = None) -> None:
        handler = _handler(now or (lambda: provider().now))
        self._http = make_server(host, port, create_app(provider), threaded=True, request_handler=handler)
        self.origin = f"http://{host}:{self._http.server_port}"
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)]

    def pump(self, network: Network, now: Clock) -> None:
        self._threads.append(threading.Thread(target=self._pump, args=(network, now), daemon=True))

    def start(self) -> Server:
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._http.shutdown()
        for thread in self._threads:
            thread.join()
        self._http.server_close()

    def _pump(self, network: Network, now: Clock) -> None:
        while not self._stopping.is_set():
            due = network.next_event_at()
            if due is None:
                network.wake.wait(IDLE_SECONDS)
                network.wake.clear()
            elif due <= (instant := now()):
                self._run(network, instant)
            else:
                self._stopping.wait(PUMP_SECONDS)

    def _run(self, network: Network, instant: datetime) -> None:
        try:
            network.run_until(instant)
        except Exception:
            # one broken listener must not stop the telephone network
            log.exception("the virtual network stumbled at %s", instant)


def serve(network: Network, host: str, port: int, now: Clock) -> Server:
    """Serve the REST API and let virtual time follow the clock, real or accelerated."""

    def provider() -> Network:
        network.catch_up(now())
        return network

    server = Server(provider, host, port, now)
    server.pump(network, now)
    return server.start()


def serve_stepped(network: Network, host: str, port: int) -> Server:
    """Serve the REST API only: time moves when somebody calls `run_until`."""
    return Server(lambda: network, host, port).start()


def run(
    *,
    host: str,
    port: int,
    seed: int,
    directory_file: str | Path,
    calls_per_second: float,
    account_sid: str,
    auth_token: str,
    now: Clock,
    faults_file: str | Path | None = None,
    own_numbers: frozenset[str] | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told the origin once requests are taken."""
    network = Network(
        start=now(),
        seed=seed,
        directory=_read(directory_file, Directory.from_json),
        deliver=http_deliver(),
        account_sid=account_sid,
        auth_token=auth_token,
        calls_per_second=calls_per_second,
        faults=_read(faults_file, FaultPlan.from_json) if faults_file else NO_FAULTS,
        own_numbers=own_numbers,
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = serve(network, host, port, now)
    if ready is not None:
        ready(server.origin)
    stop.wait()
    server.stop()


def _read(file: str | Path, build: Callable[[Any], _Built]) -> _Built:
    try:
        return build(json.loads(Path(file).read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInput(f"{file}: not what the simulator reads: {error}") from None
