"""The three answers the carrier understands."""

from __future__ import annotations

from flask import Response, abort


def document(text: str | None) -> Response:
    """Instructions for a call; 404 when the address belongs to nothing."""
    if text is None:
        abort(404)
    return Response(text, content_type="application/xml; charset=utf-8")


def noted() -> Response:
    """A callback was taken note of, or concerns nothing of ours: either way there is nothing to repeat."""
    return Response(status=204)
