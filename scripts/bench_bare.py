"""The least that a receiver of callbacks can do: check the signature, store the event, change the call."""

from __future__ import annotations

import json
import os

import sqlalchemy as sa
from bench import TOKEN
from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from dialer.storage.database import Database

ORIGIN = "https://bench.example.test"
INSERT = sa.text("INSERT INTO bare_events (id, key, payload) VALUES (1, :key, :payload)")
UPDATE = sa.text("UPDATE bare_calls SET state = :state WHERE token = :token")


def create() -> Flask:
    """The application, on the database that BENCH_DATABASE names."""
    flask = Flask("bare")
    db = Database(os.environ["BENCH_DATABASE"])
    with db.write() as tx:
        tx.execute(sa.text("DELETE FROM bare_events"))
    validator = RequestValidator(TOKEN)

    @flask.post("/twilio/status/<token>")
    def status(token: str) -> Response:
        if not validator.validate(ORIGIN + request.path, request.form, request.headers.get("X-Twilio-Signature", "")):
            abort(403)
        form = request.form.to_dict()
        with db.write() as tx:
            key = f"{token}:{form['SequenceNumber']}"
            tx.execute(INSERT, {"key": key, "payload": json.dumps(form)})
            tx.execute(UPDATE, {"state": form["CallStatus"], "token": token})
        return Response(status=204)

    @flask.get("/healthz")
    def alive() -> Response:
        return Response("ok\n")

    return flask
