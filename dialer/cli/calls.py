"""Commands for collectors: a line, a call, a disposition."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import click

from dialer.actions import desk as line
from dialer.actions.alarms import raise_alarm
from dialer.actions.dispose import dispose as dispose_attempt
from dialer.actions.place_call import Denied, NotNow, place_clicked_call
from dialer.actions.plan_case import reason_of
from dialer.actions.verdict_json import verdict_json
from dialer.app import App
from dialer.cli.base import FAILED, LARGEST_ID, answer, case_id, collector, instant, language, options, program
from dialer.core.agreement import Every
from dialer.core.disposition import Report
from dialer.core.disposition_form import FORMS, FieldName
from dialer.core.local_time import local_text
from dialer.core.outcome import Disposition
from dialer.core.texts import reason_text
from dialer.storage import pacing


def _local(app: App, instant: datetime | None) -> str:
    return local_text(instant, app.site.zone) if instant else "-"


def _minor(_ctx: click.Context, _param: click.Parameter, text: str | None) -> int | None:
    """The cents of an amount. No thousands separators: 1.250 could be either amount."""
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,12})(?:[.,]([0-9]{1,2}))?", text.strip())
    if found is None:
        raise click.BadParameter(f'"{text}" is not an amount like 120.50')
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


@click.group()
def desk() -> None:
    """A collector's line."""


@desk.command(name="open")
@click.option("--as", "user", required=True, help="The collector; his telephone rings.")
@options
def open_desk(*, user: str, config_file: Path, as_json: bool) -> None:
    """Ring the collector's telephone; pressing 1 opens his line for the shift."""
    line.open_desk(program(config_file), user)
    answer({"ringing": user}, f"{user}'s telephone rings; press 1 to open the line.", as_json=as_json)


@desk.command(name="close")
@click.option("--as", "user", required=True, help="The collector.")
@options
def close_desk(*, user: str, config_file: Path, as_json: bool) -> None:
    """Close a collector's line; a call that is ringing for him is taken back."""
    line.close_desk(program(config_file), user)
    answer({"closed": user}, f"{user}'s line is closed.", as_json=as_json)


@click.command()
@click.argument("case")
@click.option(
    "--contact", type=click.IntRange(1, LARGEST_ID), help="Another contact of the case than the one whose turn it is."
)
@click.option("--as", "user", required=True, help="The collector, whose line must be open.")
@options
def call(*, case: str, contact: int | None, user: str, config_file: Path, as_json: bool) -> int:
    """Call CASE now, through the same gate as every other call."""
    app = program(config_file)
    placed = place_clicked_call(app, case_id(app, case), user=collector(app, user), contact_id=contact)
    if isinstance(placed, Denied):
        verdict = verdict_json(placed.verdict, language=language(app.config))
        reasons = "\n".join(f"  {d['rule']}: {d['text']}" for d in verdict["denials"])
        not_before = _local(app, placed.verdict.not_before)
        answer(verdict, f"Not allowed now:\n{reasons}\nNot before: {not_before}", as_json=as_json)
        return FAILED
    if isinstance(placed, NotNow):
        answer({"placed": False, "why": placed.why}, f"Not called: {placed.why}", as_json=as_json)
        return FAILED
    answer(
        {"placed": True, "attempt": placed.attempt_id}, f"Attempt {placed.attempt_id} is under way.", as_json=as_json
    )
    return 0


@click.command()
@click.option("--reason", required=True, help="Why; `dialer doctor` and the log show it.")
@options
def pause(*, reason: str, config_file: Path, as_json: bool) -> None:
    """Stop all dialling until `dialer resume`; calls that ring or talk go on."""
    app = program(config_file)
    with app.db.write() as tx:
        pacing.pause(tx, app.account, reason=reason, until=None)
        raise_alarm(tx, at=app.clock.now(), kind="dialling.stopped", text=reason)
    answer({"paused": True}, "No more calls are placed. `dialer resume` goes on.", as_json=as_json)


@click.command()
@options
def resume(*, config_file: Path, as_json: bool) -> None:
    """Go on dialling after `dialer pause`, or at once after the carrier refused something that is mended."""
    app = program(config_file)
    with app.db.write() as tx:
        pacing.resume(tx, app.account)
    answer({"paused": False}, "Dialling goes on.", as_json=as_json)


_OPTIONS = {
    FieldName.AMOUNT: "--amount",
    FieldName.ON: "--on",
    FieldName.TOTAL: "--total",
    FieldName.EVERY: "--every",
    FieldName.CALLBACK: "--callback",
    FieldName.SPOKEN_TO: "--spoken-to",
    FieldName.REASON: "--reason",
}
"""The fields of a disposition's form that `dispose` takes; `instalments` takes the rest of a plan's."""


def _forms() -> str:
    """Which options go with which disposition, for the help."""
    lines = []
    for said, form in FORMS.items():
        named = (f"{_OPTIONS[f.name]}{'*' if f.required else ''}" for f in form if f.name in _OPTIONS)
        lines.append(f"{said.value}: {' '.join(named)}")
    return "\b\n" + "\n".join(("What goes with each disposition (* = needed):", *lines))


@click.command(epilog=_forms())
@click.argument("attempt", type=click.IntRange(1, LARGEST_ID))
@click.argument("disposition", type=click.Choice([d.value for d in Disposition]))
@click.option("--amount", callback=_minor, help="Promised amount, like 120.50; of instalments_agreed one rate.")
@click.option(
    "--rate", callback=_minor, help="The same, of instalments_agreed: one rate; the last one is what is left."
)
@click.option("--on", "on", type=click.DateTime(formats=["%Y-%m-%d"]), help="Promised date, or first instalment.")
@click.option("--total", callback=_minor, help="Of instalments_agreed: sum of the plan; without it all that is owed.")
@click.option(
    "--every",
    type=click.Choice([every.value for every in Every]),
    help="Of instalments_agreed: how far the rates are apart; without it a month.",
)
@click.option("--callback", callback=instant, help="Agreed time of a call-back, ISO 8601 with UTC offset.")
@click.option(
    "--spoken-to", default="", help="Who talked to us: the number of a contact of the case, or a name; can be erased."
)
@click.option("--reason", default="", help="Why: what is disputed, why he refuses, how he paid; can be erased.")
@click.option("--note", default="", help="What was said; can be erased without breaking the log.")
@click.option("--as", "user", required=True, help="Who talked.")
@options
def dispose(
    *,
    attempt: int,
    disposition: str,
    amount: int | None,
    rate: int | None,
    on: datetime | None,
    total: int | None,
    every: str | None,
    callback: datetime | None,
    spoken_to: str,
    reason: str,
    note: str,
    user: str,
    config_file: Path,
    as_json: bool,
) -> None:
    """Say what came of ATTEMPT."""
    said = Disposition(disposition)
    if rate is not None and (amount is not None or said is not Disposition.INSTALMENTS_AGREED):
        raise click.UsageError("--rate is for instalments_agreed, in place of --amount")
    app = program(config_file)
    report = Report(
        disposition=said,
        amount_minor=amount if rate is None else rate,
        on=on.date() if on else None,
        callback_at=callback,
        total_minor=total,
        every=Every(every) if every else None,
        spoken_to=spoken_to,
        reason=reason,
    )
    plan = dispose_attempt(app, attempt, report, actor=collector(app, user), note=note)
    at = plan.at.isoformat() if plan.at else None
    why = reason_text(plan.decision.why.value, language(app.config))
    text = f"Noted. Next: {_local(app, plan.at)} ({why})"
    answer({"next_at": at, "reason": reason_of(plan)}, text, as_json=as_json)


COMMANDS = (desk, call, pause, resume, dispose)
