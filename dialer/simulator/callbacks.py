"""The webhooks that report: call progress, answering machine detection, conferences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dialer.simulator.deliver import DeliveryFailed, DeliveryReply
from dialer.simulator.exchange import Request
from dialer.simulator.records import CallbackSent

if TYPE_CHECKING:
    from datetime import datetime

    from dialer.simulator.engine import Engine
    from dialer.simulator.leg import Address, Leg
    from dialer.simulator.signature import Form
    from dialer.simulator.timeline import Action

# Twilio sends these outside the US too, mostly empty.
GEO_FIELDS = [
    (end + part, "") for end in ("From", "To", "Caller", "Called") for part in ("City", "State", "Zip", "Country")
]


def rfc2822(instant: datetime) -> str:
    return instant.strftime("%a, %d %b %Y %H:%M:%S +0000")


def standard(engine: Engine, leg: Leg, status: str) -> Form:
    """The parameters every voice webhook carries."""
    record = leg.record
    form = [
        ("CallSid", record.sid),
        ("AccountSid", engine.account_sid),
        ("From", record.from_),
        ("To", record.to),
        ("Caller", record.from_),
        ("Called", record.to),
        ("CallStatus", status),
        ("ApiVersion", "2010-04-01"),
        ("Direction", record.direction),
        *GEO_FIELDS,
    ]
    if record.parent_call_sid is not None:
        form.append(("ParentCallSid", record.parent_call_sid))
    return form


def status(engine: Engine, leg: Leg, event: str, *, word: str | None = None, sip: int | None = None) -> None:
    """Report call progress if the event was subscribed; numbers count the events that fire."""
    address = leg.plan.status
    if address is None or event not in leg.plan.events:
        return
    form = standard(engine, leg, word or leg.record.status)
    form += [
        ("CallbackSource", "call-progress-events"),
        ("Timestamp", rfc2822(engine.now)),
        ("SequenceNumber", str(leg.sequence)),
    ]
    leg.sequence += 1
    if event == "completed":
        form += _terminal(leg, sip or 200)
    _send(engine, leg, event, address=address, form=form)


def _terminal(leg: Leg, sip: int) -> Form:
    record = leg.record
    form = [
        ("CallDuration", str(record.duration_seconds)),
        ("Duration", str(math.ceil(record.duration_seconds / 60))),
        ("SipResponseCode", str(sip)),
    ]
    return [*form, ("AnsweredBy", record.answered_by)] if record.answered_by else form


def verdict(engine: Engine, leg: Leg, word: str, seconds: float) -> None:
    """Report what answering machine detection found, to the record and to the application."""
    leg.record.answered_by = word
    amd = leg.plan.amd
    if amd is None or not amd.asynchronous:
        return
    if amd.callback is None:
        leg.record.warnings.append(21262)
        return
    form = [
        ("CallSid", leg.record.sid),
        ("AccountSid", engine.account_sid),
        ("AnsweredBy", word),
        ("MachineDetectionDuration", str(round(seconds * 1000))),
    ]
    _send(engine, leg, "amd", address=amd.callback, form=form)


def late_verdict(engine: Engine, leg: Leg) -> None:
    """A call that ends before detection has made up its mind is reported as unknown."""
    record = leg.record
    if leg.plan.amd is None or record.answered_at is None or record.answered_by is not None:
        return
    verdict(engine, leg, "unknown", (engine.now - record.answered_at).total_seconds())


def conference(engine: Engine, leg: Leg, event: str, *, address: Address, form: Form) -> None:
    _send(engine, leg, event, address=address, form=form)


def _send(engine: Engine, leg: Leg, event: str, *, address: Address, form: Form) -> None:
    request = Request(address.method, address.url, form, engine.sid(""))

    def record(result: DeliveryReply | DeliveryFailed) -> None:
        outcome = result.status if isinstance(result, DeliveryReply) else "unreachable"
        leg.record.callbacks.append(CallbackSent(event, engine.now, outcome))

    def post() -> None:
        engine.post(request, record)

    fate = engine.faults.callback()
    if fate == "reordered" and leg.live:
        leg.held_back.append(post)
        return
    if fate == "lost":
        leg.record.callbacks.append(CallbackSent(event, engine.now, "lost"))
    elif fate == "late":
        engine.timeline.after(engine.faults.plan.late_seconds, post)
    else:
        _repeat(post, 2 if fate == "duplicate" else 1)
    _release(leg)


def _repeat(post: Action, times: int) -> None:
    for _ in range(times):
        post()


def _release(leg: Leg) -> None:
    """What was held back follows the event that has overtaken it."""
    for post in leg.held_back:
        post()
    leg.held_back.clear()
