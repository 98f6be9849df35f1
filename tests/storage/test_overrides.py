"""Decisions against a rule: in force until their end or until they are taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from dialer.core.facts import Override
from dialer.storage import overrides, tables

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def add(db):
    def go(filed, rule="DE-T2", *, until=FRIDAY, actor="olga", at=NOW, reason="agreed with the debtor"):
        with db.write() as tx:
            overrides.add(tx, filed.case_id, rule=rule, actor=actor, reason=reason, at=at, until=until)

    return go


@pytest.fixture
def withdraw(db):
    def go(filed, rule="DE-T2", *, at=NOW):
        with db.write() as tx:
            return overrides.withdraw(tx, filed.case_id, rule=rule, actor="otto", at=at)

    return go


@pytest.fixture
def active(db):
    def go(filed, now=NOW):
        with db.read() as tx:
            return overrides.active(tx, filed.case_id, now)

    return go


def rules(found):
    return [override.rule for override in found]


def test_decision_comes_back_as_the_gate_reads_it(file_case, add, active):
    anna, ben = file_case(), file_case()
    add(anna)
    assert active(anna) == (
        Override(rule="DE-T2", role="compliance", until=FRIDAY, user="olga", reason="agreed with the debtor"),
    )
    assert active(ben) == ()


def test_decision_ends_at_its_end(file_case, add, active):
    anna = file_case()
    add(anna)
    assert rules(active(anna, FRIDAY - A_MOMENT)) == ["DE-T2"]
    assert active(anna, FRIDAY) == ()


def test_withdrawn_decision_is_kept_but_not_in_force(db, file_case, add, withdraw, active):
    anna = file_case()
    add(anna)
    add(anna, "DE-F4")
    assert withdraw(anna, at=TOMORROW)
    assert rules(active(anna, TOMORROW)) == ["DE-F4"]
    with db.read() as tx:
        columns = (tables.overrides.c.rule, tables.overrides.c.withdrawn_at, tables.overrides.c.withdrawn_by)
        assert tx.execute(sa.select(*columns).order_by(tables.overrides.c.id)).all() == [
            ("DE-T2", TOMORROW, "otto"),
            ("DE-F4", None, None),
        ]


def test_nothing_to_withdraw(file_case, add, withdraw):
    anna, ben = file_case(), file_case()
    add(anna)
    assert not withdraw(anna, "DE-F4")
    assert not withdraw(ben)
    assert not withdraw(anna, at=FRIDAY)
    assert withdraw(anna)
    assert not withdraw(anna)


def test_newer_decision_takes_the_place_of_the_one_in_force(file_case, add, active):
    anna = file_case()
    add(anna)
    add(anna, until=TOMORROW, actor="otto", reason="a shorter one will do")
    assert [(o.user, o.until) for o in active(anna)] == [("otto", TOMORROW)]
    assert active(anna, TOMORROW) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": NOW},
        {"until": NOW - A_MOMENT},
        {"until": None},
        {"reason": None},
        {"set_by": None},
        {"case_id": 99},
        {"withdrawn_at": NOW},
        {"withdrawn_by": "otto"},
    ],
)
def test_engine_refuses_decisions_that_make_no_sense(db, file_case, wrong):
    usual = {"case_id": file_case().case_id, "rule": "DE-T2", "set_by": "olga", "reason": "r", "set_at": NOW}
    with pytest.raises(sa.exc.IntegrityError), db.write() as tx:
        tx.execute(tables.overrides.insert().values(usual | {"until": FRIDAY} | wrong))
