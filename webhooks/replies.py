"""What every view takes from a request, and the answers the carrier understands."""

from __future__ import annotations

from flask import Response, abort, request

from dialer.telephony.fields import is_call_sid


def document(text: str | None) -> Response:
    """Instructions for a call; 404 when the address belongs to nothing."""
    if text is None:
        abort(404)
    return Response(text, content_type="application/xml; charset=utf-8")


def noted() -> Response:
    """A callback was taken note of, or concerns nothing of ours: either way there is nothing to repeat."""
    return Response(status=204)


def call_sid() -> str:
    """The call a request is about; 400 when it names none, since what it names is stored."""
    sid = request.form.get("CallSid", "")
    if not is_call_sid(sid):
        abort(400)
    return sid
