"""The collector's own line."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from dialer.actions import desk as line
from dialer.app import App
from dialer.telephony.callbacks import STATUS_WORDS, Unreadable, parse_status
from webhooks.replies import call_sid, document, noted


def blueprint(app: App, put_aside: Callable[[str], None]) -> Blueprint:
    """POST /twilio/desk/<token>/answer, /joined, /star[/<attempt>], /status."""
    routes = Blueprint("desk", __name__, url_prefix="/twilio/desk")

    @routes.post("/<token>/answer")
    def answered(token: str) -> Response:
        return document(line.answered(app, token))

    @routes.post("/<token>/joined")
    def joined(token: str) -> Response:
        return document(line.joined(app, token, digits=request.form.get("Digits", ""), sid=call_sid()))

    @routes.post("/<token>/star")
    @routes.post("/<token>/star/<int:attempt_id>")
    def star(token: str, attempt_id: int | None = None) -> Response:
        status = STATUS_WORDS.get(request.form.get("CallStatus", ""))
        return document(line.star(app, token, sid=call_sid(), pressed_in=attempt_id, status=status))

    @routes.post("/<token>/status")
    def status(token: str) -> Response:
        event = parse_status(request.form)
        if isinstance(event, Unreadable):
            put_aside(event.reason)
        else:
            line.status(app, token, event)
        return noted()

    return routes
