"""Payments: booked to a claim, or waiting for somebody who knows whose they are."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from dialer.core.case import CaseStatus, Claim
from dialer.core.paid import Paid, by_payment
from dialer.storage.tables import cases, claims, entries, payments

_MANY = 500
"""Values a statement may ask for at once; far below what any engine takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """Money that arrived, or went back (negative). `key` tells it from every other payment of the creditor."""

    creditor: str
    key: str
    paid_on: date
    amount_minor: int
    currency: str
    reference: str
    payer: str
    source: str
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPayment(NewPayment):
    """A payment as recorded; without a case nobody knows yet whose it is."""

    id: int
    case_id: int | None
    claim_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Money that came, or went back (negative). Nobody knows on which day was paid what the claims file tells of."""

    amount_minor: int
    currency: str
    known_at: datetime
    paid_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedClaim:
    """A claim that a payment may be for."""

    claim: Claim
    case_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overpaid:
    """A claim on which more arrived than was owed."""

    case_id: int
    creditor: str
    reference: str
    currency: str
    surplus_minor: int


def by_keys(tx: sa.Connection, creditor: str, keys: Iterable[str]) -> dict[str, StoredPayment]:
    """The creditor's payments of these keys that are recorded."""
    found: dict[str, StoredPayment] = {}
    for part in _parts(keys):
        for payment in _read(tx, sa.and_(payments.c.creditor == creditor, payments.c.key.in_(part))):
            found[payment.key] = payment
    return found


def claims_named(tx: sa.Connection, creditor: str, words: Collection[str]) -> list[NamedClaim]:
    """The creditor's claims whose reference or invoice number is among these words, upper and lower case alike."""
    found: dict[int, NamedClaim] = {}
    for part in _parts({word.upper() for word in words}):
        by_name = sa.or_(sa.func.upper(claims.c.reference).in_(part), sa.func.upper(claims.c.invoice_number).in_(part))
        for row in tx.execute(sa.select(claims).where(claims.c.creditor == creditor, by_name)):
            found[row.id] = _named(row)
    return sorted(found.values(), key=lambda named: named.claim.id)


def claim_by_reference(tx: sa.Connection, creditor: str, reference: str) -> NamedClaim | None:
    """The creditor's claim of exactly that reference."""
    query = sa.select(claims).where(claims.c.creditor == creditor, claims.c.reference == reference)
    row = tx.execute(query).one_or_none()
    return _named(row) if row else None


def lock_cases(tx: sa.Connection, case_ids: Collection[int]) -> dict[int, CaseStatus]:
    """Keep other writers away from these cases, in the order in which everybody locks them; their status."""
    found: dict[int, CaseStatus] = {}
    for part in _parts(sorted(case_ids)):
        query = sa.select(cases.c.id, cases.c.status).where(cases.c.id.in_(part)).order_by(cases.c.id)
        found |= {row.id: CaseStatus(row.status) for row in tx.execute(query.with_for_update())}
    return found


def claim_now(tx: sa.Connection, claim_id: int) -> NamedClaim:
    """A claim as it stands in this transaction."""
    return _named(tx.execute(sa.select(claims).where(claims.c.id == claim_id)).one())


def add(tx: sa.Connection, payment: NewPayment) -> int:
    """Record a payment that belongs to nobody yet; its id."""
    inserted = tx.execute(payments.insert().values(_columns(payment))).inserted_primary_key
    return int(inserted[0]) if inserted else 0


def book(tx: sa.Connection, payment_id: int, amount_minor: int, to: NamedClaim) -> Claim:
    """Credit a payment that belongs to nobody yet to a claim of a locked case; the claim as it stands then."""
    free = (payments.c.id == payment_id, payments.c.case_id.is_(None))
    booked = payments.update().where(*free).values(case_id=to.case_id, claim_id=to.claim.id)
    paid_on = tx.execute(booked.returning(payments.c.paid_on)).scalar_one_or_none()
    if paid_on is None:
        raise AssertionError(f"payment {payment_id} is booked already")
    here = claims.c.id == to.claim.id
    paid = by_payment(paid_of(tx.execute(sa.select(claims).where(here)).one()), amount_minor, paid_on=paid_on)
    tx.execute(claims.update().where(here).values(paid_columns(paid)))
    return claim_now(tx, to.claim.id).claim


def paid_of(row: Any) -> Paid:
    """What counts as paid on a claim, and what the claims file has told of it."""
    return Paid(minor=row.paid_minor, told_minor=row.told_minor, fresh_minor=row.fresh_minor, told_on=row.told_on)


def paid_columns(paid: Paid) -> dict[str, Any]:
    """The same as the columns of a claim."""
    return {
        "paid_minor": paid.minor,
        "told_minor": paid.told_minor,
        "fresh_minor": paid.fresh_minor,
        "told_on": paid.told_on,
    }


def owes_nothing(tx: sa.Connection, case_id: int) -> bool:
    """True when every claim of the case is paid in full."""
    owing = (claims.c.case_id == case_id, claims.c.amount_minor > claims.c.paid_minor)
    return tx.execute(sa.select(claims.c.id).where(*owing).limit(1)).scalar() is None


def by_id(tx: sa.Connection, payment_id: int) -> StoredPayment | None:
    """The payment with that id."""
    row = tx.execute(sa.select(payments).where(payments.c.id == payment_id)).one_or_none()
    return _stored(row) if row else None


def of_case(tx: sa.Connection, case_id: int) -> Sequence[StoredPayment]:
    """What was paid on a case, oldest first."""
    return _read(tx, payments.c.case_id == case_id)


def arrived(tx: sa.Connection, case_ids: Collection[int]) -> dict[int, list[Arrived]]:
    """What came for these cases, by the bank and by the claims file; what both tell of, once."""
    found: dict[int, list[Arrived]] = {}
    for part in _parts(case_ids):
        told_before: set[int] = set()
        noted_in = _currencies(tx, part)
        for row in tx.execute(_NOTED, {"case_ids": part}):
            facts = json.loads(row.facts)
            if "known_minor" in facts:
                told_before.add(facts["payment_id"])
            before, after = facts.get("changes", {}).get("paid_minor", (0, 0))
            if row.kind == "claim.changed" and after != before:
                currency = noted_in[facts["claim_id"]]
                told = Arrived(amount_minor=after - before, currency=currency, known_at=row.at)
                found.setdefault(row.case_id, []).append(told)
        for payment in _read(tx, payments.c.case_id.in_(part)):
            if payment.id not in told_before:
                found.setdefault(payment.case_id or 0, []).append(_arrived(payment))
    return found


_NOTED = (
    sa.select(entries.c.case_id, entries.c.kind, entries.c.at, entries.c.facts)
    .where(
        entries.c.case_id.in_(sa.bindparam("case_ids", expanding=True)),
        sa.or_(
            sa.and_(entries.c.kind == "claim.changed", entries.c.facts.contains("paid_minor")),
            sa.and_(entries.c.kind == "payment.booked", entries.c.facts.contains("known_minor")),
        ),
    )
    .order_by(entries.c.case_id, entries.c.seq)
)
"""What the claims file has told of, and which payments it had told of before."""


def _currencies(tx: sa.Connection, case_ids: Sequence[int]) -> dict[int, str]:
    query = sa.select(claims.c.id, claims.c.currency).where(claims.c.case_id.in_(case_ids))
    return {row.id: row.currency for row in tx.execute(query)}


def _arrived(payment: StoredPayment) -> Arrived:
    return Arrived(
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        known_at=payment.imported_at,
        paid_on=payment.paid_on,
    )


def unmatched(tx: sa.Connection) -> Sequence[StoredPayment]:
    """Payments that belong to nobody yet, oldest first."""
    return _read(tx, payments.c.case_id.is_(None))


def overpaid(tx: sa.Connection) -> Sequence[Overpaid]:
    """Claims on which more arrived than was owed."""
    surplus = claims.c.paid_minor - claims.c.amount_minor
    query = sa.select(claims, surplus.label("surplus")).where(surplus > 0).order_by(claims.c.case_id, claims.c.id)
    return [
        Overpaid(
            case_id=row.case_id,
            creditor=row.creditor,
            reference=row.reference,
            currency=row.currency,
            surplus_minor=row.surplus,
        )
        for row in tx.execute(query)
    ]


def _read(tx: sa.Connection, where: sa.ColumnElement[bool]) -> list[StoredPayment]:
    query = sa.select(payments).where(where).order_by(payments.c.paid_on, payments.c.id)
    return [_stored(row) for row in tx.execute(query)]


def _columns(payment: NewPayment) -> dict[str, Any]:
    return {f.name: getattr(payment, f.name) for f in fields(NewPayment)}


def _stored(row: Any) -> StoredPayment:
    return StoredPayment(**{f.name: getattr(row, f.name) for f in fields(StoredPayment)})


def _named(row: Any) -> NamedClaim:
    return NamedClaim(claim=Claim(**{f.name: getattr(row, f.name) for f in fields(Claim)}), case_id=row.case_id)


def _parts(values: Iterable[Any]) -> Iterable[list[Any]]:
    left = iter(values)
    while part := list(islice(left, _MANY)):
        yield part
