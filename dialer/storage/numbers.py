"""Counts over the whole database."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

import sqlalchemy as sa

from dialer.core.call import AttemptState
from dialer.core.case import CaseStatus
from dialer.core.outcome import Channel, Outcome
from dialer.storage.tables import DENIED, LOST, attempts, cases, debtors, entries


def outcomes(tx: sa.Connection) -> dict[str, int]:
    """Attempts by outcome; those still live are left out."""
    return _by(tx, attempts.c.outcome)


def dispositions(tx: sa.Connection) -> dict[str, int]:
    """Attempts by disposition."""
    return _by(tx, attempts.c.disposition)


def _by(tx: sa.Connection, column: sa.Column[str]) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column).order_by(column)
    return {str(value): int(count) for value, count in tx.execute(query)}


def live_attempts(tx: sa.Connection) -> int:
    """Attempts that have not ended."""
    return _count(tx, attempts, attempts.c.state != AttemptState.ENDED)


def entries_of_kind(tx: sa.Connection, kind: str) -> int:
    """Lines of that kind in all logs."""
    return _count(tx, entries, entries.c.kind == kind)


def cases_without_plan(tx: sa.Connection) -> int:
    """Open cases with neither a next instant nor a reason: there must be none."""
    silent = sa.and_(cases.c.next_at.is_(None), cases.c.next_reason == "")
    return _count(tx, cases, sa.and_(cases.c.status == CaseStatus.OPEN, silent))


def denials_by_rule(tx: sa.Connection, *, since: datetime | None = None, at_most: int | None = None) -> dict[str, int]:
    """How often each rule held a call back, most often first; of all time, or of the first `at_most` since then."""
    counter: Counter[str] = Counter()
    denied = sa.select(entries.c.facts).where(sa.text(DENIED)).limit(at_most)
    for (facts,) in tx.execute(denied if since is None else denied.where(entries.c.at > since)):
        read = json.loads(facts)
        counter.update(read.get("rules") or [d["rule"] for d in read.get("denials", ())])
    return dict(counter.most_common())


# no join, which SQLite would begin with all the creditor's debtors; the index of lost calls is in these words
_OWED_TO = sa.select(debtors.c.creditor).where(debtors.c.id == attempts.c.debtor_id).scalar_subquery()
_LOST_CALLS = (
    sa.select(sa.func.count())
    .select_from(attempts)
    .where(
        sa.text(LOST),
        attempts.c.channel == Channel.CALL,
        attempts.c.intent_at > sa.bindparam("since"),
        sa.bindparam("creditor") == _OWED_TO,
    )
)


def lost_calls(tx: sa.Connection, creditor: str, since: datetime) -> int:
    """Calls to a creditor's debtors after `since` that were answered and that nobody took on our side."""
    return int(tx.execute(_LOST_CALLS, {"since": since, "creditor": creditor}).scalar_one())


def dialled(tx: sa.Connection, creditor: str, since: datetime) -> int:
    """Calls to a creditor's debtors after `since` that rang, or may have; live ones among them."""
    rang = attempts.c.outcome.not_in([outcome for outcome in Outcome if not outcome.counts])
    theirs = attempts.join(debtors, attempts.c.debtor_id == debtors.c.id)
    may_have = sa.or_(attempts.c.outcome.is_(None), rang)
    called = (attempts.c.channel == Channel.CALL, attempts.c.intent_at > since)
    return _count(tx, theirs, sa.and_(may_have, *called, debtors.c.creditor == creditor))


def _count(tx: sa.Connection, table: sa.FromClause, where: sa.ColumnElement[bool]) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(table).where(where)).scalar_one())
