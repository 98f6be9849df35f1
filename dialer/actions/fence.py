"""What must be sure before a collector's click calls anybody, or a fax rings, in whatever process that is.

The scheduler's own processes ask the same before they dial (dialer/scheduler/readiness.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from dialer.actions.clock_watch import ClockWatch, Doubts
from dialer.actions.recover_calls import recover_calls
from dialer.app import App
from dialer.storage.database import Database

FETCHING = "the calls since the last one in the book are being fetched from the carrier: try again in a moment"
NOT_FETCHED = "the calls since the last one in the book could not be fetched from the carrier: try again later"
WRONG_CLOCK = "the clock of this machine is in doubt: nobody is called until it has been right for a minute"


@dataclass(slots=True, eq=False)
class _Sure:
    """What this process knows of one database. `asked_at`: how many connections were lost when it last was sure."""

    doubts: Doubts = field(default_factory=Doubts)
    asked_at: int | None = None
    asking: bool = False
    lock: Lock = field(default_factory=Lock)


_SURE: WeakKeyDictionary[Database, _Sure] = WeakKeyDictionary()
_ONE_AT_A_TIME = Lock()


def is_sure(app: App) -> bool:
    """True when this process may call somebody without asking the carrier first, and by a clock that is believed."""
    sure = _of(app)
    app.db.notice_replacement()
    with sure.lock:
        return ClockWatch(app, sure.doubts).believed() and sure.asked_at == app.db.losses


def obstacle(app: App) -> str | None:
    """Why nobody may be called from this process now, None when nothing is in the way.

    The first click of a process, and the first one after a connection to the database broke, asks the carrier for calls
    that the database does not know: it may be a backup, or a standby that lacks the last commits. Until it has answered
    no intent is written, since the last one says how far back to ask.
    """
    sure = _of(app)
    with sure.lock:
        losses = app.db.losses
        if not ClockWatch(app, sure.doubts).believed():
            return WRONG_CLOCK
        if sure.asked_at == losses:
            return None
        if sure.asking:
            return FETCHING
        sure.asking = True
    try:
        fetched = recover_calls(app)
    finally:
        sure.asking = False
    with sure.lock:
        if not fetched:
            return NOT_FETCHED
        sure.asked_at = losses
        # the carrier's answer has shown its time
        return None if ClockWatch(app, sure.doubts).still_believed() else WRONG_CLOCK


def _of(app: App) -> _Sure:
    with _ONE_AT_A_TIME:
        return _SURE.setdefault(app.db, _Sure())
