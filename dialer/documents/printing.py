"""From values to what a template prints: amounts and days in the reader's language, texts without control codes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dialer.core.errors import BadInput
from dialer.core.money import format_money
from dialer.documents.values import Money

_MONTHS = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")

_NO_BREAK = "\u00a0"

_GERMAN_ZONES = {"CET": "MEZ", "CEST": "MESZ"}

Glyphs = Callable[[str, str], str]
"""Called with a text and the place it stands in; returns what can be printed of it, or refuses."""


def printable(value: Any, language: str, glyphs: Glyphs, place: str = "") -> Any:
    """The value as JSON knows it. Of a dataclass: its fields, and the properties that its SHOWN names."""
    if isinstance(value, str):
        return glyphs(clean(value), place)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple):
        return [printable(item, language, glyphs, f"{place}[{index}]") for index, item in enumerate(value, 1)]
    if is_dataclass(value) and not isinstance(value, Money):
        names = (*(field.name for field in fields(value)), *getattr(value, "SHOWN", ()))
        return {
            name: printable(getattr(value, name), language, glyphs, f"{place}.{name}" if place else name)
            for name in names
        }
    return _words(value, language)


def _words(value: Any, language: str) -> str | None:
    match value:
        case Money():
            return format_money(value.minor, value.currency, language).replace(" ", _NO_BREAK)
        case datetime():
            return moment_text(value, language)
        case date():
            return day_text(value, language)
        case Path():
            return None  # files travel beside the data
    raise TypeError(f"a document cannot print {value!r}")


def day_text(day: date, language: str) -> str:
    """For example "24.11.2026" or "24 Nov 2026"."""
    if language == "de":
        return f"{day:%d.%m.%Y}"
    return _NO_BREAK.join((str(day.day), _MONTHS[day.month - 1], str(day.year)))


def moment_text(at: datetime, language: str) -> str:
    """For example "24.11.2026, 18:02 Uhr (MEZ)" or "24 Nov 2026, 18:02 (CET)", on the clock of its own zone."""
    if at.tzinfo is None:
        raise BadInput(f"{at} names no time zone")
    zone = at.tzname() or ""
    if language == "de":
        return f"{day_text(at, language)}, {at:%H:%M}{_NO_BREAK}Uhr ({_GERMAN_ZONES.get(zone, zone)})"
    return f"{day_text(at, language)}, {at:%H:%M} ({zone})"


def clean(text: str) -> str:
    """Composed characters; no control characters but line breaks, nothing that turns the writing direction."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        character
        for character in composed
        if character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    ).strip()
