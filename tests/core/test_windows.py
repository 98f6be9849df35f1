"""The called party's clock: half-open spans, clock changes, several zones at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.core.windows import (
    NEVER,
    WHOLE_DAY,
    Span,
    WeeklyWindow,
    clock_change,
    is_open,
    next_open,
    open_until,
    parse_span,
    parse_spans,
    parse_week,
    start_of_day,
)

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
BEIRUT = ZoneInfo("Asia/Beirut")  # its clock jumps from midnight to one, and goes back from midnight to eleven
SANTIAGO = ZoneInfo("America/Santiago")  # the same in the south
HAVANA = ZoneInfo("America/Havana")  # its clock goes back from one to midnight
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # half an hour
NEW_YORK = ZoneInfo("America/New_York")
NUUK = ZoneInfo("America/Nuuk")
APIA = ZoneInfo("Pacific/Apia")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def berlin(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def every_day(*spans):
    return lambda _day: tuple(parse_span(s) for s in spans)


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("08:00-20:00", 480, 1200),
        ("8:00-9:05", 480, 545),
        (" 08:00 - 20:00 ", 480, 1200),
        ("00:00-24:00", 0, 1440),
        ("23:59-24:00", 1439, 1440),
    ],
)
def test_span_is_read(text, start, end):
    assert parse_span(text) == Span(start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "08:00",
        "08:00-",
        "8-20",
        "08:00-20:00-21:00",
        "08:0-20:00",
        "08:60-20:00",
        "08:-1-20:00",
        "20:00-08:00",
        "08:00-08:00",
        "08:00-24:01",
        "08:00-25:00",
        "-1:00-08:00",
        "acht-zwanzig",
        "08:00:00-20:00:00",
        "08.00-20.00",
    ],
)
def test_what_is_no_span_is_refused_by_name(text):
    with pytest.raises(ValueError, match="is not a time span like") as error:
        parse_span(text)
    assert f'"{text}"' in str(error.value)


@pytest.mark.parametrize(("start", "end"), [(-1, 60), (60, 60), (61, 60), (0, 1441)])
def test_span_outside_one_day_cannot_be_made(start, end):
    with pytest.raises(ValueError, match="within one day"):
        Span(start, end)


def test_minutes_beyond_the_hour_are_refused_by_name():
    with pytest.raises(ValueError, match=r": minutes are two digits from 00 to 59$"):
        parse_span("08:60-20:00")


def test_span_reads_back_as_it_is_written():
    assert str(parse_span("8:05-24:00")) == "08:05-24:00"


# --- the edges, to the microsecond -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "opened"),
    [
        ("2026-11-24T07:59:59.999999", False),
        ("2026-11-24T08:00:00", True),
        ("2026-11-24T08:00:00.000001", True),
        ("2026-11-24T19:59:59.999999", True),
        ("2026-11-24T20:00:00", False),
        ("2026-11-24T20:00:00.000001", False),
    ],
)
def test_start_belongs_to_the_span_and_end_does_not(local, opened):
    schedule = ((BERLIN, every_day("08:00-20:00")),)
    instant = berlin(local)
    assert is_open(schedule, instant) is opened
    assert (next_open(schedule, instant) == instant) is opened


def test_span_to_midnight_closes_at_midnight():
    schedule = ((BERLIN, every_day("18:00-24:00")),)
    assert is_open(schedule, berlin("2026-11-24T23:59:59.999999"))
    assert not is_open(schedule, berlin("2026-11-25T00:00:00"))
    assert open_until(schedule, berlin("2026-11-24T23:00:00")) == utc("2026-11-24T23:00:00")


def test_span_to_midnight_joins_one_from_midnight():
    schedule = ((BERLIN, every_day("00:00-06:00", "18:00-24:00")),)
    assert open_until(schedule, berlin("2026-11-24T23:00:00")) == utc("2026-11-25T05:00:00")


def test_two_spans_a_day_leave_the_noon_free():
    schedule = ((BERLIN, every_day("09:00-12:00", "14:00-17:00")),)
    assert next_open(schedule, berlin("2026-11-24T12:00:00")) == utc("2026-11-24T13:00:00")
    assert open_until(schedule, berlin("2026-11-24T11:59:59")) == utc("2026-11-24T11:00:00")


def test_weekly_window_knows_its_days():
    weekdays = tuple((Span(60 * n, 60 * n + 60),) for n in range(7))
    window = WeeklyWindow(weekdays)
    assert window(date(2026, 11, 23)) == (Span(0, 60),)  # Monday
    assert window(date(2026, 11, 29)) == (Span(360, 420),)  # Sunday


def test_window_that_never_opens_has_no_next_opening():
    assert next_open(((BERLIN, lambda _day: NEVER),), utc("2026-11-24T10:00:00")) is None


def test_window_that_never_closes_has_no_closing():
    assert open_until(((BERLIN, lambda _day: WHOLE_DAY),), utc("2026-11-24T10:00:00")) is None


def test_horizon_bounds_the_search():
    def from_december(day):
        return WHOLE_DAY if day >= date(2026, 12, 1) else NEVER

    schedule = ((BERLIN, from_december),)
    assert next_open(schedule, utc("2026-11-24T10:00:00"), horizon_days=3) is None
    assert next_open(schedule, utc("2026-11-24T10:00:00"), horizon_days=10) == utc("2026-11-30T23:00:00")


def on(*days):
    """Open all day on these dates alone."""
    return lambda day: WHOLE_DAY if day.isoformat() in days else NEVER


def test_horizon_is_sixty_days_and_its_last_instant_counts():
    noon = utc("2026-11-24T12:00:00")
    sixty = ((ZoneInfo("UTC"), lambda day: (Span(720, 780),) if day == date(2027, 1, 23) else NEVER),)
    assert next_open(sixty, noon) == utc("2027-01-23T12:00:00")
    assert next_open(sixty, noon - timedelta(microseconds=1)) is None
    assert next_open(((ZoneInfo("UTC"), on("2027-01-24")),), noon) is None
    closes = ((ZoneInfo("UTC"), lambda day: WHOLE_DAY if day < date(2027, 1, 23) else NEVER),)
    assert open_until(closes, utc("2026-11-24T00:00:00")) == utc("2027-01-23T00:00:00")
    assert open_until(closes, utc("2026-11-23T23:59:59.999999")) is None


@pytest.mark.parametrize(
    ("zone", "after", "opens"),
    [(KOLKATA, "2026-11-24T20:00:00", "2026-11-25T18:30:00"), (APIA, "2026-11-24T12:00:00", "2026-11-25T11:00:00")],
)
def test_horizon_ends_on_the_local_day(zone, after, opens):
    """The next day has begun in the east already."""
    assert next_open(((zone, on("2026-11-26")),), utc(after), horizon_days=1) == utc(opens)


def test_evening_in_the_west_belongs_to_the_local_day():
    """At 21 o'clock in New York the next day has begun in Greenwich."""
    schedule = ((NEW_YORK, on("2026-11-24")),)
    assert next_open(schedule, utc("2026-11-25T02:00:00")) == utc("2026-11-25T02:00:00")
    assert open_until(schedule, utc("2026-11-25T02:00:00")) == utc("2026-11-25T05:00:00")


def test_day_that_the_calendar_skipped_interrupts_nothing():
    """Samoa went from 29 to 31 December 2011."""
    schedule = ((APIA, lambda day: WHOLE_DAY if day <= date(2012, 1, 1) else NEVER),)
    assert open_until(schedule, utc("2011-12-29T20:00:00")) == utc("2012-01-01T10:00:00")


def test_without_schedules_it_is_always_open():
    assert next_open((), utc("2026-11-24T10:00:00")) == utc("2026-11-24T10:00:00")
    assert open_until((), utc("2026-11-24T10:00:00")) is None


def test_answer_is_in_utc_whatever_zone_was_asked():
    found = next_open(((BERLIN, every_day("08:00-20:00")),), berlin("2026-11-24T09:00:00"))
    assert found is not None
    assert found.tzinfo is UTC


# --- several zones ---------------------------------------------------------------------------------------------------


def test_office_in_berlin_and_debtor_in_kolkata_share_the_morning():
    hours = every_day("08:00-20:00")
    both = ((BERLIN, hours), (KOLKATA, hours))
    assert next_open(both, utc("2026-11-24T00:00:00")) == utc("2026-11-24T07:00:00")  # 08:00 Berlin, 12:30 Kolkata
    assert open_until(both, utc("2026-11-24T07:00:00")) == utc("2026-11-24T14:30:00")  # 15:30 Berlin, 20:00 Kolkata


def test_zones_half_a_world_apart_may_never_be_open_together():
    hours = every_day("09:00-17:00")
    assert next_open(((NEW_YORK, hours), (KOLKATA, hours)), utc("2026-11-24T00:00:00")) is None


# --- the days on which the clock jumps -------------------------------------------------------------------------------


def test_skipped_hour_of_spring_opens_when_the_clock_has_jumped():
    schedule = ((BERLIN, every_day("02:30-04:00")),)
    assert next_open(schedule, utc("2026-03-29T00:00:00")) == utc("2026-03-29T01:00:00")  # 02:00 becomes 03:00
    assert open_until(schedule, utc("2026-03-29T01:00:00")) == utc("2026-03-29T02:00:00")


def test_span_inside_the_skipped_hour_does_not_happen():
    schedule = ((BERLIN, every_day("02:15-02:45")),)
    assert next_open(schedule, utc("2026-03-29T00:00:00")) == utc("2026-03-30T00:15:00")


def test_span_that_is_the_skipped_hour_does_not_happen():
    schedule = ((BERLIN, every_day("02:00-03:00")),)
    assert next_open(schedule, utc("2026-03-29T00:00:00")) == utc("2026-03-30T00:00:00")


def test_repeated_hour_of_autumn_opens_twice():
    schedule = ((BERLIN, every_day("02:15-02:45")),)
    assert next_open(schedule, utc("2026-10-25T00:00:00")) == utc("2026-10-25T00:15:00")
    assert open_until(schedule, utc("2026-10-25T00:15:00")) == utc("2026-10-25T00:45:00")
    assert next_open(schedule, utc("2026-10-25T00:45:00")) == utc("2026-10-25T01:15:00")


def test_span_may_reopen_when_the_clock_goes_back():
    schedule = ((BERLIN, every_day("02:00-02:30")),)
    assert next_open(schedule, utc("2026-10-25T00:40:00")) == utc("2026-10-25T01:00:00")


def test_first_of_two_midnights_in_havana_is_not_missed():
    schedule = ((HAVANA, every_day("00:30-00:50")),)
    assert next_open(schedule, utc("2026-11-01T03:00:00")) == utc("2026-11-01T04:30:00")


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        pytest.param(BERLIN, date(2026, 11, 24), "2026-11-23T23:00:00", id="winter"),
        pytest.param(BERLIN, date(2026, 3, 29), "2026-03-28T23:00:00", id="spring"),
        pytest.param(BERLIN, date(2026, 10, 25), "2026-10-24T22:00:00", id="autumn"),
        pytest.param(BEIRUT, date(2026, 3, 29), "2026-03-28T22:00:00", id="midnight is skipped"),
        pytest.param(SANTIAGO, date(2026, 9, 6), "2026-09-06T04:00:00", id="midnight is skipped in the south"),
        pytest.param(HAVANA, date(2026, 11, 1), "2026-11-01T04:00:00", id="midnight comes twice"),
        pytest.param(ZoneInfo("America/Toronto"), date(1919, 3, 31), "1919-03-31T04:30:00", id="23:30 to 00:30"),
        pytest.param(APIA, date(2011, 12, 30), "2011-12-30T10:00:00", id="the day is skipped"),
    ],
)
def test_day_begins_when_its_first_minute_shows(zone, day, begins):
    assert start_of_day(zone, day) == utc(begins)


@pytest.mark.parametrize(
    ("zone", "day", "at"),
    [
        (BERLIN, date(2026, 3, 29), "2026-03-29T01:00:00"),
        (BERLIN, date(2026, 10, 25), "2026-10-25T01:00:00"),
        (BERLIN, date(2026, 11, 24), None),
        (BERLIN, date(2026, 3, 28), None),
        (BERLIN, date(2026, 3, 30), None),
        (LORD_HOWE, date(2026, 4, 4), None),
        (LORD_HOWE, date(2026, 4, 5), "2026-04-04T15:00:00"),
        (LORD_HOWE, date(2026, 4, 6), None),
        (BEIRUT, date(2026, 3, 28), "2026-03-28T22:00:00"),
    ],
)
def test_clock_change_is_found_to_the_second(zone, day, at):
    assert clock_change(zone, day) == (utc(at) if at else None)


# --- against a clock on the wall, minute by minute -------------------------------------------------------------------

ZONES = [BERLIN, NEW_YORK, KOLKATA, LORD_HOWE, SANTIAGO, BEIRUT, HAVANA, NUUK]
CHANGES = [
    utc(text)
    for text in (
        "2026-03-29T01:00:00",  # Berlin and Nuuk, spring
        "2026-10-25T01:00:00",  # Berlin and Nuuk, autumn
        "2026-03-08T07:00:00",  # New York
        "2026-11-01T06:00:00",
        "2026-04-04T15:00:00",  # Lord Howe
        "2026-10-03T15:30:00",
        "2026-04-05T03:00:00",  # Santiago
        "2026-09-06T04:00:00",
        "2026-03-28T22:00:00",  # Beirut
        "2026-10-24T21:00:00",
        "2026-03-08T05:00:00",  # Havana
        "2026-11-01T05:00:00",
        "2026-12-31T23:00:00",  # no change, a new year
    )
]
BRUTE_HOURS = 54

minutes = st.integers(0, 1439) | st.sampled_from([0, 30, 60, 90, 120, 150, 180, 1380, 1410, 1439])


@st.composite
def spans(draw):
    start = draw(minutes)
    return Span(start, draw(st.integers(start + 1, 1440)))


weekly = st.lists(st.lists(spans(), max_size=2).map(tuple), min_size=7, max_size=7).map(
    lambda days: WeeklyWindow(tuple(days))
)
schedules = st.lists(st.tuples(st.sampled_from(ZONES), weekly), min_size=1, max_size=3)


@st.composite
def instants(draw):
    near = draw(st.sampled_from(CHANGES))
    return near + timedelta(
        minutes=draw(st.integers(-2000, 1000)), microseconds=draw(st.sampled_from([0, 1, 59999999]))
    )


def shown_open(schedule, instant):
    """What a person reading clocks on the wall would say."""
    for zone, window in schedule:
        wall = instant.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        if not any(s.start <= minute < s.end for s in window.days[wall.weekday()]):
            return False
    return True


def first_by_brute_force(schedule, after, *, wanted):
    """The instant itself or the first whole minute after it with the wanted answer; offsets are whole minutes."""
    if shown_open(schedule, after) is wanted:
        return after
    minute = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for _ in range(BRUTE_HOURS * 60):
        if shown_open(schedule, minute) is wanted:
            return minute
        minute += timedelta(minutes=1)
    return None


def agrees(found, brute, after):
    if brute is not None:
        return found == brute
    return found is None or found > after + timedelta(hours=BRUTE_HOURS)


@settings(max_examples=120)
@given(schedules, instants())
def test_next_opening_is_the_first_open_minute(schedule, after):
    found = next_open(schedule, after, horizon_days=10)
    assert agrees(found, first_by_brute_force(schedule, after, wanted=True), after)


@settings(max_examples=120)
@given(schedules, instants())
def test_closing_is_the_first_closed_minute(schedule, after):
    found = open_until(schedule, after, horizon_days=10)
    assert agrees(found, first_by_brute_force(schedule, after, wanted=False), after)


@settings(max_examples=200)
@given(schedules, instants())
def test_open_is_what_the_clocks_show(schedule, instant):
    assert is_open(schedule, instant) is shown_open(schedule, instant)


@given(st.sampled_from(ZONES), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_day_begins_with_no_earlier_minute_of_it(zone, day):
    begins = start_of_day(zone, day)
    assert begins.astimezone(zone).date() == day
    assert (begins - timedelta(microseconds=1)).astimezone(zone).date() < day


# --- a week in the configuration -------------------------------------------------------------------------------------

OFFICE, MORNING = (Span(540, 1020),), (Span(540, 720),)


@pytest.mark.parametrize(
    ("table", "days"),
    [
        ({}, (WHOLE_DAY,) * 7),
        ({"mon-sun": ["09:00-17:00"]}, (OFFICE,) * 7),
        ({"mon": ["09:00-17:00"]}, (OFFICE, *(WHOLE_DAY,) * 6)),
        ({"sun": []}, (*(WHOLE_DAY,) * 6, NEVER)),
        (
            {"sat-sun": [], "tue-thu": ["09:00-12:00"]},
            (WHOLE_DAY, MORNING, MORNING, MORNING, WHOLE_DAY, NEVER, NEVER),
        ),
    ],
)
def test_week_is_read_day_by_day(table, days):
    assert parse_week(table, unnamed=WHOLE_DAY).days == days


def test_days_that_are_not_named_get_what_the_reader_says():
    assert parse_week({"fri": ["09:00-17:00"]}, unnamed=NEVER).days == (
        NEVER,
        NEVER,
        NEVER,
        NEVER,
        OFFICE,
        NEVER,
        NEVER,
    )


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"mon-fri": [], "fri": []}, "fri is given twice"),
        ({"montag": []}, '"montag" is not a day'),
        ({"mon-": []}, '"mon-" is not a day'),
        ({"-fri": []}, '"-fri" is not a day'),
        ({"fri-mon": []}, '"fri-mon" is not a day'),
        ({"mon-mon": []}, '"mon-mon" is not a day'),
        ({"mon-tue-wed": []}, '"mon-tue-wed" is not a day'),
        ({"": []}, '"" is not a day'),
        ({"mon": "09:00-17:00"}, "mon: not a list of time spans"),
        ({"mon": [9, 17]}, "mon: not a list of time spans"),
        ({"mon": ["09:00-12:00", 17]}, "mon: not a list of time spans"),
        ({"mon": ["09:00-12:00", "11:59-17:00"]}, "mon: spans overlap"),
        ({"mon": ["11:59-17:00", "09:00-12:00"]}, "mon: spans overlap"),
        ({"mon": ["nine to five"]}, '"nine to five" is not a time span'),
    ],
)
def test_what_is_no_week_is_refused_by_name(table, complaint):
    with pytest.raises(ValueError, match=f"^{complaint}"):
        parse_week(table, unnamed=NEVER)


def test_complaint_about_a_day_lists_the_days():
    with pytest.raises(ValueError, match=r"days are mon, tue, wed, thu, fri, sat, sun$"):
        parse_week({"x": []}, unnamed=NEVER)


def test_spans_of_a_day_are_read_in_order_and_may_touch():
    assert parse_spans("mon", ["14:00-17:00", "09:00-14:00"]) == (Span(540, 840), Span(840, 1020))
    assert parse_spans("mon", []) == NEVER


def test_window_answers_for_any_day_of_its_week():
    assert parse_week({"sat": ["09:00-12:00"]}, unnamed=NEVER)(date(2026, 11, 28)) == MORNING
