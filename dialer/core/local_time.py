"""Instants as people read them: local, with the zone's name."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def local_text(instant: datetime, zone: ZoneInfo) -> str:
    """For example "2026-11-24 18:02 CET"; on days when an hour comes twice the UTC offset follows."""
    local = instant.astimezone(zone)
    near_change = local.utcoffset() != (local + timedelta(hours=2)).utcoffset()
    return local.strftime("%Y-%m-%d %H:%M %Z") + (local.strftime(" (%z)") if near_change else "")
