"""Which cases are due, and who is working on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from dialer.core.case import CaseStatus
from dialer.core.clocks import JUMP
from dialer.core.outcome import Mode
from dialer.storage.tables import CALL_ENDED, JUST_ENDED, cases

LEASE = timedelta(minutes=2)
"""How long a claimed case is left alone by other workers; a worker that dies gives it back by silence."""


MODES = (None, Mode.PROGRESSIVE, Mode.UNATTENDED)
"""What the scheduler takes up by itself: None are cases that have to be looked at before it is known who dials."""


_NOW = sa.bindparam("now", type_=cases.c.next_at.type)
_LONGEST = sa.bindparam("longest", type_=cases.c.lease_until.type)


def _at(now: datetime) -> dict[str, datetime]:
    return {"now": now, "longest": now + LEASE + JUMP}


def _is_free(of_mode: sa.ColumnElement[bool]) -> tuple[sa.ColumnElement[bool], ...]:
    until = cases.c.lease_until
    # a lease that could not last so long was noted by a clock that was ahead
    free = sa.or_(until.is_(None), until <= _NOW, until > _LONGEST)
    return cases.c.status == CaseStatus.OPEN, of_mode, free


def _is_due(of_mode: sa.ColumnElement[bool]) -> tuple[sa.ColumnElement[bool], ...]:
    return *_is_free(of_mode), cases.c.next_at <= _NOW


def _is(mode: Mode | None) -> sa.ColumnElement[bool]:
    return cases.c.next_mode.is_(None) if mode is None else cases.c.next_mode == mode


# the index's: PostgreSQL does not see by itself that all that have no mode are in it one after the other
_IN_ORDER = (cases.c.next_mode, cases.c.next_at, cases.c.id)
_AGREED, _OTHERS = cases.c.callback_at.is_not(None), cases.c.callback_at.is_(None)
_ENDED = sa.text(JUST_ENDED)  # in the index's own words, so that PostgreSQL uses it


def _in_other_words(mode: Mode | None) -> sa.ColumnElement[bool]:
    """A mode in words that the index of the modes does not know: all that have been due for long stand there."""
    return sa.func.coalesce(cases.c.next_mode, "") == (mode or "")


@cache
def _due(which: sa.ColumnElement[bool], mode: Mode | None) -> sa.Select[Any]:
    """Each finds its few cases by an index of its own, in that index's order, and reads no others."""
    query = sa.select(cases.c.id).limit(sa.bindparam("limit")).with_for_update(skip_locked=True)
    if which is _OTHERS:
        return query.where(*_is_due(_is(mode)), which).order_by(*_IN_ORDER)
    return query.where(*_is_due(_in_other_words(mode)), which).order_by(cases.c.next_at, cases.c.id)


# whenever that was: the clock may have been wrong by which the end was noted
_JUST_ENDED = (
    sa.select(cases.c.id).where(*_is_free(_in_other_words(None)), _ENDED).order_by(cases.c.next_at, cases.c.id)
)
_CLAIM_ENDED = _JUST_ENDED.limit(sa.bindparam("limit")).with_for_update(skip_locked=True)


def _first(mode: Mode | None) -> sa.ScalarSelect[Any]:
    # in order, so that PostgreSQL does not go through the table for it
    return sa.select(cases.c.id).where(*_is_due(_is(mode))).order_by(*_IN_ORDER).limit(1).scalar_subquery()


_WAITING = sa.select(*map(_first, MODES), _JUST_ENDED.limit(1).scalar_subquery())


def waiting(tx: sa.Connection, *, now: datetime) -> frozenset[Mode | None]:
    """Of which of `MODES` cases are due, or their call has ended, and they are in nobody's hands."""
    row = tx.execute(_WAITING, _at(now)).one()
    return frozenset(mode for mode, first in zip((*MODES, None), row, strict=True) if first is not None)


def claim_due(tx: sa.Connection, *, now: datetime, worker: str, limit: int, mode: Mode | None) -> Sequence[int]:
    """Lease up to `limit` due cases to this worker: agreed call-backs, then the others, the longest due first.

    `mode` None takes cases that have to be looked at before it is known who must be on the line.
    """
    ids: list[int] = []
    for which in (_AGREED, _OTHERS):
        if len(ids) < limit:
            ids += tx.execute(_due(which, mode), _at(now) | {"limit": limit - len(ids)}).scalars()
    _lease(tx, ids, now=now, worker=worker)
    return ids


def claim_ended(tx: sa.Connection, *, now: datetime, worker: str, limit: int) -> Sequence[int]:
    """Lease up to `limit` cases whose call has ended, and for which nobody knows yet what comes next."""
    ids = tx.execute(_CLAIM_ENDED, _at(now) | {"limit": limit}).scalars().all()
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
    suits = sa.or_(*(_is(mode) for mode in modes))
    query = sa.select(sa.func.min(cases.c.next_at)).where(cases.c.status == CaseStatus.OPEN, suits)
    return tx.execute(query).scalar()


def look_afresh(tx: sa.Connection, mode: Mode) -> None:
    """Have the open cases of a mode planned again: the settings may have changed since."""
    mine = sa.select(cases.c.id).where(cases.c.status == CaseStatus.OPEN, cases.c.next_mode == mode)
    # locked in the order in which everybody locks several cases
    in_order = mine.order_by(cases.c.id).with_for_update()
    tx.execute(cases.update().where(cases.c.id.in_(in_order)).values(next_mode=None))


AT_ONCE = ("new", "changed", "paid")
"""The reasons of those who want a case looked at in that very moment."""


def noted_ahead(tx: sa.Connection, *, now: datetime) -> Sequence[int]:
    """Open cases that were to be looked at once, and wait: it was noted by a clock that was ahead."""
    wanted = (cases.c.status == CaseStatus.OPEN, cases.c.next_mode.is_(None), cases.c.next_reason.in_(AT_ONCE))
    return tx.execute(sa.select(cases.c.id).where(*wanted, cases.c.next_at > now + JUMP)).scalars().all()


def afresh(at: datetime, reason: str) -> dict[str, Any]:
    """Columns of a case that the scheduler is to look at, at that instant."""
    return {"next_at": at, "next_reason": reason, "next_mode": None, "lease_owner": None, "lease_until": None}


def after_call(at: datetime) -> dict[str, Any]:
    """The same for a case whose call has ended at that instant, for `claim_ended`."""
    return afresh(at, CALL_ENDED)


def postpone(tx: sa.Connection, case_id: int, *, until: datetime, reason: str) -> None:
    """Leave a case alone until then, then look at it afresh."""
    tx.execute(cases.update().where(cases.c.id == case_id).values(afresh(until, reason)))
