"""A row of a claims file at its three stages: as read, as understood, as refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dialer.core.case import ContactRole, DebtorType, LineType, PhoneRole

Cell = str | int | float | bool | datetime | date | time | timedelta | None
"""What a cell can hold. Text cells arrive as written; Excel's numbers and dates arrive as such."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file. `line` is the row number a person sees in Excel."""

    line: int
    values: tuple[Cell, ...]
    cells: Mapping[str, Cell]
    broken: str | None = None
    """Set when the row could not be read at all: the reason."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is not imported. `column` is ours; several are joined by commas."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something done with a row that its author should know of."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDefaults:
    """What an empty cell means and which names exist: from the configuration, never from the file."""

    creditors: frozenset[str]
    segments: frozenset[str]
    country: str | None = "DE"
    currency: str | None = "EUR"
    language: str = "en"
    """Language of reasons and warnings: "de" or "en"."""
    zone: tzinfo = UTC
    """By whose clock the file is of a day: the operator's."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number the number plan knows."""

    e164: str
    line_type: LineType


ReadNumber = Callable[[str, str], Number | str]
"""Text and the debtor's country to a number, or the reason why it is none, in the reader's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRow:
    """A number of the row's contact."""

    e164: str
    role: PhoneRole | None
    """None: not given; the contact's default holds for a new number, a recorded one keeps its role."""
    line_type: LineType
    fax: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """The contact of a row."""

    name: str
    role: ContactRole
    email: str | None
    phones: tuple[PhoneRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """A row understood. None: the cell is empty, so that what is recorded stays."""

    line: int
    creditor: str
    debtor_reference: str
    debtor_name: str
    debtor_type: DebtorType
    country: str
    segment: str | None
    industry: str | None
    subdivision: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    language: str | None
    timezone: str | None
    note: str | None
    claim_reference: str
    invoice_number: str
    invoice_date: date
    due_date: date
    amount_minor: int
    paid_minor: int | None
    currency: str
    contact: ContactRow | None
    assigned_to: str | None
    warnings: tuple[Warned, ...] = ()
