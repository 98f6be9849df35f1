"""What every line of the log says of the request it was written in."""

from __future__ import annotations

from hashlib import sha256

import structlog
from flask import request

HASH_DIGITS = 12


def begin_request() -> None:
    """Bind the place asked for, and a short hash of the address's token, to all lines of this request.

    The token itself is not logged, nor is a path, in which a stranger may write what he likes. The actions add the
    attempt's id once they know it.
    """
    structlog.contextvars.clear_contextvars()
    said = {"place": request.url_rule.rule if request.url_rule else "elsewhere"}
    token = (request.view_args or {}).get("token")
    if token:
        said["token_hash"] = sha256(str(token).encode("utf-8", "replace")).hexdigest()[:HASH_DIGITS]
    structlog.contextvars.bind_contextvars(**said)
