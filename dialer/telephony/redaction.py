"""Copies of what Twilio sent and said that may be kept and shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER_FIELDS = frozenset({"To", "From", "Caller", "Called", "ForwardedFrom"})
# Who was called or what was said; a call token even carries the numbers of both ends, signed.
_PRIVATE_FIELDS = frozenset({"CallerName", "CallToken", "SpeechResult", "StirPassportToken"})
_GEO_FIELDS = frozenset(
    f"{end}{part}" for end in ("From", "To", "Caller", "Called") for part in ("City", "State", "Zip", "Country")
)
# ASCII on purpose: other scripts' digits do not make a telephone number, and fall under the full mask.
_NUMBER = re.compile(r"\+?[0-9]{5,}")
_E164 = re.compile(r"\+[0-9]{6,15}")
_DIGIT_RUN = re.compile(r"\+?[0-9](?:[ ().\-/]{0,3}[0-9]){5,}")


def redact(form: Mapping[str, str]) -> dict[str, str]:
    """A copy fit for storing: telephone numbers down to their last two digits, empty geography left out."""
    return {name: _shown(name, value) for name, value in form.items() if value or name not in _GEO_FIELDS}


def _shown(name: str, value: str) -> str:
    if name in _PRIVATE_FIELDS:
        return _covered(value)
    # Twilio adds fields without notice, so a number is also known by its shape.
    if name in _NUMBER_FIELDS or _E164.fullmatch(value):
        return f"***{value[-2:]}" if _NUMBER.fullmatch(value) else _covered(value)
    plain = name.endswith("Sid") or name == "Timestamp"
    return value if plain else mask_digits(value)


def _covered(value: str) -> str:
    return "***" if value else ""


def mask_digits(text: str) -> str:
    """The text with every run of six or more digits covered, however they are grouped."""
    return _DIGIT_RUN.sub("***", text)
