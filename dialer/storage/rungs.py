"""The rungs that the ladder came to, one open at a time in a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dialer.core.casework import DeliveryState, DocumentKind, Rung, RungState, RungTaken, TaskOrigin, TaskState
from dialer.core.tasks import TaskKind
from dialer.storage.tables import deliveries, documents, rungs, tasks

OPEN = [state for state in RungState if state.open]


@dataclass(frozen=True, slots=True, kw_only=True)
class RungRow:
    """A rung as the outbox sees it: where it belongs, and what has become of its delivery (None without one)."""

    taken: RungTaken
    case_id: int
    delivery_id: int | None
    delivery: DeliveryState | None


def of_case(tx: sa.Connection, case_id: int) -> tuple[RungTaken, ...]:
    """All rungs of a case, in the order in which they were taken."""
    query = sa.select(rungs).where(rungs.c.case_id == case_id).order_by(rungs.c.id)
    return tuple(_taken(row) for row in tx.execute(query))


def begin(
    tx: sa.Connection, case_id: int, *, contact_id: int, rung: Rung, why: str, at: datetime, note: str | None = None
) -> int:
    """Take a rung; with a `note` it is left out at once. Returns its id."""
    values: dict[str, Any] = {"case_id": case_id, "contact_id": contact_id, "rung": rung, "why": why, "begun_at": at}
    ended = {"state": RungState.SKIPPED, "ended_at": at, "note": note} if note else {"state": RungState.WAITING}
    return int(tx.execute(rungs.insert().values(**values, **ended).returning(rungs.c.id)).scalar_one())


def open_of_case(tx: sa.Connection, case_id: int) -> RungRow | None:
    """The rung that the case waits for."""
    return next(iter(_rows(tx, rungs.c.case_id == case_id)), None)


def sends_at(tx: sa.Connection, case_id: int) -> datetime | None:
    """Before when what the case's open rung has written is not sent; None when nothing waits."""
    query = sa.select(deliveries.c.next_try_at).join(rungs, rungs.c.delivery_id == deliveries.c.id)
    waits = (rungs.c.case_id == case_id, rungs.c.state.in_(OPEN), deliveries.c.state == DeliveryState.WAITING)
    found: datetime | None = tx.execute(query.where(*waits)).scalar()
    return found


def on_paper(tx: sa.Connection, *, now: datetime, limit: int) -> Sequence[RungRow]:
    """Open rungs that are written: to be written still, to be sent by now, or over without anybody having said so."""
    # what waits for the morning or for a server must not keep the others waiting
    waits = sa.or_(
        deliveries.c.state == DeliveryState.SENDING,
        sa.and_(deliveries.c.state == DeliveryState.WAITING, deliveries.c.next_try_at > now),
    )
    not_queued = rungs.c.delivery_id.is_(None)
    return _rows(tx, rungs.c.rung.in_([Rung.FAX, Rung.LETTER]), sa.or_(not_queued, sa.not_(waits)), limit=limit)


def attach(tx: sa.Connection, rung_id: int, delivery_id: int) -> bool:
    """Its document is in the outbox; False when somebody else was first, or it is no longer wanted."""
    return _move(tx, rung_id, (RungState.WAITING,), state=RungState.RUNNING, delivery_id=delivery_id)


def approve(tx: sa.Connection, rung_id: int, *, actor: str, at: datetime) -> bool:
    """A person lets it be taken; False when it no longer waits for that."""
    return _move(tx, rung_id, (RungState.WAITING,), state=RungState.RUNNING, approved_by=actor, approved_at=at)


def end(tx: sa.Connection, rung_id: int, state: RungState, *, at: datetime, note: str | None = None) -> bool:
    """It is over; False when it was before."""
    return _move(tx, rung_id, OPEN, state=state, ended_at=at, note=note)


def to_file(tx: sa.Connection) -> Sequence[int]:
    """Cases in legal review because of the ladder, whose file has not been written since."""
    filed = sa.exists().where(
        documents.c.case_id == tasks.c.case_id,
        documents.c.kind == DocumentKind.DOSSIER,
        documents.c.made_at >= tasks.c.made_at,
    )
    query = sa.select(tasks.c.case_id).where(
        tasks.c.state == TaskState.OPEN,
        tasks.c.origin == TaskOrigin.LADDER,
        tasks.c.kind == TaskKind.LEGAL_REVIEW,
        ~filed,
    )
    return tx.execute(query.order_by(tasks.c.id)).scalars().all()


def _rows(tx: sa.Connection, *where: sa.ColumnElement[bool], limit: int = 1) -> list[RungRow]:
    query = sa.select(rungs, deliveries.c.state.label("delivery_state")).outerjoin(
        deliveries, rungs.c.delivery_id == deliveries.c.id
    )
    query = query.where(rungs.c.state.in_(OPEN), *where).order_by(rungs.c.id).limit(limit)
    return [
        RungRow(
            taken=_taken(row),
            case_id=row.case_id,
            delivery_id=row.delivery_id,
            delivery=DeliveryState(row.delivery_state) if row.delivery_state else None,
        )
        for row in tx.execute(query)
    ]


def _taken(row: Any) -> RungTaken:
    return RungTaken(
        id=row.id,
        contact_id=row.contact_id,
        rung=Rung(row.rung),
        state=RungState(row.state),
        begun_at=row.begun_at,
        approved_at=row.approved_at,
        ended_at=row.ended_at,
    )


def _move(tx: sa.Connection, rung_id: int, only_from: Sequence[RungState], **values: object) -> bool:
    known = (rungs.c.id == rung_id, rungs.c.state.in_(only_from))
    return tx.execute(rungs.update().where(*known).values(**values)).rowcount == 1
