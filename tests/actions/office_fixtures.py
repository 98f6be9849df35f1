"""Fixtures around an office; the folders' conftests take them over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from office_kit import Office, copy_of, migrated_sqlite, open_office
from psycopg import sql
from sqlalchemy import make_url

from dialer.storage.database import Database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    return migrated_sqlite(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """A migrated PostgreSQL database that new ones are copied from."""
    name = f"template_{uuid4().hex}"
    server = make_url(postgres_url)
    with psycopg.connect(
        user=server.username, dbname=server.database, host=str(server.query["host"]), autocommit=True
    ) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    database = Database(server.set(database=name).render_as_string(hide_password=False))
    database.upgrade()
    database.close()
    return name


@pytest.fixture
def sqlite_database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A fresh, migrated SQLite file."""
    return copy_of(sqlite_template, tmp_path)


@pytest.fixture
def make_office(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Office]]:
    """Opens an office with options; on SQLite unless a URL is given."""
    with ExitStack() as stack:

        def make(url: str | None = None, **options: Any) -> Office:
            address = url or request.getfixturevalue("sqlite_database_url")
            return stack.enter_context(open_office(tmp_path, address, **options))

        yield make


@pytest.fixture
def office(make_office: Callable[..., Office]) -> Office:
    """Tuesday, 24 November 2026, ten o'clock in Berlin; SQLite."""
    return make_office()


@pytest.fixture
def either_office(make_office: Callable[..., Office], database_url: str) -> Office:
    """The same office, once on each of the two engines."""
    return make_office(database_url)


@pytest.fixture
def postgres_office(make_office: Callable[..., Office], postgresql_database_url: str) -> Office:
    """The same office on PostgreSQL, where writers run side by side."""
    return make_office(postgresql_database_url)
