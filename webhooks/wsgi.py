"""Entry point for gunicorn: `gunicorn 'webhooks.wsgi:create()'` with DIALER_CONFIG set."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from dialer.app import build
from dialer.config import load
from webhooks.app import create_app


def create() -> Flask:
    """The application for the configuration file that DIALER_CONFIG names."""
    return create_app(build(load(Path(os.environ.get("DIALER_CONFIG", "config.toml")))))
