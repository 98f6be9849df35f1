"""A key may reach us seconds after it was pressed, when the collector is already in his next call."""

from __future__ import annotations

import re

import pytest
from office_kit import ANNA_PHONE, ERIKA, KARL, MILLS, MILLS_MACHINE, ORIGIN, Office

from dialer.core.desk import DeskState
from dialer.core.outcome import Outcome


def press(office: Office, path: str | None = None) -> str:
    """Anna's star key arrives; where her next one goes."""
    form = {"CallSid": office.call_to(ANNA_PHONE).sid}
    reply = office.post(path or f"/twilio/desk/{office.desk().token}/star", form).text
    named = re.search(r'action="https://dialer.example.test(/twilio/desk/[^"]+)"', reply)
    assert named, reply
    return named[1]


def freed_of(office: Office, case: int) -> None:
    """Anna has got rid of a machine."""
    while office.attempt(case).call.drop_at is None:
        office.run(0.25)
    office.run_until_desk(DeskState.READY)


@pytest.mark.parametrize(("machine", "person"), [(KARL, ERIKA), (MILLS_MACHINE, MILLS)])
def test_a_key_for_the_call_before_plays_nothing_to_whoever_is_on_the_line(
    either_office: Office, machine: str, person: str
) -> None:
    office = either_office
    office.collector("anna")
    before = office.case(machine) if machine == KARL else office.business(machine, name="Herr Korn")
    office.dial()
    freed_of(office, before)
    case = office.case(person) if person == ERIKA else office.business(person)
    office.dial()
    office.run_until_desk(DeskState.TALKING)
    press(office)
    office.run(400)
    assert office.said(person) == []
    assert office.met_collector(person)
    assert office.attempt(case).call.outcome is Outcome.CONNECTED
    ignored = office.entry(case, "star.ignored")
    assert (ignored.actor, ignored.facts) == ("anna", {"why": "it may have been pressed before this call"})


def test_a_key_that_was_pressed_in_silence_plays_nothing_either(office: Office) -> None:
    """While Erika's telephone rang; the key is 15 s on its way."""
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run_until_desk(DeskState.TALKING)
    office.run(14)
    press(office)
    assert office.attempt(erika).call.drop_at is None


def test_the_next_key_names_its_call_and_counts_at_once(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run_until_desk(DeskState.TALKING)
    again = press(office)
    assert again == f"/twilio/desk/{office.desk().token}/star/{office.attempt(erika).id}"
    press(office, again)
    assert office.attempt(erika).call.drop_at is not None


def test_a_key_that_names_another_call_is_as_good_as_any(office: Office) -> None:
    """It was pressed after that call, in this one or before it."""
    office.collector("anna")
    karl = office.case(KARL)
    office.dial()
    freed_of(office, karl)
    erika = office.case(ERIKA)
    office.dial()
    office.run_until_desk(DeskState.TALKING)
    old = f"/twilio/desk/{office.desk().token}/star/{office.attempt(karl).id}"
    press(office, old)
    assert office.attempt(erika).call.drop_at is None
    joined = office.attempt(erika).call.joined_at
    assert joined is not None
    office.run(20 - (office.network.now - joined).total_seconds())
    press(office, old)
    assert office.attempt(erika).call.drop_at is not None


def test_between_calls_a_key_does_nothing_and_names_nobody(office: Office) -> None:
    office.collector("anna")
    assert press(office) == f"/twilio/desk/{office.desk().token}/star"
    assert press(office, f"/twilio/desk/{office.desk().token}/star/7") == f"/twilio/desk/{office.desk().token}/star"
    assert office.desk().state is DeskState.READY


def test_at_a_machine_a_collector_presses_until_it_works(office: Office) -> None:
    """Detection has not said what it is; whoever hears it presses the key a second time."""
    office.collector("anna")
    korn = office.business(MILLS_MACHINE, name="Herr Korn")
    office.dial()
    office.faults(callback_lost=1.0)
    office.run_until_desk(DeskState.TALKING)
    freed_of(office, korn)
    office.faults()
    office.run(120)
    assert "star.ignored" in office.kinds(korn)
    assert office.attempt(korn).call.outcome is Outcome.VOICEMAIL_LEFT
    assert office.entry(korn, "voicemail.drop").actor == "anna"


def test_a_collector_who_hangs_up_has_pressed_no_key(either_office: Office) -> None:
    """Twilio asks what follows his conference also when it was his hanging up that ended it."""
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run_until_desk(DeskState.TALKING)
    office.run(30)
    office.network.hang_up_collector("anna")
    office.run(10)
    assert f"{ORIGIN}/twilio/desk/{office.desk().token}/star" in [url for url, _ in office.delivered]
    assert office.desk().state is DeskState.CLOSED
    assert office.call_to(ERIKA).ended
    assert office.said(ERIKA) == []
    assert office.attempt(erika).call.outcome is Outcome.CONNECTED
    assert office.alarms() == ["desk.lost"]
