"""What is asked of the book about calls that only the carrier remembers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from dialer.core.call import AttemptState
from dialer.core.case import CaseStatus
from dialer.core.recovery import Unbound
from dialer.storage.tables import NEVER_FOUND, attempts, cases, contacts, debtors, desks, phones

BATCH = 500


def last_sign(tx: sa.Connection) -> datetime | None:
    """When this database last intended a call; of one that never did, when its first case came in; None when empty."""
    newest = tx.execute(sa.select(sa.func.max(attempts.c.intent_at))).scalar()
    return newest or tx.execute(sa.select(sa.func.min(cases.c.created_at))).scalar()


def known_sids(tx: sa.Connection, sids: Sequence[str]) -> set[str]:
    """Those of the carrier's ids that belong to an attempt or to a collector's line."""
    known: set[str] = set()
    for start in range(0, len(sids), BATCH):
        part = sids[start : start + BATCH]
        for column in (attempts.c.call_sid, desks.c.call_sid):
            known |= set(tx.execute(sa.select(column).where(column.in_(part))).scalars())
    return known


def unbound(tx: sa.Connection, since: datetime) -> list[Unbound]:
    """Attempts after `since` whose request may have led to a call that the carrier has not told us the id of."""
    open_ = sa.or_(attempts.c.state != AttemptState.ENDED, sa.text(NEVER_FOUND))
    mine = (attempts.c.call_sid.is_(None), attempts.c.sent_at.is_not(None), attempts.c.intent_at >= since, open_)
    return [
        Unbound(to=row.to_e164, from_=row.from_e164, intent_at=row.intent_at, not_after=row.not_after)
        for row in tx.execute(sa.select(attempts).where(*mine))
    ]


def addressees(tx: sa.Connection, e164: str, creditors: Sequence[str]) -> list[tuple[int, int, int]]:
    """Case, contact and phone of everybody with this number whom these creditors have a claim against.

    Cases that are open come first.
    """
    query = (
        sa.select(cases.c.id, contacts.c.id, phones.c.id)
        .join(debtors, cases.c.debtor_id == debtors.c.id)
        .join(contacts, contacts.c.debtor_id == debtors.c.id)
        .join(phones, phones.c.contact_id == contacts.c.id)
        .where(phones.c.e164 == e164, debtors.c.creditor.in_(creditors))
        .order_by(cases.c.status != CaseStatus.OPEN, cases.c.id, contacts.c.id, phones.c.id)
    )
    return [(row[0], row[1], row[2]) for row in tx.execute(query)]
