"""Tasks (Wiedervorlage): made by what happens or by hand, done, put off; each of it an entry of the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from dialer.actions.erased import refuse_erased
from dialer.actions.make_task import close_task, log_task, make_task
from dialer.actions.mark_case import lock_case
from dialer.app import App
from dialer.core.casework import TaskOrigin
from dialer.core.errors import BadInput, NotFound
from dialer.core.outcome import Disposition
from dialer.core.tasks import FOLLOW_UPS, TaskKind, follow_up_on
from dialer.storage import desks, tasks
from dialer.storage.database import Transaction
from dialer.storage.tasks import DueTask, Task

LONGEST = timedelta(days=366 * 31)
"""A title lasts 30 years; what is further ahead is a slip of the keyboard."""


def follow_up(
    tx: Transaction, *, case_id: int, attempt_id: int, said: Disposition, on: date, note: str, at: datetime, actor: str
) -> bool:
    """The task that a disposition leaves to a person, due some days after the local day `on`; False without one."""
    wanted = FOLLOW_UPS[said]
    return wanted is not None and make_task(
        tx,
        case_id=case_id,
        kind=wanted.kind,
        origin=TaskOrigin.DISPOSITION,
        ref=f"attempt {attempt_id}",
        due_on=follow_up_on(wanted, on),
        note=note,
        at=at,
        actor=actor,
    )


def add_task(app: App, case_id: int, *, note: str, due_on: date, actor: str, assigned_to: str | None = None) -> Task:
    """A task by hand. Raises BadInput or NotFound."""
    now, note = app.clock.now(), note.strip()
    if not note:
        raise BadInput("a task needs a note: what is to be done?")
    _check_day(app, due_on, now)
    with app.db.write() as tx:
        lock_case(tx, case_id)
        refuse_erased(tx, case_id)
        if assigned_to is not None and desks.user_by_name(tx, assigned_to) is None:
            raise BadInput(f'no active user "{assigned_to}"; add one with `dialer user add`')
        # the case is locked, so that the number is taken once
        ref = f"manual {len(tasks.of_case(tx, case_id)) + 1}"
        make_task(
            tx,
            case_id=case_id,
            kind=TaskKind.MANUAL,
            origin=TaskOrigin.MANUAL,
            ref=ref,
            due_on=due_on,
            note=note,
            assigned_to=assigned_to,
            at=now,
            actor=actor,
        )
        return next(task for task in tasks.of_case(tx, case_id) if task.ref == ref)


def finish_task(app: App, task_id: int, *, actor: str, reason: str = "") -> Task:
    """The task is done. Raises BadInput when it was before, or NotFound."""
    now = app.clock.now()
    with app.db.write() as tx:
        task = _open_task(tx, task_id, reason)
        close_task(tx, task, at=now, actor=actor, reason=reason)
    return task


def snooze_task(app: App, task_id: int, *, until: date, actor: str, reason: str = "") -> Task:
    """The task comes back on that day. Raises BadInput or NotFound."""
    now = app.clock.now()
    _check_day(app, until, now)
    with app.db.write() as tx:
        task = _open_task(tx, task_id, reason)
        last = last_day(task)
        if last is not None and until > last >= task.due_on:
            raise BadInput(f"task {task_id} cannot wait beyond {last}: that is the last day")
        tasks.snooze(tx, task_id, until=until)
        facts = {"task": task.kind, "ref": task.ref, "until": until.isoformat()}
        log_task(tx, task.case_id, "task.snoozed", at=now, actor=actor, facts=facts, note=reason)
    return task


def last_day(task: Task) -> date | None:
    """Of a deadline's task: the deadline's own (nominal) day, with which its `ref` begins."""
    return date.fromisoformat(task.ref.split()[0]) if task.origin is TaskOrigin.DEADLINE else None


def due_list(app: App, *, until: date, user: str | None = None) -> Sequence[DueTask]:
    """What is to be done by that day, of one user or of all."""
    with app.db.read() as tx:
        return tasks.due_tasks(tx, until=until, assigned_to=user)


def _open_task(tx: Transaction, task_id: int, reason: str) -> Task:
    """The task, its case locked; a task of somebody who was erased is seen to without words."""
    task = tasks.by_id(tx, task_id)
    if task is not None:
        # the case before its tasks, as everybody locks them, then the task as it stands by now
        lock_case(tx, task.case_id)
        task = tasks.by_id(tx, task_id)
    if task is None:
        raise NotFound(f"there is no task {task_id}")
    if reason.strip():
        refuse_erased(tx, task.case_id)
    if task.done_at is not None:
        raise BadInput(f"task {task_id} was done before, by {task.done_by}")
    return task


def _check_day(app: App, day: date, now: datetime) -> None:
    today = now.astimezone(app.site.zone).date()
    if not today <= day <= today + LONGEST:
        raise BadInput(f"{day} is no day for a task: it must lie between today and {today + LONGEST}")
