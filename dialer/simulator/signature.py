"""X-Twilio-Signature as the sender computes it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

Form = list[tuple[str, str]]


def sign(auth_token: str, url: str, form: Iterable[tuple[str, str]] = ()) -> str:
    """Base64 of the HMAC-SHA1 over the URL and the distinct, sorted form values."""
    text = signed_url(url) + "".join(name + value for name, value in sorted(set(form)))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def signed_url(url: str) -> str:
    """The URL without fragment and credentials, and over HTTPS without its port."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme == "https":
        host = host.partition(":")[0]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
