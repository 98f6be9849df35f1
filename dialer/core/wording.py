"""What may be said to a machine or to whoever picks up.

A message a private person may hear must not hint at a debt: anybody may be listening. The forbidden words are those
of compliance section 7; German and English inflections are caught by stem.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

FIELDS = ("agent", "firm", "firm_neutral", "number", "hours", "contact", "invoice_no")
"""What a message template may refer to."""

DEBT_FIELDS = frozenset({"firm", "invoice_no"})
"""Fields that may give the debt away; only `firm_neutral` is safe for a private person."""

_WHOLE = frozenset({"€", "£", "$", "eur", "euro", "euros", "due", "owe", "owed", "owes", "owing"})
"""Caught as they stand: as stems they would catch Europe, Düren and Owen."""

_STEMS = (
    "dringend", "eilig", "klage", "letzt", "strafan", "polizei", "zins",
    "debt", "indebt", "collect", "balance", "pay", "paid", "prepaid", "repay", "unpaid", "legal", "lawsuit", "lawyer",
    "solicitor", "court", "attorney", "bailiff", "invoice", "amount", "arrear", "creditor", "deadline", "enforce",
    "final", "outstanding", "overdue", "urgent",
)  # fmt: skip
_INSIDE = (
    "schuld", "forderung", "inkasso", "mahn", "rechnung", "rückst", "zahl", "betrag", "beträg", "gericht",
    "anwalt", "anwält", "pfänd", "schufa", "frist", "vollstreck", "insolven", "fällig", "aussteh", "außenst", "verzug",
    "gläubig", "haftbefehl", "verklag",
)  # fmt: skip
"""Stems that are also caught inside a compound or after a prefix (Gerichtsvollzieher, Restbetrag, bezahlt)."""

_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _plain(word: str) -> str:
    """One spelling for all: lower case, umlauts and sharp s written out."""
    return word.casefold().translate(_SPELLINGS)


_PLAIN_INSIDE = tuple(map(_plain, _INSIDE))
_WORD = re.compile(r"[^\W\d_]+|[€£$]", re.UNICODE)


def debt_words(text: str) -> tuple[str, ...]:
    """The words in `text` that hint at a debt, in order; empty when a private person's machine may record it.

    Rather one word too many than one too few: "eingerichtet" and a Mrs Schuldt are caught as well.
    """
    composed = unicodedata.normalize("NFKC", text)
    seen = "".join(c for c in composed if unicodedata.category(c) != "Cf")  # soft hyphens and the like cut words
    return tuple(word for word in _WORD.findall(seen) if _hints(_plain(word)))


def _hints(word: str) -> bool:
    return word in _WHOLE or word.startswith(_STEMS) or any(stem in word for stem in _PLAIN_INSIDE)


def unknown_fields(template: str) -> tuple[str, ...]:
    """Placeholders in a template that are not in FIELDS."""
    return tuple(name for name in placeholders(template) if name not in FIELDS)


def placeholders(template: str) -> tuple[str, ...]:
    """The names in braces, in order."""
    return tuple(re.findall(r"\{([^{}]*)\}", template))


def fill(template: str, fields: Mapping[str, str]) -> str:
    """The template with its placeholders replaced; braces in the values stay text."""
    return re.sub(r"\{([^{}]*)\}", lambda match: fields[match[1]], template)
