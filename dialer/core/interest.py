"""Default interest: from which day, at which rate, how much. Exact fractions of minor units, rounded once.

Conventions, and where they come from:

- Simple interest, none on interest (§ 289 BGB).
- Days are counted by the calendar over 365 days, 366 in a leap year (act/act). No statute fixes a method for default
  interest; § 191 BGB does not fit an unbroken period. act/act charges a full year exactly the yearly rate (discussion:
  zinsmethoden.de; ra-wigger.blogspot.de of 21 Aug 2013; worked table: github.com/digineo/verzugszinsen).
- First and last day of a stretch both bear interest. It begins the day after the event that brings default
  (§ 187(1) BGB) and ends with the day of payment, that day included (BGH 17 June 1997, XI ZR 239/96, §§ 187(1), 188(1)
  BGB; the same rule for enforcement: Haufe, Deutsches Anwalt Office Premium, HI15189123).
- A rate that changes inside a stretch splits it, and so does the turn of a year: every piece can be checked by hand as
  principal x percent x days / (100 x days of the year).
- Rounding: half a minor unit up, on the running sum (`round_minor`), never piece by piece; pieces shown one by one are
  differences of rounded sums, so that they always add up.

Rates: Germany base + 5 points, + 9 between businesses for payment of goods and services, + 8 if the contract is older
than 29 July 2014 (§ 288(1), (2) BGB, Art. 229 § 34 EGBGB); Austria 4 %, between businesses base + 9.2, + 8 before
16 March 2013 (§ 1000 ABGB, § 456 UGB; it presumes fault); Switzerland 5 % (Art. 104 OR).
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import floor

from dialer.core.deadlines import Holidays, Language, next_working_day
from dialer.core.windows import A_DAY

GERMAN_REFORM = date(2014, 7, 29)
"""Contracts from this day on know 9 points and the lump sum (Art. 229 § 34 EGBGB)."""

AUSTRIAN_REFORM = date(2013, 3, 16)
"""Contracts from this day on know 9.2 points (§ 456, § 906(25) UGB)."""

THIRTY_DAYS = timedelta(days=30)


class Law(StrEnum):
    """Whose law of default applies; the country code."""

    DE = "DE"
    AT = "AT"
    CH = "CH"


@dataclass(frozen=True, slots=True)
class BaseRate:
    """A base rate in percent a year, and the first day of the half-year it applies to."""

    start: date
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseRates:
    """A country's base rate, one for each half-year without gaps; `rule` names the rule it feeds."""

    law: Law
    rates: tuple[BaseRate, ...]
    rule: str
    source: str

    def __post_init__(self) -> None:
        if not self.rates:
            raise ValueError("a series of base rates holds at least one")
        first = self.rates[0].start
        if (first.month, first.day) not in ((1, 1), (7, 1)):
            raise ValueError(f"{first}: a base rate applies from 1 January or 1 July")
        for before, after in pairwise(self.rates):
            if after.start != next_half_year(before.start):
                raise ValueError(f"{after.start} follows {before.start}; {next_half_year(before.start)} was expected")

    @property
    def known_from(self) -> date:
        """The first day with a known rate."""
        return self.rates[0].start

    @property
    def known_until(self) -> date:
        """The last day with a known rate: the end of the last half-year."""
        return next_half_year(self.rates[-1].start) - A_DAY

    def percent_on(self, day: date) -> Decimal | None:
        """The rate of that day in percent a year; None before the series begins and after it ends."""
        if not self.known_from <= day <= self.known_until:
            return None
        halves = (day.year - self.known_from.year) * 2 + (day.month > 6) - (self.known_from.month > 6)
        return self.rates[halves].percent


def next_half_year(day: date) -> date:
    """The 1 January or 1 July after that day."""
    return date(day.year, 7, 1) if day.month <= 6 else date(day.year + 1, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What decides the legal rate. Unknown means consumer: the lower rate.

    `payment_claim`: a price for goods or services (Entgeltforderung), not damages or a refund. `contract_on`: when the
    contract was made.
    """

    contract_on: date
    law: Law = Law.DE
    debtor_consumer: bool = True
    creditor_consumer: bool = False
    payment_claim: bool = True

    @property
    def between_businesses(self) -> bool:
        """No consumer on either side, and owed as a price."""
        return self.payment_claim and not self.debtor_consumer and not self.creditor_consumer


@dataclass(frozen=True, slots=True, kw_only=True)
class RateUnknown:
    """No amount can be stated, because the rate of `day` is not known; by which rule, and for which days it is."""

    rule: str
    day: date
    known_from: date
    known_until: date


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly rate in percent: `points` above a base rate, or fixed where `base` is None."""

    points: Decimal
    base: BaseRates | None = None

    def percent_on(self, day: date) -> Decimal | RateUnknown:
        """The whole rate of that day."""
        if self.base is None:
            return self.points
        percent = self.base.percent_on(day)
        if percent is None:
            known_from, known_until = self.base.known_from, self.base.known_until
            return RateUnknown(rule=self.base.rule, day=day, known_from=known_from, known_until=known_until)
        return percent + self.points


def legal_rate(terms: Terms, rates: Mapping[Law, BaseRates]) -> Rate:
    """The statutory default rate; agreed or higher rates (§ 288(3) BGB) are not looked at."""
    if terms.law is Law.DE:
        return Rate(_german_points(terms), rates[Law.DE])
    if terms.law is Law.CH:
        return Rate(Decimal(5))
    if not terms.between_businesses:
        return Rate(Decimal(4))
    return Rate(Decimal("9.2") if terms.contract_on >= AUSTRIAN_REFORM else Decimal(8), rates[Law.AT])


def _german_points(terms: Terms) -> Decimal:
    if not terms.between_businesses:
        return Decimal(5)
    return Decimal(9) if terms.contract_on >= GERMAN_REFORM else Decimal(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days of one year with one rate, `first` and `last` included; `principal_minor` in minor units."""

    first: date
    last: date
    principal_minor: int
    percent: Decimal

    @property
    def days(self) -> int:
        """How many days bear interest."""
        return (self.last - self.first).days + 1

    @property
    def exact(self) -> Fraction:
        """The interest in minor units, not rounded."""
        year = 366 if isleap(self.first.year) else 365
        return Fraction(self.principal_minor * self.days, 100 * year) * Fraction(self.percent)


def interest(principal_minor: int, first: date, last: date, rate: Rate) -> tuple[Stretch, ...] | RateUnknown:
    """The stretches from `first` to `last`, both included; () when there is nothing to bear interest."""
    if principal_minor < 0:
        raise ValueError(f"a principal is never negative: {principal_minor}")
    stretches: list[Stretch] = []
    day = first
    while principal_minor and day <= last:
        percent = rate.percent_on(day)
        if isinstance(percent, RateUnknown):
            return percent
        end = min(last, next_half_year(day) - A_DAY)
        begin = day
        if stretches and stretches[-1].percent == percent and stretches[-1].last.year == day.year:
            begin = stretches.pop().first
        stretches.append(Stretch(first=begin, last=end, principal_minor=principal_minor, percent=percent))
        day = end + A_DAY
    return tuple(stretches)


def total(stretches: Iterable[Stretch]) -> Fraction:
    """The exact interest of all stretches, in minor units."""
    return sum((stretch.exact for stretch in stretches), start=Fraction(0))


def round_minor(exact: Fraction) -> int:
    """Whole minor units, half a unit up."""
    return floor(exact + Fraction(1, 2))


_UNKNOWN: Mapping[Language, str] = {
    "de": "Kein Zinsbetrag: Der Basiszinssatz ist für {day:%d.%m.%Y} nicht hinterlegt, bekannt sind die Tage von"
    " {first:%d.%m.%Y} bis {last:%d.%m.%Y} ({rule}).",
    "en": "No amount of interest: the base rate of {day} is not loaded, known are the days from {first} to {last}"
    " ({rule}).",
}


def unknown_text(unknown: RateUnknown, language: Language) -> str:
    """Why no amount is stated, as people read it."""
    return _UNKNOWN[language].format(
        day=unknown.day, first=unknown.known_from, last=unknown.known_until, rule=unknown.rule
    )


class Ground(StrEnum):
    """What brought the debtor into default."""

    GIVEN = "given"
    DATE = "date"
    REFUSAL = "refusal"
    REMINDER = "reminder"
    THIRTY_DAYS = "thirty_days"


class Missing(StrEnum):
    """Why no day of default can be named."""

    NO_DUE_DATE = "no_due_date"
    NO_REMINDER = "no_reminder"
    CONSUMER_NOT_TOLD = "consumer_not_told"
    NO_RECEIPT = "no_receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultFacts:
    """What § 286 BGB asks for. Unknown means consumer, not told, no date agreed.

    `default_since`: the first day of interest, where somebody has established it. `date_agreed`: the contract itself
    fixes the day by the calendar, or from an event (§ 286(2) nos. 1, 2); a day that only the invoice names is none (BGH
    25 Oct 2007, III ZR 91/07).
    `consumer_told`: the invoice names the consequence of the 30 days.
    """

    due_on: date | None
    default_since: date | None = None
    date_agreed: bool = False
    reminder_received_on: date | None = None
    refused_on: date | None = None
    invoice_received_on: date | None = None
    payment_claim: bool = True
    debtor_consumer: bool = True
    consumer_told: bool = False


@dataclass(frozen=True, slots=True)
class InDefault:
    """The first day that bears default interest, and why."""

    interest_from: date
    ground: Ground
    source: str


def default_begins(facts: DefaultFacts, holiday: Holidays) -> InDefault | Missing:
    """The first day of default interest, by the earliest ground of § 286 BGB that holds; or what is missing.

    A due date or the end of the 30 days on a weekend or holiday moves on (§ 193; BGH 1 Feb 2007, III ZR 159/06). A
    reminder counts when it arrives after the due date. That the debtor answers for the delay (§ 286(4)) is presumed.
    """
    if facts.default_since is not None:
        return InDefault(facts.default_since, Ground.GIVEN, "§ 286 BGB")
    if facts.due_on is None:
        return Missing.NO_DUE_DATE
    found = _grounds(facts, next_working_day(facts.due_on, holiday), holiday)
    return min(found, key=lambda default: default.interest_from) if found else _missing(facts)


def _grounds(facts: DefaultFacts, payable_until: date, holiday: Holidays) -> list[InDefault]:
    found: list[InDefault] = []
    if facts.date_agreed:
        found.append(InDefault(payable_until + A_DAY, Ground.DATE, "§ 286(2) nos. 1, 2 BGB"))
    if facts.refused_on is not None:
        refused = max(facts.refused_on, payable_until)
        found.append(InDefault(refused + A_DAY, Ground.REFUSAL, "§ 286(2) no. 3 BGB"))
    if facts.reminder_received_on is not None and facts.reminder_received_on > payable_until:
        found.append(InDefault(facts.reminder_received_on + A_DAY, Ground.REMINDER, "§§ 286(1), 187(1) BGB"))
    if _thirty_days_run(facts) and facts.invoice_received_on is not None:
        end = next_working_day(max(payable_until, facts.invoice_received_on) + THIRTY_DAYS, holiday)
        found.append(InDefault(end + A_DAY, Ground.THIRTY_DAYS, "§ 286(3) BGB"))
    return found


def _thirty_days_run(facts: DefaultFacts) -> bool:
    return facts.payment_claim and (facts.consumer_told or not facts.debtor_consumer)


def _missing(facts: DefaultFacts) -> Missing:
    if _thirty_days_run(facts):
        return Missing.NO_RECEIPT
    return Missing.CONSUMER_NOT_TOLD if facts.payment_claim else Missing.NO_REMINDER
