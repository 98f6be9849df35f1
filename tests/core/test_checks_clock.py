"""Rules about hour and day, one by one: at both ends of the line, by wish, where the place is unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.core.checks.clock import binds_at
from dialer.core.marks import parse_wish
from dialer.core.outcome import Channel
from dialer.core.permit import judge, schedules
from dialer.core.policy import (
    RINGING,
    End,
    Forbidden,
    Holidays,
    Hours,
    Law,
    Scope,
    UnknownPlace,
    Wishes,
    YearDays,
)
from dialer.core.windows import NEVER, WHOLE_DAY, Span, WeeklyWindow, is_open, parse_span, parse_week
from tests.core.stories import LAW, facts_about, in_berlin, law, pack, phone, rule, site

CALLER, BOTH = frozenset({End.CALLER}), frozenset(End)
NOON = "2026-11-24T12:00:00"  # a Tuesday


def week(**days):
    return parse_week({name.replace("_", "-"): spans for name, spans in days.items()}, unnamed=WHOLE_DAY)


OFFICE = Hours(week=week(mon_fri=["08:00-18:00"], sat=[]))


def at(now, *conditions, effect="DENY", **facts):
    rules = (rule(condition, effect, id=f"R{n}") for n, condition in enumerate(conditions, 1))
    return judge(facts_about(**facts), law(*rules), in_berlin(now))


# --- which end -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "ends"),
    [
        (Hours(week=week(sun=[])), {End.CALLED}),
        (Hours(week=week(sun=[]), ends=CALLER), {End.CALLER}),
        (Hours(week=week(sun=[]), ends=BOTH), {End.CALLED, End.CALLER}),
        (Holidays(ends=CALLER), {End.CALLER}),
        (Holidays(ends=BOTH), {End.CALLED, End.CALLER}),
        (YearDays(days={}), {End.CALLED}),
        (UnknownPlace(week=week(sun=[])), {End.CALLED}),
        (Wishes(), {End.CALLED}),
        (Forbidden(), set()),
    ],
)
def test_clock_rule_looks_at_its_ends(condition, ends):
    assert {end for end in End if binds_at(rule(condition), end)} == ends


SUNDAY_IN_KOLKATA = datetime(2026, 11, 28, 19, tzinfo=UTC)  # still Saturday in Berlin


MONDAY_IN_KOLKATA = datetime(2026, 11, 29, 18, 30, tzinfo=UTC)
MONDAY_IN_BERLIN = datetime(2026, 11, 29, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ends", "called", "caller", "until"),
    [
        ({End.CALLED}, "Asia/Kolkata", "Europe/Berlin", MONDAY_IN_KOLKATA),
        ({End.CALLED}, "Europe/Berlin", "Asia/Kolkata", None),
        ({End.CALLER}, "Asia/Kolkata", "Europe/Berlin", None),
        ({End.CALLER}, "Europe/Berlin", "Asia/Kolkata", MONDAY_IN_KOLKATA),
        (BOTH, "Asia/Kolkata", "Europe/Berlin", MONDAY_IN_BERLIN),
        (BOTH, "Europe/Berlin", "Asia/Kolkata", MONDAY_IN_BERLIN),
    ],
)
def test_sunday_is_kept_by_the_clock_of_its_end(ends, called, caller, until):
    sundays = law(rule(Hours(week=week(sun=[]), ends=frozenset(ends))))
    facts = facts_about(called=(site(called),), caller=site(caller))
    verdict = judge(facts, sundays, SUNDAY_IN_KOLKATA)
    assert verdict.not_before == until
    assert [d.detail for d in verdict.denials] == (["Asia/Kolkata"] if until else [])


def test_law_of_the_callers_country_keeps_his_days_whoever_is_called():
    """A collector in Berlin rings New York on a Sunday and on a German holiday: forbidden at home."""
    american = {
        "country": "US",
        "called": (site("America/New_York"),),
        "places": frozenset({"CT"}),
        "caller_id": "+12125550123",
        "phone": phone("+12035550123"),
        "caller": site(holidays=["2026-11-24"]),
    }
    noon_there = datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert judge(facts_about(**american), LAW, noon_there).rules == ("DE-T5",)
    assert judge(facts_about(**american), LAW, noon_there + timedelta(days=5)).rules == ("DE-T4",)
    assert judge(facts_about(**american, caller_country="US"), LAW, noon_there).rules == ()
    assert judge(facts_about(**american, caller_country="FR"), LAW, noon_there).rules == ()


def test_law_of_the_called_country_may_speak_of_the_callers_days():
    at_ours = rule(Hours(week=week(tue=[]), ends=CALLER))
    both = Law(packs=(pack(at_ours, country="FR", name="fr"), pack(name="de")))
    assert judge(facts_about(country="FR"), both, in_berlin(NOON)).rules == ("R",)
    assert judge(facts_about(country="FR", caller_country="AT"), both, in_berlin(NOON)).rules == ("R",)
    assert judge(facts_about(caller_country="FR"), both, in_berlin(NOON)).rules == ("R",)
    assert judge(facts_about(), both, in_berlin(NOON)).rules == ()


def test_packs_that_kept_the_callers_days_are_named():
    facts = facts_about(country="US", called=(site("America/New_York"),))
    names = {"common 2026.11", "us 2026.11", "de 2026.11"}
    assert set(judge(facts, LAW, in_berlin(NOON)).packs) == names
    assert set(judge(replace(facts, caller_country="US"), LAW, in_berlin(NOON)).packs) == names - {"de 2026.11"}
    assert judge(facts_about(), LAW, in_berlin(NOON)).packs == ("common 2026.11", "de 2026.11")


def test_rule_for_the_caller_binds_only_what_its_scope_covers():
    letters = rule(Hours(week=week(tue=[]), ends=CALLER), scope=Scope(channels=frozenset({Channel.LETTER})))
    warns = rule(Hours(week=week(tue=[]), ends=CALLER), "WARN")
    assert judge(facts_about(), law(letters, warns), in_berlin(NOON)).allowed
    assert not judge(facts_about(channel=Channel.LETTER), law(letters), in_berlin(NOON)).allowed


# --- days of the year and holidays -----------------------------------------------------------------------------------


def test_day_of_the_year_has_its_own_hours():
    quiet = YearDays(days={(12, 24): (parse_span("08:00-14:00"),), (12, 26): NEVER})
    assert at("2026-12-24T13:59:59", quiet).allowed
    assert at("2026-12-24T14:00:00", quiet).not_before == in_berlin("2026-12-25T00:00:00")
    assert at("2026-12-25T14:00:00", quiet).allowed
    assert at("2026-12-26T00:00:00", quiet).not_before == in_berlin("2026-12-27T00:00:00")
    assert at("2026-11-24T14:00:00", quiet).allowed


def test_holiday_is_the_called_partys_unless_the_rule_says_otherwise():
    at_home = {"called": (site(holidays=["2026-11-24"]),)}
    away = {"caller": site(holidays=["2026-11-24"])}
    assert not at(NOON, Holidays(ends=frozenset({End.CALLED})), **at_home).allowed
    assert at(NOON, Holidays(ends=frozenset({End.CALLED})), **away).allowed
    assert at(NOON, Holidays(ends=CALLER), **at_home).allowed
    assert not at(NOON, Holidays(ends=CALLER), **away).allowed


# --- several rules and places at once --------------------------------------------------------------------------------


def test_all_clock_rules_together_leave_what_each_admits():
    verdict = at(
        "2026-11-24T07:00:00",
        Hours(week=week(mon_sun=["06:00-12:00", "14:00-20:00"])),
        Hours(week=week(tue=["11:00-15:00"])),
    )
    assert verdict.rules == ("R2",)
    assert verdict.not_before == in_berlin("2026-11-24T11:00:00")
    assert at("2026-11-24T11:30:00", OFFICE, Hours(week=week(tue=["11:00-15:00"]))).closes_at == in_berlin(
        "2026-11-24T15:00:00"
    )


def test_hours_that_only_touch_share_nothing():
    verdict = at(
        "2026-11-24T12:00:00", Hours(week=week(mon_sun=["08:00-12:00"])), Hours(week=week(mon_sun=["12:00-18:00"]))
    )
    assert (verdict.rules, verdict.not_before) == (("R1",), None)


def test_only_the_rules_that_forbid_are_named_with_their_place():
    verdict = at(
        "2026-11-24T09:00:00", OFFICE, Hours(week=week(tue=["10:00-12:00"])), called=(site(), site("America/New_York"))
    )
    assert {(d.rule, d.detail, d.not_before) for d in verdict.denials} == {
        ("R1", "America/New_York", datetime(2026, 11, 24, 13, tzinfo=UTC)),
        ("R2", "America/New_York", datetime(2026, 11, 24, 15, tzinfo=UTC)),
    }


def test_schedules_are_open_exactly_when_no_clock_rule_denies():
    facts = facts_about(called=(site(), site("Asia/Kolkata")), caller=site(holidays=["2026-11-25"]))
    own = schedules(facts, LAW)
    for hour in range(24 * 8):
        now = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour)
        assert is_open(own, now) is judge(facts, LAW, now).allowed


# --- a place nobody knows --------------------------------------------------------------------------------------------


def test_unknown_place_has_narrower_hours():
    strict = UnknownPlace(week=week(mon_sun=["11:00-21:00"]))
    assert at("2026-11-24T10:59:59", strict, OFFICE).allowed
    assert at("2026-11-24T07:59:59", strict, OFFICE).rules == ("R2",)
    assert at("2026-11-24T10:59:59", strict, OFFICE).closes_at == in_berlin("2026-11-24T18:00:00")
    verdict = at("2026-11-24T10:59:59", strict, OFFICE, place_unknown=True)
    assert verdict.rules == ("R1",)
    assert verdict.not_before == in_berlin("2026-11-24T11:00:00")
    open_now = at("2026-11-24T11:00:00", strict, OFFICE, place_unknown=True)
    assert (open_now.rules, open_now.closes_at) == ((), in_berlin("2026-11-24T18:00:00"))
    assert at("2026-11-24T19:00:00", strict, place_unknown=True).closes_at == in_berlin("2026-11-24T21:00:00")


# --- the debtor's wishes ---------------------------------------------------------------------------------------------

MORNINGS = {"wishes": parse_wish("mon-wed 08:00-12:00")}


@pytest.mark.parametrize(
    ("now", "not_before"),
    [
        ("2026-11-24T07:59:59.999999", None),
        ("2026-11-24T08:00:00", "2026-11-24T12:00:00"),
        ("2026-11-24T11:59:59.999999", "2026-11-24T12:00:00"),
        ("2026-11-24T12:00:00", None),
        ("2026-11-26T08:00:00", None),
    ],
)
def test_wish_silences_its_hours(now, not_before):
    verdict = at(now, Wishes(), **MORNINGS)
    assert verdict.not_before == (in_berlin(not_before) if not_before else None)
    assert verdict.allowed is (not_before is None)


def test_wish_binds_only_where_a_rule_asks_for_it():
    assert at("2026-11-24T09:00:00", **MORNINGS).allowed
    assert at("2026-11-24T09:00:00", OFFICE, **MORNINGS).allowed
    assert at("2026-11-24T09:00:00", Wishes()).allowed


def test_call_ends_when_a_wish_begins():
    assert at("2026-11-23T14:00:00", Wishes(), **MORNINGS).closes_at == in_berlin("2026-11-24T08:00:00")


def test_wish_is_kept_wherever_he_may_be():
    facts = MORNINGS | {"called": (site(), site("America/New_York"))}
    assert at("2026-11-24T12:00:00", Wishes(), **facts).allowed  # six o'clock in New York
    assert at("2026-11-24T14:00:00", Wishes(), **facts).not_before == in_berlin("2026-11-24T18:00:00")


def test_wish_for_silence_leaves_no_hour():
    verdict = at(NOON, Wishes(), wishes=parse_wish("mon-sun 00:00-24:00"))
    assert (verdict.rules, verdict.not_before) == (("R1",), None)


spans = st.builds(lambda a, b: Span(min(a, b), max(a, b) + 1), st.integers(0, 1439), st.integers(0, 1439))


@settings(max_examples=80)
@given(st.lists(spans, max_size=4).map(tuple), st.integers(0, 1439))
def test_wishes_silence_exactly_their_minutes(busy, minute):
    """However they overlap."""
    wishes = WeeklyWindow((busy,) * 7)
    now = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(minutes=minute)
    facts = facts_about(wishes=wishes, called=(site("UTC"),), caller=site("UTC"))
    silent = any(span.start <= minute < span.end for span in busy)
    assert judge(facts, law(rule(Wishes())), now).allowed is not silent


# --- warnings --------------------------------------------------------------------------------------------------------


def test_clock_may_only_warn():
    verdict = at("2026-11-29T11:00:00", Hours(week=week(sun=["12:00-24:00"])), effect="WARN")
    assert verdict.allowed
    assert [(w.rule, w.not_before) for w in verdict.warnings] == [("R1", None)]
    assert at("2026-11-29T12:00:00", Hours(week=week(sun=["12:00-24:00"])), effect="WARN").warnings == ()


def test_clock_warns_of_holidays_wishes_and_unknown_places():
    holiday = {"called": (site(), site("UTC", holidays=["2026-11-24"]))}
    assert len(at(NOON, Holidays(ends=BOTH), effect="WARN", **holiday).warnings) == 1
    assert at(NOON, Holidays(ends=BOTH), effect="WARN").warnings == ()
    assert len(at("2026-11-24T09:00:00", Wishes(), effect="WARN", **MORNINGS).warnings) == 1
    assert at("2026-11-24T09:00:00", Wishes(), effect="WARN").warnings == ()


def test_warning_of_the_clock_does_not_close_anything():
    warned = at("2026-11-28T12:00:00", Hours(week=week(sun=[])), effect="WARN")
    assert (warned.closes_at, warned.warnings) == (None, ())


# --- to the end of time ----------------------------------------------------------------------------------------------


def test_law_without_hours_never_closes():
    assert at(NOON, Forbidden(), effect="WARN").closes_at is None
    assert judge(facts_about(), Law(packs=(pack(),)), in_berlin(NOON)).closes_at is None


def test_hours_bind_letters_only_where_they_say_so():
    night = "2026-11-24T03:00:00"
    assert at(night, OFFICE, channel=Channel.LETTER).allowed
    everything = Scope(channels=RINGING | {Channel.LETTER})
    facts = facts_about(channel=Channel.LETTER)
    assert not judge(facts, law(rule(OFFICE, scope=everything)), in_berlin(night)).allowed


def test_year_has_its_last_day():
    assert at("2026-12-31T23:59:59", YearDays(days={(12, 31): NEVER})).not_before == in_berlin("2027-01-01T00:00:00")
    assert date(2026, 12, 31).weekday() == 3
