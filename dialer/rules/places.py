"""Where a debtor may be, on the clock and in the calendar. Holidays come from the library `holidays`.

Fails closed: an unknown Land gets the holidays of all sixteen; Catholic-community days count wherever it is not known
that they do not; a country without data gets no place at all, which the permit denies.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from dialer.core import policy
from dialer.core.permit import Site
from dialer.core.policy import HolidayName

SUBDIVISIONS = tuple(s for s in holidays.country_holidays("DE").subdivisions if len(s) == 2)
"""The sixteen Länder."""

CATHOLIC_COMMUNITIES = frozenset({"BY", "SN", "TH"})
"""Länder where Assumption or Corpus Christi is a holiday in some municipalities only."""


def called_sites(*, country: str, subdivision: str | None, city: str | None, timezone: str | None) -> tuple[Site, ...]:
    """Every place the called person may be at; the law must be kept in all of them."""
    if country != policy.COUNTRY:
        return ()
    holiday = holiday_lookup(subdivision=subdivision, city=city, catholic=None)
    zones = dict.fromkeys((policy.DEFAULT_ZONE, timezone or policy.DEFAULT_ZONE))
    return tuple(Site(zone=ZoneInfo(zone), holiday=holiday) for zone in zones)


def caller_site(*, subdivision: str, city: str | None, catholic: bool, timezone: str) -> Site:
    """The operator's own place, where the ban on Sunday and holiday work applies."""
    holiday = holiday_lookup(subdivision=subdivision, city=city, catholic=catholic)
    return Site(zone=ZoneInfo(timezone), holiday=holiday)


@lru_cache(maxsize=1024)
def holiday_lookup(*, subdivision: str | None, city: str | None, catholic: bool | None) -> HolidayName:
    """A function from a local date to the holiday's German name, or None."""
    lands = (subdivision,) if subdivision in SUBDIVISIONS else SUBDIVISIONS
    if "BY" in lands and "augsburg" in (city or "Augsburg").casefold():  # an unknown town may be Augsburg
        lands = (*lands, "Augsburg")

    def name_of(day: date) -> str | None:
        return next((name for land in lands if (name := _year(land, day.year, catholic=catholic).get(day))), None)

    return name_of


@lru_cache(maxsize=1024)
def _year(land: str, year: int, *, catholic: bool | None) -> dict[date, str]:
    with_catholic = catholic is True or (catholic is None and land in CATHOLIC_COMMUNITIES)
    categories = ("public", "catholic") if with_catholic and land != "Augsburg" else ("public",)
    return dict(holidays.country_holidays("DE", subdiv=land, years=year, categories=categories, language="de"))
