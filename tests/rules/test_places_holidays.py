"""Public holidays written down by hand for two years: every Land, Austria, every canton, Britain, the United States."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dialer.rules.places import SUBDIVISIONS, SUBDIVISIONS_BY_COUNTRY, TESTED_UNTIL_YEAR
from dialer.rules.places_calendars import Calendar, Part, calendar

YEARS = (2026, 2027)

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


def german(land, *, city="Musterstadt", postal_code=None, catholic=None):
    lands = frozenset({land}) if land else None
    return calendar("DE", lands, city=city, postal_code=postal_code, catholic=catholic)


def test_there_are_sixteen_laender():
    assert set(SUBDIVISIONS) == set(by_land(2026))
    assert len(SUBDIVISIONS) == 16


def test_tested_years_are_those_written_down_here():
    assert max(YEARS) == TESTED_UNTIL_YEAR


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("land", sorted(by_land(2026)))
def test_each_land_keeps_its_holidays(land, year):
    assert days_of(german(land), year) == EVERYWHERE[year] | by_land(year)[land]


@pytest.mark.parametrize("year", YEARS)
def test_unknown_land_keeps_the_holidays_of_all_sixteen(year):
    union = EVERYWHERE[year].union(*by_land(year).values())
    assert days_of(german(None), year) == union
    assert days_of(german(None, city=None), year) == union | {PEACE}


def test_two_laender_keep_the_holidays_of_both():
    both = calendar("DE", frozenset({"HH", "SH", "BW"}), city="Musterstadt")
    assert days_of(both, 2026) == EVERYWHERE[2026] | by_land(2026)["HH"] | by_land(2026)["BW"]


@pytest.mark.parametrize(
    ("land", "city", "postal_code", "catholic", "kept"),
    [
        ("BY", "Augsburg", None, None, True),
        ("BY", " AUGSBURG ", None, None, True),
        ("BY", "Augsburg", None, False, True),
        ("BY", "München", None, None, False),
        ("BY", None, None, None, True),
        ("BY", "", "", None, True),
        ("BY", None, None, False, False),  # Augsburg is a Catholic municipality
        ("BY", None, "86150", None, True),
        ("BY", None, "D-86199", None, True),
        ("BY", None, "80331", None, False),
        ("BY", None, "00000", None, True),
        ("BY", "", "München", None, True),
        (None, "Augsburg", None, None, True),
        ("BE", "Augsburg", None, None, False),
        ("BE", None, None, None, False),
    ],
)
def test_festival_of_peace_is_kept_in_augsburg_and_where_it_might_be(land, city, postal_code, catholic, kept):
    name_of = german(land, city=city, postal_code=postal_code, catholic=catholic)
    assert (name_of(date(2026, 8, 8)) is not None) is kept


@pytest.mark.parametrize(
    ("land", "day", "catholic", "kept"),
    [
        ("BY", date(2026, 8, 15), None, True),
        ("BY", date(2026, 8, 15), True, True),
        ("BY", date(2026, 8, 15), False, False),
        ("BY", date(2025, 8, 15), None, True),  # a Friday
        ("SL", date(2026, 8, 15), False, True),  # public there
        ("SN", date(2026, 6, 4), None, True),
        ("SN", date(2026, 6, 4), False, False),
        ("TH", date(2026, 6, 4), None, True),
        ("TH", date(2026, 6, 4), False, False),
        ("HE", date(2026, 6, 4), False, True),
        ("SN", date(2026, 11, 18), None, True),
        ("BY", date(2026, 11, 18), None, False),
    ],
)
def test_catholic_days_count_where_it_is_not_known_that_they_do_not(land, day, catholic, kept):
    assert (german(land, catholic=catholic)(day) is not None) is kept


@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 12, 31), date(2027, 12, 24), date(2027, 12, 31)])
def test_christmas_eve_and_new_years_eve_are_no_german_holidays(day):
    assert german(None, city=None)(day) is None


def test_single_holidays_of_berlin():
    name_of = german("BE")
    assert name_of(date(2025, 5, 8)) is not None
    assert name_of(date(2028, 6, 17)) is not None
    assert name_of(date(2026, 5, 8)) is None


# --- Austria: thirteen days, the same in all nine Länder (Arbeitsruhegesetz, section 7) -------------------------------

AUSTRIA = {
    2026: "01-01 01-06 04-06 05-01 05-14 05-25 06-04 08-15 10-26 11-01 12-08 12-25 12-26",
    2027: "01-01 01-06 03-29 05-01 05-06 05-17 05-27 08-15 10-26 11-01 12-08 12-25 12-26",
}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("land", [*"123456789", None])
def test_austria(land, year):
    assert days_of(calendar("AT", frozenset({land}) if land else None), year) == set(AUSTRIA[year].split())


# --- Switzerland: the national day, Ascension, Christmas, New Year, and what each canton keeps ------------------------

SWISS_MOVABLE = {  # good friday, easter monday, ascension, whit monday, corpus christi
    2026: {"gf": "04-03", "em": "04-06", "as": "05-14", "wm": "05-25", "cc": "06-04"},
    2027: {"gf": "03-26", "em": "03-29", "as": "05-06", "wm": "05-17", "cc": "05-27"},
}
CANTONS = {
    "AG": "01-02 gf em 05-01 wm cc 08-15 11-01 12-08 12-26",
    "AI": "gf em wm cc 08-15 11-01 12-08",
    "AR": "gf em wm",
    "BE": "01-02 gf em wm 12-26",
    "BL": "gf em 05-01 wm 12-26",
    "BS": "gf em 05-01 wm 12-26",
    "FR": "01-02 gf em wm 12-26",
    "GE": "gf em wm 12-31",
    "GL": "01-02 gf em wm 11-01 12-26",
    "GR": "gf em wm 12-26",
    "JU": "01-02 gf em 05-01 wm cc 06-23 08-15 11-01",
    "LU": "01-02 gf em wm cc 08-15 11-01 12-08 12-26",
    "NE": "03-01 gf 05-01 cc",
    "NW": "01-02 03-19 gf em wm cc 08-15 11-01 12-08 12-26",
    "OW": "01-02 gf em wm cc 08-15 09-25 11-01 12-08 12-26",
    "SG": "01-02 gf em wm 11-01 12-26",
    "SH": "01-02 gf em 05-01 wm 12-26",
    "SO": "01-02 gf 05-01",
    "SZ": "01-06 03-19 gf em wm cc 08-15 11-01 12-08 12-26",
    "TG": "01-02 gf em 05-01 wm 12-26",
    "TI": "01-06 03-19 em 05-01 wm cc 06-29 08-15 11-01 12-08 12-26",
    "UR": "01-06 03-19 gf em wm cc 08-15 11-01 12-08",
    "VD": "01-02 gf em wm",
    "VS": "01-02 03-19 em wm cc 08-15 11-01 12-08 12-26",
    "ZG": "01-02 gf em wm cc 08-15 11-01 12-08 12-26",
    "ZH": "gf em 05-01 wm 12-26",
}
ONCE = {  # days that move by a rule of their own; Saint Stephen's where it depends on the weekday of Christmas
    2026: {"GE": {"09-10"}, "GL": {"04-09"}, "VD": {"09-21"}, "ZH": {"04-05", "05-24", "09-20"}},
    2027: {
        "AI": {"12-26"},
        "AR": {"12-26"},
        "GE": {"09-09"},
        "GL": {"04-01"},
        "UR": {"12-26"},
        "VD": {"09-20"},
        "ZH": {"03-28", "05-16", "09-19"},
    },
}


def swiss(canton, year):
    movable = SWISS_MOVABLE[year]
    kept = {movable.get(day, day) for day in CANTONS[canton].split()}
    return kept | {"01-01", movable["as"], "08-01", "12-25"} | ONCE[year].get(canton, set())


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("canton", sorted(CANTONS))
def test_each_canton_keeps_its_holidays(canton, year):
    assert days_of(calendar("CH", frozenset({canton}), city="Dorf"), year) == swiss(canton, year)


@pytest.mark.parametrize("year", YEARS)
def test_unknown_canton_keeps_the_holidays_of_all(year):
    assert set(CANTONS) == set(SUBDIVISIONS_BY_COUNTRY["CH"])
    assert days_of(calendar("CH", None, city="Dorf"), year) == set().union(*(swiss(c, year) for c in CANTONS))


# --- Britain (the government's list of bank holidays; days on a weekend count beside their substitutes) ---------------

BRITAIN = {
    ("ENG", 2026): "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28",
    ("ENG", 2027): "01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27 12-28",
    ("SCT", 2026): "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-26 12-28",
    ("SCT", 2027): "01-01 01-02 01-04 03-26 05-03 05-31 08-02 11-30 12-25 12-26 12-27 12-28",
    ("NIR", 2026): "01-01 03-17 04-03 04-06 05-04 05-25 07-12 07-13 08-31 12-25 12-26 12-28",
    ("NIR", 2027): "01-01 03-17 03-26 03-29 05-03 05-31 07-12 08-30 12-25 12-26 12-27 12-28",
}


@pytest.mark.parametrize(("nation", "year"), sorted(BRITAIN))
def test_britain(nation, year):
    kept = set(BRITAIN[nation, year].split())
    assert days_of(calendar("GB", frozenset({nation})), year) == kept
    if nation == "ENG":
        assert days_of(calendar("GB", frozenset({"WLS"})), year) == kept


@pytest.mark.parametrize("year", YEARS)
def test_unknown_nation_keeps_the_holidays_of_all_four(year):
    union = set().union(*(days.split() for (_, y), days in BRITAIN.items() if y == year))
    assert days_of(calendar("GB", None), year) == union


# --- United States: federal days and the weekdays on which they are observed ------------------------------------------

AMERICA = {
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31",
}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("state", ["NY", "CA", None])
def test_united_states_keep_federal_days(state, year):
    assert days_of(calendar("US", frozenset({state}) if state else None), year) == set(AMERICA[year].split())


# --- names and objects ------------------------------------------------------------------------------------------------


def test_holidays_have_names_of_their_country():
    assert german("BY")(date(2026, 1, 6)) == "Heilige Drei Könige"
    assert calendar("AT", None)(date(2026, 10, 26)) == "Nationalfeiertag"
    assert calendar("CH", None)(date(2026, 8, 1)) == "Nationalfeiertag"
    assert calendar("GB", None)(date(2026, 4, 3)) == "Good Friday"
    assert calendar("US", None)(date(2026, 11, 26)) == "Thanksgiving Day"


def test_same_places_share_one_calendar():
    assert german("BY") is german("BY", city="München")
    assert german("BY") is not german("BY", catholic=False)
    assert len({german("BY"), german("BY"), german("BE")}) == 2


def test_year_is_worked_out_once(monkeypatch):
    asked = []
    work_out = Calendar._names_of  # noqa: SLF001 - what is counted
    monkeypatch.setattr(Calendar, "_names_of", lambda self, year: asked.append(year) or work_out(self, year))
    name_of = Calendar("DE", (Part("BE", ("public",)),))
    for day in (date(2026, 3, 8), date(2027, 3, 8), date(2026, 3, 9)):
        name_of(day)
    assert asked == [2026, 2027]
