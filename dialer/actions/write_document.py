"""Write a document of a case: gather what it says, print it, keep it with its hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialer.actions.claim_statement import statement_if_known
from dialer.actions.document_data import ASKS, SIGNED, Material, Order, document_data, letterhead_of
from dialer.actions.erased import refuse_erased
from dialer.actions.situation import look
from dialer.app import App
from dialer.core.case import Case
from dialer.core.casework import AgreementState, DocumentKind
from dialer.documents.kinds import Kind
from dialer.storage import agreements, attempts, documents, entries
from dialer.storage.agreements import StoredAgreement
from dialer.storage.case_lock import lock_case
from dialer.storage.database import Transaction
from dialer.storage.documents import NewDocument
from dialer.storage.entries import NewEntry


@dataclass(frozen=True, slots=True)
class Written:
    """A draft in the case."""

    document_id: int
    sha256: str
    pdf: bytes


def check_templates(app: App) -> None:
    """Print every document there is with sample data, and a letter under each letterhead. Raises BadInput.

    For the start of what runs unattended: a broken template stops it then, not at night.
    """
    heads = [letterhead_of(creditor) for creditor in app.config.creditor if creditor.letterhead]
    app.renderer.check_all(heads)


def write_document(app: App, case_id: int, order: Order, *, actor: str) -> Written:
    """Keep the document as a draft. Raises BadInput naming what is missing, or NotFound."""
    return keep_document(app, print_document(app, case_id, order, actor=actor))


def print_document(app: App, case_id: int, order: Order, *, actor: str) -> NewDocument:
    """The document, not yet kept. Raises as `write_document`."""
    with app.db.read() as tx:
        material = gather(app, tx, case_id, order)
    pdf = app.renderer.render(Kind(order.kind.value), document_data(material), material.language)
    return NewDocument(
        case_id=case_id,
        kind=order.kind,
        language=material.language,
        pdf=pdf,
        made_at=app.clock.now(),
        made_by=actor,
        attempt_id=material.conversation.attempt_id if material.conversation else None,
        agreement_id=material.agreement.id if material.agreement else None,
        due_back_on=material.return_by if order.kind in SIGNED else None,
        owed=owed(material.situation.case) if order.kind in ASKS else None,
    )


def owed(case: Case) -> Mapping[str, int]:
    """What is open of each claim, minor units by the claim's id."""
    return {str(claim.id): claim.open_minor for claim in case.open_claims}


def keep_document(app: App, new: NewDocument) -> Written:
    """Keep what was printed, with its entry."""
    with app.db.write() as tx:
        return keep_within(tx, new)


def keep_within(tx: Transaction, new: NewDocument) -> Written:
    """The same within a transaction of somebody else's.

    Raises BadInput when the debtor was erased while it was being printed: his name stands in it.
    """
    if new.attempt_id is not None:
        # the call before its case, as everybody does who locks both: the row to store holds it, too
        attempts.by_id(tx, new.attempt_id, lock=True)
    lock_case(tx, new.case_id)
    refuse_erased(tx, new.case_id)
    document_id = documents.store(tx, new)
    digest = documents.sha256(new.pdf)
    facts = {
        "document": document_id,
        "kind": new.kind.value,
        "language": new.language,
        "sha256": digest,
        "due_back_on": new.due_back_on.isoformat() if new.due_back_on else None,
        "owed": new.owed,
    }
    entry = NewEntry(
        case_id=new.case_id,
        at=new.made_at,
        kind=documents.WRITTEN,
        actor=new.made_by,
        attempt_id=new.attempt_id,
        facts={key: value for key, value in facts.items() if value is not None},
    )
    entries.append(tx, entry)
    return Written(document_id, digest, new.pdf)


def change_address(app: App, case_id: int, values: Mapping[str, str], *, actor: str) -> None:
    """Correct street, postal_code or city of the case's debtor; what it was and is stays in the log."""
    now = app.clock.now()
    with app.db.write() as tx:
        debtor = look(app, tx, case_id, lock=True).case.debtor
        before = {"street": debtor.street, "postal_code": debtor.postal_code, "city": debtor.city}
        changed = {key: value for key, value in values.items() if value != before[key]}
        if not changed:
            return
        documents.set_address(tx, debtor.id, **changed)
        personal = {key: [before[key], value] for key, value in changed.items()}
        facts = {"changed": sorted(changed)}
        entry = NewEntry(case_id=case_id, at=now, kind="debtor.address", actor=actor, facts=facts, personal=personal)
        entries.append(tx, entry)


def gather(app: App, tx: Transaction, case_id: int, order: Order) -> Material:
    """Everything of the case that a document may be made from."""
    situation = look(app, tx, case_id)
    today = app.clock.now().astimezone(situation.site.zone).date()
    confirms, plans = order.kind is DocumentKind.PHONE_AGREEMENT, order.kind is DocumentKind.INSTALMENT_AGREEMENT
    return Material(
        situation=situation,
        order=order,
        settings=app.config.documents,
        stated=statement_if_known(app, tx, situation.case, as_of=today),
        conversation=documents.conversation_of(tx, case_id, order.attempt_id) if confirms else None,
        agreement=_agreed(tx, case_id, order.agreement_id) if plans else None,
        today=today,
    )


def _agreed(tx: Transaction, case_id: int, agreement_id: int | None) -> StoredAgreement | None:
    """The plan that was named, or the one that runs."""
    mine = agreements.of_case(tx, case_id)
    if agreement_id is None:
        return next((a for a in mine if a.state is AgreementState.OPEN), None)
    return next((a for a in mine if a.id == agreement_id), None)
