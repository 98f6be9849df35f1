"""What the rest of the program knows of a telephone carrier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dialer.core.network import AnsweredBy, NetworkStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrder:
    """One call to place. All URLs are absolute and carry the attempt's token, never a telephone number."""

    to: str
    from_: str
    answer_url: str
    status_url: str
    ring_seconds: int
    max_call_seconds: int
    amd_url: str | None = None
    fallback_url: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """The carrier has created the call. `queue_ms` is its estimate of the wait before dialling."""

    sid: str
    queue_ms: int = 0


@dataclass(frozen=True, slots=True)
class BadNumber:
    """The carrier says this number cannot be called; nothing rang."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """The carrier refuses for a reason that is ours (credentials, caller ID, permissions); nothing rang."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proven not to have been processed: `throttled` (429), or no connection, or a name not resolved."""

    text: str
    throttled: bool = False


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The request went out and no usable answer came back: the call may exist."""

    text: str


PlaceResult = Placed | BadNumber | Misconfigured | NotSent | AnswerLost


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSnapshot:
    """A call as the carrier's books show it. `dialled` is False until it leaves the queue.

    `created_at` and `ended_at` are UTC, in whole seconds, cut off. `ended_at` may be missing of a call that is over.
    """

    sid: str
    to: str
    from_: str
    status: NetworkStatus
    dialled: bool
    created_at: datetime | None
    duration_seconds: int | None
    answered_by: AnsweredBy | None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Calls from the carrier's books. `whole` is False when there were more pages than could be asked for."""

    calls: Sequence[CallSnapshot]
    whole: bool


class CarrierError(Exception):
    """The carrier could not be asked or said no to something other than placing a call."""


class UnreachableError(CarrierError):
    """No usable answer came back: whoever is asked about next would only wait for the same time-out."""


class Carrier(Protocol):
    """A telephone carrier. Methods block for at most the configured timeout."""

    def place(self, order: CallOrder) -> PlaceResult:
        """Place one call with exactly one request."""

    def redirect(self, sid: str, twiml: str) -> bool:
        """Replace what a live call hears; False when the call has already ended."""

    def hang_up(self, sid: str) -> bool:
        """End a call in any state; False when it has already ended."""

    def cancel(self, sid: str) -> CallSnapshot | None:
        """Cancel a call that is not answered yet; None when it has been answered or has ended. Raises CarrierError."""

    def fetch(self, sid: str) -> CallSnapshot | None:
        """One call from the books, None when unknown there. Raises CarrierError."""

    def find(self, *, to: str, from_: str) -> Sequence[CallSnapshot]:
        """Every call between two numbers, newest first, all pages. Raises CarrierError."""

    def made_since(self, since: datetime, *, from_: str, pages: int) -> Listed:
        """Every call from a number that was created since then, of the newest `pages` pages. Raises CarrierError."""

    def clock_ahead(self, *, ask: bool = False) -> timedelta | None:
        """By how much our clock was ahead of the carrier's in its last answer, at the least; None: not known.

        With `ask` a request is made for it. Raises CarrierError.
        """

    def owned_numbers(self) -> Sequence[str]:
        """Numbers that may be shown as caller ID. Raises CarrierError."""
