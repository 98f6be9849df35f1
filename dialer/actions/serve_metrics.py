"""The figures for Prometheus on a port of this machine alone: nothing of it can be reached through the public door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog
from prometheus_client import CollectorRegistry, start_http_server

from dialer.actions.metrics import Figures
from dialer.app import App

HERE = "127.0.0.1"
TRY_AGAIN_SECONDS = 5.0

log = structlog.get_logger()


@contextmanager
def serving_metrics(app: App) -> Iterator[None]:
    """Serve while the block runs, where a port is configured."""
    stop = Event()
    thread = serve_metrics(app, stop=stop)
    try:
        yield
    finally:
        stop.set()
        if thread is not None:
            thread.join()


def serve_metrics(app: App, *, stop: Event) -> Thread | None:
    """Begin to serve in a thread of its own, until `stop` is set; None where no port is configured.

    Every process of a machine may be asked to: one has the port, and when that one ends another takes it over. Their
    figures are the same, since they come from the database.
    """
    port = app.config.operations.metrics_port
    if port is None:
        return None
    thread = Thread(target=_serve, args=(app, port, stop), name="metrics", daemon=True)
    thread.start()
    return thread


def _serve(app: App, port: int, stop: Event) -> None:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(app))
    while not stop.is_set():
        try:
            server, thread = start_http_server(port, HERE, registry)
        except OSError:
            stop.wait(TRY_AGAIN_SECONDS)  # another process of ours has the port
            continue
        log.info("metrics.serving", port=port)
        stop.wait()
        server.shutdown()
        server.server_close()
        thread.join()
