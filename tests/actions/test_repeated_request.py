"""A request that was turned away unread is made again, and waits for its turn as every request does."""

from __future__ import annotations

from itertools import pairwise

from office_kit import SHOP, SHOP_MACHINE, Office


def test_repeated_request_keeps_the_pace(office: Office) -> None:
    # the repetition falls due a second later, as does the next case's own turn
    office.faults(api_script=["429"])
    office.business(SHOP, industry="retail")
    office.business(SHOP_MACHINE, name="Herr Kasse", industry="retail")
    office.dial()
    starts = sorted(call.created_at for call in office.network.calls)
    assert len(starts) == 2
    assert all((later - earlier).total_seconds() >= 1.0 for earlier, later in pairwise(starts))
