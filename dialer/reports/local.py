"""Local time and the name of its zone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime


@cache
def zone(key: str) -> ZoneInfo:
    """The zone with that IANA name."""
    return ZoneInfo(key)


def zone_label(local: datetime) -> str:
    """The zone of a local time as people and as machines name it: "CET +01:00"."""
    name = local.tzname() or ""
    if not name[:1].isalpha():  # zones without letters of their own call themselves "-03"
        name = str(local.tzinfo)
    return f"{name} {local.isoformat()[-6:]}"
