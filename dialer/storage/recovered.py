"""What is asked of the book about calls that only the carrier remembers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dialer.core.call import AttemptState
from dialer.core.case import CaseStatus
from dialer.core.recovery import Unbound
from dialer.storage.tables import NEVER_FOUND, attempts, cases, contacts, debtors, desks, phones

BATCH = 500


def last_sign(tx: sa.Connection, *, until: datetime) -> datetime | None:
    """When this database last intended a call; of one that never did, when its first case came in; None when empty.

    What stands there from after `until` was written by a clock that was wrong, and says nothing.
    """
    newest = tx.execute(sa.select(sa.func.max(attempts.c.intent_at)).where(attempts.c.intent_at <= until)).scalar()
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
        Unbound(to=row.to_e164, from_=row.from_e164, sent_at=row.sent_at)
        for row in tx.execute(sa.select(attempts).where(*mine))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a call to a number may have been for."""

    debtor_id: int
    case_id: int
    contact_id: int
    phone_id: int


def addressees(tx: sa.Connection, e164: str, creditors: Sequence[str]) -> list[Addressee]:
    """Every debtor with this number whom these creditors have a claim against, once; open cases come first."""
    query = (
        sa.select(debtors.c.id, cases.c.id, contacts.c.id, phones.c.id)
        .join(debtors, cases.c.debtor_id == debtors.c.id)
        .join(contacts, contacts.c.debtor_id == debtors.c.id)
        .join(phones, phones.c.contact_id == contacts.c.id)
        .where(phones.c.e164 == e164, debtors.c.creditor.in_(creditors))
        .order_by(cases.c.status != CaseStatus.OPEN, cases.c.id, contacts.c.id, phones.c.id)
    )
    found: dict[int, Addressee] = {}
    for debtor, case, contact, phone in tx.execute(query):
        found.setdefault(debtor, Addressee(debtor_id=debtor, case_id=case, contact_id=contact, phone_id=phone))
    return list(found.values())
