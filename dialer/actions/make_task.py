"""Tasks made and closed with their entries, in the transaction of what brings it about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dialer.core.casework import TaskOrigin
from dialer.storage import entries, tasks
from dialer.storage.database import Transaction
from dialer.storage.entries import NewEntry
from dialer.storage.tasks import Task


def make_task(
    tx: Transaction,
    *,
    case_id: int,
    kind: str,
    origin: TaskOrigin,
    ref: str,
    due_on: date,
    note: str = "",
    assigned_to: str | None = None,
    at: datetime,
    actor: str,
) -> bool:
    """Make the task and write it into the case's log; False when the case has had it before.

    `ref` is what the task is about, without personal data: "attempt 7", "document 3".
    """
    made = tasks.add_task(
        tx,
        case_id=case_id,
        kind=kind,
        origin=origin,
        ref=ref,
        note=note,
        due_on=due_on,
        assigned_to=assigned_to,
        at=at,
        actor=actor,
    )
    if made:
        facts = {"task": kind, "origin": origin.value, "ref": ref, "due_on": due_on.isoformat()}
        if assigned_to:
            facts["assigned_to"] = assigned_to
        log_task(tx, case_id, "task.made", at=at, actor=actor, facts=facts, note=note)
    return made


def close_task(tx: Transaction, task: Task, *, at: datetime, actor: str, reason: str = "", why: str = "") -> None:
    """Note an open task as done; `why` is a word of ours, `reason` what a person wrote."""
    tasks.finish(tx, task.id, at=at, actor=actor)
    facts = {"task": task.kind, "ref": task.ref, **({"why": why} if why else {})}
    log_task(tx, task.case_id, "task.done", at=at, actor=actor, facts=facts, note=reason)


def log_task(
    tx: Transaction, case_id: int, kind: str, *, at: datetime, actor: str, facts: dict[str, Any], note: str
) -> None:
    """An entry about a task; what a person wrote is its personal part."""
    personal = {"note": note.strip()} if note.strip() else {}
    entries.append(tx, NewEntry(case_id=case_id, at=at, kind=kind, actor=actor, facts=facts, personal=personal))
