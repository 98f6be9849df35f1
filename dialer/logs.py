"""The program's own log: one line of JSON for each event on stderr, or prose on a terminal.

A line about an attempt carries its id, under which the database, the case's log and the alarms know it too. The token
in the carrier's addresses is not logged: it opens what the signature alone should not.
"""

from __future__ import annotations

import logging
import sys

import structlog


def to_stderr(*, pretty: bool = False) -> None:
    """Send the log to stderr, so that standard output carries answers alone."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
