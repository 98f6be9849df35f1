"""Agreements and their instalments: made, standing, ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dialer.core.agreement import Agreement, Instalment
from dialer.core.casework import AgreementKind, AgreementState
from dialer.storage.tables import agreements, claims, instalments


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAgreement:
    """An agreement as recorded; instants are UTC."""

    id: int
    case_id: int
    attempt_id: int | None
    state: AgreementState
    agreed_at: datetime
    ended_at: datetime | None
    terms: Agreement


def add(tx: sa.Connection, case_id: int, terms: Agreement, *, attempt_id: int | None, at: datetime) -> int:
    """Record an agreement; its id. The database refuses a second open one of the case."""
    inserted = tx.execute(
        agreements.insert().values(
            case_id=case_id,
            attempt_id=attempt_id,
            kind=terms.kind,
            state=AgreementState.OPEN,
            agreed_at=at,
            amount_minor=terms.amount_minor,
            currency=terms.currency,
            grace_workdays=terms.grace_workdays,
            interest_free=terms.interest_free,
            acceleration=terms.acceleration,
        )
    ).inserted_primary_key
    agreement_id = int(inserted[0]) if inserted else 0
    rates = [
        {"agreement_id": agreement_id, "n": rate.n, "due_on": rate.due_on, "amount_minor": rate.amount_minor}
        for rate in terms.instalments
    ]
    tx.execute(instalments.insert(), rates)
    return agreement_id


def end(tx: sa.Connection, agreement_id: int, state: AgreementState, *, at: datetime) -> bool:
    """Close an open agreement; False when somebody else has."""
    mine = (agreements.c.id == agreement_id, agreements.c.state == AgreementState.OPEN)
    return tx.execute(agreements.update().where(*mine).values(state=state, ended_at=at)).rowcount == 1


# a scheduler asks these all day long, so that they are built once
_ALL = (
    sa.select(agreements, instalments.c.n, instalments.c.due_on, instalments.c.amount_minor.label("rate_minor"))
    .join_from(agreements, instalments, instalments.c.agreement_id == agreements.c.id)
    .order_by(agreements.c.case_id, agreements.c.id, instalments.c.n)
)
_OPEN = _ALL.where(agreements.c.state == AgreementState.OPEN)
_WANTED = agreements.c.case_id == sa.bindparam("wanted")
_OF_CASE, _OPEN_OF_CASE = _ALL.where(_WANTED), _OPEN.where(_WANTED)


def open_of_case(tx: sa.Connection, case_id: int) -> StoredAgreement | None:
    """The agreement that runs for the case, if any."""
    found = _read(tx, _OPEN_OF_CASE, wanted=case_id)
    return found[0] if found else None


def of_case(tx: sa.Connection, case_id: int) -> Sequence[StoredAgreement]:
    """Every agreement of the case, oldest first."""
    return _read(tx, _OF_CASE, wanted=case_id)


def all_open(tx: sa.Connection) -> Sequence[StoredAgreement]:
    """Every agreement that runs, by case."""
    return _read(tx, _OPEN)


_OWES = sa.exists().where(claims.c.case_id == agreements.c.case_id, claims.c.amount_minor > claims.c.paid_minor)
_SETTLED = sa.select(agreements.c.case_id).where(agreements.c.state == AgreementState.OPEN, ~_OWES)


def settled(tx: sa.Connection) -> set[int]:
    """Those cases with a running agreement that owe nothing any more."""
    return set(tx.execute(_SETTLED).scalars())


def broken_by_attempt(tx: sa.Connection, attempt_ids: Collection[int]) -> dict[int, bool]:
    """Whether what was agreed in these attempts was broken; those whose agreement still runs are left out."""
    if not attempt_ids:
        return {}
    ended = (agreements.c.attempt_id.in_(list(attempt_ids)), agreements.c.state != AgreementState.OPEN)
    query = sa.select(agreements.c.attempt_id, agreements.c.state).where(*ended).order_by(agreements.c.id)
    return {row.attempt_id: row.state == AgreementState.BROKEN for row in tx.execute(query)}


def _read(tx: sa.Connection, query: sa.Select[Any], **wanted: object) -> list[StoredAgreement]:
    rows: dict[int, list[Any]] = {}
    for row in tx.execute(query, wanted):
        rows.setdefault(row.id, []).append(row)
    return [_stored(of_one) for of_one in rows.values()]


def _stored(rows: Sequence[Any]) -> StoredAgreement:
    row = rows[0]
    rates = tuple(Instalment(n=r.n, due_on=r.due_on, amount_minor=r.rate_minor) for r in rows)
    terms = Agreement(
        kind=AgreementKind(row.kind),
        amount_minor=row.amount_minor,
        currency=row.currency,
        instalments=rates,
        grace_workdays=row.grace_workdays,
        interest_free=row.interest_free,
        acceleration=row.acceleration,
    )
    return StoredAgreement(
        id=row.id,
        case_id=row.case_id,
        attempt_id=row.attempt_id,
        state=AgreementState(row.state),
        agreed_at=row.agreed_at,
        ended_at=row.ended_at,
        terms=terms,
    )
