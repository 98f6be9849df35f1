"""Put a document into the outbox: by which way, and to whom."""

from __future__ import annotations

from dialer.actions.addressee import Destination, addressee, by_fax, by_mail, by_post, postal_address
from dialer.actions.hand_over import ready
from dialer.actions.situation import Situation, look
from dialer.app import App
from dialer.core.casework import DocumentKind, DocumentState, Transport
from dialer.core.errors import BadInput, NotFound
from dialer.core.outcome import Channel
from dialer.storage import deliveries, documents, entries
from dialer.storage.database import Transaction
from dialer.storage.deliveries import NewDelivery
from dialer.storage.entries import NewEntry

CHANNELS = {Transport.FAX_MAIL: Channel.FAX, Transport.MAIL: Channel.LETTER, Transport.PRINT: Channel.LETTER}
"""What each way is to the gate: only a fax rings."""


def queue_delivery(
    app: App,
    document_id: int,
    transport: Transport,
    *,
    to: str | None = None,
    contact_id: int | None = None,
    actor: str,
) -> int:
    """Put a document into the outbox. Raises BadInput when it has nowhere to go, or NotFound."""
    with app.db.write() as tx:
        return queue_within(app, tx, document_id, transport, to=to, contact_id=contact_id, actor=actor)


def queue_within(
    app: App,
    tx: Transaction,
    document_id: int,
    transport: Transport,
    *,
    to: str | None = None,
    contact_id: int | None = None,
    actor: str,
) -> int:
    """The same within a transaction of somebody else's."""
    now = app.clock.now()
    document = documents.by_id(tx, document_id, lock=True)
    if document is None:
        raise NotFound(f"there is no document {document_id}")
    if document.kind is DocumentKind.DOSSIER:
        raise BadInput(f"document {document_id} is a case file: it is not sent to the debtor")
    if document.state is DocumentState.ARCHIVED:
        raise BadInput(f"document {document_id} is archived")
    if problem := ready(app.config, transport):
        raise BadInput(problem)
    situation = look(app, tx, document.case_id, lock=True)
    found = _destination(tx, situation, transport, to, contact_id)
    new = NewDelivery(
        document_id=document_id,
        case_id=document.case_id,
        debtor_id=situation.case.debtor.id,
        contact_id=found.contact.id,
        phone_id=found.phone.id or None,
        channel=CHANNELS[transport],
        transport=transport,
        recipient=found.recipient,
        made_at=now,
        made_by=actor,
    )
    delivery_id = deliveries.queue(tx, new)
    facts = {"delivery": delivery_id, "document": document_id, "transport": transport.value}
    entry = NewEntry(
        case_id=document.case_id,
        at=now,
        kind="delivery.queued",
        actor=actor,
        facts=facts,
        personal={"to": found.recipient},
    )
    entries.append(tx, entry)
    return delivery_id


def _destination(
    tx: Transaction, situation: Situation, transport: Transport, to: str | None, contact_id: int | None
) -> Destination:
    case = situation.case
    contact = addressee(case, contact_id)
    match transport:
        case Transport.FAX_MAIL:
            return by_fax(case, contact, to)
        case Transport.MAIL:
            return by_mail(case, contact, documents.emails_of(tx, case.debtor.id), to)
        case Transport.PRINT:
            if to is not None:
                raise BadInput("a letter goes to the debtor's address; --to is for fax and mail")
            return by_post(case, contact, postal_address(case, contact, complete=True))
