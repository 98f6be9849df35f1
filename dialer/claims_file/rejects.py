"""The rejects file: the rows that were not imported, as they stood, with line, column and reason."""

from __future__ import annotations

import csv
import re
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Self

import openpyxl
from openpyxl.cell import WriteOnlyCell

from dialer.claims_file.columns import REJECT_COLUMNS
from dialer.core.errors import BadInput
from dialer.core.phone import is_e164

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from dialer.claims_file.reading import RowSource
    from dialer.claims_file.rows import Cell, RawRow, Rejection

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# what XML cannot hold; openpyxl would refuse the whole file
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MAX_CELL = 32_767


class RejectsFile:
    """Written in the input's format, and only if there is something to write."""

    def __init__(self, path: Path, source: RowSource) -> None:
        if path.exists() and path.samefile(source.path):
            raise BadInput(f"{path}: the rejects file must not be the claims file itself")
        if path.suffix.lower() not in ({".xlsx", ".xlsm"} if source.format == "xlsx" else {".csv", ".txt", ".tsv"}):
            raise BadInput(f"{path}: the rejects file has the format of the claims file, .{source.format}")
        self.path = path
        self.written = 0
        self._source = source
        self._sheet: _Workbook | _Delimited | None = None
        self._open = ExitStack()
        # the columns a rejects file brought along from an earlier import are replaced, not doubled
        columns = source.headings.columns
        self._places = [place for place, column in enumerate(columns) if column not in REJECT_COLUMNS]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def write(self, raw: RawRow, rejection: Rejection) -> None:
        """One row, text exactly as it was, formulas and look-alikes neutral."""
        if self._sheet is None:
            self._sheet = self._begin()
        values = [raw.values[place] if place < len(raw.values) else None for place in self._places]
        surplus = raw.values[len(self._source.headings.columns) :]
        self._sheet.write([*values, rejection.line, rejection.column, rejection.reason, *surplus])
        self.written += 1

    def _begin(self) -> _Workbook | _Delimited:
        texts = self._source.headings.texts
        sheet: _Workbook | _Delimited = (
            _Workbook(self.path) if self._source.format == "xlsx" else _Delimited(self.path, self._source.delimiter)
        )
        self._open.callback(sheet.close)
        sheet.write([*(texts[place] for place in self._places), *REJECT_COLUMNS])
        return sheet


class _Workbook:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._book = openpyxl.Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet("rejects")

    def write(self, values: list[Cell]) -> None:
        self._sheet.append([self._cell(value) for value in values])

    def _cell(self, value: Cell) -> Any:
        if not isinstance(value, str):
            return value
        cell: Any = WriteOnlyCell(self._sheet, _NOT_IN_XML.sub("\ufffd", value)[:_MAX_CELL])
        # openpyxl makes a formula of a leading '='; an apostrophe in the text would damage +49
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = True
        return cell

    def close(self) -> None:
        self._book.save(self._path)


class _Delimited:
    def __init__(self, path: Path, delimiter: str) -> None:
        # the mark at the beginning tells Excel that the file is UTF-8
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter)

    def write(self, values: list[Cell]) -> None:
        self._writer.writerow([neutral(_csv_text(value)) for value in values])

    def close(self) -> None:
        self._file.close()


def neutral(value: str) -> str:
    """An apostrophe before what a spreadsheet would run as a formula; a telephone number in E.164 stays as it is."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) and not is_e164(value) else value


def _csv_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, (datetime, date, time, timedelta)):
        return value.isoformat() if not isinstance(value, timedelta) else str(value)
    return str(value)
