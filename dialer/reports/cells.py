"""Cell values that stay what they are: text never becomes a formula or a number, whatever it begins with."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

LONGEST = 32_767
"""Characters that Excel keeps in a cell, counted in UTF-16 units."""

_LINE_POINTS, _HIGHEST_POINTS = 13.5, 409.5

Value = str | int | Decimal | datetime | None

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - the day 0 of Excel's calendar has no zone
# C0 without tab and line feed, what XML forbids besides, and `_x0041_`, which Excel would read as an escaped "A"
_AWKWARD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_MARKUP = re.compile(r"[&<>]")
# what a spreadsheet takes for the beginning of a formula, at the latest when a person edits the cell
_FORMULA_STARTS = frozenset("=+-@\t\n")


class Style(NamedTuple):
    """Numbers of two cell formats in the workbook: the usual one, and for text that begins like a formula."""

    plain: int
    quoted: int


class Column(NamedTuple):
    """Where a column stands, how its cells look, and how many characters fit into a line of it."""

    letter: str
    style: Style
    line_length: int


def visible(text: str, cut_mark: str) -> str:
    """The text as a cell can hold it: control characters shown as pictures, too much of it cut with a mark."""
    if _AWKWARD.search(text):
        text = _AWKWARD.sub(_picture, text.replace("\r\n", "\n"))
    if len(text) * 2 > LONGEST and _units(text) > LONGEST:
        kept = text.encode("utf-16-le")[: (LONGEST - _units(cut_mark)) * 2]
        text = kept.decode("utf-16-le", "ignore") + cut_mark
    return text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _picture(match: re.Match[str]) -> str:
    char = match[0]
    if char == "_":
        return "_x005F_"
    if char == "\x7f":
        return "\u2421"
    return chr(0x2400 + ord(char)) if ord(char) < 0x20 else "\ufffd"


def like_formula(text: str) -> bool:
    """True when a spreadsheet could take the text for a formula."""
    return text[:1] in _FORMULA_STARTS


class RowWriter:
    """Writes rows of cells as worksheet XML, each row once and at once.

    openpyxl's own write-only sheet spends about 5 µs a cell and twice that on one with a format, and all cells
    here have one. Everything else of the workbook is openpyxl's; see `package.save`.
    """

    def __init__(self, file: BinaryIO, columns: Sequence[Column], *, first_row: int, cut_mark: str) -> None:
        self._file = file
        self._columns = columns
        self._cut_mark = cut_mark
        self.next_row = first_row

    def append(self, values: Sequence[Value]) -> None:
        """Write one row."""
        row = self.next_row
        lines = 1
        cells = []
        for (letter, style, line_length), value in zip(self._columns, values, strict=True):
            cells.append(f'<c r="{letter}{row}" {self._content(value, style)}')
            if isinstance(value, str) and (len(value) > line_length or "\n" in value):
                lines = max(lines, sum(max(1, -(-len(part) // line_length)) for part in value.split("\n")))
        # not every program fits the height of a row to wrapped text by itself
        height = f' ht="{min(lines * _LINE_POINTS, _HIGHEST_POINTS)}"' if lines > 1 else ""
        self._file.write(f'<row r="{row}"{height}>{"".join(cells)}</row>'.encode())
        self.next_row = row + 1

    def _content(self, value: Value, style: Style) -> str:
        if isinstance(value, str) and value:
            number = style.quoted if like_formula(value) else style.plain
            text = visible(value, self._cut_mark)
            if _MARKUP.search(text):
                text = escape(text)
            return f's="{number}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        if isinstance(value, int):
            return f's="{style.plain}"><v>{value}</v></c>'
        if isinstance(value, datetime):
            return f's="{style.plain}"><v>{_serial(value)!r}</v></c>'
        if isinstance(value, Decimal):
            return f's="{style.plain}"><v>{value:f}</v></c>'
        return f's="{style.plain}"/>'


def _serial(wall: datetime) -> float:
    """Excel's number for a wall-clock time, to the second."""
    since = wall.replace(tzinfo=None) - _EPOCH
    return since.days + since.seconds / 86_400
