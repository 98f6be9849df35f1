"""The map of good hours: weekday by hour, in the called party's time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest


def at(day, hour):
    """A UTC instant in November 2026, when Berlin is one hour ahead; the 2nd is a Monday."""
    return datetime(2026, 11, day, hour, 30, tzinfo=UTC)


@pytest.fixture
def hours(workbook, table):
    """Reach rates and numbers by weekday."""

    def make(rows):
        sheet = workbook(rows)["Stunden"]
        lines = table(sheet, header_row=2)
        return ({line["Wochentag"]: line for line in lines[:8]}, {line["Wochentag"]: line for line in lines[11:19]})

    return make


def test_each_hour_has_its_rate_and_its_number(hours, row):
    rates, numbers = hours(
        [row(1, at=at(2, 8), outcome="connected"), row(2, at=at(2, 8)), row(3, at=at(9, 8)), row(4, at=at(7, 17))]
    )
    assert (rates["Montag"]["9-10"], numbers["Montag"]["9-10"]) == (pytest.approx(1 / 3), 3)
    assert (rates["Samstag"]["18-19"], numbers["Samstag"]["18-19"]) == (0, 1)
    assert (rates["Gesamt"]["Gesamt"], numbers["Gesamt"]["Gesamt"]) == (0.25, 4)
    assert (rates["Montag"]["Gesamt"], numbers["Gesamt"]["18-19"]) == (pytest.approx(1 / 3), 1)


def test_hour_without_calls_is_empty(hours, row):
    rates, numbers = hours([row(1, at=at(2, 8))])
    assert rates["Dienstag"]["9-10"] is None
    assert numbers["Dienstag"]["9-10"] is None


def test_only_counted_calls_are_on_the_map(hours, row):
    rates, numbers = hours(
        [
            row(1, at=at(2, 8), outcome="bad_number"),
            row(2, at=at(2, 8), outcome=None),
            row(3, at=at(2, 8), channel="inbound", outcome="connected"),
        ]
    )
    assert (rates["Gesamt"]["Gesamt"], numbers["Gesamt"]["Gesamt"]) == (None, None)


def test_usual_hours_go_from_seven_to_twenty_one(workbook, row):
    titles = [cell.value for cell in workbook([row()])["Stunden"][2]]
    assert (titles[1], titles[-2], len(titles)) == ("7-8", "20-21", 16)


def test_call_outside_the_usual_hours_is_not_left_out(workbook, hours, row):
    rows = [row(1, at=at(2, 4)), row(2, at=at(2, 21))]
    titles = [cell.value for cell in workbook(rows)["Stunden"][2]]
    assert (titles[1], titles[-2]) == ("5-6", "22-23")
    assert hours(rows)[1]["Gesamt"]["Gesamt"] == 2


def test_clock_change_moves_the_hour(hours, row):
    _, numbers = hours(
        [
            row(1, at=datetime(2026, 10, 24, 7, 30, tzinfo=UTC)),  # Saturday, summer time
            row(2, at=datetime(2026, 10, 26, 7, 30, tzinfo=UTC)),  # Monday, winter time
        ]
    )
    assert (numbers["Samstag"]["9-10"], numbers["Montag"]["8-9"]) == (1, 1)


def test_map_is_coloured_and_frozen(workbook, row):
    sheet = workbook([row()])["Stunden"]
    [coloured] = list(sheet.conditional_formatting)
    assert (str(coloured.sqref), coloured.rules[0].type) == ("B3:O9", "colorScale")
    assert (sheet["B3"].number_format, sheet.freeze_panes) == ("0%", "B3")
