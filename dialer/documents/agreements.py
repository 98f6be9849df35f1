"""Papers that are signed by hand: instalment agreement and acknowledgement of debt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from dialer.core.errors import BadInput
from dialer.documents.letterhead import Frame
from dialer.documents.payment import Payment
from dialer.documents.values import (
    Acceleration,
    ClaimLine,
    CostLine,
    Instalment,
    Money,
    Party,
    StatementLine,
    owed,
    total,
)


@dataclass(frozen=True)
class InstalmentAgreement:
    """A plan that every party signs. `costs` are those the agreement itself causes."""

    SHOWN: ClassVar = ("owing", "total", "plan_total", "payment")
    frame: Frame
    parties: tuple[Party, ...]
    claims: tuple[ClaimLine, ...]
    plan: tuple[Instalment, ...]
    payment_reference: str
    statement: tuple[StatementLine, ...] = ()
    interest_terms: str = ""
    """Empty: free of interest."""
    acceleration: Acceleration | None = None
    costs: tuple[CostLine, ...] = ()
    costs_notice_on: date | None = None
    return_by: date | None = None

    def __post_init__(self) -> None:
        need_both_sides(self.parties, "instalment agreement")
        if self.plan_total != self.total:
            raise BadInput(
                f"instalment agreement: the rates come to {self.plan_total.minor}, the claims to {self.total.minor}"
                f" {self.total.currency} (minor units)"
            )

    @property
    def owing(self) -> Money:
        return owed(self.claims, self.statement, "instalment agreement")

    @property
    def total(self) -> Money:
        return total((self.owing, *(cost.amount for cost in self.costs)), "instalment agreement")

    @property
    def plan_total(self) -> Money:
        return total((rate.amount for rate in self.plan), "instalment plan")

    @property
    def payment(self) -> Payment:
        return Payment(self.frame.letterhead.account, self.payment_reference, None)


@dataclass(frozen=True)
class Acknowledgement:
    """An acknowledgement of debt for signature by hand; `notice` prints the notice of § 13a(4) RDG."""

    SHOWN: ClassVar = ("total",)
    frame: Frame
    parties: tuple[Party, ...]
    claims: tuple[ClaimLine, ...]
    statement: tuple[StatementLine, ...] = ()
    notice: bool = False
    return_by: date | None = None

    def __post_init__(self) -> None:
        need_both_sides(self.parties, "acknowledgement")
        if self.total.minor <= 0:
            raise BadInput("acknowledgement: nothing is open")

    @property
    def total(self) -> Money:
        return owed(self.claims, self.statement, "acknowledgement")


def need_both_sides(parties: tuple[Party, ...], what: str) -> None:
    """Refuses a paper that creditor and debtor cannot both sign."""
    roles = {party.role for party in parties}
    if not {"creditor", "debtor"} <= roles:
        raise BadInput(f"{what}: a creditor and a debtor are needed among the parties")
