"""Ask the carrier about attempts that fell silent: lost answers, lost callbacks, calls kept in its queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from dialer.actions.call_log import alarm, change, free_desk, log, with_verdict
from dialer.actions.judge_attempt import judge_attempt
from dialer.actions.transport import cancel
from dialer.app import App
from dialer.core.call import AnswerUnknown, Applied, AttemptState, GivenUp, Refused, StatusChanged
from dialer.core.outcome import Outcome
from dialer.storage import attempts
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction
from dialer.telephony.carrier import CallSnapshot, CarrierError

program_log = structlog.get_logger()

NEVER_SENT = timedelta(minutes=2)
"""An intent without a request after this long belongs to a worker that died."""

FIRST_LOOK = timedelta(seconds=30)
"""Longer than any request may take, so that the answer is not merely on its way."""

LOOK_AGAIN = timedelta(seconds=30)
GIVE_UP = timedelta(minutes=10)
SKEW = timedelta(minutes=1)
"""How far the carrier's clock may be behind ours."""

SILENCE = timedelta(seconds=60)
"""Beyond ring time or call time, how long a callback may be on its way."""


def reconcile(app: App) -> int:
    """Look at every live attempt that is overdue; returns how many were asked about."""
    now = app.clock.now()
    with app.db.read() as tx:
        overdue = [a for a in attempts.live(tx) if _overdue(app, a, now)]
    for attempt in overdue:
        try:
            _look_after(app, attempt, now)
        except Exception:  # noqa: BLE001 - logged below, and looked at again later
            # one attempt that cannot be looked after must not keep the others, and all dialling, waiting
            program_log.exception("attempt.poison", attempt_id=attempt.id)
            with app.db.write() as tx:
                attempts.update(tx, attempt.id, checked_at=now)
                text = f"attempt {attempt.id} cannot be looked after; the program's log has the details"
                alarm(tx, attempt, "attempt.error", text, now)
    return len(overdue)


def stop_unwanted(app: App, case_id: int) -> None:
    """Take back a call that is not answered yet and that the gate refuses by now: paid, held, disputed."""
    now = app.clock.now()
    with app.db.read() as tx:
        attempt = attempts.live_of_case(tx, case_id)
        if attempt is None or attempt.call.sid is None or attempt.call.state is AttemptState.ANSWERED:
            return
        verdict = judge_attempt(app, tx, attempt, now).verdict
    if not verdict.allowed:
        cancel(app, attempt.id, why=" ".join(verdict.rules), now=now)


def _overdue(app: App, attempt: Attempt, now: datetime) -> bool:
    call = attempt.call
    if _too_late(attempt, now) and (attempt.checked_at is None or attempt.checked_at < attempt.not_after):
        return True
    if attempt.checked_at and now < attempt.checked_at + LOOK_AGAIN:
        return False
    ring = timedelta(seconds=app.config.dialing.ring_seconds)
    match call.state:
        case AttemptState.INTENT:
            wait = FIRST_LOOK if attempt.sent_at else NEVER_SENT
            return now >= (attempt.sent_at or attempt.intent_at) + wait
        case AttemptState.UNKNOWN:
            return now >= (attempt.sent_at or attempt.intent_at) + FIRST_LOOK
        case AttemptState.PLACED | AttemptState.RINGING:
            return now >= (call.placed_at or attempt.intent_at) + SILENCE + ring
        case _:
            longest = timedelta(seconds=app.config.dialing.max_call_seconds)
            return now >= (call.answered_at or attempt.intent_at) + longest + SILENCE


def _too_late(attempt: Attempt, now: datetime) -> bool:
    """True for a call that does not ring yet and must not begin to."""
    return attempt.call.state is AttemptState.PLACED and now >= attempt.not_after


def _look_after(app: App, attempt: Attempt, now: datetime) -> None:
    try:
        if attempt.call.state is AttemptState.INTENT and attempt.sent_at is None:
            _end_unsent(app, attempt, now)
        elif attempt.call.sid is None:
            _search(app, attempt, now)
        else:
            _fetch(app, attempt, attempt.call.sid, now)
    except CarrierError:
        # the carrier is down: ask again later, the attempt stays live and counted
        with app.db.write() as tx:
            attempts.update(tx, attempt.id, checked_at=now)


def _end_unsent(app: App, attempt: Attempt, now: datetime) -> None:
    with app.db.write() as tx:
        current = attempts.by_id(tx, attempt.id, lock=True)
        if current and current.sent_at is None and current.call.state is AttemptState.INTENT:
            log(tx, current, "attempt.never_sent", now)
            change(app, tx, current, Refused(Outcome.CANCELLED, now), now)


def _search(app: App, attempt: Attempt, now: datetime) -> None:
    found = [c for c in app.carrier.find(to=attempt.to, from_=attempt.from_) if _may_be(c, attempt)]
    with app.db.write() as tx:
        current = attempts.by_id(tx, attempt.id, lock=True)
        if current is None or not current.call.live or current.call.sid is not None:
            return
        attempts.update(tx, attempt.id, checked_at=now)
        taken = attempts.taken_sids(tx, [c.sid for c in found])
        free = [c for c in found if c.sid not in taken]
        log(tx, current, "attempt.reconciled", now, found=[c.sid for c in free])
        if len(free) == 1:
            _believe(app, tx, current, free[0], now)
        elif now >= attempt.intent_at + GIVE_UP:
            if free:
                alarm(tx, current, "call.ambiguous", f"{len(free)} calls may be attempt {attempt.id}", now)
            change(app, tx, current, GivenUp(now), now)
        elif current.call.state is AttemptState.INTENT:
            change(app, tx, current, AnswerUnknown(now), now)
        elif not free and now >= attempt.intent_at + SILENCE + timedelta(seconds=app.config.dialing.ring_seconds):
            free_desk(tx, current, now)  # it would have rung out by now: nobody will be put through to him


def _may_be(snapshot: CallSnapshot, attempt: Attempt) -> bool:
    return snapshot.created_at is None or snapshot.created_at >= attempt.intent_at - SKEW


def _fetch(app: App, attempt: Attempt, sid: str, now: datetime) -> None:
    snapshot = app.carrier.fetch(sid)
    late = _too_late(attempt, now)
    with app.db.write() as tx:
        current = attempts.by_id(tx, attempt.id, lock=True)
        if current is None or not current.call.live:
            return
        attempts.update(tx, attempt.id, checked_at=now)
        if snapshot is None and attempt.checked_at is None:
            return  # the carrier's books may lag behind: one more look before giving up
        if snapshot is None:
            alarm(tx, current, "call.vanished", f"the carrier does not know the call of attempt {attempt.id}", now)
            change(app, tx, current, GivenUp(now), now)
            return
        log(tx, current, "attempt.reconciled", now, status=snapshot.status)
        told = _believe(app, tx, current, snapshot, now)
    if late and told.call.state is AttemptState.PLACED:
        cancel(app, attempt.id, why="its window has closed", now=now)


def _believe(app: App, tx: Transaction, attempt: Attempt, snapshot: CallSnapshot, now: datetime) -> Applied:
    """Take over what the carrier's books say."""
    attempt = with_verdict(app, tx, attempt, snapshot.sid, snapshot.answered_by, now=now)
    never = not snapshot.dialled
    status = StatusChanged(snapshot.sid, snapshot.status, now, snapshot.duration_seconds, never_dialled=never)
    return change(app, tx, attempt, status, now)


def silent_attempts(app: App) -> Sequence[Attempt]:
    """Live attempts that are overdue right now, for `dialer doctor`."""
    now = app.clock.now()
    with app.db.read() as tx:
        return [a for a in attempts.live(tx) if _overdue(app, a, now)]
