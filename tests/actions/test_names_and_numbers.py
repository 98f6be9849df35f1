"""Names and numbers stand beside the log's hashes, wrong numbers stay out of use, and agreed times are kept."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from office_kit import (
    ABSENT_AXEL,
    BEN_PHONE,
    BERLIN,
    BUSINESS_ANNOUNCEMENT,
    CALLER_ID,
    ERIKA,
    KARL,
    MILLS_MACHINE,
    PRIVATE_VOICEMAIL,
    SHOP,
    SHOP_MACHINE,
    TUESDAY,
    Office,
)

from dialer.actions import desk as line
from dialer.actions.dispose import dispose
from dialer.actions.import_claims import ImportResult, import_claims
from dialer.actions.place_call import Started, place_clicked_call
from dialer.actions.tasks import finish_task
from dialer.claims_file.reading import open_rows
from dialer.claims_file.rows import ImportDefaults
from dialer.core.case import PhoneState
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.outcome import Disposition, Outcome
from dialer.storage import book, entries, tasks
from dialer.storage.attempts import Attempt
from dialer.telephony.carrier import CarrierError

NAMES = ("Erika Beispiel", "Karl Beispiel", "Herr Korn", "Herr Kasse", "Frau Laden", "Axel Abwesend")
WORDS = re.compile(
    r"Erika|Karl|Beispiel|Korn|Kasse|Laden|Axel|Abwesend|Berger|zahlt|2312500|2312510|2312520|2 3 1 2 5", re.IGNORECASE
)
"""Parts of every debtor's and contact's name, of what was said of them and of every number of theirs or ours."""


def every_entry(office: Office) -> list[entries.Entry]:
    with office.app.db.read() as tx:
        cases = tx.execute(sa.text("select id from cases order by id")).scalars().all()
        return [entry for case in cases for entry in entries.of_case(tx, case)]


def test_no_name_and_no_number_is_hashed_into_the_log(either_office: Office) -> None:
    """A message, an announcement, a conversation, a telephone nobody answers, and a call to us."""
    office = either_office
    office.collector("anna")
    karl = office.case(KARL, name="Karl Beispiel")
    korn = office.business(MILLS_MACHINE, name="Herr Korn")
    kasse = office.business(SHOP_MACHINE, name="Herr Kasse", industry="retail", role="owner")
    laden = office.business(SHOP, name="Frau Laden", industry="retail", role="owner")
    office.live(240)
    erika = office.case(ERIKA, name="Erika Beispiel")
    office.live(400)
    said = Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=12_000, on=date(2026, 11, 27))
    dispose(office.app, office.attempt(erika).id, said, actor="anna", note="Erika Beispiel zahlt am Freitag")
    axel = office.case(ABSENT_AXEL, name="Axel Abwesend")
    office.live(60)
    call = {"CallSid": "CA" + "3" * 32, "From": KARL, "To": CALLER_ID, "CallStatus": "ringing"}
    assert office.post("/twilio/inbound", call).status_code == 200

    outcomes = [office.attempt(case).call.outcome for case in (karl, korn, kasse, laden, erika, axel)]
    assert outcomes == [
        Outcome.VOICEMAIL_LEFT,
        Outcome.VOICEMAIL_LEFT,
        Outcome.VOICEMAIL_LEFT,
        Outcome.ANNOUNCED,
        Outcome.CONNECTED,
        Outcome.NO_ANSWER,
    ]
    log = every_entry(office)
    assert {"voicemail.drop", "call.announced", "call.joined", "disposition", "inbound.call"} <= {e.kind for e in log}
    leaks = [(e.kind, e.facts) for e in log if WORDS.search(json.dumps(e.facts, ensure_ascii=False))]
    assert leaks == []
    # what was said to them is kept all the same, where it can be erased
    beside = " ".join(json.dumps(e.personal, ensure_ascii=False) for e in log)
    assert all(name in beside for name in NAMES)
    assert PRIVATE_VOICEMAIL in beside


def test_the_log_says_which_message_was_played_and_to_whom_anna_was_joined(office: Office) -> None:
    office.collector("anna")
    laden = office.business(SHOP, name="Frau Laden", industry="retail", role="owner")
    office.dial()
    office.run(60)
    announced = office.entry(laden, "call.announced")
    assert (announced.actor, announced.facts["message"]) == ("system", "business_announcement")
    assert announced.facts["verdict"]["verdict"] == "allow"
    assert announced.personal["text"] == BUSINESS_ANNOUNCEMENT
    assert announced.personal["facts"]["message"]["text"] == BUSINESS_ANNOUNCEMENT
    erika = office.case(ERIKA)
    office.dial()
    office.run(1.5)
    office.pays(erika)
    office.run(60)
    abandoned = office.entry(erika, "call.abandoned")
    # paid while it rang: nothing is said to somebody who owes nothing
    assert (abandoned.actor, abandoned.facts.get("message")) == ("system", None)
    assert [d["rule"] for d in abandoned.facts["verdict"]["denials"]] == ["PAID", "DE-U4"]
    assert "text" not in abandoned.personal
    assert "call.joined" not in office.kinds(erika)


# --- wrong numbers ---------------------------------------------------------------------------------------------------


def states(office: Office, number: str) -> list[str]:
    query = sa.text("select state from phones where e164 = :n order by id")
    with office.app.db.read() as tx:
        return list(tx.execute(query, {"n": number}).scalars())


def imported(office: Office, *rows: dict[str, Any], actor: str = "import") -> ImportResult:
    path = office.folder / "claims.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    defaults = ImportDefaults(creditors=frozenset({"muster"}), segments=frozenset({"private", "business"}))
    with open_rows(path) as source:
        return import_claims(office.app.db, source, defaults=defaults, now=office.clock.now(), actor=actor)


def row(reference: str, name: str, phone: str, **more: Any) -> dict[str, Any]:
    return {
        "creditor": "muster",
        "debtor_reference": reference,
        "debtor_name": name,
        "debtor_type": "Privatperson",
        "subdivision": "BE",
        "claim_reference": f"F-{reference}",
        "invoice_date": "01.09.2026",
        "due_date": "15.09.2026",
        "amount": "120,00",
        "currency": "EUR",
        "phone": phone,
        **more,
    }


def test_whoever_said_that_he_is_somebody_else_is_left_alone_everywhere(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    egon = office.case(ERIKA, name="Egon Beispiel")
    office.dial()
    office.run(400)
    case = erika if office.attempts(erika) else egon
    dispose(office.app, office.attempt(case).id, Report(disposition=Disposition.WRONG_PARTY), actor="anna")
    assert states(office, ERIKA) == ["wrong_party", "wrong_party"]
    result = imported(office, row("K-NEU", "Emil Beispiel", "+49 89 23125001"))
    assert (result.new_cases, result.new_phones, result.rejected) == (1, 1, 0)
    assert states(office, ERIKA) == ["wrong_party"] * 3
    line.close_desk(office.app, "anna")
    for day in (25, 30):
        office.run_to(datetime(2026, 11, day, 9, 0, tzinfo=BERLIN))
        office.collector("ben", phone=BEN_PHONE)
        office.live(3600, step=120)
        line.close_desk(office.app, "ben")
    assert len(office.calls_to(ERIKA)) == 1


def test_a_number_known_to_be_wrong_does_not_touch_the_others_of_a_file(office: Office) -> None:
    office.case(ERIKA)
    with office.app.db.write() as tx:
        tx.execute(sa.text("update phones set state = 'wrong_party'"))
    imported(office, row("K-1", "Emil Beispiel", "+49 89 23125001"), row("K-2", "Kurt Beispiel", "+49 89 23125002"))
    assert (states(office, ERIKA), states(office, KARL)) == (["wrong_party"] * 2, ["usable"])


MONDAY = datetime(2026, 11, 30, 9, 0, 1, tzinfo=BERLIN)


def called_for_another(office: Office) -> tuple[int, int]:
    """Whoever answers Erika's number was talked to on Tuesday and is called for Egon on Monday. Erika's case, Egon's.

    Nobody has said yet what came of the conversation.
    """
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(400)
    office.holds(erika)
    line.close_desk(office.app, "anna")
    office.run_to(MONDAY)
    egon = office.case(ERIKA, name="Egon Beispiel")
    office.collector("ben", phone=BEN_PHONE)
    office.dial()
    office.run(1.5)
    return erika, egon


def fails_and_is_called_again(office: Office) -> tuple[int, Attempt]:
    """The network does not get through to Egon in the morning; he is called again at five. Erika's case, that call."""
    erika, egon = called_for_another(office)
    assert office.status(office.attempt(egon), "failed", 9) == 204
    assert office.attempt(egon).call.outcome is Outcome.FAILED
    line.close_desk(office.app, "ben")
    office.run_to(MONDAY.replace(hour=17))
    line.open_desk(office.app, "ben")
    office.run(20)
    office.tick(2)
    return erika, office.attempts(egon)[1]


def says_wrong_party(office: Office, case: int) -> None:
    dispose(office.app, office.attempt(case).id, Report(disposition=Disposition.WRONG_PARTY), actor="anna")


def test_whoever_is_somebody_else_is_not_reached_by_the_call_that_rings_for_another(either_office: Office) -> None:
    office = either_office
    erika, egon = called_for_another(office)
    assert office.attempt(egon).call.live
    says_wrong_party(office, erika)
    assert office.calls_to(ERIKA)[1].status == "canceled"
    assert office.entry(egon, "attempt.cancel").facts["cancelled"] is True
    assert office.desk("ben").state is DeskState.READY
    assert "attempt.cancel" not in office.kinds(erika)


def searched(office: Office, case: int) -> list[str]:
    """Whether somebody is asked, or was, to find a number."""
    with office.app.db.read() as tx:
        return [task.state.value for task in tasks.of_case(tx, case) if task.kind == "find_contact"]


def test_a_second_number_that_is_wrong_has_somebody_look_for_a_third(either_office: Office) -> None:
    """Nothing else brings the case back: this house writes no letters by itself."""
    office = either_office
    imported(office, row("D-1", "Karla Beispiel", "089 23125001"), row("D-2", "Emil Beispiel", "089 23125002"))
    with office.app.db.write() as tx:
        for number in (ERIKA, KARL):
            book.set_number_state(tx, number, PhoneState.WRONG_PARTY)
    office.tick()
    with office.app.db.read() as tx:
        first = next(task.id for task in tasks.of_case(tx, 1))
    assert searched(office, 1) == ["open"]
    imported(office, row("D-1", "Karla Beispiel", "089 23125002"))
    finish_task(office.app, first, actor="anna")
    office.tick()
    assert office.next_at(1) is None
    assert searched(office, 1) == ["done", "open"]


def test_failure_of_the_network_does_not_unsay_who_answers_there(either_office: Office) -> None:
    """Twice the network has not got through; in between it was said whose number that is."""
    office = either_office
    erika, again = fails_and_is_called_again(office)

    def breaks() -> None:
        raise CarrierError("the connection to Twilio broke")

    office.carrier.before_cancel += [breaks, breaks]  # once more when it is refused at once
    says_wrong_party(office, erika)
    office.status(again, "failed", 9)
    assert office.attempts(again.case_id)[1].call.outcome is Outcome.FAILED
    assert states(office, ERIKA) == ["wrong_party", "wrong_party"]


def test_number_that_fails_twice_is_suspect(either_office: Office) -> None:
    office = either_office
    _, again = fails_and_is_called_again(office)
    office.status(again, "failed", 9)
    assert sorted(states(office, ERIKA)) == ["suspect", "usable"]


# --- who starts a call, and when -------------------------------------------------------------------------------------


def test_a_call_back_agreed_outside_the_segments_window_is_made_at_the_agreed_time(either_office: Office) -> None:
    """The segment calls until noon and after five; Erika wants to be called at half past two."""
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(400)
    agreed = datetime(2026, 11, 26, 14, 30, tzinfo=BERLIN)
    report = Report(disposition=Disposition.CALLBACK_AGREED, callback_at=agreed)
    dispose(office.app, office.attempt(erika).id, report, actor="anna")
    assert office.next_at(erika) == agreed
    line.close_desk(office.app, "anna")
    office.run_to(datetime(2026, 11, 26, 14, 29, tzinfo=BERLIN))
    office.collector("ben", phone=BEN_PHONE)
    office.tick(3)
    assert len(office.calls_to(ERIKA)) == 1
    office.run_to(agreed)
    office.tick(2)
    assert [c.created_at for c in office.calls_to(ERIKA)][1:] == [agreed]


def test_a_call_back_agreed_against_the_law_waits_for_the_law(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(400)
    agreed = datetime(2026, 11, 26, 20, 30, tzinfo=BERLIN)
    report = Report(disposition=Disposition.CALLBACK_AGREED, callback_at=agreed)
    dispose(office.app, office.attempt(erika).id, report, actor="anna")
    assert office.next_at(erika) == datetime(2026, 11, 27, 8, 0, tzinfo=BERLIN)


def test_a_debtor_who_moved_to_a_clicked_segment_is_not_dialled_by_itself(
    make_office: Callable[..., Office], database_url: str
) -> None:
    """The case was planned for the scheduler when his segment still was; on Wednesdays either might call."""
    office = make_office(database_url, start=datetime(2026, 11, 25, 10, 0, tzinfo=BERLIN))
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    assert office.row(erika).next_mode == "progressive"
    with office.app.db.write() as tx:
        tx.execute(sa.text("update debtors set segment = 'clicked'"))
    office.live(600, step=30)
    assert office.calls_to(ERIKA) == []
    assert office.attempts(erika) == []
    assert office.row(erika).next_mode == "preview"
    assert isinstance(place_clicked_call(office.app, erika, user="anna"), Started)
    assert len(office.calls_to(ERIKA)) == 1


# --- one disputed claim ----------------------------------------------------------------------------------------------


def test_one_disputed_claim_of_two_stops_the_call_about_both(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    imported(office, row("D-5001-Erika Beispiel", "Erika Beispiel", "+49 89 23125001", claim_reference="F-ZWEI"))
    with office.app.db.write() as tx:
        assert tx.execute(sa.text("update claims set disputed = true where reference = 'F-ZWEI'")).rowcount == 1
    office.tick(3)
    assert office.row(erika).next_reason == "collection_call first_call DE-C3"
    assert office.calls_to(ERIKA) == []
    with office.app.db.write() as tx:
        tx.execute(sa.text("update claims set paid_minor = amount_minor where reference = 'F-ZWEI'"))
        tx.execute(sa.text("update cases set next_at = :now"), {"now": TUESDAY.astimezone().replace(tzinfo=None)})
    office.tick(2)
    assert len(office.calls_to(ERIKA)) == 1


# --- calls to us -----------------------------------------------------------------------------------------------------

SECOND_FIRM = """
[[creditor]]
key = "nord"
name = "Nordlicht Energie AG"
neutral_name = "Nordlicht"
caller_id = "+494023125000"
agent_name = "Anna Berger"
callback_hours = { de = "Montag bis Donnerstag von 8 bis 16 Uhr" }
"""


@pytest.mark.parametrize(
    ("called", "firm", "hours"),
    [
        ("+494023125000", "Nordlicht", "Montag bis Donnerstag von 8 bis 16 Uhr"),
        (CALLER_ID, "Muster GmbH", "Montag bis Freitag von 9 bis 17 Uhr"),
        ("+493023125777", "Muster GmbH", "Montag bis Freitag von 9 bis 17 Uhr"),
    ],
)
def test_whoever_calls_back_hears_the_firm_that_he_called(
    make_office: Callable[..., Office], called: str, firm: str, hours: str
) -> None:
    office = make_office(more_config=SECOND_FIRM)
    karl = office.case(KARL, name="Karl Beispiel")
    form = {"CallSid": "CA" + "3" * 32, "From": KARL, "To": called, "CallStatus": "ringing"}
    reply = office.post("/twilio/inbound", form)
    assert f"Guten Tag, Sie sind verbunden mit {firm}. Sie erreichen uns {hours} unter " in reply.text
    assert " ".join(called.replace("+49", "0")) in reply.text or called == "+493023125777"
    assert office.kinds(karl) == ["inbound.call"]


def test_a_call_to_us_that_is_asked_about_twice_is_logged_once(either_office: Office) -> None:
    """The carrier repeats a request whose answer it did not get."""
    office = either_office
    karl = office.case(KARL, name="Karl Beispiel")
    form = {"CallSid": "CA" + "3" * 32, "From": KARL, "To": CALLER_ID, "CallStatus": "ringing"}
    replies = {office.post("/twilio/inbound", form).text for _ in range(3)}
    assert len(replies) == 1
    assert office.kinds(karl) == ["inbound.call"]
    office.post("/twilio/inbound", {**form, "CallSid": "CA" + "4" * 32})
    assert office.kinds(karl) == ["inbound.call"] * 2
