"""The summary: attempts counted once, in all and by day, segment and collector."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dialer.core.policy import Pack

COUNTS = (
    "Versuche",
    "davon Anrufe",
    "Erreicht",
    "Erreichbarkeit",
    "Mailbox-Nachrichten",
    "Zahlungszusagen",
    "Nicht gewählt",
    "Läuft noch",
)


def day(number):
    """A day of November 2026 as a cell holds it."""
    return datetime(2026, 11, number)  # noqa: DTZ001 - cells hold no zone


@pytest.fixture
def summary(workbook, table):
    """Lines of the summary by their name."""

    def make(rows):
        lines = table(workbook(rows)["Übersicht"], header_row=6)
        return {line["Auswertung"]: tuple(line[title] for title in COUNTS) for line in lines}

    return make


def week(row):
    """Nine attempts: seven count, five of them are calls, two of those connected."""
    monday = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    tuesday = monday + timedelta(days=1)
    promise = {"outcome": "connected", "disposition": "promise_to_pay", "promised_minor": 12_345}
    instalments = {"outcome": "connected", "disposition": "instalments_agreed", "promised_minor": 5_000}
    return [
        row(1, at=monday, **promise, claim="F-1"),
        row(1, at=monday, **promise, claim="F-2"),
        row(1, at=monday, **promise, claim="F-3"),
        row(2, at=monday, outcome="no_answer", collector="bert"),
        row(3, at=monday, outcome="bad_number", segment="private"),
        row(4, at=monday, outcome="not_placed", collector=None),
        row(5, at=tuesday, outcome="voicemail_left", channel="voicemail", collector=None, segment="private"),
        row(6, at=tuesday, **instalments, currency="CHF", collector="bert"),
        row(7, at=tuesday, outcome="voicemail_left", segment="private"),
        row(8, at=tuesday, outcome="connected", channel="inbound"),
        row(9, at=tuesday, outcome="busy"),
        row(10, at=tuesday, outcome=None),
    ]


def test_attempts_are_counted_once_however_many_claims(summary, row):
    lines = summary(week(row))
    assert lines["Gesamt"] == (7, 5, 2, 0.4, 2, 2, 2, 1)


def test_days_segments_and_collectors_add_up_to_the_total(summary, row):
    lines = summary(week(row))
    assert lines[day(2)] == (2, 2, 1, 0.5, 0, 1, 2, 0)
    assert lines[day(3)] == (5, 3, 1, pytest.approx(1 / 3), 2, 1, 0, 1)
    assert lines["business"] == (5, 4, 2, 0.5, 0, 2, 1, 1)
    assert lines["private"] == (2, 1, 0, 0, 2, 0, 1, 0)
    assert lines["anna"] == (4, 3, 1, pytest.approx(1 / 3), 1, 1, 1, 1)
    assert lines["bert"] == (2, 2, 1, 0.5, 0, 1, 0, 0)
    assert lines["(ohne Mitarbeiter)"] == (1, 0, 0, None, 1, 0, 1, 0)


def test_groups_stand_in_order(summary, row):
    names = [name for name in summary(week(row)) if name][:11]
    assert names == [
        "Gesamt",
        "Nach Tag (Ortszeit des Angerufenen)",
        day(2),
        day(3),
        "Nach Segment",
        "business",
        "private",
        "Nach Mitarbeiter",
        "anna",
        "bert",
        "(ohne Mitarbeiter)",
    ]


def test_promised_money_stands_by_currency(workbook, row, table):
    sheet = workbook(week(row))["Übersicht"]
    total = table(sheet, header_row=6)[0]
    assert (total["Zugesagt EUR"], total["Zugesagt CHF"]) == (123.45, 50)
    assert [cell.number_format for cell in sheet[7] if cell.value == 123.45] == ["#,##0.00"]


def test_money_has_the_decimals_of_its_currency(workbook, row, table):
    yen = {"outcome": "connected", "disposition": "promise_to_pay", "promised_minor": 5_000, "currency": "JPY"}
    sheet = workbook([row(**yen)])["Übersicht"]
    assert table(sheet, header_row=6)[0]["Zugesagt JPY"] == 5_000
    assert sheet["H7"].number_format == "#,##0"


def test_promise_for_claims_in_two_currencies_is_not_guessed(workbook, row, table):
    promise = {"outcome": "connected", "disposition": "promise_to_pay", "promised_minor": 700}
    rows = [row(1, **promise, currency="EUR"), row(1, **promise, currency="CHF")]
    total = table(workbook(rows)["Übersicht"], header_row=6)[0]
    assert total["Zugesagt CHF/EUR"] == 7


def test_day_is_the_called_partys(summary, row):
    late = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)
    lines = summary([row(1, at=late), row(2, at=late, zone="Europe/London")])
    assert (lines[day(4)][0], lines[day(3)][0]) == (1, 1)


def test_rates_are_numbers_shown_as_percent(workbook, row):
    cell = workbook([row(1, outcome="connected"), row(2), row(3)])["Übersicht"]["E7"]
    assert (cell.value, cell.number_format) == (pytest.approx(1 / 3), "0.0%")


def test_report_without_attempts_is_a_report(summary, workbook):
    assert summary([])["Gesamt"] == (0, 0, 0, None, 0, 0, 0, 0)
    assert workbook([])["Versuche"].auto_filter.ref == "A1:R1"


def test_report_says_what_it_is_about(workbook, row):
    book = workbook([row()])
    assert [[cell.value for cell in line[:2]] for line in book["Übersicht"]["A1:B4"]] == [
        ["Kontaktversuche", None],
        ["Zeitraum", "01.11.2026 bis 30.11.2026 (Tage in Europe/Berlin)"],
        ["Erstellt", "01.12.2026 08:05 CET +01:00 (Europe/Berlin)"],
        ["Betreiber", "Musterkanzlei"],
    ]
    assert (book.properties.title, book.properties.creator) == ("Kontaktversuche", "Musterkanzlei")
    dates = (book.properties.created, book.properties.modified)
    assert [date.isoformat() for date in dates] == ["2026-12-01T07:05:00", "2026-12-01T07:05:00"]


def test_report_says_it_in_english_too(workbook, row):
    book = workbook([row()], "en")
    assert book.sheetnames == ["Summary", "Attempts", "Hours"]
    assert [cell.value for cell in book["Summary"]["B"][1:3]] == [
        "2026-11-01 to 2026-11-30 (days in Europe/Berlin)",
        "2026-12-01 08:05 CET +01:00 (Europe/Berlin)",
    ]
    assert book["Summary"]["A7"].value == "Total"


def pack(name, country, review_by):
    days = {"verified_on": date(2026, 1, 31), "review_by": review_by}
    return Pack(id=name, country=country, version="2026.1", rules=(), **days)


OUTDATED = (pack("common", None, date(2026, 8, 31)), pack("de", "DE", date(2026, 11, 30)))


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "de",
            (
                "Achtung",
                (
                    "Über das Prüfdatum hinaus, Quellen neu prüfen: Regelwerk common 2026.1 (bis 31.08.2026), "
                    "Regelwerk de 2026.1 (bis 30.11.2026)"
                ),
            ),
        ),
        (
            "en",
            (
                "Warning",
                (
                    "Past the review date, check the sources again: rule pack common 2026.1 (by 2026-08-31), "
                    "rule pack de 2026.1 (by 2026-11-30)"
                ),
            ),
        ),
    ],
)
def test_report_warns_of_law_that_is_past_its_review(workbook, row, language, line):
    sheet = workbook([row()], language, outdated=OUTDATED).worksheets[0]
    assert (sheet["A5"].value, sheet["B5"].value) == line
    assert sheet["A7"].value == {"de": "Gesamt", "en": "Total"}[language]


def test_report_warns_of_nothing_while_the_law_is_fresh(workbook, row):
    sheet = workbook([row()])["Übersicht"]
    assert [cell.value for cell in sheet[5]] == [None] * sheet.max_column


def test_note_explains_attempts_for_several_claims(workbook, row):
    notes = [cell.value for cell in workbook([row()])["Übersicht"]["A"]]
    assert (
        "Ein Versuch zu mehreren Forderungen hat auf dem Blatt „Versuche“ mehrere Zeilen und zählt hier einmal."
        in notes
    )


@pytest.mark.parametrize("text", ["=1+1", "+49", "@SUM(1)", "#REF!", "a\x00b"])
def test_imported_names_stay_text_in_the_summary(workbook, row, text):
    sheet = workbook([row(segment=text, collector=text)], operator=text)["Übersicht"]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value == text.replace("\x00", "␀")]
    assert [cell.data_type for cell in cells] == ["s", "s", "s"]
    assert all(cell.quotePrefix == (text[0] in "=+-@") for cell in cells)


def test_header_of_the_summary_is_frozen_and_repeated(workbook, row):
    sheet = workbook([row()])["Übersicht"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("B7", "$6:$6")
