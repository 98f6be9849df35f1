"""The countries with a rule pack, their subdivisions, and which of them an address may lie in."""

from __future__ import annotations

from functools import cache, lru_cache

import holidays

from dialer.rules import postal_codes

COUNTRIES = ("DE", "AT", "CH", "US", "GB")
"""Countries whose places are known here."""

_PARTS_OF_SUBDIVISIONS = frozenset({"Augsburg", "Stadt Zurich", "UM"})
"""What the library lists beside the subdivisions: two cities and islands without inhabitants."""

SUBDIVISIONS_BY_COUNTRY: dict[str, tuple[str, ...]] = {
    country: tuple(s for s in holidays.country_holidays(country).subdivisions if s not in _PARTS_OF_SUBDIVISIONS)
    for country in COUNTRIES
}
"""DE: Länder ("BY"); AT: "1" Burgenland to "9" Wien; CH: cantons; US: states, DC, territories; GB: ENG and so on."""

MILITARY_POST = frozenset({"AA", "AE", "AP"})
"""American military addresses: a state's code in the mail, anywhere in the world in fact."""

_MORE_NAMES = {
    "AT": {"noe": "3", "ooe": "4", "vlbg": "8", "kaernten": "2", "oberoesterreich": "4", "niederoesterreich": "3"},
    "CH": {"st. gallen": "SG", "st.gallen": "SG", "zuerich": "ZH", "graubuenden": "GR"},
    "DE": {"baden-wuerttemberg": "BW", "thueringen": "TH"},
    "GB": {"eng": "ENG", "wal": "WLS", "cymru": "WLS", "sco": "SCT", "ni": "NIR"},
    "US": {"d.c.": "DC", "washington dc": "DC", "washington d.c.": "DC", "washington, d.c.": "DC"}
    | {code.casefold(): code for code in MILITARY_POST},
}  # fmt: skip


def known_country(code: str) -> bool:
    """True for a country (ISO 3166-1, capitals) whose places are known here."""
    return code in COUNTRIES


@cache
def _names(country: str) -> dict[str, str]:
    aliases: dict[str, str] = holidays.country_holidays(country).subdivisions_aliases
    codes = SUBDIVISIONS_BY_COUNTRY[country]
    named = {name.casefold(): code for name, code in aliases.items() if code in codes}
    return named | {code.casefold(): code for code in codes} | _MORE_NAMES[country]


@lru_cache(maxsize=4096)
def subdivision_code(country: str, text: str | None) -> str | None:
    """The code of a subdivision written as "BY", "DE-BY" or "Bayern", in any case; None if there is no such one."""
    if not known_country(country):
        return None
    written = (text or "").strip().casefold()
    return _names(country).get(written.removeprefix(f"{country.casefold()}-"))


def candidates(country: str, subdivision: str | None, postal_code: str | None) -> frozenset[str] | None:
    """The subdivisions an address may lie in; None where neither field tells.

    The subdivision settles it unless the postal code lies elsewhere: then one of them is wrong, and both count.
    """
    given = subdivision_code(country, subdivision)
    by_code = postal_codes.subdivisions(country, postal_code)
    if given is None:
        return by_code
    if by_code is None or given in by_code:
        return frozenset({given})
    return by_code | {given}
