"""A case goes on along its legal way, or comes back from it: facts checked, deadlines made tasks, all of it logged."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from dialer.actions.call_log import BROKEN_CASE
from dialer.actions.erased import refuse_erased
from dialer.actions.make_task import close_task, make_task
from dialer.actions.plan_case import plan_case
from dialer.actions.situation import Situation, look
from dialer.actions.take_back import follow
from dialer.actions.tasks import last_day
from dialer.app import App
from dialer.core.case import CaseStatus, Hold, HoldReason, Stage
from dialer.core.casework import TaskOrigin
from dialer.core.deadlines import LIMITATION_YEARS, Deadline, DeadlineKind, add_months
from dialer.core.desk import Role
from dialer.core.errors import BadInput
from dialer.core.legal import (
    CHOICES,
    COUNTRY,
    DAYS,
    STATUS,
    TRIGGERED,
    WARNING,
    Fact,
    Step,
    Trigger,
    deadlines,
    fact_problem,
    merged,
    missing,
    objected,
    remind_on,
    step,
    trigger_problem,
)
from dialer.core.legal_text import deadline_text
from dialer.core.tasks import TaskKind
from dialer.storage import book, desks, entries, stages, tasks
from dialer.storage.database import Transaction
from dialer.storage.entries import SYSTEM, NewEntry

CONTESTED_WEEKS = 2
"""Suspension ends six months after the last procedural act (§ 204(2) BGB); that is no reason to wait for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Where the case has come to, what is known by now, and what runs."""

    stage: Stage
    step: Step
    facts: Mapping[str, str]
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What somebody says of a case, beside what was known of it."""

    situation: Situation
    before: stages.Entered | None
    stage: Stage
    given: Mapping[str, str]
    on: date
    now: datetime

    @property
    def old(self) -> Mapping[str, str]:
        return self.before.facts if self.before else {}

    @property
    def known(self) -> dict[str, str]:
        facts = merged(self.old, self.given)
        if self.stage is not Stage.CLOSED:
            facts.pop(Fact.CLOSED_BECAUSE, None)
        return facts

    @property
    def changed(self) -> dict[str, str]:
        old, known = self.old, self.known
        return {name: known.get(name, "") for name in sorted({*old, *known}) if old.get(name) != known.get(name)}


# --- from stage to stage ---------------------------------------------------------------------------------------------


def enter_stage(
    app: App, case_id: int, stage: Stage, *, facts: Mapping[str, str], on: date, actor: str, reason: str = ""
) -> Entered:
    """Put the case at a stage as of that day, or amend the facts of the one it is at. Raises BadInput or NotFound."""
    now = app.clock.now()
    with app.db.write() as tx:
        situation = look(app, tx, case_id, lock=True)
        refuse_erased(tx, case_id)
        before = stages.last(tx, case_id)
        how = _step(tx, situation.case.stage, stage, actor=actor, reason=reason)
        news = _News(situation=situation, before=before, stage=stage, given=facts, on=on, now=now)
        _check(news, now.astimezone(app.site.zone).date())
        stages.enter(tx, case_id, stage, on=on, facts=news.known, at=now, actor=actor)
        entries.append(tx, _entry(news, how, actor, reason))
        if objected(news.known) and not objected(news.old):
            _object(tx, situation, on, now, actor)
        if how is not Step.AMENDED:
            _move(tx, case_id, STATUS[stage], now)
        running = running_deadlines(app, situation, stage, news.known)
        _refresh(app, tx, case_id, running, now)
        plan_case(app, tx, case_id, now)
    follow(app, case_id)
    return Entered(stage=stage, step=how, facts=news.known, deadlines=running)


def reopen(app: App, case_id: int, trigger: Trigger, *, on: date, actor: str, note: str = "") -> None:
    """News about a titled debtor: the case is dialled again, and a task says what to look at.

    The title stays, and so do holds. Raises BadInput or NotFound.
    """
    now = app.clock.now()
    today = now.astimezone(app.site.zone).date()
    with app.db.write() as tx:
        situation = look(app, tx, case_id, lock=True)
        refuse_erased(tx, case_id)
        known = last.facts if (last := stages.last(tx, case_id)) else {}
        if problem := trigger_problem(trigger, situation.case.stage, known, today):
            raise BadInput(f"case {case_id}: {problem}")
        _check_day(on, today)
        personal = {"note": note.strip()} if note.strip() else {}
        facts = {"trigger": trigger.value, "on": on.isoformat()}
        entry = NewEntry(case_id=case_id, at=now, kind="stage.reopened", actor=actor, facts=facts, personal=personal)
        entries.append(tx, entry)
        make_task(
            tx,
            case_id=case_id,
            kind=TRIGGERED[trigger],
            origin=TaskOrigin.MANUAL,
            ref=f"{trigger} {on}",
            due_on=today,
            note=note,
            at=now,
            actor=actor,
        )
        _move(tx, case_id, CaseStatus.OPEN, now)
        plan_case(app, tx, case_id, now)


def _step(tx: Transaction, at: Stage, to: Stage, *, actor: str, reason: str) -> Step:
    how = step(at, to)
    if how is None:
        raise BadInput(f"the case is at {at}: {to} does not follow it")
    if how is Step.BACK:
        user = desks.user_by_name(tx, actor)
        if user is None or user.role != Role.SUPERVISOR:
            raise BadInput(f"only a supervisor takes a case back from {at} to {to}; {actor} is none")
        if not reason.strip():
            raise BadInput(f"taking a case back from {at} to {to} needs a reason")
    return how


def _check(news: _News, today: date) -> None:
    case_id = news.situation.case.id
    _check_day(news.on, today)
    if news.before is not None and news.on < news.before.on:
        raise BadInput(f"case {case_id}: {news.on} lies before {news.before.on}, when its last stage was entered")
    # later it is the court that knows of the dispute
    to_court = news.stage is Stage.COURT_DUNNING and not objected(news.known)
    if problem := fact_problem(news.known, disputed=to_court and disputed(news.situation, news.now), today=today):
        raise BadInput(f"case {case_id}: {problem}")
    if lacking := missing(news.stage, news.known):
        needs = ", ".join(_named(fact) for fact in lacking)
        raise BadInput(f"case {case_id}: {news.stage} rests on facts that are missing: {needs}")


def _named(fact: Fact) -> str:
    if fact in CHOICES:
        return f"{fact} ({'|'.join(sorted(CHOICES[fact]))})"
    return f"{fact} (a day)" if fact in DAYS else fact.value


def _check_day(on: date, today: date) -> None:
    if on > today:
        raise BadInput(f"{on} lies in the future; note it when it has come about")


def disputed(situation: Situation, now: datetime) -> bool:
    """True when an open claim is disputed, or the case is held for a dispute."""
    held = any(h.reason is HoldReason.DISPUTE and (h.until is None or h.until > now) for h in situation.case.holds)
    return held or any(claim.disputed for claim in situation.case.open_claims)


def _entry(news: _News, how: Step, actor: str, reason: str) -> NewEntry:
    # courts and file numbers lead to a person; days and words of ours do not
    plain = {name: value for name, value in news.changed.items() if name in DAYS or name in CHOICES}
    words = {name: value for name, value in news.changed.items() if name not in plain}
    case = news.situation.case
    way = {"stage": news.stage.value, "from": case.stage.value, "how": how.value, "on": news.on.isoformat()}
    return NewEntry(
        case_id=case.id,
        at=news.now,
        kind="stage.entered",
        actor=actor,
        facts={**plain, **way},
        personal={**({"facts": words} if words else {}), **({"reason": reason.strip()} if reason.strip() else {})},
    )


def _object(tx: Transaction, situation: Situation, on: date, now: datetime, actor: str) -> None:
    """DE-M4: an objection is a dispute; collection stops, and the way leads to a court that hears both."""
    case_id = situation.case.id
    if not any(hold.reason is HoldReason.DISPUTE and hold.until is None for hold in situation.case.holds):
        book.set_hold(tx, case_id, Hold(reason=HoldReason.DISPUTE, until=None), at=now)
        facts = {"reason": HoldReason.DISPUTE.value, "rule": "DE-M4"}
        entries.append(tx, NewEntry(case_id=case_id, at=now, kind="hold.set", actor=actor, facts=facts))
    make_task(
        tx,
        case_id=case_id,
        kind=TaskKind.CONTESTED,
        origin=TaskOrigin.DEADLINE,
        ref=f"{add_months(on, 6)} objection of {on}",
        due_on=date.fromordinal(on.toordinal() + 7 * CONTESTED_WEEKS),
        at=now,
        actor=actor,
    )


def _move(tx: Transaction, case_id: int, status: CaseStatus, now: datetime) -> None:
    values: dict[str, object] = {"status": status, "callback_at": None}
    if status is CaseStatus.OPEN:
        # what was tried in vain before it came back is held against nobody again
        values["contact_since"] = now
    book.update_case(tx, case_id, **values)


# --- deadlines -------------------------------------------------------------------------------------------------------


def running_deadlines(app: App, situation: Situation, stage: Stage, known: Mapping[str, str]) -> tuple[Deadline, ...]:
    """What runs for the case, by German law: for a German operator's debtors in Germany."""
    case = situation.case
    if not (app.config.operator.country == case.debtor.country == COUNTRY):
        return ()
    oldest = min((claim.due_date for claim in case.open_claims), default=None)
    return deadlines(stage, known, oldest_due=oldest, holiday=situation.site.holiday)


def limitation_tasks(app: App) -> int:
    """Make tasks of limitations that are near, wherever a case stands; how many. To be done once a day."""
    now = app.clock.now()
    today = now.astimezone(app.site.zone).date()
    # the last day lies in the third year after the one that the claim fell due in
    near = date((today + WARNING[DeadlineKind.LIMITATION]).year - LIMITATION_YEARS, 12, 31)
    with app.db.read() as tx:
        case_ids = stages.near_limitation(tx, due_until=near)
    made = 0
    for case_id in case_ids:
        # a case that the configuration has lost is told of by the scheduler; the others' limitation does not wait
        with suppress(*BROKEN_CASE):
            made += _limitation_task(app, case_id, now, today)
    return made


def _limitation_task(app: App, case_id: int, now: datetime, today: date) -> int:
    with app.db.write() as tx:
        situation = look(app, tx, case_id, lock=True)
        known = last.facts if (last := stages.last(tx, case_id)) else {}
        running = running_deadlines(app, situation, situation.case.stage, known)
        near = [d for d in running if d.kind is DeadlineKind.LIMITATION and remind_on(d, today) <= today]
        return sum(_make(app, tx, case_id, deadline, now) for deadline in near)


def _refresh(app: App, tx: Transaction, case_id: int, running: tuple[Deadline, ...], now: datetime) -> None:
    """Tasks follow facts: those of deadlines that no longer run are done, those that run now are made."""
    wanted = {(deadline.kind.value, deadline.nominal) for deadline in running}
    for task in tasks.of_case(tx, case_id):
        is_deadline = task.origin is TaskOrigin.DEADLINE and task.kind in set(DeadlineKind)
        if is_deadline and task.done_at is None and (task.kind, last_day(task)) not in wanted:
            close_task(tx, task, at=now, actor=SYSTEM, why="no_longer_runs")
    for deadline in running:
        _make(app, tx, case_id, deadline, now)


def _make(app: App, tx: Transaction, case_id: int, deadline: Deadline, now: datetime) -> bool:
    """The deadline's task, unless there is one or a person has done it; one that we took back is made anew."""
    same_kind = [task for task in tasks.of_case(tx, case_id) if task.kind == deadline.kind]
    if any(last_day(task) == deadline.nominal and task.done_by != SYSTEM for task in same_kind):
        return False
    return make_task(
        tx,
        case_id=case_id,
        kind=deadline.kind,
        origin=TaskOrigin.DEADLINE,
        ref=f"{deadline.nominal} {len(same_kind) + 1}",
        due_on=remind_on(deadline, now.astimezone(app.site.zone).date()),
        note=deadline_text(deadline, app.config.operator.language),
        at=now,
        actor=SYSTEM,
    )
