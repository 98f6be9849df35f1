"""A call that only the carrier's books know ended when they say so: the pause begins after its ringing, not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from office_kit import ABSENT_AXEL, STRAY, Office

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
