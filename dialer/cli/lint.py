"""The wording rules on the command line: may this template be used there?"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from dialer.cli.base import FAILED, answer, json_option
from dialer.core import lint as wording
from dialer.core.case import DebtorType
from dialer.core.errors import BadInput
from dialer.core.lint import Breach, Use
from dialer.core.outcome import Channel
from dialer.core.policy import Excuse
from dialer.core.texts import Language
from dialer.rules.packs import load_law

STDIN = "-"
CHANNELS = [channel.value for channel in Channel if channel is not Channel.INBOUND]
GRANTED = {
    "title": "There is a title for every claim.",
    "credit_bureau": "Two reminders, four weeks since the first, notice given, nothing disputed.",
    "in_time": "No claim can be time-barred.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the options say."""

    country: str
    debtor: str
    channel: str
    level: int | None
    language: Language | None
    own_rules: Path | None
    granted: frozenset[Excuse]

    def use(self) -> Use:
        """What the template is for."""
        return Use(
            country=self.country,
            debtor=DebtorType(self.debtor),
            channel=Channel(self.channel),
            level=self.level,
            language=self.language or "",
        )


@click.command()
@click.argument("template", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--country", required=True, help="Country of whoever hears or reads it, like DE.")
@click.option("--debtor", required=True, type=click.Choice([t.value for t in DebtorType]), help="Who owes.")
@click.option("--channel", required=True, type=click.Choice(CHANNELS), help="How it is used; call: an announcement.")
@click.option("--level", type=click.IntRange(0, 4), help="Management level of the contact; without it, of all levels.")
@click.option(
    "--language", type=click.Choice(["de", "en"]), help="Language of the text, and of the answer's sentences."
)
@click.option("--title", is_flag=True, help=GRANTED["title"])
@click.option("--credit-bureau", is_flag=True, help=GRANTED["credit_bureau"])
@click.option("--in-time", is_flag=True, help=GRANTED["in_time"])
@click.option(
    "--own-rules",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Rules of your own on top of the shipped packs.",
)
@json_option
def lint(*, template: Path, as_json: bool, **options: Any) -> int:
    """Check TEMPLATE (a file, or "-" for standard input) against the wording rules. Exit code 0: it passes."""
    granted = frozenset(excuse for excuse in Excuse if options.pop(excuse.value))
    asked = Asked(**options, granted=granted)
    law = load_law(asked.own_rules)
    if not law.knows(asked.country):
        known = ", ".join(sorted(law.by_country))
        raise click.BadParameter(f'"{asked.country}" has no rule pack; known: {known}', param_hint="--country")
    breaches = wording.lint(_read(template), asked.use(), law, granted=asked.granted)
    language = asked.language or "en"
    findings = [_finding(breach, language) for breach in breaches]
    packs = [pack.name for pack in law.of(asked.country)]
    text = "\n".join((*map(_line, findings), f"{len(findings)} findings" if findings else "passes"))
    answer({"passes": not findings, "findings": findings, "packs": packs}, text, as_json=as_json)
    return FAILED if findings else 0


def _read(template: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(template) == STDIN else template.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"{template}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{template}: is not UTF-8 text") from None
    if not text.strip():
        raise BadInput(f"{template}: is blank")
    return text


def _finding(breach: Breach, language: Language) -> dict[str, Any]:
    return {
        "rule": breach.rule,
        "word": breach.word,
        "line": breach.line or None,
        "sentence": breach.sentence or None,
        "text": breach.text.says(language, breach.word),
    }


def _line(finding: dict[str, Any]) -> str:
    place = f"line {finding['line']}" if finding["line"] else "missing"
    said = f"\n    {finding['sentence']}" if finding["sentence"] else ""
    return f"{place}: {finding['rule']}: {finding['text']}{said}"


COMMANDS = (lint,)
