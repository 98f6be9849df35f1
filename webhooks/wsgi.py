"""Entry point for gunicorn: `gunicorn 'webhooks.wsgi:create()'` with DIALER_CONFIG set."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event

from flask import Flask

from dialer.actions.serve_metrics import serve_metrics
from dialer.app import build
from dialer.config import load
from dialer.logs import to_stderr
from webhooks.app import create_app


def create() -> Flask:
    """The application for the configuration file that DIALER_CONFIG names."""
    to_stderr()
    app = build(load(Path(os.environ.get("DIALER_CONFIG", "config.toml"))))
    # each worker of gunicorn is asked to, one has the port
    serve_metrics(app, stop=Event())
    return create_app(app)
