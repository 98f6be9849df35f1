"""A callback about an attempt's call: store once, apply, log; then act on what machine detection said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from dialer.actions.call_log import change, log, with_verdict
from dialer.actions.drop_voicemail import on_machine
from dialer.actions.take_back import follow
from dialer.actions.transport import insist
from dialer.app import App
from dialer.core.call import Detected, StatusChanged
from dialer.storage import attempts, inbox
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction
from dialer.storage.inbox import NewEvent
from dialer.telephony.callbacks import AmdEvent, StatusEvent
from dialer.telephony.carrier import CarrierError

program_log = structlog.get_logger()

Effect = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Received:
    """What became of a callback: `known` is False when no attempt has its token or its call.

    `attempt` is locked, and something is to be done with it; `elsewhere` is the token of the one that has the call.
    """

    known: bool
    attempt: Attempt | None = None
    elsewhere: str | None = None


def handle_status(app: App, token: str, event: StatusEvent, payload: Mapping[str, str]) -> bool:
    """The network's word on a call. False when no attempt has this token or this call."""
    now = app.clock.now()
    stray = unheard = False
    with app.db.write() as tx:
        received = _receive(tx, token, event, kind="status", payload=payload, now=now)
        attempt = received.attempt
        if attempt is not None:
            # its answer was lost, or its worker died: whoever stopped the case found no call that could be taken back;
            # or it waited in the carrier's queue, and the request to take it back was lost
            unheard = (attempt.call.sid is None or now >= attempt.not_after) and not event.status.terminal
            attempt = with_verdict(app, tx, attempt, event.sid, event.answered_by, now=now)
            changed = StatusChanged(event.sid, event.status, _at(event, attempt, now), event.duration_seconds)
            # planning takes longer than all the rest, and the carrier waits: the scheduler has the time
            applied = change(app, tx, attempt, changed, now, plan=False)
            stray = applied.conflict is not None and not event.status.terminal
    if received.elsewhere is not None:
        return handle_status(app, received.elsewhere, event, payload)  # in a transaction that locks that one first
    if stray:
        _quietly(lambda: insist(app, lambda: app.carrier.hang_up(event.sid)))
    elif attempt is not None and unheard:
        follow(app, attempt.case_id)
    return received.known


def handle_machine_verdict(app: App, token: str, event: AmdEvent, payload: Mapping[str, str]) -> bool:
    """Machine detection's word. False when no attempt has this token or this call."""
    now = app.clock.now()
    with app.db.write() as tx:
        received = _receive(tx, token, event, kind="amd", payload=payload, now=now)
        attempt = received.attempt
        if attempt is not None:
            if attempt.call.sid is not None and attempt.call.sid != event.sid:
                return True  # a verdict on a call that is not this attempt's
            change(app, tx, attempt, Detected(event.answered_by), now)
            log(tx, attempt, "call.detected", now, answered_by=event.answered_by.value, after_ms=event.detection_ms)
    if received.elsewhere is not None:
        return handle_machine_verdict(app, received.elsewhere, event, payload)
    if received.known:
        # also when the verdict was stored before: whoever stored it may have died before acting on it
        on_machine(app, token)
    return received.known


def _receive(
    tx: Transaction, token: str, event: StatusEvent | AmdEvent, *, kind: str, payload: Mapping[str, str], now: datetime
) -> _Received:
    """Keep the event, and find whose it is. One that came before has been dealt with."""
    stored = inbox.receive(tx, token, NewEvent(key=event.key, kind=kind, at=now, payload=payload))
    attempt, new = stored or (None, True)
    if attempt is not None:
        structlog.contextvars.bind_contextvars(attempt=attempt.id)
    if not new:
        program_log.info("callback.repeated", kind=kind)
        return _Received(known=True)
    elsewhere = attempts.token_of_other(tx, attempt, event.sid)
    if elsewhere is not None:
        return _Received(known=True, elsewhere=elsewhere)
    return _Received(known=attempt is not None, attempt=attempt)


def _at(event: StatusEvent, attempt: Attempt, now: datetime) -> datetime:
    """When it happened, between intent and now whatever the carrier's clock says.

    The carrier cuts its times to whole seconds: a pause counted from them would be too short.
    """
    if event.at is None or event.at >= now:
        return now
    return max(attempt.intent_at, min(now, event.at + timedelta(seconds=1)))


def _quietly(effect: Effect) -> None:
    """An effect after commit whose need is alarmed already."""
    try:
        effect()
    except CarrierError:
        return
