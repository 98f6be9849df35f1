"""A key may reach us seconds after it was pressed, when the collector is already in his next call."""

from __future__ import annotations

import pytest
from office_kit import ABSENT_AXEL, ANNA_PHONE, ERIKA, KARL, MILLS, MILLS_MACHINE, Office

from dialer.core.desk import DeskState
from dialer.core.outcome import Outcome


def press(office: Office) -> None:
    """Anna's star key arrives."""
    reply = office.post(f"/twilio/desk/{office.desk().token}/star", {"CallSid": office.call_to(ANNA_PHONE).sid})
    assert "desk-" in reply.text


def in_the_next_call(office: Office, machine: int, person: str) -> int:
    """Anna is freed from a machine and somebody who answers is put through to her; his case."""
    while office.desk().state is not DeskState.READY or office.attempt(machine).call.drop_at is None:
        office.run(0.25)
    case = office.case(person) if person == ERIKA else office.business(person)
    office.dial()
    while office.desk().state is not DeskState.TALKING:
        office.run(0.25)
    return case


@pytest.mark.parametrize(("machine", "person"), [(KARL, ERIKA), (MILLS_MACHINE, MILLS)])
def test_a_key_for_the_call_before_plays_nothing_to_whoever_is_on_the_line(
    either_office: Office, machine: str, person: str
) -> None:
    office = either_office
    office.collector("anna")
    before = office.case(machine) if machine == KARL else office.business(machine, name="Herr Korn")
    office.dial()
    case = in_the_next_call(office, before, person)
    press(office)
    office.run(400)
    assert office.said(person) == []
    assert office.met_collector(person)
    assert office.attempt(case).call.outcome is Outcome.CONNECTED
    ignored = office.entry(case, "star.ignored")
    assert (ignored.actor, ignored.facts) == ("anna", {"why": "it may have been pressed in the call before"})


def test_the_key_counts_again_when_no_late_one_can_come(office: Office) -> None:
    office.collector("anna")
    before = office.case(KARL)
    office.dial()
    case = in_the_next_call(office, before, ERIKA)
    until = office.desk().talked_until
    assert until is not None
    office.run(19.75 - (office.network.now - until).total_seconds())
    press(office)
    assert office.attempt(case).call.drop_at is None
    office.run(0.5)
    press(office)
    assert office.attempt(case).call.drop_at is not None
    assert "star.ignored" in office.kinds(case)


def test_whom_nobody_heard_makes_no_key_late(office: Office) -> None:
    office.collector("anna")
    karl = office.case(KARL)
    office.dial()
    while office.attempt(karl).call.drop_at is None or office.desk().state is not DeskState.READY:
        assert office.desk().talked_until is None
        office.run(0.25)
    heard = office.desk().talked_until
    assert heard is not None
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(120)
    assert office.attempt(axel).call.outcome is Outcome.NO_ANSWER
    assert office.desk().state is DeskState.READY
    assert office.desk().talked_until == heard


def test_whoever_was_talked_to_counts_until_he_hangs_up(office: Office) -> None:
    office.collector("anna")
    office.case(ERIKA)
    office.dial()
    office.run(400)
    assert office.desk().state is DeskState.WRAP_UP
    assert office.desk().talked_until == office.call_to(ERIKA).ended_at


def test_at_a_machine_a_collector_presses_until_it_works(office: Office) -> None:
    office.collector("anna")
    korn = office.business(MILLS_MACHINE, name="Herr Korn")
    office.dial()
    while office.desk().state is not DeskState.TALKING:
        office.run(0.25)
    with office.app.db.write() as tx:
        tx.exec_driver_sql("update desks set talked_until = state_at")
    office.run(90)
    assert "star.ignored" in office.kinds(korn)
    assert office.attempt(korn).call.outcome is Outcome.VOICEMAIL_LEFT
    assert office.entry(korn, "voicemail.drop").actor == "anna"
