"""The program starts only when everything it rests on is as it should be."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dialer.app import build
from dialer.clock import ShiftedClock, SystemClock
from dialer.core.errors import BadInput
from dialer.storage.database import Database


@pytest.fixture
def address(tmp_path):
    return f"sqlite:///{tmp_path}/dialer.db"


@pytest.fixture
def upgraded(address):
    database = Database(address)
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def built():
    """Build, and give everything back in the end."""
    apps = []

    def go(*args, **kwargs):
        apps.append(build(*args, **kwargs))
        return apps[-1]

    yield go
    for app in apps:
        app.db.close()
        app.carrier.close()


def refusal(config):
    with pytest.raises(BadInput) as refused:
        build(config)
    assert "\n" not in str(refused.value)
    return str(refused.value)


OLD = "the database is not at this version's schema; run `dialer db upgrade`"


def test_database_without_tables_is_refused_with_the_remedy(config):
    assert refusal(config()) == OLD


def test_database_of_an_older_version_is_refused_with_the_remedy(config, upgraded):
    with upgraded.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    assert refusal(config()) == OLD


def test_database_that_does_not_answer_is_refused_in_one_line(config, tmp_path):
    text = refusal(config(DIALER_DATABASE_URL=f"sqlite:///{tmp_path}/missing/dialer.db"))
    assert text.startswith("the database that database.url names cannot be used: ")
    text = refusal(config(DIALER_DATABASE_URL="postgresql://dialer:hush@127.0.0.1:1/dialer"))
    assert text.startswith("the database that database.url names cannot be used: connection failed")
    assert "hush" not in text


def test_database_of_another_kind_is_refused(config):
    address = "mysql://dialer:hush@127.0.0.1/dialer"
    assert refusal(config(DIALER_DATABASE_URL=address)) == (
        "database.url names mysql; SQLite and PostgreSQL are supported"
    )


def test_program_is_wired_to_its_configuration(config, upgraded, built):
    app = built(config())
    assert app.account == "AC00000000000000000000000000000000"
    assert app.urls.status("t").startswith("https://dialer.example.com/twilio/status/t")
    assert isinstance(app.clock, SystemClock)
    assert str(app.site.zone) == "Europe/Berlin"
    with upgraded.read() as tx:
        assert tx.exec_driver_sql("SELECT sid FROM accounts").scalars().all() == [app.account]


def test_building_twice_keeps_one_account_and_its_pace(config, upgraded, built):
    built(config())
    with upgraded.write() as tx:
        tx.execute(sa.text("UPDATE accounts SET next_start_us = 7, paused_reason = 'no funds'"))
    built(config())
    with upgraded.read() as tx:
        rows = tx.exec_driver_sql("SELECT next_start_us, paused_reason FROM accounts").all()
    assert rows == [(7, "no funds")]


@pytest.mark.usefixtures("upgraded")
def test_clock_from_the_environment_is_used(config, built, monkeypatch):
    monkeypatch.setenv("DIALER_CLOCK", "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*10")
    assert isinstance(built(config()).clock, ShiftedClock)


@pytest.mark.usefixtures("upgraded")
def test_program_does_not_start_with_a_shifted_clock_against_twilio(config, monkeypatch):
    monkeypatch.setenv("DIALER_CLOCK", "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*10")
    assert refusal(config(api=None)) == (
        "DIALER_CLOCK shifts the clock and is refused unless twilio.api_base_url is on this machine"
    )


@pytest.mark.usefixtures("upgraded")
def test_secrets_are_not_in_the_programs_representation(config, built):
    app = built(config(DIALER_TWILIO_AUTH_TOKEN="hush-hush"))
    assert "hush-hush" not in repr(app)
