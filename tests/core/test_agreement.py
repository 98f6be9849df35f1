"""What can be agreed, by which rule it is refused, and how it stands by the payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dialer.core.agreement import (
    Agreement,
    Circumstances,
    Every,
    Instalment,
    Received,
    even_rates,
    needs_a_look,
    overdue_from,
    problems,
    promise,
    standing,
    warnings,
)
from dialer.core.case import DebtorType
from dialer.core.casework import AgreementKind, AgreementState
from dialer.core.policy import OperatorRole
from tests.core.stories import in_berlin, site

NOW = in_berlin("2026-11-24T12:00:00")
TODAY = date(2026, 11, 24)
NO_HOLIDAYS = site().holiday

CONSUMER = Circumstances(open_minor=60_000, currency="EUR", now=NOW, today=TODAY, debtor_type=DebtorType.CONSUMER)


def plan(*rates, total=None, currency="EUR", grace=3, **more):
    """Rates as ("2026-12-01", minor)."""
    instalments = tuple(
        Instalment(n=n, due_on=date.fromisoformat(day), amount_minor=minor)
        for n, (day, minor) in enumerate(rates, start=1)
    )
    return Agreement(
        kind=AgreementKind.INSTALMENTS,
        amount_minor=sum(minor for _, minor in rates) if total is None else total,
        currency=currency,
        instalments=instalments,
        grace_workdays=grace,
        **more,
    )


THREE = plan(("2026-12-01", 20_000), ("2027-01-04", 20_000), ("2027-02-01", 20_000))


def rules(agreement, **changes):
    return [p.rule for p in problems(agreement, replace(CONSUMER, **changes))]


def texts(agreement, **changes):
    return [p.text for p in problems(agreement, replace(CONSUMER, **changes))]


# --- rates -----------------------------------------------------------------------------------------------------------


def test_rates_go_on_month_by_month_and_the_last_one_is_what_is_left():
    assert even_rates(25_000, 10_000, date(2026, 12, 15)) == (
        Instalment(n=1, due_on=date(2026, 12, 15), amount_minor=10_000),
        Instalment(n=2, due_on=date(2027, 1, 15), amount_minor=10_000),
        Instalment(n=3, due_on=date(2027, 2, 15), amount_minor=5_000),
    )


@pytest.mark.parametrize(
    ("first", "every", "days"),
    [
        (date(2026, 12, 31), Every.MONTH, ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]),
        (date(2026, 12, 1), Every.WEEK, ["2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22"]),
        (date(2026, 12, 1), Every.FORTNIGHT, ["2026-12-01", "2026-12-15", "2026-12-29", "2027-01-12"]),
    ],
)
def test_days_of_rates(first, every, days):
    assert [rate.due_on.isoformat() for rate in even_rates(400, 100, first, every)] == days


def test_one_rate_that_covers_everything_is_a_plan_of_one():
    assert even_rates(500, 500, TODAY) == (Instalment(n=1, due_on=TODAY, amount_minor=500),)


@pytest.mark.parametrize(("total", "rate"), [(0, 100), (-5, 100), (100, 0), (100, -1)])
def test_nothing_to_pay_makes_no_rates(total, rate):
    assert even_rates(total, rate, TODAY) == ()


def test_rates_without_end_are_cut_one_too_late():
    assert len(even_rates(10**9, 1, TODAY)) == 121


# --- refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "agreement",
    [
        pytest.param(THREE, id="three rates"),
        pytest.param(plan(("2026-11-24", 60_000)), id="today"),
        pytest.param(promise(1, date(2026, 12, 1), currency="EUR", grace_workdays=3), id="a part"),
        pytest.param(
            plan(*((r.due_on.isoformat(), 500) for r in even_rates(60_000, 500, TODAY, Every.WEEK))), id="120"
        ),
        pytest.param(plan(("2026-12-01", 1), ("2031-11-24", 1)), id="sixty months to the day"),
    ],
)
def test_what_can_be_meant_is_taken(agreement):
    assert problems(agreement, CONSUMER) == ()


@pytest.mark.parametrize(
    ("agreement", "text"),
    [
        pytest.param(plan(("2026-11-23", 100)), "2026-11-23 is past", id="yesterday"),
        pytest.param(
            plan(("2026-12-01", 100), ("2026-12-01", 100)), "each rate is due after the one before it", id="same day"
        ),
        pytest.param(plan(("2026-12-01", 0)), "every rate needs an amount above zero", id="a rate of nothing"),
        pytest.param(
            plan(("2026-12-01", 100), ("2027-01-01", -1)), "every rate needs an amount above zero", id="negative"
        ),
        pytest.param(
            plan(("2026-12-01", 20_000), total=60_000),
            "the rates add up to €200.00, but €600.00 was agreed",
            id="less than agreed",
        ),
        pytest.param(
            plan(("2026-12-01", 60_001)), "more is agreed than is owed: €600.01 of €600.00", id="more than owed"
        ),
        pytest.param(
            plan(*((r.due_on.isoformat(), 100) for r in even_rates(12_100, 100, TODAY, Every.WEEK))),
            "the plan does not end: it has more than 120 rates",
            id="121 rates",
        ),
        pytest.param(
            plan(("2026-12-01", 1), ("2031-11-25", 1)), "the plan does not end within 60 months", id="a day too long"
        ),
        pytest.param(plan(("2026-12-01", 100), currency="USD"), "the case is owed in EUR, not in USD", id="currency"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_rule(agreement, text):
    assert (rules(agreement), texts(agreement)) == (["DE-A4"], [text])


def test_plan_without_rates_lacks_a_day_and_an_amount():
    assert texts(plan()) == ["every rate needs an amount above zero", "the day of the first rate is missing"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        pytest.param({}, ["DE-RDG4"], id="a collector and no notice"),
        pytest.param({"operator_role": OperatorRole.LAWYER}, ["DE-RDG4"], id="a lawyer"),
        pytest.param({"debtor_type": DebtorType.SOLE_TRADER}, ["DE-RDG4"], id="a sole trader"),
        pytest.param({"noticed_at": NOW - timedelta(microseconds=1)}, [], id="noticed before"),
        pytest.param({"noticed_at": NOW}, ["DE-RDG4"], id="noticed at the same instant"),
        pytest.param({"noticed_at": NOW + timedelta(days=1)}, ["DE-RDG4"], id="noticed after"),
        pytest.param({"operator_role": OperatorRole.OWN_CLAIM}, [], id="the creditor himself"),
        pytest.param({"debtor_type": DebtorType.BUSINESS}, [], id="a business"),
        pytest.param({"country": "AT"}, [], id="another country"),
    ],
)
def test_private_person_is_told_the_costs_before_a_plan(changes, found):
    assert rules(THREE, **{"operator_role": OperatorRole.REGISTERED_COLLECTOR} | changes) == found


def test_a_promise_needs_no_notice():
    said = promise(100, TODAY, currency="EUR", grace_workdays=3)
    assert rules(said, operator_role=OperatorRole.REGISTERED_COLLECTOR) == []


def test_notice_says_what_to_do():
    assert texts(THREE, operator_role=OperatorRole.LAWYER) == [
        "the notice of its costs must precede an instalment agreement (section 13a(3) RDG); mark it as rdg13a3"
    ]


@pytest.mark.parametrize(
    ("free", "changes", "found"),
    [
        (False, {}, ["DE-A3"]),
        (True, {}, []),
        (False, {"debtor_type": DebtorType.BUSINESS}, []),
        (False, {"debtor_type": DebtorType.SOLE_TRADER}, []),
        (False, {"country": "AT"}, []),
    ],
)
def test_plan_that_costs_a_consumer_interest_is_pointed_out(free, changes, found):
    agreement = replace(THREE, interest_free=free)
    assert [w.rule for w in warnings(agreement, replace(CONSUMER, **changes))] == found
    assert problems(agreement, CONSUMER) == ()


# --- kept or broken --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "grace", "holidays", "day"),
    [
        pytest.param("2026-11-25", 3, (), "2026-12-01", id="Wednesday: Thu Fri Mon, over on Tuesday"),
        pytest.param("2026-11-25", 0, (), "2026-11-26", id="no grace"),
        pytest.param("2026-11-28", 0, (), "2026-11-30", id="Saturday: Monday"),
        pytest.param("2026-12-23", 2, ("2026-12-25", "2026-12-26"), "2026-12-29", id="over Christmas"),
    ],
)
def test_days_of_grace_are_working_days(due, grace, holidays, day):
    assert overdue_from(date.fromisoformat(due), grace, site(holidays=holidays).holiday) == date.fromisoformat(day)


def stand(today, *paid, agreement=THREE):
    """State and day, and each rate's state and payment. `paid`: ("2026-12-01", minor)."""
    received = [Received(on=date.fromisoformat(day), amount_minor=minor) for day, minor in paid]
    how = standing(agreement, received, date.fromisoformat(today), NO_HOLIDAYS)
    since = how.since.isoformat() if how.since else None
    return how.state.value, since, [(rate.state.value, rate.paid_minor) for rate in how.rates]


DUE = ("due", 0)


@pytest.mark.parametrize(
    ("today", "paid", "expected"),
    [
        pytest.param("2026-11-24", [], ("open", None, [DUE, DUE, DUE]), id="nothing yet"),
        # 1 December is a Tuesday: Wednesday, Thursday, Friday are grace
        pytest.param("2026-12-06", [], ("open", None, [DUE, DUE, DUE]), id="last day of grace"),
        pytest.param("2026-12-07", [], ("broken", "2026-12-07", [("overdue", 0), DUE, DUE]), id="grace is over"),
        pytest.param("2026-12-31", [], ("broken", "2026-12-07", [("overdue", 0), DUE, DUE]), id="broken since then"),
        pytest.param(
            "2026-12-06",
            [("2026-12-01", 5_000)],
            ("open", None, [("part_paid", 5_000), DUE, DUE]),
            id="a part of the first",
        ),
        pytest.param(
            "2026-12-07",
            [("2026-12-01", 19_999)],
            ("broken", "2026-12-07", [("overdue", 19_999), DUE, DUE]),
            id="a cent short",
        ),
        pytest.param(
            "2026-12-07", [("2026-12-07", 20_000)], ("open", None, [("paid", 20_000), DUE, DUE]), id="late but paid"
        ),
        pytest.param(
            "2026-12-03",
            [("2026-12-01", 25_000)],
            ("open", None, [("paid", 20_000), ("part_paid", 5_000), DUE]),
            id="more than one rate: the next one is begun",
        ),
        pytest.param(
            "2027-01-11",
            [("2026-12-01", 20_000)],
            ("broken", "2027-01-08", [("paid", 20_000), ("overdue", 0), DUE]),
            id="the second rate fails",
        ),
        pytest.param(
            "2027-01-11",
            [("2026-12-01", 20_000), ("2027-01-05", 20_000)],
            ("open", None, [("paid", 20_000), ("paid", 20_000), DUE]),
            id="two of three",
        ),
        pytest.param(
            "2027-02-03",
            [("2027-02-02", 20_000), ("2026-12-01", 20_000), ("2027-01-05", 20_000)],
            ("kept", "2027-02-02", [("paid", 20_000)] * 3),
            id="all three, in any order of the file",
        ),
        pytest.param(
            "2026-12-02",
            [("2026-12-01", 70_000)],
            ("kept", "2026-12-01", [("paid", 20_000)] * 3),
            id="everything at once and more",
        ),
        pytest.param(
            "2026-12-02", [("2026-12-03", 60_000)], ("open", None, [DUE, DUE, DUE]), id="tomorrow's money is not there"
        ),
        pytest.param(
            "2026-12-07",
            [("2026-12-01", 20_000), ("2026-12-04", -20_000)],
            ("broken", "2026-12-07", [("overdue", 0), DUE, DUE]),
            id="taken back",
        ),
        pytest.param(
            "2026-12-07",
            [("2026-11-26", -5_000), ("2026-12-01", 20_000)],
            ("open", None, [("paid", 20_000), DUE, DUE]),
            id="what was paid before goes back: the rate is paid all the same",
        ),
        pytest.param(
            "2026-12-09",
            [("2026-12-01", 60_000), ("2026-12-02", -10_000), ("2026-12-08", 10_000)],
            ("kept", "2026-12-08", [("paid", 20_000)] * 3),
            id="kept anew after a reversal",
        ),
    ],
)
def test_standing(today, paid, expected):
    assert stand(today, *paid) == expected


def test_promise_is_a_plan_of_one():
    said = promise(12_000, date(2026, 11, 27), currency="EUR", grace_workdays=3)
    assert said.last_due == date(2026, 11, 27)
    assert stand("2026-12-02", ("2026-12-01", 11_999), agreement=said) == ("open", None, [("part_paid", 11_999)])
    assert stand("2026-12-03", ("2026-12-01", 11_999), agreement=said)[:2] == ("broken", "2026-12-03")
    assert stand("2026-12-03", ("2026-12-01", 12_000), agreement=said)[:2] == ("kept", "2026-12-01")


def test_standing_names_the_sum_that_was_credited():
    how = standing(THREE, [Received(on=date(2026, 12, 1), amount_minor=70_000)], date(2026, 12, 2), NO_HOLIDAYS)
    assert (how.paid_minor, how.state) == (60_000, AgreementState.KEPT)


@pytest.mark.parametrize(
    ("paid", "today", "needed"),
    [(0, "2026-12-01", False), (0, "2026-12-02", True), (20_000, "2026-12-31", False), (60_000, "2026-11-25", True)],
)
def test_only_what_may_have_ended_needs_a_look(paid, today, needed):
    assert needs_a_look(THREE, paid, date.fromisoformat(today)) is needed
