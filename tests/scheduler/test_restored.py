"""A database is lost and its backup put in place: calls made in between are found before anybody is dialled."""

from __future__ import annotations

import shutil
import socket
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from office_kit import (
    ACCOUNT,
    BERLIN,
    CALLER_ID,
    ERIKA,
    KARL,
    PRIVATE_ANNOUNCEMENT,
    SHOP,
    SHOP_MACHINE,
    STRAY,
    TOKEN,
    Office,
)
from post_kit import Desk
from sqlalchemy import make_url

from dialer.actions import fence
from dialer.actions import recover_calls as module
from dialer.actions.call_log import change
from dialer.actions.dispose import dispose
from dialer.actions.place_call import Denied, NotNow, Placement, Started, place_clicked_call
from dialer.actions.recover_calls import recover_calls
from dialer.actions.send_documents import Posted, send_documents
from dialer.app import App, build
from dialer.core.call import AttemptState, Call, Refused
from dialer.core.casework import DeliveryState
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.outcome import Channel, Disposition, Mode, Outcome
from dialer.scheduler import loop
from dialer.storage import attempts
from dialer.storage.attempts import Attempt, Intent
from dialer.storage.backup import backup
from dialer.storage.book import load_case
from dialer.storage.tables import cases, contacts, phones
from dialer.telephony.carrier import Placed, UnreachableError
from dialer.telephony.twilio_carrier import TwilioCarrier

SHOPS = {"type": "business", "segment": "business", "industry": "retail", "role": "owner"}


class Vault:
    """Where the backup lies, on either engine."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.url = make_url(office.app.config.database.url.get_secret_value())
        self.copy = office.folder / "backup.db"

    def keep(self) -> None:
        if self.office.app.db.is_sqlite:
            backup(self.office.app.db, self.copy)
            return
        self.office.app.db.close()
        self._administer(f"CREATE DATABASE {self.url.database}_kept TEMPLATE {self.url.database}")

    def put_back(self) -> None:
        self.office.app.db.close()
        if self.office.app.db.is_sqlite:
            path = self.office.app.db.file
            assert path is not None
            for lost in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                lost.unlink(missing_ok=True)
            shutil.copy(self.copy, path)
            return
        name = self.url.database
        self._administer(f"DROP DATABASE {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {name}_kept")

    def _administer(self, *statements: str) -> None:
        address = {"user": self.url.username, "dbname": "postgres", "host": str(self.url.query["host"])}
        with psycopg.connect(**address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def start(office: Office, app: App | None = None) -> None:
    """The scheduler begins anew, and works until nothing is due."""
    loop.run(app or office.app, stop=threading.Event(), until_idle=True)


def cut_off(office: Office) -> App:
    """The program, with nobody at the carrier's address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nobody = TwilioCarrier(
        account_sid=ACCOUNT,
        username=ACCOUNT,
        password=TOKEN,
        timeout_seconds=1,
        api_base_url=f"http://127.0.0.1:{port}",
    )
    return replace(office.app, carrier=nobody)


def book(office: Office) -> tuple[int, int]:
    return office.case(SHOP, name="Frau Laden", **SHOPS), office.case(SHOP_MACHINE, name="Herr Kasse", **SHOPS)


def test_calls_since_the_backup_are_written_down_before_the_first_dial(either_office: Office) -> None:
    office = either_office
    laden, kasse = book(office)
    vault = Vault(office)
    vault.keep()
    office.live(180)
    sids = {office.call_to(number).sid for number in (SHOP, SHOP_MACHINE)}
    vault.put_back()
    assert office.attempts(laden) == office.attempts(kasse) == []
    office.run(1200)
    start(office)
    office.live(60)
    assert {office.attempt(case).call.sid for case in (laden, kasse)} == sids
    assert [len(office.calls_to(number)) for number in (SHOP, SHOP_MACHINE)] == [1, 1]
    assert office.attempt(laden).call.outcome is Outcome.CONNECTED
    assert office.attempt(kasse).call.outcome is Outcome.VOICEMAIL_LEFT
    assert office.attempt(laden).intent_at == office.call_to(SHOP).created_at
    assert office.kinds(laden)[0] == "attempt.recovered"
    assert office.entry(laden, "attempt.recovered").personal == {"to": SHOP}
    assert SHOP not in str(office.entry(laden, "attempt.recovered").facts)
    assert office.alarms().count("call.recovered") == 2


def test_a_fax_rings_too_and_waits_until_the_carrier_was_asked(either_desk: Desk) -> None:
    """A letter goes out all the same."""
    desk, office = either_desk, either_desk.office
    laden = desk.mill(SHOP, name="Frau Laden", **SHOPS)
    fax, letter = desk.post(laden, "callback_fax", "fax_mail"), desk.post(laden, way="print")
    vault = Vault(office)
    vault.keep()
    office.live(180)
    vault.put_back()
    office.run(1200)
    assert send_documents(cut_off(office)) == Posted(handed_over=1, held_back=1)
    waiting = desk.delivery(fax)
    assert (waiting.state, waiting.verdict, waiting.error) == (DeliveryState.WAITING, None, fence.NOT_FETCHED)
    assert desk.delivery(letter).state is DeliveryState.HANDED_OVER
    assert desk.round().idle
    office.run(61)
    assert desk.round() == Posted(held_back=1)
    assert office.attempt(laden).call.outcome is Outcome.CONNECTED
    assert office.entry(laden, "verdict.denied").facts["channel"] == "fax"
    assert desk.server.box.heard == []


def test_a_letter_goes_out_although_nobody_can_find_out_whether_a_fax_may_ring(
    either_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = either_desk
    laden = desk.mill(SHOP, name="Frau Laden", **SHOPS)
    fax, letter = desk.post(laden, "callback_fax", "fax_mail"), desk.post(laden, way="print")

    def breaks(_app: App) -> str | None:
        raise TypeError

    monkeypatch.setattr(fence, "obstacle", breaks)
    assert desk.round() == Posted(handed_over=1, held_back=1)
    assert (desk.delivery(fax).state, desk.delivery(fax).tries) == (DeliveryState.WAITING, 0)
    assert desk.delivery(letter).state is DeliveryState.HANDED_OVER


def test_without_the_question_they_would_be_called_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the drill is about: the same story with the question left out."""
    monkeypatch.setattr("dialer.scheduler.readiness.recover_calls", lambda _: True)
    book(office)
    vault = Vault(office)
    vault.keep()
    office.live(180)
    vault.put_back()
    office.run(1200)
    start(office)
    office.live(60)
    assert [len(office.calls_to(number)) for number in (SHOP, SHOP_MACHINE)] == [2, 2]


# --- a click before the scheduler has started ------------------------------------------------------------------------


def click(office: Office, app: App, case: int) -> Placement:
    """A command of a process of its own."""
    own = build(app.config, clock=office.clock)
    try:
        return place_clicked_call(replace(own, carrier=app.carrier), case, user="anna")
    finally:
        own.db.close()


def called_after_the_backup(office: Office) -> tuple[int, Vault]:
    """Erika's case."""
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    vault = Vault(office)
    vault.keep()
    assert isinstance(click(office, office.app, erika), Started)
    return erika, vault


def after_a_restore(office: Office) -> tuple[int, Vault]:
    """Erika was called after the backup, two days before it is put in the database's place."""
    erika, vault = called_after_the_backup(office)
    office.run(1200)
    assert office.call_to(ERIKA).ended
    office.run_to(datetime(2026, 11, 26, 9, 0, tzinfo=BERLIN))
    vault.put_back()
    return erika, vault


def test_a_click_after_a_restore_finds_the_calls_since_the_backup_first(either_office: Office) -> None:
    office = either_office
    erika, _ = after_a_restore(office)
    click(office, office.app, erika)
    assert office.attempts(erika)[0].call.sid == office.calls_to(ERIKA)[0].sid
    assert "call.recovered" in office.alarms()


def test_a_click_calls_nobody_who_was_called_since_the_backup(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    vault = Vault(office)
    vault.keep()
    assert isinstance(click(office, office.app, erika), Started)
    office.run(1200)
    vault.put_back()
    assert isinstance(click(office, office.app, erika), Denied)
    assert len(office.calls_to(ERIKA)) == 1


def test_a_click_writes_no_intent_while_the_carrier_cannot_be_asked(either_office: Office) -> None:
    office = either_office
    erika, _ = after_a_restore(office)
    assert click(office, cut_off(office), erika) == NotNow(fence.NOT_FETCHED)
    assert office.attempts(erika) == []
    # so that the scheduler's own question still goes back to the backup
    assert recover_calls(office.app)
    assert office.attempt(erika).call.sid == office.call_to(ERIKA).sid


def test_a_second_click_is_told_that_the_question_is_under_way(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    told: list[Placement] = []

    def slow(app: App) -> bool:
        told.append(place_clicked_call(app, erika, user="anna"))
        return recover_calls(app)

    monkeypatch.setattr(fence, "recover_calls", slow)
    assert isinstance(place_clicked_call(office.app, erika, user="anna"), Started)
    assert told == [NotNow(fence.FETCHING)]


def test_one_process_asks_once_until_it_loses_a_connection(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[App] = []
    monkeypatch.setattr(fence, "recover_calls", lambda app: asked.append(app) or True)
    assert not fence.is_sure(office.app)
    assert [fence.obstacle(office.app) for _ in range(3)] == [None] * 3
    assert fence.is_sure(office.app)
    assert len(asked) == 1
    office.app.db.losses += 1
    assert not fence.is_sure(office.app)
    assert fence.obstacle(office.app) is None
    assert fence.is_sure(office.app)
    office.app.db.close()
    assert not fence.is_sure(office.app)
    assert len(asked) == 2


def test_a_click_that_is_refused_anyway_asks_nobody(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    assert click(office, cut_off(office), erika) == NotNow(fence.NOT_FETCHED)
    assert office.desk().state is DeskState.READY
    office.holds(erika)
    assert isinstance(click(office, cut_off(office), erika), Denied)
    assert office.attempts(erika) == []


def test_no_call_is_written_down_twice(either_office: Office) -> None:
    office = either_office
    laden, _ = book(office)
    vault = Vault(office)
    vault.keep()
    office.live(180)
    vault.put_back()
    for _ in range(3):
        start(office)
    assert len(office.attempts(laden)) == 1
    assert office.alarms().count("call.recovered") == 2


def test_two_that_start_at_once_write_a_running_call_down_once_and_see_no_conflict(
    either_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = either_office
    laden, _ = book(office)
    vault = Vault(office)
    vault.keep()
    office.tick(2)
    office.run(4)
    vault.put_back()
    asked = module.unaccounted

    def slower(*question: Any, **more: Any) -> Any:
        calls = asked(*question, **more)
        monkeypatch.setattr(module, "unaccounted", asked)
        assert recover_calls(office.app)
        return calls

    monkeypatch.setattr(module, "unaccounted", slower)
    assert recover_calls(office.app)
    assert len(office.attempts(laden)) == 1
    assert set(office.alarms()) == {"call.recovered"}


def test_a_start_without_a_backup_finds_nothing_to_write_down(office: Office) -> None:
    laden, kasse = book(office)
    office.collector("anna")
    office.live(180)
    before = [office.log(case) for case in (laden, kasse)]
    assert recover_calls(office.app)
    assert [office.log(case) for case in (laden, kasse)] == before
    assert "call.recovered" not in office.alarms()


def test_nobody_is_called_until_the_carrier_has_answered_once(office: Office) -> None:
    laden, _ = book(office)
    vault = Vault(office)
    vault.keep()
    office.live(180)
    vault.put_back()
    office.run(1200)
    start(office, cut_off(office))
    assert office.attempts(laden) == []
    assert len(office.calls_to(SHOP)) == 1
    assert "dialling.waits" in office.alarms()
    start(office)
    assert office.attempt(laden).call.sid == office.call_to(SHOP).sid
    assert len(office.calls_to(SHOP)) == 1


def test_a_call_whose_attempt_waits_for_its_id_is_left_to_the_reconciliation(office: Office) -> None:
    """The backup was made between the request and its answer; another call followed before the disk was lost."""
    laden, _ = book(office)
    office.tick()
    vault = Vault(office)
    office.carrier.after_place.append(vault.keep)
    office.tick()
    office.run(180)
    office.app.carrier.place(STRAY)
    office.run(120)
    vault.put_back()
    start(office)
    office.live(700, step=20)
    assert len(office.calls_to(SHOP)) == 2
    assert {a.call.sid for a in office.attempts(laden)} == {c.sid for c in office.calls_to(SHOP)}
    assert office.alarms().count("call.ambiguous") == 0


def test_a_call_that_still_runs_is_followed_to_its_end(office: Office) -> None:
    laden, _ = book(office)
    vault = Vault(office)
    vault.keep()
    office.tick(2)
    office.run(4)
    assert not office.call_to(SHOP).ended
    vault.put_back()
    office.allow_5xx = True
    start(office)
    assert office.attempt(laden).call.live
    office.live(400, step=20)
    assert office.attempt(laden).call.outcome is not None
    assert len(office.calls_to(SHOP)) == 1


@pytest.mark.parametrize("kept", ["before the call", "while it rings"])
def test_whoever_is_spoken_to_when_a_backup_comes_back_was_spoken_to(either_office: Office, kept: str) -> None:
    """What was said is on no record; that somebody was there keeps everybody from calling, and anna may judge it."""
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    vault = Vault(office)
    if kept == "before the call":
        vault.keep()
    assert isinstance(click(office, office.app, erika), Started)
    office.run(2)
    assert office.call_to(ERIKA).status == "ringing"
    if kept == "while it rings":
        vault.keep()
    office.run(60)
    assert office.call_to(ERIKA).status == "in-progress"
    vault.put_back()
    start(office)
    office.run(600)
    office.live(120, step=20)
    (attempt,) = office.attempts(erika)
    assert office.met_collector(ERIKA)
    assert attempt.call.outcome is Outcome.CONNECTED
    dispose(office.app, attempt.id, Report(disposition=Disposition.REFUSED), actor="anna")
    assert len(office.calls_to(ERIKA)) == 1


def test_whoever_answers_a_call_that_a_backup_has_forgotten_hears_who_called(either_office: Office) -> None:
    """It rang when the backup was put in place: the request for its document names an attempt that nobody knows."""
    office = either_office
    erika, vault = called_after_the_backup(office)
    office.run(2)
    assert office.call_to(ERIKA).status == "ringing"
    vault.put_back()
    start(office)
    office.run(60)
    assert office.said(ERIKA) == [PRIVATE_ANNOUNCEMENT]
    (attempt,) = office.attempts(erika)
    assert attempt.call.outcome is Outcome.ABANDONED
    office.live(120, step=20)
    assert len(office.calls_to(ERIKA)) == 1


def test_a_call_counts_for_everybody_who_has_the_number(either_office: Office) -> None:
    """A shared office: nobody knows any more who was meant."""
    office = either_office
    laden, _ = book(office)
    vault = Vault(office)
    tenant = office.business("+493023125299", name="Frau Unten", industry="retail", role="owner")
    share_number(office, tenant, SHOP)
    vault.keep()
    office.tick(2)
    office.run(180)
    vault.put_back()
    start(office)
    sid = office.call_to(SHOP).sid
    first, second = office.attempt(laden), office.attempt(tenant)
    assert (first.call.sid, first.call.outcome) == (sid, Outcome.CONNECTED)
    assert (second.call.sid, second.call.outcome, second.to) == (None, Outcome.CONNECTED, SHOP)
    assert second.debtor_id != first.debtor_id
    assert office.entry(tenant, "attempt.recovered").facts["other_debtors_with_this_number"] == 1
    # none of his other telephones rings today, and the next start finds nothing new
    start(office)
    office.live(3600, step=60)
    assert office.calls_to("+493023125299") == []
    assert [len(office.attempts(case)) for case in (laden, tenant)] == [1, 1]


def share_number(office: Office, case: int, number: str) -> None:
    """Somebody else has this number too, beside his own. He is to be called within the hour."""
    with office.app.db.write() as tx:
        later = office.clock.now() + timedelta(minutes=50)
        tx.execute(cases.update().where(cases.c.id == case).values(next_at=later))
        of_case = sa.select(contacts.c.id).join(cases, cases.c.debtor_id == contacts.c.debtor_id)
        contact = tx.execute(of_case.where(cases.c.id == case)).scalar_one()
        values = {"e164": number, "role": "business_main", "line_type": "fixed", "state": "usable"}
        tx.execute(phones.insert().values(contact_id=contact, **values))


def test_a_running_call_counts_as_a_conversation_for_whoever_else_has_the_number(office: Office) -> None:
    laden, _ = book(office)
    tenant = office.business("+493023125299", name="Frau Unten", industry="retail", role="owner")
    share_number(office, tenant, SHOP)
    vault = Vault(office)
    vault.keep()
    office.tick(2)
    office.run(4)
    assert not office.call_to(SHOP).ended
    vault.put_back()
    office.allow_5xx = True
    assert recover_calls(office.app)
    assert office.attempt(laden).call.live
    assert office.attempt(tenant).call.outcome is Outcome.CONNECTED


def beside_a_live_attempt(office: Office) -> tuple[int, str]:
    """The books have one call to the shop as placed; the carrier has another one as well, which nobody has answered."""
    laden = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.faults(callback_lost=1.0)
    office.tick(2)
    assert office.attempt(laden).call.sid == office.call_to(SHOP).sid
    stray = office.app.carrier.place(STRAY)
    assert isinstance(stray, Placed)
    office.allow_5xx = True
    return laden, stray.sid


def status(office: Office, sid: str) -> str:
    """Of a call, in the carrier's books."""
    return next(call.status for call in office.network.calls if call.sid == sid)


def test_a_second_call_beside_a_live_attempt_is_taken_back_and_told_once(either_office: Office) -> None:
    office = either_office
    laden, stray = beside_a_live_attempt(office)
    assert [recover_calls(office.app) for _ in range(3)] == [True] * 3
    assert status(office, stray) == "canceled"
    first, second = sorted(office.attempts(laden), key=lambda attempt: attempt.id)
    assert (first.call.live, second.call.sid, second.call.outcome) == (True, stray, Outcome.CANCELLED)
    assert [office.alarms().count(kind) for kind in ("call.conflict", "call.recovered")] == [1, 1]


def test_a_second_call_that_somebody_has_answered_goes_on_and_counts_at_once(office: Office) -> None:
    laden, stray = beside_a_live_attempt(office)
    office.run(10)
    assert status(office, stray) == "in-progress"
    assert recover_calls(office.app)
    assert status(office, stray) == "in-progress"
    assert [(a.call.sid, a.call.outcome) for a in office.attempts(laden) if not a.call.live] == [
        (stray, Outcome.CONNECTED)
    ]
    assert office.alarms().count("call.conflict") == 1


def test_nobody_is_called_while_a_second_call_cannot_be_taken_back(office: Office) -> None:
    laden, stray = beside_a_live_attempt(office)

    def silent(_sid: str) -> object:
        raise UnreachableError("Twilio did not answer in time")

    office.carrier.cancel, real = silent, office.carrier.cancel  # type: ignore[method-assign, assignment]
    assert not recover_calls(office.app)
    assert len(office.attempts(laden)) == 1
    office.carrier.cancel = real  # type: ignore[method-assign]
    assert recover_calls(office.app)
    assert status(office, stray) == "canceled"


def called_without_a_note(office: Office) -> int:
    """A standby that took over has the intent, and lacks the note that its request was made."""
    laden = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick()
    office.faults(api_script=["reset_after_create"], callback_lost=1.0)
    office.tick()
    with office.app.db.write() as tx:
        attempts.update(tx, office.attempt(laden).id, state="intent", sent_at=None)
    return laden


def test_a_call_that_is_the_live_attempts_own_is_bound_to_it(either_office: Office) -> None:
    office = either_office
    laden = called_without_a_note(office)
    office.faults()
    assert recover_calls(office.app)
    assert office.attempt(laden).call.sid == office.call_to(SHOP).sid
    office.live(300, step=20)
    assert office.attempt(laden).call.outcome is Outcome.ANNOUNCED
    assert "call.conflict" not in office.alarms()


def written_down_beside_its_attempt(office: Office, word: str, seconds: int) -> tuple[Attempt, Attempt]:
    """Whose callbacks name an attempt that was ended as never sent, and the one that has the call by now."""
    named = office.attempt(called_without_a_note(office))
    with office.app.db.write() as tx:
        change(office.app, tx, named, Refused(Outcome.NOT_PLACED, office.clock.now()), office.clock.now())
    office.run(seconds)
    assert status(office, office.call_to(SHOP).sid) == word
    assert recover_calls(office.app)
    has_it = next(a for a in office.attempts(named.case_id) if a.call.sid == office.call_to(SHOP).sid)
    assert has_it.id != named.id
    return named, has_it


@pytest.mark.parametrize(("word", "seconds"), [("ringing", 4), ("completed", 180)])
def test_news_of_a_call_go_to_the_attempt_that_has_it(either_office: Office, word: str, seconds: int) -> None:
    office = either_office
    named, has_it = written_down_beside_its_attempt(office, word, seconds)
    sid = has_it.call.sid or ""
    assert has_it.call.live is (word == "ringing")
    form = {"CallSid": sid, "AnsweredBy": "human", "MachineDetectionDuration": "900"}
    assert office.post(f"/twilio/amd/{named.token}", form).status_code == 204
    assert office.status(named, "completed", 3, sid=sid, CallDuration="20") == 204
    after = {a.id: a for a in office.attempts(named.case_id)}
    assert (after[named.id].call.sid, after[named.id].call.outcome) == (None, Outcome.NOT_PLACED)
    assert not after[has_it.id].call.live
    assert "call.conflict" not in office.alarms()


def test_who_answers_such_a_call_hears_who_called(either_office: Office) -> None:
    office = either_office
    named, has_it = written_down_beside_its_attempt(office, "ringing", 4)
    said = office.post(f"/twilio/voice/{named.token}", {"CallSid": has_it.call.sid or "", "CallStatus": "in-progress"})
    assert said.status_code == 200
    assert "<Play>" in said.text or "<Say" in said.text
    after = {a.id: a for a in office.attempts(named.case_id)}
    assert after[has_it.id].call.abandoned_at is not None
    assert after[named.id].call.sid is None


def test_an_intent_from_a_clock_that_was_ahead_does_not_shorten_the_question(office: Office) -> None:
    laden, _ = book(office)
    other = office.case(ERIKA)
    vault = Vault(office)
    # the clock of that machine was two days ahead
    office.clock.ahead = timedelta(days=2)
    office.collector("anna", opens=False)
    lie(office, other, office.clock.now())
    office.clock.ahead = timedelta()
    vault.keep()
    office.live(180)
    vault.put_back()
    office.run(3 * 3600)
    assert recover_calls(office.app)
    assert len(office.attempts(laden)) == 1


def lie(office: Office, case: int, at: datetime) -> None:
    """An attempt of that moment, long over."""
    with office.app.db.write() as tx:
        loaded = load_case(tx, case)
        assert loaded is not None
        contact = loaded.contacts[0]
        intent = Intent(
            case_id=case,
            debtor_id=loaded.debtor.id,
            contact_id=contact.id,
            phone_id=contact.phones[0].id,
            claim_ids=(),
            channel=Channel.CALL,
            mode=Mode.PREVIEW,
            step="collection_call",
            token="ab" * 16,
            to=ERIKA,
            from_=CALLER_ID,
            intent_at=at,
            not_after=at,
            verdict={"verdict": "allow"},
        )
        attempts.record(tx, intent, Call(state=AttemptState.ENDED, outcome=Outcome.BUSY, ended_at=at))


def test_the_list_has_a_bound_and_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    laden, kasse = book(office)
    vault = Vault(office)
    vault.keep()
    office.live(180)
    vault.put_back()
    monkeypatch.setattr(module, "PAGES", 1)
    monkeypatch.setattr("dialer.telephony.twilio_carrier._PAGE_SIZE", 1)
    assert not recover_calls(office.app)
    # what was read is not written down: the newest of them would be the last call that is known
    assert office.alarms() == ["call.recovery_cut_off"]
    assert office.attempts(laden) == office.attempts(kasse) == []
    start(office)
    assert [len(office.calls_to(number)) for number in (SHOP, SHOP_MACHINE)] == [1, 1]
    assert "dialling.waits" in office.alarms()
    monkeypatch.setattr(module, "PAGES", 3)
    assert recover_calls(office.app)
    assert office.alarms().count("call.recovered") == 2


def test_all_pages_are_read_and_old_ones_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    book(office)
    office.live(180)
    monkeypatch.setattr("dialer.telephony.twilio_carrier._PAGE_SIZE", 1)
    carrier, begin = office.app.carrier, office.call_to(SHOP).created_at
    both = carrier.made_since(begin - timedelta(minutes=5), from_=CALLER_ID, pages=9)
    assert ({c.to for c in both.calls}, both.whole) == ({SHOP, SHOP_MACHINE}, True)
    none = carrier.made_since(begin + timedelta(hours=1), from_=CALLER_ID, pages=9)
    assert (list(none.calls), none.whole) == ([], True)
    assert list(carrier.made_since(begin, from_=ERIKA, pages=9).calls) == []


def test_calls_to_nobody_in_the_book_are_left_alone(office: Office) -> None:
    laden, _ = book(office)
    office.app.carrier.place(replace(STRAY, to=KARL))
    office.allow_5xx = True
    office.run(60)
    assert recover_calls(office.app)
    assert office.attempts(laden) == []
    assert office.alarms() == []


def test_an_empty_book_asks_for_nothing(office: Office) -> None:
    assert recover_calls(cut_off(office))
    office.case(ERIKA)
    assert not recover_calls(cut_off(office))
