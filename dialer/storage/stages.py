"""The legal stages a case went through with the facts they rest on, and orders to third parties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from dialer.core.case import CaseStatus, Stage
from dialer.core.casework import DocumentKind, OrderKind
from dialer.storage.tables import cases, claims, documents, orders, stages


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A stage as entered, with every fact known by then."""

    id: int
    stage: Stage
    on: date
    facts: Mapping[str, str]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order to a third party; `items` holds the answers to its checklist so far."""

    id: int
    case_id: int
    kind: OrderKind
    items: Mapping[str, bool]
    made_at: datetime
    made_by: str
    completed_at: datetime | None


def enter(
    tx: sa.Connection, case_id: int, stage: Stage, *, on: date, facts: Mapping[str, str], at: datetime, actor: str
) -> None:
    """Note the stage and put the case there; its status is the caller's business."""
    row = {"case_id": case_id, "stage": stage, "entered_on": on, "facts": dict(facts)}
    tx.execute(stages.insert().values(**row, entered_at=at, entered_by=actor))
    tx.execute(cases.update().where(cases.c.id == case_id).values(stage=stage))


def of_case(tx: sa.Connection, case_id: int) -> tuple[Entered, ...]:
    """Every stage the case has entered, and every change of its facts, oldest first."""
    query = sa.select(stages).where(stages.c.case_id == case_id).order_by(stages.c.id)
    return tuple(_entered(row) for row in tx.execute(query))


def last(tx: sa.Connection, case_id: int) -> Entered | None:
    """The newest of them, with all that is known; None while nobody has noted any."""
    query = sa.select(stages).where(stages.c.case_id == case_id).order_by(stages.c.id.desc()).limit(1)
    row = tx.execute(query).one_or_none()
    return _entered(row) if row else None


def near_limitation(tx: sa.Connection, *, due_until: date) -> Sequence[int]:
    """Cases that are not closed and owe something that was due by that day."""
    owing = sa.exists().where(
        claims.c.case_id == cases.c.id, claims.c.paid_minor < claims.c.amount_minor, claims.c.due_date <= due_until
    )
    query = sa.select(cases.c.id).where(cases.c.status != CaseStatus.CLOSED, owing).order_by(cases.c.id)
    return tx.execute(query).scalars().all()


def reminded_on(tx: sa.Connection, case_id: int) -> datetime | None:
    """When the first written reminder left the house, None without one."""
    letters = (documents.c.case_id == case_id, documents.c.kind == DocumentKind.REMINDER_LETTER)
    return tx.execute(sa.select(sa.func.min(documents.c.sent_at)).where(*letters)).scalar()


def add_order(tx: sa.Connection, case_id: int, kind: OrderKind, *, at: datetime, actor: str) -> int:
    """A new order with nothing answered; its id."""
    row = {"case_id": case_id, "kind": kind, "items": {}, "made_at": at, "made_by": actor}
    inserted = tx.execute(orders.insert().values(**row)).inserted_primary_key
    return int(inserted[0]) if inserted else 0


def order_by_id(tx: sa.Connection, order_id: int) -> Order | None:
    """The order, or None."""
    row = tx.execute(sa.select(orders).where(orders.c.id == order_id)).one_or_none()
    return _order(row) if row else None


def orders_of_case(tx: sa.Connection, case_id: int) -> tuple[Order, ...]:
    """The case's orders, oldest first."""
    query = sa.select(orders).where(orders.c.case_id == case_id).order_by(orders.c.id)
    return tuple(_order(row) for row in tx.execute(query))


def answer_items(tx: sa.Connection, order_id: int, items: Mapping[str, bool]) -> None:
    """Store all answers of an order's checklist."""
    tx.execute(orders.update().where(orders.c.id == order_id).values(items=dict(items)))


def complete_order(tx: sa.Connection, order_id: int, *, at: datetime) -> None:
    """Nothing keeps the order from going out any more."""
    tx.execute(orders.update().where(orders.c.id == order_id, orders.c.completed_at.is_(None)).values(completed_at=at))


def _entered(row: Any) -> Entered:
    return Entered(
        id=row.id,
        stage=Stage(row.stage),
        on=row.entered_on,
        facts=row.facts,
        at=row.entered_at,
        by=row.entered_by,
    )


def _order(row: Any) -> Order:
    return Order(
        id=row.id,
        case_id=row.case_id,
        kind=OrderKind(row.kind),
        items=row.items,
        made_at=row.made_at,
        made_by=row.made_by,
        completed_at=row.completed_at,
    )
