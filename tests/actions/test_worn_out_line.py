"""A line that is about to be cut is ended by us; that the carrier cannot be asked for it must not stop the round."""

from __future__ import annotations

import pytest
from office_kit import ANNA_PHONE, BEN_PHONE, ERIKA, SHOP, Office

from dialer.actions.check_desks import check_desks
from dialer.core.desk import DeskState
from dialer.telephony.carrier import CarrierError, UnreachableError

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


@pytest.mark.parametrize(
    ("error", "asked_by_round"), [(UnreachableError("no answer in time"), [1, 2, 2]), (CarrierError("401"), [2, 2, 2])]
)
def test_while_nobody_answers_a_round_waits_for_one_line(
    office: Office, error: CarrierError, asked_by_round: list[int]
) -> None:
    for name, phone in (("anna", ANNA_PHONE), ("ben", BEN_PHONE)):
        office.collector(name, phone=phone)
    office.run(301)
    asked: list[str] = []

    def silent(sid: str) -> object:
        asked.append(sid)
        raise error

    office.carrier.fetch = silent  # type: ignore[method-assign]
    for expected in asked_by_round:
        check_desks(office.app)
        assert len(asked) == expected
    assert len(set(asked)) == 2
