"""The gate on the command line: one document of facts, or a stream of them."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from dialer.actions.ask_gate import LARGEST, ask, ask_lines, parse
from dialer.cli.base import FAILED, answer, instant, json_option
from dialer.core.errors import BadInput
from dialer.core.policy import Law
from dialer.core.texts import Language
from dialer.rules.facts_form import YEARS
from dialer.rules.packs import load_law

STDIN = "-"


@click.command()
@click.argument("facts", required=False)
@click.option("--at", callback=instant, help="The instant of the attempt, ISO 8601 with its offset from UTC.")
@click.option("--lines", is_flag=True, help='Answer {"at": ISO, "facts": {…}} a line from standard input.')
@click.option(
    "--language", type=click.Choice(["de", "en"]), default="en", show_default=True, help="Language of the sentences."
)
@click.option(
    "--own-rules",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Rules of your own on top of the shipped packs.",
)
@json_option
def permit(
    *, facts: str | None, at: datetime | None, lines: bool, language: Language, own_rules: Path | None, as_json: bool
) -> int:
    """Ask the gate about FACTS.json ("-" reads standard input): may this attempt be made at that instant?

    Rule packs and facts alone: no database, no segment windows.
    """
    if lines in (facts is not None, at is not None):
        raise click.UsageError("give FACTS.json and --at, or --lines alone")
    law = load_law(own_rules)
    if at is None or facts is None:
        return _lines(law, language)
    if at.year not in YEARS:
        raise BadInput(f"--at is not between the years {YEARS[0]} and {YEARS[-1]}")
    verdict = ask(_document(facts), at, law, language)
    answer(verdict, _text(verdict), as_json=as_json)
    return 0 if verdict["verdict"] == "allow" else FAILED


def _lines(law: Law, language: Language) -> int:
    wrong = 0
    for reply in ask_lines(sys.stdin.buffer, law, language):
        wrong += "error" in reply
        click.echo(json.dumps(reply, ensure_ascii=False))
    return FAILED if wrong else 0


def _document(name: str) -> object:
    try:
        raw = sys.stdin.buffer.read(LARGEST * 4 + 1) if name == STDIN else Path(name).read_bytes()
        return parse(raw.decode("utf-8-sig"))
    except OSError as error:
        raise BadInput(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{name}: is not UTF-8 text") from None
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from None


def _text(verdict: dict[str, Any]) -> str:
    lines = [verdict["verdict"]]
    for denial in verdict["denials"]:
        until = f" (not before {denial['not_before']})" if denial["not_before"] else ""
        lines.append(f"  {denial['rule']}: {denial['text']}{until}")
    lines += [f"  note: {warning['rule']}: {warning['text']}" for warning in verdict["warnings"]]
    lines += [f"{key.replace('_', ' ')}: {verdict[key]}" for key in ("not_before", "closes_at") if verdict[key]]
    return "\n".join((*lines, f"packs: {', '.join(verdict['packs'])}"))


COMMANDS = (permit,)
