"""The mail address under which a gateway takes a fax for a number."""

from __future__ import annotations

from typing import Literal

from dialer.core.phone import is_e164

NumberFormat = Literal["e164", "digits", "international", "national"]

# countries whose numbers are dialled with a leading zero at home
_HOME = {"DE": "+49", "AT": "+43", "CH": "+41", "GB": "+44"}


def fax_address(scheme: str, e164: str, number_format: NumberFormat, home: str) -> str:
    """The scheme with the number in it. National: with 0 inside `home` (a country code), with 00 elsewhere."""
    if not is_e164(e164):
        raise ValueError("not a number in E.164 form")
    return scheme.replace("{number}", _written(e164, number_format, home))


def _written(e164: str, number_format: NumberFormat, home: str) -> str:
    code = _HOME.get(home, "")
    match number_format:
        case "e164":
            return e164
        case "digits":
            return e164[1:]
        case "national" if code and e164.startswith(code):
            return f"0{e164.removeprefix(code)}"
        case _:
            return f"00{e164[1:]}"
