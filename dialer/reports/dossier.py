"""A case as a workbook: a sheet about the case itself, and a table each of what belongs to it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from dialer.reports import looks
from dialer.reports.cells import Column, RowWriter, visible
from dialer.reports.looks import TEXT, WHOLE, Look, put, register
from dialer.reports.package import Part, save
from dialer.reports.page import set_up_page
from dialer.reports.texts import Texts

if TYPE_CHECKING:
    from typing import BinaryIO

    from openpyxl.worksheet.worksheet import Worksheet

    from dialer.reports.cells import Value

Row = Mapping[str, "str | int | Decimal | date | datetime | None"]
"""One line of a table by column; times are local and may be aware, their zone is not shown."""

DAY, TIME, MONEY, CODE = "day", "time", "money", "code"


class _Column(NamedTuple):
    key: str
    width: float
    kind: str = TEXT


_CURRENCY = _Column("currency", 10, CODE)
TABLES: Mapping[str, tuple[_Column, ...]] = {
    "claims": (
        _Column("claim", 18),
        _Column("invoice", 18),
        _Column("invoice_date", 15, DAY),
        _Column("due_date", 13, DAY),
        _Column("amount", 14, MONEY),
        _Column("paid", 14, MONEY),
        _Column("open", 14, MONEY),
        _CURRENCY,
        _Column("disputed", 12),
    ),
    "statement": (
        _Column("day", 13, DAY),
        _Column("what", 52),
        _Column("claim", 18),
        _Column("change", 15, MONEY),
        _Column("balance", 15, MONEY),
        _CURRENCY,
    ),
    "attempts": (
        _Column("time", 18, TIME),
        _Column("zone", 12),
        _Column("channel", 10),
        _Column("claims", 16),
        _Column("contact", 18),
        _Column("level", 17),
        _Column("number", 16),
        _Column("step", 18),
        _Column("outcome", 16),
        _Column("disposition", 18),
        _Column("spoken_to", 17),
        _Column("reason", 22),
        _Column("duration", 9, WHOLE),
        _Column("collector", 13),
        _Column("packs", 14),
    ),
    "agreements": (
        _Column("agreement", 14, WHOLE),
        _Column("agreed", 18, TIME),
        _Column("kind", 16),
        _Column("state", 16),
        _Column("rate", 8, WHOLE),
        _Column("due_date", 13, DAY),
        _Column("amount", 14, MONEY),
        _Column("paid", 14, MONEY),
        _CURRENCY,
        _Column("rate_state", 18),
    ),
    "payments": (
        _Column("paid_on", 13, DAY),
        _Column("amount", 14, MONEY),
        _CURRENCY,
        _Column("claim", 18),
        _Column("payer", 26),
        _Column("text", 40),
        _Column("source", 20),
    ),
    "documents": (
        _Column("document", 13, WHOLE),
        _Column("kind", 24),
        _Column("state", 17),
        _Column("made_at", 18, TIME),
        _Column("made_by", 13),
        _Column("delivery", 10, WHOLE),
        _Column("transport", 10),
        _Column("recipient", 24),
        _Column("delivery_state", 18),
        _Column("sent_at", 18, TIME),
        _Column("claims", 16),
        _Column("proof", 30),
        _Column("due_back", 13, DAY),
        _Column("returned", 18, TIME),
        _Column("sha256", 34),
    ),
    "log": (
        _Column("seq", 7, WHOLE),
        _Column("at", 18, TIME),
        _Column("entry", 22),
        _Column("actor", 13),
        _Column("attempt", 9, WHOLE),
        _Column("facts", 64),
        _Column("personal", 48),
    ),
}
"""The sheets after the first, and their columns."""

_CONTACTS = ("contact", "level", "numbers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All that the workbook says. `about` are labels of the catalogue and their values; `digits` decimals of amounts.

    `contacts` have the columns contact, level and numbers; `tables` hold rows for each of `TABLES`.
    """

    title: str
    language: str
    operator: str
    now: datetime
    digits: int
    about: Mapping[str, str]
    contacts: Sequence[Row]
    tables: Mapping[str, Sequence[Row]]


def write_dossier_book(book: Book, out: BinaryIO) -> None:
    """Write the workbook. Same book, same bytes."""
    texts = Texts(book.language)
    workbook = Workbook()
    with ExitStack() as files:
        _write_case(workbook.worksheets[0], book, texts)
        parts = [_write_table(workbook, key, book, texts, files) for key in TABLES]
        save(workbook, parts, out, title=book.title, creator=visible(book.operator, texts("mark.cut")), now=book.now)


def _write_case(sheet: Worksheet, book: Book, texts: Texts) -> None:
    sheet.title = texts("sheet.case")
    put(sheet, (1, 1), book.title, looks.TITLE, texts)
    value_look = Look(number_format=TEXT, wrap=True, vertical="top")
    row = 2
    for row, (key, value) in enumerate(book.about.items(), 3):
        put(sheet, (row, 1), texts(f"case.{key}"), Look(number_format=TEXT, bold=True, vertical="top"), texts)
        put(sheet, (row, 2), value, value_look, texts)
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=3)
    header = row + 3
    put(sheet, (header - 1, 1), texts("case.contacts"), looks.LABEL, texts)
    for column, key in enumerate(_CONTACTS, 1):
        put(sheet, (header, column), texts(f"column.{key}"), looks.HEADER, texts)
    line = Look(number_format=TEXT, line=True, wrap=True, vertical="top")
    for row, contact in enumerate(book.contacts, header + 1):
        for column, key in enumerate(_CONTACTS, 1):
            put(sheet, (row, column), str(contact[key]), line, texts)
    for letter, width in zip("ABC", (34, 40, 48), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.row_dimensions[1].height = 26
    sheet.sheet_view.showGridLines = False
    set_up_page(sheet, texts, header_row=1, title=book.title)


def _write_table(workbook: Workbook, key: str, book: Book, texts: Texts, files: ExitStack) -> Part:
    """The sheet with its header; its rows join it when the workbook is saved."""
    columns = TABLES[key]
    sheet = workbook.create_sheet(texts(f"sheet.{key}"))
    for index, column in enumerate(columns, 1):
        put(sheet, (1, index), texts(f"column.{column.key}"), looks.HEADER, texts)
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    sheet.row_dimensions[1].height = 42
    # unnamed and unlinked: names and numbers of people do not stay behind when the program is killed
    file = files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    cells = [
        Column(get_column_letter(i), register(workbook, _look(column, book, texts)), int(column.width * 1.15))
        for i, column in enumerate(columns, 1)
    ]
    writer = RowWriter(file, cells, first_row=2, cut_mark=texts("mark.cut"))
    for row in book.tables[key]:
        writer.append([_value(row.get(column.key)) for column in columns])
    area = f"A1:{get_column_letter(len(columns))}{writer.next_row - 1}"
    sheet.auto_filter.ref = area
    sheet.freeze_panes = "A2"
    set_up_page(sheet, texts, header_row=1, title=book.title)
    return Part(len(workbook.sheetnames), area, file)


def _look(column: _Column, book: Book, texts: Texts) -> Look:
    formats = {
        DAY: texts("format.day"),
        TIME: texts("format.time"),
        MONEY: f"#,##0.{'0' * book.digits}".rstrip("."),
        CODE: TEXT,
    }
    return Look(
        number_format=formats.get(column.kind, column.kind),
        line=True,
        wrap=column.kind == TEXT,
        horizontal=None if column.kind in {TEXT, MONEY} else "center",
        vertical="top",
    )


def _value(value: str | int | Decimal | date | datetime | None) -> Value:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value
