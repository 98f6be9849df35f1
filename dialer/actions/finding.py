"""What `dialer doctor` says of one thing it has looked at."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: `text` says what is wrong and what to do, or that it is well."""

    what: str
    good: bool
    text: str

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)
