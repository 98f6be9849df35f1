"""Is the process up, and can it work with its database?"""

from __future__ import annotations

from flask import Blueprint, Response

from dialer.app import App


def blueprint(app: App) -> Blueprint:
    """GET /healthz (process), GET /readyz (database)."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def alive() -> Response:
        return Response("ok\n", content_type="text/plain")

    @routes.get("/readyz")
    def ready() -> Response:
        if why := app.db.unready():
            return Response(f"database {why}\n", status=503, content_type="text/plain")
        return Response("ok\n", content_type="text/plain")

    return routes
