"""Bank statements: CAMT.053 of any version, read by the local names of its elements.

Our own small reader: of the libraries there are, the well-known one takes the first line of the remittance text alone,
knows neither the bank's own reference nor version 8, and turns amounts into floats; the others are a few months old.

What counts is booked: credits as payments, and what reverses or returns one as a negative payment. Everything else,
our own transfers among it, is counted and left out. Nothing outside the file is fetched, and a file with a DOCTYPE,
which could hold entities, is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from dialer.claims_file.columns import Headings
from dialer.claims_file.rows import Cell, RawRow
from dialer.claims_file.values import shown
from dialer.core.errors import BadInput
from dialer.payments_file.columns import COLUMNS
from dialer.payments_file.parsing import digest
from dialer.payments_file.rows import PaymentSource
from dialer.payments_file.texts import text

_NOT_GIVEN = {"", "NONREF", "NOTPROVIDED", "NOT PROVIDED"}
_AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,5})?")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*|Z|[+-]\d\d:\d\d)?")
_MAX_TEXT = 2_000


@contextmanager
def open_statement(path: Path, *, accounts: Mapping[str, str], language: str) -> Iterator[PaymentSource]:
    """The bookings of a bank statement that are payments, as rows in the order of our own columns."""
    with path.open("rb") as file:
        source = StatementSource(
            path, Headings(COLUMNS, COLUMNS), "csv", (), None, (), language, kind="camt", accounts=accounts, file=file
        )
        source.check()
        yield source


@dataclass(slots=True)
class StatementSource(PaymentSource):
    """An open bank statement. Rejected bookings go to a .csv file, which can be mended and imported as such."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    file: Any = None

    def check(self) -> None:
        """BadInput unless this is a statement; reads its beginning alone."""
        for event, element in self._events():
            if event == "start" and element.getparent() is not None:
                self._refuse_doctype(element)
                if _local(element) != "BkToCstmrStmt":
                    raise BadInput(text("camt_other", self.language, path=self.path, found=shown(_local(element))))
                self.file.seek(0)
                return
        raise BadInput(text("camt_other", self.language, path=self.path, found="-"))

    def __iter__(self) -> Iterator[RawRow]:
        """The payments among the bookings."""
        account, seen = "", Counter[str]()
        for event, element in self._events():
            if event == "start" or element.getparent() is None or _local(element.getparent()) != "Stmt":
                continue
            name = _local(element)
            if name == "Id":  # the statement's own: equal payments without a reference are told apart within one
                seen = Counter()
            elif name == "Acct":
                account = _text(element, "Id", "IBAN") or _text(element, "Id", "Othr", "Id")
            elif name == "Ntry":
                yield from self._rows(element, account, seen)
                _forget(element)

    def _events(self) -> Iterator[tuple[str, Any]]:
        try:
            yield from etree.iterparse(
                self.file,
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
        except etree.XMLSyntaxError as error:
            why = str(error)[:200]
            raise BadInput(text("camt_damaged", self.language, path=self.path, error=why)) from error

    def _refuse_doctype(self, element: Any) -> None:
        if element.getroottree().docinfo.doctype:
            raise BadInput(text("camt_doctype", self.language, path=self.path))

    def _rows(self, entry: Any, account: str, seen: Counter[str]) -> Iterator[RawRow]:
        line = int(entry.sourceline or 0)
        if (_text(entry, "Sts", "Cd") or _text(entry, "Sts")) != "BOOK":
            self.pending += 1
            return
        try:
            bookings = _bookings(entry)
        except _UnreadableError as error:
            shown_row = (None, None, _text(entry, "BookgDt", "Dt"), _text(entry, "Amt"), None, None, None, None)
            yield RawRow(line, shown_row, {}, text(error.code, self.language, **error.values))
            return
        for booking in bookings:
            if booking.signed is None:
                self.others += 1
                continue
            values = self._values(booking, account, seen)
            yield RawRow(line, values, dict(zip(COLUMNS, values, strict=True)))

    def _values(self, booking: _Booking, account: str, seen: Counter[str]) -> tuple[Cell, ...]:
        amount = _amount_text(booking.signed or Decimal(0))
        key = booking.reference
        if key is None:
            said = digest([account, booking.day, amount, booking.currency, booking.text, booking.payer])
            seen[said] += 1
            key = f"{said}#{seen[said]}"
        sign = "-" if amount.startswith("-") else ""
        creditor = self.accounts.get(account.replace(" ", ""))
        return (
            creditor,
            None,
            booking.day,
            amount,
            booking.currency,
            booking.text,
            booking.payer,
            f"{account}:{key}{sign}",
        )


class _UnreadableError(Exception):
    """A booking that cannot be used. Never leaves this module."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True, kw_only=True)
class _Booking:
    """One payment of an entry; `signed` is None for what is no debtor's payment."""

    signed: Decimal | None
    currency: str
    day: str
    text: str
    payer: str
    reference: str | None


def _bookings(entry: Any) -> list[_Booking]:
    """The entry itself, or the payments of a batch, which add up to it."""
    details = [tx for part in _all(entry, "NtryDtls") for tx in _all(part, "TxDtls")]
    reversal = _text(entry, "RvslInd") in {"true", "1"}
    credit = _credit(entry)
    booked, currency = _amount(entry)
    references = _references(entry, details)
    if len(details) < 2:
        parts = [(details[0] if details else entry, booked, credit)]
    else:
        parts = [_part(tx, currency, credit=credit) for tx in details]
        total = sum((amount if plus else -amount for _, amount, plus in parts), Decimal(0))
        if total != (booked if credit else -booked):
            raise _UnreadableError("camt_batch_sum", total=abs(total), booked=booked)
    return [
        _Booking(
            signed=_signed(tx, amount, credit=plus, reversal=reversal),
            currency=currency,
            day=_day(entry),
            text=_remittance(entry, tx),
            payer=_payer(tx),
            reference=reference,
        )
        for (tx, amount, plus), reference in zip(parts, references, strict=True)
    ]


def _part(tx: Any, currency: str, *, credit: bool) -> tuple[Any, Decimal, bool]:
    """A payment of a batch, with an amount of its own in the currency of the account."""
    for path in (("Amt",), ("AmtDtls", "TxAmt", "Amt")):
        node = _find(tx, *path)
        if node is not None and node.get("Ccy", currency) == currency:
            plus = _credit(tx) if _find(tx, "CdtDbtInd") is not None else credit
            return tx, _decimal(node), plus
    raise _UnreadableError("camt_batch")


def _signed(tx: Any, amount: Decimal, *, credit: bool, reversal: bool) -> Decimal | None:
    """Money from a debtor, money that goes back to him, or None.

    The indicator names the direction of this very booking; with the mark of a reversal it undoes one of the other
    direction. A credit that undoes or returns is money of ours that came back.
    """
    undoes = reversal or _find(tx, "RtrInf") is not None
    if credit:
        return None if undoes else amount
    return -amount if undoes else None


def _references(entry: Any, details: list[Any]) -> list[str | None]:
    """The bank's own reference of each payment; of a batch that shares one, with a number."""
    own = _given(_text(entry, "AcctSvcrRef"))
    if len(details) < 2:
        inner = _given(_text(details[0], "Refs", "AcctSvcrRef")) if details else None
        return [inner or own]
    found = [_given(_text(tx, "Refs", "AcctSvcrRef")) for tx in details]
    if None not in found and len(set(found)) == len(found):
        return found
    return [f"{own}/{n}" if own else None for n in range(1, len(details) + 1)]


def _remittance(entry: Any, tx: Any) -> str:
    """What the payer wrote, free or structured, and his own reference."""
    parts = [_said(node) for info in _all(tx, "RmtInf") for node in _all(info, "Ustrd")]
    for structured in (node for info in _all(tx, "RmtInf") for node in _all(info, "Strd")):
        parts.append(_text(structured, "CdtrRefInf", "Ref"))
        parts += [_text(document, "Nb") for document in _all(structured, "RfrdDocInf")]
        parts += [_said(node) for node in _all(structured, "AddtlRmtInf")]
    if not any(parts):
        parts = [_text(tx, "AddtlTxInf"), _text(entry, "AddtlNtryInf")]
    parts.append(_given(_text(tx, "Refs", "EndToEndId")) or "")
    return " ".join(part for part in parts if part)[:_MAX_TEXT]


def _payer(tx: Any) -> str:
    parties = _find(tx, "RltdPties")
    if parties is None:
        return ""
    names = (_text(parties, role, *inner) for role in ("Dbtr", "UltmtDbtr") for inner in (("Nm",), ("Pty", "Nm")))
    return next((name for name in names if name), "")[:200]


def _amount(entry: Any) -> tuple[Decimal, str]:
    node = _find(entry, "Amt")
    if node is None:
        raise _UnreadableError("camt_field", field="Amt", value="")
    return _decimal(node), str(node.get("Ccy", ""))


def _decimal(node: Any) -> Decimal:
    said = _said(node)
    if not _AMOUNT.fullmatch(said):
        raise _UnreadableError("camt_field", field="Amt", value=shown(said))
    return Decimal(said)


def _amount_text(amount: Decimal) -> str:
    """Never three decimals alone, which could be read as thousands."""
    return f"{amount:.2f}" if amount == amount.quantize(Decimal("0.01")) else f"{amount:.5f}"


def _credit(node: Any) -> bool:
    said = _text(node, "CdtDbtInd")
    if said not in {"CRDT", "DBIT"}:
        raise _UnreadableError("camt_field", field="CdtDbtInd", value=shown(said))
    return said == "CRDT"


def _day(entry: Any) -> str:
    paths = (("BookgDt", "Dt"), ("BookgDt", "DtTm"), ("ValDt", "Dt"), ("ValDt", "DtTm"))
    said = next((found for path in paths if (found := _text(entry, *path))), "")
    day = _DAY.fullmatch(said)
    if day is None:
        raise _UnreadableError("camt_field", field="BookgDt", value=shown(said))
    return day[1]


def _given(said: str) -> str | None:
    return None if said.upper() in _NOT_GIVEN else said


def _local(node: Any) -> str:
    return str(etree.QName(node).localname)


def _all(node: Any, name: str) -> list[Any]:
    return [child for child in node if isinstance(child.tag, str) and _local(child) == name]


def _find(node: Any, *path: str) -> Any | None:
    for name in path:
        node = next(iter(_all(node, name)), None)
        if node is None:
            return None
    return node


def _text(node: Any, *path: str) -> str:
    found = _find(node, *path)
    return "" if found is None else _said(found)


def _said(node: Any) -> str:
    """The text of a field; line breaks and control characters are no part of it."""
    said = " ".join((node.text or "").split())
    return "".join(character for character in said if character.isprintable())


def _forget(entry: Any) -> None:
    """Give the memory of an entry and of all before it back."""
    entry.clear()
    while entry.getprevious() is not None:
        del entry.getparent()[0]
