"""How webhooks reach the application: over HTTP, or straight into a WSGI app."""

from __future__ import annotations

import select
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlencode, urlsplit, urlunsplit

from werkzeug.test import run_wsgi_app

from dialer.simulator.signature import Form

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

FORM_TYPE = "application/x-www-form-urlencoded; charset=UTF-8"
CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class DeliveryReply:
    """What the application answered; `location` is set when it redirects."""

    status: int
    content_type: str = ""
    body: bytes = b""
    location: str = ""

    @property
    def ok(self) -> bool:
        return self.status < HTTPStatus.BAD_REQUEST


class DeliveryFailed(Exception):  # noqa: N818 -- reads as what happened
    """No answer came; the code is the one Twilio's debugger shows."""

    def __init__(self, reason: str, *, code: int = 11205, connected: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.connected = connected


Deliver = Callable[[str, str, Form, dict[str, str]], DeliveryReply]


def http_deliver(timeout: float = 15.0) -> Deliver:
    """Deliver over real connections, kept alive between webhooks."""
    return _HttpDeliver(timeout)


class _HttpDeliver:
    """Connections by origin; they are closed when nobody delivers through them any more."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._connections: dict[tuple[str, str], HTTPConnection] = {}
        weakref.finalize(self, _close_all, self._connections)

    def __call__(self, method: str, url: str, form: Form, headers: dict[str, str]) -> DeliveryReply:
        body, sent_headers = _encode(method, form, headers)
        parts = urlsplit(url)
        key = (parts.scheme, parts.netloc)
        connection = self._connections[key] = _connected(self._connections.pop(key, None), *key)
        try:
            connection.sock.settimeout(self._timeout)
            connection.request(method, _target(url), body=body, headers=sent_headers)
            reply = connection.getresponse()
            content = reply.read()
        except (OSError, HTTPException) as error:
            connection.close()
            raise DeliveryFailed(f"{url}: {error!r}", code=11200, connected=True) from error
        return DeliveryReply(
            reply.status, reply.getheader("Content-Type", ""), content, reply.getheader("Location", "")
        )


def _close_all(connections: dict[tuple[str, str], HTTPConnection]) -> None:
    for connection in connections.values():
        connection.close()


def _connected(known: HTTPConnection | None, scheme: str, netloc: str) -> HTTPConnection:
    """An open connection: the known one unless the other side has closed it meanwhile."""
    if known is not None and known.sock is not None:
        if not select.select([known.sock], [], [], 0)[0]:
            return known
        known.close()
    kind = HTTPSConnection if scheme == "https" else HTTPConnection
    try:
        connection = kind(netloc.rpartition("@")[2], timeout=CONNECT_SECONDS)
        connection.connect()
    except (OSError, HTTPException) as error:
        raise DeliveryFailed(f"{netloc}: {error}") from error
    return connection


def wsgi_deliver(app: WSGIApplication, origin: str) -> Deliver:
    """Deliver into an application of this process; other hosts than `origin` refuse the connection."""

    def deliver(method: str, url: str, form: Form, headers: dict[str, str]) -> DeliveryReply:
        if not url.startswith(origin + "/"):
            raise DeliveryFailed(f"connection refused: {url}")
        body, sent_headers = _encode(method, form, headers)
        content, status, given = run_wsgi_app(app, _environ(method, origin, url, body, sent_headers), buffered=True)
        return DeliveryReply(
            int(status.split()[0]), given.get("Content-Type", ""), b"".join(content), given.get("Location", "")
        )

    return deliver


def _environ(method: str, origin: str, url: str, body: bytes | None, headers: dict[str, str]) -> WSGIEnvironment:
    """The request as a server hands it to an application (PEP 3333)."""
    server, target = urlsplit(origin), _target(url)
    path, _, query = target.partition("?")
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        # untouched: signatures are computed over it
        "RAW_URI": target,
        "SERVER_NAME": server.hostname or "",
        "SERVER_PORT": str(server.port or (443 if server.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": server.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": server.scheme,
        "wsgi.input": BytesIO(body or b""),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body or b"")),
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        **{f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items() if name != "Content-Type"},
    }


def _target(url: str) -> str:
    """Path and query as they go over the wire."""
    parts = urlsplit(url)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def _encode(method: str, form: Form, headers: dict[str, str]) -> tuple[bytes | None, dict[str, str]]:
    if method == "GET":
        return None, headers
    return urlencode(form).encode(), {**headers, "Content-Type": FORM_TYPE}
