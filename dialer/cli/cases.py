"""Commands for the work on cases beside the telephone: tasks, legal stages, orders, claim statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from dialer.actions.claim_statement import case_statement, statement_dict, statement_lines
from dialer.actions.explain_casework import task_dict, task_line
from dialer.actions.legal_stage import Entered, enter_stage, limitation_tasks, reopen
from dialer.actions.orders import answer_order, complete_order, open_order
from dialer.actions.tasks import add_task, due_list, finish_task, snooze_task
from dialer.app import App
from dialer.cli.base import answer, case_id, collector, language, options, program
from dialer.core.case import Stage
from dialer.core.errors import NotFound
from dialer.core.legal import BAILIFF_ORDER, Fact, Trigger, open_items
from dialer.core.legal_text import day_text, deadline_text, legal_text
from dialer.core.texts import Language
from dialer.storage import book, stages
from dialer.storage.stages import Order
from dialer.storage.tasks import DueTask

DAY = click.DateTime(formats=["%Y-%m-%d"])
ANSWERS = {"yes": True, "no": False, "ja": True, "nein": False}


def _day(app: App, given: datetime | None) -> date:
    """The day that was given, else today at the operator's place."""
    return given.date() if given else app.clock.now().astimezone(app.site.zone).date()


def _pairs(_ctx: click.Context, _param: click.Parameter, words: Sequence[str]) -> dict[str, str]:
    """Option callback: "name=value" words; anything else, and a name given twice, is wrong use."""
    pairs: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise click.BadParameter(f'"{word}" is not like name=value')
        if name in pairs:
            raise click.BadParameter(f'"{name}" is given twice')
        pairs[name] = value
    return pairs


def _answers(ctx: click.Context, param: click.Parameter, words: Sequence[str]) -> dict[str, bool]:
    """The same with yes or no as values."""
    pairs = _pairs(ctx, param, words)
    for name, value in pairs.items():
        if value not in ANSWERS:
            raise click.BadParameter(f'"{name}={value}" is answered by neither yes nor no')
    return {name: ANSWERS[value] for name, value in pairs.items()}


# --- tasks -----------------------------------------------------------------------------------------------------------


@click.command()
@click.option("--as", "user", help="Only those of this user, and those of nobody.")
@click.option("--due", type=DAY, help="What is due by that day. Default: today.")
@options
def tasks(*, user: str | None, due: datetime | None, config_file: Path, as_json: bool) -> None:
    """List what has to be done, earliest first; limitations that come near are among it."""
    app = program(config_file)
    words, until = language(app.config), _day(app, due)
    limitation_tasks(app)
    found = due_list(app, until=until, user=collector(app, user) if user else None)
    today = _day(app, None)
    lines = [_due_line(one, today, words) for one in found]
    nothing = legal_text("no_tasks", words).format(day=day_text(until, words))
    data = [{**task_dict(one.task), "debtor": one.debtor, "user": one.user} for one in found]
    answer({"until": until.isoformat(), "tasks": data}, "\n".join(lines) or nothing, as_json=as_json)


def _due_line(due: DueTask, today: date, words: Language) -> str:
    late = f" ({legal_text('overdue', words)})" if due.task.due_on < today else ""
    whose = due.user or legal_text("unassigned", words)
    return f"{task_line(due.task, words)}; {due.debtor} ({due.task.case_id}), {whose}{late}"


@click.group()
def task() -> None:
    """Add a task, note it as done, or put it off."""


@task.command(name="add")
@click.argument("case")
@click.option("--note", required=True, help="What is to be done; can be erased without breaking the log.")
@click.option("--due", type=DAY, required=True, help="By when.")
@click.option("--for", "assigned_to", help="Who has to do it. Default: whoever has the case.")
@click.option("--as", "user", required=True, help="Who adds it.")
@options
def task_add(
    *, case: str, note: str, due: datetime, assigned_to: str | None, user: str, config_file: Path, as_json: bool
) -> None:
    """Add a task to CASE."""
    app = program(config_file)
    made = add_task(
        app,
        case_id(app, case),
        note=note,
        due_on=due.date(),
        assigned_to=assigned_to,
        actor=collector(app, user),
    )
    answer(task_dict(made), f"Task {task_line(made, language(app.config))}", as_json=as_json)


@task.command(name="done")
@click.argument("task_id", metavar="TASK", type=click.IntRange(min=1, max=2**63 - 1))
@click.option("--reason", default="", help="What came of it; can be erased without breaking the log.")
@click.option("--as", "user", required=True, help="Who did it.")
@options
def task_done(*, task_id: int, reason: str, user: str, config_file: Path, as_json: bool) -> None:
    """Note TASK as done."""
    app = program(config_file)
    done = finish_task(app, task_id, actor=collector(app, user), reason=reason)
    answer({"task": task_id, "case": done.case_id, "state": "done"}, f"Task {task_id} is done.", as_json=as_json)


@task.command(name="snooze")
@click.argument("task_id", metavar="TASK", type=click.IntRange(min=1, max=2**63 - 1))
@click.option("--until", type=DAY, required=True, help="The day on which it comes back.")
@click.option("--reason", default="", help="Why; can be erased without breaking the log.")
@click.option("--as", "user", required=True, help="Who puts it off.")
@options
def task_snooze(*, task_id: int, until: datetime, reason: str, user: str, config_file: Path, as_json: bool) -> None:
    """Put TASK off; a deadline's not beyond its last day."""
    app = program(config_file)
    day = until.date()
    put_off = snooze_task(app, task_id, until=day, actor=collector(app, user), reason=reason)
    data = {"task": task_id, "case": put_off.case_id, "due_on": day.isoformat()}
    answer(data, f"Task {task_id} comes back on {day}.", as_json=as_json)


# --- stages ----------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("case")
@click.argument("to", metavar="STAGE", type=click.Choice([stage.value for stage in Stage]))
@click.option("--on", type=DAY, help="Since when. Default: today.")
@click.option("--fact", "facts", multiple=True, callback=_pairs, help=f"NAME=VALUE; names: {', '.join(Fact)}.")
@click.option("--reason", default="", help="Why; going back needs one. Can be erased without breaking the log.")
@click.option("--as", "user", required=True, help="Who decides it.")
@options
def stage(
    *,
    case: str,
    to: str,
    on: datetime | None,
    facts: dict[str, str],
    reason: str,
    user: str,
    config_file: Path,
    as_json: bool,
) -> None:
    """Put CASE at a legal STAGE, or amend the facts of the one it is at; what runs becomes tasks.

    A stage is refused while a fact it rests on is missing. An empty value takes a fact back.
    """
    app = program(config_file)
    number, words = case_id(app, case), language(app.config)
    entered = enter_stage(
        app, number, Stage(to), facts=facts, on=_day(app, on), actor=collector(app, user), reason=reason
    )
    name = legal_text(f"stage.{to}", words)
    lines = [f"{legal_text('stage', words)}: {name}", *(f"  {deadline_text(d, words)}" for d in entered.deadlines)]
    answer({"case": number, **_entered_dict(entered)}, "\n".join(lines), as_json=as_json)


def _entered_dict(entered: Entered) -> dict[str, Any]:
    return {
        "stage": entered.stage.value,
        "how": entered.step.value,
        "facts": dict(entered.facts),
        "deadlines": [
            {"kind": d.kind.value, "on": d.on.isoformat(), "nominal": d.nominal.isoformat(), "source": d.source}
            for d in entered.deadlines
        ],
    }


@click.command(name="reopen")
@click.argument("case")
@click.argument("trigger", type=click.Choice([trigger.value for trigger in Trigger]))
@click.option("--on", type=DAY, help="When it came about. Default: today.")
@click.option("--note", default="", help="What is known; can be erased without breaking the log.")
@click.option("--as", "user", required=True, help="Who says so.")
@options
def reopen_case(
    *, case: str, trigger: str, on: datetime | None, note: str, user: str, config_file: Path, as_json: bool
) -> None:
    """News about the debtor of a titled CASE: it is dialled again, and a task says what to look at."""
    app = program(config_file)
    number = case_id(app, case)
    reopen(app, number, Trigger(trigger), on=_day(app, on), actor=collector(app, user), note=note)
    why = legal_text(f"trigger.{trigger}", language(app.config))
    answer({"case": number, "trigger": trigger}, f"Case {number} is open again: {why}", as_json=as_json)


# --- orders ----------------------------------------------------------------------------------------------------------


@click.group()
def order() -> None:
    """Orders to the bailiff on the official form, with their checklist."""


@order.command(name="new")
@click.argument("case")
@click.option("--as", "user", required=True, help="Who makes it.")
@options
def order_new(*, case: str, user: str, config_file: Path, as_json: bool) -> None:
    """Begin an order for CASE, which needs an enforceable title."""
    app = program(config_file)
    _show(app, open_order(app, case_id(app, case), actor=collector(app, user)), as_json=as_json)


@order.command(name="answer")
@click.argument("order_id", metavar="ORDER", type=click.IntRange(min=1, max=2**63 - 1))
@click.argument("answers", metavar="POINT=yes|no...", nargs=-1, required=True, callback=_answers)
@click.option("--as", "user", required=True, help="Who answers.")
@options
def order_answer(*, order_id: int, answers: dict[str, bool], user: str, config_file: Path, as_json: bool) -> None:
    """Answer points of the checklist of ORDER."""
    app = program(config_file)
    _show(app, answer_order(app, order_id, answers, actor=collector(app, user)), as_json=as_json)


@order.command(name="complete")
@click.argument("order_id", metavar="ORDER", type=click.IntRange(min=1, max=2**63 - 1))
@click.option("--as", "user", required=True, help="Who has checked it.")
@options
def order_complete(*, order_id: int, user: str, config_file: Path, as_json: bool) -> None:
    """Note that ORDER may go out; refused while a point of its checklist is open."""
    app = program(config_file)
    _show(app, complete_order(app, order_id, actor=collector(app, user)), as_json=as_json)


@order.command(name="list")
@click.argument("case")
@options
def order_list(*, case: str, config_file: Path, as_json: bool) -> None:
    """List the orders of CASE."""
    app = program(config_file)
    number = case_id(app, case)
    with app.db.read() as tx:
        found = stages.orders_of_case(tx, number)
    text = "\n".join("\n".join(_order_lines(one, language(app.config))) for one in found)
    answer([_order_dict(one) for one in found], text or "No orders.", as_json=as_json)


def _show(app: App, shown: Order, *, as_json: bool) -> None:
    answer(_order_dict(shown), "\n".join(_order_lines(shown, language(app.config))), as_json=as_json)


def _order_lines(shown: Order, words: Language) -> list[str]:
    state = "complete" if shown.completed_at else "incomplete"
    said = {True: "yes", False: "no", None: "open"}
    return [
        f"{legal_text(f'order.{shown.kind}', words)} {shown.id}: {legal_text(state, words)}",
        *(
            f"  {item.name}: {legal_text(said[shown.items.get(item.name)], words)}"
            f"  {legal_text(f'item.{item.name}', words)} ({item.source})"
            for item in BAILIFF_ORDER
        ),
    ]


def _order_dict(shown: Order) -> dict[str, Any]:
    return {
        "order": shown.id,
        "case": shown.case_id,
        "kind": shown.kind.value,
        "items": dict(shown.items),
        "open": [item.name for item in open_items(shown.items)],
        "completed_at": shown.completed_at.isoformat() if shown.completed_at else None,
    }


# --- claim statement -------------------------------------------------------------------------------------------------


@click.command()
@click.argument("case")
@click.option("--as-of", type=DAY, help="What is owed at the end of that day. Default: today.")
@options
def statement(*, case: str, as_of: datetime | None, config_file: Path, as_json: bool) -> None:
    """What CASE owes, line by line: claims, default interest, lump sums, payments as the law sets them off.

    No amount is stated where interest would need a base rate that is not known.
    """
    app = program(config_file)
    number, words, day = case_id(app, case), language(app.config), _day(app, as_of)
    with app.db.read() as tx:
        found = book.load_case(tx, number)
        if found is None:
            raise NotFound(f"there is no case {number}")
        stated, last = case_statement(app, tx, found, as_of=day), stages.last(tx, number)
    in_default = last is not None and Fact.DEFAULT_SINCE in last.facts
    data = {"case": number, **statement_dict(stated, words), "in_default": in_default}
    answer(data, "\n".join(statement_lines(stated, words, in_default=in_default)), as_json=as_json)


COMMANDS = (tasks, task, stage, reopen_case, order, statement)
