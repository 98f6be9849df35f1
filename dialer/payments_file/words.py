"""The words of a payment's text that may name a claim."""

from __future__ import annotations

import re
import unicodedata

MAX_WORDS = 4
"""Of a reference that is written with spaces."""

SHORTEST_FIGURE = 5
"""Digits alone name a claim from this length on: "Rate 2 von 12, 2026" names none."""

# what stands between words. Hyphen, slash, dot and underscore belong to references: "7" is not named by "RE-7"
_BETWEEN = re.compile(r"[\s,;:+()\[\]{}<>\"'|*#=]+")
_EDGES = ".-/_!?"
# ISO 11649: RF, two check digits, the creditor's own reference
_STRUCTURED = re.compile(r"RF\d\d(.+)", re.IGNORECASE)


def candidates(text: str) -> set[str]:
    """Words, and up to four of them in a row, in upper case."""
    plain = unicodedata.normalize("NFC", text).upper()
    words = [word for part in _BETWEEN.split(plain) if (word := part.strip(_EDGES))]
    found = {" ".join(words[at : at + n]) for n in range(1, MAX_WORDS + 1) for at in range(len(words) - n + 1)}
    found |= {inner[1] for word in words if (inner := _STRUCTURED.fullmatch(word))}
    return {word for word in found if _may_name(word)}


def _may_name(word: str) -> bool:
    if not any(character.isdigit() for character in word):
        return False
    return not word.replace(" ", "").isdecimal() or len(word.replace(" ", "")) >= SHORTEST_FIGURE
