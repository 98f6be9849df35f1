"""A database for each story that is copied for each life, and the place where the lives are lived."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from dialer.storage.database import Database
from tests.actions.office_kit import migrated_sqlite, open_office
from tests.crash.stories import STORIES, Story
from tests.crash.world import Host

Fresh = Callable[[], str]


@pytest.fixture(params=STORIES)
def story(request: pytest.FixtureRequest) -> Story:
    return STORIES[request.param]


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, story: Story, tmp_path: Path) -> Fresh:
    """Puts a fresh copy of the story's book in place, always at the same address, which it returns."""
    make = _sqlite if request.param == "sqlite" else _postgresql
    return make(request, story, tmp_path)


def _prepare(url: str, story: Story, folder: Path) -> None:
    database = Database(url)
    database.upgrade()
    database.close()
    with open_office(folder, url) as office:
        story.prepare(office)


def _sqlite(_request: pytest.FixtureRequest, story: Story, folder: Path) -> Fresh:
    template, used = migrated_sqlite(folder), folder / "dialer.sqlite3"
    _prepare(f"sqlite:///{template}", story, folder)

    def fresh() -> str:
        for path in folder.glob(f"{used.name}*"):
            path.unlink()
        shutil.copyfile(template, used)
        return f"sqlite:///{used}"

    return fresh


def _postgresql(request: pytest.FixtureRequest, story: Story, folder: Path) -> Fresh:
    server = make_url(request.getfixturevalue("postgres_url"))
    template, used = (server.set(database=f"crash_{word}") for word in ("template", "used"))
    _administer(server.render_as_string(), _drop(template.database), _create(template.database, "template1"))
    url = template.render_as_string(hide_password=False)
    _prepare(url, story, folder)

    def fresh() -> str:
        _administer(server.render_as_string(), _drop(used.database), _create(used.database, template.database))
        return used.render_as_string(hide_password=False)

    return fresh


def _drop(name: str | None) -> sql.Composable:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name or ""))


def _create(name: str | None, template: str | None) -> sql.Composable:
    return sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name or ""), sql.Identifier(template or ""))


def _administer(url: str, *statements: sql.Composable) -> None:
    server = make_url(url)
    address = {"user": server.username, "dbname": server.database, "host": str(server.query["host"])}
    with psycopg.connect(**address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def host(fresh: Fresh, tmp_path: Path) -> Iterator[Host]:
    host = Host(tmp_path, fresh())
    yield host
    host.close()
