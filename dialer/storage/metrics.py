"""Figures about the work of all processes together. Each query is bounded by an index and a limit, not by the book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dialer.core.call import AttemptState
from dialer.core.casework import DeliveryState
from dialer.storage.tables import LIVE, alarms, attempts, call_events, deliveries

AT_MOST = 100_000
"""More rows than this are not counted: a figure that large says enough."""

LATE = timedelta(minutes=1)
"""A callback stored so long after the end of its call is late."""


def attempts_since(tx: sa.Connection, since: datetime) -> Mapping[str, int]:
    """Attempts intended after `since`, by outcome; those that have not ended by "live"."""
    rows = sa.select(attempts.c.outcome).where(attempts.c.intent_at > since).limit(AT_MOST).subquery()
    return _numbers(tx, sa.select(rows.c.outcome, sa.func.count()).group_by(rows.c.outcome))


def sent_since(tx: sa.Connection, since: datetime) -> int:
    """Attempts intended after `since` for which the carrier was asked."""
    return _count(tx, sa.select(attempts.c.id).where(attempts.c.intent_at > since, attempts.c.sent_at.is_not(None)))


def live_by_state(tx: sa.Connection) -> Mapping[str, int]:
    """Attempts that have not ended, by state."""
    rows = sa.select(attempts.c.state).where(sa.text(LIVE)).limit(AT_MOST).subquery()
    return _numbers(tx, sa.select(rows.c.state, sa.func.count()).group_by(rows.c.state))


def late_callbacks_since(tx: sa.Connection, since: datetime) -> int:
    """Callbacks, of attempts intended after `since`, that came long after the end of their call.

    The instants are compared here: the two engines do not reckon with times alike.
    """
    both = attempts.join(call_events, call_events.c.attempt_id == attempts.c.id)
    query = (
        sa.select(attempts.c.ended_at, call_events.c.received_at)
        .select_from(both)
        .where(
            attempts.c.intent_at > since,
            attempts.c.state == AttemptState.ENDED,
            call_events.c.received_at > attempts.c.ended_at,
        )
        .limit(AT_MOST)
    )
    return sum(received > ended + LATE for ended, received in tx.execute(query))


def repeated_callbacks_since(tx: sa.Connection, since: datetime) -> int:
    """How often callbacks, of attempts intended after `since`, came that were stored already."""
    both = attempts.join(call_events, call_events.c.attempt_id == attempts.c.id)
    of_lately = sa.select(call_events.c.repeats).select_from(both).where(attempts.c.intent_at > since).limit(AT_MOST)
    repeats = of_lately.subquery()
    return int(tx.execute(sa.select(sa.func.coalesce(sa.func.sum(repeats.c.repeats), 0))).scalar_one())


def alarms_since(tx: sa.Connection, since: datetime) -> Mapping[str, int]:
    """Alarms after `since`, by kind."""
    rows = sa.select(alarms.c.kind).where(alarms.c.at > since).limit(AT_MOST).subquery()
    return _numbers(tx, sa.select(rows.c.kind, sa.func.count()).group_by(rows.c.kind))


def waiting_deliveries(tx: sa.Connection) -> int:
    """Letters, mails and faxes that have not been handed over yet."""
    # the state as a text: PostgreSQL uses the index only for the words it was made with
    return _count(tx, sa.select(deliveries.c.id).where(sa.text(f"state = '{DeliveryState.WAITING.value}'")))


def oldest_delivery_due(tx: sa.Connection) -> datetime | None:
    """Since when the delivery that has waited longest should have been tried."""
    waiting = sa.text(f"state = '{DeliveryState.WAITING.value}'")
    return tx.execute(sa.select(sa.func.min(deliveries.c.next_try_at)).where(waiting)).scalar()


def _count(tx: sa.Connection, query: sa.Select[Any]) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(query.limit(AT_MOST).subquery())).scalar_one())


def _numbers(tx: sa.Connection, query: sa.Select[Any]) -> Mapping[str, int]:
    return {str(word or "live"): int(number) for word, number in tx.execute(query)}
