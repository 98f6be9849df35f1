"""The outbox: each sending of a document, from its order to the proof of hand-over, and what is not known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dialer.core.case import ContactRole
from dialer.core.casework import DeliveryState, Transport
from dialer.core.outcome import Channel, Outcome, PastAttempt
from dialer.storage.case_lock import lock_case
from dialer.storage.tables import claims, contacts, deliveries, delivery_claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One sending. `sent_at` is the instant it was claimed for hand-over, None before and after a try in vain."""

    id: int
    document_id: int
    case_id: int
    debtor_id: int
    contact_id: int | None
    phone_id: int | None
    channel: Channel
    transport: Transport
    recipient: str
    state: DeliveryState
    verdict: Mapping[str, Any] | None
    tries: int
    made_at: datetime
    made_by: str
    next_try_at: datetime | None
    sent_at: datetime | None
    proof: str | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A sending to come; due at once."""

    document_id: int
    case_id: int
    debtor_id: int
    contact_id: int | None
    phone_id: int | None
    channel: Channel
    transport: Transport
    recipient: str
    made_at: datetime
    made_by: str


_OUTCOMES = {
    DeliveryState.HANDED_OVER: Outcome.SENT,
    DeliveryState.UNKNOWN: Outcome.UNKNOWN,
    # nobody knows yet; a fax under way is no call that the case would have to wait for
    DeliveryState.SENDING: Outcome.UNKNOWN,
}
"""What history says of it; in all other states the debtor has nothing."""


def queue(tx: sa.Connection, new: NewDelivery) -> int:
    """Put it into the outbox."""
    values = {name: getattr(new, name) for name in NewDelivery.__dataclass_fields__}
    values |= {"state": DeliveryState.WAITING, "next_try_at": new.made_at}
    return int(tx.execute(deliveries.insert().values(**values).returning(deliveries.c.id)).scalar_one())


def by_id(tx: sa.Connection, delivery_id: int, *, lock: bool = False) -> Delivery | None:
    """The delivery, or None. `lock` holds its case as well, and that first."""
    query = sa.select(deliveries).where(deliveries.c.id == delivery_id)
    row = tx.execute(query).one_or_none()
    if row and lock:
        lock_case(tx, row.case_id)
        row = tx.execute(query.with_for_update()).one_or_none()
    return _delivery(row) if row else None


def of_document(tx: sa.Connection, document_id: int) -> tuple[Delivery, ...]:
    """Every sending of a document, in the order in which they were asked for."""
    query = sa.select(deliveries).where(deliveries.c.document_id == document_id).order_by(deliveries.c.id)
    return tuple(_delivery(row) for row in tx.execute(query))


def due(tx: sa.Connection, *, now: datetime, limit: int) -> Sequence[int]:
    """Ids of what waits and may be tried, longest waiting first."""
    waiting = (deliveries.c.state == DeliveryState.WAITING, deliveries.c.next_try_at <= now)
    query = sa.select(deliveries.c.id).where(*waiting).order_by(deliveries.c.next_try_at, deliveries.c.id)
    return tx.execute(query.limit(limit)).scalars().all()


def stale(tx: sa.Connection, *, before: datetime) -> Sequence[int]:
    """Ids of what was claimed before that instant and has had no word since: its worker is gone."""
    claimed = (deliveries.c.state == DeliveryState.SENDING, deliveries.c.sent_at < before)
    return tx.execute(sa.select(deliveries.c.id).where(*claimed).order_by(deliveries.c.id)).scalars().all()


def claim(tx: sa.Connection, delivery_id: int, *, verdict: Mapping[str, Any], at: datetime) -> bool:
    """Take it for hand-over; False when another worker has it. Whoever gets True may hand it over once.

    It is about the claims of its case that are open now.
    """
    values = {"state": DeliveryState.SENDING, "verdict": verdict, "sent_at": at, "tries": deliveries.c.tries + 1}
    if not _move(tx, delivery_id, (DeliveryState.WAITING,), **values, error=None):
        return False
    _note_claims(tx, delivery_id)
    return True


def _note_claims(tx: sa.Connection, delivery_id: int) -> None:
    """What an earlier try in vain was about does not count: in the meantime something may have been paid."""
    tx.execute(delivery_claims.delete().where(delivery_claims.c.delivery_id == delivery_id))
    mine = sa.select(deliveries.c.case_id).where(deliveries.c.id == delivery_id).scalar_subquery()
    still_open = (claims.c.case_id == mine, claims.c.amount_minor > claims.c.paid_minor)
    owed = tx.execute(sa.select(claims.c.id).where(*still_open)).scalars().all()
    if owed:
        tx.execute(delivery_claims.insert(), [{"delivery_id": delivery_id, "claim_id": c} for c in owed])


_ABOUT = sa.select(delivery_claims).where(delivery_claims.c.delivery_id.in_(sa.bindparam("ids", expanding=True)))


def _about(tx: sa.Connection, delivery_ids: Sequence[int]) -> dict[int, set[str]]:
    """The ids of the claims that each was about."""
    about: dict[int, set[str]] = {}
    for delivery_id, claim_id in tx.execute(_ABOUT, {"ids": delivery_ids}) if delivery_ids else ():
        about.setdefault(delivery_id, set()).add(str(claim_id))
    return about


def postpone(tx: sa.Connection, delivery_id: int, *, until: datetime, error: str | None = None) -> bool:
    """Nothing was accepted, or the gate said not now: it waits until then."""
    values: dict[str, Any] = {"state": DeliveryState.WAITING, "next_try_at": until, "sent_at": None, "error": error}
    return _move(tx, delivery_id, (DeliveryState.WAITING, DeliveryState.SENDING), **values)


def refuse(
    tx: sa.Connection, delivery_id: int, *, verdict: Mapping[str, Any] | None = None, error: str | None = None
) -> bool:
    """The gate said no, or `error` tells why it must not go; time does not mend it."""
    values: dict[str, Any] = {"state": DeliveryState.REFUSED, "verdict": verdict, "error": error, "next_try_at": None}
    return _move(tx, delivery_id, (DeliveryState.WAITING,), **values)


def end(tx: sa.Connection, delivery_id: int, state: DeliveryState, **values: object) -> bool:
    """HANDED_OVER, UNKNOWN or FAILED. A proof that comes late still ends the doubt; nothing else changes an end."""
    late = (DeliveryState.UNKNOWN,) if state is DeliveryState.HANDED_OVER else ()
    return _move(tx, delivery_id, (DeliveryState.SENDING, *late), state=state, next_try_at=None, **values)


def withdraw(tx: sa.Connection, delivery_id: int) -> bool:
    """It is no longer wanted; False when it is on its way, or gone."""
    return _move(
        tx, delivery_id, (DeliveryState.WAITING,), state=DeliveryState.FAILED, next_try_at=None, error="withdrawn"
    )


_PAST = (
    sa.select(deliveries, contacts.c.role.label("contact_role"))
    .outerjoin(contacts, deliveries.c.contact_id == contacts.c.id)
    .where(
        sa.or_(
            deliveries.c.debtor_id == sa.bindparam("debtor_id"),
            deliveries.c.recipient.in_(sa.bindparam("numbers", expanding=True)),
        ),
        deliveries.c.state.in_(list(_OUTCOMES)),
    )
)


def past(tx: sa.Connection, debtor_id: int, numbers: Sequence[str]) -> list[PastAttempt]:
    """What this debtor, or one of these fax numbers, was sent or may have been sent; ids are negative."""
    rows = tx.execute(_PAST, {"debtor_id": debtor_id, "numbers": numbers}).all()
    about = _about(tx, [row.id for row in rows])
    return [
        PastAttempt(
            id=-row.id,
            at=row.sent_at,
            channel=Channel(row.channel),
            # a letter is at no number
            e164=row.recipient if row.channel == Channel.FAX else "",
            debtor_id=row.debtor_id,
            contact_id=row.contact_id,
            contact_role=ContactRole(row.contact_role or ContactRole.SELF),
            claims=frozenset(about.get(row.id, ())),
            outcome=_OUTCOMES[DeliveryState(row.state)],
            ended_at=row.sent_at,
        )
        for row in rows
    ]


def _move(tx: sa.Connection, delivery_id: int, only_from: Sequence[DeliveryState], **values: object) -> bool:
    known = (deliveries.c.id == delivery_id, deliveries.c.state.in_(only_from))
    return tx.execute(deliveries.update().where(*known).values(**values)).rowcount == 1


def _delivery(row: Any) -> Delivery:
    values = {name: getattr(row, name) for name in Delivery.__dataclass_fields__}
    words = (("channel", Channel), ("transport", Transport), ("state", DeliveryState))
    return Delivery(**{**values, **{name: word(values[name]) for name, word in words}})
