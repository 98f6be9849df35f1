"""The attempts of a period with all that a report names, one row per attempt and claim, streamed."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import sqlalchemy as sa

from dialer.core.case import ContactRole
from dialer.core.casework import DeliveryState
from dialer.core.outcome import Channel, Outcome
from dialer.storage.tables import (
    attempt_claims,
    attempts,
    claims,
    contacts,
    debtors,
    deliveries,
    delivery_claims,
    documents,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from datetime import datetime

    Row = TypeVar("Row")

_FETCHED = 1_000
"""Rows held in memory."""


class Lives(NamedTuple):
    """What is recorded of where a debtor lives or trades."""

    country: str
    timezone: str | None
    subdivision: str | None
    postal_code: str | None


_QUERY = (
    sa.select(
        attempts.c.id.label("attempt_id"),
        attempts.c.intent_at.label("at"),
        attempts.c.to_e164.label("number"),
        attempts.c.channel,
        attempts.c.step,
        attempts.c.outcome,
        attempts.c.disposition,
        attempts.c.promised_minor,
        attempts.c.duration_seconds,
        attempts.c.collector,
        attempts.c.verdict,
        debtors.c.creditor,
        debtors.c.name.label("debtor"),
        debtors.c.segment,
        *(debtors.c[name] for name in Lives._fields),
        contacts.c.name.label("contact"),
        contacts.c.role,
        claims.c.reference.label("claim"),
        claims.c.invoice_number.label("invoice"),
        claims.c.currency,
    )
    .join_from(attempts, debtors, attempts.c.debtor_id == debtors.c.id)
    .join(contacts, attempts.c.contact_id == contacts.c.id)
    .outerjoin(attempt_claims, attempt_claims.c.attempt_id == attempts.c.id)
    .outerjoin(claims, claims.c.id == attempt_claims.c.claim_id)
    .order_by(attempts.c.intent_at, attempts.c.id, attempt_claims.c.claim_id)
)

_SENT = (
    sa.select(
        (-deliveries.c.id).label("attempt_id"),
        deliveries.c.sent_at.label("at"),
        sa.case((deliveries.c.channel == Channel.FAX, deliveries.c.recipient), else_="").label("number"),
        deliveries.c.channel,
        documents.c.kind.label("step"),
        sa.case((deliveries.c.state == DeliveryState.HANDED_OVER, Outcome.SENT), else_=Outcome.UNKNOWN).label(
            "outcome"
        ),
        deliveries.c.made_by.label("collector"),
        deliveries.c.verdict,
        debtors.c.creditor,
        debtors.c.name.label("debtor"),
        debtors.c.segment,
        *(debtors.c[name] for name in Lives._fields),
        sa.func.coalesce(contacts.c.name, "").label("contact"),
        sa.func.coalesce(contacts.c.role, ContactRole.SELF).label("role"),
        claims.c.reference.label("claim"),
        claims.c.invoice_number.label("invoice"),
        claims.c.currency,
    )
    .join_from(deliveries, debtors, deliveries.c.debtor_id == debtors.c.id)
    .join(documents, deliveries.c.document_id == documents.c.id)
    .outerjoin(contacts, deliveries.c.contact_id == contacts.c.id)
    .outerjoin(delivery_claims, delivery_claims.c.delivery_id == deliveries.c.id)
    .outerjoin(claims, claims.c.id == delivery_claims.c.claim_id)
    .where(deliveries.c.state.in_([DeliveryState.HANDED_OVER, DeliveryState.UNKNOWN]))
    .order_by(deliveries.c.sent_at, deliveries.c.id, delivery_claims.c.claim_id)
)
"""Faxes and letters that left the house, their ids negative, and the claims that were open when they did."""

_NO_TALK = dict.fromkeys(("disposition", "promised_minor", "duration_seconds"), None)


def stream(
    tx: sa.Connection,
    make: Callable[..., Row],
    *,
    since: datetime,
    until: datetime,
    zone_of: Callable[[Lives, str], str],
) -> Generator[Row]:
    """Each attempt with `since <= intent < until` and each claim of it, and what was sent then, oldest first.

    `make` gets the values by name; `zone_of` finds the zone of a debtor and the number he was called at. Whoever does
    not read to the end closes the generator before the transaction ends.
    """
    period = _QUERY.where(attempts.c.intent_at >= since, attempts.c.intent_at < until)
    period = period.execution_options(yield_per=_FETCHED)
    letters = _SENT.where(deliveries.c.sent_at >= since, deliveries.c.sent_at < until)
    letters = letters.execution_options(yield_per=_FETCHED)
    with tx.execute(period) as called, tx.execute(letters) as sent:
        for values in merge(_named(called, {}), _named(sent, _NO_TALK), key=_place):
            values["zone"] = zone_of(Lives(*(values.pop(name) for name in Lives._fields)), values["number"])
            values["level"] = ContactRole(values["role"]).level
            yield make(**values | _verdict(values.pop("verdict")))


def _named(result: sa.CursorResult[Any], more: dict[str, Any]) -> Iterator[dict[str, Any]]:
    names = tuple(result.keys())
    for row in result:
        yield dict(zip(names, row, strict=True)) | more


def _place(values: dict[str, Any]) -> tuple[datetime, int]:
    return values["at"], abs(values["attempt_id"])


def _verdict(stored: Any) -> dict[str, Any]:
    """The verdict's word and rules; a verdict of another shape leaves them empty rather than losing the attempt."""
    verdict = stored if isinstance(stored, dict) else {}
    return {
        "verdict": str(verdict.get("verdict") or ""),
        "denials": _rules(verdict.get("denials")),
        "warnings": _rules(verdict.get("warnings")),
        "packs": tuple(str(pack) for pack in verdict.get("packs") or ()),
    }


def _rules(findings: Any) -> tuple[str, ...]:
    return tuple(str(finding["rule"]) for finding in findings or () if isinstance(finding, dict) and "rule" in finding)
