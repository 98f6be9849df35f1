"""The report of attempts: a workbook with summary, one row per attempt and claim, and a map of good hours."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from dialer.reports import hours, summary
from dialer.reports.cells import Column, RowWriter, visible
from dialer.reports.local import zone, zone_label
from dialer.reports.looks import HEADER, TEXT, WHOLE, Look, put, register
from dialer.reports.package import Part, save
from dialer.reports.page import set_up_page
from dialer.reports.tally import Totals
from dialer.reports.texts import Texts

if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import BinaryIO
    from zoneinfo import ZoneInfo

    from dialer.core.policy import Pack
    from dialer.reports.cells import Value

EXCEL_ROWS = 1_048_576
"""Rows of a worksheet, the header included."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One attempt and one claim it covers. `at` is an aware instant, `zone` the called party's IANA zone.

    Rows of one attempt follow each other. `outcome` is None while the attempt runs; `verdict` is "allow" or "deny".
    """

    attempt_id: int
    at: datetime
    zone: str
    claim: str | None
    invoice: str | None
    currency: str | None
    creditor: str
    debtor: str
    segment: str
    contact: str
    role: str
    level: int
    number: str
    channel: str
    step: str
    outcome: str | None = None
    disposition: str | None = None
    promised_minor: int | None = None
    duration_seconds: int | None = None
    collector: str | None = None
    verdict: str = ""
    denials: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the report says about itself. `first` and `last` are days in `zone`, both included.

    `outdated`: the rule packs that are past their review date.
    """

    first: date
    last: date
    zone: ZoneInfo
    language: str
    operator: str
    now: datetime
    outdated: tuple[Pack, ...] = ()


class _Column(NamedTuple):
    key: str
    width: float
    value: Callable[[AttemptRow, datetime, Texts], Value]
    number_format: str = TEXT


_COLUMNS = (
    _Column("attempt", 8, lambda row, _local, _texts: row.attempt_id, WHOLE),
    _Column("time", 18, lambda _row, local, _texts: local, "format.time"),
    _Column("zone", 11, lambda _row, local, _texts: zone_label(local)),
    _Column("claim", 14, lambda row, _local, _texts: row.claim),
    _Column("invoice", 13, lambda row, _local, _texts: row.invoice),
    _Column("creditor", 18, lambda row, _local, _texts: row.creditor),
    _Column("debtor", 22, lambda row, _local, _texts: row.debtor),
    _Column("segment", 10, lambda row, _local, _texts: row.segment),
    _Column("contact", 17, lambda row, _local, _texts: row.contact),
    _Column("level", 16, lambda row, _local, texts: f"{row.level} {texts.word('role', row.role)}"),
    _Column("number", 16, lambda row, _local, _texts: row.number),
    _Column("channel", 9, lambda row, _local, texts: texts.word("channel", row.channel)),
    _Column("step", 16, lambda row, _local, texts: texts.word("step", row.step)),
    _Column("outcome", 14, lambda row, _local, texts: texts.word("outcome", row.outcome)),
    _Column("disposition", 18, lambda row, _local, texts: texts.word("disposition", row.disposition)),
    _Column("duration", 7, lambda row, _local, _texts: row.duration_seconds, WHOLE),
    _Column("collector", 12, lambda row, _local, _texts: row.collector),
    _Column("rules", 22, lambda row, _local, texts: _rules(row, texts)),
)


def write_report(
    rows: Iterable[AttemptRow],
    out: BinaryIO,
    head: Head,
    *,
    progress: Progress | None = None,
    sheet_rows: int = EXCEL_ROWS,
) -> Totals:
    """Write the workbook to `out` and return what was counted. `progress` hears the number of rows so far."""
    texts = Texts(head.language)
    workbook = Workbook()
    totals = Totals()
    with ExitStack() as files:
        sheets = _Sheets(workbook, texts, files, sheet_rows)
        for attempt, local in _attempts(rows):
            totals.add(attempt, local)
            for row in attempt:
                sheets.append([column.value(row, local, texts) for column in _COLUMNS])
            if progress and totals.rows % 1000 < len(attempt):
                progress(totals.rows)
        parts = sheets.finish()
        summary.write(workbook, totals, head, texts)
        hours.write(workbook, totals, texts)
        operator = visible(head.operator, texts("mark.cut"))
        save(workbook, parts, out, title=texts("title"), creator=operator, now=head.now)
    return totals


def _attempts(rows: Iterable[AttemptRow]) -> Iterator[tuple[list[AttemptRow], datetime]]:
    for _, same in groupby(rows, key=attrgetter("attempt_id")):
        attempt = list(same)
        yield attempt, attempt[0].at.astimezone(zone(attempt[0].zone))


class _Sheets:
    """The sheets of attempts: a new one whenever Excel's last row is reached."""

    def __init__(self, workbook: Workbook, texts: Texts, files: ExitStack, sheet_rows: int) -> None:
        self._workbook, self._texts, self._files, self._sheet_rows = workbook, texts, files, sheet_rows
        workbook.worksheets[0].title = texts("sheet.summary")
        self._columns = [
            Column(get_column_letter(index), register(workbook, _look(column, texts)), int(column.width * 1.15))
            for index, column in enumerate(_COLUMNS, 1)
        ]
        self._parts: list[tuple[BinaryIO, RowWriter]] = []
        self._writer = self._next_sheet()

    def _next_sheet(self) -> RowWriter:
        # unnamed and unlinked: names and numbers of people do not stay behind when the program is killed
        file = self._files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        writer = RowWriter(file, self._columns, first_row=2, cut_mark=self._texts("mark.cut"))
        self._parts.append((file, writer))
        return writer

    def append(self, values: list[Value]) -> None:
        if self._writer.next_row > self._sheet_rows:
            self._writer = self._next_sheet()
        self._writer.append(values)

    def finish(self) -> list[Part]:
        """Add the sheets to the workbook, empty but for the header; their rows join them when it is saved."""
        return [self._add_sheet(number, *part) for number, part in enumerate(self._parts, 1)]

    def _add_sheet(self, number: int, file: BinaryIO, writer: RowWriter) -> Part:
        name = self._texts("sheet.attempts")
        sheet = self._workbook.create_sheet(name if number == 1 else f"{name} {number}")
        for index, column in enumerate(_COLUMNS, 1):
            put(sheet, (1, index), self._texts(f"column.{column.key}"), HEADER, self._texts)
            sheet.column_dimensions[get_column_letter(index)].width = column.width
        sheet.row_dimensions[1].height = 42
        area = f"A1:{get_column_letter(len(_COLUMNS))}{writer.next_row - 1}"
        sheet.auto_filter.ref = area
        sheet.freeze_panes = "E2"
        set_up_page(sheet, self._texts, header_row=1)
        return Part(len(self._workbook.sheetnames), area, file)


def _look(column: _Column, texts: Texts) -> Look:
    time_format = column.number_format == "format.time"
    return Look(
        number_format=texts("format.time") if time_format else column.number_format,
        line=True,
        wrap=column.number_format == TEXT,
        horizontal=None if column.number_format == TEXT else "center",
        vertical="top",
    )


def _rules(row: AttemptRow, texts: Texts) -> str:
    rules = [texts("rule.denial", rule=rule) for rule in row.denials]
    rules += [texts("rule.warning", rule=rule) for rule in row.warnings]
    said = ": ".join(part for part in (texts.word("verdict", row.verdict), ", ".join(rules)) if part)
    return "; ".join(part for part in (said, ", ".join(row.packs)) if part)
