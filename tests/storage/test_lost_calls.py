"""A creditor's calls and those of them that nobody took on our side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from dialer.storage import attempts, numbers

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SINCE = datetime(2026, 10, 25, 9, 0, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def called(db, file_case, intend):
    """An attempt at a debtor of its own, ended as `outcome` or live."""

    def go(outcome, *, at=NOW, creditor="muster", channel="call"):
        with_state = {"state": "ended", "outcome": outcome} if outcome else {"state": "ringing"}
        filed = file_case(creditor=creditor)
        with db.write() as tx:
            attempt_id = attempts.write_intent(tx, intend(filed, intent_at=at, channel=channel))
            attempts.update(tx, attempt_id, **with_state)

    return go


@pytest.fixture
def counted(db):
    def go(creditor="muster"):
        with db.read() as tx:
            return numbers.lost_calls(tx, creditor, SINCE), numbers.dialled(tx, creditor, SINCE)

    return go


def test_nothing_dialled(counted):
    assert counted() == (0, 0)


def test_each_creditor_has_his_own_calls(called, counted):
    for creditor in ("muster", "muster", "stadtwerke"):
        called("abandoned", creditor=creditor)
        called("connected", creditor=creditor)
    assert [counted(), counted("stadtwerke"), counted("nobody")] == [(2, 4), (1, 2), (0, 0)]


def test_calls_that_rang_or_may_have_are_counted(called, counted):
    for outcome in (None, "unknown", "busy", "no_answer", "failed", "voicemail_left", "voicemail_no_message",
                    "fax_machine", "connected", "announced", "abandoned"):  # fmt: skip
        called(outcome)
    assert counted() == (1, 11)
    for outcome in ("bad_number", "not_placed", "cancelled"):
        called(outcome)
    assert counted() == (1, 11)


def test_only_calls_are_counted(called, counted):
    for channel in ("fax", "letter", "inbound"):
        called("abandoned", channel=channel)
    assert counted() == (0, 0)


def test_period_begins_after_its_first_instant(called, counted):
    called("abandoned", at=SINCE)
    assert counted() == (0, 0)
    called("abandoned", at=SINCE + A_MOMENT)
    assert counted() == (1, 1)


def test_lost_calls_are_found_by_their_own_index(db):
    seen = []

    @sa.event.listens_for(db.engine, "before_cursor_execute")
    def _(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    with db.read() as tx:
        if not db.is_sqlite:
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        numbers.lost_calls(tx, "muster", SINCE)
        statement, parameters = seen[-1]
        explain = "EXPLAIN QUERY PLAN " if db.is_sqlite else "EXPLAIN "
        plan = " ".join(str(row) for row in tx.exec_driver_sql(explain + statement, parameters))
    assert "ix_attempts_lost" in plan
