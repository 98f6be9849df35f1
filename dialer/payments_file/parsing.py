"""A row as read to a payment, or to a rejection with all its reasons. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeVar

from dialer.claims_file.rows import Cell, RawRow, Rejection
from dialer.claims_file.values import FaultError, as_currency, as_date, as_decimal, as_text, shown
from dialer.core.money import to_minor
from dialer.payments_file.columns import shown as column_shown
from dialer.payments_file.rows import PaymentDefaults, PaymentRow
from dialer.payments_file.texts import text

_Value = TypeVar("_Value")

AHEAD = timedelta(days=7)
"""How far ahead a bank dates a booking; beyond that it is a slip of the keyboard."""

_LIMITS_LIKE = {"text": "note", "payer": "debtor_name"}
"""Columns of claims files with the same bounds of length."""

_NEUTRALISED = ("'=", "'+", "'-", "'@", "'\t")


def parse_payment(raw: RawRow, defaults: PaymentDefaults) -> PaymentRow | Rejection:
    """What a row says, or why it is not booked."""
    if raw.broken is not None:
        return Rejection(raw.line, "", raw.broken)
    cells = _Cells(raw.cells, defaults)
    row = cells.row(raw.line)
    if row is None or cells.faults:
        columns = ", ".join(dict.fromkeys(column for column, _ in cells.faults))
        reasons = "; ".join(dict.fromkeys(f"{cells.named(column)}{reason}" for column, reason in cells.faults))
        return Rejection(raw.line, columns, reasons)
    return row


class _Cells:
    """The cells of one row; a fault is noted beside its column and reading goes on, so that all are told at once."""

    def __init__(self, cells: Mapping[str, Cell], defaults: PaymentDefaults) -> None:
        self._cells = cells
        self._defaults = defaults
        self.faults: list[tuple[str, str]] = []

    def row(self, line: int) -> PaymentRow | None:
        creditor, paid_on, currency = self._creditor(), self._paid_on(), self._currency()
        amount = self._amount(currency) if currency else None
        words = {column: self._text(column) for column in ("claim_reference", "text", "payer", "id")}
        if creditor is None or paid_on is None or currency is None or amount is None:
            return None
        said = [paid_on.isoformat(), amount, currency, words["claim_reference"], words["text"], words["payer"]]
        own = words["id"]
        return PaymentRow(
            line=line,
            creditor=creditor,
            claim_reference=words["claim_reference"],
            paid_on=paid_on,
            amount_minor=amount,
            currency=currency,
            text=words["text"] or words["claim_reference"] or "",
            payer=words["payer"] or "",
            key=own or f"row:{digest(said)}",
            own_id=own is not None,
        )

    def named(self, column: str) -> str:
        """The column before a reason, where a row has faults in several."""
        several = len({at for at, _ in self.faults}) > 1
        return f"{column_shown(column, self._defaults.language)}: " if several else ""

    def _creditor(self) -> str | None:
        known = self._defaults.creditors
        value = self._read("creditor", lambda cell: _known(as_text(cell, "creditor"), known))
        if value is None and not self.faults:
            value = self._defaults.creditor or (next(iter(known)) if len(known) == 1 else None)
        return self._required("creditor", value)

    def _paid_on(self) -> date | None:
        found = self._required("date", self._read("date", as_date))
        if found and found > self._defaults.today + AHEAD:
            self.faults.append(("date", text("future", self._defaults.language, on=found)))
        return found

    def _currency(self) -> str | None:
        found = self._text("currency")
        if found is None:
            return None if self._faulty("currency") else self._defaults.currency
        return self._read("currency", lambda _: as_currency(found))

    def _amount(self, currency: str) -> int | None:
        amount = self._required("amount", self._read("amount", lambda cell: _minor(cell, currency)))
        if amount == 0:
            self.faults.append(("amount", text("zero", self._defaults.language)))
        return amount

    def _text(self, column: str) -> str | None:
        return self._read(column, lambda cell: as_text(cell, _LIMITS_LIKE.get(column, column)))

    def _read(self, column: str, convert: Callable[[Cell], _Value | None]) -> _Value | None:
        value = self._cells.get(column)
        if isinstance(value, str) and value.startswith(_NEUTRALISED):
            value = value[1:]  # our own CSV files put the apostrophe before what a spreadsheet would run
        try:
            return convert(value)
        except FaultError as fault:
            self.faults.append((column, fault.text(self._defaults.language)))
            return None

    def _required(self, column: str, value: _Value | None) -> _Value | None:
        if value is None and not self._faulty(column):
            self.faults.append((column, text("missing", self._defaults.language)))
        return value

    def _faulty(self, column: str) -> bool:
        return any(at == column for at, _ in self.faults)


def _known(value: str | None, known: frozenset[str]) -> str | None:
    if value is not None and value not in known:
        raise FaultError("word_unknown", value=shown(value), known=", ".join(sorted(known)))
    return value


def _minor(cell: Cell, currency: str) -> int | None:
    number = as_decimal(cell, currency)
    if number is None:
        return None
    minor = to_minor(number, currency)
    if minor is None:
        raise FaultError("money_decimals", value=shown(cell), currency=currency)
    return minor


def digest(values: object) -> str:
    """A short name for what a row says."""
    said = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:40]
