"""Figures of the case work over the whole database: what is owed, agreed and sent."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from dialer.core.casework import DeliveryState, DocumentKind
from dialer.storage.tables import agreements, cases, claims, debtors, deliveries, documents


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice that is not paid."""

    case_id: int
    claim_id: int
    reference: str
    invoice_number: str
    open_minor: int
    debtor: str


def owed(tx: sa.Connection) -> list[Owed]:
    """All that is owed, in the order in which it was imported."""
    left = claims.c.amount_minor - claims.c.paid_minor
    query = (
        sa.select(
            claims.c.case_id,
            claims.c.id,
            claims.c.reference,
            claims.c.invoice_number,
            left,
            debtors.c.name,
        )
        .join(cases, claims.c.case_id == cases.c.id)
        .join(debtors, cases.c.debtor_id == debtors.c.id)
        .where(left > 0)
        .order_by(claims.c.id)
    )
    return [Owed(*row) for row in tx.execute(query)]


def agreements_by_state(tx: sa.Connection) -> dict[str, int]:
    """Agreements by kind and state, as "promise kept"."""
    query = sa.select(agreements.c.kind, agreements.c.state, sa.func.count()).group_by(
        agreements.c.kind, agreements.c.state
    )
    return {f"{kind} {state}": int(count) for kind, state, count in sorted(tuple(row) for row in tx.execute(query))}


def sent_by_channel(tx: sa.Connection) -> dict[str, int]:
    """Papers that left the house, by channel."""
    query = sa.select(deliveries.c.channel, sa.func.count()).where(deliveries.c.state == DeliveryState.HANDED_OVER)
    return {str(channel): int(count) for channel, count in tx.execute(query.group_by(deliveries.c.channel))}


def papers_of_kind(tx: sa.Connection, kind: DocumentKind) -> list[tuple[int, int]]:
    """Documents of that kind as (case, document), the newest of each case."""
    query = sa.select(documents.c.case_id, documents.c.id).where(documents.c.kind == kind).order_by(documents.c.id)
    return list({int(case_id): int(document_id) for case_id, document_id in tx.execute(query)}.items())
