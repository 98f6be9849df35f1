"""Opens a payments file, .xlsx, .csv or CAMT.053, and streams its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dialer.claims_file.columns import Headings
from dialer.claims_file.delimited import BrokenRow, open_delimited
from dialer.claims_file.rows import Cell
from dialer.claims_file.workbook import MAX_COLUMNS, OLE_MAGIC, ZIP_MAGIC, open_workbook
from dialer.core.errors import BadInput
from dialer.payments_file.camt import open_statement
from dialer.payments_file.columns import read_headings
from dialer.payments_file.rows import PaymentSource
from dialer.payments_file.texts import text

Row = tuple[Cell, ...] | BrokenRow

_KINDS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xml": "camt"}
_LINES_BEFORE_HEADINGS = 20


@contextmanager
def open_payments(
    path: Path, *, accounts: Mapping[str, str] | None = None, language: str = "en"
) -> Iterator[PaymentSource]:
    """The rows of a payments file. BadInput, in `language`, for a file that is not one.

    `accounts`: whose an account of a bank statement is, by IBAN.
    """
    kind = _kind(path, language)
    if kind == "camt":
        with open_statement(path, accounts=accounts or {}, language=language) as statement:
            yield statement
    elif kind == "xlsx":
        with open_workbook(path, language) as (numbered, expected, notes):
            line, headings = _headings(numbered, path, language)
            yield PaymentSource(path, headings, kind, numbered, expected, notes, language, line=line, kind=kind)
    else:
        with open_delimited(path, language) as (rows, lines, notes, delimiter):
            plain: Iterator[tuple[int, Row]] = enumerate(rows, start=1)
            line, headings = _headings(plain, path, language)
            yield PaymentSource(path, headings, kind, plain, lines, notes, language, delimiter, line, kind=kind)


def _headings(numbered: Iterable[tuple[int, Row]], path: Path, language: str) -> tuple[int, Headings]:
    for line, values in numbered:
        if isinstance(values, BrokenRow):
            break
        texts = ["" if value is None else str(value) for value in values]
        while texts and not texts[-1].strip():
            texts.pop()
        if len(texts) > MAX_COLUMNS:
            raise BadInput(text("columns_too_many", language, path=path, limit=MAX_COLUMNS))
        if texts:
            return line, read_headings(texts, language)
        if line >= _LINES_BEFORE_HEADINGS:
            break
    raise BadInput(text("header_none", language, path=path))


def _kind(path: Path, language: str) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except FileNotFoundError as error:
        raise BadInput(text("file_missing", language, path=path)) from error
    except OSError as error:
        raise BadInput(text("file_unreadable", language, path=path, error=error.strerror)) from error
    kind = _KINDS.get(path.suffix.lower())
    if start.startswith(OLE_MAGIC):
        raise BadInput(text("file_encrypted", language, path=path))
    if kind is None:
        raise BadInput(text("file_kind", language, path=path))
    if (kind == "xlsx") is not start.startswith(ZIP_MAGIC):
        raise BadInput(text("file_not_xlsx" if kind == "xlsx" else "file_is_zip", language, path=path))
    return kind
