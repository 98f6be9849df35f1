"""What the network and machine detection report of our calls."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, Response, request

from dialer.actions.handle_event import handle_machine_verdict, handle_status
from dialer.app import App
from dialer.telephony.callbacks import Unreadable, parse_amd, parse_status
from webhooks.replies import noted

log = structlog.get_logger()


def blueprint(app: App, put_aside: Callable[[str], None]) -> Blueprint:
    """POST /twilio/status/<token>, POST /twilio/amd/<token>."""
    routes = Blueprint("status", __name__)

    @routes.post("/twilio/status/<token>")
    def status(token: str) -> Response:
        event = parse_status(request.form)
        if isinstance(event, Unreadable):
            put_aside(event.reason)
        elif not handle_status(app, token, event, request.form.to_dict()):
            log.warning("webhook.unknown_token")
        return noted()

    @routes.post("/twilio/amd/<token>")
    def machine_verdict(token: str) -> Response:
        event = parse_amd(request.form)
        if isinstance(event, Unreadable):
            put_aside(event.reason)
        elif not handle_machine_verdict(app, token, event, request.form.to_dict()):
            log.warning("webhook.unknown_token")
        return noted()

    return routes
