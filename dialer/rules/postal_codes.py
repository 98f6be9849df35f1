"""Postal codes to the subdivisions they may lie in; where a code crosses a border, all of them.

`data/postal_codes_de.txt` and `data/postal_codes_us.txt` say where their facts come from and how they are brought up to
date. Austria goes by the first two digits (the same lists and Eurostat's, November 2026), Britain by the letters in
front; a range or area that touches a border names both sides. Switzerland has no table: codes cross the borders of
cantons too often, and an address without canton keeps the holidays of all.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from typing import NamedTuple

Subdivisions = frozenset[str]


class Zip(NamedTuple):
    """What the first three digits of a ZIP code tell: letters of time zones, states (AA, AE, AP: military post)."""

    zones: str
    states: Subdivisions


class _Range(NamedTuple):
    first: str
    last: str
    words: tuple[str, ...]


_AUSTRIA = {
    "10": "9", "11": "39", "12": "39", "13": "39", "20": "3", "21": "3", "22": "3", "23": "3", "24": "13",
    "25": "3", "26": "3", "27": "3", "28": "136", "30": "3", "31": "3", "32": "3", "33": "34", "34": "3",
    "35": "3", "36": "3", "37": "3", "38": "3", "39": "3", "40": "4", "41": "4", "42": "4", "43": "34",
    "44": "34", "45": "4", "46": "4", "47": "4", "48": "45", "49": "4", "50": "5", "51": "45", "52": "45",
    "53": "45", "54": "5", "55": "5", "56": "5", "57": "5", "60": "7", "61": "7", "62": "7", "63": "7",
    "64": "7", "65": "7", "66": "7", "67": "78", "68": "8", "69": "8", "70": "1", "71": "1", "72": "13",
    "73": "1", "74": "13", "75": "1", "80": "6", "81": "6", "82": "136", "83": "16", "84": "6", "85": "6",
    "86": "36", "87": "6", "88": "56", "89": "3456", "90": "2", "91": "2", "92": "2", "93": "26", "94": "2",
    "95": "2", "96": "2", "97": "27", "98": "2", "99": "7",
}  # fmt: skip

_BRITAIN = {
    "SCT": "AB DD EH FK G HS IV KA KW KY ML PA PH ZE",
    "SCT ENG": "CA DG TD",
    "WLS": "CF SA",
    "WLS ENG": "CH GL HR LD LL NP SY",
    "NIR": "BT",
    "ENG": (
        "AL B BA BB BD BH BL BN BR BS CB CM CO CR CT CV CW DA DE DH DL DN DT DY E EC EN EX FY GU HA HD HG HP HU HX IG"
        " IP KT L LA LE LN LS LU M ME MK N NE NG NN NR NW OL OX PE PL PO PR RG RH RM S SE SG SK SL SM SN SO SP SR SS ST"
        " SW TA TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO"
    ),
}
_BRITISH_AREAS = {area: frozenset(countries.split()) for countries, areas in _BRITAIN.items() for area in areas.split()}
_OUTWARD = re.compile(r"([A-Z]{1,2})[0-9][0-9A-Z]?(\s*[0-9][A-Z]{2})?")
_ZIP = re.compile(r"([0-9]{3})[0-9]{2}(-?[0-9]{4})?")


@cache
def _ranges(name: str) -> tuple[_Range, ...]:
    lines = (files(__package__) / "data" / name).read_text(encoding="utf-8").splitlines()
    return tuple(_range(line) for line in lines if line and not line.startswith("#"))


def _range(line: str) -> _Range:
    span, *words = line.split()
    first, _, last = span.partition("-")
    return _Range(first, last or first, tuple(words))


@cache
def _firsts(name: str) -> tuple[str, ...]:
    return tuple(r.first for r in _ranges(name))


def _look_up(name: str, code: str) -> tuple[str, ...] | None:
    place = bisect_right(_firsts(name), code) - 1
    if place < 0:
        return None
    found = _ranges(name)[place]
    return found.words if code <= found.last else None


def bare(country: str, text: str | None) -> str:
    """The code without spaces around it or the country in front ("D-80331", "DE 80331")."""
    return re.sub(rf"^({country}|[DA])[- ]", "", (text or "").strip())


def zip_code(text: str | None) -> Zip | None:
    """The zones and states of a ZIP code ("90001", "90001-1234"); None if it is none or its prefix is not in use."""
    shaped = _ZIP.fullmatch(bare("US", text))
    words = _look_up("postal_codes_us.txt", shaped[1]) if shaped else None
    return Zip(words[0].strip("-"), frozenset(words[1:])) if words else None


def _german(code: str) -> Subdivisions | None:
    words = _look_up("postal_codes_de.txt", code) if re.fullmatch(r"[0-9]{5}", code) else None
    return frozenset(words) if words else None


def _austrian(code: str) -> Subdivisions | None:
    digits = _AUSTRIA.get(code[:2]) if re.fullmatch(r"[0-9]{4}", code) else None
    return frozenset(digits) if digits else None


def _british(code: str) -> Subdivisions | None:
    shaped = _OUTWARD.fullmatch(code.upper())
    return _BRITISH_AREAS.get(shaped[1]) if shaped else None


def _american(code: str) -> Subdivisions | None:
    found = zip_code(code)
    return found.states if found else None


_BY_COUNTRY = {"DE": _german, "AT": _austrian, "GB": _british, "US": _american}


def subdivisions(country: str, postal_code: str | None) -> Subdivisions | None:
    """The subdivisions a postal code may lie in, as in `SUBDIVISIONS_BY_COUNTRY`; None where it tells nothing."""
    code = bare(country, postal_code)
    reader = _BY_COUNTRY.get(country)
    return reader(code) if reader and code else None
