"""The program's database with a step around every transaction: where it may crash, be held up, or be refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import sqlalchemy as sa

from dialer.storage.database import Database

Step = Callable[..., None]


class SteppedDatabase(Database):
    """The real thing on a file in memory, so that nothing has to be waited for."""

    def __init__(self, url: str, step: Step) -> None:
        super().__init__(url)
        # what an engine has learnt of its statements is kept from one life to the next: nothing else is in it
        self.engine = _engine(url)
        self._step = step

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        self._step("write", "locked")
        with super().write() as tx:
            yield tx
            # others would wait for the lock: here the process may die, but not pause
            self._step("commit", "full", pauses=False)
        self._step("written")

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        self._step("read")
        with super().read() as tx:
            yield tx


@cache
def _engine(url: str) -> sa.Engine:
    engine = Database(url).engine
    sa.event.listen(engine, "connect", _careless)
    return engine


def _careless(raw: object, _record: object) -> None:
    # what is lost in a power cut is tested elsewhere: here the file outlives every process
    raw.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]


def locked() -> sa.exc.OperationalError:
    """What SQLite says after half a minute of waiting for another writer."""
    return sa.exc.OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))


def full() -> sa.exc.OperationalError:
    return sa.exc.OperationalError("COMMIT", None, Exception("database or disk is full"))
