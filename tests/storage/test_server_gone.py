"""A database server that is gone without a word: its machine has lost power, or the network has swallowed it."""

from __future__ import annotations

import socket

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from dialer.storage import database
from dialer.storage.database import Database


def test_a_silent_connection_is_given_up_within_a_minute(postgresql_database_url: str) -> None:
    """The system's own limits are a quarter of an hour for what was asked, and two hours for what is waited for."""
    db = Database(postgresql_database_url)
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        told = driver.info.get_parameters()
    db.close()
    assert int(told["keepalives_idle"]) + int(told["keepalives_interval"]) * int(told["keepalives_count"]) == 60
    assert (told["tcp_user_timeout"], told["connect_timeout"]) == ("60000", "10")


def test_a_server_that_takes_a_connection_and_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(database.TCP, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        db = Database(f"postgresql+psycopg://dialer@127.0.0.1:{mute.getsockname()[1]}/dialer")
        with pytest.raises(sa.exc.OperationalError, match="timeout"), db.read():
            pass
        db.close()


def test_what_the_address_says_goes_first(postgresql_database_url: str) -> None:
    url = make_url(postgresql_database_url).update_query_dict({"connect_timeout": "5"})
    db = Database(url.render_as_string(hide_password=False))
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        assert driver.info.get_parameters()["connect_timeout"] == "5"
    db.close()
