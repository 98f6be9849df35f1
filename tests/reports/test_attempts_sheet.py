"""The sheet of attempts: one row per attempt and claim, each value what it was."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

WALL = datetime(2026, 11, 3, 10, 15, 30)  # noqa: DTZ001 - cells hold no zone
TIME = "Beginn (Ortszeit des Angerufenen)"
ZONE = "Zeitzone, Abstand zu UTC"


def test_row_says_everything_in_german(workbook, row, table):
    attempt = row(7, outcome="connected", disposition="evaded", warnings=("DE-W1",))
    assert table(workbook([attempt])["Versuche"]) == [
        {
            "Versuch Nr.": 7,
            TIME: WALL,
            ZONE: "CET +01:00",
            "Forderung": "F-100",
            "Rechnung": "RE 2026/100",
            "Gläubiger": "Stadtwerke Neustadt",
            "Schuldner": "Kornblume GmbH",
            "Segment": "business",
            "Ansprechpartner": "Frau Weber",
            "Stufe": "2 Leitung Buchhaltung",
            "Rufnummer": "+493012345678",
            "Kanal": "Anruf",
            "Schritt": "Inkassogespräch",
            "Ergebnis": "verbunden",
            "Gesprächsergebnis": "ausgewichen",
            "Dauer (s)": 25,
            "Mitarbeiter": "anna",
            "Freigabe: Regeln, Regelwerk": "erlaubt: DE-W1 (Hinweis); de 2026.11",
        }
    ]


def test_row_says_everything_in_english(workbook, row, table):
    attempt = row(7, outcome="connected", disposition="evaded", denials=("DE-F2",), verdict="deny")
    assert table(workbook([attempt], "en")["Attempts"]) == [
        {
            "Attempt no.": 7,
            "Start (local time of the called party)": WALL,
            "Time zone, offset from UTC": "CET +01:00",
            "Claim": "F-100",
            "Invoice": "RE 2026/100",
            "Creditor": "Stadtwerke Neustadt",
            "Debtor": "Kornblume GmbH",
            "Segment": "business",
            "Contact": "Frau Weber",
            "Level": "2 head of accounting",
            "Number": "+493012345678",
            "Channel": "call",
            "Step": "collection call",
            "Outcome": "connected",
            "Disposition": "evaded",
            "Duration (s)": 25,
            "Collector": "anna",
            "Permit: rules, rule pack": "denied: DE-F2 (denial); de 2026.11",
        }
    ]


def test_attempt_for_three_claims_has_three_rows(workbook, row, table):
    rows = [row(1, claim="F-1"), row(1, claim="F-2"), row(1, claim="F-3")]
    assert [line["Forderung"] for line in table(workbook(rows)["Versuche"])] == ["F-1", "F-2", "F-3"]


def test_attempt_that_has_not_ended_is_in_progress(workbook, row, table):
    live = row(1, outcome=None, duration_seconds=None, collector=None)
    line = table(workbook([live])["Versuche"])[0]
    assert (line["Ergebnis"], line["Dauer (s)"], line["Mitarbeiter"]) == ("läuft", None, None)
    assert table(workbook([live], "en")["Attempts"])[0]["Outcome"] == "in progress"


@pytest.mark.parametrize(
    ("at", "zone", "shown"),
    [
        # the night the German clock goes back: 2:30 comes twice
        ("2026-10-25T00:30", "Europe/Berlin", ("2026-10-25T02:30:00", "CEST +02:00")),
        ("2026-10-25T01:30", "Europe/Berlin", ("2026-10-25T02:30:00", "CET +01:00")),
        # and forward: 2:00 is 3:00
        ("2026-03-29T01:00", "Europe/Berlin", ("2026-03-29T03:00:00", "CEST +02:00")),
        # past midnight there, not here
        ("2026-11-03T23:30", "Europe/Berlin", ("2026-11-04T00:30:00", "CET +01:00")),
        ("2026-11-03T09:00", "Europe/London", ("2026-11-03T09:00:00", "GMT +00:00")),
        ("2026-11-03T09:00:59.900", "Asia/Kolkata", ("2026-11-03T14:30:59", "IST +05:30")),
        ("2026-11-03T09:00", "America/Sao_Paulo", ("2026-11-03T06:00:00", "America/Sao_Paulo -03:00")),
    ],
)
def test_time_is_the_called_partys_clock(workbook, row, at, zone, shown):
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    sheet = workbook([row(at=instant, zone=zone)])["Versuche"]
    assert (sheet["B2"].value.isoformat(), sheet["C2"].value) == shown


@pytest.mark.parametrize(("language", "number_format"), [("de", "dd.mm.yyyy hh:mm:ss"), ("en", "yyyy-mm-dd hh:mm:ss")])
def test_time_is_a_real_date_in_the_readers_notation(workbook, row, language, number_format):
    cell = workbook([row()], language).worksheets[1]["B2"]
    assert (cell.is_date, cell.number_format) == (True, number_format)


HOSTILE = [
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","click")',
    "+4930123456",
    "@SUM(1)",
    "-1+1",
    "\t=1+1",
    "\n=1+1",
    "#N/A",
    "00123",
    "1-2",
    "TRUE",
    "  two spaces each side  ",
    '<b>&amp;</b> "quoted"',
    "line\nline",
    "Jürgen Größe 漢字 😀",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_imported_text_stays_text(workbook, row, text):
    sheet = workbook([row(debtor=text, claim=text, segment=text, collector=text)])["Versuche"]
    for place in ("D2", "G2", "H2", "Q2"):
        cell = sheet[place]
        assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\n=1+1"])
def test_text_that_begins_like_a_formula_is_quoted(workbook, row, text):
    sheet = workbook([row(debtor=text)])["Versuche"]
    assert (sheet["G2"].quotePrefix, sheet["I2"].quotePrefix) == (True, False)


def test_number_is_text_and_quoted(workbook, row):
    cell = workbook([row(number="+4915112345678")])["Versuche"]["K2"]
    assert (cell.value, cell.data_type, cell.number_format, cell.quotePrefix) == ("+4915112345678", "s", "@", True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x08c", "a␀b␈c"),
        ("bell\x07", "bell␇"),
        ("a\r\nb\rc", "a\nb␍c"),
        ("esc\x1b[31m", "esc␛[31m"),
        ("del\x7f", "del␡"),
        ("half \ud83d pair", "half � pair"),
        ("\ufffe\uffff", "��"),
    ],
)
def test_characters_a_sheet_cannot_hold_are_shown_as_pictures(workbook, row, table, text, shown):
    assert table(workbook([row(debtor=text)])["Versuche"])[0]["Schuldner"] == shown


@pytest.mark.parametrize(("language", "mark"), [("de", " … [gekürzt]"), ("en", " … [cut]")])
def test_text_too_long_for_a_cell_is_cut_with_a_mark(workbook, row, language, mark):
    value = workbook([row(debtor="x" * 40_000)], language).worksheets[1]["G2"].value
    assert value == "x" * (32_767 - len(mark)) + mark


def test_length_is_measured_as_excel_does(workbook, row):
    value = workbook([row(debtor="😀" * 16_384)])["Versuche"]["G2"].value  # 32,768 UTF-16 units
    assert value.endswith("😀 … [gekürzt]")
    assert len(value.encode("utf-16-le")) // 2 <= 32_767
    assert workbook([row(debtor="😀" * 16_383)])["Versuche"]["G2"].value == "😀" * 16_383


def test_row_of_wrapped_text_is_high_enough(workbook, row):
    sheet = workbook(
        [
            row(1),
            row(2, debtor="Elektro-Großhandel Nordwest Vertriebsgesellschaft mbH"),
            row(3, debtor="a\nb\nc\nd\ne\nf"),
        ]
    )["Versuche"]
    assert [sheet.row_dimensions[number].height for number in (3, 4)] == [40.5, 81]


def test_header_is_frozen_filtered_and_repeated_on_paper(workbook, row):
    sheet = workbook([row(1), row(2)])["Versuche"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("E2", "A1:R3", "$1:$1")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert all(sheet.column_dimensions[letter].width >= 7 for letter in "ABCDEFGHIJKLMNOPQR")


def test_sheets_beyond_excels_last_row_go_on(workbook, row, table):
    book = workbook([row(number) for number in range(1, 6)], sheet_rows=3)
    assert book.sheetnames == ["Übersicht", "Versuche", "Versuche 2", "Versuche 3", "Stunden"]
    numbers = [[line["Versuch Nr."] for line in table(book[name])] for name in book.sheetnames[1:4]]
    assert numbers == [[1, 2], [3, 4], [5]]
    assert [book[name].auto_filter.ref for name in book.sheetnames[1:4]] == ["A1:R3", "A1:R3", "A1:R2"]


def test_streaming_readers_see_all_rows(written, row):
    book = load_workbook(BytesIO(written([row(1), row(2), row(3)])), read_only=True)
    assert book["Versuche"].max_row == 4
    book.close()
