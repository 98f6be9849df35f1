"""What outlives the killed process: the telephone network with its books, the database, and whoever starts us anew."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dialer.simulator.deliver import DeliveryFailed, DeliveryReply, http_deliver
from dialer.simulator.directory import Directory
from dialer.simulator.faults import FaultPlan
from dialer.simulator.network import Network
from dialer.simulator.server import Server
from tests.actions.office_kit import ACCOUNT, CALLER_ID, COLLECTORS, CONFIG, ORIGIN, PEOPLE, TOKEN, TUESDAY
from tests.crash.clock import Dial

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30


class DiedError(Exception):
    """The process was killed, as it was told to be."""


class Books(Network):
    """Keeps what was asked of it, and shows its time to the child."""

    def __init__(self, dial: Dial, **settings: Any) -> None:
        super().__init__(**settings)
        self._dial = dial
        self.asked: Counter[str] = Counter()
        self.created: dict[str, list[str]] = defaultdict(list)
        dial.show(self.now)

    def _step(self, instant: datetime) -> bool:
        more = super()._step(instant)
        self._dial.show(self.now)
        return more

    def create_call(self, params: Any) -> dict[str, Any]:
        token = urlsplit(params["Url"][0]).path.split("/")[3]
        self.asked[token] += 1
        before = len(self.calls)
        try:
            return super().create_call(params)
        finally:
            self.created[token] += [call.sid for call in self.calls[before:]]


class Host:
    """Where the network's interface listens, and the zygote of one database; serves one world after the other."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.dial = Dial(folder / "dial")
        self.network: Books | None = None
        self.server = Server(self._current, "127.0.0.1", 0).start()
        self.config = folder / "config.toml"
        settings = {"account": ACCOUNT, "token": TOKEN, "api": self.server.origin, "base_url": ORIGIN}
        settings |= {"url": json.dumps(url), "caller_id": CALLER_ID, "calls_per_second": 1.0, "timeout_seconds": 5.0}
        self.config.write_text(CONFIG.format(**settings, workers=1, batch_size=20), encoding="utf-8")
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / "parent"))
        self._door.listen()
        self._door.settimeout(PATIENCE_SECONDS)
        self._zygote: subprocess.Popen[str] | None = None

    def _current(self) -> Network:
        assert self.network is not None
        return self.network

    def fork(self, order: dict[str, Any]) -> Connection:
        """A new process; its connection."""
        if self._zygote is None:
            self._zygote = self._start()
        self._told.write(json.dumps({**order, "parent": str(self.folder / "parent")}) + "\n")
        self._told.flush()
        try:
            came, _ = self._door.accept()
        except TimeoutError:
            raise AssertionError(f"no process came: {self._last_words()}") from None
        came.setblocking(True)
        return Connection(came.detach())

    @property
    def _told(self) -> Any:
        assert self._zygote is not None
        return self._zygote.stdin

    def _start(self) -> subprocess.Popen[str]:
        files = (self.config, self.folder / "dial", self.folder / "program.log")
        command = [sys.executable, "-m", "tests.crash.zygote", *map(str, files)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)

    def end_of_child(self) -> int:
        """The exit code of the process that has hung up; negative is a signal."""
        assert self._zygote is not None
        assert self._zygote.stdout is not None
        answered, _, _ = select.select([self._zygote.stdout], [], [], PATIENCE_SECONDS)
        assert answered, f"the process does not end: {self._last_words()}"
        return int(self._zygote.stdout.readline())

    def _last_words(self) -> str:
        log = self.folder / "program.log"
        return log.read_text(encoding="utf-8")[-3000:] if log.exists() else ""

    def close(self) -> None:
        self._door.close()
        self.server.stop()
        if self._zygote is not None:
            self._told.close()
            self._zygote.wait(PATIENCE_SECONDS)
            assert self._zygote.stdout is not None
            self._zygote.stdout.close()


class World:
    """One life of the office, in which our process is killed once."""

    def __init__(self, host: Host, *, die_at: int, away: timedelta, api_script: tuple[str, ...], planted: str) -> None:
        self._host = host
        self._away = away
        self._planted = planted
        self.killed = False
        self.diary = host.folder / "diary"
        self.diary.write_bytes(b"")
        self._port = 0
        self.network = host.network = Books(
            host.dial,
            start=TUESDAY.astimezone(ZoneInfo("UTC")),
            seed=7,
            directory=Directory(PEOPLE, COLLECTORS),
            deliver=self._deliver(),
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            own_numbers=frozenset({CALLER_ID}),
            faults=FaultPlan(api_script=api_script),
        )
        self._child: Connection | None = None
        self._start(die_at)

    def _start(self, die_at: int) -> None:
        order = {"diary": str(self.diary), "die_at": die_at, "planted": self._planted}
        self._child = self._host.fork(order)
        _, self._port = self._child.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.close()
            assert self._host.end_of_child() == 0

    @property
    def now(self) -> datetime:
        return self.network.now

    def tell(self, what: str) -> bool:
        """Have the process do something; True when that began a call. A process that dies over it is started anew."""
        try:
            return self._tell(what)
        except (EOFError, ConnectionError):
            self._bury()
            return True

    def _tell(self, what: str) -> bool:
        assert self._child is not None
        self._child.send(what)
        while True:
            assert self._child.poll(PATIENCE_SECONDS), f"{what}: no answer"
            word, value = self._child.recv()
            if word == "done":
                return bool(value)
            self.network.run_until(value)
            self._child.send("go on")

    def run(self, seconds: float) -> None:
        """Let the network run, event by event; a process that dies over a webhook is started anew."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.network.run_until(min(end, self.network.next_event_at() or end))
            if self._child is not None and self._child.poll():
                self._bury()

    def _bury(self) -> None:
        assert self._child is not None
        self._child.close()
        self._child, self._port = None, 0
        code = self._host.end_of_child()
        assert code == -9, f"the process ended with {code}"
        assert not self.killed
        self.killed = True
        self.network.run_until(self.now + self._away)
        self._start(0)

    def _deliver(self) -> Callable[..., DeliveryReply]:
        """To the port of the living process; a dead one refuses connections."""
        http = http_deliver()

        def deliver(method: str, url: str, form: Any, headers: dict[str, str]) -> DeliveryReply:
            if not self._port:
                raise DeliveryFailed(f"connection refused: {url}")
            return http(method, url.replace(ORIGIN, f"http://127.0.0.1:{self._port}"), form, headers)

        return deliver
