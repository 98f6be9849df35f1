"""The conversation guides on the command line: filled in for a case, listed, checked."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.actions.show_script import Wish, show_script
from dialer.cli.base import FAILED, answer, case_id, options, program
from dialer.core.errors import BadInput
from dialer.core.script import Audience, ScriptStep
from dialer.core.texts import Language
from dialer.rules.packs import load_law
from dialer.rules.scripts import Scripts, load_scripts, read_script


@click.command()
@click.argument("case", required=False)
@click.option("--step", type=click.Choice([s.value for s in ScriptStep]), help="Instead of the step that is planned.")
@click.option("--audience", type=click.Choice([a.value for a in Audience]), help="Instead of the debtor's kind.")
@click.option("--language", type=click.Choice(["de", "en"]), help="Instead of the debtor's language.")
@click.option("--list", "listed", is_flag=True, help="Name the guides there are; needs no configuration.")
@click.option(
    "--check",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Check a file of your own guides or excuses; needs no configuration.",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with guides of your own, which come before the shipped ones.",
)
@options
def script(
    *,
    case: str | None,
    step: str | None,
    audience: str | None,
    language: Language | None,
    listed: bool,
    check: Path | None,
    folder: Path | None,
    config_file: Path,
    as_json: bool,
) -> int:
    """Print what to say in the next call of CASE (id, claim or debtor reference), filled in."""
    if (case is not None) + listed + (check is not None) != 1:
        raise click.UsageError("give either CASE, --list or --check FILE")
    wish = Wish(
        step=ScriptStep(step) if step else None,
        audience=Audience(audience) if audience else None,
        language=language,
    )
    if check is not None:
        return _check(check, as_json=as_json)
    if case is None:
        _list(load_scripts(load_law(), folder), wish, as_json=as_json)
        return 0
    app = program(config_file)
    shown = show_script(app, case_id(app, case), wish, now=app.clock.now(), folder=folder)
    answer(shown.data, shown.text, as_json=as_json)
    return 0


def _check(path: Path, *, as_json: bool) -> int:
    try:
        file = read_script(path, load_law())
    except BadInput as error:
        lines = str(error).splitlines()
        answer({"passes": False, "problems": lines}, "\n".join(lines), as_json=as_json)
        return FAILED
    holds = [f"{guide.audience} {guide.step}" for guide in file.guides] or [f"{len(file.excuses)} excuses"]
    answer({"passes": True, "problems": []}, f"{path}: {file.language}: {', '.join(holds)}: passes", as_json=as_json)
    return 0


def _list(scripts: Scripts, wish: Wish, *, as_json: bool) -> None:
    wanted = [
        guide
        for guide in scripts.guides
        if (wish.step in {None, guide.step})
        and (wish.audience in {None, guide.audience})
        and (wish.language in {None, guide.language})
    ]
    rows = [
        {
            "audience": guide.audience.value,
            "step": guide.step.value,
            "language": guide.language,
            "countries": sorted(guide.countries),
            "title": guide.title,
        }
        for guide in wanted
    ]
    lines = (f"{g.audience:9} {g.step:16} {g.language}  {' '.join(sorted(g.countries)):6} {g.title}" for g in wanted)
    answer(rows, "\n".join(lines), as_json=as_json)


COMMANDS = (script,)
