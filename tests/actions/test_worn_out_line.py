"""A line that is about to be cut is ended by us; that the carrier cannot be asked for it must not stop the round."""

from __future__ import annotations

from office_kit import ERIKA, SHOP, Office

from dialer.core.desk import DeskState
from dialer.telephony.carrier import CarrierError

ALMOST_FOUR_HOURS = 4 * 3600 - 60


def unreachable() -> None:
    raise CarrierError("no connection to Twilio")


def test_round_goes_on_when_a_worn_out_line_cannot_be_hung_up(office: Office) -> None:
    office.collector("anna")
    office.run(ALMOST_FOUR_HOURS)
    office.business(SHOP, industry="retail")
    office.carrier.before_hang_up.append(unreachable)
    office.dial()
    assert office.desk("anna").state is DeskState.CLOSED
    assert "hangup.failed" in office.alarms()
    assert len(office.calls_to(SHOP)) == 1
    assert office.calls_to(ERIKA) == []
