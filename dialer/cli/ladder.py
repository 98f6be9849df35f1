"""Commands for a supervisor at the ladder: another contact, and leave for a message that names the next step."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.actions.move_ladder import Approval, move_to, pending_approval, refuse
from dialer.actions.move_ladder import approve as approve_message
from dialer.actions.plan_case import reason_of
from dialer.cli.base import LARGEST_ID, answer, case_id, collector, language, options, program
from dialer.core.local_time import local_text
from dialer.core.texts import reason_text


@click.command()
@click.argument("case")
@click.option("--to", "contact", type=click.IntRange(1, LARGEST_ID), help="The contact; without it the next one up.")
@click.option("--reason", required=True, help="Why; it stands in the log and can be erased without breaking it.")
@click.option("--as", "user", required=True, help="The supervisor who decides it.")
@options
def climb(*, case: str, contact: int | None, reason: str, user: str, config_file: Path, as_json: bool) -> None:
    """Turn CASE to another contact of the business, up or down the ladder."""
    app = program(config_file)
    plan = move_to(app, case_id(app, case), contact_id=contact, reason=reason, actor=collector(app, user))
    at = local_text(plan.at, app.site.zone) if plan.at else "-"
    data = {"next_at": plan.at.isoformat() if plan.at else None, "reason": reason_of(plan)}
    why = reason_text(plan.decision.why.value, language(app.config))
    answer(data, f"Noted. Next: {at} ({why})", as_json=as_json)


@click.command()
@click.argument("case")
@click.option("--as", "user", help="The supervisor who approves; without it the message is only shown.")
@click.option("--refuse", "no", is_flag=True, help="Do not let it be left; the ladder goes on.")
@click.option("--reason", default="", help="Why not.")
@options
def approve(*, case: str, user: str | None, no: bool, reason: str, config_file: Path, as_json: bool) -> None:
    """Show the message about the next step that waits in CASE, and let it be left."""
    app = program(config_file)
    number = case_id(app, case)
    if user is None and no:
        raise click.UsageError("--refuse needs --as USER: who refuses it stands in the log")
    if user is None:
        waiting = pending_approval(app, number)
        answer({"approved": False, **_data(waiting)}, _text(waiting), as_json=as_json)
        return
    actor = collector(app, user)
    if no:
        refuse(app, number, reason=reason, actor=actor)
        answer({"approved": False}, "Refused; the ladder goes on.", as_json=as_json)
        return
    approved = approve_message(app, number, actor=actor)
    answer({"approved": True, **_data(approved)}, f"{_text(approved)}\nApproved.", as_json=as_json)


def _data(approval: Approval) -> dict[str, object]:
    return {
        "contact": approval.contact.id,
        "lines": list(approval.lines),
        "message": approval.message,
        "words": approval.words,
    }


def _text(approval: Approval) -> str:
    words = approval.words or f"(recording {approval.message})"
    return f"{approval.contact.name}, {', '.join(approval.lines)}: {words}"


COMMANDS = (climb, approve)
