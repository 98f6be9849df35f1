"""What every command shares: --config, --json, errors as one clear line and an exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from dialer import logs
from dialer.app import App, build
from dialer.config import Config, load
from dialer.core.errors import BadInput, DialerError
from dialer.core.texts import Language
from dialer.storage import book, desks
from dialer.telephony.carrier import CarrierError

FAILED = 1
LARGEST_ID = 2**63 - 1


def instant(_ctx: click.Context, _param: click.Parameter, text: str | None) -> datetime | None:
    """Option callback: ISO 8601 with its offset from UTC; anything else is wrong use."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f'"{text}" is not an instant like 2026-11-24T10:00:00+01:00') from None
    if read.tzinfo is None:
        raise click.BadParameter(f'"{text}" needs a UTC offset, for example +01:00')
    return read


def options(function: Callable[..., int | None]) -> Callable[..., None]:
    """Add --config to what `json_option` does: for every command that reads the configuration."""
    return click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("config.toml"),
        envvar="DIALER_CONFIG",
        show_default=True,
        show_envvar=True,
        help="Configuration file.",
    )(json_option(function))


def json_option(function: Callable[..., int | None]) -> Callable[..., None]:
    """Add --json, turn an expected error into a line on stderr, and the return value into the exit code."""

    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
    @wraps(function)
    def command(**arguments: Any) -> None:
        # databases, reports and rejects hold personal data: what this program makes is its owner's alone
        os.umask(0o077)
        logs.to_stderr(pretty=sys.stderr.isatty() and not arguments["as_json"])
        try:
            code = function(**arguments)
        except (DialerError, CarrierError) as error:
            if arguments["as_json"]:
                click.echo(json.dumps({"error": str(error)}, ensure_ascii=False))
            click.echo(f"dialer: {error}", err=True)
            sys.exit(FAILED)
        sys.exit(code or 0)

    return command


def configured(config_file: Path) -> Config:
    """The configuration, checked."""
    return load(config_file)


def program(config_file: Path) -> App:
    """The wired program; its connections are given back when the command ends."""
    app = build(load(config_file))
    click.get_current_context().call_on_close(app.db.close)
    return app


def language(config: Config) -> Language:
    """The language of the operator's own people."""
    return config.operator.language


def answer(data: object, text: str, *, as_json: bool) -> None:
    """Print the answer in the form that was asked for."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)


def collector(app: App, name: str) -> str:
    """The name of a user who may act. Raises BadInput: what stands in the log must be somebody."""
    with app.db.read() as tx:
        if desks.user_by_name(tx, name) is None:
            raise BadInput(f'no active user "{name}"; add one with `dialer user add`')
    return name


def case_id(app: App, word: str) -> int:
    """The case a user means by its id, a claim's or the debtor's reference. Raises BadInput."""
    with app.db.read() as tx:
        found = book.find_case(tx, word)
    if found is None:
        raise BadInput(f'"{word}" does not name exactly one case, by its id or by the reference of a claim or debtor')
    return found
