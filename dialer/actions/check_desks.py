"""Ask the carrier about collectors' lines: one whose end was not reported must get no more calls."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialer.actions.alarms import raise_alarm
from dialer.actions.desk import SHIFT_SECONDS, close, hang_up_desk
from dialer.app import App
from dialer.core.clocks import believable
from dialer.core.desk import DeskState
from dialer.storage import desks
from dialer.storage.desks import Desk
from dialer.telephony.carrier import CarrierError, UnreachableError

CHECK_EVERY = timedelta(minutes=5)
CALLING_AT_MOST = timedelta(minutes=2)
SEEN_LATELY = timedelta(minutes=1)
"""How old the last news of a line may be when somebody is called for it."""


def check_desks(app: App) -> None:
    """Close lines that the carrier says are over, whose telephone never got a call, or that are about to be cut."""
    now = app.clock.now()
    with app.db.read() as tx:
        lines = desks.open_desks(tx)
    for line in lines:
        if _worn_out(app, line, now):
            # the carrier ends every call after four hours: better between two conversations than in one
            _end(app, line, now)
        elif _silent(line, line.state_at, now, _wait(line)) and not _check(app, line, now):
            return  # the other lines would only wait for the same time-out: another round asks about them


def _end(app: App, line: Desk, now: datetime) -> None:
    """A carrier that cannot be reached must not end the round: nobody else would be called."""
    try:
        # asking about other lines takes time: he may have got a call meanwhile
        ready = (DeskState.READY,)
        hang_up_desk(app, line, now=now, why="a new line is needed: the carrier will end this one", only_from=ready)
    except CarrierError as error:
        with app.db.write() as tx:
            text = f"{line.user}'s telephone stays on the line until the carrier ends the call: {error}"
            raise_alarm(tx, at=now, kind="hangup.failed", text=text)


def check_line(app: App, line: Desk) -> None:
    """Make sure that a line is there before somebody is called for it."""
    now = app.clock.now()
    if _silent(line, line.opened_at, now, SEEN_LATELY):
        _check(app, line, now)


def _silent(line: Desk, began: datetime, now: datetime, wait: timedelta) -> bool:
    """True when the last news of a line are older than that, or of a moment that is yet to come."""
    seen = believable(line.checked_at, now) or believable(began, now)
    return seen is None or now >= seen + wait


def _wait(line: Desk) -> timedelta:
    return CALLING_AT_MOST if line.state is DeskState.CALLING else CHECK_EVERY


def _worn_out(app: App, line: Desk, now: datetime) -> bool:
    longest_call = timedelta(seconds=app.config.dialing.max_call_seconds)
    return line.state is DeskState.READY and now >= line.opened_at + timedelta(seconds=SHIFT_SECONDS) - longest_call


def _check(app: App, line: Desk, now: datetime) -> bool:
    """False when the carrier cannot be reached."""
    with app.db.write() as tx:
        desks.mark_checked(tx, line.id, now)
        current = desks.by_id(tx, line.id) or line  # it may have been opened while others were asked about
    if current.call_sid is None:
        why = "the carrier has not told of its call"
        close(app, current, now=now, why=why, only_from=(current.state,))
        return True
    try:
        snapshot = app.carrier.fetch(current.call_sid)
    except CarrierError as error:
        return not isinstance(error, UnreachableError)
    if snapshot is None or snapshot.status.terminal:
        close(app, current, now=now, why="the carrier says that this line is over")
    return True
