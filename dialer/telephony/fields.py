"""Reading the strings Twilio sends for things that are not strings."""

from __future__ import annotations

import re

# Nine digits hold 31 years of seconds; anything longer is junk and would only cost time to convert.
_WHOLE = re.compile(r"[0-9]{1,9}")
_CALL_SID = re.compile(r"CA[0-9a-f]{32}")


def whole_number(text: str) -> int | None:
    """A count in plain ASCII digits, or None; `int` alone would take signs, blanks and other scripts."""
    return int(text) if _WHOLE.fullmatch(text) else None


def is_call_sid(text: object) -> bool:
    """True for the identifier of a call, as Twilio writes it."""
    return isinstance(text, str) and _CALL_SID.fullmatch(text) is not None
