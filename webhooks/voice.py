"""What an answered debtor hears, and calls to our own number."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from dialer.actions import answer_call, inbound
from dialer.app import App
from dialer.telephony.fields import is_call_sid
from webhooks.replies import document


def blueprint(app: App) -> Blueprint:
    """POST /twilio/voice/<token>[/next|/played], POST /twilio/inbound."""
    routes = Blueprint("voice", __name__)

    @routes.post("/twilio/voice/<token>")
    def answered(token: str) -> Response:
        sid = request.form.get("CallSid", "")
        if not is_call_sid(sid):
            abort(400)  # it would be bound to the attempt
        return document(answer_call.answer(app, token, sid))

    @routes.post("/twilio/voice/<token>/next")
    def after_announcement(token: str) -> Response:
        return document(answer_call.after_announcement(app, token))

    @routes.post("/twilio/voice/<token>/played")
    def played(token: str) -> Response:
        return document(answer_call.message_played(app, token))

    @routes.post("/twilio/inbound")
    def called_us() -> Response:
        return document(inbound.greet(app, request.form.get("From", ""), request.form.get("CallSid", "")))

    return routes
