"""One round of the scheduler: look after silent attempts, look at new cases, dial what is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

import structlog

from dialer.actions.alarms import raise_alarm, told_lately
from dialer.actions.check_desks import check_desks
from dialer.actions.place_call import Started, place_due_call
from dialer.actions.plan_case import plan_case
from dialer.actions.reconcile import reconcile
from dialer.actions.take_back import stop_unwanted
from dialer.app import App
from dialer.core.circuit import WATCHED
from dialer.core.desk import DeskState
from dialer.core.errors import DialerError
from dialer.core.outcome import Mode
from dialer.storage import desks, due, entries, pacing
from dialer.storage.database import UNAVAILABLE, Transaction
from dialer.storage.entries import NewEntry

POISON_WAIT = timedelta(hours=1)
"""How long a case that breaks the program is left alone."""

TROUBLE_WAIT = timedelta(minutes=1)
"""How long a case is left alone with which the database was in trouble: it may be a call-back that was agreed."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What a tick did."""

    looked_at: int = 0
    tried: int = 0
    started: int = 0

    @property
    def idle(self) -> bool:
        """True when there was nothing to do."""
        return not (self.looked_at or self.tried)


def tick(
    app: App,
    *,
    worker: str,
    stop: Event | None = None,
    dial: bool = True,
    go_on: Callable[[], bool] = lambda: True,
    look: Callable[[], bool] = lambda: True,
) -> Round:
    """Do everything that can be done at this instant, in batches. Once `stop` is set, no further case is begun.

    Without `dial` nobody is called. `go_on` is asked before each call: a round may take many minutes. `look` is asked
    before each look at a case: what comes next must not be found out by a clock that is wrong.
    """
    reconcile(app)
    check_desks(app)
    new, to_dial = _claim(app, worker, dial=dial, look=look())
    for case_id in new:
        if look():
            _guarded(app, case_id, worker, stop, dial=False)
    started = sum(_dial_all(app, to_dial, worker, stop, go_on))
    return Round(looked_at=len(new), tried=len(to_dial), started=started)


def _claim(app: App, worker: str, *, dial: bool, look: bool) -> tuple[Sequence[int], Sequence[int]]:
    """Cases to look at, and cases to dial now. Most rounds find none, and keep no writer waiting."""
    now = app.clock.now()
    with app.db.read() as tx:
        waiting = due.waiting(tx, now=now) - (set() if look else {None})
        limits = _limits(app, tx, now) if dial and waiting - {None} else {}
    wanted = {mode: limit for mode, limit in limits.items() if mode in waiting and limit}
    if None not in waiting and not wanted:
        return [], []
    with app.db.write() as tx:
        now = app.clock.now()
        new = _claim_looks(app, tx, worker, now) if None in waiting else []
        claimed = [due.claim_due(tx, now=now, worker=worker, limit=n, mode=mode) for mode, n in wanted.items()]
        pacing.prune_requests(tx, app.account, before=now - WATCHED)
    return new, [case_id for ids in claimed for case_id in ids]


def _limits(app: App, tx: Transaction, now: datetime) -> Mapping[Mode, int]:
    """How many to dial: no more with a collector than there are collectors, and none while dialling is paused."""
    account = pacing.account(tx, app.account)
    if account.pause(now):
        return {}
    # while the circuit is open, one call tries whether the carrier takes calls again
    batch = 1 if account.circuit else app.config.dialing.batch_size
    ready = sum(1 for d in desks.open_desks(tx) if d.state is DeskState.READY)
    return {Mode.PROGRESSIVE: min(ready, batch), Mode.UNATTENDED: batch}


def _claim_looks(app: App, tx: Transaction, worker: str, now: datetime) -> Sequence[int]:
    limit = app.config.dialing.batch_size
    # a round may end more calls than it begins
    ended = due.claim_ended(tx, now=now, worker=worker, limit=2 * limit)
    return [*ended, *due.claim_due(tx, now=now, worker=worker, limit=limit, mode=None)]


def _dial_all(
    app: App, case_ids: Sequence[int], worker: str, stop: Event | None, go_on: Callable[[], bool]
) -> list[bool]:
    def one(case_id: int) -> bool:
        # as with a stop: its lease runs out
        return go_on() and _guarded(app, case_id, worker, stop, dial=True)

    workers = min(app.config.dialing.workers, len(case_ids))
    if workers <= 1:
        return [one(case_id) for case_id in case_ids]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, case_ids))


def _guarded(app: App, case_id: int, worker: str, stop: Event | None, *, dial: bool) -> bool:
    """One case; whatever goes wrong with it is written down and stops nothing else."""
    if stop is not None and stop.is_set():
        return False  # its lease runs out, and another worker takes it
    try:
        if dial:
            placement = place_due_call(app, case_id, worker=worker)
            return isinstance(placement, Started)
        with app.db.write() as tx:
            plan_case(app, tx, case_id, app.clock.now())
        stop_unwanted(app, case_id)
    except Exception as error:
        log.exception("case.poison", case_id=case_id)
        _push_ahead(app, case_id, error)
    return False


def _push_ahead(app: App, case_id: int, error: Exception) -> None:
    now = app.clock.now()
    text = str(error) if isinstance(error, DialerError) else f"{type(error).__name__} (details in the program's log)"
    trouble = isinstance(error, UNAVAILABLE)
    with app.db.write() as tx:
        due.postpone(tx, case_id, until=now + (TROUBLE_WAIT if trouble else POISON_WAIT), reason="error")
        if trouble and told_lately(tx, "case.error", case_id, now):
            return
        raise_alarm(tx, at=now, kind="case.error", text=f"case {case_id}: {text}", case_id=case_id)
        entry = NewEntry(case_id=case_id, at=now, kind="case.error", actor="scheduler", facts={"text": text})
        entries.append(tx, entry)
