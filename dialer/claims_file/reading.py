"""Opens a claims file, .xlsx or .csv, and streams its rows with the line numbers a person sees in Excel."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialer.claims_file.columns import REJECT_COLUMNS, Headings, read_headings
from dialer.claims_file.delimited import BrokenRow, open_delimited
from dialer.claims_file.rows import Cell, RawRow
from dialer.claims_file.texts import text
from dialer.claims_file.workbook import MAX_COLUMNS, OLE_MAGIC, ZIP_MAGIC, open_workbook
from dialer.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Row = tuple[Cell, ...] | BrokenRow

_CSV_SUFFIXES = {".csv", ".txt", ".tsv"}
_XLSX_SUFFIXES = {".xlsx", ".xlsm"}
_LINES_BEFORE_HEADINGS = 20
_NEUTRALISED = ("'=", "'+", "'-", "'@", "'\t")


@dataclass(slots=True)
class RowSource:
    """An open claims file. Iterate it once; `skipped_empty` counts as it goes.

    `format` is "xlsx" or "csv"; `expected_rows` says about how many follow, None where the file does not.
    """

    path: Path
    headings: Headings
    format: str
    rows: Iterable[tuple[int, Row]]
    expected_rows: int | None = None
    notes: tuple[str, ...] = ()
    language: str = "en"
    delimiter: str = ";"
    line: int = 0
    skipped_empty: int = 0

    def __iter__(self) -> Iterator[RawRow]:
        """The rows after the headings; empty ones are counted and left out."""
        for line, values in self.rows:
            self.skipped_empty += line - self.line - 1
            self.line = line
            if isinstance(values, BrokenRow):
                yield RawRow(line, (values.text,), {}, text("row_quotes", self.language, error=values.error))
            elif any(value is not None and value != "" for value in values):
                yield self._raw(line, values)
            else:
                self.skipped_empty += 1

    def _raw(self, line: int, values: tuple[Cell, ...]) -> RawRow:
        columns = self.headings.columns
        cells = {
            column: value
            for column, value in zip(columns, values, strict=False)
            if column is not None and column not in REJECT_COLUMNS
        }
        return RawRow(line, values, cells, self._surplus(values))

    def _surplus(self, values: tuple[Cell, ...]) -> str | None:
        """A value where no heading stands means that the row is shifted: nothing in it can be trusted."""
        columns = self.headings.columns
        for place, value in enumerate(values):
            if (place >= len(columns) or columns[place] is None) and value is not None and str(value).strip():
                return text("row_surplus", self.language, place=place + 1)
        return None


@contextmanager
def open_rows(path: Path, *, optional: Iterable[str] = (), language: str = "en") -> Iterator[RowSource]:
    """The rows of a claims file. BadInput, in `language`, for a file that is not one.

    `optional` adds columns that may be missing to those that always may.
    """
    kind = _kind(path, language)
    if kind == "xlsx":
        with open_workbook(path, language) as (numbered, expected, notes):
            line, headings = _headings(numbered, path, optional, language)
            yield RowSource(path, headings, kind, numbered, expected, notes, language, line=line)
    else:
        with open_delimited(path, language) as (texts, lines, notes, delimiter):
            plain = enumerate(_plain(texts), start=1)
            line, headings = _headings(plain, path, optional, language)
            yield RowSource(path, headings, kind, plain, lines, notes, language, delimiter, line)


def _headings(
    numbered: Iterable[tuple[int, Row]], path: Path, optional: Iterable[str], language: str
) -> tuple[int, Headings]:
    for line, values in numbered:
        if isinstance(values, BrokenRow):
            break
        texts = ["" if value is None else str(value) for value in values]
        while texts and not texts[-1].strip():
            texts.pop()
        if len(texts) > MAX_COLUMNS:
            raise BadInput(text("columns_too_many", language, path=path, limit=MAX_COLUMNS))
        if texts:
            return line, read_headings(texts, optional=optional, language=language)
        if line >= _LINES_BEFORE_HEADINGS:
            break
    raise BadInput(text("header_none", language, path=path))


def _plain(rows: Iterable[tuple[str, ...] | BrokenRow]) -> Iterator[Row]:
    """Takes back the apostrophe our own CSV files put before what a spreadsheet would run as a formula."""
    for row in rows:
        if not isinstance(row, BrokenRow) and any(value.startswith(_NEUTRALISED) for value in row):
            yield tuple(value[1:] if value.startswith(_NEUTRALISED) else value for value in row)
        else:
            yield row


def _kind(path: Path, language: str) -> str:
    start = _first_bytes(path, language)
    suffix = path.suffix.lower()
    if start.startswith(OLE_MAGIC):
        raise BadInput(text("file_encrypted", language, path=path))
    if suffix in _XLSX_SUFFIXES:
        if not start.startswith(ZIP_MAGIC):
            raise BadInput(text("file_not_xlsx", language, path=path))
        return "xlsx"
    if suffix in _CSV_SUFFIXES:
        if start.startswith(ZIP_MAGIC):
            raise BadInput(text("file_is_zip", language, path=path))
        return "csv"
    raise BadInput(text("file_kind", language, path=path))


def _first_bytes(path: Path, language: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except FileNotFoundError as error:
        raise BadInput(text("file_missing", language, path=path)) from error
    except OSError as error:
        raise BadInput(text("file_unreadable", language, path=path, error=error.strerror)) from error
