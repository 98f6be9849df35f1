"""The scheduler as a process: tick until told to stop, finish what is in flight, then leave."""

from __future__ import annotations

import os
import signal
import socket
from datetime import datetime, timedelta
from threading import Event, Thread

import structlog

from dialer.actions.follow_agreements import follow_agreements
from dialer.actions.serve_metrics import serving_metrics
from dialer.actions.write_document import check_templates
from dialer.app import App
from dialer.core.outcome import Mode
from dialer.scheduler.heartbeat import Heartbeat
from dialer.scheduler.post import posting
from dialer.scheduler.readiness import Readiness
from dialer.scheduler.tick import Round, tick
from dialer.storage import due

IDLE_WAIT = timedelta(milliseconds=200)
ERROR_WAIT = timedelta(seconds=2)
FOLLOW_EVERY = timedelta(minutes=1)
"""Agreements change their state by the day, or with a payment."""

log = structlog.get_logger()


def run(app: App, *, stop: Event, until_idle: bool = False) -> None:
    """Tick until `stop` is set. With `until_idle`, return after the first round with nothing to do.

    Raises BadInput before anything is done when a template of the documents is broken.
    """
    check_templates(app)
    worker = f"{socket.gethostname()}:{os.getpid()}"
    log.info("scheduler.started", worker=worker)
    with app.db.write() as tx:
        # nobody else claims these: should their segment be dialled by now, this is when it shows
        due.look_afresh(tx, Mode.PREVIEW)
    heart, readiness = Heartbeat(app), Readiness(app)
    with serving_metrics(app):
        _look_first(readiness)
        with posting(app, once=until_idle, beat=heart.beat, may_go=readiness.may_go_by_the_clock):
            _tick(app, worker, stop, heart, readiness, until_idle=until_idle)
    log.info("scheduler.stopped", worker=worker)


def run_once(app: App, *, worker: str) -> Round:
    """One round, with what comes before the first call of a process."""
    _, done = go_round(app, Readiness(app), worker=worker)
    return done


def go_round(app: App, readiness: Readiness, *, worker: str, stop: Event | None = None) -> tuple[bool, Round]:
    """One round of a process, and before it whether anybody may be called in it."""
    ready = readiness.may_dial()
    return ready, _round(app, readiness, worker, stop, dial=ready)


def _round(app: App, readiness: Readiness, worker: str, stop: Event | None, *, dial: bool) -> Round:
    look = readiness.may_go_by_the_clock
    return tick(app, worker=worker, stop=stop, dial=dial, go_on=readiness.may_go_on, look=look)


def _look_first(readiness: Readiness) -> None:
    """The carrier's first answer shows its time: nothing is written or sent by a clock that is wrong from the start."""
    try:
        readiness.may_dial()
    except Exception:
        # the rounds ask again
        log.exception("scheduler.first_look_failed")


def _tick(app: App, worker: str, stop: Event, heart: Heartbeat, readiness: Readiness, *, until_idle: bool) -> None:
    following = _Following(app)
    while not stop.is_set():
        try:
            ready = readiness.may_dial()
            if readiness.may_go_by_the_clock():
                following.round()
            done = _round(app, readiness, worker, stop, dial=ready)
        except Exception:
            # a lost database comes back; a tick that cannot run must not end the process
            log.exception("scheduler.tick_failed")
            stop.wait(ERROR_WAIT.total_seconds())
            continue
        if ready and not following.failed:
            heart.round_done()
        if done.idle and until_idle:
            break
        if not done.started:
            stop.wait(IDLE_WAIT.total_seconds())


class _Following:
    """Sees once a minute which agreements were kept or broken."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._tried_at: datetime | None = None
        self.failed = False

    def round(self) -> None:
        """Unless it was tried a moment ago. Never raises: calls under way have to be looked after in any case."""
        now = self._app.clock.now()
        if self._tried_at is not None and self._tried_at <= now < self._tried_at + FOLLOW_EVERY:
            return
        self._tried_at = now
        try:
            follow_agreements(self._app, now)
        except Exception:
            log.exception("scheduler.agreements_not_followed")
            self.failed = True
        else:
            self.failed = False


def stop_on_signals(stop: Event) -> None:
    """SIGTERM and SIGINT ask for a stop; the running tick is finished first.

    A thread is told of them. A handler runs in the middle of whatever the main thread does: where that is just writing
    a line of the log, or looking at `stop`, it would wait for ever for a lock that it holds itself.
    """
    heard, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)

    def listen() -> None:
        while True:
            (number,) = os.read(heard, 1)
            log.info("scheduler.stopping", signal=signal.Signals(number).name)
            stop.set()

    Thread(target=listen, name="signals", daemon=True).start()
