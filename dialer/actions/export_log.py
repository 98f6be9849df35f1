"""The whole log as a file that anybody can check without this program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from dialer import log_verifier
from dialer.core.errors import BadInput
from dialer.storage import log_rows
from dialer.storage.database import Database


def export_log(db: Database, out: Path) -> int:
    """Write the log to `out`, whole or not at all; returns the number of lines. Raises BadInput."""
    try:
        with NamedTemporaryFile("wb", dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
            part = Path(file.name)
            try:
                written = sum(1 for line in log_lines(db) if file.write(line))
                file.flush()
                os.fsync(file.fileno())
                part.replace(out)
            except BaseException:
                part.unlink()
                raise
    except OSError as error:
        raise BadInput(f"{out} cannot be written: {error.strerror}") from None
    return written


def log_lines(db: Database) -> Iterator[bytes]:
    """The lines of an export, as of one instant."""
    yield _line({"line": "log", "type": log_verifier.LOG_TYPE})
    with db.read() as tx:
        log_rows.freeze(tx)
        for record in log_rows.lines(tx):
            yield _line(record)


def _line(record: log_rows.Line) -> bytes:
    return f"{log_verifier.canonical(record)}\n".encode()
