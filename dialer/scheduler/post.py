"""The outbox beside the dialler: letters and faxes go out, signed papers are chased."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

import structlog

from dialer.actions.returned_document import chase_returns
from dialer.actions.send_documents import send_documents
from dialer.app import App

WAIT = timedelta(seconds=2)
CHASE_EVERY = timedelta(hours=1)

log = structlog.get_logger()


@contextmanager
def posting(app: App, *, once: bool) -> Iterator[None]:
    """Send what waits while the block runs, in a thread of its own; with `once` a single round before it.

    Not between the calls: a mail server that does not answer must not keep the dialler waiting.
    """
    if once:
        post_round(app, None, stop=Event())
        yield
        return
    stop = Event()
    office = Thread(target=post, args=(app,), kwargs={"stop": stop}, name="outbox")
    office.start()
    try:
        yield
    finally:
        stop.set()
        office.join()


def post(app: App, *, stop: Event) -> None:
    """Round after round until `stop` is set; what is being handed over is finished first."""
    chased: datetime | None = None
    while not stop.is_set():
        chased = post_round(app, chased, stop=stop)
        stop.wait(WAIT.total_seconds())


def post_round(app: App, chased: datetime | None, *, stop: Event) -> datetime | None:
    """One round; when papers were last chased."""
    now = app.clock.now()
    try:
        send_documents(app, stop=stop)
        if chased is None or now - chased >= CHASE_EVERY:
            chase_returns(app)
            chased = now
    except Exception:
        # a lost database comes back; a round that cannot run must not end the process
        log.exception("outbox.round_failed")
    return chased
