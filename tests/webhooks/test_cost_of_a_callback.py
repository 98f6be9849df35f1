"""What a callback costs the database, and what it leaves to the scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from office_kit import BERLIN, SHOP, Office

from dialer.actions.verify_log import verify_log
from dialer.core.outcome import Outcome
from dialer.storage import book
from dialer.storage.attempts import Attempt
from tests.crash.steps import CHANGE


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    """First word of every statement meanwhile, and what it changes in which table."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        first, changes = statement.split(maxsplit=1)[0], CHANGE.findall(statement)
        seen.append(" ".join(changes if changes and first in changes[0] else [first, *changes]))

    engine = office.app.db.engine

    def begun(_connection: Any) -> None:
        seen.extend(["BEGIN"] if office.app.db.is_sqlite else [])

    sa.event.listen(engine, "before_cursor_execute", note)
    sa.event.listen(engine, "begin", begun)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
        sa.event.remove(engine, "begin", begun)


def placed(office: Office) -> tuple[int, Attempt]:
    """A shop's telephone is about to ring; the carrier has only answered our request so far."""
    shop = office.business(SHOP, name="Frau Laden", industry="retail", role="owner")
    office.dial()
    return shop, office.attempt(shop)


def test_a_callback_costs_few_statements(either_office: Office) -> None:
    office = either_office
    _, attempt = placed(office)
    # PostgreSQL is asked on a journey, SQLite next door
    unknown = received = ["WITH INSERT INTO call_events"]
    changed = [*received, "UPDATE attempts", "WITH UPDATE cases INSERT INTO entries"]
    if office.app.db.is_sqlite:
        unknown, received = ["BEGIN", "SELECT"], ["BEGIN", "SELECT", "INSERT INTO call_events"]
        changed = [*received, "UPDATE attempts", "UPDATE cases", "INSERT INTO entries"]
    # the second "ringing" is another event, and changes nothing; the third is the second once more
    told = [("initiated", 1, received), ("ringing", 2, changed), ("ringing", 3, received), ("ringing", 3, received)]
    for word, sequence, expected in [*told, ("no-answer", 4, changed), ("no-answer", 5, received)]:
        with statements(office) as seen:
            assert office.status(attempt, word, sequence) == 204
        assert seen == expected, (word, sequence)
    with statements(office) as seen:
        assert office.post("/twilio/status/unknown", {"CallSid": "CA" + "e" * 32, "CallStatus": "busy"})
    assert seen == [*unknown, "SELECT"]  # whether an attempt has the call


def test_what_comes_after_a_call_is_left_to_the_scheduler(either_office: Office) -> None:
    office = either_office
    shop, attempt = placed(office)
    with office.app.db.write() as tx:
        book.update_case(tx, shop, callback_at=datetime(2026, 11, 24, 10, 0, tzinfo=BERLIN))
    office.run(1)
    assert office.status(attempt, "busy", 1) == 204
    row = office.row(shop)
    assert (row.next_at, row.next_reason, row.next_mode) == (office.network.now, "call_ended", None)
    assert (row.callback_at, row.lease_owner) == (None, None)
    assert office.kinds(shop)[-1] == "attempt.ended"
    office.tick()
    # the two hours between calls (DE-F5) end within the pause at noon
    assert office.next_at(shop) == datetime(2026, 11, 24, 13, 30, tzinfo=BERLIN)
    assert office.row(shop).next_reason == "collection_call retry DE-F5"
    assert len(office.calls_to(SHOP)) == 1


def test_a_case_that_was_closed_meanwhile_is_not_left_to_anybody(either_office: Office) -> None:
    """The scheduler looks at open cases only."""
    office = either_office
    shop, attempt = placed(office)
    with office.app.db.write() as tx:
        book.update_case(tx, shop, status="closed")
    assert office.status(attempt, "busy", 1) == 204
    assert (office.row(shop).next_at, office.row(shop).next_reason) == (None, "closed")
    assert office.attempt(shop).call.outcome is Outcome.BUSY


def test_the_log_stays_whole_with_several_entries_in_one_callback(either_office: Office) -> None:
    office = either_office
    shop, attempt = placed(office)
    assert office.status(attempt, "completed", 1) == 204
    assert office.kinds(shop)[-2:] == ["attempt.ended", "alarm.outcome.abandoned"]
    assert office.status(attempt, "busy", 2) == 204
    assert office.kinds(shop)[-1] == "alarm.call.conflict"
    report = verify_log(office.app)
    assert (report.good, report.entries) == (True, len(office.log(shop)))
