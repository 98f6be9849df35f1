"""What an answered debtor hears, and calls to our own number."""

from __future__ import annotations

from flask import Blueprint, Response, request

from dialer.actions import answer_call, inbound
from dialer.app import App
from webhooks.replies import call_sid, document


def blueprint(app: App) -> Blueprint:
    """POST /twilio/voice/<token>[/next|/played], POST /twilio/inbound."""
    routes = Blueprint("voice", __name__)

    @routes.post("/twilio/voice/<token>")
    def answered(token: str) -> Response:
        return document(answer_call.answer(app, token, call_sid()))

    @routes.post("/twilio/voice/<token>/next")
    def after_announcement(token: str) -> Response:
        return document(answer_call.after_announcement(app, token))

    @routes.post("/twilio/voice/<token>/played")
    def played(token: str) -> Response:
        return document(answer_call.message_played(app, token))

    @routes.post("/twilio/inbound")
    def called_us() -> Response:
        return document(
            inbound.greet(app, caller=request.form.get("From", ""), called=request.form.get("To", ""), sid=call_sid())
        )

    return routes
