"""The fixtures in tests/conftest.py keep their promises."""

from __future__ import annotations

import os
import socket
import urllib.request

import pytest
import requests
from sqlalchemy import create_engine, text

OUTSIDE = "192.0.2.1"  # reserved for documentation, answers nowhere


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_connection_to_the_outside_fails_the_test(method):
    with socket.socket() as client, pytest.raises(pytest.fail.Exception, match=OUTSIDE):
        getattr(client, method)((OUTSIDE, 80))


def test_datagram_to_the_outside_fails_the_test():
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(pytest.fail.Exception):
        client.sendto(b"x", (OUTSIDE, 53))


@pytest.mark.parametrize("fetch", [requests.get, urllib.request.urlopen])
@pytest.mark.parametrize("host", [OUTSIDE, "api.twilio.com", "[2001:db8::1]"])
def test_http_to_the_outside_fails_the_test(fetch, host):
    with pytest.raises(pytest.fail.Exception):
        fetch(f"http://{host}/", timeout=1)


def test_loopback_is_open():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5),
    ):
        accepted, _ = server.accept()
        accepted.close()


def test_settings_of_the_developer_are_forgotten():
    assert [name for name in os.environ if name.startswith(("TWILIO_", "DIALER_"))] == []


def test_database_is_fresh_and_writable(database_url):
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_once (id INTEGER PRIMARY KEY)"))
    engine.dispose()


def test_database_is_fresh_for_the_next_test_too(database_url):
    test_database_is_fresh_and_writable(database_url)
