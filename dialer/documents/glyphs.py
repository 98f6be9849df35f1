"""Characters that no font has: PDF/A forbids them, so they are found before a document is made."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from dialer.core.errors import BadInput
from dialer.documents.printing import Glyphs

_SURELY_KNOWN = 0x17F
"""The fonts have all of Latin up to here (a test says so)."""

Probe = Callable[[str], bool]
"""True when a word can be printed."""


def refusing(probe: Probe) -> Glyphs:
    """For letters: a name that cannot be printed is the sender's to solve."""

    def check(text: str, place: str) -> str:
        for word in _rare_words(text):
            if not probe(word):
                character = _culprit(word, probe)
                raise BadInput(
                    f"{place}: no font has the character {character} (U+{ord(character):04X});"
                    " write it in Latin letters, or give a folder with a font that has it"
                )
        return text

    return check


def spelling_out(probe: Probe) -> Glyphs:
    """For the case file: what cannot be printed is named by its code, and nothing is lost."""

    def check(text: str, _place: str) -> str:
        for word in _rare_words(text):
            if not probe(word):
                shown = "".join(letter if probe(letter) else f"[U+{ord(letter):04X}]" for letter in word)
                text = text.replace(word, shown)
        return text

    return check


def remembering(probe: Probe) -> Probe:
    """The same answers, asked for once."""
    return lru_cache(maxsize=4096)(probe)


def _rare_words(text: str) -> list[str]:
    if not text or ord(max(text)) <= _SURELY_KNOWN:
        return []
    return [word for word in text.split() if ord(max(word)) > _SURELY_KNOWN]


def _culprit(word: str, probe: Probe) -> str:
    return next((letter for letter in word if not probe(letter)), word[0])
