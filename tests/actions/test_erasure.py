"""A debtor is erased: nothing tells of him any more, the log verifies, and what stands in the way is said."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from log_kit import LOG_CONFIG, SHOPS, Auditor, told
from office_kit import ERIKA, SHOP, SHOP_MACHINE, Office
from post_kit import Desk, until_somebody_waits

from dialer.actions.dispose import dispose
from dialer.actions.document_data import Order
from dialer.actions.dossier import write_dossier
from dialer.actions.erase_debtor import due_for_erasure, erase_debtor
from dialer.actions.holds import hold_case, lift_hold
from dialer.actions.legal_stage import enter_stage
from dialer.actions.mark_case import mark_case
from dialer.actions.override_rule import override_rule
from dialer.actions.returned_document import return_document
from dialer.actions.tasks import add_task, finish_task, snooze_task
from dialer.actions.write_document import write_document
from dialer.app import App
from dialer.core.case import HoldReason, MarkKind, Stage
from dialer.core.casework import DocumentKind
from dialer.core.desk import DeskState, Role
from dialer.core.disposition import Report
from dialer.core.errors import BadInput, NotFound
from dialer.core.outcome import Disposition
from dialer.core.retention import ErasureReason, Kept
from dialer.storage import desks, entries, erasure, import_rows
from dialer.storage import documents as stored
from dialer.storage.entries import NewEntry
from dialer.storage.personal_columns import ERASED
from dialer.storage.tables import (
    agreements,
    alarms,
    attempts,
    cases,
    debtors,
    deliveries,
    documents,
    holds,
    marks,
    metadata,
    overrides,
    payments,
    quarantine,
    rungs,
    stages,
    tasks,
)

SECRET = "Zz-geheim"
OVER, WRONG = ErasureReason.RETENTION_OVER, ErasureReason.WRONG_PARTY


@pytest.fixture
def shop(make_office: Callable[..., Office], database_url: str) -> Auditor:
    """Frau Laden was called once, and another shop too."""
    office = make_office(database_url, more_config=LOG_CONFIG)
    office.case(SHOP, name="Frau Laden", **SHOPS)
    office.case(SHOP_MACHINE, name="Herr Kasse", **SHOPS)
    office.live(180)
    with office.app.db.write() as tx:
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
        desks.add_user(tx, name="anna", phone=None)
    return Auditor(office)


def write_letter(app: App, case: int, *, actor: str) -> object:
    return write_document(app, case, Order(kind=DocumentKind.REMINDER_LETTER), actor=actor)


def close(office: Office, case: int = 1, **ahead: int) -> None:
    with office.app.db.write() as tx:
        tx.execute(cases.update().where(cases.c.id == case).values(status="closed", next_at=None))
    office.clock.ahead += timedelta(**ahead)


def erase(office: Office, case: int = 1, reason: ErasureReason = OVER, actor: str = "boss") -> dict[str, int]:
    return dict(erase_debtor(office.app, case, reason, actor=actor))


def fill(office: Office) -> None:
    """Case 1 gets a row in every table that can tell of its debtor, and the secret in every column that can."""
    now = office.clock.now()
    rows: dict[sa.Table, dict[str, Any]] = {
        documents: {
            "kind": "reminder_letter", "language": "de", "state": "sent", "sha256": "0", "pdf": b"", "made_at": now,
            "made_by": "anna", "returned_at": now, "returned_sha256": "1",
        },
        marks: {"kind": "wish", "given_at": now, "text": "", "set_by": "anna", "set_at": now},
        overrides: {"rule": "DE-T2", "set_by": "c", "reason": "", "set_at": now, "until": now + timedelta(days=1)},
        stages: {"stage": "closed", "entered_on": date(2026, 11, 24), "facts": {}, "entered_at": now,
                 "entered_by": "anna"},
        tasks: {"kind": "manual", "origin": "manual", "ref": "1", "note": "", "due_on": date(2026, 11, 24),
                "state": "open", "made_at": now, "made_by": "anna"},
        payments: {"creditor": "muster", "key": "k", "paid_on": date(2026, 11, 24), "amount_minor": 5,
                   "currency": "EUR", "reference": "", "payer": "", "source": "f", "imported_at": now},
        rungs: {"contact_id": 1, "rung": "fax", "state": "done", "why": "evaded", "begun_at": now},
        alarms: {"at": now, "kind": "k", "text": ""},
    }  # fmt: skip
    note = NewEntry(case_id=1, at=now, kind="note", actor="anna", personal={"note": SECRET, "to": SHOP})
    with office.app.db.write() as tx:
        for table, row in rows.items():
            tx.execute(table.insert().values(case_id=1, **row))
        sent = {"document_id": 1, "case_id": 1, "debtor_id": 1, "channel": "letter", "transport": "print"}
        sent |= {"recipient": "", "state": "failed", "made_at": now, "made_by": "anna"}
        tx.execute(deliveries.insert().values(sent))
        body = f"To=%2B{SHOP[1:]}&From=x"
        tx.execute(quarantine.insert().values(received_at=now, path="/", reason="?", body=body))
        tx.execute(quarantine.insert().values(received_at=now, path="/", reason="?", body="To=%2B49"))
        entries.append(tx, note)
        for table, columns in ERASED.items():
            mine = table.c.id == 1 if table.name != "alarms" else table.c.case_id == 1
            tx.execute(table.update().where(mine).values({c: filled(table.c[c]) for c in columns}))


def filled(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, sa.JSON):
        return {"To": SECRET}
    if isinstance(column.type, sa.LargeBinary):
        return SECRET.encode()
    return SHOP if column.name in {"e164", "to_e164"} else SECRET


def whole(office: Office) -> str:
    """Everything that stands in the database."""
    with office.app.db.read() as tx:
        return "\n".join(str(tuple(row)) for table in metadata.sorted_tables for row in tx.execute(sa.select(table)))


def test_nothing_in_any_table_tells_of_him_any_more(shop: Auditor) -> None:
    office = shop.office
    fill(office)
    shop.checkpoint()
    assert whole(office).count(SECRET) >= 25
    close(office, days=8 * 366)
    changed = erase(office)
    assert {t.name for t in ERASED} <= set(changed)
    left = whole(office)
    for telling in (SECRET, "Laden", SHOP[1:], SHOP[3:]):
        assert telling not in left
    assert "Kasse" in left
    assert SHOP_MACHINE in left
    assert changed["quarantine"] == 1
    report = shop.judge(shop.export(), shop.points())
    assert told(report) == []
    assert report.erased == changed["entry_personal"] >= 2


def test_nothing_is_left_in_the_files_of_sqlite(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.case(SHOP, name="Frau Laden", **SHOPS)
    office.live(180)
    with office.app.db.write() as tx:
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
    fill(office)
    path = office.app.db.file
    assert path is not None
    with office.app.db.read() as tx:  # not every build of SQLite does so by itself
        assert tx.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    files = (path, Path(f"{path}-wal"))
    assert SECRET.encode() in b"".join(file.read_bytes() for file in files)
    close(office, days=8 * 366)
    erase(office)
    kept = b"".join(file.read_bytes() for file in files if file.exists())
    for telling in (SECRET, "Frau Laden", SHOP[1:]):
        assert telling.encode() not in kept


def test_what_a_reader_keeps_in_the_file_beside_the_database_is_told(
    make_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialer.storage.database.SQLITE_BUSY_MS", 100)
    office = make_office()
    office.case(SHOP, name="Frau Laden", **SHOPS)
    with office.app.db.write() as tx:
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
    close(office, days=8 * 366)
    with office.app.db.read() as reading:
        reading.execute(sa.select(cases.c.id)).all()
        erase(office)
    wal = Path(f"{office.app.db.file}-wal")
    assert b"Frau Laden" in wal.read_bytes()
    assert office.alarms() == ["erasure.in_wal"]
    assert office.app.db.forget()
    assert wal.read_bytes() == b""


def test_callback_that_comes_late_brings_nothing_of_him_back(shop: Auditor) -> None:
    office = shop.office
    (attempt,) = office.attempts(1)
    close(office, days=8 * 366)
    erase(office)
    before = office.events()
    more = {"CallerName": "Frau Laden", "Duration": "5"}
    assert office.status(attempt, "completed", 77, **more) == 204  # from before the erasure, with his number
    assert office.events() == before + 1
    left = whole(office)
    for telling in ("Laden", SHOP[1:]):
        assert telling not in left


def talked_to_somebody_else(office: Office) -> int:
    """A case that was closed after a call, whose collector has not judged it yet."""
    office.collector("anna")
    case = office.case(ERIKA)
    with office.app.db.write() as tx:
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
    office.dial()
    office.run_until_desk(DeskState.WRAP_UP)
    office.holds(case, "wrong_party")
    close(office)
    return case


@pytest.mark.parametrize("words", [{"note": SECRET}, {"reason": SECRET}, {"spoken_to": SECRET}, {"spoken_to": "1"}])
def test_collector_who_judges_the_call_afterwards_is_told_to_leave_words_out(
    either_office: Office, words: dict[str, str]
) -> None:
    office = either_office
    case = talked_to_somebody_else(office)
    erase(office, reason=WRONG)
    attempt, note = office.attempt(case).id, words.get("note", "")
    report = Report(disposition=Disposition.DISPUTE, **{key: said for key, said in words.items() if key != "note"})
    with pytest.raises(BadInput, match=r"the debtor was erased on 2026-11-24, and words about him may not be kept"):
        dispose(office.app, attempt, report, actor="anna", note=note)
    assert office.desk().state is DeskState.WRAP_UP
    dispose(office.app, attempt, Report(disposition=Disposition.DISPUTE), actor="anna")
    assert office.desk().state is DeskState.READY
    assert office.entry(case, "disposition").facts == {"disposition": "dispute"}
    assert (office.count("entry_personal"), SECRET in whole(office)) == (0, False)


def test_erasing_and_importing_take_turns(make_office: Callable[..., Office], postgresql_database_url: str) -> None:
    office = make_office(postgresql_database_url)
    office.case(SHOP, name="Frau Laden", **SHOPS)
    with office.app.db.write() as tx:
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
    close(office, days=8 * 366)
    erasing = Thread(target=erase, args=(office,))
    with office.app.db.write() as importing:
        import_rows.lock_imports(importing)
        erasing.start()
        erasing.join(1)
        assert "Laden" in whole(office)
    erasing.join(10)
    assert "Laden" not in whole(office)


@pytest.mark.parametrize("write", [write_dossier, write_letter])
def test_paper_that_was_being_printed_is_not_kept(
    make_desk: Callable[..., Desk], database_url: str, monkeypatch: pytest.MonkeyPatch, write: Callable[..., object]
) -> None:
    office = make_desk(database_url).office
    office.case(SHOP, name="Frau Laden", **SHOPS)
    with office.app.db.write() as tx:
        tx.execute(debtors.update().values(street="Mühlweg 3", postal_code="10115", city="Berlin"))
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
    close(office, days=8 * 366)
    printed = office.app.renderer.render

    def slow(*args: Any) -> bytes:
        pdf = printed(*args)
        erase(office)
        return pdf

    monkeypatch.setattr(office.app.renderer, "render", slow)
    with pytest.raises(BadInput, match=r"the debtor of case 1 was erased on 2034-\d\d-\d\d; nothing is written of him"):
        write(office.app, 1, actor="boss")
    with office.app.db.read() as tx:
        assert tx.execute(sa.select(documents.c.id)).all() == []


def test_paper_that_is_being_kept_and_erasing_take_turns(postgres_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The paper is kept first, and erased with everything else."""
    office = postgres_desk.office
    office.case(SHOP, name="Frau Laden", **SHOPS)
    with office.app.db.write() as tx:
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
        tx.execute(holds.insert().values(case_id=1, reason="wrong_party", set_at=office.clock.now()))
    close(office)
    erasing = Thread(target=erase, args=(office, 1, WRONG))
    store = stored.store

    def slow(tx: sa.Connection, new: stored.NewDocument) -> int:
        erasing.start()
        until_somebody_waits(office.app)
        return store(tx, new)

    monkeypatch.setattr(stored, "store", slow)
    write_dossier(office.app, 1, actor="boss")
    erasing.join(10)
    with office.app.db.read() as tx:
        assert tx.execute(sa.select(documents.c.pdf)).scalars().all() == [b""]


def test_nothing_that_people_say_of_him_is_taken_down_any_more(shop: Auditor) -> None:
    """It would stay: nobody is erased twice. What there still is to do is done without words."""
    office = shop.office
    task = add_task(office.app, 1, note=SECRET, due_on=date(2026, 11, 25), actor="anna")
    with office.app.db.write() as tx:
        desks.add_user(tx, name="clara", phone=None, role=Role.COMPLIANCE)
    close(office, days=8 * 366)
    erase(office)
    app, later = office.app, office.clock.now() + timedelta(days=1)
    for write in (
        lambda: hold_case(app, 1, HoldReason.MANUAL, actor="anna", text=SECRET),
        lambda: mark_case(app, 1, MarkKind.WISH, actor="anna", text="mon-fri 08:00-12:00"),
        lambda: mark_case(app, 1, MarkKind.CEASE, actor="anna", reason=SECRET),
        lambda: override_rule(app, 1, "DE-T2", until=later, reason=f"{SECRET} und mehr", actor="clara"),
        lambda: add_task(app, 1, note=SECRET, due_on=later.date(), actor="anna"),
        lambda: finish_task(app, task.id, actor="anna", reason=SECRET),
        lambda: snooze_task(app, task.id, until=later.date(), actor="anna", reason=SECRET),
        lambda: enter_stage(app, 1, Stage.LEGAL_REVIEW, facts={}, on=date(2034, 12, 4), actor="boss", reason=SECRET),
    ):
        with pytest.raises(BadInput, match=r"case 1 was erased on 2034-\d\d-\d\d; nothing is written of him"):
            write()
    finish_task(app, task.id, actor="anna")
    left = whole(office)
    for telling in (SECRET, "08:00-12:00"):
        assert telling not in left


def test_who_calls_us_while_he_is_being_erased_is_not_written_down(
    postgres_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = postgres_office
    office.case(SHOP, name="Frau Laden", **SHOPS)
    with office.app.db.write() as tx:
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
    close(office, days=8 * 366)
    form = {"CallSid": "CA" + "4" * 32, "From": SHOP, "To": "+493023125000", "CallStatus": "ringing"}
    calling = Thread(target=office.post, args=("/twilio/inbound", form))
    erase_rows = erasure.erase

    def slow(*args: Any, **how: Any) -> Any:
        calling.start()
        until_somebody_waits(office.app)
        return erase_rows(*args, **how)

    monkeypatch.setattr(erasure, "erase", slow)
    erase(office)
    calling.join(10)
    assert not calling.is_alive()
    assert office.kinds(1)[-1] == "debtor.erased"
    assert SHOP[1:] not in whole(office)


@pytest.mark.parametrize("late", ["disposition", "callback"])
def test_late_word_of_a_call_and_erasing_do_not_wait_for_each_other_in_a_circle(
    postgres_office: Office, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """They take turns: whoever changes a call holds it before its case."""
    office = postgres_office
    case = talked_to_somebody_else(office)
    attempt, kept = office.attempt(case), erasure.kept
    said = {
        "disposition": lambda: dispose(office.app, attempt.id, Report(disposition=Disposition.DISPUTE), actor="anna"),
        "callback": lambda: office.status(attempt, "completed", 77, Duration="5"),
    }
    with ThreadPoolExecutor(1) as pool:
        words = []

        def slow(*args: Any) -> Kept:
            words.append(pool.submit(said[late]))
            until_somebody_waits(office.app)
            return kept(*args)

        monkeypatch.setattr(erasure, "kept", slow)
        erase(office, reason=WRONG)
        assert words[0].result(10)
    assert ERIKA[1:] not in whole(office)
    assert office.attempt(case).disposition is (Disposition.DISPUTE if late == "disposition" else None)


def test_scan_that_comes_after_he_was_erased_is_not_kept(either_desk: Desk) -> None:
    office = either_desk.office
    case = either_desk.consumer()
    either_desk.post(case, way="print")
    either_desk.round()
    with office.app.db.write() as tx:
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
    office.holds(case, "wrong_party")
    close(office)
    erase(office, reason=WRONG)
    with pytest.raises(BadInput, match=r"the debtor of case 1 was erased on 2026-11-24; nothing is written of him"):
        return_document(office.app, 1, SECRET.encode(), actor="anna")
    with office.app.db.read() as tx:
        assert tx.execute(sa.select(documents.c.returned_file)).scalars().all() == [None]


def test_erasing_stands_in_the_log_without_a_name(shop: Auditor) -> None:
    office = shop.office
    close(office, days=8 * 366)
    changed = erase(office)
    entry = office.log(1)[-1]
    assert (entry.kind, entry.actor, entry.facts["reason"], entry.personal) == (
        "debtor.erased", "boss", "retention_over", {})  # fmt: skip
    assert entry.facts["rows"] == changed
    with pytest.raises(BadInput, match=r"the debtor of case 1 was erased on 2034-"):
        erase(office)


def test_what_stands_in_the_way_is_said_and_nothing_changes(shop: Auditor) -> None:
    office = shop.office
    before = whole(office)

    def refused(says: str, **how: Any) -> None:
        with pytest.raises(BadInput, match=says):
            erase(office, **how)

    refused("case 1 is not closed; close it first")
    refused('no active user "nobody"', actor="nobody")
    refused('"anna" has the role collector; only supervisor and compliance', actor="anna")
    with pytest.raises(NotFound):
        erase(office, case=99)
    assert whole(office) == before
    close(office)
    refused("DE-RET-4 keeps the case until 2027-11-24")
    refused("DE-RET-4 keeps the case until 2027-11-24", reason=ErasureReason.REQUEST)
    refused("nobody has noted yet that this is the wrong person", reason=WRONG)
    assert "Laden" in whole(office)


def test_a_running_call_or_a_waiting_letter_stands_in_the_way(office: Office) -> None:
    case = office.case(SHOP, name="Frau Laden", **SHOPS)
    with office.app.db.write() as tx:
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
    office.tick(2)
    assert office.attempt(case).call.live
    close(office)
    with pytest.raises(BadInput, match="a call of case 1 is running"):
        erase(office)
    office.live(180)
    fill(office)
    with office.app.db.write() as tx:
        tx.execute(deliveries.update().values(state="waiting"))
    office.clock.ahead += timedelta(days=8 * 366)
    with pytest.raises(BadInput, match="1 letters of case 1 are still to be sent"):
        erase(office)


def test_letters_are_kept_six_years_from_the_end_of_theirs(shop: Auditor) -> None:
    office = shop.office
    fill(office)
    close(office, days=400)
    with pytest.raises(BadInput, match="DE-RET-1 keeps the case until 2033-01-01"):
        erase(office)


def test_a_wrong_party_is_erased_at_once_and_his_number_is_kept_out(shop: Auditor) -> None:
    office = shop.office
    fill(office)
    with office.app.db.write() as tx:
        tx.execute(holds.insert().values(case_id=1, reason="wrong_party", set_at=office.clock.now()))
        tx.execute(sa.text("UPDATE phones SET e164 = :n WHERE id = 1"), {"n": SHOP})
    close(office)
    erase(office, reason=WRONG)
    with office.app.db.read() as tx:
        assert erasure.known(tx, {erasure.number_key(SHOP)}) == {erasure.number_key(SHOP)}
        assert erasure.known(tx, {erasure.number_key(SHOP_MACHINE)}) == set()


def talk(tx: sa.Connection, now: datetime) -> None:
    (first,) = tx.execute(sa.select(attempts)).mappings()
    second = {**first, "token": "second", "call_sid": None, "disposition": "refused"}
    tx.execute(attempts.insert().values({name: value for name, value in second.items() if name != "id"}))


def title(tx: sa.Connection, now: datetime) -> None:
    facts = {"title_kind": "judgment", "title_on": "2026-11-20"}
    row = {"stage": "titled", "entered_on": date(2026, 11, 24), "entered_at": now, "entered_by": "anna"}
    tx.execute(stages.insert().values(case_id=1, facts=facts, **row))


def agreement(tx: sa.Connection, now: datetime) -> None:
    terms = {"kind": "promise", "amount_minor": 5, "currency": "EUR", "grace_workdays": 0}
    terms |= {"interest_free": False, "acceleration": False}
    tx.execute(agreements.insert().values(case_id=1, state="kept", agreed_at=now, ended_at=now, **terms))


@pytest.mark.parametrize("reach", [talk, title, agreement])
def test_a_wrong_number_of_somebody_who_was_reached_makes_him_no_wrong_party(
    either_office: Office, reach: Callable[[sa.Connection, datetime], None]
) -> None:
    """Somebody else answered at one of his numbers; what there is of himself is kept for as long as anybody's."""
    office = either_office
    office.collector("anna")
    case = office.case(ERIKA)
    with office.app.db.write() as tx:
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
    office.dial()
    office.run_until_desk(DeskState.WRAP_UP)
    dispose(office.app, office.attempt(case).id, Report(disposition=Disposition.WRONG_PARTY), actor="anna")
    close(office)
    assert [d.period for d in due_for_erasure(office.app)] == [None]
    with office.app.db.write() as tx:
        reach(tx, office.clock.now())
    assert due_for_erasure(office.app) == []
    with pytest.raises(BadInput, match="nobody has noted yet that this is the wrong person"):
        erase(office, reason=WRONG)
    office.holds(case, "wrong_party")
    erase(office, reason=WRONG)


def test_a_wrong_party_that_was_none_after_all_is_kept(shop: Auditor) -> None:
    office = shop.office
    close(office)
    office.holds(1, "wrong_party")
    assert [d.case_id for d in due_for_erasure(office.app)] == [1]
    lift_hold(office.app, 1, HoldReason.WRONG_PARTY, actor="boss", text="Namensvetter")
    assert due_for_erasure(office.app) == []


def test_who_may_be_erased_is_listed(shop: Auditor) -> None:
    office = shop.office
    close(office, case=1)
    close(office, case=2)
    assert due_for_erasure(office.app) == []
    office.clock.ahead += timedelta(days=365)
    assert [(d.case_id, d.period.rule, d.period.until) for d in due_for_erasure(office.app) if d.period] == [
        (1, "DE-RET-4", date(2027, 11, 24)), (2, "DE-RET-4", date(2027, 11, 24))]  # fmt: skip
    erase(office, case=2)
    assert [d.case_id for d in due_for_erasure(office.app)] == [1]


def test_an_erased_debtor_is_called_by_nobody(shop: Auditor) -> None:
    office = shop.office
    close(office, days=8 * 366)
    erase(office)
    before = len(office.network.calls)
    office.clock.ahead = timedelta()
    office.live(300, step=30)
    assert [c.to for c in office.network.calls[before:] if c.to in {SHOP, ERIKA}] == []
