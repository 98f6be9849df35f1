"""Stops set and lifted by hand: who, why, until when, and what the case does then."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from office_kit import BERLIN, ERIKA, Office

from dialer.actions.dispose import dispose
from dialer.actions.holds import hold_case, lift_hold
from dialer.core.case import HoldReason
from dialer.core.disposition import Report
from dialer.core.errors import BadInput, NotFound
from dialer.core.outcome import Disposition, Outcome
from dialer.storage import agreements, book


def reasons(office: Office, case: int) -> list[str]:
    with office.app.db.read() as tx:
        found = book.load_case(tx, case)
    assert found is not None
    return [hold.reason.value for hold in found.holds]


@pytest.mark.parametrize("reason", list(HoldReason))
def test_hold_stops_the_case_and_says_who_and_why(office: Office, reason: HoldReason) -> None:
    erika = office.case(ERIKA)
    hold_case(office.app, erika, reason, actor="anna", text="  Brief  vom Anwalt ")
    noted = office.entry(erika, "hold.set")
    assert (noted.actor, noted.facts) == ("anna", {"reason": reason.value})
    assert noted.personal == {"reason": "Brief vom Anwalt"}
    office.tick()
    assert (office.row(erika).next_at, office.row(erika).next_reason) == (None, f"hold {reason.value}")


def test_hold_with_an_end_lets_go_by_itself(either_office: Office) -> None:
    office = either_office
    erika = office.case(ERIKA)
    end = datetime(2026, 11, 26, 0, 0, tzinfo=BERLIN)
    hold_case(office.app, erika, HoldReason.MANUAL, actor="anna", text="Urlaub", until=end)
    assert office.entry(erika, "hold.set").facts["until"] == end.isoformat()
    office.tick()
    assert office.next_at(erika) == end
    office.run_to(end)
    office.tick()
    assert office.next_at(erika) == datetime(2026, 11, 26, 9, 0, tzinfo=BERLIN)


def test_hold_takes_back_a_ringing_call(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick(2)
    office.run(2)
    hold_case(office.app, erika, HoldReason.DISPUTE, actor="anna", text="bestreitet per Mail")
    office.run(30)
    assert office.attempt(erika).call.outcome in {Outcome.CANCELLED, Outcome.NO_ANSWER}
    assert not office.met_collector(ERIKA)


def test_newer_hold_of_the_same_reason_gives_the_end(office: Office) -> None:
    erika = office.case(ERIKA)
    hold_case(office.app, erika, HoldReason.MANUAL, actor="anna", text="bis auf weiteres")
    end = office.clock.now() + timedelta(days=1)
    hold_case(office.app, erika, HoldReason.MANUAL, actor="anna", text="bis morgen", until=end)
    assert reasons(office, erika) == ["manual"]
    office.tick()
    assert office.next_at(erika) == end


def test_lifting_wakes_the_case_and_is_an_entry(either_office: Office) -> None:
    office = either_office
    erika = office.case(ERIKA)
    hold_case(office.app, erika, HoldReason.DISPUTE, actor="anna", text="bestreitet")
    hold_case(office.app, erika, HoldReason.INSOLVENCY, actor="anna", text="Gerücht")
    office.tick()
    lift_hold(office.app, erika, HoldReason.INSOLVENCY, actor="ben", text="stimmt nicht")
    assert reasons(office, erika) == ["dispute"]
    lift_hold(office.app, erika, HoldReason.DISPUTE, actor="ben", text="geklärt")
    noted = office.entry(erika, "hold.lifted")
    assert (noted.actor, noted.facts, noted.personal) == ("ben", {"reason": "dispute"}, {"reason": "geklärt"})
    assert office.row(erika).next_at == office.clock.now()
    office.tick()
    assert office.row(erika).next_reason == "collection_call first_call"


def test_lifting_a_promise_takes_the_agreement_back(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(300)
    report = Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=12_000, on=date(2026, 12, 1))
    dispose(office.app, office.attempt(erika).id, report, actor="anna")
    lift_hold(office.app, erika, HoldReason.PROMISE, actor="ben", text="war nicht ernst gemeint")
    with office.app.db.read() as tx:
        assert [found.state.value for found in agreements.of_case(tx, erika)] == ["withdrawn"]
    assert office.kinds(erika)[-2:] == ["hold.lifted", "agreement.withdrawn"]


def test_what_makes_no_sense_is_refused_and_changes_nothing(office: Office) -> None:
    erika = office.case(ERIKA)
    now = office.clock.now()
    with pytest.raises(BadInput, match=r"manual: its end .* is past"):
        hold_case(office.app, erika, HoldReason.MANUAL, actor="anna", text="x", until=now)
    with pytest.raises(BadInput, match="say why"):
        hold_case(office.app, erika, HoldReason.MANUAL, actor="anna", text="  ")
    with pytest.raises(BadInput, match="say why"):
        lift_hold(office.app, erika, HoldReason.MANUAL, actor="anna", text="")
    with pytest.raises(BadInput, match=f"case {erika} has no hold dispute"):
        lift_hold(office.app, erika, HoldReason.DISPUTE, actor="anna", text="x")
    with pytest.raises(NotFound, match="there is no case 99"):
        hold_case(office.app, 99, HoldReason.MANUAL, actor="anna", text="x")
    assert reasons(office, erika) == []
    assert office.log(erika) == []


def test_hold_that_is_over_cannot_be_lifted(office: Office) -> None:
    erika = office.case(ERIKA)
    end = office.clock.now() + timedelta(minutes=1)
    hold_case(office.app, erika, HoldReason.MANUAL, actor="anna", text="kurz", until=end)
    office.run(60)
    with pytest.raises(BadInput, match="has no hold manual"):
        lift_hold(office.app, erika, HoldReason.MANUAL, actor="anna", text="x")
