"""Which cases are due, and who is working on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dialer.core.case import CaseStatus
from dialer.core.outcome import Mode
from dialer.storage.tables import CALL_ENDED, JUST_ENDED, cases

LEASE = timedelta(minutes=2)
"""How long a claimed case is left alone by other workers; a worker that dies gives it back by silence."""


def _due(which: sa.ColumnElement[bool] | sa.TextClause) -> sa.Select[Any]:
    now = sa.bindparam("now", type_=cases.c.next_at.type)
    mode = sa.bindparam("mode", type_=cases.c.next_mode.type)
    free = sa.or_(cases.c.lease_until.is_(None), cases.c.lease_until <= now)
    wanted = (cases.c.status == CaseStatus.OPEN, cases.c.next_at <= now, free)
    query = sa.select(cases.c.id).where(*wanted, cases.c.next_mode.is_not_distinct_from(mode), which)
    return query.order_by(cases.c.next_at, cases.c.id).limit(sa.bindparam("limit")).with_for_update(skip_locked=True)


_AGREED, _OTHERS = _due(cases.c.callback_at.is_not(None)), _due(cases.c.callback_at.is_(None))
_ENDED = _due(sa.text(JUST_ENDED))  # in the index's own words, so that PostgreSQL uses it


def claim_due(tx: sa.Connection, *, now: datetime, worker: str, limit: int, mode: Mode | None) -> Sequence[int]:
    """Lease up to `limit` due cases to this worker: agreed call-backs, then the others, the longest due first.

    `mode` None takes cases that have to be looked at before it is known who must be on the line.
    """
    ids: list[int] = []
    for query in (_AGREED, _OTHERS):
        if len(ids) < limit:
            values = {"now": now, "mode": mode, "limit": limit - len(ids)}
            ids += tx.execute(query, values).scalars()
    _lease(tx, ids, now=now, worker=worker)
    return ids


def claim_ended(tx: sa.Connection, *, now: datetime, worker: str, limit: int) -> Sequence[int]:
    """Lease up to `limit` cases whose call has ended, and for which nobody knows yet what comes next."""
    ids = tx.execute(_ENDED, {"now": now, "mode": None, "limit": limit}).scalars().all()
    _lease(tx, ids, now=now, worker=worker)
    return ids


_LEASE = (
    cases.update()
    .where(cases.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(lease_owner=sa.bindparam("worker"), lease_until=sa.bindparam("until"))
)


def _lease(tx: sa.Connection, ids: Sequence[int], *, now: datetime, worker: str) -> None:
    if ids:
        tx.execute(_LEASE, {"ids": ids, "worker": worker, "until": now + LEASE})


def next_due_at(tx: sa.Connection, *, modes: Sequence[Mode | None]) -> datetime | None:
    """The earliest instant at which an open case of these modes wants attention, None when none does."""
    suits = sa.or_(*(cases.c.next_mode.is_not_distinct_from(mode) for mode in modes))
    query = sa.select(sa.func.min(cases.c.next_at)).where(cases.c.status == CaseStatus.OPEN, suits)
    return tx.execute(query).scalar()


def look_afresh(tx: sa.Connection, mode: Mode) -> None:
    """Have the open cases of a mode planned again: the settings may have changed since."""
    tx.execute(
        cases.update().where(cases.c.status == CaseStatus.OPEN, cases.c.next_mode == mode).values(next_mode=None)
    )


def afresh(at: datetime, reason: str) -> dict[str, Any]:
    """Columns of a case that the scheduler is to look at, at that instant."""
    return {"next_at": at, "next_reason": reason, "next_mode": None, "lease_owner": None, "lease_until": None}


def after_call(at: datetime) -> dict[str, Any]:
    """The same for a case whose call has ended at that instant, for `claim_ended`."""
    return afresh(at, CALL_ENDED)


def postpone(tx: sa.Connection, case_id: int, *, until: datetime, reason: str) -> None:
    """Leave a case alone until then, then look at it afresh."""
    tx.execute(cases.update().where(cases.c.id == case_id).values(afresh(until, reason)))
