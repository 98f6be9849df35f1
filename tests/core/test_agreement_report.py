"""From what the collector types to the agreement it means, and to the hold that follows."""

from __future__ import annotations

from datetime import date

import pytest

from dialer.core.agreement import Agreement, Every, Instalment
from dialer.core.case import Hold, HoldReason
from dialer.core.casework import AgreementKind
from dialer.core.disposition import Report, agreed, consequence, problem
from dialer.core.outcome import Disposition
from tests.core.stories import in_berlin, site

NOW = in_berlin("2026-11-24T12:00:00")
TODAY = date(2026, 11, 24)
FIRST = date(2026, 12, 1)
RATES = (
    Instalment(n=1, due_on=FIRST, amount_minor=3_000),
    Instalment(n=2, due_on=date(2026, 12, 30), amount_minor=7_000),
)


def report(said="instalments_agreed", **more):
    return Report(disposition=Disposition(said), **more)


def made(said="instalments_agreed", **more):
    return agreed(report(said, **more), open_minor=10_000, currency="EUR", grace_workdays=3)


def wrong(said="instalments_agreed", **more):
    return problem(report(said, **more), open_minor=10_000, today=TODAY, now=NOW)


def test_promise_is_one_sum_on_one_day():
    assert made("promise_to_pay", amount_minor=4_000, on=FIRST) == Agreement(
        kind=AgreementKind.PROMISE,
        amount_minor=4_000,
        currency="EUR",
        instalments=(Instalment(n=1, due_on=FIRST, amount_minor=4_000),),
        grace_workdays=3,
    )


def test_rate_is_paid_month_by_month_until_all_that_is_owed_is_paid():
    found = made(amount_minor=4_000, on=FIRST)
    assert (found.kind, found.amount_minor, found.interest_free, found.acceleration) == (
        AgreementKind.INSTALMENTS,
        10_000,
        True,
        False,
    )
    assert [(r.due_on.isoformat(), r.amount_minor) for r in found.instalments] == [
        ("2026-12-01", 4_000),
        ("2027-01-01", 4_000),
        ("2027-02-01", 2_000),
    ]


def test_total_and_distance_may_be_said():
    found = made(
        amount_minor=4_000, on=FIRST, total_minor=8_000, every=Every.WEEK, interest_free=False, acceleration=True
    )
    assert [(r.due_on.isoformat(), r.amount_minor) for r in found.instalments] == [
        ("2026-12-01", 4_000),
        ("2026-12-08", 4_000),
    ]
    assert (found.amount_minor, found.interest_free, found.acceleration) == (8_000, False, True)


def test_rates_may_be_named_one_by_one():
    found = made(rates=RATES)
    assert (found.instalments, found.amount_minor, found.last_due) == (RATES, 10_000, date(2026, 12, 30))
    assert made(rates=RATES, total_minor=9_000).amount_minor == 9_000


@pytest.mark.parametrize("said", [d for d in Disposition if d.value not in {"promise_to_pay", "instalments_agreed"}])
def test_other_words_hold_no_agreement(said):
    assert agreed(Report(disposition=said), open_minor=10_000, currency="EUR", grace_workdays=3) is None


def test_agreement_without_its_figures_is_none():
    assert made(amount_minor=4_000) is None
    assert made(on=FIRST) is None


def test_named_rates_stand_for_amount_and_day():
    assert wrong(rates=RATES) is None
    late = (Instalment(n=1, due_on=date(2026, 11, 23), amount_minor=3_000),)
    assert wrong(rates=late) == "the promised date must lie within 90 days from today (DE-A4)"


@pytest.mark.parametrize(
    "plan", [{"total_minor": 5_000}, {"rates": RATES}, {"interest_free": False}, {"acceleration": True}]
)
@pytest.mark.parametrize("said", [d.value for d in Disposition])
def test_only_instalments_carry_a_plan(said, plan):
    found = wrong(said, **plan)
    assert (found == f"{said} has no plan of rates") is (said != "instalments_agreed")


def test_hold_lasts_until_the_grace_of_the_last_rate_is_over():
    said = report(amount_minor=4_000, on=FIRST)
    found = consequence(said, site=site(), now=NOW, grace_workdays=3, last_due=date(2027, 2, 1))
    # Monday; Tuesday to Thursday are grace
    assert found.hold == Hold(reason=HoldReason.INSTALMENTS, until=in_berlin("2027-02-05T00:00:00"))
