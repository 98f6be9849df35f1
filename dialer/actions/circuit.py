"""The circuit breaker: requests that fail stop dialling for the whole account, and one call at a time tries again.

What counts: no usable answer (time-out, reset, 5xx) and no connection. A throttled request (429) does not: the carrier
is there, has processed nothing, and is asked for the same intent again. A refusal that is ours, and an intent for which
nothing got through at all, open the circuit at once: the next one would fare no better.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dialer.actions.alarms import raise_alarm
from dialer.app import App
from dialer.core.circuit import FIRST_WAIT, WATCHED, next_wait, trips
from dialer.storage import pacing
from dialer.storage.database import Transaction
from dialer.telephony.carrier import AnswerLost, BadNumber, Misconfigured, NotSent, Placed, PlaceResult

PROBE_LEASE = timedelta(minutes=10)
"""Longer than any attempt waits for its turn and its answers; a worker that dies keeps the probe no longer."""


def claim_probe(app: App, tx: Transaction, attempt_id: int, now: datetime) -> None:
    """While the circuit waits for one try, let it be this attempt; whoever comes second is stopped at the last gate."""
    pacing.take_probe(tx, app.account, attempt_id=attempt_id, now=now, until=now + PROBE_LEASE)


def note_result(app: App, tx: Transaction, attempt_id: int, result: PlaceResult, now: datetime) -> None:
    """Count one answered or lost request of an attempt, and stop or resume dialling by it."""
    if isinstance(result, NotSent) and result.throttled:
        return
    pacing.note_request(tx, app.account, at=now, failed=isinstance(result, AnswerLost | NotSent))
    if isinstance(result, Placed | BadNumber):
        _went_well(app, tx, attempt_id, now)
    elif isinstance(result, Misconfigured):
        give_up(app, tx, attempt_id, f"{result.code}: {result.text}", now)
    elif not _failed_probe(app, tx, attempt_id, _reason(result), now) and _too_many(app, tx, now):
        _open(app, tx, _reason(result), now)


def give_up(app: App, tx: Transaction, attempt_id: int, reason: str, now: datetime) -> None:
    """Nothing can be had from the carrier at the moment: stop at once."""
    if not _failed_probe(app, tx, attempt_id, reason, now):
        _open(app, tx, reason, now)


def _reason(result: AnswerLost | NotSent) -> str:
    return f"answer lost: {result.text}" if isinstance(result, AnswerLost) else result.text


def _too_many(app: App, tx: Transaction, now: datetime) -> bool:
    seen = pacing.requests_since(tx, app.account, now - WATCHED)
    return trips(asked=seen.asked, failed=seen.failed, in_a_row=seen.in_a_row)


def _went_well(app: App, tx: Transaction, attempt_id: int, now: datetime) -> None:
    account = pacing.account(tx, app.account)
    if account.failures_in_row:
        pacing.forget_failures(tx, app.account)
    if account.circuit and pacing.close_circuit(tx, app.account, attempt_id=attempt_id):
        raise_alarm(tx, at=now, kind="dialling.resumed", text="the carrier takes calls again: dialling goes on")


def _open(app: App, tx: Transaction, reason: str, now: datetime) -> None:
    if pacing.open_circuit(tx, app.account, until=now + FIRST_WAIT, wait=FIRST_WAIT, reason=reason):
        _tell(tx, FIRST_WAIT, reason, now)


def _failed_probe(app: App, tx: Transaction, attempt_id: int, reason: str, now: datetime) -> bool:
    """True when this was the one try; dialling then rests for longer."""
    circuit = pacing.circuit(tx, app.account)
    if circuit is None or circuit.probe_id != attempt_id:
        return False
    wait = next_wait(circuit.wait)
    if pacing.reopen(tx, app.account, attempt_id=attempt_id, until=now + wait, wait=wait, reason=reason):
        _tell(tx, wait, reason, now)
    return True


def _tell(tx: Transaction, wait: timedelta, reason: str, now: datetime) -> None:
    raise_alarm(tx, at=now, kind="dialling.paused", text=f"dialling pauses for {wait}, then tries one call: {reason}")
