"""What the words of the case work mean."""

from __future__ import annotations

from dialer.core.casework import DeliveryState


def test_which_deliveries_the_debtor_may_have() -> None:
    assert {state.value for state in DeliveryState if state.may_have_gone} == {"sending", "handed_over", "unknown"}
