"""Whoever judges the rehearsal sees what there is to be seen."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from tests.chaos.books import BERLIN, Call, Verdict, judge

TEN = datetime(2026, 11, 24, 10, tzinfo=BERLIN)
MINUTE = timedelta(minutes=1)
KNOWN, UNKNOWN = "CA1", "CA2"


@pytest.fixture
def tx():
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        for statement in (
            "CREATE TABLE attempts (id INTEGER, state TEXT, call_sid TEXT, to_e164 TEXT)",
            "CREATE TABLE alarms (kind TEXT, attempt_id INTEGER)",
            "CREATE TABLE cases (id INTEGER, status TEXT, next_at TEXT, next_reason TEXT)",
            "INSERT INTO attempts VALUES (1, 'ended', 'CA1', '+491')",
        ):
            connection.exec_driver_sql(statement)
        yield connection
    engine.dispose()


def call(sid: str = KNOWN, to: str = "+491", at: datetime = TEN, lasts: timedelta | None = MINUTE) -> Call:
    return Call(sid, to, at, at, at + lasts if lasts else None)


def seen(tx: sa.Connection, *calls: Call) -> Verdict:
    return judge(calls, tx, opens=time(8), closes=time(18))


def test_a_call_that_is_known_and_inside_its_window_is_clean(tx: sa.Connection) -> None:
    verdict = seen(tx, call())
    assert verdict.clean
    assert (verdict.calls, verdict.most_in_a_minute) == (1, 1)


def test_a_second_call_too_soon_is_a_double(tx: sa.Connection) -> None:
    assert len(seen(tx, call(), call(at=TEN + 15 * MINUTE)).doubles) == 1
    assert len(seen(tx, call(lasts=None), call(at=TEN + 60 * MINUTE)).doubles) == 1
    assert seen(tx, call(), call(at=TEN + 16 * MINUTE)).doubles == []


def test_a_call_nobody_knows_of_is_lost_unless_somebody_was_told(tx: sa.Connection) -> None:
    assert len(seen(tx, call(UNKNOWN)).lost) == 1
    tx.exec_driver_sql("INSERT INTO alarms VALUES ('outcome.unknown', 1)")
    assert seen(tx, call(UNKNOWN)).lost == []


def test_a_call_that_rings_after_closing_is_outside(tx: sa.Connection) -> None:
    assert len(seen(tx, call(at=TEN.replace(hour=18))).outside) == 1
    assert len(seen(tx, call(at=TEN.replace(hour=7, minute=59))).outside) == 1


def test_what_never_ends_is_stuck(tx: sa.Connection) -> None:
    tx.exec_driver_sql("INSERT INTO attempts VALUES (2, 'unknown', NULL, '+492')")
    tx.exec_driver_sql("INSERT INTO cases VALUES (7, 'open', NULL, 'live')")
    assert seen(tx).stuck == ["attempt 2 is unknown", "case 7 waits for nothing"]


def test_calls_are_counted_over_any_minute(tx: sa.Connection) -> None:
    calls = [call(str(n), f"+49{n}", TEN + timedelta(seconds=20 * n)) for n in range(5)]
    assert seen(tx, *calls).most_in_a_minute == 3
