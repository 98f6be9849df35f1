"""What holds for every statement, whatever was owed and paid."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.core.interest import Law
from dialer.core.statement import Cost, Debt, LineKey, Payment, Statement, statement
from dialer.rules.base_rates import load_base_rates

RATES = load_base_rates()
NAMES = ("R1", "R2", "R3")
DAYS = st.dates(date(2021, 1, 1), date(2026, 6, 30))
MONEY = st.integers(1, 10**7)


@st.composite
def debts(draw: st.DrawFn) -> list[Debt]:
    return [draw(debt(name)) for name in NAMES[: draw(st.integers(1, 3))]]


@st.composite
def debt(draw: st.DrawFn, reference: str) -> Debt:
    arisen = draw(DAYS)
    due = arisen + timedelta(days=draw(st.integers(0, 60)))
    late = draw(st.none() | st.integers(1, 90))
    return Debt(
        reference=reference,
        principal_minor=draw(st.integers(0, 10**7)),
        currency="EUR",
        arisen_on=arisen,
        due_on=due,
        interest_from=None if late is None else due + timedelta(days=late),
        debtor_consumer=draw(st.booleans()),
        secured=draw(st.booleans()),
    )


def named(owed: list[Debt]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from([one.reference for one in owed])


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Debt], list[Payment], list[Cost], date]:
    owed = draw(debts())
    payment = st.builds(Payment, on=DAYS, amount_minor=MONEY, currency=st.just("EUR"), debt=named(owed))
    cost = st.builds(
        Cost,
        on=DAYS,
        amount_minor=st.integers(1, 20_000),
        currency=st.just("EUR"),
        debt=named(owed),
        legal_pursuit=st.booleans(),
    )
    return owed, draw(st.lists(payment, max_size=6)), draw(st.lists(cost, max_size=4)), draw(DAYS)


def stated(case: tuple[list[Debt], list[Payment], list[Cost], date]) -> Statement:
    owed, payments, costs, as_of = case
    found = statement(owed, payments, costs, as_of=as_of, rates=RATES)
    assert isinstance(found, Statement)
    return found


@settings(deadline=None)
@given(cases())
def test_balance_is_never_negative(case):
    found = stated(case)
    assert all(line.balance_minor >= 0 for line in found.lines)
    assert all(total.open_minor >= 0 for total in (found.costs, found.interest, found.principal))
    assert all(found.open_of(name) >= 0 for name in (None, *NAMES))


@settings(deadline=None)
@given(cases())
def test_no_payment_is_lost(case):
    _, payments, _, as_of = case
    assert stated(case).received_minor == sum(payment.amount_minor for payment in payments if payment.on <= as_of)


@settings(deadline=None)
@given(cases())
def test_sums_agree(case):
    found = stated(case)
    parts = (found.costs, found.interest, found.principal)
    assert found.open_minor == sum(part.open_minor for part in parts) == sum(map(found.open_of, (None, *NAMES)))
    if found.lines:
        assert found.lines[-1].balance_minor == found.open_minor
    assert [line.on for line in found.lines] == sorted(line.on for line in found.lines)


@settings(deadline=None)
@given(cases())
def test_nothing_is_overpaid_while_something_is_owed(case):
    balance = {line.on: line.balance_minor for line in stated(case).lines}
    overpaid_on = {line.on for line in stated(case).lines if line.key is LineKey.OVERPAYMENT}
    assert all(balance[day] == 0 for day in overpaid_on)


@settings(deadline=None)
@given(cases(), st.integers(1, 10**6))
def test_another_payment_never_raises_what_is_owed(case, amount):
    owed, payments, costs, as_of = case
    more = [*payments, Payment(on=as_of, amount_minor=amount, currency="EUR")]
    assert stated((owed, more, costs, as_of)).open_minor <= stated(case).open_minor


@settings(deadline=None)
@given(cases())
def test_interest_is_the_sum_of_its_days(case):
    """Day by day, on the principal that the lines leave: the slow way round to the same figure, to the cent."""
    found = stated(case)
    for owed in case[0]:
        charged = sum(line.interest_minor for line in found.lines if line.debt == owed.reference and line.stretch)
        assert abs(charged - slow_interest(owed, found)) <= Fraction(1, 2)


def slow_interest(owed: Debt, found: Statement) -> Fraction:
    points = 5 if owed.debtor_consumer else 9
    changes = [(line.on, line.principal_minor) for line in found.lines if line.debt == owed.reference]
    exact = Fraction(0)
    day = owed.interest_from or date.max
    while day <= found.as_of:
        principal = sum(change for on, change in changes if on < day or (on == day and change > 0))
        percent = RATES[Law.DE].percent_on(day)
        assert percent is not None
        exact += principal * (Fraction(percent) + points) / (100 * (366 if isleap(day.year) else 365))
        day += timedelta(days=1)
    return exact
