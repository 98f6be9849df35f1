from __future__ import annotations

from datetime import datetime

import pytest
from office_kit import (
    BERLIN,
    BUSINESS_ANNOUNCEMENT,
    ERIKA,
    KARL,
    MILLS,
    MILLS_MACHINE,
    SHOP,
    SHOP_MACHINE,
    Office,
)

from dialer.core.desk import DeskState
from dialer.core.network import AnsweredBy
from dialer.core.outcome import Outcome

MILLS_MESSAGE = (
    "Guten Tag Herr Korn, Anna Berger, Muster Handels GmbH. Es geht um Rechnung R-5102. Bitte rufen Sie "
    "0 3 0 2 3 1 2 5 0 0 0 an."
)
SHOP_MESSAGE = (
    "Guten Tag Herr Kasse, Anna Berger, Muster Handels GmbH. Es geht um Rechnung R-5202. Bitte rufen Sie "
    "0 3 0 2 3 1 2 5 0 0 0 an."
)


def test_anna_presses_star_at_a_company_machine(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    mills = office.business(MILLS_MACHINE, name="Herr Korn")
    office.dial()
    while office.attempt(mills).call.answered_by is None:
        office.run(0.25)
    # detection only advises here: nothing has happened yet
    assert office.attempt(mills).call.answered_by is AnsweredBy.MACHINE_END_BEEP
    assert office.attempt(mills).call.drop_at is None
    assert office.desk().state is DeskState.TALKING
    while office.attempt(mills).call.drop_at is None:
        office.run(0.25)
    office.run(0.5)
    assert (office.desk().state, office.desk().attempt_id) == (DeskState.READY, None)
    assert office.attempt(mills).call.live
    office.run(60)
    assert office.tape(MILLS_MACHINE).endswith(MILLS_MESSAGE)
    assert office.said(MILLS_MACHINE) == [MILLS_MESSAGE]
    assert office.attempt(mills).call.outcome is Outcome.VOICEMAIL_LEFT
    assert office.entry(mills, "voicemail.drop").actor == "anna"
    anna = office.call_to("+493023125991")
    assert not anna.ended
    assert office.desk().state is DeskState.READY
    assert office.alarms() == []


def test_a_company_that_answers_is_joined_and_its_message_is_not_played(office: Office) -> None:
    office.collector("anna")
    mills = office.business(MILLS)
    office.dial()
    office.run(330)
    assert office.met_collector(MILLS)
    assert office.attempt(mills).call.outcome is Outcome.CONNECTED
    assert office.said(MILLS) == []


def test_unattended_a_shopkeeper_hears_the_announcement_and_the_line_ends(office: Office) -> None:
    shop = office.business(SHOP, name="Frau Laden", industry="retail", role="owner")
    office.dial()
    office.run(60)
    assert office.said(SHOP) == [BUSINESS_ANNOUNCEMENT]
    attempt = office.attempt(shop)
    assert (attempt.mode.value, attempt.collector, attempt.desk_id) == ("unattended", None, None)
    assert attempt.call.outcome is Outcome.ANNOUNCED
    assert office.call_to(SHOP).ended
    office.tick()
    assert office.next_at(shop) == datetime(2026, 11, 26, 9, 0, tzinfo=BERLIN)
    assert office.alarms() == []
    assert office.live_attempts() == 0


def test_unattended_a_machine_gets_the_message(either_office: Office) -> None:
    office = either_office
    shop = office.business(SHOP_MACHINE, name="Herr Kasse", industry="retail", role="owner")
    office.dial()
    office.run(120)
    assert office.tape(SHOP_MACHINE) == SHOP_MESSAGE
    assert office.attempt(shop).call.outcome is Outcome.VOICEMAIL_LEFT
    assert office.entry(shop, "voicemail.drop").actor == "machine detection"


@pytest.mark.parametrize("kind", ["consumer", "sole_trader"])
def test_a_person_is_never_called_unattended(office: Office, kind: str) -> None:
    role = "self" if kind == "consumer" else "owner"
    erika = office.case(ERIKA, type=kind, segment="business", industry="retail", role=role)
    for _ in range(5):
        office.tick(2)
        office.run(3600)
    assert office.calls_to(ERIKA) == []
    assert office.attempts(erika) == []
    assert office.row(erika).next_reason == "collection_call first_call DE-U4"
    assert office.entry(erika, "verdict.denied").facts["rules"] == ["DE-U4"]


def test_without_an_announcement_nobody_is_called_and_nobody_else_waits(make_office) -> None:
    office = make_office(batch_size=1)
    mute = office.business(MILLS, name="Frau Stumm", segment="silent")
    shop = office.business(SHOP, name="Frau Laden", industry="retail", role="owner")
    office.tick(5)
    office.run(60)
    assert office.calls_to(MILLS) == []
    assert len(office.calls_to(SHOP)) == 1
    assert office.attempt(shop).call.outcome is Outcome.ANNOUNCED
    assert office.row(mute).next_reason == "no_announcement"
    assert office.next_at(mute) == datetime(2026, 11, 24, 11, 0, 0, tzinfo=BERLIN)
    assert office.kinds(mute) == ["case.set_aside"]


def test_a_lost_word_of_detection_ends_the_line_after_a_minute(office: Office) -> None:
    office.faults(callback_lost=0.0)
    shop = office.business(SHOP_MACHINE, name="Herr Kasse", industry="retail", role="owner")
    office.dial()
    while office.attempt(shop).call.announced_at is None:
        office.run(0.5)
    office.faults(callback_lost=1.0)
    office.run(110)
    call = office.call_to(SHOP_MACHINE)
    assert call.ended
    assert call.answered_at is not None
    assert call.ended_at is not None
    assert 55 <= (call.ended_at - call.answered_at).total_seconds() <= 70
    office.faults()
    office.live(2400, step=60)
    assert office.attempt(shop).call.outcome is not None
    assert office.live_attempts() == 0


def test_a_redirect_that_fails_leaves_no_machine_in_annas_conference(office: Office) -> None:
    office.collector("anna")
    karl = office.case(KARL, name="Karl Beispiel")
    office.dial()

    def breaks() -> None:
        assert office.desk().state is DeskState.TALKING
        raise_lost()

    office.carrier.before_redirect.append(breaks)
    office.run(90)
    assert office.call_to(KARL).ended
    assert office.tape(KARL) == ""
    assert office.attempt(karl).call.outcome is Outcome.VOICEMAIL_NO_MESSAGE
    assert office.alarms() == ["redirect.failed"]
    assert (office.desk().state, office.desk().attempt_id) == (DeskState.READY, None)


def raise_lost() -> None:
    from dialer.telephony.carrier import CarrierError  # noqa: PLC0415

    raise CarrierError("the connection to Twilio broke")
