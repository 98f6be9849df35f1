"""Decisions that a rule shall not stop a case for a while; only the role `compliance` makes them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from dialer.core.facts import COMPLIANCE, Override
from dialer.storage.tables import overrides


def add(tx: sa.Connection, case_id: int, *, rule: str, actor: str, reason: str, at: datetime, until: datetime) -> None:
    """Note the decision of a user whose role the caller has checked. It takes the place of the one in force."""
    withdraw(tx, case_id, rule=rule, actor=actor, at=at)
    tx.execute(
        overrides.insert().values(case_id=case_id, rule=rule, set_by=actor, reason=reason, set_at=at, until=until)
    )


def withdraw(tx: sa.Connection, case_id: int, *, rule: str, actor: str, at: datetime) -> bool:
    """Take the decision back; False when there is none in force."""
    mine = (*_in_force(case_id, at), overrides.c.rule == rule)
    changed = tx.execute(overrides.update().where(*mine).values(withdrawn_at=at, withdrawn_by=actor))
    return changed.rowcount > 0


def active(tx: sa.Connection, case_id: int, now: datetime) -> tuple[Override, ...]:
    """The decisions in force at that instant, in the order in which they were made."""
    query = sa.select(overrides).where(*_in_force(case_id, now)).order_by(overrides.c.id)
    return tuple(
        Override(rule=row.rule, role=COMPLIANCE, until=row.until, user=row.set_by, reason=row.reason)
        for row in tx.execute(query)
    )


def _in_force(case_id: int, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (overrides.c.case_id == case_id, overrides.c.withdrawn_at.is_(None), overrides.c.until > now)
