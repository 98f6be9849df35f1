"""The origin that the carrier signs: scheme and host of the public address, without its path prefix."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def signed_origin(base_url: str) -> str:
    """For "https://example.com/dialer": "https://example.com" (the prefix arrives as part of the path)."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"


def path_prefix(base_url: str) -> str:
    """For "https://example.com/dialer": "/dialer"; without a prefix the empty string."""
    return urlsplit(base_url).path.rstrip("/")


def signed_target(raw_target: str, prefix: str) -> str:
    """Path and query as they were signed: some proxies take the public address's prefix away, some leave it."""
    return raw_target if raw_target.startswith(f"{prefix}/") else f"{prefix}{raw_target}"


class WithoutPrefix:
    """Routes requests under the public address's prefix, whether or not a proxy in front has taken it away."""

    def __init__(self, app: WSGIApplication, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if self._prefix and path.startswith(f"{self._prefix}/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._prefix
            environ["PATH_INFO"] = path.removeprefix(self._prefix)
        return self._app(environ, start_response)
