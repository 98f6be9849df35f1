"""Papers that come back signed, and those that do not."""

from __future__ import annotations

from dialer.actions.close_follow_ups import agreement_confirmed
from dialer.actions.erased import refuse_erased
from dialer.actions.make_task import close_task, make_task
from dialer.app import App
from dialer.core.casework import DocumentState, TaskOrigin, TaskState
from dialer.core.errors import BadInput, NotFound
from dialer.core.tasks import TaskKind
from dialer.storage import deliveries, documents, entries, tasks
from dialer.storage.entries import SYSTEM, NewEntry

LARGEST = 20_000_000
"""Bytes of a scan; more is hardly a signed letter."""


def return_document(app: App, document_id: int, file: bytes, *, actor: str) -> str:
    """Keep what came back, unchanged, with its hash; nothing more is then to be done with the document."""
    if not 0 < len(file) <= LARGEST:
        raise BadInput(f"the file has {len(file)} bytes; a signed paper has 1 to {LARGEST}")
    now = app.clock.now()
    with app.db.write() as tx:
        document = documents.by_id(tx, document_id, lock=True)
        if document is None:
            raise NotFound(f"there is no document {document_id}")
        refuse_erased(tx, document.case_id)
        gone = any(sending.state.may_have_gone for sending in deliveries.of_document(tx, document_id))
        if document.state is DocumentState.DRAFT and not gone:
            raise BadInput(f"document {document_id} was never sent: what came back is another one")
        digest = documents.mark_returned(tx, document_id, file=file, at=now)
        if digest is None:
            raise BadInput(f"document {document_id} came back before, with hash {document.returned_sha256}")
        documents.archive(tx, document_id)
        for kind, facts in (
            ("document.returned", {"document": document_id, "sha256": digest, "sent_sha256": document.sha256}),
            ("document.archived", {"document": document_id}),
        ):
            entry = NewEntry(case_id=document.case_id, at=now, kind=kind, actor=actor, facts=facts)
            entries.append(tx, entry)
        for task in tasks.of_case(tx, document.case_id, state=TaskState.OPEN):
            if task.kind == TaskKind.CHASE_DOCUMENT and task.ref == _ref(document_id):
                close_task(tx, task, at=now, actor=actor, why="returned")
        agreement_confirmed(tx, document, at=now, actor=actor)
    return digest


def chase_returns(app: App) -> int:
    """A task for each document that should be back signed and is not. How many are new."""
    now = app.clock.now()
    today = now.astimezone(app.site.zone).date()
    with app.db.read() as tx:
        late = documents.overdue(tx, before=today)
    made = 0
    for document in late:
        with app.db.write() as tx:
            current = documents.by_id(tx, document.id, lock=True)
            if current is None or current.state is not DocumentState.SENT:
                continue  # it has come back since the list was read
            made += make_task(
                tx,
                case_id=document.case_id,
                kind=TaskKind.CHASE_DOCUMENT,
                origin=TaskOrigin.DOCUMENT,
                ref=_ref(document.id),
                due_on=today,
                at=now,
                actor=SYSTEM,
            )
    return made


def _ref(document_id: int) -> str:
    return f"document {document_id}"
