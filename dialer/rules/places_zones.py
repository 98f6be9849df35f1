"""Time zones a person may be in: by the address, and by the number."""

from __future__ import annotations

from functools import cache, lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType
from phonenumbers.timezone import time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

from dialer.rules import postal_codes
from dialer.rules.number_plan import region
from dialer.rules.places_subdivisions import MILITARY_POST, subdivision_code

NEW_YORK = "America/New_York"

ZONE_OF_COUNTRY = {"DE": "Europe/Berlin", "AT": "Europe/Vienna", "CH": "Europe/Zurich", "GB": "Europe/London"}
"""Countries with one zone."""

_LETTERS = {
    "E": NEW_YORK,
    "C": "America/Chicago",
    "M": "America/Denver",
    "B": "America/Boise",
    "N": "America/Phoenix",
    "P": "America/Los_Angeles",
    "A": "America/Anchorage",
    "D": "America/Adak",
    "H": "Pacific/Honolulu",
    "R": "America/Puerto_Rico",
    "G": "Pacific/Guam",
    "S": "Pacific/Pago_Pago",
    "W": "Pacific/Palau",
    "Y": "Pacific/Majuro",
}
"""Letters of the tables. Zones that have kept the same time for years share one (Detroit with New York)."""

_STATES = {
    "E": "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "EC": "AL FL IN KY MI TN",  # Alabama: by custom, in the places whose towns are in Georgia
    "C": "AR IA IL LA MN MO MS OK WI",
    "CM": "KS ND NE SD TX",
    "M": "CO MT NM UT WY",
    "MN": "AZ",  # the Navajo Nation keeps summer time
    "MP": "NV",
    "BP": "ID OR",
    "P": "CA WA",
    "AD": "AK",
    "H": "HI",
    "R": "PR VI",
    "G": "GU MP",
    "S": "AS",
}
_ZONES_OF_STATE = {state: letters for letters, states in _STATES.items() for state in states.split()}

_PART_OF = dict.fromkeys(("PR", "VI", "GU", "MP", "AS"), "US") | dict.fromkeys(("GG", "IM", "JE"), "GB")
"""Regions counted with a country: American territories, islands that share Britain's plan and clock."""

_STRADDLING = {
    "BP": "208 986 458 541",
    "CE": "219 270 334 364 423 448 483 574 606 812 850 906 930 931",
    "CM": "308 605 620 701 785",
    "MN": "928",
    "BMP": "775",
    "AD": "907",
}
_STRADDLING_AREAS = {area: letters for letters, areas in _STRADDLING.items() for area in areas.split()}
"""Area codes in two zones, with their overlays.

Those for which the library itself names two zones somewhere, and 931, 334 and 483 (places on the Georgia line keep
Eastern time); checked in November 2026 against the positions of ZIP codes with a single area code.
"""

_AREA_CODE_DIGITS = len("1212")
_UNKNOWN = "Etc/Unknown"


def zones_of(letters: str) -> tuple[str, ...]:
    """Names of time zones for letters of the tables."""
    return tuple(_LETTERS[letter] for letter in letters)


def address_zones(country: str, subdivision: str | None, postal_code: str | None) -> tuple[str, ...]:
    """The zones an address may lie in; none where it does not say where in the United States, or names military post.

    A ZIP code that lies in the state given is the more precise; one that lies elsewhere adds its zones.
    """
    if country != "US":
        return (ZONE_OF_COUNTRY[country],)
    state = subdivision_code("US", subdivision)
    code = postal_codes.zip_code(postal_code)
    by_state = zones_of(_ZONES_OF_STATE.get(state or "", ""))
    if code is None:
        return by_state
    by_code = zones_of(code.zones)
    return by_code if state is None or state in code.states else (*by_code, *by_state)


def is_military_post(states: frozenset[str] | None) -> bool:
    """True when an American address may be a military one, which may be anywhere in the world."""
    return bool(states and states & MILITARY_POST)


@lru_cache(maxsize=20_000)
def number_country(e164: str) -> str | None:
    """ISO 3166-1 country a number belongs to, American territories counting as US, the islands in Britain's plan as GB.

    None where it belongs to none, or is no number.
    """
    try:
        code = region(e164)
    except NumberParseException:
        return None
    return _PART_OF.get(code, code) if code else None


def number_zones(country: str, e164: str) -> tuple[str, ...]:
    """The zones a number of this country may be in; none where the plan cannot tell.

    A toll-free number may be anywhere. An area code in two zones counts for both unless the library knows the exchange.
    """
    if country != "US":
        return (ZONE_OF_COUNTRY[country],)
    number = phonenumbers.parse(e164)
    if phonenumbers.number_type(number) == PhoneNumberType.TOLL_FREE:
        return _every_american_zone()
    digits = e164.removeprefix("+")
    known = _digits_known(digits)
    if known < _AREA_CODE_DIGITS:
        return ()
    found = tuple(z for z in time_zones_for_number(number) if z != _UNKNOWN)
    both = zones_of(_STRADDLING_AREAS.get(digits[1:_AREA_CODE_DIGITS], "")) if known == _AREA_CODE_DIGITS else ()
    return (*found, *both)


@cache
def _every_american_zone() -> tuple[str, ...]:
    return tuple(TIMEZONE_DATA["1"])


def _digits_known(digits: str) -> int:
    """How many leading digits the library's entry for this number has: 1 = the whole plan, 4 = its area code."""
    lengths = range(min(TIMEZONE_LONGEST_PREFIX, len(digits)), 0, -1)
    return next((n for n in lengths if digits[:n] in TIMEZONE_DATA), 0)
