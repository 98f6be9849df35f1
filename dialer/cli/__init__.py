"""The command line: `dialer COMMAND`. Exit code 0 done, 1 refused or failed, 2 wrong use."""

from __future__ import annotations

import click

from dialer.cli import (
    book,
    calls,
    cases,
    compliance,
    documents,
    erase,
    gate,
    ladder,
    lint,
    log,
    payments,
    script,
    serve,
    setup,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dialer")
def main() -> None:
    """Call late payers inside the hours the law and good sense allow, and write down every attempt."""


for _module in (
    book,
    calls,
    cases,
    compliance,
    documents,
    erase,
    gate,
    ladder,
    lint,
    log,
    payments,
    script,
    serve,
    setup,
):
    for _command in _module.COMMANDS:
        main.add_command(_command)
