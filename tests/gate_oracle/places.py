"""Where a debtor and a caller may be: zones by telephone prefix and the public holidays there, from tables of our own.

Only the prefixes that the random requests use are known; any other number is a KeyError.
"""

from __future__ import annotations

from datetime import date

import holidays

HOME_ZONE = {"DE": "Europe/Berlin", "AT": "Europe/Vienna", "CH": "Europe/Zurich", "GB": "Europe/London"}

PREFIXES = {
    "+49": ("DE", ["Europe/Berlin"]),
    "+43": ("AT", ["Europe/Vienna"]),
    "+41": ("CH", ["Europe/Zurich"]),
    "+44": ("GB", ["Europe/London"]),
    "+33": ("FR", ["Europe/Paris"]),
    "+1202": ("US", ["America/New_York"]),
    "+1206": ("US", ["America/Los_Angeles"]),
    "+1212": ("US", ["America/New_York"]),
    "+1310": ("US", ["America/Los_Angeles"]),
    "+1312": ("US", ["America/Chicago"]),
    "+1416": ("CA", ["America/Toronto"]),
    "+1602": ("US", ["America/Phoenix"]),
    "+1617": ("US", ["America/New_York"]),
    "+1808": ("US", ["Pacific/Honolulu"]),
}

MOBILES = ("+4915", "+43664", "+4179", "+447911")

LANDS = ["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]
CATHOLIC_LANDS = ["BY", "SN", "TH"]
PARTS = {
    "AT": [str(state) for state in range(1, 10)],
    "CH": [
        *("AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE"),
        *("NW", "OW", "SG", "SH", "SO", "SZ", "TG", "TI", "UR", "VD", "VS", "ZG", "ZH"),
    ],
    "GB": ["ENG", "WLS", "SCT", "NIR"],
}

_KNOWN: dict[tuple, set[date]] = {}


def by_prefix(e164: str) -> tuple[str, list[str]]:
    """Country and zones of a number."""
    found = [where for prefix, where in PREFIXES.items() if e164.startswith(prefix)]
    if not found:
        raise KeyError(e164)
    return found[0]


def line_type(e164: str | None) -> str:
    """What the number plan tells: in North America nothing."""
    if e164 is None or e164.startswith("+1"):
        return "unknown"
    return "mobile" if e164.startswith(MOBILES) else "fixed"


def is_holiday(day: date, country: str, subdivision: str | None, city: str | None) -> bool:
    """True when the day is a public holiday in the part of the country, or in any part if that is not known."""
    key = (country, subdivision, city, day.year)
    if key not in _KNOWN:
        _KNOWN[key] = _german(*key[1:]) if country == "DE" else _elsewhere(country, subdivision, day.year)
    return day in _KNOWN[key]


def _german(subdivision: str | None, city: str | None, year: int) -> set[date]:
    days = set()
    known = subdivision if subdivision in LANDS else None
    for land in LANDS:
        if known in (land, None):
            categories = ("public", "catholic") if land in CATHOLIC_LANDS else ("public",)
            days |= set(holidays.country_holidays("DE", subdiv=land, years=year, categories=categories))
    if known in ("BY", None) and city in ("Augsburg", None):
        days |= set(holidays.country_holidays("DE", subdiv="Augsburg", years=year))
    return days


def _elsewhere(country: str, subdivision: str | None, year: int) -> set[date]:
    known = PARTS.get(country, [None])  # of the United States the federal days
    parts = [subdivision] if subdivision in known else known
    days = {day for part in parts for day in holidays.country_holidays(country, subdiv=part, years=year)}
    anywhere = country == "CH" and len(parts) > 1
    return days | {_day_of_prayer(year)} if anywhere else days


def _day_of_prayer(year: int) -> date:
    """The third Sunday of September, which most cantons keep."""
    return next(day for n in range(15, 22) if (day := date(year, 9, n)).weekday() == 6)
