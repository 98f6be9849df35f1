"""The last sheet: when people answer, by weekday and hour of the called party."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.utils import get_column_letter

from dialer.reports import looks
from dialer.reports.looks import Look, put
from dialer.reports.page import set_up_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl import Workbook
    from openpyxl.formatting.rule import Rule
    from openpyxl.worksheet.worksheet import Worksheet

    from dialer.reports.tally import Totals
    from dialer.reports.texts import Texts

_FIRST_HOUR, _LAST_HOUR = 7, 20
_DAYS = tuple(range(7))
# rows of the titles of the two blocks; each has a header, seven days and a total below it
_RATES, _CALLS, _NOTE = 1, 12, 23


def write(workbook: Workbook, totals: Totals, texts: Texts) -> None:
    """Append the sheet: reach rates above, the numbers of calls they rest on below."""
    sheet = workbook.create_sheet(texts("sheet.hours"))
    hours = _hours(totals)
    for top, key in ((_RATES, "hours.rate"), (_CALLS, "hours.calls")):
        put(sheet, (top, 1), texts(key), looks.TITLE, texts)
        _write_labels(sheet, top + 1, hours, texts)
    for row, days in enumerate([*((day,) for day in _DAYS), _DAYS], 2):
        for column, some in enumerate([*((hour,) for hour in hours), hours], 2):
            _write_figures(sheet, (row, column), _sum(totals, days, some), texts, bold=len(days) * len(some) > 1)
    sheet.conditional_formatting.add(f"B{_RATES + 2}:{get_column_letter(len(hours) + 1)}{_RATES + 8}", _colours())
    put(sheet, (_NOTE, 1), texts("hours.note"), looks.NOTE, texts)
    _lay_out(sheet, hours, texts)


def _hours(totals: Totals) -> tuple[int, ...]:
    """The usual hours, and more if a call lies outside: nothing counted is left out."""
    seen = [hour for (_, hour), counts in totals.by_hour.items() if counts.calls]
    return tuple(range(min([_FIRST_HOUR, *seen]), max([_LAST_HOUR, *seen]) + 1))


def _sum(totals: Totals, days: Sequence[int], hours: Sequence[int]) -> tuple[int, int]:
    """Counted calls and connected calls."""
    cells = [totals.by_hour[day, hour] for day in days for hour in hours if (day, hour) in totals.by_hour]
    return sum(cell.calls for cell in cells), sum(cell.reached for cell in cells)


def _write_labels(sheet: Worksheet, row: int, hours: Sequence[int], texts: Texts) -> None:
    titles = [texts("hours.weekday"), *(f"{hour}-{hour + 1}" for hour in hours), texts("hours.total")]
    for column, title in enumerate(titles, 1):
        put(sheet, (row, column), title, looks.HEADER, texts)
    days = [*(texts(f"weekday.{day}") for day in _DAYS), texts("hours.total")]
    for offset, title in enumerate(days, 1):
        put(sheet, (row + offset, 1), title, looks.BAND, texts)


def _write_figures(
    sheet: Worksheet, place: tuple[int, int], figures: tuple[int, int], texts: Texts, *, bold: bool
) -> None:
    calls, reached = figures
    row, column = place
    for top, value, number_format in (
        (_RATES, reached / calls if calls else None, "0%"),
        (_CALLS, calls or None, "#,##0"),
    ):
        look = Look(number_format=number_format, line=True, horizontal="center", bold=bold)
        put(sheet, (top + row, column), value, look, texts)


def _colours() -> Rule:
    rule: Rule = ColorScaleRule(  # type: ignore[no-untyped-call]
        start_type="min",
        start_color="FFF8B4AE",
        mid_type="percentile",
        mid_value=50,
        mid_color="FFFFF2B3",
        end_type="max",
        end_color="FF9BD08F",
    )
    return rule


def _lay_out(sheet: Worksheet, hours: Sequence[int], texts: Texts) -> None:
    sheet.column_dimensions["A"].width = 16
    sheet.row_dimensions[_RATES].height = sheet.row_dimensions[_CALLS].height = 26
    for column in range(2, len(hours) + 3):
        sheet.column_dimensions[get_column_letter(column)].width = 8
    sheet.freeze_panes = f"B{_RATES + 2}"
    sheet.sheet_view.showGridLines = False
    set_up_page(sheet, texts, header_row=_RATES + 1)
