"""The HTTP underneath twilio-python: one origin, always a time limit, no second try, nothing in the logs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]

from dialer.core.clocks import ahead

# The library logs whole URLs, and those of a search carry both telephone numbers. A logger of its own, outside
# the tree, so that no configuration of the program can turn that on.
_SILENT = logging.Logger("twilio", level=logging.CRITICAL + 1)  # noqa: LOG001


class UnusableAnswerError(Exception):
    """An answer that says nothing about what was done: a redirect, a server error, a gateway's time-out."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class OneOriginHttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Sends to `origin` whatever host the library, region and edge have come up with; None leaves it to them."""

    def __init__(
        self, *, timeout_seconds: float, origin: str | None, now: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__(timeout=timeout_seconds, logger=_SILENT)
        self._origin = None if origin is None else _origin(origin)
        self._now = now
        self.ahead: timedelta | None = None
        """By how much our clock was ahead of the other side's in its last answer at the least; None: not known."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        asked = self._now() if self._now else None
        response = super().request(method, self._pinned(url), *args, **kwargs)
        if self._now and asked and (theirs := _date(response.headers)):
            self.ahead = ahead(asked, self._now(), theirs)
        # Decided here, on the real status: further up the body's own word for it is believed.
        # 408 is the one refusal a gateway gives after it has passed the request on.
        status = response.status_code
        if status == 408 or not (200 <= status < 300 or 400 <= status < 500):
            raise UnusableAnswerError(status)
        return response

    def close(self) -> None:
        """Close the connections kept open for the next request."""
        self.session.close()

    def _pinned(self, url: str) -> str:
        if self._origin is None:
            return url
        scheme, netloc = self._origin
        return urlunsplit(urlsplit(url)._replace(scheme=scheme, netloc=netloc))


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        shown = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    return shown if shown.tzinfo else shown.replace(tzinfo=UTC)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"api_base_url {url!r}: give http(s)://host[:port] without a path")
    return parts.scheme, parts.netloc
