"""A call-back that was agreed: to the person it was agreed with, by the collector who agreed it, never lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from test_payments import take

from dialer.actions import desk as line
from dialer.actions.agreed_callback import reserve_for_callback
from dialer.actions.dispose import dispose
from dialer.actions.explain import explain
from dialer.actions.follow_agreements import follow_agreements
from dialer.actions.import_claims import import_claims
from dialer.actions.place_call import Started, place_clicked_call
from dialer.claims_file.reading import open_rows
from dialer.claims_file.rows import ImportDefaults
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.errors import BadInput
from dialer.core.outcome import Disposition, Outcome
from dialer.storage import desks
from dialer.storage.tables import attempts, contacts, phones
from tests.actions.office_kit import BEN_PHONE, BERLIN, ERIKA, KARL, MILLS, MILLS_MACHINE, SHOP, Office

AGREED = datetime(2026, 11, 26, 10, 30, tzinfo=BERLIN)


def agree(office: Office, case: int, at: datetime = AGREED, **said: str) -> None:
    report = Report(disposition=Disposition.CALLBACK_AGREED, callback_at=at, **said)
    dispose(office.app, office.attempt(case).id, report, actor="anna")


def agreed_with_anna(office: Office) -> int:
    """Erika wants to be called on Thursday at half past ten; Ben was first at his line, Anna came after him."""
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(400)
    agree(office, erika)
    line.close_desk(office.app, "anna")
    office.run_to(AGREED.replace(minute=27))
    office.collector("ben", phone=BEN_PHONE)
    office.collector("anna")
    return erika


def busy(office: Office, user: str, state: DeskState = DeskState.WRAP_UP) -> None:
    with office.app.db.write() as tx:
        desk = office.desk(user)
        assert desks.move(tx, desk.id, state, at=office.clock.now(), only_from=tuple(DeskState))


def other_contact(office: Office, case: int, number: str | None, name: str = "Herr Krug") -> int:
    with office.app.db.write() as tx:
        debtor = tx.execute(sa.text("select debtor_id from cases where id = :id"), {"id": case}).scalar_one()
        new = contacts.insert().values(debtor_id=debtor, name=name, role="head_of_accounting")
        contact = int(tx.execute(new.returning(contacts.c.id)).scalar_one())
        if number:
            row = {"contact_id": contact, "e164": number, "role": "business_direct", "line_type": "fixed"}
            tx.execute(phones.insert().values(**row, state="usable"))
    return contact


# --- by whom ---------------------------------------------------------------------------------------------------------


def test_who_agreed_it_calls_back_although_another_waits_longer(either_office: Office) -> None:
    office = either_office
    erika = agreed_with_anna(office)
    office.run_to(AGREED)
    office.tick(2)
    assert [a.collector for a in office.attempts(erika)] == ["anna", "anna"]
    assert office.attempts(erika)[1].intent_at == AGREED


def test_call_back_comes_before_what_has_been_due_for_longer(either_office: Office) -> None:
    office = either_office
    erika = agreed_with_anna(office)
    line.close_desk(office.app, "ben")
    busy(office, "anna")
    karl = office.case(KARL, name="Karl")  # due for two minutes when Erika is
    office.tick()
    office.run_to(AGREED)
    office.tick()
    busy(office, "anna", DeskState.READY)
    office.tick(2)
    assert (len(office.attempts(erika)), len(office.attempts(karl))) == (2, 0)


def test_while_she_talks_he_is_left_to_other_cases(either_office: Office) -> None:
    office = either_office
    erika = agreed_with_anna(office)
    busy(office, "anna")
    office.run_to(AGREED)
    office.tick()
    assert office.row(erika).next_reason == "callback_collector"
    told = explain(office.app, erika, now=AGREED, language="de").text
    assert "Wartet kurz auf den Mitarbeiter, der den Rückruf vereinbart hat." in told
    office.live(60, step=5)
    assert len(office.attempts(erika)) == 1
    mills = office.business(MILLS)
    office.live(20, step=5)
    assert [a.collector for a in office.attempts(mills)] == ["ben"]
    # told once, however often it is looked at
    assert office.kinds(erika).count("case.set_aside") == 1
    assert office.entry(erika, "case.set_aside").facts == {
        "why": "callback_collector",
        "collector": "anna",
        "agreed_at": "2026-11-26T09:30:00+00:00",
    }


def test_she_gets_it_as_soon_as_she_is_ready(office: Office) -> None:
    erika = agreed_with_anna(office)
    busy(office, "anna")
    office.run_to(AGREED)
    office.live(300)
    busy(office, "anna", DeskState.READY)
    office.live(40)
    assert [a.collector for a in office.attempts(erika)] == ["anna", "anna"]


def test_after_ten_minutes_anybody_takes_it(either_office: Office) -> None:
    office = either_office
    erika = agreed_with_anna(office)
    busy(office, "anna")
    office.run_to(AGREED)
    office.live(595)
    assert len(office.attempts(erika)) == 1
    office.live(30)
    first, second = office.attempts(erika)
    assert (first.collector, second.collector) == ("anna", "ben")
    assert second.intent_at.astimezone(BERLIN) >= AGREED.replace(minute=40)


def test_who_is_not_in_is_not_waited_for(office: Office) -> None:
    erika = agreed_with_anna(office)
    line.close_desk(office.app, "anna")
    office.run_to(AGREED)
    office.tick(2)
    assert [a.collector for a in office.attempts(erika)] == ["anna", "ben"]


def test_without_a_ready_line_nothing_is_reserved(office: Office) -> None:
    erika = office.case(ERIKA, assigned_to="ben")
    with office.app.db.write() as tx:
        assert reserve_for_callback(tx, erika, agreed_at=AGREED, assigned_to="ben", now=AGREED) is None


# --- to whom ---------------------------------------------------------------------------------------------------------


def connected(office: Office) -> int:
    """Frau Mahler's line was answered."""
    office.collector("anna")
    mills = office.business(MILLS)
    office.dial()
    office.run(400)
    return mills


def test_call_back_goes_to_whom_it_was_agreed_with(either_office: Office) -> None:
    office = either_office
    mills = connected(office)
    krug = other_contact(office, mills, SHOP)
    agree(office, mills, spoken_to=str(krug), reason="Er prüft die Rechnung.")
    assert office.row(mills).contact_id == krug
    assert office.attempt(mills).spoken_to_id == krug
    entry = office.entry(mills, "disposition")
    assert entry.personal == {"spoken_to": "Herr Krug", "reason": "Er prüft die Rechnung."}
    assert entry.facts == {
        "disposition": "callback_agreed",
        "callback_at": "2026-11-26T10:30:00+01:00",
        "spoken_to_id": krug,
    }
    office.run_to(AGREED.replace(minute=29))
    office.collector("anna")
    office.run_to(AGREED)
    office.tick(2)
    assert len(office.calls_to(SHOP)) == 1


def test_who_has_no_number_is_called_where_he_was_reached(office: Office) -> None:
    mills = connected(office)
    krug = other_contact(office, mills, None)
    agree(office, mills, spoken_to=str(krug))
    assert office.row(mills).contact_id == office.attempt(mills).contact_id
    assert office.attempt(mills).spoken_to_id == krug


def test_who_was_called_himself_is_nobody_else(office: Office) -> None:
    mills = connected(office)
    agree(office, mills, spoken_to=str(office.attempt(mills).contact_id))
    assert office.attempt(mills).spoken_to_id is None
    assert office.entry(mills, "disposition").personal == {"spoken_to": "Frau Mahler"}


def test_somebody_the_book_does_not_know_is_kept_by_name_beside_the_log(office: Office) -> None:
    mills = connected(office)
    report = Report(disposition=Disposition.GATEKEEPER, spoken_to=" Herr Vogt, Zentrale ", reason="in einer Sitzung")
    dispose(office.app, office.attempt(mills).id, report, actor="anna", note="klang genervt")
    entry = office.entry(mills, "disposition")
    assert entry.facts == {"disposition": "gatekeeper"}
    assert entry.personal == {
        "spoken_to": "Herr Vogt, Zentrale",
        "reason": "in einer Sitzung",
        "note": "klang genervt",
    }
    assert office.attempt(mills).spoken_to_id is None


def test_contact_of_another_case_is_refused_and_nothing_is_noted(office: Office) -> None:
    mills = connected(office)
    stranger = other_contact(office, office.business(SHOP, name="Frau Laden"), None)
    with pytest.raises(BadInput, match=f"case {mills} has no contact {stranger}; its contacts are 1$"):
        agree(office, mills, spoken_to=str(stranger))
    assert "disposition" not in office.kinds(mills)
    with office.app.db.read() as tx:
        assert tx.execute(sa.select(attempts.c.disposition)).scalars().all() == [None]


def test_what_is_disputed_stands_on_the_task(office: Office) -> None:
    mills = connected(office)
    report = Report(disposition=Disposition.DISPUTE, reason="Lieferung unvollständig")
    dispose(office.app, office.attempt(mills).id, report, actor="anna", note="Foto kommt")
    with office.app.db.read() as tx:
        notes = tx.execute(sa.text("select note from tasks")).scalars().all()
    assert notes == ["Lieferung unvollständig; Foto kommt"]


def test_helpful_colleague_is_the_one_to_talk_to_from_now_on(either_office: Office) -> None:
    """The managing director was called; her bookkeeper came to the telephone and promised."""
    office = either_office
    office.collector("anna")
    mills = office.business(MILLS, role="managing_director", name="Frau Mahler")
    office.dial()
    office.run(400)
    krug = other_contact(office, mills, "+493023125177")
    attempt = office.attempt(mills)
    promise = Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=10_000, on=AGREED.date(), spoken_to=str(krug))
    dispose(office.app, attempt.id, promise, actor="anna")
    assert office.row(mills).contact_id == krug
    moved = office.entry(mills, "ladder.moved").facts
    assert (moved["contact_id"], moved["level"], moved["why"]) == (krug, 2, "promise_to_pay")
    office.run_to(datetime(2026, 12, 7, 8, 0, tzinfo=BERLIN))
    office.tick()
    follow_agreements(office.app, office.clock.now())
    # her own word, broken: it counts against the one who gave it, and she is above him
    climbed = office.entry(mills, "ladder.climbed").facts
    assert (climbed["why"], climbed["because"], climbed["level"]) == ("broken_promise", [attempt.id], 4)


def test_unhelpful_colleague_changes_nothing_on_the_ladder(office: Office) -> None:
    office.collector("anna")
    mills = office.business(MILLS, role="managing_director", name="Frau Mahler")
    office.dial()
    office.run(400)
    krug = other_contact(office, mills, "+493023125177")
    said = Report(disposition=Disposition.EVADED, spoken_to=str(krug), reason="im Urlaub")
    dispose(office.app, office.attempt(mills).id, said, actor="anna")
    assert "ladder.moved" not in office.kinds(mills)


def clicked(office: Office, said: Report) -> tuple[int, int]:
    """Accounts payable have the case; Anna rings the managing director on her own, who says so. Case and director."""
    mills = office.business(MILLS_MACHINE, role="accounts_payable", name="Herr Korn")
    director = other_contact(office, mills, MILLS, "Frau Mahler")
    office.collector("anna")
    assert isinstance(place_clicked_call(office.app, mills, user="anna", contact_id=director), Started)
    office.run(400)
    dispose(office.app, office.attempt(mills).id, said, actor="anna")
    return mills, director


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(
            Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=10_000, on=AGREED.date()), id="promise"
        ),
        pytest.param(Report(disposition=Disposition.CALLBACK_AGREED, callback_at=AGREED), id="call-back"),
        pytest.param(
            Report(disposition=Disposition.CALLBACK_AGREED, callback_at=AGREED, spoken_to="ihre Vertretung"),
            id="call-back, agreed with her deputy",
        ),
    ],
)
def test_who_was_called_by_hand_and_helps_is_the_one_to_talk_to_from_now_on(office: Office, said: Report) -> None:
    mills, director = clicked(office, said)
    assert office.row(mills).contact_id == director
    moved = office.entry(mills, "ladder.moved").facts
    assert (moved["from"], moved["contact_id"], moved["why"]) == (None, director, said.disposition.value)


def test_word_of_somebody_unknown_turns_the_case_to_nobody(office: Office) -> None:
    word = Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=10_000, on=AGREED.date(), spoken_to="ein Herr")
    mills, _ = clicked(office, word)
    assert "ladder.moved" not in office.kinds(mills)
    assert office.row(mills).contact_id is None


# --- for how long ----------------------------------------------------------------------------------------------------

LATER = datetime(2026, 12, 14, 14, 0, tzinfo=BERLIN)


def called_before_then(office: Office) -> int:
    """Frau Mahler wants to be called on 14 December; on the second, Anna calls her all the same."""
    mills = connected(office)
    agree(office, mills, LATER)
    line.close_desk(office.app, "anna")
    office.run_to(datetime(2026, 12, 2, 9, 30, tzinfo=BERLIN))
    line.open_desk(office.app, "anna")
    office.run(20)
    assert isinstance(place_clicked_call(office.app, mills, user="anna"), Started)
    return mills


def second_call_rings(office: Office) -> int:
    """Frau Mahler was reached on Tuesday; nobody has said yet what came of it when she is called on Monday."""
    mills = connected(office)
    line.close_desk(office.app, "anna")
    office.run_to(datetime(2026, 11, 30, 9, 30, tzinfo=BERLIN))
    line.open_desk(office.app, "anna")
    office.run(20)
    office.tick(2)
    assert office.attempts(mills)[1].call.live
    return mills


def ends(office: Office, case: int, word: str) -> None:
    """The carrier says how the case's last call has ended."""
    assert office.status(office.attempts(case)[-1], word, 9) == 204
    office.tick()


def test_call_in_vain_before_its_time_leaves_it_standing(either_office: Office) -> None:
    office = either_office
    mills = called_before_then(office)
    ends(office, mills, "no-answer")
    assert (office.row(mills).callback_at, office.next_at(mills)) == (LATER, LATER)
    assert office.row(mills).next_reason == "collection_call callback"


def test_agreed_in_the_call_before_and_noted_while_the_next_one_rings(either_office: Office) -> None:
    office = either_office
    mills = second_call_rings(office)
    first, _ = office.attempts(mills)
    agreed = Report(disposition=Disposition.CALLBACK_AGREED, callback_at=LATER)
    dispose(office.app, first.id, agreed, actor="anna")
    ends(office, mills, "no-answer")
    assert (office.row(mills).callback_at, office.next_at(mills)) == (LATER, LATER)


def test_call_in_vain_at_its_time_was_the_call_back(either_office: Office) -> None:
    office = either_office
    mills = connected(office)
    agree(office, mills)
    line.close_desk(office.app, "anna")
    office.run_to(AGREED - timedelta(minutes=1))
    line.open_desk(office.app, "anna")
    office.run_to(AGREED)
    office.tick(2)
    assert office.attempts(mills)[1].intent_at == AGREED
    ends(office, mills, "busy")
    assert office.row(mills).callback_at is None
    assert office.row(mills).next_reason.startswith("collection_call retry")


@pytest.mark.parametrize(("said", "stands"), [(Disposition.REFUSED, None), (Disposition.GATEKEEPER, LATER)])
def test_conversation_before_its_time_takes_its_place(
    either_office: Office, said: Disposition, stands: datetime | None
) -> None:
    office = either_office
    mills = called_before_then(office)
    office.run_until_desk(DeskState.WRAP_UP)
    assert office.row(mills).callback_at == LATER
    dispose(office.app, office.attempts(mills)[-1].id, Report(disposition=said), actor="anna")
    assert office.row(mills).callback_at == stands


def test_agreed_before_the_carrier_reports_the_end_of_the_call(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    mills = office.business(MILLS)
    office.dial()
    office.run_until_desk(DeskState.TALKING)
    agree(office, mills, LATER)
    office.run(400)
    assert office.attempt(mills).call.outcome is Outcome.CONNECTED
    assert office.row(mills).callback_at == LATER


# --- about what ------------------------------------------------------------------------------------------------------


def brings(office: Office, claim: str, invoiced: str, *, paid: str = "") -> None:
    """A claims file with one claim against Erika."""
    path = office.folder / "claims.csv"
    path.write_text(
        "creditor;debtor_reference;debtor_name;debtor_type;subdivision;claim_reference;invoice_number;invoice_date;"
        "due_date;amount;paid;currency\n"
        f"muster;D-5001-Erika Beispiel;Erika Beispiel;Privatperson;BE;{claim};R-5001;{invoiced};"
        f"31.12.2026;120,00;{paid};EUR\n",
        encoding="utf-8",
    )
    defaults = ImportDefaults(creditors=frozenset({"muster"}), segments=frozenset({"private"}))
    with open_rows(path) as source:
        result = import_claims(office.app.db, source, defaults=defaults, now=office.clock.now(), actor="import")
    assert result.imported == 1


@pytest.mark.parametrize("by", ["payment", "claims file"])
def test_call_back_about_what_is_paid_by_now_is_not_made_for_a_new_invoice(either_office: Office, by: str) -> None:
    """She pays before the agreed time; three weeks later she gets an invoice, of which nobody is to remind her yet."""
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(400)
    agree(office, erika)
    if by == "payment":
        take(office, "R-5001;24.11.2026;120,00;EUR;;;B-1")
    else:
        brings(office, "F-D-5001-Erika Beispiel", "01.09.2026", paid="120,00")
    office.tick()
    assert office.row(erika).next_reason == "paid"
    office.run_to(datetime(2026, 12, 15, 9, 30, tzinfo=BERLIN))
    brings(office, "F-2", "14.12.2026")
    office.collector("ben", phone=BEN_PHONE)
    office.live(60, step=5)
    assert office.row(erika).next_reason == "too_young"
    assert office.next_at(erika) == datetime(2026, 12, 28, tzinfo=BERLIN)
    assert len(office.calls_to(ERIKA)) == 1
