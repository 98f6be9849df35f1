"""What a conversation left to a person is done once the thing itself has come about."""

from __future__ import annotations

from datetime import datetime

from dialer.actions.make_task import close_task
from dialer.core.casework import DocumentKind, TaskState
from dialer.core.tasks import TaskKind
from dialer.storage import agreements, book, tasks
from dialer.storage.database import Transaction
from dialer.storage.documents import Document

_CONFIRMS = frozenset({DocumentKind.PHONE_AGREEMENT, DocumentKind.INSTALMENT_AGREEMENT})


def money_came(tx: Transaction, case_id: int, *, at: datetime, actor: str) -> None:
    """Nobody looks for the money of a settled case, or calls back about it; its other tasks a person judges."""
    _close(tx, case_id, TaskKind.CHECK_ACCOUNT, at=at, actor=actor, why="paid")
    # it would be made as soon as something else is owed, however young that is
    book.update_case(tx, case_id, callback_at=None)


def agreement_confirmed(tx: Transaction, document: Document, *, at: datetime, actor: str) -> None:
    """The agreement that this document confirms needs no other confirmation; any other document closes nothing."""
    if document.kind not in _CONFIRMS:
        return
    mine = (a for a in agreements.of_case(tx, document.case_id) if a.id == document.agreement_id)
    attempt_id = document.attempt_id or next((a.attempt_id for a in mine), None)
    if attempt_id is not None:
        about = f"attempt {attempt_id}"
        _close(tx, document.case_id, TaskKind.CONFIRM_AGREEMENT, at=at, actor=actor, why="confirmed", ref=about)


def _close(
    tx: Transaction, case_id: int, kind: TaskKind, *, at: datetime, actor: str, why: str, ref: str | None = None
) -> None:
    for task in tasks.of_case(tx, case_id, state=TaskState.OPEN):
        if task.kind == kind and ref in {None, task.ref}:
            close_task(tx, task, at=at, actor=actor, why=why)
