"""Send an attempt to the carrier, once, and record what it answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from dialer.actions.alarms import raise_alarm
from dialer.actions.call_log import alarm, change, log
from dialer.actions.circuit import give_up, note_result
from dialer.app import App
from dialer.core.call import AnswerUnknown, Bound, Refused, StatusChanged
from dialer.core.network import NetworkStatus
from dialer.core.outcome import Mode, Outcome
from dialer.storage import attempts, pacing
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction
from dialer.telephony.carrier import (
    AnswerLost,
    BadNumber,
    CallOrder,
    CarrierError,
    Misconfigured,
    NotSent,
    Placed,
    PlaceResult,
)

_T = TypeVar("_T")

BACK_OFF = (timedelta(seconds=1), timedelta(seconds=3), timedelta(seconds=9))
"""Waits between requests that were proven not to have been processed."""

SAYS_NO_AT_ONCE = timedelta(seconds=2)
"""What takes the carrier longer than this is a time-out, not a refusal."""

FRESH = timedelta(seconds=5)
"""How long after the last gate the request may go out; a worker that was held up for longer asks nobody any more."""


def send(app: App, attempt: Attempt, *, again: Callable[[], Attempt | None]) -> None:
    """Make the request that `mark_sent` claimed. `again` runs the last gate before any repetition."""
    for wait in (*BACK_OFF, None):
        now = app.clock.now()
        if now >= attempt.not_after or now > (attempt.sent_at or now) + FRESH:
            _end_unsent(app, attempt, now)
            return
        result = app.carrier.place(_order(app, attempt))
        now = app.clock.now()
        if not isinstance(result, NotSent):
            _record(app, attempt.id, result, now)
            return
        if wait is None:
            break
        with app.db.write() as tx:
            attempts.unmark_sent(tx, attempt.id)
            log(tx, attempt, "attempt.not_sent", now, text=result.text)
            note_result(app, tx, attempt.id, result, now)
        app.clock.sleep_until(now + wait)
        renewed = again()
        if renewed is None:
            return
        attempt = renewed
    _record(app, attempt.id, result, app.clock.now())


def _end_unsent(app: App, attempt: Attempt, now: datetime) -> None:
    """The worker was held up between the gate and the request."""
    with app.db.write() as tx:
        current = attempts.by_id(tx, attempt.id, lock=True)
        if current is not None and current.call.live and current.call.sid is None:
            alarm(tx, current, "worker.held_up", f"attempt {attempt.id} was not sent: its worker was held up", now)
            change(app, tx, current, Refused(Outcome.CANCELLED, now), now)
            pacing.give_probe_back(tx, app.account, attempt_id=attempt.id, now=now)


def _order(app: App, attempt: Attempt) -> CallOrder:
    token, urls, twilio, dialing = attempt.token, app.urls, app.config.twilio, app.config.dialing
    return CallOrder(
        to=attempt.to,
        from_=attempt.from_,
        answer_url=urls.voice(token),
        status_url=urls.status(token),
        amd_url=None if attempt.mode is Mode.PREVIEW else urls.amd(token),
        fallback_url=twilio.fallback_url,
        ring_seconds=dialing.ring_seconds,
        max_call_seconds=dialing.max_call_seconds,
    )


def _record(app: App, attempt_id: int, result: PlaceResult, now: datetime) -> None:
    stray: str | None = None
    with app.db.write() as tx:
        attempt = attempts.by_id(tx, attempt_id, lock=True)
        if attempt is None:
            return
        match result:
            case Placed():
                stray = _placed(app, tx, attempt, result, now)
            case AnswerLost():
                log(tx, attempt, "attempt.answer_lost", now, text=result.text)
                change(app, tx, attempt, AnswerUnknown(now), now)
            case BadNumber():
                log(tx, attempt, "attempt.refused", now, code=result.code, text=result.text)
                change(app, tx, attempt, Refused(Outcome.BAD_NUMBER, now), now)
            case Misconfigured() | NotSent():
                code = result.code if isinstance(result, Misconfigured) else None
                log(tx, attempt, "attempt.refused", now, code=code, text=result.text)
                change(app, tx, attempt, Refused(Outcome.NOT_PLACED, now), now)
        # the account after the case, as whoever writes an intent locks them
        note_result(app, tx, attempt_id, result, now)
        if isinstance(result, NotSent):
            give_up(app, tx, attempt_id, result.text, now)
    if stray:
        hang_up_stray(app, attempt, stray, now)


def insist(app: App, end: Callable[[], _T]) -> _T:
    """Ask the carrier to end a call, which may be asked twice; once more when it said no at once. Raises CarrierError.

    The telephone would ring on for as long as it takes until somebody looks after the call again.
    """
    began = app.clock.steady()
    try:
        return end()
    except CarrierError:
        if app.clock.steady() - began >= SAYS_NO_AT_ONCE:
            raise  # the next one, too, would wait for a time-out
        app.clock.sleep_until(app.clock.now() + BACK_OFF[0])
        return end()


def hang_up_stray(app: App, attempt: Attempt, sid: str, now: datetime) -> None:
    """End a call that is not, or no longer, the attempt's to keep."""
    try:
        insist(app, lambda: app.carrier.hang_up(sid))
    except CarrierError as error:
        with app.db.write() as tx:
            alarm(tx, attempt, "hangup.failed", f"call {sid} beside attempt {attempt.id} may ring on: {error}", now)


def queued_too_long(app: App, queue_ms: int | None) -> bool:
    """True when the carrier would make a call only after so many milliseconds; None when it said nothing of a queue."""
    return (queue_ms or 0) > app.config.dialing.queue_budget_seconds * 1000


def _placed(app: App, tx: Transaction, attempt: Attempt, result: Placed, now: datetime) -> str | None:
    """Bind the call; returns the sid of a call that is not ours to keep."""
    if result.queue_ms:
        attempts.update(tx, attempt.id, queue_ms=result.queue_ms)
    # the case before the account, as whoever writes an intent locks them
    applied = change(app, tx, attempt, Bound(result.sid, now), now)
    if queued_too_long(app, result.queue_ms):
        # the call is to be taken back; the next one would only join the same queue
        text = f"the carrier queues calls for {result.queue_ms / 1000:.0f} s: twilio.calls_per_second is set too high"
        pacing.rest(tx, app.account, reason=text, until=now + timedelta(milliseconds=result.queue_ms))
        raise_alarm(tx, at=now, kind="carrier.queue", text=text)
    return result.sid if applied.conflict else None


def cancel(app: App, attempt_id: int, *, why: str, now: datetime) -> bool:
    """Take back a call that is not answered yet. True when it is certain that it will not ring on.

    A call cancelled in the carrier's queue is never reported, so the carrier's reply is taken as the end.
    """
    with app.db.read() as tx:
        attempt = attempts.by_id(tx, attempt_id)
    if attempt is None or attempt.call.sid is None or not attempt.call.live:
        return False
    try:
        sid = attempt.call.sid
        cancelled = insist(app, lambda: app.carrier.cancel(sid))
    except CarrierError as error:
        with app.db.write() as tx:
            alarm(tx, attempt, "cancel.failed", f"could not cancel attempt {attempt_id}: {error}", now)
        return False
    now = app.clock.now()  # it ended on the way there: pauses are counted from the end
    with app.db.write() as tx:
        # the attempt before its case's log, as everywhere: two orders of locking would wait for each other in a circle
        current = attempts.by_id(tx, attempt_id, lock=True)
        log(tx, attempt, "attempt.cancel", now, why=why, cancelled=cancelled is not None)
        if cancelled and current:
            never = not cancelled.dialled
            ended = StatusChanged(cancelled.sid, NetworkStatus.CANCELLED, now, never_dialled=never)
            change(app, tx, current, ended, now)
    return cancelled is not None
