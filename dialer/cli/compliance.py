"""Commands for what people tell the gate: marks, notices, wishes, and overrides."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from dialer.actions.mark_case import mark_case, unmark_case
from dialer.actions.override_rule import override_rule, withdraw_override
from dialer.actions.situation import end_of_day
from dialer.app import App
from dialer.cli.base import answer, case_id, collector, language, options, program
from dialer.core.case import MarkKind
from dialer.core.facts import Override
from dialer.core.local_time import local_text
from dialer.core.marks import Mark
from dialer.core.policy import Notice
from dialer.core.texts import Language, detail_text
from dialer.core.windows import A_DAY, start_of_day
from dialer.rules.facts_form import YEARS
from dialer.storage import marks as stored_marks
from dialer.storage import overrides as stored_overrides

KIND = click.Choice([kind.value for kind in MarkKind])


def _when(_ctx: click.Context, _param: click.Parameter, text: str | None) -> datetime | date | None:
    """Option callback: a date, or ISO 8601 with its offset from UTC; anything else is wrong use."""
    if text is None:
        return None
    try:
        read = _date_or_instant(text)
    except ValueError:
        raise click.BadParameter(
            f'"{text}" is no date like 2026-11-24 or instant like 2026-11-24T10:00:00+01:00'
        ) from None
    if isinstance(read, datetime) and read.tzinfo is None:
        raise click.BadParameter(f'"{text}" needs a UTC offset, for example +01:00')
    if read.year not in YEARS:
        raise click.BadParameter(f'"{text}" is not in our time')
    return read


def _date_or_instant(text: str) -> datetime | date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text)


def _begin(when: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    """The instant meant; of a date its first."""
    return when if when is None or isinstance(when, datetime) else start_of_day(zone, when)


def _given(when: datetime | date | None, kind: MarkKind, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The instant meant; of a date its first, but of the day of a notice the last: nobody knows the hour."""
    begin, end = _begin(when, zone), _end(when, zone)
    if begin is None or end is None or begin > now or kind.value not in set(Notice):
        return begin
    return min(end, now)


def _end(when: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    """The instant meant; of a date the one after its last."""
    return when if when is None or isinstance(when, datetime) else start_of_day(zone, when + A_DAY)


def _lasts(app: App, number: int, kind: MarkKind, until: datetime | date | None) -> datetime | None:
    """The instant meant; of a date its end, of a moratorium by the debtor's clock: it protects him all of that day."""
    if kind is MarkKind.MORATORIUM and until is not None and not isinstance(until, datetime):
        return end_of_day(app, number, until)
    return _end(until, app.site.zone)


@click.command()
@click.argument("case")
@click.argument("kind", type=KIND)
@click.option("--on", callback=_when, help="Since when, or when given: a date or an instant. Default: now.")
@click.option("--until", callback=_when, help="Last day, or end (moratorium and prior_consent need one).")
@click.option("--text", help='Of a wish: the inconvenient times, like "mon-fri 08:00-12:00".')
@click.option("--reason", default="", help="How it is known; can be erased without breaking the log.")
@click.option("--as", "user", required=True, help="Who notes it.")
@options
def mark(
    *,
    case: str,
    kind: str,
    on: datetime | date | None,
    until: datetime | date | None,
    text: str | None,
    reason: str,
    user: str,
    config_file: Path,
    as_json: bool,
) -> None:
    """Note on CASE what the gate has to know: a warning, a consent, a notice given, a wish.

    A newer mark takes the place of the one of its kind; wishes add up. A call that it forbids is taken back.
    """
    app = program(config_file)
    zone, words = app.site.zone, language(app.config)
    number = case_id(app, case)
    noted = mark_case(
        app,
        number,
        MarkKind(kind),
        actor=collector(app, user),
        on=_given(on, MarkKind(kind), zone, app.clock.now()),
        until=_lasts(app, number, MarkKind(kind), until),
        text=text,
        reason=reason,
    )
    answer({"case": number, **_mark_dict(noted)}, f"Noted: {_mark_line(noted, zone, words)}", as_json=as_json)


@click.command()
@click.argument("case")
@click.argument("kind", type=KIND)
@click.option("--reason", default="", help="Why; can be erased without breaking the log.")
@click.option("--as", "user", required=True, help="Who takes it back.")
@options
def unmark(*, case: str, kind: str, reason: str, user: str, config_file: Path, as_json: bool) -> None:
    """Take the marks of that KIND on CASE back; the log keeps them."""
    app = program(config_file)
    number = case_id(app, case)
    unmark_case(app, number, MarkKind(kind), actor=collector(app, user), reason=reason)
    word = detail_text(kind, language(app.config))
    answer({"case": number, "lifted": kind}, f"Taken back: {kind} ({word})", as_json=as_json)


@click.command()
@click.argument("case")
@options
def marks(*, case: str, config_file: Path, as_json: bool) -> None:
    """List what stands noted on CASE, and the overrides in force."""
    app = program(config_file)
    zone, words = app.site.zone, language(app.config)
    number = case_id(app, case)
    with app.db.read() as tx:
        standing = stored_marks.of_case(tx, number)
        lifted = stored_overrides.active(tx, number, app.clock.now())
    lines = [_mark_line(m, zone, words) for m in standing] + [_override_line(o, zone) for o in lifted]
    data = {
        "case": number,
        "marks": [_mark_dict(m) for m in standing],
        "overrides": [_override_dict(o) for o in lifted],
    }
    answer(data, "\n".join(lines) or f"Nothing is noted on case {number}.", as_json=as_json)


@click.command()
@click.argument("case")
@click.argument("rule")
@click.option("--until", callback=_when, help="Last day, or end; at most 31 days ahead.")
@click.option("--reason", help="Why the rule may be left aside here; at least 10 characters.")
@click.option("--withdraw", is_flag=True, help="Let the rule hold again.")
@click.option("--as", "user", required=True, help="Who answers for it: a user with the role compliance.")
@options
def override(
    *,
    case: str,
    rule: str,
    until: datetime | date | None,
    reason: str | None,
    withdraw: bool,
    user: str,
    config_file: Path,
    as_json: bool,
) -> None:
    """Answer for it that RULE shall not stop CASE for a while; the verdict then names who did."""
    if (until is not None, reason is not None) != (not withdraw, not withdraw):
        raise click.UsageError("say --until and --reason, or --withdraw alone")
    app = program(config_file)
    zone = app.site.zone
    number = case_id(app, case)
    end = _end(until, zone)
    if end is None or reason is None:
        withdraw_override(app, number, rule, actor=user)
        answer({"case": number, "withdrawn": rule}, f"{rule} holds again for case {number}.", as_json=as_json)
        return
    made = override_rule(app, number, rule, until=end, reason=reason, actor=user)
    answer({"case": number, **_override_dict(made)}, _override_line(made, zone), as_json=as_json)


def _mark_dict(noted: Mark) -> dict[str, str | None]:
    return {
        "kind": noted.kind.value,
        "given_at": noted.given_at.isoformat(),
        "until": noted.until.isoformat() if noted.until else None,
        "text": noted.text,
    }


def _mark_line(noted: Mark, zone: ZoneInfo, words: Language) -> str:
    end = f" until {local_text(noted.until, zone)}" if noted.until else ""
    times = f": {noted.text}" if noted.text else ""
    return f"{noted.kind} ({detail_text(noted.kind, words)}), since {local_text(noted.given_at, zone)}{end}{times}"


def _override_dict(made: Override) -> dict[str, str]:
    return {"rule": made.rule, "until": made.until.isoformat(), "user": made.user, "reason": made.reason}


def _override_line(made: Override, zone: ZoneInfo) -> str:
    return f"{made.rule} is overridden by {made.user} until {local_text(made.until, zone)}: {made.reason}"


COMMANDS = (mark, unmark, marks, override)
