"""The addresses Twilio is given to call us back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

# Twilio reads its retry rules from the fragment, which it neither sends nor signs: three more tries when
# no connection came about or we answered 5xx. Without it a callback that meets a restart is lost.
RETRIES = "#rc=3&rp=ct,5xx"

# Characters that no proxy and no WSGI server rewrites, so that what is signed is what arrives.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")
_PREFIX = re.compile(r"(/[A-Za-z0-9_.~-]+)*")


@dataclass(frozen=True, slots=True)
class CallbackUrls:
    """Every address under our public base, which may carry a path prefix ("https://example.com/dialer")."""

    base_url: str

    def __post_init__(self) -> None:
        base = self.base_url.rstrip("/")
        parts = urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("public base URL: give http(s)://host[:port][/prefix]")
        if parts.username is not None or "?" in base or "#" in base or not _PREFIX.fullmatch(parts.path):
            raise ValueError("public base URL: only host, port and a plain path prefix may stand in it")
        if "_" in parts.hostname:
            raise ValueError(f"public base URL {base!r}: Twilio refuses host names with an underscore")
        object.__setattr__(self, "base_url", base)

    def voice(self, token: str) -> str:
        """Fetched when the called party answers."""
        return self._of("voice", token)

    def voice_next(self, token: str) -> str:
        """Fetched when a pause is over and the next thing has to be decided."""
        return self._of("voice", token, "/next")

    def voice_played(self, token: str) -> str:
        """Fetched when a message was played to its end."""
        return self._of("voice", token, "/played")

    def status(self, token: str) -> str:
        """Told of each change of the call's state."""
        return self._of("status", token) + RETRIES

    def amd(self, token: str) -> str:
        """Told who picked up."""
        return self._of("amd", token) + RETRIES

    def desk_answer(self, token: str) -> str:
        """Fetched when a collector's own telephone is picked up."""
        return self._of("desk", token, "/answer")

    def desk_joined(self, token: str) -> str:
        """Sent the key the collector pressed to open his line."""
        return self._of("desk", token, "/joined")

    def desk_star(self, token: str, attempt_id: int | None = None) -> str:
        """Fetched when the collector presses the star key or his conference ends; names the call he is in, if any."""
        return self._of("desk", token, "/star" if attempt_id is None else f"/star/{attempt_id}")

    def desk_status(self, token: str) -> str:
        """Told of each change of the collector's own call."""
        return self._of("desk", token, "/status") + RETRIES

    def _of(self, kind: str, token: str, step: str = "") -> str:
        if not _TOKEN.fullmatch(token):
            raise ValueError("callback token: only letters, digits, - and _ (at most 128) survive every proxy")
        return f"{self.base_url}/twilio/{kind}/{token}{step}"
