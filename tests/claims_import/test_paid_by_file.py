"""A claims file every week and bank payments every day: no payment counts twice, none that came is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from dialer.actions.make_task import make_task
from dialer.claims_file.rows import ImportDefaults
from dialer.core.casework import TaskOrigin
from dialer.core.tasks import TaskKind
from dialer.storage import entries, payments, tasks
from dialer.storage.database import Database
from dialer.storage.payments import NewPayment
from dialer.storage.tables import claims

FILE_DAY = date(2026, 11, 21)
NEXT_DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NEXT_WEEK = datetime(2026, 11, 28, 9, tzinfo=UTC)


def paid(db: Database) -> int:
    with db.read() as tx:
        return int(tx.execute(sa.select(claims.c.paid_minor)).scalar_one())


def bank(db: Database, minor: int, key: str, *, on: date = NEXT_DAY) -> int:
    """A payment from the bank on the only claim; what is paid then."""
    new = NewPayment(
        creditor="acme",
        key=key,
        paid_on=on,
        amount_minor=minor,
        currency="EUR",
        reference="F1",
        payer="Anna Schmidt",
        source="csv",
        imported_at=NOW,
    )
    with db.write() as tx:
        to = payments.claim_by_reference(tx, "acme", "F1")
        assert to is not None
        return payments.book(tx, payments.add(tx, new), minor, to).paid_minor


@pytest.fixture
def file(db, run, anna):
    """A file that says how much of 1,000 € is paid (None: an empty cell), a week after the last."""

    def go(figure: str | None) -> Any:
        return run(db, anna | {"amount": "1000", "paid": figure}, now=NEXT_WEEK)

    return go


@pytest.fixture
def first(db, run, anna):
    """The first file."""

    def go(figure: str | None) -> Any:
        return run(db, anna | {"amount": "1000", "paid": figure})

    return go


def test_a_file_that_lags_behind_the_bank_takes_nothing_away(db, first, file):
    first("0")
    bank(db, 50_000, "B-1")
    result = file("0")
    assert paid(db) == 50_000
    assert (result.unchanged_claims, result.warning_counts) == (1, {})


def test_the_day_of_a_file_is_the_day_in_its_office(db, run, anna):
    """Told on Friday evening in Los Angeles, where it is Saturday by UTC; on Saturday as much is paid again."""
    evening = datetime(2026, 11, 21, 2, tzinfo=UTC)
    here = ImportDefaults(
        creditors=frozenset({"acme"}), segments=frozenset({"private"}), zone=ZoneInfo("America/Los_Angeles")
    )
    run(db, anna | {"amount": "1000", "paid": "500"}, now=evening, defaults=here)
    assert bank(db, 50_000, "B-1", on=FILE_DAY) == 100_000


def test_a_payment_that_the_file_learns_of_counts_once(db, first, file):
    first("0")
    bank(db, 50_000, "B-1")
    assert file("500").unchanged_claims == 1
    assert paid(db) == 50_000
    assert file("500").unchanged_claims == 1
    assert paid(db) == 50_000
    assert file("700").updated_claims == 1
    assert paid(db) == 70_000


def test_an_empty_cell_leaves_what_is_paid(db, first, file):
    first(None)
    bank(db, 50_000, "B-1")
    assert file(None).unchanged_claims == 1
    assert paid(db) == 50_000
    assert file("500").unchanged_claims == 1
    assert paid(db) == 50_000


def test_a_lower_figure_takes_back_no_payment(db, first, file):
    first("200")
    bank(db, 50_000, "B-1")
    assert paid(db) == 70_000
    result = file("0")
    assert paid(db) == 50_000
    assert result.warning_counts == {"warn_paid_kept": 1}
    assert result.warnings == [(2, "the paid amount is lower than last time; the payments booked here stand")]


def test_a_paid_claim_stays_paid_whatever_an_old_file_says(db, first, file):
    first("0")
    bank(db, 100_000, "B-1")
    file("1000")
    assert file("0").warning_counts == {"warn_paid_kept": 1}
    assert paid(db) == 100_000


def test_a_reversal_is_not_undone_by_a_file_that_has_not_heard_of_it(db, first, file):
    first("0")
    bank(db, 50_000, "B-1")
    file("500")
    assert bank(db, -50_000, "B-2") == 0
    assert file("500").unchanged_claims == 1
    assert paid(db) == 0
    assert file("0").warning_counts == {}
    assert paid(db) == 0
    file("300")
    assert paid(db) == 30_000


def test_a_payment_that_the_file_knew_first_counts_once(db, first, file):
    first("500")
    assert bank(db, 50_000, "B-1", on=FILE_DAY) == 50_000
    assert bank(db, 10_000, "B-2", on=FILE_DAY) == 60_000
    assert bank(db, 10_000, "B-3", on=NEXT_DAY) == 70_000
    file("700")
    assert paid(db) == 70_000


def test_what_was_paid_before_the_first_file_stays_beside_later_payments(db, first, file):
    first("200")
    assert bank(db, 30_000, "B-1") == 50_000
    assert file("200").unchanged_claims == 1
    assert paid(db) == 50_000
    file("500")
    assert paid(db) == 50_000


def test_the_same_row_twice_in_a_file_is_one_whatever_was_booked(db, run, anna):
    row = anna | {"amount": "1000", "paid": "0"}
    run(db, row)
    bank(db, 50_000, "B-1")
    result = run(db, row, row, now=NEXT_WEEK)
    assert (result.rejected, paid(db)) == (0, 50_000)


def test_a_dry_run_tells_the_same(db, run, anna, first):
    first("200")
    bank(db, 50_000, "B-1")
    dry = run(db, anna | {"amount": "1000", "paid": "0"}, dry_run=True, now=NEXT_WEEK)
    assert dry.warning_counts == {"warn_paid_kept": 1}
    assert paid(db) == 70_000


def test_a_file_that_settles_a_case_ends_the_look_for_its_money(db, first, file):
    first("0")
    with db.write() as tx:
        for kind, ref in ((TaskKind.CHECK_ACCOUNT, "attempt 1"), (TaskKind.CONFIRM_AGREEMENT, "attempt 2")):
            make_task(
                tx,
                case_id=1,
                kind=kind,
                origin=TaskOrigin.DISPOSITION,
                ref=ref,
                due_on=FILE_DAY,
                at=NOW,
                actor="anna",
            )
    file("999.99")
    assert open_kinds(db) == ["check_account", "confirm_agreement"]
    file("1000")
    assert open_kinds(db) == ["confirm_agreement"]
    with db.read() as tx:
        done = [e for e in entries.of_case(tx, 1) if e.kind == "task.done"]
    assert [(e.actor, e.facts) for e in done] == [
        ("system", {"task": "check_account", "ref": "attempt 1", "why": "paid"})
    ]


def open_kinds(db: Database) -> list[str]:
    with db.read() as tx:
        return [task.kind for task in tasks.of_case(tx, 1) if task.done_at is None]
