"""WSGI application for the carrier's requests: verify, parse, act, answer fast."""

from __future__ import annotations

from itertools import chain

import structlog
from flask import Flask, Response, abort, g, request

from dialer.app import App
from dialer.storage import inbox
from dialer.telephony.redaction import redact
from dialer.telephony.signature import raw_target, verify
from webhooks import desk, health, status, voice
from webhooks.log_lines import begin_request
from webhooks.origin import WithoutPrefix, path_prefix, signed_origin, signed_target

MAX_BODY = 64 * 1024
MAX_FIELDS = 200
MAX_KEPT = 10_000
READ = frozenset({"application/x-www-form-urlencoded", ""})
"""Kinds of body; the carrier sends forms, or no body at all."""

log = structlog.get_logger()


def create_app(app: App) -> Flask:
    """The application for one wired program."""
    flask = Flask("webhooks", static_folder=None)
    flask.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_PARTS=MAX_FIELDS, MAX_FORM_MEMORY_SIZE=MAX_BODY)
    origin = signed_origin(app.config.public.base_url)
    prefix = path_prefix(app.config.public.base_url)
    token = app.config.twilio.auth_token.get_secret_value()
    flask.wsgi_app = WithoutPrefix(flask.wsgi_app, prefix)  # type: ignore[method-assign]

    flask.before_request(begin_request)

    @flask.before_request
    def _only_the_carrier() -> None:
        if not request.path.startswith("/twilio/"):
            return
        if request.mimetype not in READ:
            # before anything of it is read: an upload would be written to temporary files
            log.warning("webhook.refused", reason="not a form")
            abort(403)
        signature = request.headers.get("X-Twilio-Signature")
        target = signed_target(raw_target(request.environ), prefix)
        if not verify(
            auth_token=token,
            origin=origin,
            raw_target=target,
            method=request.method,
            form=request.form,
            signature=signature,
        ):
            log.warning("webhook.refused", signed=signature is not None)
            abort(403)
        g.from_the_carrier = True
        if _unstorable():
            abort(400)

    @flask.errorhandler(400)
    def _unreadable(_error: Exception) -> Response:
        if g.get("from_the_carrier"):
            put_aside("a request that cannot be taken over")
        return Response(status=400)

    @flask.errorhandler(500)
    def _failed(error: Exception) -> Response:
        log.error("webhook.failed", error=type(getattr(error, "original_exception", error)).__name__)
        return Response(status=500)

    def put_aside(reason: str) -> None:
        log.warning("webhook.unreadable", reason=reason)
        with app.db.write() as tx:
            body = str(redact(request.form.to_dict()))[:MAX_KEPT]
            path = request.path[:MAX_KEPT].replace("\x00", "\\0")
            inbox.put_aside(tx, at=app.clock.now(), path=path, reason=reason, body=body)

    flask.register_blueprint(voice.blueprint(app))
    flask.register_blueprint(status.blueprint(app, put_aside))
    flask.register_blueprint(desk.blueprint(app, put_aside))
    flask.register_blueprint(health.blueprint(app))
    return flask


def _unstorable() -> bool:
    """More fields than any request of the carrier has, or a character that no database text can hold."""
    pairs = list(request.form.items(multi=True))
    return len(pairs) > MAX_FIELDS or "\x00" in "".join((request.path, *chain.from_iterable(pairs)))
