"""Where a debtor may be: public holidays by Land, written down by hand for two years, and time zones."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from dialer.rules.places import SUBDIVISIONS, called_sites, caller_site, holiday_lookup

EVERYWHERE = {
    2026: {"01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26"},
    2027: {"01-01", "03-26", "03-29", "05-01", "05-06", "05-17", "10-03", "12-25", "12-26"},
}
CORPUS_CHRISTI = {2026: "06-04", 2027: "05-27"}
REPENTANCE = {2026: "11-18", 2027: "11-17"}
EASTER_AND_WHIT_SUNDAY = {2026: {"04-05", "05-24"}, 2027: {"03-28", "05-16"}}
EPIPHANY, WOMEN, PEACE, ASSUMPTION, CHILDREN = "01-06", "03-08", "08-08", "08-15", "09-20"
REFORMATION, ALL_SAINTS = "10-31", "11-01"


def by_land(year):
    """Public holidays beyond those of the whole country; for BY, SN, TH those of Catholic communities included."""
    corpus, repentance = CORPUS_CHRISTI[year], REPENTANCE[year]
    return {
        "BW": {EPIPHANY, corpus, ALL_SAINTS},
        "BY": {EPIPHANY, corpus, ASSUMPTION, ALL_SAINTS},
        "BE": {WOMEN},
        "BB": {*EASTER_AND_WHIT_SUNDAY[year], REFORMATION},
        "HB": {REFORMATION},
        "HH": {REFORMATION},
        "HE": {corpus},
        "MV": {WOMEN, REFORMATION},
        "NI": {REFORMATION},
        "NW": {corpus, ALL_SAINTS},
        "RP": {corpus, ALL_SAINTS},
        "SL": {corpus, ASSUMPTION, ALL_SAINTS},
        "SN": {corpus, REFORMATION, repentance},
        "ST": {EPIPHANY, REFORMATION},
        "SH": {REFORMATION},
        "TH": {corpus, CHILDREN, REFORMATION},
    }


def days_of(name_of, year):
    first = date(year, 1, 1)
    year_days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return {f"{day:%m-%d}" for day in year_days if name_of(day) is not None}


def holidays_of(land, year, *, city="Musterstadt", catholic=None):
    return days_of(holiday_lookup(subdivision=land, city=city, catholic=catholic), year)


def test_there_are_sixteen_laender():
    assert set(SUBDIVISIONS) == set(by_land(2026))
    assert len(SUBDIVISIONS) == 16


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize("land", sorted(by_land(2026)))
def test_each_land_keeps_its_holidays(land, year):
    assert holidays_of(land, year) == EVERYWHERE[year] | by_land(year)[land]


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize("land", [None, "", "XX", "by", "Bayern", "Augsburg", "BYP"])
def test_unknown_land_keeps_the_holidays_of_all_sixteen(land, year):
    union = EVERYWHERE[year].union(*by_land(year).values())
    assert holidays_of(land, year) == union
    assert holidays_of(land, year, city=None) == union | {PEACE}


@pytest.mark.parametrize(
    ("land", "city", "kept"),
    [
        ("BY", "Augsburg", True),
        ("BY", " AUGSBURG ", True),
        ("BY", "München", False),
        ("BY", None, True),
        ("BY", "", True),
        (None, "Augsburg", True),
        ("BE", "Augsburg", False),
        ("BE", None, False),
    ],
)
def test_festival_of_peace_is_kept_in_augsburg_and_where_it_might_be(land, city, kept):
    assert (PEACE in holidays_of(land, 2026, city=city)) is kept


@pytest.mark.parametrize(
    ("land", "day", "catholic", "kept"),
    [
        ("BY", date(2026, 8, 15), None, True),
        ("BY", date(2026, 8, 15), True, True),
        ("BY", date(2026, 8, 15), False, False),
        ("BY", date(2025, 8, 15), None, True),  # a Friday, vector 4
        ("SL", date(2026, 8, 15), False, True),  # public there
        ("SN", date(2026, 6, 4), None, True),
        ("SN", date(2026, 6, 4), False, False),  # vector 5
        ("TH", date(2026, 6, 4), None, True),
        ("TH", date(2026, 6, 4), False, False),
        ("HE", date(2026, 6, 4), False, True),
        ("SN", date(2026, 11, 18), None, True),
        ("BY", date(2026, 11, 18), None, False),
    ],
)
def test_catholic_days_count_where_it_is_not_known_that_they_do_not(land, day, catholic, kept):
    assert (holiday_lookup(subdivision=land, city="Musterstadt", catholic=catholic)(day) is not None) is kept


@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 12, 31), date(2027, 12, 24), date(2027, 12, 31)])
def test_christmas_eve_and_new_years_eve_are_not_public_holidays(day):
    assert holiday_lookup(subdivision=None, city=None, catholic=None)(day) is None


def test_single_holidays_of_berlin():
    name_of = holiday_lookup(subdivision="BE", city="Berlin", catholic=None)
    assert name_of(date(2025, 5, 8)) is not None
    assert name_of(date(2028, 6, 17)) is not None
    assert name_of(date(2026, 5, 8)) is None


def test_holiday_has_its_german_name():
    name_of = holiday_lookup(subdivision="BY", city=None, catholic=None)
    assert name_of(date(2026, 1, 6)) == "Heilige Drei Könige"


# --- places ----------------------------------------------------------------------------------------------------------


def sites(**changes):
    usual = {"country": "DE", "subdivision": "BE", "city": None, "timezone": None}
    return called_sites(**usual | changes)


def test_german_debtor_is_in_berlins_zone():
    (place,) = sites()
    assert place.zone == ZoneInfo("Europe/Berlin")
    assert place.holiday(date(2026, 3, 8)) is not None
    assert place.holiday(date(2026, 1, 6)) is None


def test_zone_in_the_file_is_kept_beside_the_usual_one():
    assert [p.zone.key for p in sites(timezone="Atlantic/Canary")] == ["Europe/Berlin", "Atlantic/Canary"]
    assert [p.zone.key for p in sites(timezone="Europe/Berlin")] == ["Europe/Berlin"]


@pytest.mark.parametrize("country", ["AT", "US", "", "de", "D"])
def test_country_without_a_pack_has_no_place(country):
    assert sites(country=country) == ()


def test_operator_knows_his_own_community():
    catholic = caller_site(subdivision="BY", city="Altötting", catholic=True, timezone="Europe/Berlin")
    other = caller_site(subdivision="BY", city="Coburg", catholic=False, timezone="Europe/Berlin")
    assert catholic.holiday(date(2026, 8, 15)) is not None
    assert other.holiday(date(2026, 8, 15)) is None
    assert other.holiday(date(2026, 1, 6)) is not None
    assert catholic.zone.key == "Europe/Berlin"
