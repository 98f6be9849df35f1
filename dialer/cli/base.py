"""What every command shares: --config, --json, errors as one clear line and an exit code."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
import structlog

from dialer.app import App, build
from dialer.config import Config, load
from dialer.core.errors import BadInput, DialerError
from dialer.core.texts import Language
from dialer.storage import book

FAILED = 1


def options(function: Callable[..., int | None]) -> Callable[..., None]:
    """Add --config and --json, turn DialerError into a line on stderr, and the return value into the exit code."""

    @click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("config.toml"),
        envvar="DIALER_CONFIG",
        show_default=True,
        show_envvar=True,
        help="Configuration file.",
    )
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
    @wraps(function)
    def command(**arguments: Any) -> None:
        quiet_logs(as_json=bool(arguments["as_json"]))
        try:
            code = function(**arguments)
        except DialerError as error:
            if arguments["as_json"]:
                click.echo(json.dumps({"error": str(error)}, ensure_ascii=False))
            click.echo(f"dialer: {error}", err=True)
            sys.exit(FAILED)
        sys.exit(code or 0)

    return command


def quiet_logs(*, as_json: bool) -> None:
    """Log lines go to stderr, so that standard output carries the answer alone."""
    pretty = sys.stderr.isatty() and not as_json
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


def configured(config_file: Path) -> Config:
    """The configuration, checked."""
    return load(config_file)


def program(config_file: Path) -> App:
    """The wired program."""
    return build(load(config_file))


def language(config: Config) -> Language:
    """The language of the operator's own people."""
    return config.operator.language


def answer(data: object, text: str, *, as_json: bool) -> None:
    """Print the answer in the form that was asked for."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)


def case_id(app: App, word: str) -> int:
    """The case a user means by its id, a claim's or the debtor's reference. Raises BadInput."""
    with app.db.read() as tx:
        found = book.find_case(tx, word)
    if found is None:
        raise BadInput(f'"{word}" is neither a case nor the reference of exactly one claim or debtor')
    return found
