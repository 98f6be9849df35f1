"""Errors that tell the reader what is wrong, where, and what to do."""

from __future__ import annotations


class DialerError(Exception):
    """Base of every error meant for a person: the message is complete and safe to show."""


class BadInput(DialerError):  # noqa: N818 - reads as a statement, like the refusals it sits beside
    """What the user gave cannot be used; the message names the place and the remedy."""


class NotFound(DialerError):  # noqa: N818
    """The case, attempt, user or file that was named does not exist."""
