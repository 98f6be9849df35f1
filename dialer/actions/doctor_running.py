"""What `dialer doctor` sees of the running program: does it dial, and does anything lie about?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from dialer.actions.finding import Finding
from dialer.actions.reconcile import silent_attempts
from dialer.app import App
from dialer.clock import SystemClock
from dialer.core.clocks import FAR, JUMP
from dialer.core.outcome import Mode
from dialer.storage import due, metrics, pacing

OVERDUE = timedelta(hours=1)
"""Longer than any round of a scheduler at work takes."""

NEED_NOBODY = (None, Mode.UNATTENDED)
"""Cases that wait neither for a collector nor for a click."""


def dialling(app: App) -> Iterator[Finding]:
    """Paused by a person, or by the circuit breaker?"""
    now = app.clock.now()
    with app.db.read() as tx:
        pause = pacing.paused(tx, app.account, now=now)
        circuit = pacing.circuit(tx, app.account)
    if pause:
        until = f" until {_utc(pause.until)}" if pause.until else ""
        then = ", then one call tries again" if circuit else ""
        yield Finding(what="dialling", good=False, text=f"paused{until}{then}: {pause.reason}")
    elif circuit:
        text = f"the next call tries whether the carrier takes calls again; the last ones failed: {circuit.reason}"
        yield Finding(what="dialling", good=False, text=text)
    else:
        yield Finding(what="dialling", good=True, text="not paused")


def attempts(app: App) -> Iterator[Finding]:
    """Calls nobody has looked after."""
    stuck = silent_attempts(app)
    if stuck:
        ids = ", ".join(str(a.id) for a in stuck[:10])
        yield Finding(what="attempts", good=False, text=f"{len(stuck)} silent ({ids}); start `dialer scheduler`")


def queue(app: App) -> Iterator[Finding]:
    """Cases nobody takes up, although nothing has to be waited for."""
    now = app.clock.now()
    with app.db.read() as tx:
        if pacing.paused(tx, app.account, now=now):
            return
        oldest = due.next_due_at(tx, modes=NEED_NOBODY)
    if oldest is not None and now - oldest > OVERDUE:
        text = f"a case waits since {_utc(oldest)}; start `dialer scheduler`, or one more of them"
        yield Finding(what="queue", good=False, text=text)


def outbox(app: App) -> Iterator[Finding]:
    """Letters, mails and faxes nobody hands over."""
    with app.db.read() as tx:
        oldest = metrics.oldest_delivery_due(tx)
        waiting = metrics.waiting_deliveries(tx)
    if oldest is not None and app.clock.now() - oldest > OVERDUE:
        text = f"{waiting} deliveries wait, the oldest since {_utc(oldest)}; start `dialer scheduler`"
        yield Finding(what="outbox", good=False, text=f"{text}, and see `dialer outbox`")


def clock(app: App) -> Iterator[Finding]:
    """Does this machine's clock agree with the carrier's last answer, and with the database server's?"""
    if not isinstance(app.clock, SystemClock):
        return  # a clock for rehearsals shows another date on purpose
    ahead = app.carrier.clock_ahead()
    if ahead is not None and abs(ahead) > FAR:
        text = (
            f"{ahead.total_seconds():+.0f} s from the carrier's: nobody is called; see to this machine's time service"
        )
        yield Finding(what="clock", good=False, text=text)
    theirs = app.db.server_time()
    apart = timedelta() if theirs is None else app.clock.now() - theirs
    if abs(apart) > JUMP:
        text = f"{apart.total_seconds():+.0f} s from the database server's: nobody is called; see to both time services"
        yield Finding(what="clock", good=False, text=text)


def _utc(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
