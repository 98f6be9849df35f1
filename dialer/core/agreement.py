"""What was agreed with a debtor: one sum on one day, or rates. Whether it can be meant, and whether it is kept.

Money is minor units of one currency, days are local dates of the debtor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise

from dialer.core.case import DebtorType
from dialer.core.casework import AgreementKind, AgreementState
from dialer.core.deadlines import add_months
from dialer.core.money import format_money
from dialer.core.policy import HolidayName, OperatorRole
from dialer.core.workdays import workday_after

MAX_RATES = 120
MAX_MONTHS = 60

VAGUE = "DE-A4"
COST_NOTICE = "DE-RDG4"
PAID_DEFERRAL = "DE-A3"


class Every(StrEnum):
    """How far rates are apart."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One sum that is due on one day; `n` counts from 1."""

    n: int
    due_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A promise has one instalment, a plan has what was agreed. `acceleration`: a missed rate makes the rest due."""

    kind: AgreementKind
    amount_minor: int
    currency: str
    instalments: tuple[Instalment, ...]
    grace_workdays: int
    interest_free: bool = True
    acceleration: bool = False

    @property
    def last_due(self) -> date:
        """The day of the last instalment."""
        return max(i.due_on for i in self.instalments)


def promise(amount_minor: int, on: date, *, currency: str, grace_workdays: int) -> Agreement:
    """One sum on one day."""
    return Agreement(
        kind=AgreementKind.PROMISE,
        amount_minor=amount_minor,
        currency=currency,
        instalments=(Instalment(n=1, due_on=on, amount_minor=amount_minor),),
        grace_workdays=grace_workdays,
    )


def even_rates(total_minor: int, rate_minor: int, first_on: date, every: Every = Every.MONTH) -> tuple[Instalment, ...]:
    """Equal rates until the total is reached, the last one smaller; never more than one too many, see `problems`."""
    rates: list[Instalment] = []
    left = total_minor
    while left > 0 and rate_minor > 0 and len(rates) <= MAX_RATES:
        n = len(rates)
        rates.append(Instalment(n=n + 1, due_on=_nth(first_on, n, every), amount_minor=min(rate_minor, left)))
        left -= rate_minor
    return tuple(rates)


def _nth(first_on: date, n: int, every: Every) -> date:
    if every is Every.MONTH:
        return add_months(first_on, n)  # counted from the first, so that the 31st comes back after a short month
    return first_on + timedelta(weeks=n if every is Every.WEEK else 2 * n)


# --- whether it can be meant -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why an agreement is not taken, or what to mind about it, by the rule that says so."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Between whom and when it is agreed. `noticed_at`: when the notice of section 13a(3) RDG was given."""

    open_minor: int
    currency: str
    now: datetime
    today: date
    debtor_type: DebtorType
    operator_role: OperatorRole = OperatorRole.OWN_CLAIM
    country: str = "DE"
    noticed_at: datetime | None = None


def problems(agreement: Agreement, given: Circumstances) -> tuple[Problem, ...]:
    """Everything for which the agreement is refused; empty when it can be taken."""
    texts = (_money_problem(agreement, given), _dates_problem(agreement, given))
    found = [Problem(rule=VAGUE, text=text) for text in texts if text]
    if _notice_missing(agreement, given):
        text = "the notice of its costs must precede an instalment agreement (section 13a(3) RDG); mark it as rdg13a3"
        found.append(Problem(rule=COST_NOTICE, text=text))
    return tuple(found)


def warnings(agreement: Agreement, given: Circumstances) -> tuple[Problem, ...]:
    """What to mind although it can be taken."""
    if agreement.interest_free or given.debtor_type is not DebtorType.CONSUMER or given.country != "DE":
        return ()
    text = "a plan that costs a consumer interest may be a deferral against payment (section 506 BGB): have it reviewed"
    return (Problem(rule=PAID_DEFERRAL, text=text),)


def _money_problem(agreement: Agreement, given: Circumstances) -> str | None:
    rates = agreement.instalments
    if agreement.currency != given.currency:
        return f"the case is owed in {given.currency}, not in {agreement.currency}"
    if not rates or any(rate.amount_minor <= 0 for rate in rates):
        return "every rate needs an amount above zero"
    if len(rates) > MAX_RATES:
        return f"the plan does not end: it has more than {MAX_RATES} rates"
    total = sum(rate.amount_minor for rate in rates)
    if total != agreement.amount_minor:
        said = _money(agreement.amount_minor, agreement)
        return f"the rates add up to {_money(total, agreement)}, but {said} was agreed"
    if total > given.open_minor:
        return f"more is agreed than is owed: {_money(total, agreement)} of {_money(given.open_minor, agreement)}"
    return None


def _money(minor: int, agreement: Agreement) -> str:
    return format_money(minor, agreement.currency, "en")


def _dates_problem(agreement: Agreement, given: Circumstances) -> str | None:
    days = [rate.due_on for rate in agreement.instalments]
    if not days:
        return "the day of the first rate is missing"
    if min(days) < given.today:
        return f"{min(days)} is past"
    if any(later <= earlier for earlier, later in pairwise(days)):
        return "each rate is due after the one before it"
    if max(days) > add_months(given.today, MAX_MONTHS):
        return f"the plan does not end within {MAX_MONTHS} months"
    return None


def _notice_missing(agreement: Agreement, given: Circumstances) -> bool:
    """Section 13a(3) RDG binds whoever collects for others, towards private persons."""
    bound = agreement.kind is AgreementKind.INSTALMENTS and given.operator_role is not OperatorRole.OWN_CLAIM
    if not bound or given.country != "DE" or not given.debtor_type.natural_person:
        return False
    return given.noticed_at is None or given.noticed_at >= given.now


# --- whether it is kept ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Money that arrived on a day; negative when it went back."""

    on: date
    amount_minor: int


class RateState(StrEnum):
    """DUE and PART_PAID still have time; OVERDUE is not paid in full although its days of grace are over."""

    PAID = "paid"
    PART_PAID = "part_paid"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateStanding:
    """One instalment and what has been credited to it."""

    n: int
    due_on: date
    amount_minor: int
    paid_minor: int
    state: RateState


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an agreement stands: OPEN, KEPT or BROKEN. `since` is the day on which it was kept or broke."""

    rates: tuple[RateStanding, ...]
    state: AgreementState
    since: date | None = None

    @property
    def paid_minor(self) -> int:
        """What has been credited."""
        return sum(rate.paid_minor for rate in self.rates)


def overdue_from(due_on: date, grace_workdays: int, holiday: HolidayName) -> date:
    """The first working day after the days of grace: from its beginning what was due then is not paid in time."""
    return workday_after(due_on, grace_workdays + 1, holiday)


def standing(agreement: Agreement, payments: Sequence[Received], today: date, holiday: HolidayName) -> Standing:
    """How it stands on that day. `payments`: what counts for it; they pay the oldest rate first."""
    payments = sorted((p for p in payments if p.on <= today), key=lambda p: p.on)
    totals = _totals(payments)
    received = totals[-1] if totals else 0
    rates: list[RateStanding] = []
    broken_on: date | None = None
    left = received
    for rate in sorted(agreement.instalments, key=lambda rate: rate.due_on):
        paid = min(left, rate.amount_minor)
        left -= paid
        from_ = overdue_from(rate.due_on, agreement.grace_workdays, holiday)
        state = _rate_state(rate, paid, overdue=today >= from_)
        if state is RateState.OVERDUE and broken_on is None:
            broken_on = from_
        rates.append(
            RateStanding(n=rate.n, due_on=rate.due_on, amount_minor=rate.amount_minor, paid_minor=paid, state=state)
        )
    if broken_on is not None:
        return Standing(rates=tuple(rates), state=AgreementState.BROKEN, since=broken_on)
    if received >= agreement.amount_minor:
        since = _reached(payments, totals, agreement.amount_minor)
        return Standing(rates=tuple(rates), state=AgreementState.KEPT, since=since)
    return Standing(rates=tuple(rates), state=AgreementState.OPEN)


def _rate_state(rate: Instalment, paid_minor: int, *, overdue: bool) -> RateState:
    if paid_minor == rate.amount_minor:
        return RateState.PAID
    if overdue:
        return RateState.OVERDUE
    return RateState.PART_PAID if paid_minor else RateState.DUE


def _totals(payments: Sequence[Received]) -> list[int]:
    """What is credited after each payment. Money that goes back takes no more than what had come."""
    return list(accumulate((p.amount_minor for p in payments), lambda total, minor: max(0, total + minor), initial=0))[
        1:
    ]


def _reached(payments: Sequence[Received], totals: Sequence[int], amount_minor: int) -> date:
    """The day since which the sum of payments has been enough; asked when it is."""
    short = max((n for n, total in enumerate(totals, start=1) if total < amount_minor), default=0)
    return payments[short].on


def needs_a_look(agreement: Agreement, paid_minor: int, today: date) -> bool:
    """False when it can neither have been kept nor have broken by that day: a quick word before `standing`."""
    due = sum(rate.amount_minor for rate in agreement.instalments if rate.due_on < today)
    return paid_minor >= agreement.amount_minor or due > paid_minor
