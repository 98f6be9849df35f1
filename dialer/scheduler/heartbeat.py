"""A sign of life to the outside: its silence is the alarm, so that a scheduler that hangs is noticed too."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import requests
import structlog

from dialer.app import App

EVERY = timedelta(minutes=1)
TIMEOUT_SECONDS = 5

log = structlog.get_logger()


class Heartbeat:
    """Told by the scheduler of each whole round, sends from the outbox's thread at most once a minute."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._url = app.config.operations.heartbeat_url
        self._rounds = Event()
        self._sent: timedelta | None = None

    def round_done(self) -> None:
        """A whole round has succeeded."""
        self._rounds.set()

    def beat(self) -> bool:
        """Send if it is time and a round has succeeded since; True when it was taken. Never raises."""
        now = self._app.clock.steady()
        if self._url is None or not self._rounds.is_set() or (self._sent is not None and now < self._sent + EVERY):
            return False
        self._rounds.clear()
        self._sent = now
        try:
            # the body is of no interest, and could be without end
            with requests.get(self._url, timeout=TIMEOUT_SECONDS, stream=True, allow_redirects=False) as reply:
                taken = reply.ok
                status = reply.status_code
        except requests.RequestException as error:
            # the address may be a secret, and stands in the error's own text
            log.warning("heartbeat.failed", error=type(error).__name__)
            return False
        if not taken:
            log.warning("heartbeat.failed", status=status)
        return taken
