"""The back office beside the dialler: the outbox in every round, and what is looked after once an hour or a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread

import structlog

from dialer.actions.legal_stage import limitation_tasks
from dialer.actions.returned_document import chase_returns
from dialer.actions.send_documents import send_documents
from dialer.actions.write_checkpoint import write_checkpoint
from dialer.actions.write_rungs import file_reviews, write_rungs
from dialer.app import App
from dialer.core.errors import DialerError
from dialer.storage import due, import_rows, pacing, payments

WAIT = timedelta(seconds=2)
TRY_AGAIN = timedelta(hours=1)
"""What has failed does not wait a day for its next turn."""

MANY = 500
"""Cases that are locked at once: who waits for one of them does not wait for long."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done at the start and so long after it was last done; no time: in every round."""

    name: str
    every: timedelta
    do: Callable[[App, Event], object]


def _outbox(app: App, stop: Event) -> None:
    write_rungs(app, stop=stop)
    send_documents(app, stop=stop)


def _checkpoint(app: App, _stop: Event) -> None:
    if app.config.log.checkpoint_file is not None:
        write_checkpoint(app)


def _wrong_marks(app: App, _stop: Event) -> None:
    now = app.clock.now()
    with app.db.read() as tx:
        late = due.noted_ahead(tx, now=now)
    for first in range(0, len(late), MANY):
        with app.db.write() as tx:
            some = payments.lock_cases(tx, late[first : first + MANY])
            import_rows.plan_again(tx, some, now=now, reason="changed")
    with app.db.write() as tx:
        pacing.forget_wrong_rest(tx, app.account, now=now)


CHORES = (
    Chore("checkpoint", timedelta(days=1), _checkpoint),
    # several processes may do so, since a task is made once; what fails today is made up for tomorrow, of ninety days
    Chore("limitations", timedelta(days=1), lambda app, _: limitation_tasks(app)),
    Chore("outbox", timedelta(0), _outbox),
    Chore("returns", timedelta(hours=1), lambda app, _: chase_returns(app)),
    Chore("reviews", timedelta(hours=1), lambda app, stop: file_reviews(app, stop=stop)),
    # what a clock noted that was ahead
    Chore("wrong marks", timedelta(hours=1), _wrong_marks),
)


class Housekeeping:
    """Knows what was last done when; what goes wrong with one chore ends neither the others nor the process."""

    def __init__(self, app: App, may_go: Callable[[], bool] = lambda: True) -> None:
        self._app = app
        self._may_go = may_go
        self._due: dict[str, timedelta] = {}

    def round(self, stop: Event) -> None:
        """Do what is due, unless the clock is in doubt: it all goes by the date, and is made up for."""
        for chore in CHORES:
            # by the steady clock: the other one may be set back by days
            now = self._app.clock.steady()
            if now >= self._due.get(chore.name, now) and self._sure():
                done = self._do(chore, stop)
                self._due[chore.name] = now + (chore.every if done else min(chore.every, TRY_AGAIN))

    def _sure(self) -> bool:
        try:
            return self._may_go()
        except Exception:
            # a lost database comes back
            log.exception("office.clock_not_seen")
            return False

    def _do(self, chore: Chore, stop: Event) -> bool:
        try:
            chore.do(self._app, stop)
        except DialerError as error:
            log.error("office.chore_failed", chore=chore.name, why=str(error))  # noqa: TRY400 - the message says all
        except Exception:
            # a lost database comes back
            log.exception("office.chore_failed", chore=chore.name)
        else:
            return True
        return False


@contextmanager
def posting(
    app: App, *, once: bool, beat: Callable[[], object] = lambda: None, may_go: Callable[[], bool] = lambda: True
) -> Iterator[None]:
    """Keep the back office while the block runs, in a thread of its own; with `once` a single round before it.

    Not between the calls: a mail server that does not answer must not keep the dialler waiting. `beat` is called in
    every round: the sign of life to the outside. `may_go` is asked before each chore: may the clock be believed?
    """
    stop = Event()
    if once:
        Housekeeping(app, may_go).round(stop)
        yield
        return
    thread = Thread(target=keep_house, args=(app, stop, beat, may_go), name="back office")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def keep_house(
    app: App, stop: Event, beat: Callable[[], object] = lambda: None, may_go: Callable[[], bool] = lambda: True
) -> None:
    """Round after round until `stop` is set; what is being handed over is finished first."""
    housekeeping = Housekeeping(app, may_go)
    while not stop.is_set():
        beat()
        housekeeping.round(stop)
        stop.wait(WAIT.total_seconds())
