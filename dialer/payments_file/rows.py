"""A row of a payments file, understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dialer.claims_file.reading import RowSource


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDefaults:
    """What an empty cell means: from the configuration and the command, never from the file."""

    creditors: frozenset[str]
    creditor: str | None = None
    currency: str = "EUR"
    language: str = "en"
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """One payment. `key` tells it from every other of the creditor; `own_id`: the file itself says which it is."""

    line: int
    creditor: str
    claim_reference: str | None
    paid_on: date
    amount_minor: int
    currency: str
    text: str
    payer: str
    key: str
    own_id: bool


@dataclass(slots=True)
class PaymentSource(RowSource):
    """An open payments file. Of a bank statement: bookings that are not final, and those that are no debtor's."""

    kind: str = "csv"
    pending: int = 0
    others: int = 0
