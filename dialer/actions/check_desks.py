"""Ask the carrier about collectors' lines: one whose end was not reported must get no more calls."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialer.actions.desk import close
from dialer.app import App
from dialer.core.desk import DeskState
from dialer.storage import desks
from dialer.storage.desks import Desk
from dialer.telephony.carrier import CarrierError

CHECK_EVERY = timedelta(minutes=5)
CALLING_AT_MOST = timedelta(minutes=2)


def check_desks(app: App) -> None:
    """Close lines that the carrier says are over, and those whose telephone never got a call."""
    now = app.clock.now()
    with app.db.read() as tx:
        lines = [desk for desk in desks.open_desks(tx) if _due(desk, now)]
    for desk in lines:
        with app.db.write() as tx:
            desks.mark_checked(tx, desk.id, now)
        if _is_over(app, desk):
            close(app, desk, now=now, why="the carrier says that this line is over")


def _due(desk: Desk, now: datetime) -> bool:
    """Lines that will be given a call next; one that is in use has its own callbacks to tell of its end."""
    waits = {DeskState.CALLING: CALLING_AT_MOST, DeskState.READY: CHECK_EVERY}
    return desk.state in waits and now >= (desk.checked_at or desk.state_at) + waits[desk.state]


def _is_over(app: App, desk: Desk) -> bool:
    if desk.call_sid is None:
        return True
    try:
        snapshot = app.carrier.fetch(desk.call_sid)
    except CarrierError:
        return False
    return snapshot is None or snapshot.status.terminal
