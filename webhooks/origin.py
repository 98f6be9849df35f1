"""The origin that the carrier signs: scheme and host of the public address, without its path prefix."""

from __future__ import annotations

from urllib.parse import urlsplit


def signed_origin(base_url: str) -> str:
    """For "https://example.com/dialer": "https://example.com" (the prefix arrives as part of the path)."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"
