"""The book of a history: who owes, how he is reached, and who calls."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from dialer.actions.erase_debtor import erase_debtor
from dialer.actions.holds import hold_case, lift_hold
from dialer.actions.import_claims import defaults_for, import_claims
from dialer.actions.legal_stage import enter_stage
from dialer.actions.mark_case import mark_case
from dialer.actions.take_back import follow, follow_each
from dialer.app import App
from dialer.claims_file.reading import open_rows
from dialer.core.case import HoldReason, MarkKind, Stage
from dialer.core.desk import Role
from dialer.core.retention import ErasureReason
from dialer.simulator.directory import CollectorPhone
from dialer.storage import desks, import_rows, pacing
from dialer.storage.tables import cases, claims, contacts, debtors, phones
from tests.simulation.processes import workshop
from tests.simulation.scenario import Debtor

SEGMENTS = {"consumer": "private", "clicked": "clicked", "business": "business", "shop": "business"}
OWED = 12_000


def fill_book(app: App, book: Iterable[Debtor], collectors: Iterable[CollectorPhone]) -> None:
    """Every debtor with his case, due at once, and every collector."""
    with app.db.write() as tx:
        for collector in collectors:
            desks.add_user(tx, name=collector.user, phone=collector.number)
        desks.add_user(tx, name="boss", phone=None, role=Role.SUPERVISOR)
        for debtor in book:
            _add(app, tx, debtor)


def _add(app: App, tx: Any, debtor: Debtor) -> None:
    now = app.clock.now()
    invoiced = now.date() - timedelta(days=80)
    ref = f"D-{debtor.case}"
    debtor_id = _insert(
        tx,
        debtors,
        id=debtor.case,
        creditor="muster",
        reference=ref,
        name=f"Debtor {debtor.case}",
        type="consumer" if debtor.natural else "business",
        segment=SEGMENTS[debtor.kind],
        industry="retail" if debtor.kind == "shop" else None,
        country="DE",
        subdivision=debtor.place,
        language="de",
    )
    roles = ("self",) if debtor.natural else ("accounts_payable", "managing_director")
    for number, role in zip(debtor.numbers, roles, strict=False):
        contact = _insert(tx, contacts, debtor_id=debtor_id, name=f"{role} {debtor.case}", role=role)
        kind = "private" if debtor.natural else "business_main"
        _insert(tx, phones, contact_id=contact, e164=number, role=kind, line_type="fixed", state="usable")
    case_id = _insert(
        tx,
        cases,
        id=debtor.case,
        debtor_id=debtor_id,
        status="open",
        next_at=now,
        next_reason="new",
        entry_head="",
        created_at=now,
    )
    _insert(
        tx,
        claims,
        case_id=case_id,
        creditor="muster",
        reference=f"F-{debtor.case}",
        invoice_number=f"R-{debtor.case}",
        invoice_date=invoiced,
        due_date=invoiced + timedelta(days=14),
        amount_minor=OWED,
        paid_minor=0,
        currency="EUR",
    )


def _insert(tx: Any, table: sa.Table, **values: object) -> int:
    inserted = tx.execute(table.insert(), values).inserted_primary_key
    return int(inserted[0])


def pays(app: App, case: int) -> None:
    """The money arrives, as an import of the bank's statement notes it."""
    _note(app, case, "paid", paid_minor=claims.c.amount_minor)


def disputes(app: App, case: int) -> None:
    _note(app, case, "changed", disputed=True)


def _note(app: App, case: int, reason: str, **values: object) -> None:
    with app.db.write() as tx:
        tx.execute(claims.update().where(claims.c.case_id == case).values(**values))
        import_rows.plan_again(tx, [case], now=app.clock.now(), reason=reason)
    follow(app, case)


def holds(app: App, case: int) -> None:
    hold_case(app, case, HoldReason.MANUAL, actor="boss", text="stop")


def owes(app: App, case: int) -> None:
    """The bank takes the money back."""
    _note(app, case, "changed", paid_minor=0)


def settles(app: App, case: int) -> None:
    _note(app, case, "changed", disputed=False)


def lifts(app: App, case: int) -> None:
    lift_hold(app, case, HoldReason.MANUAL, actor="boss", text="go on")


def closes(app: App, case: int) -> None:
    _stage(app, case, Stage.CLOSED, closed_because="settled")


def reviews(app: App, case: int) -> None:
    _stage(app, case, Stage.LEGAL_REVIEW)


def returns(app: App, case: int) -> None:
    _stage(app, case, Stage.TELEPHONE)


def reopens(app: App, case: int) -> None:
    reviews(app, case)
    returns(app, case)


def _stage(app: App, case: int, stage: Stage, **facts: str) -> None:
    today = app.clock.now().astimezone(app.site.zone).date()
    enter_stage(app, case, stage, facts=facts, on=today, actor="boss", reason="a new thought")


def imports(app: App, debtor: Debtor, number: int) -> None:
    """The creditor's list comes once more: what he owed, a little of it paid, and one invoice more."""
    invoiced = app.clock.now().date() - timedelta(days=60)
    columns = {
        "creditor": "muster",
        "debtor_reference": f"D-{debtor.case}",
        "debtor_name": f"Debtor {debtor.case}",
        "debtor_type": "consumer" if debtor.natural else "business",
        "invoice_date": invoiced.isoformat(),
        "due_date": (invoiced + timedelta(days=14)).isoformat(),
        "amount": "120.00",
        "currency": "EUR",
        "phone": debtor.numbers[0],
    }
    file = workshop() / "claims.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.DictWriter(out, [*columns, "claim_reference", "paid"])
        rows.writeheader()
        rows.writerow(columns | {"claim_reference": f"F-{debtor.case}", "paid": "1.00"})
        rows.writerow(columns | {"claim_reference": f"F-{debtor.case}-{number}", "paid": ""})
    how = {"defaults": defaults_for(app.config, app.site.zone), "now": app.clock.now(), "actor": "import"}
    with open_rows(file, language="en") as source:
        import_claims(app.db, source, changed=lambda cases: follow_each(app, cases), **how)


def erases(app: App, case: int) -> None:
    """He has never been the debtor: that is noted, the case closed, and everything of him is erased."""
    hold_case(app, case, HoldReason.WRONG_PARTY, actor="boss", text="not he")
    closes(app, case)
    erase_debtor(app, case, ErasureReason.WRONG_PARTY, actor="boss")


def stops_all(app: App) -> None:
    """A person stops all dialling."""
    with app.db.write() as tx:
        pacing.pause(tx, app.account, reason="stop", until=None)


def goes_on(app: App) -> None:
    with app.db.write() as tx:
        pacing.resume(tx, app.account)


def objects(app: App, case: int) -> None:
    mark_case(app, case, MarkKind.PHONE_OBJECTION, actor="boss")
