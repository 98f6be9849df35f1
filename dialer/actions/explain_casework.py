"""The case work in an explanation: stage, open tasks, what is owed with interest, and what the facts speak for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialer.actions.claim_statement import case_statement
from dialer.actions.legal_stage import running_deadlines
from dialer.actions.recommend import Ground, recommend
from dialer.actions.situation import Situation
from dialer.app import App
from dialer.core.case import Stage
from dialer.core.casework import TaskState
from dialer.core.deadlines import Recommendation, recommendation_text
from dialer.core.decision import Review
from dialer.core.errors import BadInput
from dialer.core.interest import RateUnknown, unknown_text
from dialer.core.legal import Fact
from dialer.core.legal_text import day_text, legal_text
from dialer.core.money import format_money
from dialer.core.plan import Plan
from dialer.core.statement import Statement
from dialer.core.tasks import task_text
from dialer.core.texts import Language
from dialer.storage import stages, tasks
from dialer.storage.database import Transaction
from dialer.storage.stages import Entered
from dialer.storage.tasks import Task

ADVISED = frozenset({Stage.LEGAL_REVIEW, Stage.TITLED})
"""Stages at which a person has to choose the next step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWork:
    """What there is to tell at `now`; `stated` is a sentence where no statement could be made."""

    stage: Stage
    last: Entered | None
    tasks: tuple[Task, ...]
    stated: Statement | RateUnknown | str
    advice: Recommendation | None
    now: datetime


def case_work(app: App, tx: Transaction, situation: Situation, plan: Plan, now: datetime) -> CaseWork:
    """Read it. The recommendation is made where one is asked for: in legal review, and where the ladder ends."""
    case = situation.case
    last = stages.last(tx, case.id)
    advice = None
    if case.stage in ADVISED or isinstance(plan.decision, Review):
        known = last.facts if last else {}
        running = running_deadlines(app, situation, case.stage, known)
        ground = Ground(known=known, reminded_at=stages.reminded_on(tx, case.id), running=running)
        advice = recommend(situation, ground, now)
    return CaseWork(
        stage=case.stage,
        last=last,
        tasks=tasks.of_case(tx, case.id, state=TaskState.OPEN),
        stated=_stated(app, tx, situation, now),
        advice=advice,
        now=now,
    )


def _stated(app: App, tx: Transaction, situation: Situation, now: datetime) -> Statement | RateUnknown | str:
    try:
        return case_statement(app, tx, situation.case, as_of=now.astimezone(situation.site.zone).date())
    except BadInput as error:
        return str(error)


def case_work_lines(work: CaseWork, language: Language) -> Iterator[str]:
    """One line each, tasks one line a task."""
    known = work.last
    at_stage = known is not None and known.stage is work.stage and work.stage is not Stage.TELEPHONE
    since = f" {legal_text('since', language)} {day_text(known.on, language)}" if known and at_stage else ""
    yield f"{legal_text('stage', language)}: {legal_text(f'stage.{work.stage}', language)}{since}"
    yield f"{legal_text('statement', language)}: {_owed(work, language)}"
    if work.advice:
        yield f"{legal_text('recommendation', language)}: {recommendation_text(work.advice, language)}"
    if work.tasks:
        yield f"{legal_text('tasks', language)}:"
    for task in work.tasks:
        yield f"  {task_line(task, language)}"


def task_line(task: Task, language: Language) -> str:
    """A task on one line: number, day, what, note, for whom."""
    by = f"{legal_text('task_until', language)} {day_text(task.due_on, language)}"
    note = f": {task.note}" if task.note else ""
    whose = f" [{task.assigned_to}]" if task.assigned_to else ""
    return f"{task.id}  {by}  {task_text(task.kind, language)}{note}{whose}"


def _owed(work: CaseWork, language: Language) -> str:
    match work.stated:
        case Statement() as stated:
            as_of = f"{legal_text('as_of', language)} {day_text(stated.as_of, language)}"
            bare = work.last is None or Fact.DEFAULT_SINCE not in work.last.facts
            hint = f" {legal_text('no_interest', language)}" if bare else ""
            return f"{format_money(stated.open_minor, stated.currency, language)} {as_of}.{hint}"
        case RateUnknown() as unknown:
            return unknown_text(unknown, language)
        case why:
            return why


def case_work_dict(work: CaseWork, language: Language) -> dict[str, Any]:
    """The same as plain data."""
    stated = work.stated
    return {
        "stage": work.stage.value,
        "stage_facts": dict(work.last.facts) if work.last else {},
        "tasks": [task_dict(task) for task in work.tasks],
        "statement": {"open_minor": stated.open_minor, "currency": stated.currency, "as_of": stated.as_of.isoformat()}
        if isinstance(stated, Statement)
        else {"open_minor": None, "why": _owed(work, language)},
        "recommendation": {
            "step": work.advice.step.value,
            "text": recommendation_text(work.advice, language),
            "reasons": [{"key": r.key, "number": r.number, "currency": r.currency} for r in work.advice.reasons],
        }
        if work.advice
        else None,
    }


def task_dict(task: Task) -> dict[str, Any]:
    """A task as plain data."""
    return {
        "id": task.id,
        "case": task.case_id,
        "kind": task.kind,
        "origin": task.origin.value,
        "ref": task.ref,
        "note": task.note,
        "due_on": task.due_on.isoformat(),
        "assigned_to": task.assigned_to,
        "state": task.state.value,
    }
