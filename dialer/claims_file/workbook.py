"""Rows of an .xlsx file, streamed. A bomb is refused by what it announces, before anything is unpacked."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from contextlib import contextmanager
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from dialer.claims_file.texts import text
from dialer.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dialer.claims_file.rows import Cell

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

MAX_PARTS = 10_000
MAX_TOTAL = 1_500_000_000
"""Bytes a workbook may unpack to: a full sheet of 1,048,576 rows and 27 columns is about 1.2 GB."""
MAX_RATIO = 200
FREE_OF_RATIO = 50_000_000
"""Below this a high ratio is harmless: sheets of equal rows pack better than 200:1."""
MAX_STRINGS = 250_000_000
"""Shared strings are held in memory, unlike sheets."""
MAX_OTHER = 30_000_000
"""Styles, themes and the like are parsed whole; a real one is far below."""
MAX_ROWS = 1_048_576
MAX_COLUMNS = 200

# what zipfile, the XML parsers and openpyxl raise on a damaged or hostile file
_DAMAGED = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    SyntaxError,
    OverflowError,
    RuntimeError,
    EOFError,
    OSError,
    zipfile.BadZipFile,
    zlib.error,
)
_CHUNK = 500
_LAST_COLUMN = 16_384
_STRING, _RUN, _TEXT = (f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("si", "r", "t"))


def check_announced(file: IO[bytes], path: Path, language: str) -> None:
    """Refuse a workbook that announces too many parts, too many bytes, or too high a ratio. Unpacks nothing."""
    try:
        parts = zipfile.ZipFile(file).infolist()
    except _DAMAGED as error:
        raise BadInput(text("file_damaged", language, path=path, error=error)) from error
    total = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)

    def refuse(what: str, limit: str) -> BadInput:
        return BadInput(text("file_bomb", language, path=path, what=what, limit=limit))

    if len(parts) > MAX_PARTS:
        raise refuse(f"{len(parts):,} parts", f"{MAX_PARTS:,}")
    if total > MAX_TOTAL:
        raise refuse(f"{total:,} bytes", f"{MAX_TOTAL:,}")
    if total > FREE_OF_RATIO and total > MAX_RATIO * packed:
        raise refuse(f"{total // max(packed, 1):,}:1", f"{MAX_RATIO}:1")
    for part in parts:
        limit = _limit_of(part.filename)
        if part.file_size > limit:
            raise refuse(f"{part.filename[-80:]} {part.file_size:,} bytes", f"{limit:,}")


def _limit_of(part: str) -> int:
    name = part.lower()
    if "/worksheets/" in name or "/media/" in name or not name.endswith((".xml", ".rels")):
        return MAX_TOTAL
    return MAX_STRINGS if name.endswith("sharedstrings.xml") else MAX_OTHER


@contextmanager
def open_workbook(
    path: Path, language: str
) -> Iterator[tuple[Iterator[tuple[int, tuple[Cell, ...]]], int | None, tuple[str, ...]]]:
    """Rows of the first visible sheet, how many it announces, and notes for the reader."""
    with path.open("rb") as file:
        check_announced(file, path, language)
        file.seek(0)
        book = _load(file, path, language)
        try:
            sheet, notes = _first_sheet(book, path, language)
            expected = sheet.max_row
            yield _rows(sheet, path, language), expected, notes
        finally:
            book.close()


class _Reader(ExcelReader):
    """openpyxl's reader with a table of strings that costs their text alone.

    Its own keeps the emptied XML tree of all strings until the end: 150 MB more for a hundred thousand claims.
    """

    def read_strings(self) -> None:
        package: Any = self.package
        part = package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = list(_strings(source))


def _strings(source: IO[bytes]) -> Iterator[str]:
    # defusedxml's, as openpyxl takes it: entities are refused
    events = iterparse(source, events=("start", "end"))
    _, root = next(events)
    for event, element in events:
        if event == "end" and element.tag == _STRING:
            # runs of rich text follow each other; reading aids for Japanese (rPh) are no text of the cell
            texts = [element.findtext(_TEXT) or "", *(run.findtext(_TEXT) or "" for run in element.iterfind(_RUN))]
            root.clear()
            yield "".join(texts).replace("_x005F_", "_")


def _load(file: IO[bytes], path: Path, language: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = _Reader(file, read_only=True, data_only=True, keep_links=False)
            reader.read()
            return reader.wb
    except _DAMAGED as error:
        raise BadInput(text("file_damaged", language, path=path, error=_short(error))) from error


def _first_sheet(book: Any, path: Path, language: str) -> tuple[Any, tuple[str, ...]]:
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise BadInput(text("header_none", language, path=path))
    first, others = visible[0], visible[1:]
    if not others:
        return first, ()
    names = ", ".join(sheet.title for sheet in others)
    return first, (text("note_sheets", language, sheet=first.title, others=names[:200]),)


def _rows(sheet: Any, path: Path, language: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    rows = _parsed(sheet)
    last = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                chunk = list(islice(rows, _CHUNK))
        except _DAMAGED as error:
            raise BadInput(text("file_damaged", language, path=path, error=_short(error))) from error
        if not chunk:
            return
        for line, values in chunk:
            if line > MAX_ROWS:
                raise BadInput(text("rows_too_many", language, path=path, limit=f"{MAX_ROWS:,}"))
            if line <= last:
                raise BadInput(text("file_damaged", language, path=path, error=f"row {line} after row {last}"))
            last = line
            yield line, values


def _parsed(sheet: Any) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Rows with their own numbers, by openpyxl's parser.

    Its worksheet would believe a wrong dimension, drop rows that are out of order, and keep the format of every row.
    """
    book = sheet.parent
    with sheet._get_source() as source:  # noqa: SLF001 - openpyxl offers no other door to the parser
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,  # noqa: SLF001
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )
        for line, cells in parser.parse():
            parser.row_dimensions.clear()
            yield line, _values(cells)


def _values(cells: list[dict[str, Any]]) -> tuple[Cell, ...]:
    filled = {cell["column"]: cell["value"] for cell in cells if cell["value"] is not None}
    if not filled:
        return ()
    last = max(filled)
    if last > _LAST_COLUMN:
        raise ValueError(f"column {last}")
    return tuple(map(filled.get, range(1, last + 1)))


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
