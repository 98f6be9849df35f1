"""Tasks (Wiedervorlage): what a person has to do by a day, once for each thing it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from dialer.core.casework import TaskOrigin, TaskState
from dialer.storage.new_row import insert_new
from dialer.storage.tables import cases, debtors, tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as stored. `ref` is what it is about; `assigned_to` None means whoever has the case, or anybody."""

    id: int
    case_id: int
    kind: str
    origin: TaskOrigin
    ref: str
    note: str
    due_on: date
    assigned_to: str | None
    state: TaskState
    made_at: datetime
    made_by: str
    done_at: datetime | None
    done_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTask:
    """A task of the due list, with whom it concerns; `user` is who has to do it, None for anybody."""

    task: Task
    debtor: str
    user: str | None


def add_task(
    tx: sa.Connection,
    *,
    case_id: int,
    kind: str,
    origin: TaskOrigin,
    ref: str,
    note: str,
    due_on: date,
    assigned_to: str | None = None,
    at: datetime,
    actor: str,
) -> bool:
    """Make the task; False when the case has had one of this kind about this `ref` before, done or not."""
    values: dict[str, Any] = {
        "case_id": case_id,
        "kind": kind,
        "origin": origin,
        "ref": ref,
        "note": note,
        "due_on": due_on,
        "assigned_to": assigned_to,
        "state": TaskState.OPEN,
        "made_at": at,
        "made_by": actor,
    }
    # an existing row is the answer, not an error: two processes may notice the same thing at once
    return tx.execute(insert_new(tx, tasks).values(values).returning(tasks.c.id)).scalar() is not None


def by_id(tx: sa.Connection, task_id: int) -> Task | None:
    """The task, or None."""
    row = tx.execute(sa.select(tasks).where(tasks.c.id == task_id)).one_or_none()
    return _task(row) if row else None


def of_case(tx: sa.Connection, case_id: int, *, state: TaskState | None = None) -> tuple[Task, ...]:
    """The case's tasks, earliest day first; all of them unless one state is asked for."""
    mine = [tasks.c.case_id == case_id, *([tasks.c.state == state] if state else [])]
    return tuple(_task(row) for row in tx.execute(sa.select(tasks).where(*mine).order_by(tasks.c.due_on, tasks.c.id)))


def due_tasks(tx: sa.Connection, *, until: date, assigned_to: str | None = None) -> Sequence[DueTask]:
    """Open tasks due by that day, earliest first; of one user those that are his, or nobody's."""
    user = sa.func.coalesce(tasks.c.assigned_to, cases.c.assigned_to)
    query = (
        sa.select(tasks, debtors.c.name.label("debtor"), user.label("user"))
        .join(cases, tasks.c.case_id == cases.c.id)
        .join(debtors, cases.c.debtor_id == debtors.c.id)
        .where(tasks.c.state == TaskState.OPEN, tasks.c.due_on <= until)
        .order_by(tasks.c.due_on, tasks.c.id)
    )
    if assigned_to is not None:
        query = query.where(sa.or_(user == assigned_to, user.is_(None)))
    return [DueTask(task=_task(row), debtor=row.debtor, user=row.user) for row in tx.execute(query)]


def finish(tx: sa.Connection, task_id: int, *, at: datetime, actor: str) -> bool:
    """The task is done; False when it is not there, or was done before."""
    still_open = (tasks.c.id == task_id, tasks.c.state == TaskState.OPEN)
    done = tasks.update().where(*still_open).values(state=TaskState.DONE, done_at=at, done_by=actor)
    return tx.execute(done).rowcount == 1


def snooze(tx: sa.Connection, task_id: int, *, until: date) -> bool:
    """The task comes back on that day; False when it is not there, or done."""
    still_open = (tasks.c.id == task_id, tasks.c.state == TaskState.OPEN)
    return tx.execute(tasks.update().where(*still_open).values(due_on=until)).rowcount == 1


def _task(row: Any) -> Task:
    return Task(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        origin=TaskOrigin(row.origin),
        ref=row.ref,
        note=row.note,
        due_on=row.due_on,
        assigned_to=row.assigned_to,
        state=TaskState(row.state),
        made_at=row.made_at,
        made_by=row.made_by,
        done_at=row.done_at,
        done_by=row.done_by,
    )
