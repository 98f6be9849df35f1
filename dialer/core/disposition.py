"""What a disposition changes on the case, and what the collector must say with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dialer.core.agreement import VAGUE, Agreement, Every, Instalment, even_rates, promise
from dialer.core.case import Hold, HoldReason, PhoneState
from dialer.core.casework import AgreementKind
from dialer.core.disposition_form import FieldName, missing, surplus
from dialer.core.facts import Site
from dialer.core.outcome import Disposition, PastAttempt
from dialer.core.windows import start_of_day
from dialer.core.workdays import add_workdays

LONGEST_PROMISE = timedelta(days=90)
SAYS_PAID_WORKDAYS = 5
"""How long a bank transfer may take to show."""

CANNOT_PAY_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the collector says came of a conversation. Money in minor units, `callback_at` aware.

    Of instalments, `amount_minor` is one rate and `on` the day of the first; they go on `every` month until
    `total_minor`, or else all that is owed, is paid. `rates` says each of them instead.
    `spoken_to` is the id of a contact of the case, or the name of somebody else; `reason` is free text. Which of it
    belongs to a disposition stands in `disposition_form.FORMS`.
    """

    disposition: Disposition
    amount_minor: int | None = None
    on: date | None = None
    callback_at: datetime | None = None
    total_minor: int | None = None
    every: Every | None = None
    rates: tuple[Instalment, ...] = ()
    interest_free: bool = True
    acceleration: bool = False
    spoken_to: str = ""
    reason: str = ""

    @property
    def given(self) -> frozenset[FieldName]:
        """The fields that were filled in."""
        said = {
            FieldName.AMOUNT: self.amount_minor is not None,
            FieldName.ON: self.on is not None,
            FieldName.TOTAL: self.total_minor is not None,
            FieldName.EVERY: self.every is not None,
            FieldName.RATES: bool(self.rates),
            FieldName.INTEREST_FREE: not self.interest_free,
            FieldName.ACCELERATION: self.acceleration,
            FieldName.CALLBACK: self.callback_at is not None,
            FieldName.SPOKEN_TO: bool(self.spoken_to.strip()),
            FieldName.REASON: bool(self.reason.strip()),
        }
        return frozenset(name for name, filled in said.items() if filled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows: a hold, a call-back, a lesson about the number."""

    hold: Hold | None = None
    callback_at: datetime | None = None
    phone_state: PhoneState | None = None


def ends_call_back(said: Disposition, at: datetime, history: tuple[PastAttempt, ...]) -> bool:
    """True when the conversation of the call at `at` takes the place of an agreed call-back.

    Whatever the debtor said does, be it promise, refusal or dispute: the call-back was about nothing else. Words with
    somebody else or with no result leave it standing, and so does a conversation from before it was agreed.
    `history`: all attempts at this debtor.
    """
    agreed_since = any(h.disposition is Disposition.CALLBACK_AGREED for h in history if h.at > at)
    return said.conversation and not agreed_since


_FOR_GOOD = {
    Disposition.DISPUTE: HoldReason.DISPUTE,
    Disposition.INSOLVENCY: HoldReason.INSOLVENCY,
    Disposition.REPRESENTED: HoldReason.REPRESENTED,
    Disposition.DO_NOT_CALL: HoldReason.OBJECTION,
    Disposition.DECEASED: HoldReason.DECEASED,
}
"""Holds that only a person lifts."""

_PROMISES = {
    Disposition.PROMISE_TO_PAY: HoldReason.PROMISE,
    Disposition.INSTALMENTS_AGREED: HoldReason.INSTALMENTS,
}


_PLAN = "plan of rates"
_SURPLUS = {
    FieldName.AMOUNT: "amount and date",
    FieldName.ON: "amount and date",
    FieldName.TOTAL: _PLAN,
    FieldName.EVERY: _PLAN,
    FieldName.RATES: _PLAN,
    FieldName.INTEREST_FREE: _PLAN,
    FieldName.ACCELERATION: _PLAN,
    FieldName.CALLBACK: "call-back time",
    FieldName.SPOKEN_TO: "person spoken to",
    FieldName.REASON: "reason",
}
_MISSING = {
    FieldName.AMOUNT: f"an amount and a date ({VAGUE})",
    FieldName.ON: f"an amount and a date ({VAGUE})",
    FieldName.CALLBACK: "the agreed time",
}


def problem(report: Report, *, open_minor: int, today: date, now: datetime) -> str | None:
    """What is missing or impossible in a report, None when it can be taken. `today` is the debtor's local date."""
    said = report.disposition
    if name := surplus(said, report.given):
        return f"{said} has no {_SURPLUS[name]}"
    if name := missing(said, report.given):
        return f"{said} needs {_MISSING[name]}"
    if said in _PROMISES:
        return _promise_problem(report, open_minor, today)
    if report.callback_at is not None:
        if report.callback_at <= now:
            return "the agreed call-back lies in the past"
        if report.callback_at > now + LONGEST_PROMISE:
            return f"the agreed call-back must lie within {LONGEST_PROMISE.days} days"
    return None


def _promise_problem(report: Report, open_minor: int, today: date) -> str | None:
    amount, on = first_payment(report)
    if amount is None or not 0 < amount <= open_minor:
        return f"the promised amount must lie between 0.01 and what is owed, {open_minor / 100:.2f} ({VAGUE})"
    if on is None or not today <= on <= today + LONGEST_PROMISE:
        return f"the promised date must lie within {LONGEST_PROMISE.days} days from today ({VAGUE})"
    return None


def first_payment(report: Report) -> tuple[int | None, date | None]:
    """What is to be paid first, and when."""
    if report.rates:
        return report.rates[0].amount_minor, report.rates[0].due_on
    return report.amount_minor, report.on


def agreed(report: Report, *, open_minor: int, currency: str, grace_workdays: int) -> Agreement | None:
    """The agreement in a report that has no problem; None when it holds none."""
    amount, on = first_payment(report)
    if report.disposition not in _PROMISES or amount is None or on is None:
        return None
    if report.disposition is Disposition.PROMISE_TO_PAY:
        return promise(amount, on, currency=currency, grace_workdays=grace_workdays)
    total = sum(r.amount_minor for r in report.rates) if report.rates else open_minor
    total = total if report.total_minor is None else report.total_minor
    return Agreement(
        kind=AgreementKind.INSTALMENTS,
        amount_minor=total,
        currency=currency,
        instalments=report.rates or even_rates(total, amount, on, report.every or Every.MONTH),
        grace_workdays=grace_workdays,
        interest_free=report.interest_free,
        acceleration=report.acceleration,
    )


def consequence(
    report: Report, *, site: Site, now: datetime, grace_workdays: int, last_due: date | None = None
) -> Consequence:
    """What follows from a report that has no problem. `last_due`: when the last of what was agreed is to be paid."""
    said = report.disposition
    due = last_due or report.on
    if said in _PROMISES and due is not None:
        promised = start_of_day(site.zone, due)
        return Consequence(hold=Hold(reason=_PROMISES[said], until=add_workdays(promised, grace_workdays + 1, site)))
    if said in _FOR_GOOD:
        return Consequence(hold=Hold(reason=_FOR_GOOD[said], until=None))
    if said is Disposition.SAYS_PAID:
        return Consequence(hold=Hold(reason=HoldReason.SAYS_PAID, until=add_workdays(now, SAYS_PAID_WORKDAYS, site)))
    if said is Disposition.CANNOT_PAY:
        return Consequence(hold=Hold(reason=HoldReason.CANNOT_PAY, until=now + timedelta(days=CANNOT_PAY_DAYS)))
    if said is Disposition.WRONG_PARTY:
        return Consequence(phone_state=PhoneState.WRONG_PARTY)
    return Consequence(callback_at=report.callback_at if said is Disposition.CALLBACK_AGREED else None)
