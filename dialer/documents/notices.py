"""The notices that German law wants from collectors: § 13a RDG, paragraphs 1, 3 and 4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from dialer.documents.letterhead import Address, Frame
from dialer.documents.payment import Payment
from dialer.documents.values import ClaimLine, CostLine, InterestLine, Money, total


@dataclass(frozen=True)
class Authority:
    """The supervisory authority: name, address and how it is reached electronically."""

    address: Address
    email: str
    website: str = ""


@dataclass(frozen=True)
class Rdg13aNotice:
    """What § 13a(1) RDG wants said with the first assertion of a claim against a private person."""

    SHOWN: ClassVar = ("total", "payment")
    frame: Frame
    client: Address
    ground: Literal["contract", "tort"]
    ground_subject: str
    ground_date: date
    claims: tuple[ClaimLine, ...]
    authority: Authority
    payment_reference: str
    interest: tuple[InterestLine, ...] = ()
    above_statutory_rate: str = ""
    """Why interest above the statutory rate is asked for; empty when it is not."""
    costs: tuple[CostLine, ...] = ()
    costs_include_vat: bool = False
    address_was_traced: bool = False

    @property
    def total(self) -> Money:
        added = (*(line.amount for line in self.interest), *(cost.amount for cost in self.costs))
        return total((*(claim.open for claim in self.claims), *added), "notice")

    @property
    def payment(self) -> Payment:
        return Payment(self.frame.letterhead.account, self.payment_reference, self.total)


@dataclass(frozen=True)
class Rdg13a3Notice:
    """The costs of an instalment or deferral agreement, said before it is made."""

    SHOWN: ClassVar = ("total",)
    frame: Frame
    agreement: Literal["instalments", "deferral"]
    costs: tuple[CostLine, ...]

    @property
    def total(self) -> Money:
        return total((cost.amount for cost in self.costs), "notice of costs")


@dataclass(frozen=True)
class Rdg13a4Notice:
    """What an acknowledgement of debt costs the person who gives it, said when it is asked for."""

    frame: Frame
    creditor: str
