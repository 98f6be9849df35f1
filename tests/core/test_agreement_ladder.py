"""What the ladder makes of agreements: what payments show to be broken counts, what was kept does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialer.core.decision import Climb, Strategy, Why
from dialer.core.strategy import next_step
from dialer.core.windows import WHOLE_DAY, WeeklyWindow
from tests.core.stories import case_of, contact, in_berlin, past, site

STRATEGY = Strategy(window=WeeklyWindow((WHOLE_DAY,) * 7))
PEOPLE = (contact(1, "accounts_payable", name="Herr Ahorn"), contact(2, "managing_director", name="Frau Kornblume"))


def climbs(said, *, broken):
    talk = replace(past("2026-11-02T10:00:00", "connected", said=said), broken=broken)
    case = case_of("business", contacts=PEOPLE)
    decision = next_step(case, (talk,), STRATEGY, site(), in_berlin("2026-11-24T12:00:00"))
    return decision.why if isinstance(decision, Climb) else None


@pytest.mark.parametrize(
    ("said", "broken", "why"),
    [
        ("promise_to_pay", None, Why.BROKEN_PROMISE),
        ("promise_to_pay", True, Why.BROKEN_PROMISE),
        ("promise_to_pay", False, None),
        ("instalments_agreed", None, None),
        ("instalments_agreed", True, Why.BROKEN_PROMISE),
        ("instalments_agreed", False, None),
    ],
)
def test_broken_agreement_is_a_reason_to_climb(said, broken, why):
    assert climbs(said, broken=broken) is why
