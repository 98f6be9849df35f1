"""Commands about claims: bring them in, ask about them, report on them."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dialer.actions.explain import explain as explain_case
from dialer.actions.import_claims import ImportResult, defaults_for, import_claims
from dialer.actions.report_attempts import report_attempts
from dialer.actions.take_back import follow_each
from dialer.claims_file.reading import open_rows
from dialer.cli.base import FAILED, answer, case_id, instant, language, options, program

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group(name="import")
def import_group() -> None:
    """Bring data in from spreadsheets."""


@import_group.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="Check every row, change nothing.")
@click.option("--rejects", type=click.Path(path_type=Path, dir_okay=False), help="Where rejected rows go.")
@options
def claims(*, file: Path, dry_run: bool, rejects: Path | None, config_file: Path, as_json: bool) -> int:
    """Import claims from an xlsx or csv FILE; importing it again changes nothing."""
    app = program(config_file)
    if rejects is None and not dry_run:
        rejects = file.with_name(f"{file.stem}.rejects{file.suffix}")
    defaults = defaults_for(app.config, app.site.zone)
    bar = _bar()
    with open_rows(file, language=defaults.language) as source, bar:
        task = bar.add_task(file.name, total=None)
        result = import_claims(
            app.db,
            source,
            defaults=defaults,
            now=app.clock.now(),
            actor="import",
            dry_run=dry_run,
            rejects_path=rejects,
            progress=lambda rows: bar.advance(task, rows),
            changed=lambda cases: follow_each(app, cases),
        )
    answer(_import_dict(result), _import_text(result), as_json=as_json)
    return FAILED if result.rejected and not result.imported else 0


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, transient=True, disable=not sys.stderr.isatty())


def _import_dict(result: ImportResult) -> dict[str, object]:
    names = ("rows", "imported", "rejected", "skipped_empty", "without_number", "new_claims", "updated_claims")
    more = ("unchanged_claims", "new_cases", "new_contacts", "new_phones", "dry_run", "rejects_path")
    return {name: getattr(result, name) for name in (*names, *more)}


def _import_text(result: ImportResult) -> str:
    lines = [
        f"{result.rows} rows: {result.imported} imported, {result.rejected} rejected",
        f"claims: {result.new_claims} new, {result.updated_claims} changed, {result.unchanged_claims} unchanged",
        f"cases: {result.new_cases} new; contacts: {result.new_contacts} new; numbers: {result.new_phones} new",
    ]
    if result.without_number:
        lines.append(f"{result.without_number} rows without a telephone number")
    lines += [f"  line {r.line}, {r.column}: {r.reason}" for r in result.rejections[:10]]
    if result.rejects_path:
        lines.append(f"Rejected rows: {result.rejects_path}")
    return "\n".join(lines)


@click.command()
@click.argument("case")
@click.option("--at", callback=instant, help="Ask for another instant, ISO 8601 with UTC offset.")
@options
def explain(*, case: str, at: datetime | None, config_file: Path, as_json: bool) -> None:
    """Why CASE (id, claim or debtor reference) is called now, why not, when next, and by which rule."""
    app = program(config_file)
    now = at or app.clock.now()
    explanation = explain_case(app, case_id(app, case), now=now, language=language(app.config))
    answer(explanation.data, explanation.text, as_json=as_json)


@click.group()
def report() -> None:
    """Spreadsheets of what was done."""


@report.command()
@click.option("--from", "first", type=DAY, required=True, help="First day, local to the operator.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, included.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="FILE.xlsx to write.")
@options
def attempts(*, first: datetime, last: datetime, out: Path, config_file: Path, as_json: bool) -> None:
    """Every attempt of a period: summary, one row per attempt and claim, map of good hours."""
    app = program(config_file)
    operator = app.config.operator
    with _bar() as bar:
        task = bar.add_task(out.name, total=None)
        result = report_attempts(
            app.db,
            out=out,
            first=first.date(),
            last=last.date(),
            zone=app.site.zone,
            language=operator.language,
            operator=operator.name,
            law=app.law,
            now=app.clock.now(),
            progress=lambda rows: bar.update(task, completed=rows),
        )
    text = f"{result.attempts} attempts in {result.rows} rows: {result.path}"
    answer({"attempts": result.attempts, "rows": result.rows, "path": str(result.path)}, text, as_json=as_json)


COMMANDS = (import_group, explain, report)
