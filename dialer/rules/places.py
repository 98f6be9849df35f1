"""Where a debtor may be, on the clock and in the calendar.

Fails closed: every zone that the address or the number allows is a candidate, and an unknown subdivision has the
holidays of all. An address in a country without data, military post, or a number of another country gives no place at
all, which the permit denies. Same inputs give the same objects, so that what follows from a site can be kept beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from dialer.core.facts import Site
from dialer.rules import places_zones, postal_codes
from dialer.rules.places_calendars import TESTED_UNTIL_YEAR, Calendar, calendar
from dialer.rules.places_subdivisions import (
    COUNTRIES,
    SUBDIVISIONS_BY_COUNTRY,
    candidates,
    known_country,
    subdivision_code,
)
from dialer.rules.places_zones import number_country

__all__ = [
    "COUNTRIES",
    "OVERLAYS",
    "SUBDIVISIONS",
    "SUBDIVISIONS_BY_COUNTRY",
    "TESTED_UNTIL_YEAR",
    "Address",
    "Whereabouts",
    "caller_site",
    "known_country",
    "number_country",
    "subdivision_code",
    "whereabouts",
]

SUBDIVISIONS = SUBDIVISIONS_BY_COUNTRY["DE"]
"""The sixteen Länder."""

NEW_YORK_CITY = "NY/NYC"
OVERLAYS = frozenset({"MA", "WA", "DC", "NY", NEW_YORK_CITY})
"""American places with limits of their own."""

_NYC_NAMES = re.compile(
    r"\b(new york|n\.?y\.?c\b|manhattan|brooklyn|queens|bronx|staten island|astoria|bayside|bellerose|corona|elmhurst"
    r"|far rockaway|flushing|forest hills|fresh meadows|jackson heights|jamaica|kew gardens|little neck"
    r"|long island city|maspeth|middle village|oakland gardens|ozone park|rego park|richmond hill|ridgewood"
    r"|rockaway park|rosedale|springfield gardens|sunnyside|whitestone|woodhaven|woodside)\b",
    re.IGNORECASE,
)
"""The city, its boroughs, and the names the mail uses in Queens."""

_NYC_ZIPS = ("100", "101", "102", "103", "104", "110", "111", "112", "113", "114", "116")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What is known of where a debtor lives or trades.

    `country` ISO 3166-1 in capitals; `subdivision` a code, ISO form or name; `zones` IANA names it may lie in besides;
    `confirmed` the debtor said so on the telephone; `catholic` a Catholic municipality, None = unknown.
    """

    country: str
    subdivision: str | None = None
    postal_code: str | None = None
    city: str | None = None
    zones: tuple[str, ...] = ()
    confirmed: bool = False
    catholic: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a called person may be. No sites: it cannot be told, and nobody may call.

    `places`: the subdivisions whose own rules may apply (US: states, "NY/NYC"; all overlays if the state is unknown).
    `unknown`: the United States without any candidate zone; the one site is then New York (rule US-T5).
    """

    sites: tuple[Site, ...]
    places: frozenset[str]
    unknown: bool = False


@lru_cache(maxsize=20_000)
def whereabouts(address: Address, e164: str | None) -> Whereabouts:
    """Every place the person may be at who is called at this number (None: written to).

    Raises zoneinfo.ZoneInfoNotFoundError for a name in `address.zones` that is no time zone.
    """
    country = address.country
    if not known_country(country):
        return Whereabouts(sites=(), places=frozenset())
    lands = candidates(country, address.subdivision, address.postal_code)
    places = _places(address, lands)
    if e164 is not None and number_country(e164) != country:
        return Whereabouts(sites=(), places=places)
    zones = _zones(address, e164, lands)
    if zones is None:
        return Whereabouts(sites=(), places=places)
    days = calendar(country, lands, city=address.city, postal_code=address.postal_code, catholic=address.catholic)
    sites = tuple(_site(zone, days) for zone in zones or (places_zones.NEW_YORK,))
    return Whereabouts(sites=sites, places=places, unknown=not zones)


def caller_site(
    *,
    country: str = "DE",
    subdivision: str | None = None,
    city: str | None = None,
    catholic: bool | None = None,
    timezone: str | None = None,
) -> Site:
    """The operator's own place, where the ban on Sunday and holiday work applies.

    Without `timezone`: the country's, the state's first, or New York. Raises ValueError for a country without data.
    """
    if not known_country(country):
        raise ValueError(f'no holidays are known for country "{country}"; known: {", ".join(COUNTRIES)}')
    zones = (timezone,) if timezone else places_zones.address_zones(country, subdivision, None)
    days = calendar(country, candidates(country, subdivision, None), city=city, catholic=catholic)
    return _site(zones[0] if zones else places_zones.NEW_YORK, days)


def _zones(address: Address, e164: str | None, lands: frozenset[str] | None) -> tuple[str, ...] | None:
    """Candidate zones, each once; None where not even all zones of the country would do."""
    by_address: tuple[str, ...] = places_zones.address_zones(address.country, address.subdivision, address.postal_code)
    if address.country == "US" and places_zones.is_military_post(lands):
        if not address.zones:
            return None
        by_address = ()
    # a confirmed address lies where its zones say; else it may lie in any that anything speaks for
    by_address = address.zones if address.zones and address.confirmed else (*by_address, *address.zones)
    if e164 is None or address.confirmed:
        return tuple(dict.fromkeys(by_address))
    return tuple(dict.fromkeys((*by_address, *places_zones.number_zones(address.country, e164))))


def _places(address: Address, lands: frozenset[str] | None) -> frozenset[str]:
    if address.country != "US":
        return lands or frozenset(SUBDIVISIONS_BY_COUNTRY[address.country])
    if lands is None:
        return OVERLAYS
    return lands | {NEW_YORK_CITY} if "NY" in lands and _may_be_new_york_city(address) else lands


def _may_be_new_york_city(address: Address) -> bool:
    city, code = (address.city or "").strip(), postal_codes.bare("US", address.postal_code)
    if postal_codes.zip_code(code) is None:
        return not city or bool(_NYC_NAMES.search(city))
    return code.startswith(_NYC_ZIPS) or bool(_NYC_NAMES.search(city))


@cache
def _site(zone: str, days: Calendar) -> Site:
    return Site(zone=ZoneInfo(zone), holiday=days)
