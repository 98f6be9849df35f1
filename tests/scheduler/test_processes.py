"""The scheduler as a process of its own, ended politely and impolitely."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from office_kit import SHOP, SHOP_MACHINE, Office
from werkzeug.http import http_date
from werkzeug.serving import WSGIRequestHandler, make_server

from dialer.core.call import AttemptState
from dialer.core.outcome import Outcome
from dialer.simulator.http import create_app

DIALER = Path(sys.executable).with_name("dialer")
SHOPS = {"type": "business", "segment": "business", "industry": "retail", "role": "owner"}

DYING_WORKER = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from dialer.app import build
from dialer.config import load
from dialer.scheduler.tick import tick

when, app = sys.argv[2], build(load(Path(sys.argv[1])))

class Deadly:
    def place(self, order):
        if when == "before the request":
            os.kill(os.getpid(), signal.SIGKILL)
        app.carrier.place(order)
        os.kill(os.getpid(), signal.SIGKILL)

    def __getattr__(self, name):
        return getattr(app.carrier, name)

tick(replace(app, carrier=Deadly()), worker="doomed")
"""


TOLD_WHILE_IT_WRITES = """
import os, signal, sys
from threading import Event
import structlog
from dialer.logs import to_stderr
from dialer.scheduler.loop import stop_on_signals

class Slow:
    told = False

    def write(self, text):
        if not self.told:
            self.told = True
            os.kill(os.getpid(), signal.SIGTERM)
        return sys.__stderr__.write(text)

    def flush(self):
        sys.__stderr__.flush()

sys.stderr = Slow()
to_stderr()
stop = Event()
stop_on_signals(stop)
structlog.get_logger().info("at work")
sys.exit(0 if stop.wait(5) else "was not told to stop")
"""


def environment(office: Office) -> dict[str, str]:
    """The virtual instant, shown by the process's clock and running on from there."""
    real = datetime.now(UTC)  # noqa: TID251 - the shifted clock starts from the real one
    clock = f"{office.network.now.isoformat()}@{real.isoformat()}*1"
    return {**os.environ, "DIALER_CLOCK": clock}


@contextmanager
def slow_api(office: Office, *, seconds: float, asked: Event) -> Iterator[str]:
    """The network's REST interface, taking its time to answer a request for a call."""
    real = create_app(lambda: office.network)

    def slow(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith("/Calls.json"):
            asked.set()
            time.sleep(seconds)
        return real(environ, start_response)

    class Handler(WSGIRequestHandler):
        def log_request(self, *_: object) -> None:
            """Say nothing."""

        def date_time_string(self, _timestamp: float | None = None) -> str:
            return http_date(office.network.now)

    server = make_server("127.0.0.1", 0, slow, threaded=True, request_handler=Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_the_scheduler_finishes_the_call_in_hand(office: Office, number: signal.Signals) -> None:
    cases = [office.case(f"+4930231252{n:02d}", name=f"Laden {n}", **SHOPS) for n in range(1, 9)]
    office.tick()
    asked = Event()
    with slow_api(office, seconds=1.0, asked=asked) as origin:
        text = office.config_path.read_text(encoding="utf-8").replace(office.server.origin, origin)
        office.config_path.write_text(text, encoding="utf-8")
        command = [DIALER, "scheduler", "--config", office.config_path]
        process = subprocess.Popen(command, env=environment(office), stderr=subprocess.PIPE)
        try:
            assert asked.wait(20)
            told_at = time.monotonic()
            process.send_signal(number)
            _, log = process.communicate(timeout=20)
        finally:
            if process.poll() is None:
                process.kill()
        assert process.returncode == 0, log.decode()
        assert time.monotonic() - told_at < 5
    assert b"scheduler.stopped" in log
    begun = [case for case in cases if office.attempts(case)]
    assert len(begun) == 1
    attempt = office.attempt(begun[0])
    assert attempt.call.state is AttemptState.PLACED
    assert [c.sid for c in office.network.calls] == [attempt.call.sid]


def test_told_to_stop_while_it_writes_a_line_of_its_log_it_stops() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TOLD_WHILE_IT_WRITES], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "at work" in done.stderr
    assert "scheduler.stopping" in done.stderr


@pytest.mark.parametrize("when", ["before the request", "after the request"])
def test_a_killed_worker_is_healed_without_a_second_call(either_office: Office, when: str) -> None:
    office = either_office
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick()
    done = subprocess.run(
        [sys.executable, "-c", DYING_WORKER, office.config_path, when],
        env=environment(office),
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    attempt = office.attempt(shop)
    assert (attempt.call.state, attempt.call.sid) == (AttemptState.INTENT, None)
    assert attempt.sent_at is not None
    made = 1 if when == "after the request" else 0
    assert len(office.calls_to(SHOP)) == made
    office.live(700, step=10)
    attempt = office.attempt(shop)
    assert len(office.calls_to(SHOP)) == made
    assert attempt.call.outcome is (Outcome.ANNOUNCED if made else Outcome.UNKNOWN)
    assert attempt.call.sid == (office.call_to(SHOP).sid if made else None)
    assert office.live_attempts() == 0


def test_a_killed_worker_whose_call_says_nothing_is_found_in_the_books(office: Office) -> None:
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick()
    office.faults(callback_lost=1.0)
    subprocess.run(
        [sys.executable, "-c", DYING_WORKER, office.config_path, "after the request"],
        env=environment(office),
        capture_output=True,
        timeout=30,
        check=False,
    )
    office.live(2000, step=30)
    attempt = office.attempt(shop)
    assert attempt.call.sid == office.call_to(SHOP).sid
    assert attempt.call.outcome is not None
    assert len(office.calls_to(SHOP)) == 1


def command(office: Office, *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [DIALER, "scheduler", *words, "--json", "--config", office.config_path],
        env=environment(office),
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
    return answer


def test_once_is_one_round(office: Office) -> None:
    office.case(SHOP_MACHINE, name="Herr Kasse", **SHOPS)
    assert command(office, "--once") == {"looked_at": 1, "tried": 0, "started": 0}
    office.run(5)
    assert command(office, "--once") == {"looked_at": 0, "tried": 1, "started": 1}
    assert len(office.calls_to(SHOP_MACHINE)) == 1


def test_until_idle_calls_what_is_due_and_leaves(make_office: Callable[..., Office]) -> None:
    office = make_office(calls_per_second=10.0, carrier_calls_per_second=10.0)
    cases = [office.case(f"+4930231252{n:02d}", name=f"Laden {n}", **SHOPS) for n in range(1, 4)]
    command(office, "--until-idle")
    assert [len(office.attempts(case)) for case in cases] == [1, 1, 1]
    assert len(office.network.calls) == 3
