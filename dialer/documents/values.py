"""What letters are made of: amounts, claims, instalments, parties. Pure values; nothing here prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dialer.core.errors import BadInput
from dialer.core.money import is_currency
from dialer.documents.letterhead import Address

Role = Literal["creditor", "debtor", "co_debtor", "guarantor"]


@dataclass(frozen=True)
class Money:
    """An amount in minor units with its ISO 4217 currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not is_currency(self.currency):
            raise BadInput(f"{self.currency!r} is not an ISO 4217 currency")


@dataclass(frozen=True)
class ClaimLine:
    """One invoice: what it was for at first, and what is still open."""

    invoice_number: str
    invoice_date: date
    due_date: date
    amount: Money
    open: Money


@dataclass(frozen=True)
class StatementLine:
    """One line of a claim statement beside the invoices: interest, costs, a payment (negative)."""

    text: str
    day: date
    amount: Money


@dataclass(frozen=True)
class CostLine:
    """Collection costs: their kind, what they arose from, how much."""

    kind: str
    ground: str
    amount: Money


@dataclass(frozen=True)
class InterestLine:
    """How interest was reckoned; `last` is the day it was reckoned up to."""

    principal: Money
    rate: str
    first: date
    last: date
    amount: Money


@dataclass(frozen=True)
class Instalment:
    """One row of a plan."""

    number: int
    due: date
    amount: Money


@dataclass(frozen=True)
class Acceleration:
    """When the whole rest falls due: so many days late, and still unpaid so many days after a reminder."""

    days_late: int
    grace_days: int

    def __post_init__(self) -> None:
        if self.days_late < 1 or self.grace_days < 1:
            raise BadInput("acceleration: both periods have at least one day")


@dataclass(frozen=True)
class Party:
    """Somebody who signs. Without an address only the name is printed."""

    role: Role
    name: str
    address: Address | None = None
    represented_by: str = ""


def total(amounts: Iterable[Money], what: str) -> Money:
    """The sum of amounts in one currency; refuses none at all and a mixture."""
    listed = tuple(amounts)
    currencies = sorted({amount.currency for amount in listed})
    if len(currencies) != 1:
        raise BadInput(f"{what}: amounts in one currency are needed, these are in {', '.join(currencies) or 'none'}")
    return Money(sum(amount.minor for amount in listed), currencies[0])


def owed(claims: Iterable[ClaimLine], statement: Iterable[StatementLine], what: str) -> Money:
    """What is open of the claims, with the lines beside them."""
    return total((*(claim.open for claim in claims), *(line.amount for line in statement)), what)
