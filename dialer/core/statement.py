"""The claim statement: what is owed on a day, line by line, and how every payment was set off.

Order of set-off, German law (statements under other laws are refused):

- A payment that the debtor has assigned goes to that debt (§ 366(1) BGB); what is left of it, and every other payment,
  goes first to costs that belong to no single debt, then to debts in the order of § 366(2): due, less secure, more
  burdensome (the higher rate; none before default), older (`arisen_on`), and among equals in proportion.
- Within a debt: costs, then interest, then principal (§ 367(1) BGB). The lump sum counts as costs. Consumer credit has
  its own order, interest last (§ 497(3) BGB): such debts do not belong here.
- What exceeds all that is owed on the day stays an overpayment; setting it off against later debts is a declaration
  (§ 388 BGB) that nobody has made here.

The lump sum of 40 EUR arises with default, once for each debt owed as a price by somebody who is no consumer, under
contracts from 29 July 2014 on (§ 288(5) BGB, Art. 229 § 34 EGBGB); damages for legal pursuit are owed less that much
(sentence 3; external lawyers' fees: BGH III ZR 174/17 with CJEU C-131/18). Costs that name no debt use up the lump sums
of all debts, which favours the debtor.

Interest: see `interest.py`. Days are local dates, amounts minor units of one currency, payments count on the day the
money arrived. Costs bear no interest here: courts award it from a day that they set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from dialer.core.deadlines import Language
from dialer.core.errors import BadInput
from dialer.core.interest import (
    GERMAN_REFORM,
    BaseRates,
    Law,
    Rate,
    RateUnknown,
    Stretch,
    Terms,
    interest,
    legal_rate,
    round_minor,
)
from dialer.core.money import is_currency
from dialer.core.windows import A_DAY

LUMP_SUM_MINOR = 40_00
LUMP_SUM_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One claim as the statement needs it.

    `arisen_on`: the day of the contract, or of the invoice where that is all that is known. `interest_from`: the first
    day of default interest (`interest.default_begins`), None while not in default. `secured`: by a title, a surety or a
    pledge.
    """

    reference: str
    principal_minor: int
    currency: str
    arisen_on: date
    due_on: date
    interest_from: date | None = None
    debtor_consumer: bool = True
    creditor_consumer: bool = False
    payment_claim: bool = True
    secured: bool = False
    law: Law = Law.DE

    @property
    def terms(self) -> Terms:
        """What decides its rate."""
        return Terms(
            contract_on=self.arisen_on,
            law=self.law,
            debtor_consumer=self.debtor_consumer,
            creditor_consumer=self.creditor_consumer,
            payment_claim=self.payment_claim,
        )

    @property
    def lump_sum_due(self) -> bool:
        """Whether default brings the lump sum of § 288(5)."""
        price_of_business = self.payment_claim and not self.debtor_consumer
        return price_of_business and self.arisen_on >= GERMAN_REFORM and self.currency == LUMP_SUM_CURRENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money received; `debt` is the reference of the debt that the debtor assigned it to."""

    on: date
    amount_minor: int
    currency: str
    reference: str = ""
    debt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Costs the debtor owes. `legal_pursuit`: of a lawyer, a collector or a court, so that the lump sum is credited."""

    on: date
    amount_minor: int
    currency: str
    reference: str = ""
    debt: str | None = None
    legal_pursuit: bool = True


class LineKey(StrEnum):
    """What a line says; its sentence is in `line_text`."""

    PRINCIPAL = "principal"
    LUMP_SUM = "lump_sum"
    COST = "cost"
    LUMP_SUM_CREDITED = "lump_sum_credited"
    INTEREST = "interest"
    PAYMENT = "payment"
    OVERPAYMENT = "overpayment"


_ORDER = tuple(LineKey)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: changes in minor units (payments negative) and what is owed after it.

    `overpaid_minor` is not part of the balance. `stretch`: the days, rate and principal behind interest.
    """

    on: date
    key: LineKey
    debt: str | None = None
    reference: str = ""
    costs_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0
    overpaid_minor: int = 0
    balance_minor: int = 0
    stretch: Stretch | None = None

    @property
    def change_minor(self) -> int:
        """What the line adds to what is owed."""
        return self.costs_minor + self.interest_minor + self.principal_minor


@dataclass(frozen=True, slots=True)
class Total:
    """One component in minor units: what arose, and what payments covered of it."""

    charged_minor: int
    paid_minor: int

    @property
    def open_minor(self) -> int:
        """What is left."""
        return self.charged_minor - self.paid_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is owed on `as_of`, that day's interest included. `costs` holds the lump sums."""

    as_of: date
    currency: str
    lines: tuple[Line, ...]
    overpaid_minor: int

    @property
    def costs(self) -> Total:
        """Costs and lump sums, credits taken off."""
        return self._total(lambda line: line.costs_minor)

    @property
    def interest(self) -> Total:
        """Default interest."""
        return self._total(lambda line: line.interest_minor)

    @property
    def principal(self) -> Total:
        """The debts themselves."""
        return self._total(lambda line: line.principal_minor)

    @property
    def open_minor(self) -> int:
        """All that is owed."""
        return sum(line.change_minor for line in self.lines)

    @property
    def received_minor(self) -> int:
        """All that was paid: set off or overpaid."""
        paid = sum(-line.change_minor for line in self.lines if line.key is LineKey.PAYMENT)
        return paid + self.overpaid_minor

    def open_of(self, debt: str | None) -> int:
        """What is owed on one debt; None: costs that belong to no single one."""
        return sum(line.change_minor for line in self.lines if line.debt == debt)

    def _total(self, part: Callable[[Line], int]) -> Total:
        charged = sum(part(line) for line in self.lines if line.key is not LineKey.PAYMENT)
        return Total(charged, -sum(part(line) for line in self.lines if line.key is LineKey.PAYMENT))


def statement(
    debts: Sequence[Debt],
    payments: Iterable[Payment] = (),
    costs: Iterable[Cost] = (),
    *,
    as_of: date,
    rates: Mapping[Law, BaseRates],
) -> Statement | RateUnknown:
    """The statement as of the end of that day; what is dated later is left out.

    RateUnknown where an amount of interest would need a base rate that is not known: then no amount is stated at all.
    Raises BadInput for what cannot be added up: currencies that differ, unknown references, other laws.
    """
    payments, costs = tuple(payments), tuple(costs)
    _check(debts, payments, costs)
    ledger = _Ledger([_Account(debt, legal_rate(debt.terms, rates)) for debt in debts if debt.arisen_on <= as_of])
    unknown = ledger.run(payments, costs, as_of)
    if unknown is not None:
        return unknown
    lines = _balanced(ledger.lines)
    return Statement(as_of=as_of, currency=debts[0].currency, lines=lines, overpaid_minor=ledger.overpaid_minor)


def _check(debts: Sequence[Debt], payments: Sequence[Payment], costs: Sequence[Cost]) -> None:
    """Refuse what cannot be added up, naming it."""
    if not debts:
        raise BadInput("a statement needs at least one claim")
    currency = debts[0].currency
    if not is_currency(currency):
        raise BadInput(f'claim {debts[0].reference}: "{currency}" is not an ISO 4217 currency')
    references = Counter(debt.reference for debt in debts)
    for debt in debts:
        _check_currency(f"claim {debt.reference}", debt.currency, currency)
        _check_debt(debt, references)
    entries: tuple[Payment | Cost, ...] = (*payments, *costs)
    for entry in entries:
        what = f"{'payment' if isinstance(entry, Payment) else 'cost'} {entry.reference} of {entry.on}"
        _check_currency(what, entry.currency, currency)
        if entry.amount_minor <= 0:
            raise BadInput(f"{what}: the amount must be above zero")
        if entry.debt is not None and entry.debt not in references:
            raise BadInput(f"{what}: there is no claim {entry.debt}")


def _check_currency(what: str, given: str, expected: str) -> None:
    if given != expected:
        raise BadInput(f"{what}: it is in {given}, but the statement is in {expected}")


def _check_debt(debt: Debt, references: Mapping[str, int]) -> None:
    if references[debt.reference] > 1:
        raise BadInput(f"claim {debt.reference}: given twice")
    if debt.principal_minor < 0:
        raise BadInput(f"claim {debt.reference}: the principal must not be negative")
    if debt.interest_from is not None and debt.interest_from < debt.arisen_on:
        raise BadInput(
            f"claim {debt.reference}: interest from {debt.interest_from}, before it arose ({debt.arisen_on})"
        )
    if debt.law is not Law.DE:
        raise BadInput(f"claim {debt.reference}: statements are made under German law alone, not that of {debt.law}")


@dataclass(slots=True)
class _Account:
    """What is open of one debt, or (without one) of costs that name none.

    `exact` is all interest so far, `charged` its rounding. `lump_sum_left` may still be credited on legal costs,
    `pursuit_left` are legal costs on which no lump sum has been credited yet.
    """

    debt: Debt | None = None
    rate: Rate | None = None
    costs: int = 0
    principal: int = 0
    charged: int = 0
    interest_paid: int = 0
    exact: Fraction = Fraction(0)
    bears_from: date | None = None
    lump_sum_left: int = 0
    pursuit_left: int = 0

    def __post_init__(self) -> None:
        self.bears_from = self.debt.interest_from if self.debt else None

    @property
    def reference(self) -> str | None:
        return self.debt.reference if self.debt else None

    @property
    def open_minor(self) -> int:
        return self.costs + self.charged - self.interest_paid + self.principal

    def rank(self, day: date) -> tuple[bool, bool, Decimal, date]:
        """The place in the order of § 366(2) BGB, first to be paid first; costs that name no debt come before all."""
        if self.debt is None or self.rate is None:
            return (False, False, Decimal("-Infinity"), date.min)
        in_default = self.debt.interest_from is not None and self.debt.interest_from <= day
        burden = self.rate.points if in_default else Decimal(0)
        return (self.debt.due_on > day, self.debt.secured, -burden, self.debt.arisen_on)

    def pay(self, amount: int) -> tuple[int, int, int]:
        """Set off against costs, interest, principal (§ 367(1) BGB); the amount is no more than what is open."""
        costs = min(amount, self.costs)
        interest_minor = min(amount - costs, self.charged - self.interest_paid)
        principal = amount - costs - interest_minor
        self.costs -= costs
        self.interest_paid += interest_minor
        self.principal -= principal
        return costs, interest_minor, principal


@dataclass(slots=True)
class _Ledger:
    """The accounts while the days go by, and the lines so far, balances still to come."""

    accounts: list[_Account]
    general: _Account = field(default_factory=_Account)
    lines: list[Line] = field(default_factory=list)
    overpaid_minor: int = 0

    def run(self, payments: Sequence[Payment], costs: Sequence[Cost], as_of: date) -> RateUnknown | None:
        """Go through everything dated up to that day; on one day: what arises first, then costs, interest, payments."""
        received = sorted((self._counts_on(payment), n, payment) for n, payment in enumerate(payments))
        for day in sorted({*self._days_of_debts(), *(cost.on for cost in costs), *(day for day, _, _ in received)}):
            if day > as_of:
                break
            self._arise(day)
            for cost in costs:
                if cost.on == day:
                    self._charge(cost)
            for counts_on, _, payment in received:
                if counts_on == day:
                    unknown = self._accrue(day)
                    if unknown is not None:
                        return unknown
                    self._set_off(payment, day)
        return self._accrue(as_of)

    def _days_of_debts(self) -> set[date]:
        debts = [account.debt for account in self.accounts if account.debt]
        return {debt.arisen_on for debt in debts} | {debt.interest_from for debt in debts if debt.interest_from}

    def _counts_on(self, payment: Payment) -> date:
        """The day it arrived, or when the debt it was meant for arose, if later."""
        account = self._account(payment.debt)
        meant_for = [account] if account.debt else self.accounts
        return max(payment.on, min((a.debt.arisen_on for a in meant_for if a.debt), default=payment.on))

    def _account(self, reference: str | None) -> _Account:
        """The debt's account: the only one, or the general one, where none is named or it has not arisen."""
        if reference is None and len(self.accounts) == 1:
            return self.accounts[0]
        return next((account for account in self.accounts if account.reference == reference), self.general)

    def _arise(self, day: date) -> None:
        for account in self.accounts:
            debt = account.debt
            if debt and debt.arisen_on == day:
                account.principal = debt.principal_minor
                self.lines.append(
                    Line(on=day, key=LineKey.PRINCIPAL, debt=debt.reference, principal_minor=debt.principal_minor)
                )
            if debt and debt.interest_from == day and debt.lump_sum_due and account.principal:
                self._charge_lump_sum(account, day)

    def _charge_lump_sum(self, account: _Account, day: date) -> None:
        account.costs += LUMP_SUM_MINOR
        self.lines.append(Line(on=day, key=LineKey.LUMP_SUM, debt=account.reference, costs_minor=LUMP_SUM_MINOR))
        credited = 0
        for source in (account, self.general):
            part = min(LUMP_SUM_MINOR - credited, source.pursuit_left)
            source.pursuit_left -= part
            credited += part
        account.lump_sum_left = LUMP_SUM_MINOR - credited
        self._credit(account, credited, day)

    def _charge(self, cost: Cost) -> None:
        account = self._account(cost.debt)
        account.costs += cost.amount_minor
        line = Line(
            on=cost.on,
            key=LineKey.COST,
            debt=account.reference,
            reference=cost.reference,
            costs_minor=cost.amount_minor,
        )
        self.lines.append(line)
        if not cost.legal_pursuit:
            return
        credited = 0
        for source in [account] if account.debt else self.accounts:
            part = min(cost.amount_minor - credited, source.lump_sum_left)
            source.lump_sum_left -= part
            credited += part
        account.pursuit_left += cost.amount_minor - credited
        self._credit(account, credited, cost.on)

    def _credit(self, account: _Account, amount: int, day: date) -> None:
        if amount:
            account.costs -= amount
            self.lines.append(Line(on=day, key=LineKey.LUMP_SUM_CREDITED, debt=account.reference, costs_minor=-amount))

    def _accrue(self, until: date) -> RateUnknown | None:
        """Charge every debt's interest up to that day, the day included."""
        for account in self.accounts:
            first, rate = account.bears_from, account.rate
            if first is None or rate is None or first > until:
                continue
            stretches = interest(account.principal, first, until, rate)
            if isinstance(stretches, RateUnknown):
                return stretches
            for stretch in stretches:
                self._charge_interest(account, stretch)
            account.bears_from = until + A_DAY
        return None

    def _charge_interest(self, account: _Account, stretch: Stretch) -> None:
        account.exact += stretch.exact
        charged = round_minor(account.exact)
        line = Line(
            on=stretch.last,
            key=LineKey.INTEREST,
            debt=account.reference,
            interest_minor=charged - account.charged,
            stretch=stretch,
        )
        self.lines.append(line)
        account.charged = charged

    def _set_off(self, payment: Payment, day: date) -> None:
        left = payment.amount_minor
        for group in self._groups(payment, day):
            shares = in_proportion(left, [account.open_minor for account in group])
            for account, share in zip(group, shares, strict=True):
                if share:
                    self._pay(account, share, payment, day)
            left -= sum(shares)
        if left:
            self.overpaid_minor += left
            line = Line(on=day, key=LineKey.OVERPAYMENT, reference=payment.reference, overpaid_minor=left)
            self.lines.append(line)

    def _groups(self, payment: Payment, day: date) -> Iterator[list[_Account]]:
        """Whom to pay one after the other: the assigned debt, then the order of § 366(2), equals together."""
        if payment.debt is not None:
            yield [self._account(payment.debt)]
        accounts = sorted((self.general, *self.accounts), key=lambda account: account.rank(day))
        for _, equals in groupby(accounts, key=lambda account: account.rank(day)):
            yield list(equals)

    def _pay(self, account: _Account, amount: int, payment: Payment, day: date) -> None:
        costs, interest_minor, principal = account.pay(amount)
        line = Line(
            on=day,
            key=LineKey.PAYMENT,
            debt=account.reference,
            reference=payment.reference,
            costs_minor=-costs,
            interest_minor=-interest_minor,
            principal_minor=-principal,
        )
        self.lines.append(line)


def in_proportion(amount: int, debts: Sequence[int]) -> list[int]:
    """Shares of the amount on equal debts, none above its debt; left-over minor units go to the largest fractions."""
    whole = sum(debts)
    if amount >= whole:
        return list(debts)
    shares = [amount * debt // whole for debt in debts]
    by_fraction = sorted(range(len(debts)), key=lambda n: -(amount * debts[n] % whole))
    for n in by_fraction[: amount - sum(shares)]:
        shares[n] += 1
    return shares


def _balanced(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines by day, with what is owed after each."""
    balance = 0
    balanced: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.on, _ORDER.index(line.key))):
        balance += line.change_minor
        balanced.append(replace(line, balance_minor=balance))
    return tuple(balanced)


_TEXTS: Mapping[LineKey, Mapping[Language, str]] = {
    LineKey.PRINCIPAL: {"de": "Hauptforderung", "en": "Principal"},
    LineKey.LUMP_SUM: {"de": "Verzugspauschale (§ 288 Abs. 5 BGB)", "en": "Lump sum for default (§ 288(5) BGB)"},
    LineKey.COST: {"de": "Kosten", "en": "Costs"},
    LineKey.LUMP_SUM_CREDITED: {
        "de": "Anrechnung der Verzugspauschale auf Kosten der Rechtsverfolgung",
        "en": "Lump sum credited on the costs of legal pursuit",
    },
    LineKey.INTEREST: {"de": "Verzugszinsen", "en": "Default interest"},
    LineKey.PAYMENT: {"de": "Zahlung", "en": "Payment"},
    LineKey.OVERPAYMENT: {"de": "Überzahlung", "en": "Overpayment"},
}


def _stretch_text(stretch: Stretch, language: Language) -> str:
    percent, first, last = str(stretch.percent), stretch.first, stretch.last
    if language == "de":
        percent = percent.replace(".", ",")
        word = "Tag" if stretch.days == 1 else "Tage"
        return f"{percent} % vom {first:%d.%m.%Y} bis {last:%d.%m.%Y}, {stretch.days} {word}"
    return f"{percent} % from {first} to {last}, {stretch.days} {'day' if stretch.days == 1 else 'days'}"


def line_text(line: Line, language: Language) -> str:
    """What the line says, without its amounts: "Verzugszinsen, 6,27 % vom 01.01.2026 bis …, … Tage"."""
    words = _TEXTS[line.key][language]
    if line.stretch is not None:
        words = f"{words}, {_stretch_text(line.stretch, language)}"
    return f"{words} {line.reference}" if line.reference else words
