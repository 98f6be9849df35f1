"""Public holidays of the places a person may be at: functions from a local date to a name, from the library `holidays`.

Fails closed: where several subdivisions are possible the holidays of all of them count, and days that only some
municipalities keep count wherever it is not known that this one does not.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

import holidays

from dialer.rules import postal_codes
from dialer.rules.places_subdivisions import SUBDIVISIONS_BY_COUNTRY

TESTED_UNTIL_YEAR = 2027
"""Last year whose holidays the tests hold written down by hand; past it the library alone is trusted."""

CATHOLIC_COMMUNITIES = frozenset({"BY", "SN", "TH"})
"""Länder where Assumption or Corpus Christi is a holiday in some municipalities only."""

_LANGUAGES = {"DE": "de", "AT": "de", "CH": "de", "GB": "en_GB", "US": "en_US"}
_PUBLIC = ("public",)
_CANTON = ("public", "optional", "half_day", "de_facto")
"""Switzerland, on the strict side: also days a canton keeps by half, by custom or in most of its municipalities."""


class Part(NamedTuple):
    """One of the library's lists: a subdivision (None: the whole country) and the kinds of days taken from it."""

    subdivision: str | None
    categories: tuple[str, ...]


class Calendar:
    """The holidays of one or several places together; call it with a local date. One object for the same places."""

    __slots__ = ("_country", "_parts", "_years")

    def __init__(self, country: str, parts: tuple[Part, ...]) -> None:
        self._country = country
        self._parts = parts
        self._years: dict[int, dict[date, str]] = {}

    def __call__(self, day: date) -> str | None:
        """The name of the holiday on this day, None on other days."""
        names = self._years.get(day.year)
        if names is None:
            names = self._years[day.year] = self._names_of(day.year)
        return names.get(day)

    def _names_of(self, year: int) -> dict[date, str]:
        names: dict[date, str] = {}
        for part in reversed(self._parts):
            names |= _days(self._country, part, year)
        return names


@cache
def _days(country: str, part: Part, year: int) -> dict[date, str]:
    return dict(
        holidays.country_holidays(
            country, subdiv=part.subdivision, years=year, categories=part.categories, language=_LANGUAGES[country]
        )
    )


@cache
def _calendar(country: str, parts: tuple[Part, ...]) -> Calendar:
    return Calendar(country, parts)


def calendar(
    country: str,
    subdivisions: frozenset[str] | None,
    *,
    city: str | None = None,
    postal_code: str | None = None,
    catholic: bool | None = None,
) -> Calendar:
    """The holidays that may be kept at an address in one of these subdivisions; None = in any of the country.

    `catholic`: whether the municipality is a predominantly Catholic one (Bavaria, Saxony, Thuringia); None = unknown.
    The United States keep their federal days, which no rule there forbids to call on.
    """
    if country == "US":
        return _calendar(country, (Part(None, _PUBLIC),))
    possible = [s for s in SUBDIVISIONS_BY_COUNTRY[country] if subdivisions is None or s in subdivisions]
    if country == "DE":
        return _calendar(country, _german(possible, city, postal_code, catholic=catholic))
    return _calendar(country, tuple(Part(s, _CANTON if country == "CH" else _PUBLIC) for s in possible))


def _german(lands: list[str], city: str | None, postal_code: str | None, *, catholic: bool | None) -> tuple[Part, ...]:
    """Augsburg (all its codes begin with 861), alone in keeping the Festival of Peace, is a Catholic municipality."""
    both = ("public", "catholic")
    parts = [Part(s, both if catholic is not False and s in CATHOLIC_COMMUNITIES else _PUBLIC) for s in lands]
    named = "augsburg" in (city or "").casefold() or postal_codes.bare("DE", postal_code).startswith("861")
    unknown = not city and postal_codes.subdivisions("DE", postal_code) is None and catholic is not False
    return (*parts, Part("Augsburg", _PUBLIC)) if "BY" in lands and (named or unknown) else tuple(parts)
