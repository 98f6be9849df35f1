"""The virtual network's time, shown in a file that both sides have mapped into their memory."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORMAT = struct.Struct("=q")


class Dial:
    """Microseconds since 1970, UTC; the parent sets them, the child reads them."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_FORMAT.size))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _FORMAT.size)

    def show(self, instant: datetime) -> None:
        _FORMAT.pack_into(self._memory, 0, (instant - EPOCH) // timedelta(microseconds=1))

    def read(self) -> datetime:
        (shown,) = _FORMAT.unpack_from(self._memory)
        return EPOCH + timedelta(microseconds=shown)
