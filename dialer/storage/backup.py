"""A copy of the SQLite database, made while everybody works on."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from dialer.core.errors import BadInput
from dialer.storage.database import Database


def backup(database: Database, out: Path) -> int:
    """Copy the database to `out`, check the copy, and return its size in bytes.

    The copy appears whole under its name, or not at all; a file that is there is never replaced. Raises BadInput.
    """
    source = database.file
    if source is None:
        raise BadInput("PostgreSQL is backed up with its own tools: see docs/operations.md (pg_dump, WAL archiving)")
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        if out.exists():
            raise BadInput(f"{out} is there already; a backup never replaces a file")
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            _copy(source, part)
            _check(part)
            _sync(part)
            os.link(part, out)  # refuses what a rename would replace
        finally:
            part.unlink()
        _sync(out.parent)
        return out.stat().st_size
    except FileExistsError:
        raise BadInput(f"{out} is there already; a backup never replaces a file") from None
    except sqlite3.Error as error:
        raise BadInput(f"the database that database.url names cannot be used: {error}") from None
    except OSError as error:
        raise BadInput(f"{out} cannot be written: {error.strerror}") from None


def _copy(source: Path, part: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(part)) as copy,
    ):
        # in one step: between two of them somebody would write, and SQLite begin anew; in WAL mode no writer waits
        original.backup(copy)
        # one file that needs no other beside it
        copy.execute("PRAGMA journal_mode=DELETE")


def _check(part: Path) -> None:
    with closing(sqlite3.connect(part)) as copy:
        said = [row[0] for row in copy.execute("PRAGMA integrity_check(5)")]
        lost = copy.execute("PRAGMA foreign_key_check").fetchone()
    if said != ["ok"] or lost is not None:
        raise BadInput(f"the copy is damaged, and so is the database: {said[0] if said != ['ok'] else lost}")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
