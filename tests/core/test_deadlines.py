"""Legal periods, each with the calendar or the decision it was worked out from."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.core.deadlines import (
    Basis,
    DeadlineKind,
    Event,
    add_months,
    asset_disclosure_block,
    enforcement_application,
    enforcement_application_from,
    enforcement_objection,
    limitation,
    next_working_day,
    order_objection,
    title_limitation,
)

HOLIDAYS = {
    *(date(year, 1, 1) for year in range(2000, 2070)),
    *(date(year, 10, 3) for year in range(2000, 2070)),
    *(date(year, 12, day) for year in range(2000, 2070) for day in (25, 26)),
    date(2026, 4, 3),  # Good Friday
    date(2026, 4, 6),  # Easter Monday
}


def holiday(day: date) -> bool:
    return day in HOLIDAYS


def day(text: str) -> date:
    return date.fromisoformat(text)


def days(*texts: str) -> list[date]:
    return [day(text) for text in texts]


@pytest.mark.parametrize(
    ("arisen", "nominal", "last"),
    [
        ("2021-03-15", "2024-12-31", "2024-12-31"),  # a Tuesday
        ("2021-12-31", "2024-12-31", "2024-12-31"),  # the last day of a year belongs to it
        ("2022-01-01", "2025-12-31", "2025-12-31"),  # a Wednesday, a year later
        ("2002-05-01", "2005-12-31", "2006-01-02"),  # BGH III ZR 146/07: Saturday, action on Monday 2 January in time
        ("2019-08-20", "2022-12-31", "2023-01-02"),  # Saturday, New Year on Sunday: Monday
        ("2020-02-29", "2023-12-31", "2024-01-02"),  # Sunday, New Year on Monday: Tuesday
        ("2025-06-30", "2028-12-31", "2029-01-02"),  # Sunday again
    ],
)
def test_three_years_from_the_end_of_the_year(arisen, nominal, last):
    found = limitation(day(arisen), holiday=holiday)
    assert (found.nominal, found.on) == (day(nominal), day(last))
    assert found.kind is DeadlineKind.LIMITATION
    assert found.basis == Basis(Event.YEAR_END, date(day(arisen).year, 12, 31))
    assert found.source == "§§ 195, 199(1) BGB, § 193 BGB"


@pytest.mark.parametrize(
    ("arisen", "known", "last"),
    [
        ("2019-05-10", "2021-02-01", "2024-12-31"),  # the year of knowledge counts
        ("2019-05-10", "2019-05-01", "2022-12-31"),  # earlier knowledge does not
        ("2012-05-10", "2021-02-01", "2022-05-10"),  # ten years from arising (§ 199(4)), a Tuesday
        ("2014-12-31", "2021-06-01", "2024-12-31"),  # both ends fall together
    ],
)
def test_knowledge_delays_up_to_ten_years(arisen, known, last):
    assert limitation(day(arisen), known_on=day(known), holiday=holiday).nominal == day(last)


@pytest.mark.parametrize(
    ("arisen", "acknowledged", "last"),
    [
        ("2021-03-15", ["2023-05-15"], "2026-05-15"),  # three years from that day, not from its year's end; a Friday
        ("2007-06-01", ["2007-09-21"], "2010-12-31"),  # BGH VIII ZR 344/12: limitation had not begun
        ("2021-03-15", ["2021-12-31"], "2024-12-31"),  # nor on the last day of that year
        ("2021-03-15", ["2022-01-01"], "2025-01-01"),  # on the first day it has; nominal, a holiday
        ("2021-03-15", ["2024-12-31"], "2027-12-31"),  # on its last day, a Friday later
        ("2021-03-15", ["2025-01-02"], "2024-12-31"),  # too late
        ("2021-03-15", ["2024-02-29"], "2027-02-28"),  # no 29 February in 2027 (§ 188(3))
        ("2021-03-15", ["2022-06-01", "2024-08-20"], "2027-08-20"),  # the last one counts
        ("2021-03-15", ["2024-08-20", "2022-06-01"], "2027-08-20"),  # in any order
        ("2019-03-15", ["2022-11-10", "2024-03-01"], "2027-03-01"),  # the second in time thanks to the first
        ("2019-03-15", ["2022-11-10", "2025-11-11"], "2025-11-10"),  # the second a day late
    ],
)
def test_acknowledgement_starts_the_three_years_anew(arisen, acknowledged, last):
    assert limitation(day(arisen), acknowledged_on=days(*acknowledged), holiday=holiday).nominal == day(last)


def test_acknowledgement_is_the_basis_and_the_weekend_moves_the_end():
    found = limitation(day("2021-03-15"), acknowledged_on=days("2024-02-29"), holiday=holiday)
    # 28 February 2027 is a Sunday
    assert found.on == day("2027-03-01")
    assert found.basis == Basis(Event.ACKNOWLEDGED, day("2024-02-29"))
    assert "212(1) no. 1" in found.source


@pytest.mark.parametrize(
    ("final", "enforced", "nominal", "last"),
    [
        ("2017-01-16", [], "2047-01-16", "2047-01-16"),  # sfg-europa.de: January 2017 to January 2047; a Wednesday
        ("2017-01-16", ["2019-03-12"], "2049-03-12", "2049-03-12"),  # the same page: March 2019 to March 2049
        ("2024-02-29", [], "2054-02-28", "2054-03-02"),  # a Saturday, Monday 2 March
        ("1995-06-01", ["2025-06-01"], "2055-06-01", "2055-06-01"),  # on the last day of the 30 years
        ("1995-06-01", ["2025-06-02"], "2025-06-01", "2025-06-02"),  # a day late; Sunday 1 June 2025, Monday
        ("2017-01-16", ["2016-12-01"], "2047-01-16", "2047-01-16"),  # before it was final
    ],
)
def test_title_lasts_thirty_years_from_its_last_enforcement(final, enforced, nominal, last):
    found = title_limitation(day(final), enforced_on=days(*enforced), holiday=holiday)
    assert (found.nominal, found.on) == (day(nominal), day(last))


@pytest.mark.parametrize(
    ("served", "last"),
    [
        ("2018-03-01", "2018-03-15"),  # Thursday to Thursday two weeks on (finanzfrage.net, answer on a yellow letter)
        ("2025-12-12", "2025-12-29"),  # 26 December is a holiday, then Saturday and Sunday
        ("2026-03-20", "2026-04-07"),  # Good Friday, weekend, Easter Monday: Tuesday
        ("2026-06-06", "2026-06-22"),  # served on a Saturday counts; Saturday the 20th, Monday
        ("2024-02-16", "2024-03-01"),  # over the leap day
    ],
)
def test_court_order_may_be_objected_to_for_two_weeks(served, last):
    found = order_objection(day(served), holiday)
    assert found.on == day(last)
    assert (found.kind, found.basis) == (DeadlineKind.ORDER_OBJECTION, Basis(Event.SERVED, day(served)))
    assert "694" in found.source


def test_enforcement_order_may_be_applied_for_when_the_objection_is_over():
    assert enforcement_application_from(day("2026-03-20"), holiday) == day("2026-04-08")


@pytest.mark.parametrize(
    ("served", "last"),
    [
        ("2025-01-15", "2025-07-15"),  # a Tuesday
        ("2025-08-31", "2026-03-02"),  # 28 February 2026 is a Saturday
        ("2024-08-29", "2025-02-28"),  # no 29 February in 2025; a Friday
        ("2025-04-03", "2025-10-06"),  # 3 October is a holiday, a Friday: Monday
        ("2025-06-30", "2025-12-30"),  # the number counts, not the end of the month
    ],
)
def test_enforcement_order_is_applied_for_within_six_months(served, last):
    found = enforcement_application(day(served), holiday)
    assert (found.on, found.kind) == (day(last), DeadlineKind.ENFORCEMENT_APPLICATION)
    assert "701" in found.source


@pytest.mark.parametrize(
    ("served", "last"),
    [
        ("2026-10-01", "2026-10-15"),  # a Thursday
        ("2026-09-19", "2026-10-05"),  # 3 October 2026 is a Saturday and a holiday: Monday
        ("2025-12-18", "2026-01-02"),  # New Year's Day: Friday
    ],
)
def test_enforcement_order_may_be_objected_to_for_two_weeks(served, last):
    found = enforcement_objection(day(served), holiday)
    assert (found.on, found.kind) == (day(last), DeadlineKind.ENFORCEMENT_OBJECTION)
    assert "339" in found.source


@pytest.mark.parametrize(
    ("given_on", "last"),
    [
        ("2024-03-10", "2026-03-10"),
        ("2024-02-29", "2026-02-28"),  # a Saturday, not moved: nothing has to be done by then
        ("2023-12-31", "2025-12-31"),
    ],
)
def test_asset_disclosure_blocks_a_new_one_for_two_years(given_on, last):
    found = asset_disclosure_block(day(given_on))
    assert (found.on, found.nominal, found.kind) == (day(last), day(last), DeadlineKind.ASSET_DISCLOSURE)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2015-12-30", 2, "2016-02-29"),  # BGH AnwZ (Brfg) 5/16
        ("2025-01-31", 1, "2025-02-28"),
        ("2025-12-31", 12, "2026-12-31"),
        ("2025-11-30", 1, "2025-12-30"),
    ],
)
def test_months_end_with_the_same_number(start, months, end):
    assert add_months(day(start), months) == day(end)


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_period_never_ends_on_a_day_off(start):
    found = next_working_day(start, holiday)
    assert start <= found <= date.fromordinal(start.toordinal() + 5)
    assert found.weekday() < 5
    assert not holiday(found)


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.lists(st.dates(date(2000, 1, 1), date(2045, 1, 1))))
def test_acknowledgements_never_shorten_limitation(arisen, acknowledged):
    without = limitation(arisen, holiday=holiday)
    assert limitation(arisen, acknowledged_on=acknowledged, holiday=holiday).on >= without.on
