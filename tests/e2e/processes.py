"""Starts the shipped programs as processes of their own and stops them again."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DIALER = Path(sys.executable).with_name("dialer")
PATIENCE_SECONDS = 60


PORTS = range(20_000, 32_000)
"""Below those that the kernel gives to whoever connects: one of them might be taken before our server has started."""

A_FEW = 50


def free_port() -> int:
    """A port that nobody listens on, for a server that is to be started."""
    for _ in range(A_FEW):
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError(f"no free port after {A_FEW} tries between {PORTS.start} and {PORTS.stop}")


def wait_for(what: str, look: Callable[[], Any]) -> Any:
    """Look until something truthy is seen; fail with `what` after a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        time.sleep(0.1)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain for {what}")


def get_json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as reply:
        return json.load(reply)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


@dataclass
class Office:
    """A small collections office: its folder, its environment, and the programs that run for it."""

    folder: Path
    shown_start: str
    speed: float
    environment: dict[str, str] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)
    api: str = ""
    public: str = ""

    def __post_init__(self) -> None:
        clock = f"{self.shown_start}@{datetime.now(UTC).isoformat()}*{self.speed}"  # noqa: TID251 - the real clock
        self.environment = {**os.environ, "DIALER_CONFIG": str(self.folder / "config.toml"), "DIALER_CLOCK": clock}

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """A program in the background; its output goes to NAME.log in the folder."""
        log = self.stack.enter_context((self.folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(
            [DIALER, *arguments], cwd=self.folder, env=self.environment, stdout=log, stderr=subprocess.STDOUT
        )
        self.stack.callback(self._stop, process)
        return process

    def dialer(self, *arguments: str, code: int = 0) -> Any:
        """A command that ends; its JSON answer."""
        done = subprocess.run(
            [DIALER, *arguments, "--json"],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    @staticmethod
    def _stop(process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
