"""What must be sure before a process calls anybody."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock

import structlog

from dialer.actions.alarms import raise_alarm
from dialer.actions.clock_watch import ClockWatch
from dialer.actions.reconcile import reconcile_at_start
from dialer.actions.recover_calls import recover_calls
from dialer.app import App

START_AGAIN = timedelta(seconds=10)
"""How soon the carrier is asked again when it could not be asked before the first call."""

log = structlog.get_logger()


class Readiness:
    """Whether this process may call anybody: what was left unresolved is looked at, and the clock can be believed."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._clock = ClockWatch(app)
        self._reconciled = False
        self._refused_at: timedelta | None = None
        self._losses = 0
        self._one_at_a_time = Lock()

    def may_dial(self) -> bool:
        """Look at the clock, and until it has worked once, at every attempt whose end is not known.

        Looks anew after the connection to the database broke: a standby that took over may lack the last commits.
        """
        with self._one_at_a_time:
            believed = self._clock.believed()
        self._app.db.notice_replacement()
        if self._losses != self._app.db.losses:
            self._losses, self._reconciled, self._refused_at = self._app.db.losses, False, None
        self._reconciled = self._reconciled or self._reconcile()
        # the answer to the first question has shown the carrier's time
        return believed and self._reconciled and self.may_go_by_the_clock()

    def may_go_on(self) -> bool:
        """Between two calls of a round: the clock has not jumped, and no connection broke, since the round began."""
        return self._losses == self._app.db.losses and self.may_go_by_the_clock()

    def may_go_by_the_clock(self) -> bool:
        """Whether anything may be planned, written or given up by today's date, be the carrier asked or not.

        Costs nothing: `may_dial` looks further, and comes first.
        """
        with self._one_at_a_time:
            return self._clock.still_believed()

    def _reconcile(self) -> bool:
        now = self._app.clock.steady()
        if self._refused_at is not None and now < self._refused_at + START_AGAIN:
            return False
        if recover_calls(self._app) and reconcile_at_start(self._app):
            log.info("scheduler.reconciled")
            return True
        if self._refused_at is None:
            text = "nobody is called before the carrier was asked about the calls that were left unresolved"
            with self._app.db.write() as tx:
                raise_alarm(tx, at=self._app.clock.now(), kind="dialling.waits", text=text)
        self._refused_at = now
        return False
