"""Whether a request really comes from Twilio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Mapping

# Characters of a path that travel unescaped (RFC 3986, section 3.3), and the slash between its segments.
_PATH_SAFE = "/!$&'()*+,;=:@"


def verify(
    *,
    auth_token: str,
    origin: str,
    raw_target: str,
    method: str,
    form: Mapping[str, str],
    signature: str | None,
    body: str | None = None,
) -> bool:
    """True when `signature` was made with our token for this very request; every doubt is False.

    `origin` is the address Twilio was given, from configuration: behind a proxy neither Host nor the
    scheme seen here says what Twilio signed. A path prefix which the proxy removes belongs to it.
    `raw_target` is the path and query as received, still escaped. `body` is for JSON requests only.
    """
    # An origin-form target keeps the host of the signed URL ours; a proxy request or `*` has no business here.
    if not auth_token or not signature or method not in {"GET", "POST"} or not raw_target.startswith("/"):
        return False
    url = origin.rstrip("/") + raw_target
    if body is not None and "bodySHA256" not in parse_qs(urlsplit(url).query):
        return False
    # The form of a GET is empty when Twilio sent it; fields that somebody put into its body are not signed and fail.
    signed = form if body is None else body
    try:
        return bool(RequestValidator(auth_token).validate(url, signed, signature))
    except ValueError:
        # A URL that cannot be parsed, or text that has no UTF-8 form: nothing Twilio could have signed.
        return False


def raw_target(environ: Mapping[str, Any]) -> str:
    """Path and query of a WSGI request as they came over the wire, still escaped."""
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if not raw:
        return _rebuilt(environ)
    if raw.startswith("/"):
        return str(raw)
    return _without_origin(str(raw))


def _without_origin(target: str) -> str:
    # Some proxies send the absolute form, "http://host/path"; the host in it is whatever the client liked.
    scheme, separator, rest = target.partition("://")
    if not separator or not scheme.isalnum():
        return target
    end = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
    path = rest[end:]
    return path if path.startswith("/") else f"/{path}"


def _rebuilt(environ: Mapping[str, Any]) -> str:
    # WSGI hands the path over unescaped, its bytes as latin-1; right for every path that needs no escapes.
    path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
    escaped = quote(path.encode("latin-1"), safe=_PATH_SAFE) or "/"
    query = environ.get("QUERY_STRING", "")
    return f"{escaped}?{query}" if query else escaped
