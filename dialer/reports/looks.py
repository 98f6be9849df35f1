"""How cells look, and the numbers that stand for a look in the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from dialer.reports.cells import Style, like_formula, visible

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from dialer.reports.texts import Texts

FONT = "Calibri"
DARK, PALE, LINE, GREY = "FF1F3864", "FFDCE6F1", "FFBFBFBF", "FF595959"

TEXT, WHOLE, PERCENT = "@", "0", "0.0%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One way a cell can look."""

    number_format: str = "General"
    size: int = 10
    bold: bool = False
    italic: bool = False
    colour: str = "FF000000"
    fill: str | None = None
    line: bool = False
    wrap: bool = False
    horizontal: str | None = None
    vertical: str = "center"


TITLE = Look(number_format=TEXT, size=16, bold=True, colour=DARK)
LABEL = Look(number_format=TEXT, bold=True)
PLAIN = Look(number_format=TEXT)
NOTE = Look(number_format=TEXT, size=9, italic=True, colour=GREY)
HEADER = Look(number_format=TEXT, bold=True, colour="FFFFFFFF", fill=DARK, line=True, wrap=True, horizontal="center")
BAND = Look(number_format=TEXT, bold=True, fill=PALE, line=True)


def dress(cell: Cell, look: Look) -> None:
    """Give a cell its look."""
    cell.number_format = look.number_format
    cell.font = Font(name=FONT, size=look.size, bold=look.bold, italic=look.italic, color=look.colour)
    cell.alignment = Alignment(horizontal=look.horizontal, vertical=look.vertical, wrap_text=look.wrap)
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=look.fill)
    if look.line:
        side = Side(style="thin", color=LINE)
        cell.border = Border(top=side, bottom=side, left=side, right=side)


def register(workbook: Workbook, look: Look) -> Style:
    """Make the look known to the workbook and return its numbers."""
    plain, quoted = WriteOnlyCell(workbook.worksheets[0]), WriteOnlyCell(workbook.worksheets[0])
    dress(plain, look)
    dress(quoted, look)
    quoted.quotePrefix = True
    return Style(plain.style_id, quoted.style_id)


def put(
    sheet: Worksheet, place: tuple[int, int], value: str | float | Decimal | datetime | None, look: Look, texts: Texts
) -> None:
    """Write one cell of a small sheet; text stays text."""
    cell = cast("Cell", sheet.cell(*place))
    dress(cell, look)
    if isinstance(value, str):
        cell.value = visible(value, texts("mark.cut"))
        cell.data_type = "s"
        if like_formula(value):
            cell.quotePrefix = True
    else:
        cell.value = value
