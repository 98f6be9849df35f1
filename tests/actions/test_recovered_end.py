"""A call that only the carrier's books know ended when they say so: the pause begins after its ringing, not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from office_kit import ABSENT_AXEL, STRAY, Office

from dialer.actions import transport
from dialer.actions.reconcile import reconcile_at_start
from dialer.actions.recover_calls import recover_calls
from dialer.telephony.carrier import CallSnapshot


def called_without_a_trace(office: Office) -> int:
    case = office.case(ABSENT_AXEL)
    office.app.carrier.place(replace(STRAY, to=ABSENT_AXEL))
    office.allow_5xx = True
    office.run(120)
    return case


def test_pause_counts_from_the_end_of_a_recovered_call(office: Office) -> None:
    case = called_without_a_trace(office)
    assert recover_calls(office.app)
    record, ended_at = office.call_to(ABSENT_AXEL), office.attempt(case).call.ended_at
    assert record.ended_at is not None
    assert ended_at is not None
    assert (record.ended_at - record.created_at).total_seconds() >= 25
    assert record.ended_at <= ended_at <= record.ended_at + timedelta(seconds=1)


def test_without_an_end_in_the_books_it_ended_just_now(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def bare(**fields: object) -> CallSnapshot:
        return CallSnapshot(**{**fields, "ended_at": None})  # type: ignore[arg-type]

    monkeypatch.setattr("dialer.telephony.twilio_carrier.CallSnapshot", bare)
    case = called_without_a_trace(office)
    assert recover_calls(office.app)
    assert office.attempt(case).call.ended_at == office.clock.now()


def ringing(office: Office) -> int:
    """A call that nobody takes, of which no callback reaches us."""
    office.collector("anna")
    case = office.case(ABSENT_AXEL)
    office.faults(callback_lost=1.0)
    office.dial()
    office.run(4)
    assert office.call_to(ABSENT_AXEL).status == "ringing"
    return case


def slow(office: Office, seconds: float, name: str) -> None:
    """That request takes so long until the carrier acts on it."""
    real = getattr(office.carrier, name)

    def late(sid: str) -> object:
        office.run(seconds)
        return real(sid)

    setattr(office.carrier, name, late)


def test_pause_counts_from_when_a_call_was_taken_back(office: Office) -> None:
    case = ringing(office)
    slow(office, 3, "cancel")
    assert transport.cancel(office.app, office.attempt(case).id, why="test", now=office.clock.now())
    call, record = office.attempt(case).call, office.call_to(ABSENT_AXEL)
    assert record.ended_at is not None
    assert call.ended_at is not None
    assert call.ended_at >= record.ended_at


def test_pause_counts_from_the_carriers_answer_that_it_is_over(office: Office) -> None:
    case = ringing(office)
    slow(office, 40, "fetch")
    assert reconcile_at_start(office.app)
    call, record = office.attempt(case).call, office.call_to(ABSENT_AXEL)
    assert record.ended_at is not None
    assert call.ended_at is not None
    assert call.ended_at >= record.ended_at
