"""One cell to one value, or a fault with its words. Nothing is guessed: what can mean two things is refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from dialer.claims_file.texts import text
from dialer.core.money import is_currency, to_minor

if TYPE_CHECKING:
    from dialer.claims_file.rows import Cell

LIMITS = {
    "debtor_name": 200,
    "contact_name": 200,
    "note": 2000,
    "email": 254,
    "street": 120,
    "city": 120,
    "phone": 60,
    "fax": 60,
}
DEFAULT_LIMIT = 80
MAX_CELL = 32_767
"""The most an Excel cell holds."""

_EXCEL_ERRORS = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
    | {"#BEZUG!", "#NV", "#WERT!", "#ZAHL!", "#ÜBERLAUF!"}
)
# line breaks and tabs are what people type into a note
_ALLOWED_CONTROLS = frozenset("\t\n\r")
# LRM, RLM, embeddings, isolates: they make a name read otherwise than it is stored
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class FaultError(Exception):
    """A cell that cannot be used. Caught by the row's parser; never leaves the package."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def text(self, language: str) -> str:
        """The reason in German ("de") or English."""
        kind = self.values.get("kind")
        values = self.values | ({"kind": text(str(kind), language)} if kind else {})
        return text(self.code, language, **values)


def shown(value: object) -> str:
    """A cell as quoted in a reason: short and without control characters."""
    plain = "".join(c if c.isprintable() else "?" for c in str(value))
    return plain if len(plain) <= 60 else f"{plain[:57]}..."


def as_text(value: Cell, column: str) -> str | None:
    """The trimmed text of a cell, None when empty. Whole numbers are text that Excel took for a number."""
    if value is None:
        return None
    plain = value if isinstance(value, str) else _number_text(value)
    if plain.isascii() and plain.isprintable():
        plain = plain.strip()
    else:
        plain = unicodedata.normalize("NFC", plain).strip()
        _refuse_controls(plain, column)
    if not plain:
        return None
    if plain.startswith("#") and plain.upper() in _EXCEL_ERRORS:
        raise FaultError("excel_error", value=plain)
    limit = LIMITS.get(column, DEFAULT_LIMIT)
    if len(plain) > limit:
        raise FaultError("too_long", limit=limit)
    return plain


def _number_text(value: Cell) -> str:
    if isinstance(value, bool):
        raise FaultError("not_text", kind="kind_truth")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not value.is_integer() or abs(value) >= 1e15:
            raise FaultError("not_text", kind="kind_fraction")
        return str(int(value))
    if isinstance(value, (date, time, timedelta)):
        raise FaultError("not_text", kind="kind_date")
    return str(value)


def _refuse_controls(plain: str, column: str) -> None:
    allowed = _ALLOWED_CONTROLS if column == "note" else frozenset()
    for character in plain:
        if character in _BIDI or (unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed):
            raise FaultError("control")


# --- dates -----------------------------------------------------------------------------------------------------------

_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_GERMAN_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?: 00:00(?::00)?)?")
_SHORT_YEAR = re.compile(r"\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2}")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def as_date(value: Cell) -> date | None:
    """ISO and German dates and Excel's own. Slashes are refused: 03/04 is April in London and March in New York."""
    if isinstance(value, datetime):
        return _in_range(value.date())
    if isinstance(value, date):
        return _in_range(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    plain = value.strip() if isinstance(value, str) else ""
    if plain.upper() in _EXCEL_ERRORS:
        raise FaultError("excel_error", value=plain)
    if _SHORT_YEAR.fullmatch(plain):
        raise FaultError("date_short_year", value=shown(value))
    if found := _ISO_DATE.fullmatch(plain):
        year, month, day = found.groups()
    elif found := _GERMAN_DATE.fullmatch(plain):
        day, month, year = found.groups()
    else:
        raise FaultError("date_bad", value=shown(value))
    try:
        return _in_range(date(int(year), int(month), int(day)))
    except ValueError:
        raise FaultError("date_bad", value=shown(value)) from None


def _in_range(value: date) -> date:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise FaultError("date_range", value=value.isoformat())
    return value


# --- money -----------------------------------------------------------------------------------------------------------

_PLAIN = re.compile(r"[0-9]+")
_ONE_MARK = re.compile(r"([0-9]+)([.,])([0-9]+)")
# the last mark is the decimal one, the others group thousands and look different
_GERMAN_GROUPS = re.compile(r"([0-9]{1,3}(?:[.' ][0-9]{3})+),([0-9]+)")
_ENGLISH_GROUPS = re.compile(r"([0-9]{1,3}(?:[,' ][0-9]{3})+)\.([0-9]+)")
# two thousands marks of one kind leave no doubt, nor does a space or apostrophe
_ONLY_GROUPS = re.compile(r"[0-9]{1,3}(?:(?:\.[0-9]{3}){2,}|(?:,[0-9]{3}){2,}|(?:[' ][0-9]{3})+)")
_MONEY_NOISE = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2212": "-", "\u2013": "-"})
_EXACT_TO = Decimal("0.000001")
_MAX_FLOAT = 1e13


def as_minor(value: Cell, currency: str) -> int | None:
    """Minor units of an amount, never by way of a float; None when empty."""
    number = as_decimal(value, currency)
    if number is None:
        return None
    if number < 0:
        raise FaultError("money_negative")
    minor = to_minor(number, currency)
    if minor is None:
        raise FaultError("money_decimals", value=shown(value), currency=currency)
    return minor


def as_decimal(value: Cell, currency: str) -> Decimal | None:
    """An amount as written in German or English. '1.234' may be either and is refused."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise FaultError("money_bad", value=shown(value))
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return _from_float(value, currency)
    return _from_text(value, currency)


def _from_float(value: float, currency: str) -> Decimal:
    """Excel keeps 19.99 as a binary fraction: its shortest decimal form, rounded only where nothing real is lost."""
    if not abs(value) < _MAX_FLOAT:
        raise FaultError("money_bad", value=shown(value))
    exact = Decimal(repr(value))
    cents = round(exact, 3 if to_minor(Decimal("0.001"), currency) else 2)
    if abs(exact - cents) >= _EXACT_TO:
        raise FaultError("money_decimals", value=shown(value), currency=currency)
    return cents


def _from_text(value: str, currency: str) -> Decimal:
    plain = value.translate(_MONEY_NOISE).strip()
    for mark in (currency, "€", "$", "£"):
        plain = plain.removesuffix(mark).removeprefix(mark).strip()
    plain = plain.removesuffix(",-").removesuffix(",--").removesuffix(".-").removesuffix(".--")
    negative = plain.startswith("-") or plain.endswith("-") or (plain.startswith("(") and plain.endswith(")"))
    plain = plain.strip("+-() ")
    number = _unsigned(plain)
    if number is None:
        if plain.upper() in _EXCEL_ERRORS:
            raise FaultError("excel_error", value=plain)
        raise FaultError("money_bad", value=shown(value))
    return -number if negative else number


def _unsigned(plain: str) -> Decimal | None:
    if len(plain) > 30:
        return None
    if _PLAIN.fullmatch(plain):
        return Decimal(plain)
    if found := _ONE_MARK.fullmatch(plain):
        whole, _, fraction = found.groups()
        if len(fraction) == 3 and len(whole) <= 3 and whole.lstrip("0"):
            raise FaultError("money_ambiguous", value=plain)
        return Decimal(f"{whole}.{fraction}")
    if found := _GERMAN_GROUPS.fullmatch(plain) or _ENGLISH_GROUPS.fullmatch(plain):
        groups, fraction = found.groups()
        return _grouped(groups, fraction)
    return _grouped(plain, "0") if _ONLY_GROUPS.fullmatch(plain) else None


def _grouped(groups: str, fraction: str) -> Decimal | None:
    if len({mark for mark in groups if not mark.isdigit()}) > 1:
        return None
    try:
        return Decimal(f"{re.sub('[^0-9]', '', groups)}.{fraction}")
    except InvalidOperation:  # pragma: no cover - digits only by now
        return None


def as_currency(value: str) -> str:
    """An ISO 4217 code; the sign € is as clear."""
    code = {"€": "EUR", "EURO": "EUR"}.get(value.upper(), value.upper())
    if not is_currency(code):
        raise FaultError("currency_unknown", value=shown(value))
    return code


# --- the rest --------------------------------------------------------------------------------------------------------

_EMAIL = re.compile(r"[^\s@<>,;:\"']+@[^\s@<>,;:\"']+\.[^\s@<>,;:\"'.]+")


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/")))


def as_zone(value: str) -> str:
    """An IANA zone of a place. 'CET' and 'UTC' are refused: no debtor lives there."""
    if value not in _zones():
        raise FaultError("timezone_unknown", value=shown(value))
    return value


def as_email(value: str) -> str:
    """An address in shape; whether it exists is not our question."""
    if not _EMAIL.fullmatch(value):
        raise FaultError("email_bad", value=shown(value))
    return value
