"""pgbouncer in front of a PostgreSQL server, in transaction mode, with fewer connections than it has clients."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.chaos.postgres_pair import ACCOUNT
from tests.e2e.processes import free_port, wait_for

# an administrator's programs are in no ordinary user's path
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
CONNECTIONS = 3

SETTINGS = """
[databases]
* = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
admin_users = postgres
pool_mode = transaction
default_pool_size = {connections}
logfile = {folder}/pgbouncer.log
"""


class Pooler:
    """Clients come to `port`; the folder is its own."""

    def __init__(self, folder: Path, server: int) -> None:
        assert PROGRAM is not None
        self._folder = folder
        self.port = free_port()
        self._user = ACCOUNT if os.geteuid() == 0 else None
        self._aim(server)
        if self._user:
            for path in (folder, folder / "pgbouncer.ini"):
                shutil.chown(path, self._user)
        # it refuses to run as root
        self._process = subprocess.Popen([PROGRAM, "-q", str(folder / "pgbouncer.ini")], user=self._user, cwd="/")
        wait_for("the pooler", self._answers)

    def url(self, *, pooler: str = "?pooler=transaction") -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres{pooler}"

    def aim(self, server: int) -> None:
        """What an administrator does after a fail-over: the same address, another server."""
        self._aim(server)
        self._process.send_signal(signal.SIGHUP)
        self._administer("RECONNECT")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)

    def _aim(self, server: int) -> None:
        text = SETTINGS.format(server=server, port=self.port, connections=CONNECTIONS, folder=self._folder)
        (self._folder / "pgbouncer.ini").write_text(text, encoding="utf-8")

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            self._administer("SHOW VERSION")
            return True
        return False

    def _administer(self, statement: str) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname="pgbouncer", autocommit=True
        ) as session:
            session.cursor(binary=False).execute(statement, prepare=False)  # type: ignore[call-overload]
