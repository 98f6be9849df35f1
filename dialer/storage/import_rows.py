"""The part of the book an import touches: loaded by natural keys, saved with a fixed number of statements a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from dialer.core.case import CaseStatus, ContactRole, DebtorType, LineType, PhoneRole, PhoneState
from dialer.core.paid import Paid
from dialer.storage import book
from dialer.storage import payments as claim_payments
from dialer.storage.new_row import insert_new
from dialer.storage.tables import cases, claims, contacts, debtors, payments, phones

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Key = tuple[str, str]
"""(creditor, reference): of a debtor, or of a claim."""

_IMPORT_LOCK = 7_430_001
"""PostgreSQL advisory lock: two imports at once take turns by the batch, as SQLite's writers do anyway."""

DETAILS = (
    "name",
    "segment",
    "industry",
    "subdivision",
    "street",
    "postal_code",
    "city",
    "language",
    "timezone",
    "note",
)
"""What an import may change about a debtor; type and country it may not."""


@dataclass(slots=True)
class PhoneRecord:
    """A number as recorded, or to be recorded while it has no id."""

    e164: str
    role: PhoneRole
    line_type: LineType
    state: PhoneState
    id: int | None = None
    changed: bool = False


@dataclass(slots=True)
class ContactRecord:
    """A contact and his numbers."""

    name: str
    role: ContactRole
    email: str | None = None
    id: int | None = None
    changed: bool = False
    phones: dict[str, PhoneRecord] = field(default_factory=dict)


@dataclass(slots=True)
class ClaimRecord:
    """A claim. `debtor` is the reference of whoever owes it; `before` holds the old values of what changed.

    `booked_minor` is the sum of the payments booked on it; `told`: the file names another total than last time.
    """

    reference: str
    debtor: str
    invoice_number: str
    invoice_date: date
    due_date: date
    amount_minor: int
    paid: Paid
    currency: str
    booked_minor: int = 0
    id: int | None = None
    before: dict[str, Any] = field(default_factory=dict)
    told: bool = False

    @property
    def paid_minor(self) -> int:
        """What counts as paid."""
        return self.paid.minor


@dataclass(slots=True)
class DebtorRecord:
    """A debtor with his case and contacts. `before` holds the old values of the details that changed."""

    creditor: str
    reference: str
    type: DebtorType
    country: str
    details: dict[str, str | None]
    assigned_to: str | None = None
    status: CaseStatus = CaseStatus.OPEN
    id: int | None = None
    case_id: int | None = None
    before: dict[str, str | None] = field(default_factory=dict)
    case_changed: bool = False
    contacts: dict[tuple[ContactRole, str], ContactRecord] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The natural key."""
        return self.creditor, self.reference


def contact_key(role: ContactRole, name: str) -> tuple[ContactRole, str]:
    """A person is told by role and name; the debtor himself by role alone, since there is one of him."""
    return (role, "") if role is ContactRole.SELF else (role, name)


@dataclass(slots=True)
class BookPart:
    """The debtors and claims a batch names, by natural key."""

    debtors: dict[Key, DebtorRecord] = field(default_factory=dict)
    claims: dict[Key, ClaimRecord] = field(default_factory=dict)


def lock_imports(tx: sa.Connection) -> None:
    """Keep other imports waiting until this transaction ends."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_IMPORT_LOCK)))


def lock_cases(tx: sa.Connection, debtor_keys: Collection[Key]) -> None:
    """Keep other writers away from these debtors' cases, before anything of them is read.

    Whoever corrects a debtor holds his case: what was read without it is written back as it was.
    """
    if tx.dialect.name == "postgresql":  # SQLite's writers are alone anyway
        query = sa.select(cases.c.id).join(debtors, cases.c.debtor_id == debtors.c.id)
        claim_payments.lock_cases(tx, [row.id for row in _by_keys(tx, query, debtors, debtor_keys)])


def load_part(tx: sa.Connection, debtor_keys: Collection[Key], claim_keys: Collection[Key]) -> BookPart:
    """What is recorded of these debtors and claims. Who writes it back locks their cases first."""
    part = BookPart()
    by_id: dict[int, DebtorRecord] = {}
    for row in _by_keys(tx, sa.select(debtors), debtors, debtor_keys):
        record = DebtorRecord(
            creditor=row.creditor,
            reference=row.reference,
            type=DebtorType(row.type),
            country=row.country,
            details={detail: getattr(row, detail) for detail in DETAILS},
            id=row.id,
        )
        part.debtors[record.key] = by_id[row.id] = record
    _load_cases(tx, by_id)
    _load_contacts(tx, by_id)
    _load_claims(tx, part, claim_keys)
    return part


def _by_keys(tx: sa.Connection, query: sa.Select[Any], table: sa.Table, keys: Collection[Key]) -> Iterable[sa.Row[Any]]:
    # one statement a creditor: an index serves `creditor = ? AND reference IN (...)` on both engines
    for creditor, group in groupby(sorted(keys), key=itemgetter(0)):
        references = [reference for _, reference in group]
        yield from tx.execute(query.where(table.c.creditor == creditor, table.c.reference.in_(references)))


def _load_cases(tx: sa.Connection, by_id: dict[int, DebtorRecord]) -> None:
    if not by_id:
        return
    columns = (cases.c.id, cases.c.debtor_id, cases.c.assigned_to, cases.c.status)
    query = sa.select(*columns).where(cases.c.debtor_id.in_(list(by_id)))
    for row in tx.execute(query):
        record = by_id[row.debtor_id]
        record.case_id, record.assigned_to, record.status = row.id, row.assigned_to, CaseStatus(row.status)


def _load_contacts(tx: sa.Connection, by_id: dict[int, DebtorRecord]) -> None:
    if not by_id:
        return
    people: dict[int, ContactRecord] = {}
    for row in tx.execute(sa.select(contacts).where(contacts.c.debtor_id.in_(list(by_id))).order_by(contacts.c.id)):
        person = ContactRecord(name=row.name, role=ContactRole(row.role), email=row.email, id=row.id)
        people[row.id] = by_id[row.debtor_id].contacts.setdefault(contact_key(person.role, person.name), person)
    joined = sa.select(phones).join(contacts, phones.c.contact_id == contacts.c.id)
    for row in tx.execute(joined.where(contacts.c.debtor_id.in_(list(by_id)))):
        people[row.contact_id].phones[row.e164] = PhoneRecord(
            e164=row.e164,
            role=PhoneRole(row.role),
            line_type=LineType(row.line_type),
            state=PhoneState(row.state),
            id=row.id,
        )


def _load_claims(tx: sa.Connection, part: BookPart, keys: Collection[Key]) -> None:
    # by the case as well, for the index
    mine = (payments.c.case_id == claims.c.case_id, payments.c.claim_id == claims.c.id)
    booked = sa.select(sa.func.coalesce(sa.func.sum(payments.c.amount_minor), 0)).where(*mine).scalar_subquery()
    query = (
        sa.select(claims, debtors.c.reference.label("debtor"), booked.label("booked"))
        .join(cases, claims.c.case_id == cases.c.id)
        .join(debtors, cases.c.debtor_id == debtors.c.id)
    )
    for row in _by_keys(tx, query, claims, keys):
        part.claims[row.creditor, row.reference] = ClaimRecord(
            reference=row.reference,
            debtor=row.debtor,
            invoice_number=row.invoice_number,
            invoice_date=row.invoice_date,
            due_date=row.due_date,
            amount_minor=row.amount_minor,
            paid=claim_payments.paid_of(row),
            currency=row.currency,
            booked_minor=int(row.booked),
            id=row.id,
        )


def save_part(tx: sa.Connection, part: BookPart, *, now: datetime) -> None:
    """Write what is new or changed, and give new records their ids."""
    _save_debtors(tx, part, now)
    _save_contacts(tx, part)
    _save_phones(tx, part)
    _save_claims(tx, part)


def _save_debtors(tx: sa.Connection, part: BookPart, now: datetime) -> None:
    new = [record for record in part.debtors.values() if record.id is None]
    rows = [
        {"creditor": r.creditor, "reference": r.reference, "type": r.type, "country": r.country, **r.details}
        for r in new
    ]
    _insert(tx, debtors, rows)
    for row in _by_keys(tx, sa.select(debtors.c.id, debtors.c.creditor, debtors.c.reference), debtors, _keys(new)):
        part.debtors[row.creditor, row.reference].id = row.id
    changed = [record for record in part.debtors.values() if record.before]
    _update(tx, debtors, [{"id": r.id, **r.details} for r in changed])
    _save_cases(tx, part, now)


def _keys(records: Iterable[DebtorRecord]) -> list[Key]:
    return [record.key for record in records]


def _save_cases(tx: sa.Connection, part: BookPart, now: datetime) -> None:
    by_id = {record.id: record for record in part.debtors.values()}
    new = [record for record in by_id.values() if record.case_id is None]
    fresh = {"status": CaseStatus.OPEN, "next_at": now, "next_reason": "new", "entry_head": "", "created_at": now}
    _insert(tx, cases, [{"debtor_id": r.id, "assigned_to": r.assigned_to, **fresh} for r in new])
    if new:
        ids = [record.id for record in new]
        for row in tx.execute(sa.select(cases.c.id, cases.c.debtor_id).where(cases.c.debtor_id.in_(ids))):
            by_id[row.debtor_id].case_id = row.id
    created = {record.id for record in new}
    changed = [record for record in by_id.values() if record.case_changed and record.id not in created]
    _update(tx, cases, [{"id": r.case_id, "status": r.status, "assigned_to": r.assigned_to} for r in changed])


def plan_again(tx: sa.Connection, case_ids: Collection[int], *, now: datetime, reason: str) -> None:
    """Have the scheduler look at open cases at once."""
    if case_ids:
        due = cases.update().where(cases.c.id.in_(list(case_ids)), cases.c.status == CaseStatus.OPEN)
        tx.execute(due.values(next_at=now, next_reason=reason, next_mode=None))


def _save_contacts(tx: sa.Connection, part: BookPart) -> None:
    people = [(r, person) for r in part.debtors.values() for person in r.contacts.values()]
    new = [(record, person) for record, person in people if person.id is None]
    _insert(tx, contacts, [{"debtor_id": r.id, "name": p.name, "role": p.role, "email": p.email} for r, p in new])
    if new:
        by_key = {(r.id, p.role, p.name): p for r, p in new}
        ids = list({record.id for record, _ in new})
        for row in tx.execute(sa.select(contacts).where(contacts.c.debtor_id.in_(ids))):
            if (person := by_key.get((row.debtor_id, ContactRole(row.role), row.name))) is not None:
                person.id = row.id
    changed = [person for _, person in people if person.changed]
    _update(tx, contacts, [{"id": p.id, "name": p.name, "email": p.email} for p in changed])


def _save_phones(tx: sa.Connection, part: BookPart) -> None:
    numbers = [
        (person, phone)
        for record in part.debtors.values()
        for person in record.contacts.values()
        for phone in person.phones.values()
    ]
    rows = [
        {"contact_id": person.id, "e164": p.e164, "role": p.role, "line_type": p.line_type, "state": p.state}
        for person, p in numbers
        if p.id is None
    ]
    _insert(tx, phones, rows)
    _suppress(tx, {phone.e164 for _, phone in numbers if phone.id is None})
    changed = [{"id": p.id, "state": p.state} for _, p in numbers if p.changed and p.id is not None]
    changed.sort(key=itemgetter("id"))  # the order in which whoever writes of a number locks where it stands
    # another case's collector may have noted meanwhile who answers there
    _update(tx, phones, changed, unless=phones.c.state == PhoneState.WRONG_PARTY)


def _suppress(tx: sa.Connection, new: set[str]) -> None:
    """A number whose owner has said that he is somebody else stays out of use under every new name."""
    if wrong := book.lock_numbers(tx, new):
        tx.execute(phones.update().where(phones.c.e164.in_(wrong)).values(state=PhoneState.WRONG_PARTY))


_CLAIM_COLUMNS = ("invoice_number", "invoice_date", "due_date", "amount_minor")


def _save_claims(tx: sa.Connection, part: BookPart) -> None:
    rows = [
        {
            "case_id": part.debtors[creditor, record.debtor].case_id,
            "creditor": creditor,
            "reference": record.reference,
            "currency": record.currency,
            **_claim_values(record),
        }
        for (creditor, _), record in part.claims.items()
        if record.id is None
    ]
    _insert(tx, claims, rows)
    changed = [record for record in part.claims.values() if (record.before or record.told) and record.id is not None]
    _update(tx, claims, [{"id": r.id, **_claim_values(r)} for r in changed])


def _claim_values(record: ClaimRecord) -> dict[str, Any]:
    return {column: getattr(record, column) for column in _CLAIM_COLUMNS} | claim_payments.paid_columns(record.paid)


def _insert(tx: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert; a row that somebody else has just written under the same natural key stays as it is."""
    if rows:
        tx.execute(insert_new(tx, table), rows)


def _update(
    tx: sa.Connection, table: sa.Table, rows: list[dict[str, Any]], *, unless: sa.ColumnElement[bool] | None = None
) -> None:
    if rows:
        values: dict[str, Any] = {column: sa.bindparam(f"new_{column}") for column in rows[0] if column != "id"}
        mine = [table.c.id == sa.bindparam("new_id"), *(() if unless is None else (~unless,))]
        statement = table.update().where(*mine).values(values)
        tx.execute(statement, [{f"new_{column}": value for column, value in row.items()} for row in rows])
