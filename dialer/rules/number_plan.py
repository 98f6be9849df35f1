"""What the world's number plans say: text to E.164 by the debtor's country, kind of line, country of a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat, PhoneNumberType

from dialer.core.case import LineType

_DIGITS_OF_A_NATIONAL_NUMBER = 11
"""The longest a country hands out; more digits that begin with the country code are an international number."""


class NumberFault(StrEnum):
    """Why a text is no number we would dial."""

    EMPTY = "empty"
    SCIENTIFIC = "scientific"
    FRACTION = "fraction"
    LETTERS = "letters"
    SEVERAL = "several"
    NO_TRUNK = "no_trunk"
    UNKNOWN_COUNTRY = "unknown_country"
    SHORT = "short"
    PREMIUM = "premium"
    NO_COUNTRY = "no_country"
    IMPOSSIBLE = "impossible"

    def text(self, language: str) -> str:
        """The reason and the remedy, in German ("de") or English."""
        german, english = _TEXTS[self]
        return german if language == "de" else english


_TEXTS = {
    NumberFault.EMPTY: ("keine Rufnummer", "no number"),
    NumberFault.SCIENTIFIC: (
        (
            "Excel hat die Rufnummer in eine Zahl umgewandelt und Ziffern verloren; Spalte als Text formatieren"
            " (Start > Zahlenformat > Text) und die Nummer neu eingeben"
        ),
        (
            "Excel turned the number into a figure and lost digits; format the column as text"
            " (Home > Number Format > Text) and type the number again"
        ),
    ),
    NumberFault.FRACTION: (
        "Rufnummer mit Nachkommastellen; Spalte als Text formatieren und die Nummer neu eingeben",
        "a number with decimals; format the column as text and type the number again",
    ),
    NumberFault.LETTERS: (
        "enthält Zeichen, die nicht zu einer Rufnummer gehören; nur Ziffern, +, Leerzeichen, Klammern, / - . erlaubt",
        "holds characters that belong to no number; only digits, +, spaces, brackets, / - . are allowed",
    ),
    NumberFault.SEVERAL: (
        "mehrere Rufnummern in einer Zelle; je Nummer eine Zeile",
        "several numbers in one cell; give each number its own row",
    ),
    NumberFault.NO_TRUNK: (
        (
            "nicht eindeutig: Nummer mit Vorwahl und führender 0 oder mit +Ländervorwahl schreiben"
            " (hat Excel die 0 entfernt, Spalte als Text formatieren)"
        ),
        (
            "ambiguous: write the number with area code and leading 0, or with +country code"
            " (if Excel dropped the 0, format the column as text)"
        ),
    ),
    NumberFault.UNKNOWN_COUNTRY: ("Land ohne Rufnummernplan", "country without a number plan"),
    NumberFault.SHORT: (
        "Kurzwahl oder Notruf, wird nicht angerufen",
        "a short code or emergency number, never dialled",
    ),
    NumberFault.PREMIUM: (
        "kostenpflichtige Sondernummer, wird nicht angerufen",
        "a premium or special-rate number, never dialled",
    ),
    NumberFault.NO_COUNTRY: (
        "Nummer gehört zu keinem Land, Ortszeit unbekannt",
        "the number belongs to no country, so its local time is unknown",
    ),
    NumberFault.IMPOSSIBLE: (
        "im Rufnummernplan des Landes gibt es diese Nummer nicht",
        "the country's number plan has no such number",
    ),
}


@dataclass(frozen=True, slots=True)
class NumberProblem:
    """The text is no number we would dial, and why."""

    reason: NumberFault

    def text(self, language: str) -> str:
        """The reason in German ("de") or English."""
        return self.reason.text(language)


_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[eE][+]?\d+")
_WHOLE_FLOAT = re.compile(r"(\d{6,})[.]0+")
_FRACTION = re.compile(r"\d{7,}[.,]\d{1,2}")
_SEVERAL = re.compile(r"[;,|]|/\s*(00|\+|0[1-9])|\S\s*\+")
_ALLOWED = re.compile(r"\+?[0-9 ()/.\-]*")
_SPACES_AND_DASHES = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u202f\t", " ") | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
)
_NEVER_DIALLED = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
# special-rate ranges whose shorter numbers the library calls merely invalid; the reason deserves to be right
_GERMAN_PREMIUM = re.compile(r"\+49(900|190|180|137|118)")
_SHORT_DIGITS = 6


@lru_cache(maxsize=20_000)
def to_e164(text: str, *, country: str) -> str | NumberProblem:
    """The number in E.164 as a caller in `country` (ISO 3166-1) would dial it, or why it is none."""
    shaped = _shape(text)
    if isinstance(shaped, NumberFault):
        return NumberProblem(shaped)
    written = _international(shaped, country)
    if isinstance(written, NumberFault):
        return NumberProblem(written)
    try:
        number = phonenumbers.parse(written, country)
    except NumberParseException:
        return NumberProblem(_too_short_or(NumberFault.IMPOSSIBLE, written))
    fault = _refused(number)
    return NumberProblem(fault) if fault else str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _shape(text: str) -> str | NumberFault:
    """The characters of one number, cleaned; the library alone would read letters as keys and cut at a semicolon."""
    text = text.translate(_SPACES_AND_DASHES).strip()
    if not text:
        return NumberFault.EMPTY
    if _SCIENTIFIC.fullmatch(text):
        return NumberFault.SCIENTIFIC
    if whole := _WHOLE_FLOAT.fullmatch(text):
        return whole[1]
    if _FRACTION.fullmatch(text):
        return NumberFault.FRACTION
    if _SEVERAL.search(text):
        return NumberFault.SEVERAL
    if not _ALLOWED.fullmatch(text) or not re.search(r"\d", text):
        return NumberFault.LETTERS
    return text


def _international(text: str, country: str) -> str | NumberFault:
    """The text with its country made plain: '+…' or a national form that starts with the trunk prefix."""
    plan = PhoneMetadata.metadata_for_region(country)
    if plan is None:
        return NumberFault.UNKNOWN_COUNTRY
    digits = re.sub(r"\D", "", text)
    if text.startswith("+") or (digits.startswith("00") and plan.national_prefix == "0"):
        bare = re.sub(r"\D", "", text.replace("(0)", ""))
        return f"+{bare if text.startswith('+') else bare[2:]}"
    if plan.national_prefix != "0" or digits.startswith("0"):
        return digits
    if len(digits) <= _SHORT_DIGITS:
        return NumberFault.SHORT
    # without 0 or +: international only if no national number can look like that; 4921123456 may be Emden or Düsseldorf
    if digits.startswith(str(plan.country_code)) and len(digits) > _DIGITS_OF_A_NATIONAL_NUMBER:
        return f"+{digits}"
    return NumberFault.NO_TRUNK


def _refused(number: phonenumbers.PhoneNumber) -> NumberFault | None:
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    kind = phonenumbers.number_type(number)
    if kind in _NEVER_DIALLED or _GERMAN_PREMIUM.match(e164):
        return NumberFault.PREMIUM
    if not phonenumbers.is_valid_number(number):
        return _too_short_or(NumberFault.IMPOSSIBLE, str(number.national_number))
    if phonenumbers.region_code_for_number(number) in (None, "001"):
        return NumberFault.NO_COUNTRY
    return None


def _too_short_or(fault: NumberFault, written: str) -> NumberFault:
    return NumberFault.SHORT if len(re.sub(r"\D", "", written).lstrip("0")) <= _SHORT_DIGITS else fault


_LINE_TYPES = {
    PhoneNumberType.FIXED_LINE: LineType.FIXED,
    PhoneNumberType.MOBILE: LineType.MOBILE,
}


@lru_cache(maxsize=20_000)
def line_type(e164: str) -> LineType:
    """Fixed or mobile by the number plan; UNKNOWN where the plan does not tell (North America, internet telephony)."""
    return _LINE_TYPES.get(phonenumbers.number_type(phonenumbers.parse(e164)), LineType.UNKNOWN)


def region(e164: str) -> str | None:
    """ISO 3166-1 country of a number; None where it belongs to none."""
    code = phonenumbers.region_code_for_number(phonenumbers.parse(e164))
    return None if code in (None, "001") else str(code)
