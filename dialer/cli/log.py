"""Commands about the log as a whole: check it, export it, anchor it outside the database."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.actions.export_log import export_log
from dialer.actions.verify_log import verify_log
from dialer.actions.write_checkpoint import make_key, write_checkpoint
from dialer.cli.base import FAILED, answer, json_option, language, options, program

FILE = click.Path(path_type=Path, dir_okay=False)
EXISTING = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group()
def log() -> None:
    """Check, export and anchor the log of all cases."""


@log.command()
@click.option("--export", type=EXISTING, help="Check this export instead of the database.")
@click.option("--checkpoints", type=EXISTING, help="File of checkpoints. Default: log.checkpoint_file.")
@click.option("--public-key", type=EXISTING, help="Public key, PEM. Default: that of log.signing_key_file.")
@click.option("--known", multiple=True, help="Hash of a checkpoint, written down earlier, that must be in the file.")
@options
def verify(
    *,
    export: Path | None,
    checkpoints: Path | None,
    public_key: Path | None,
    known: tuple[str, ...],
    config_file: Path,
    as_json: bool,
) -> int:
    """Recompute every hash of the log and hold it against its checkpoints; exit code 1 when something was found.

    An auditor needs no dialer: `python log_verifier.py LOG --checkpoints FILE --public-key FILE` does the same.
    """
    app = program(config_file)
    report = verify_log(app, export=export, checkpoints=checkpoints, public_key=public_key, known=known)
    answer(report.as_dict(), "\n".join(report.lines(language(app.config))), as_json=as_json)
    return 0 if report.good else FAILED


@log.command()
@options
def checkpoint(*, config_file: Path, as_json: bool) -> None:
    """Append a signed checkpoint to log.checkpoint_file; the scheduler does so when it starts and once a day."""
    app = program(config_file)
    made = write_checkpoint(app)
    data = {"n": made.n, "cases": made.cases, "entries": made.entries, "grown": made.grown, "hash": made.hash}
    words = {
        "de": f"Prüfpunkt {made.n}: {made.cases} Akten, {made.entries} Vermerke, {made.grown} Akten gewachsen",
        "en": f"Checkpoint {made.n}: {made.cases} cases, {made.entries} entries, {made.grown} cases have grown",
    }
    answer(data, f"{words[language(app.config)]}\n{made.hash}", as_json=as_json)


@log.command()
@click.option("--out", type=FILE, required=True, help="FILE.jsonl to write.")
@options
def export(*, out: Path, config_file: Path, as_json: bool) -> None:
    """Write the whole log to a file that can be checked without this program; it holds personal data."""
    lines = export_log(program(config_file).db, out)
    answer({"lines": lines, "path": str(out)}, f"{lines} lines: {out}", as_json=as_json)


@log.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path(), help="Folder.")
@json_option
def key(*, out: Path, as_json: bool) -> None:
    """Make the pair of keys for checkpoints: log_key.pem signs here, log_key.pub.pem goes to whoever checks."""
    private, public = make_key(out)
    answer({"private": str(private), "public": str(public)}, f"{private}\n{public}", as_json=as_json)


COMMANDS = (log,)
