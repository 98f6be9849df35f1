"""Commands that stay: scheduler, webhooks, simulator, demo."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Event

import click

from dialer import demo as demonstration
from dialer.cli.base import FAILED, answer, json_option, options, program
from dialer.clock import Clock, ShiftedClock, SystemClock
from dialer.core.errors import BadInput
from dialer.scheduler import loop
from dialer.simulator import server

EXISTING = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.option("--once", is_flag=True, help="One round, then stop.")
@click.option("--until-idle", is_flag=True, help="Stop when nothing is due.")
@options
def scheduler(*, once: bool, until_idle: bool, config_file: Path, as_json: bool) -> None:
    """Call what is due, until SIGTERM; what is in flight is finished first."""
    app = program(config_file)
    if once:
        done = loop.run_once(app, worker=f"once:{os.getpid()}")
        text = f"looked at {done.looked_at} cases, started {done.started} calls"
        answer({"looked_at": done.looked_at, "tried": done.tried, "started": done.started}, text, as_json=as_json)
        return
    stop = Event()
    loop.stop_on_signals(stop)
    loop.run(app, stop=stop, until_idle=until_idle)


@click.group()
def serve() -> None:
    """Web servers."""


@serve.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@options
def webhooks(*, host: str, port: int, workers: int, config_file: Path, as_json: bool) -> None:
    """Take Twilio's requests, with gunicorn."""
    del as_json
    program(config_file).db.close()  # a clear error now rather than in every worker
    environment = {**os.environ, "DIALER_CONFIG": str(config_file)}
    command = ["gunicorn", "--bind", f"{host}:{port}", "--workers", str(workers), "--threads", "4"]
    command += ["--no-control-socket", "webhooks.wsgi:create()"]
    gunicorn = Path(sys.executable).with_name("gunicorn")
    os.execve(gunicorn, command, environment)  # noqa: S606 - becomes gunicorn, no shell


@click.command()
@click.option(
    "--directory", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=True, help="people.json"
)
@click.option("--port", default=5050, show_default=True, type=click.IntRange(0, 65535), help="Port on 127.0.0.1.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same people.")
@click.option("--calls-per-second", default=1.0, show_default=True, help="What the account is granted.")
@click.option("--account-sid", default="AC" + "0" * 32, show_default=True, help="The only account that exists.")
@click.option("--auth-token", envvar="DIALER_TWILIO_AUTH_TOKEN", required=True, help="Its token.")
@click.option("--own-number", "own", multiple=True, help="A caller ID of the account, E.164; none = any is accepted.")
@click.option("--faults", type=EXISTING, help="Fault plan, JSON.")
@json_option
def simulator(
    *,
    directory: Path,
    port: int,
    seed: int,
    calls_per_second: float,
    account_sid: str,
    auth_token: str,
    own: tuple[str, ...],
    faults: Path | None,
    as_json: bool,
) -> None:
    """A virtual telephone network behind Twilio's HTTP interface, on this machine only."""
    server.run(
        host="127.0.0.1",
        port=port,
        seed=seed,
        directory_file=directory,
        calls_per_second=calls_per_second,
        account_sid=account_sid,
        auth_token=auth_token,
        now=_simulated_clock().now,
        faults_file=faults,
        own_numbers=frozenset(own) or None,
        ready=lambda origin: answer({"listening": origin}, f"listening on {origin}", as_json=as_json),
    )


def _simulated_clock() -> Clock:
    text = os.environ.get("DIALER_CLOCK")
    try:
        return ShiftedClock.parse(text) if text else SystemClock()
    except ValueError as error:
        raise BadInput(str(error)) from None


@click.command()
@click.option("--days", default=8, show_default=True, type=click.IntRange(1, 60), help="Virtual days.")
@click.option("--claims", default=300, show_default=True, type=click.IntRange(1, 20_000), help="Claims in the book.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same book and same people.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("demo-run"), show_default=True)
@json_option
def demo(*, days: int, claims: int, seed: int, out: Path, as_json: bool) -> int:
    """The whole thing on the simulator and a virtual clock: no account, no telephone, no real number."""
    result = demonstration.run(folder=out, days=days, claims=claims, seed=seed)
    answer(result.data, result.text, as_json=as_json)
    return 0 if result.good else FAILED


COMMANDS = (scheduler, serve, simulator, demo)
