"""The first sheet: what was counted, in all, by day, by segment and by collector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from openpyxl.utils import get_column_letter

from dialer.core.money import is_currency, minor_digits
from dialer.reports import looks
from dialer.reports.local import zone_label
from dialer.reports.looks import PERCENT, TEXT, Look, put
from dialer.reports.page import set_up_page

if TYPE_CHECKING:
    from datetime import datetime

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from dialer.reports.attempts import Head
    from dialer.reports.tally import Counts, Totals
    from dialer.reports.texts import Texts

HEADER_ROW = 6
_THOUSANDS = "#,##0"


class _Column(NamedTuple):
    title: str
    value: Callable[[Counts], float | Decimal | None]
    number_format: str = _THOUSANDS


def write(workbook: Workbook, totals: Totals, head: Head, texts: Texts) -> None:
    """Fill the workbook's first sheet."""
    sheet = workbook.worksheets[0]
    columns = _columns(totals, texts)
    _write_head(sheet, head, texts)
    for index, title in enumerate([texts("summary.key"), *(column.title for column in columns)], 1):
        put(sheet, (HEADER_ROW, index), title, looks.HEADER, texts)
    row = HEADER_ROW + 1
    for key, counts in _lines(totals, texts):
        _write_line(sheet, row, (key, counts), columns, texts)
        row += 1
    for offset, note in enumerate(("once", "counted", "rate", "promises"), 1):
        put(sheet, (row + offset, 1), texts(f"note.{note}", attempts=texts("sheet.attempts")), looks.NOTE, texts)
        sheet.merge_cells(start_row=row + offset, end_row=row + offset, start_column=1, end_column=len(columns) + 1)
        sheet.row_dimensions[row + offset].height = 14
    _lay_out(sheet, len(columns), texts)


def _write_head(sheet: Worksheet, head: Head, texts: Texts) -> None:
    day = texts("strftime.day")
    created = head.now.astimezone(head.zone)
    lines = {
        "head.period": texts(
            "head.period_value",
            first=head.first.strftime(day),
            last=head.last.strftime(day),
            zone=str(head.zone),
        ),
        "head.created": f"{created.strftime(texts('strftime.time'))} {zone_label(created)} ({head.zone})",
        "head.operator": head.operator,
        **_outdated(head, texts),
    }
    put(sheet, (1, 1), texts("title"), looks.TITLE, texts)
    for row, (label, value) in enumerate(lines.items(), 2):
        put(sheet, (row, 1), texts(label), looks.LABEL, texts)
        put(sheet, (row, 2), value, looks.PLAIN, texts)


def _outdated(head: Head, texts: Texts) -> dict[str, str]:
    """The line that warns of law nobody has looked at again, if there is any."""
    if not head.outdated:
        return {}
    day = texts("strftime.day")
    packs = (
        texts("head.outdated_pack", pack=pack.name, review_by=pack.review_by.strftime(day)) for pack in head.outdated
    )
    return {"head.outdated": texts("head.outdated_value", packs=", ".join(packs))}


def _columns(totals: Totals, texts: Texts) -> list[_Column]:
    return [
        _Column(texts("summary.counted"), lambda counts: counts.counted),
        _Column(texts("summary.calls"), lambda counts: counts.calls),
        _Column(texts("summary.reached"), lambda counts: counts.reached),
        _Column(texts("summary.reach_rate"), lambda counts: counts.reach_rate, PERCENT),
        _Column(texts("summary.voicemails"), lambda counts: counts.voicemails),
        _Column(texts("summary.promises"), lambda counts: counts.promises),
        *(_promised(currency, texts) for currency in totals.currencies),
        _Column(texts("summary.not_placed"), lambda counts: counts.not_placed),
        _Column(texts("summary.live"), lambda counts: counts.live),
    ]


def _promised(currency: str, texts: Texts) -> _Column:
    # "EUR/USD" or "?" when the claims leave the currency open; nearly all currencies have two decimals
    digits = minor_digits(currency) if is_currency(currency) else 2
    return _Column(
        texts("summary.promised", currency=currency),
        lambda counts: Decimal(counts.promised_minor[currency]).scaleb(-digits),
        f"#,##0.{'0' * digits}".rstrip("."),
    )


def _lines(totals: Totals, texts: Texts) -> Iterator[tuple[str | datetime, Counts | None]]:
    """The rows from top to bottom; without counts it is the title of a group."""
    yield texts("summary.total"), totals.all
    yield texts("summary.by_day"), None
    yield from sorted(totals.by_day.items())  # type: ignore[misc]
    yield texts("summary.by_segment"), None
    yield from sorted(totals.by_segment.items(), key=lambda line: line[0].casefold())
    yield texts("summary.by_collector"), None
    for name, counts in sorted(
        totals.by_collector.items(), key=lambda line: (line[0] is None, str(line[0]).casefold())
    ):
        yield name or texts("summary.no_collector"), counts


def _write_line(
    sheet: Worksheet, row: int, line: tuple[str | datetime, Counts | None], columns: list[_Column], texts: Texts
) -> None:
    key, counts = line
    strong = counts is None or row == HEADER_ROW + 1
    key_format = TEXT if isinstance(key, str) else texts("format.day")
    fill = looks.PALE if strong else None
    put(
        sheet,
        (row, 1),
        key,
        Look(number_format=key_format, line=True, bold=strong, fill=fill, horizontal="left"),
        texts,
    )
    for index, column in enumerate(columns, 2):
        look = Look(number_format=column.number_format, line=True, bold=strong, fill=fill)
        put(sheet, (row, index), column.value(counts) if counts else None, look, texts)


def _lay_out(sheet: Worksheet, columns: int, texts: Texts) -> None:
    sheet.column_dimensions["A"].width = 42
    for index in range(2, columns + 2):
        sheet.column_dimensions[get_column_letter(index)].width = 16
    sheet.row_dimensions[1].height = 26
    sheet.row_dimensions[HEADER_ROW].height = 32
    sheet.freeze_panes = f"B{HEADER_ROW + 1}"
    sheet.sheet_view.showGridLines = False
    set_up_page(sheet, texts, header_row=HEADER_ROW)
