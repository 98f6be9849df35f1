"""The database server was replaced while a scheduler ran: its standby may lack the last commits."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from office_kit import CALLER_ID, ERIKA, Office

from dialer.scheduler.readiness import Readiness


def break_connections(office: Office) -> None:
    """As seen from the program, what a fail-over looks like."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    mine = f"{others} AND datname = current_database()"
    one = sa.create_engine(office.app.db.engine.url)
    with one.connect() as connection:
        connection.execute(sa.text(mine))
    one.dispose()
    with pytest.raises(sa.exc.OperationalError), office.app.db.read() as tx:
        tx.execute(sa.text("SELECT 1"))


def test_calls_whose_intents_were_lost_are_written_down_before_the_next_one(postgres_office: Office) -> None:
    office = postgres_office
    erika = office.case(ERIKA)
    office.case("+498923125111", name="Hans Anders")
    office.tick()
    readiness = Readiness(office.app)
    assert readiness.may_dial()
    office.network.create_call(
        {"To": [ERIKA], "From": [CALLER_ID], "Url": ["https://dialer.example.test/twilio/voice/lost"]}
    )
    assert readiness.may_dial()
    assert office.attempts(erika) == []
    break_connections(office)
    assert readiness.may_dial()
    # the call counts for every limit, as if it had never been forgotten
    assert [(a.to, a.call.sid) for a in office.attempts(erika)] == [(ERIKA, office.call_to(ERIKA).sid)]
    assert "call.recovered" in office.alarms()
