"""Lets the virtual days pass: collectors come and go, the scheduler ticks, the network runs."""

from __future__ import annotations

import sys
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from dialer.actions import desk
from dialer.actions.dispose import dispose
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.errors import DialerError
from dialer.core.outcome import Disposition, Mode
from dialer.demo.office import BackOffice
from dialer.demo.stage import BERLIN, COLLECTORS, START, Stage
from dialer.scheduler.tick import tick
from dialer.simulator.records import Conversation
from dialer.storage import attempts, desks, due

WORKER = "demo"
SHIFTS = ((time(8, 55), time(12, 50)), (time(12, 55), time(16, 45)), (time(16, 50), time(20, 0)))
"""Collectors' shifts (Berlin); none is longer than the carrier lets a call last."""

STALLED = timedelta(seconds=30)


def drive(stage: Stage, *, days: int) -> None:
    """Run from the first morning until the last evening, showing how far it is."""
    stage.network.on_wrap_up.append(partial(_judge, stage))
    end = _at(START.date() + timedelta(days=days - 1), time(20, 5))
    office = BackOffice(stage, stage.seed)
    with _Watch(end) as watch:
        while stage.network.now < end:
            _collectors(stage)
            office.work()
            done = tick(stage.app, worker=WORKER)
            if not done.started:
                _advance(stage, end)
            watch.show(stage.network.now, calls=len(stage.network.calls))
        for user in COLLECTORS:
            _close(stage, user)
        stage.network.run_until(end + timedelta(hours=1))
        tick(stage.app, worker=WORKER)
        office.close()


class _Watch:
    """Shows how far the virtual days are: a bar on a terminal, a line a day elsewhere. Both go to stderr."""

    def __init__(self, end: datetime) -> None:
        columns = (TextColumn("virtual days"), BarColumn(), TextColumn("{task.fields[clock]}"), TimeElapsedColumn())
        terminal = sys.stderr.isatty()
        self._bar = Progress(*columns, console=Console(stderr=True), disable=not terminal)
        self._task = self._bar.add_task("", total=(end - START).total_seconds(), clock="")
        self._day: date | None = None
        self._terminal = terminal

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, now: datetime, *, calls: int) -> None:
        local = now.astimezone(BERLIN)
        clock = f"{local:%a %d.%m. %H:%M}  {calls} calls"
        self._bar.update(self._task, completed=(local - START).total_seconds(), clock=clock)
        if not self._terminal and local.date() != self._day:
            self._day = local.date()
            print(f"virtual day {local:%a %d.%m.}, {calls} calls so far", file=sys.stderr, flush=True)  # noqa: T201


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=BERLIN)


def _advance(stage: Stage, end: datetime) -> None:
    """To the next thing that can happen: on the network, in the book, or at the start of a shift."""
    now = stage.network.now
    with stage.app.db.read() as tx:
        free = any(d.state is DeskState.READY for d in desks.open_desks(tx))
        modes = (None, Mode.UNATTENDED, Mode.PROGRESSIVE) if free else (None, Mode.UNATTENDED)
        in_book = due.next_due_at(tx, modes=modes)
    if in_book is not None and in_book <= now:
        in_book = now + STALLED
    candidates = [t for t in (stage.network.next_event_at(), in_book, _next_shift(now), end) if t is not None]
    stage.network.run_until(max(min(candidates), now + timedelta(milliseconds=1)))


def _next_shift(now: datetime) -> datetime:
    local = now.astimezone(BERLIN)
    days = (local.date(), local.date() + timedelta(days=1))
    edges = [_at(day, edge) for day in days for shift in SHIFTS for edge in shift]
    return next(edge for edge in edges if edge > now)


def _on_shift(now: datetime) -> bool:
    local = now.astimezone(BERLIN)
    return local.weekday() < 6 and any(start <= local.time() < end for start, end in SHIFTS)


def _collectors(stage: Stage) -> None:
    """Open and close lines as the shifts begin and end."""
    working = _on_shift(stage.network.now)
    with stage.app.db.read() as tx:
        lines = {line.user: line for line in desks.open_desks(tx)}
    for user in COLLECTORS:
        if working and user not in lines:
            desk.open_desk(stage.app, user)
        elif not working and user in lines:
            _close(stage, user)


def _close(stage: Stage, user: str) -> None:
    with stage.app.db.read() as tx:
        line = desks.of_user(tx, user)
    if line is not None and line.state in {DeskState.READY, DeskState.CALLING}:
        desk.close_desk(stage.app, user)


def _judge(stage: Stage, talk: Conversation) -> None:
    """A collector has finished his notes: he says what came of the conversation."""
    with stage.app.db.read() as tx:
        attempt = attempts.by_sid(tx, talk.debtor_call_sid)
    if attempt is None or attempt.disposition is not None or attempt.call.joined_at is None:
        return
    report = Report(
        disposition=Disposition(talk.disposition),
        amount_minor=talk.fields.get("amount_minor"),
        on=talk.fields.get("promise_date"),
        callback_at=talk.fields.get("callback_at"),
    )
    try:
        dispose(stage.app, attempt.id, report, actor=talk.collector)
    except DialerError:
        dispose(stage.app, attempt.id, Report(disposition=Disposition.NO_RESULT), actor=talk.collector)
