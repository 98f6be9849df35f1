"""The folder of letters to print: each file is there whole or not at all, and never twice."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from dialer.mail.handover import HandedOver, Handover, NotTaken


def lay_down(folder: Path, name: str, content: bytes) -> Handover:
    """Put the file into the folder. A file of that name with the same content is the same letter."""
    target = folder / name
    try:
        if not target.exists():
            _write(target, content)
        if target.read_bytes() != content:
            return NotTaken(f"{target} is another file", for_good=True)
    except OSError as error:
        return NotTaken(f"{folder}: {error.strerror or error}")
    return HandedOver(f"{target} sha256 {hashlib.sha256(content).hexdigest()}")


def _write(target: Path, content: bytes) -> None:
    descriptor, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(target)
        _remember(target.parent)
    finally:
        Path(part).unlink(missing_ok=True)


def _remember(folder: Path) -> None:
    """The name, too, has to survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
