"""The log of the configured database, checked by the same file that an auditor runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dialer import log_verifier
from dialer.actions.export_log import log_lines
from dialer.actions.write_checkpoint import public_bytes, signing_key
from dialer.app import App
from dialer.core.errors import BadInput
from dialer.log_verifier import Checkpoints, Report, UnusableFileError


def verify_log(
    app: App,
    *,
    export: Path | None = None,
    checkpoints: Path | None = None,
    public_key: Path | None = None,
    known: Sequence[str] = (),
) -> Report:
    """Check the database, or an export of it, against the checkpoints given or configured. Raises BadInput."""
    path = checkpoints or app.config.log.checkpoint_file
    size = _size(path)
    try:
        report = log_verifier.verify(_records(app, export), _checkpoints(app, path, public_key, known))
        if report.good or _size(path) == size:
            return report
        # a checkpoint was written meanwhile: the database knows it, and the file was read before
        return log_verifier.verify(_records(app, export), _checkpoints(app, path, public_key, known))
    except UnusableFileError as error:
        raise BadInput(str(error)) from None


def _size(path: Path | None) -> int | None:
    return path.stat().st_size if path is not None and path.exists() else None


def _records(app: App, export: Path | None) -> log_verifier.Records:
    if export is not None:
        return log_verifier.read_log(export)
    if app.db.file is not None:
        return log_verifier.from_sqlite(app.db.file)
    return log_verifier.from_export(log_lines(app.db))


def _checkpoints(app: App, path: Path | None, public_key: Path | None, known: Sequence[str]) -> Checkpoints | None:
    if path is None:
        if known or public_key:
            raise BadInput("without checkpoints there is nothing to compare: set log.checkpoint_file, or --checkpoints")
        return None
    return log_verifier.checkpoints_in(path, _public(app, public_key), known)


def _public(app: App, path: Path | None) -> bytes:
    if path is None:
        return public_bytes(signing_key(app.config))
    try:
        return log_verifier.public_key(path.read_bytes())
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
