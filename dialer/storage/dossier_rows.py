"""What was tried in one case, by telephone and in writing, as its file lists it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dialer.core.case import ContactRole
from dialer.core.casework import DeliveryState
from dialer.core.outcome import Channel, Outcome
from dialer.storage.tables import attempt_claims, attempts, claims, contacts, deliveries, delivery_claims, documents

_OUTCOMES = {DeliveryState.HANDED_OVER: Outcome.SENT, DeliveryState.UNKNOWN: Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedRow:
    """One attempt or delivery, the latter with a negative id. `outcome` is None while it runs.

    `packs` are the rules that were applied, `claims` the references of what it was about.
    """

    id: int
    at: datetime
    channel: str
    contact: str
    role: str
    outcome: str | None
    disposition: str | None
    packs: tuple[str, ...]
    claims: tuple[str, ...]
    step: str
    number: str
    duration_seconds: int | None
    collector: str | None


def attempts_of(tx: sa.Connection, case_id: int) -> list[TriedRow]:
    """Calls, faxes and letters of a case that were made, oldest first."""
    called = sa.select(attempts, contacts.c.name, contacts.c.role).join(
        contacts, attempts.c.contact_id == contacts.c.id
    )
    sent = (
        sa.select(deliveries, contacts.c.name, contacts.c.role, documents.c.kind)
        .join(documents, deliveries.c.document_id == documents.c.id)
        .outerjoin(contacts, deliveries.c.contact_id == contacts.c.id)
    )
    calls = tx.execute(called.where(attempts.c.case_id == case_id)).all()
    letters = tx.execute(sent.where(deliveries.c.case_id == case_id, deliveries.c.state.in_(list(_OUTCOMES)))).all()
    called_about = _references(tx, attempt_claims, attempt_claims.c.attempt_id, [row.id for row in calls])
    written_about = claims_of(tx, [row.id for row in letters])
    rows = [_call(row, called_about.get(row.id, ())) for row in calls]
    rows += [_letter(row, written_about.get(row.id, ())) for row in letters]
    return sorted(rows, key=lambda row: row.at)


def claims_of(tx: sa.Connection, delivery_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The references of the claims that each delivery was about."""
    return _references(tx, delivery_claims, delivery_claims.c.delivery_id, delivery_ids)


def _references(
    tx: sa.Connection, link: sa.Table, owner: sa.ColumnElement[int], ids: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    query = sa.select(owner, claims.c.reference).select_from(link.join(claims, link.c.claim_id == claims.c.id))
    for number, reference in tx.execute(query.where(owner.in_(ids)).order_by(owner, claims.c.id)) if ids else ():
        found[number] = (*found.get(number, ()), reference)
    return found


def _call(row: Any, about: tuple[str, ...]) -> TriedRow:
    return TriedRow(
        id=row.id,
        at=row.intent_at,
        outcome=row.outcome,
        disposition=row.disposition,
        claims=about,
        step=row.step,
        number=row.to_e164,
        duration_seconds=row.duration_seconds,
        collector=row.collector,
        **_common(row),
    )


def _letter(row: Any, about: tuple[str, ...]) -> TriedRow:
    return TriedRow(
        id=-row.id,
        at=row.sent_at,
        outcome=_OUTCOMES[DeliveryState(row.state)].value,
        disposition=None,
        claims=about,
        step=row.kind,
        # a letter is at no number
        number=row.recipient if row.channel == Channel.FAX else "",
        duration_seconds=None,
        collector=row.made_by,
        **_common(row),
    )


def _common(row: Any) -> dict[str, Any]:
    verdict = row.verdict if isinstance(row.verdict, dict) else {}
    return {
        "channel": row.channel,
        "contact": row.name or "",
        "role": row.role or ContactRole.SELF.value,
        "packs": tuple(str(pack) for pack in verdict.get("packs") or ()),
    }
