"""The carrier says when something happened; what cannot be true is bounded by what we know."""

from __future__ import annotations

import pytest
from office_kit import ABSENT_AXEL, Office

from dialer.core.outcome import Outcome


@pytest.mark.parametrize(
    ("stamp", "believed"),
    [
        ("Fri, 31 Dec 9999 23:59:59 +0000", "now"),
        ("Fri, 31 Dec 9999 23:59:59 -2359", "now"),
        ("Mon, 01 Jan 1990 00:00:00 +0000", "intent"),
        ("Mon, 01 Jan 0001 00:00:00 +2359", "intent"),
        ("Tue, 24 Nov 2026 09:00:00 +0000", "intent"),
        ("Tue, 24 Nov 2027 09:00:00 +0000", "now"),
        ("yesterday", "now"),
        ("", "now"),
    ],
)
def test_a_call_ends_between_its_intent_and_now(either_office: Office, stamp: str, believed: str) -> None:
    office = either_office
    office.run(60)
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(5)
    attempt = office.attempt(axel)
    assert office.status(attempt, "ringing", 1, Timestamp=stamp) == 204
    assert office.status(attempt, "no-answer", 2, Timestamp=stamp) == 204
    ended = office.attempt(axel)
    assert ended.call.outcome is Outcome.NO_ANSWER
    assert ended.call.ended_at == {"now": office.clock.now(), "intent": attempt.intent_at}[believed]
    assert office.next_at(axel) is not None
