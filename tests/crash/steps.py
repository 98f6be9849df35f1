"""Counts the steps of a process that cannot be taken back, writes each down before it is taken, and dies at one.

A step is the moment before or after a commit that changes something, or an exchange with the carrier.
"""

from __future__ import annotations

import os
import re
import signal
import threading
from typing import Any

import requests
import sqlalchemy as sa

CHANGE = re.compile(r"INSERT INTO \w+|UPDATE \w+(?= SET)|DELETE FROM \w+")
"""What a statement changes, at its beginning or within a WITH; neither FOR UPDATE nor DO UPDATE SET."""


class Steps:
    """The diary of one process. `die_at` is the number of the step at which it is killed; 0 lets it live."""

    def __init__(self, diary: str, die_at: int) -> None:
        self._file = os.open(diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._die_at = die_at
        self._taken = 0
        self._lock = threading.Lock()

    def step(self, what: str) -> None:
        with self._lock:
            self._taken += 1
            os.write(self._file, f"{what}\n".encode())
            if self._taken == self._die_at:
                os.kill(os.getpid(), signal.SIGKILL)
                threading.Event().wait()  # the signal is on its way

    def watch_commits(self, engine: sa.Engine) -> None:
        """A step before and after each commit of a transaction that has changed something."""
        changed: dict[int, str] = {}
        commit, roll_back = engine.dialect.do_commit, engine.dialect.do_rollback

        @sa.event.listens_for(engine, "after_cursor_execute")
        def _(connection: sa.Connection, cursor: Any, statement: str, _values: Any, _context: Any, _many: Any) -> None:
            change = CHANGE.search(statement)
            if change and cursor.rowcount != 0:
                changed[id(connection.connection.dbapi_connection)] = change.group()

        def do_commit(connection: Any) -> None:
            what = changed.pop(id(connection.dbapi_connection), None)
            if what is not None:
                self.step(f"before commit of {what}")
            commit(connection)
            if what is not None:
                self.step(f"after commit of {what}")

        def do_rollback(connection: Any) -> None:
            changed.pop(id(connection.dbapi_connection), None)
            roll_back(connection)

        engine.dialect.do_commit = do_commit  # type: ignore[method-assign]
        engine.dialect.do_rollback = do_rollback  # type: ignore[method-assign]

    def watch_requests(self) -> None:
        """A step before and after each request to the carrier, also one whose answer is lost."""
        send = requests.adapters.HTTPAdapter.send

        def watched(adapter: Any, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
            what = f"{request.method} {_kind(request.path_url)}"
            self.step(f"before {what}")
            try:
                return send(adapter, request, *args, **kwargs)
            finally:
                self.step(f"after {what}")

        requests.adapters.HTTPAdapter.send = watched  # type: ignore[method-assign]


def _kind(path: str) -> str:
    """The kind of thing that is asked for, without whose."""
    return "a call" if "/Calls/" in path else "the calls"
