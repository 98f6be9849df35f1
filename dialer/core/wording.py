"""What may be said to a machine or to whoever picks up.

A message a private person may hear must not hint at a debt: anybody may be listening. The forbidden words are those
of compliance section 7; German and English inflections are caught by stem.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

FIELDS = ("agent", "firm", "firm_neutral", "number", "hours", "contact", "invoice_no")
"""What a message template may refer to."""

DEBT_FIELDS = frozenset({"firm", "invoice_no"})
"""Fields that may give the debt away; only `firm_neutral` is safe for a private person."""

_STEMS = (
    "schuld", "forderung", "inkasso", "mahn", "rechnung", "rückst", "zahl", "betrag", "beträg", "€", "eur", "gericht",
    "anwalt", "anwält", "pfänd", "schufa", "frist", "dringend", "letzte", "vollstreck", "insolven",
    "debt", "collect", "overdue", "balance", "pay", "paid", "owe", "legal", "lawyer", "court", "attorney", "invoice",
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+|€", re.UNICODE)
_INSIDE = ("schuld", "forderung", "inkasso", "mahnung", "rechnung", "zahlung", "pfänd", "gericht", "anwalt")
"""Stems that are also caught inside a compound (Gerichtsvollzieher, Zahlungserinnerung, Restschuld)."""


def debt_words(text: str) -> tuple[str, ...]:
    """The words in `text` that hint at a debt, in order; empty when a private person's machine may record it."""
    return tuple(word for word in _WORD.findall(text) if _hints(word.casefold()))


def _hints(word: str) -> bool:
    return word.startswith(_STEMS) or any(stem in word for stem in _INSIDE)


def unknown_fields(template: str) -> tuple[str, ...]:
    """Placeholders in a template that are not in FIELDS."""
    return tuple(name for name in placeholders(template) if name not in FIELDS)


def placeholders(template: str) -> tuple[str, ...]:
    """The names in braces, in order."""
    return tuple(re.findall(r"\{([^{}]*)\}", template))


def fill(template: str, fields: Mapping[str, str]) -> str:
    """The template with its placeholders replaced; braces in the values stay text."""
    return re.sub(r"\{([^{}]*)\}", lambda match: fields[match[1]], template)
