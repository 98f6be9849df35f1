"""The scheduler as a process: tick until told to stop, finish what is in flight, then leave."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import structlog

from dialer.app import App
from dialer.core.outcome import Mode
from dialer.scheduler.tick import tick
from dialer.storage import due

IDLE_WAIT = timedelta(milliseconds=200)
ERROR_WAIT = timedelta(seconds=2)

log = structlog.get_logger()


def run(app: App, *, stop: Event, until_idle: bool = False) -> None:
    """Tick until `stop` is set. With `until_idle`, return after the first round with nothing to do."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    log.info("scheduler.started", worker=worker)
    with app.db.write() as tx:
        # nobody else claims these: should their segment be dialled by now, this is when it shows
        due.look_afresh(tx, Mode.PREVIEW)
    while not stop.is_set():
        try:
            done = tick(app, worker=worker, stop=stop)
        except Exception:
            # a lost database comes back; a tick that cannot run must not end the process
            log.exception("scheduler.tick_failed")
            stop.wait(ERROR_WAIT.total_seconds())
            continue
        if done.idle and until_idle:
            break
        if not done.started:
            stop.wait(IDLE_WAIT.total_seconds())
    log.info("scheduler.stopped", worker=worker)


def stop_on_signals(stop: Event) -> None:
    """SIGTERM and SIGINT ask for a stop; the running tick is finished first."""

    def handler(number: int, _frame: object) -> None:
        log.info("scheduler.stopping", signal=signal.Signals(number).name)
        stop.set()

    install: Callable[..., object] = signal.signal
    install(signal.SIGTERM, handler)
    install(signal.SIGINT, handler)
