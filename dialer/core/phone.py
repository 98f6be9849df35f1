"""Telephone numbers in E.164, as far as no number plan is needed: shape, mask for logs, digits for speech."""

from __future__ import annotations

import re

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")

# countries whose national form begins with 0
_TRUNK_ZERO = ("+49", "+43", "+41")


def is_e164(text: str) -> bool:
    """True for '+' and 7 to 15 ASCII digits, the first not 0. Says nothing of whether the number exists."""
    return _E164.fullmatch(text) is not None


def mask(e164: str) -> str:
    """For logs: the beginning of the country code and the last two digits, the length hidden."""
    return f"{e164[:3]}******{e164[-2:]}" if is_e164(e164) else "******"


def spoken(e164: str) -> str:
    """Digits apart for text to speech: national with a leading 0 in Germany, Austria, Switzerland, else with 00."""
    if not is_e164(e164):
        raise ValueError(f"{mask(e164)} is not an E.164 number")
    national = next((f"0{e164[3:]}" for code in _TRUNK_ZERO if e164.startswith(code)), None)
    return " ".join(national or f"00{e164[1:]}")
