"""What was tried in one case, by telephone and in writing, as its file lists it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dialer.core.case import ContactRole
from dialer.core.casework import DeliveryState
from dialer.core.outcome import Outcome
from dialer.storage.tables import attempts, contacts, deliveries

_OUTCOMES = {DeliveryState.HANDED_OVER: Outcome.SENT, DeliveryState.UNKNOWN: Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedRow:
    """One attempt or delivery. `outcome` is None while it runs; `packs` are the rules that were applied."""

    at: datetime
    channel: str
    contact: str
    role: str
    outcome: str | None
    disposition: str | None
    packs: tuple[str, ...]


def attempts_of(tx: sa.Connection, case_id: int) -> list[TriedRow]:
    """Calls, faxes and letters of a case that were made, oldest first."""
    called = sa.select(attempts, contacts.c.name, contacts.c.role).join(
        contacts, attempts.c.contact_id == contacts.c.id
    )
    sent = sa.select(deliveries, contacts.c.name, contacts.c.role).outerjoin(
        contacts, deliveries.c.contact_id == contacts.c.id
    )
    calls = tx.execute(called.where(attempts.c.case_id == case_id)).all()
    letters = tx.execute(sent.where(deliveries.c.case_id == case_id, deliveries.c.state.in_(list(_OUTCOMES)))).all()
    rows = [_row(row, row.intent_at, row.outcome, row.disposition) for row in calls]
    rows += [_row(row, row.sent_at, _OUTCOMES[DeliveryState(row.state)].value, None) for row in letters]
    return sorted(rows, key=lambda row: row.at)


def _row(row: Any, at: datetime, outcome: str | None, disposition: str | None) -> TriedRow:
    verdict = row.verdict if isinstance(row.verdict, dict) else {}
    return TriedRow(
        at=at,
        channel=row.channel,
        contact=row.name or "",
        role=row.role or ContactRole.SELF.value,
        outcome=outcome,
        disposition=disposition,
        packs=tuple(str(pack) for pack in verdict.get("packs") or ()),
    )
