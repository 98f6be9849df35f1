"""Rules that count, one by one: whose attempts, over which time, and until when they deny."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from dialer.core.facts import ClaimFacts, Dialled
from dialer.core.outcome import Disposition
from dialer.core.permit import judge
from dialer.core.policy import (
    Counted,
    DayParts,
    Gap,
    LostCall,
    LostRate,
    MessageCount,
    MessageGap,
    PerDay,
    Rest,
    Rolling,
)
from tests.core.stories import BUSINESS, facts_about, in_berlin, law, past, rule, site

NOON = "2026-11-24T12:00:00"  # a Tuesday
LANDLINE = "+493099999999"
PERSON, NUMBER, ENTITY, CLAIM = ({of} for of in Counted)


def found(condition, now=NOON, *, effect="DENY", **facts):
    """What that one rule says, None if nothing."""
    verdict = judge(facts_about(**facts), law(rule(condition, effect)), in_berlin(now))
    return next(iter(verdict.denials or verdict.warnings), None)


def release(condition, now=NOON, **facts):
    """When that one rule lets go; "never" when time alone does not help, None when it does not deny."""
    finding = found(condition, now, **facts)
    return finding and (finding.not_before or "never")


def claims(*ids):
    return {"claims": tuple(ClaimFacts(id=claim) for claim in ids)}


def calls(*times, **more):
    return {"history": tuple(past(at, **more) for at in times)}


# --- a day -----------------------------------------------------------------------------------------------------------

TWICE = ("2026-11-24T08:00:00", "2026-11-24T10:00:00")
MIDNIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)


@pytest.mark.parametrize("count", [1, 2])
def test_day_is_full_at_the_number_it_admits(count):
    assert release(PerDay(count=count, of=PERSON), **calls(*TWICE)) == MIDNIGHT


def test_day_below_its_number_is_free():
    assert release(PerDay(count=3, of=PERSON), **calls(*TWICE)) is None


def test_full_day_says_how_often_it_rang():
    assert found(PerDay(count=1, of=PERSON), **calls(*TWICE)).detail == "2/1"


def test_calls_later_that_day_count_and_those_of_tomorrow_do_not():
    of_today, of_tomorrow = past("2026-11-24T23:59:59"), past("2026-11-25T00:00:00")
    assert release(PerDay(count=1, of=PERSON), history=(of_today,)) == MIDNIGHT
    assert release(PerDay(count=1, of=PERSON), history=(of_tomorrow,)) is None


@pytest.mark.parametrize(
    ("of", "debtor", "e164", "counts"),
    [
        pytest.param(PERSON, 1, LANDLINE, True, id="his other number"),
        pytest.param(PERSON, 2, None, False, id="somebody else at this number is another person"),
        pytest.param(NUMBER, 2, None, True, id="somebody else at this number"),
        pytest.param(NUMBER, 1, LANDLINE, False, id="his other number is another number"),
        pytest.param(NUMBER, 1, "", True, id="a number nobody knows may be this one"),
        pytest.param(PERSON | NUMBER, 2, None, True, id="either of both, the number"),
        pytest.param(PERSON | NUMBER, 1, LANDLINE, True, id="either of both, the person"),
        pytest.param(CLAIM, 2, None, False, id="somebody else's claim"),
    ],
)
def test_attempts_count_for_whom_the_rule_says(of, debtor, e164, counts):
    history = tuple(past(at, debtor=debtor, **({"e164": e164} if e164 is not None else {})) for at in TWICE)
    assert (release(PerDay(count=2, of=of), history=history) is not None) is counts
    assert (release(Rolling(count=2, days=1, of=of), history=history) is not None) is counts


def test_person_and_number_are_counted_apart_and_the_fuller_one_speaks():
    history = (*calls(*TWICE)["history"], past("2026-11-24T09:00:00", debtor=2))
    assert found(PerDay(count=2, of=PERSON | NUMBER), history=history).detail == "3/2"
    assert found(PerDay(count=2, of=PERSON), history=history).detail == "2/2"


@pytest.mark.parametrize(
    ("roles", "speaks"),
    [
        (("reception", "accounts_payable", "accounts_payable"), True),
        (("accounts_payable", "accounts_payable", "owner"), True),
        (("accounts_payable",) * 3, False),
        (("reception", "owner"), False),
    ],
)
def test_business_as_a_whole_is_counted_once_another_of_its_people_was_called(roles, speaks):
    times = [f"2026-11-24T{hour}:00:00" for hour in ("08", "09", "10")]
    history = tuple(past(at, role=role) for at, role in zip(times, roles, strict=False))
    finding = found(PerDay(count=3, of=ENTITY), **BUSINESS, history=history)
    assert (finding is not None) is speaks


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(past("2026-11-23T23:59:59", role="owner"), id="yesterday"),
        pytest.param(past("2026-11-25T00:00:00", role="owner"), id="tomorrow"),
        pytest.param(past("2026-11-24T09:00:00", "cancelled", role="owner"), id="it did not ring"),
        pytest.param(past("2026-11-24T09:00:00", role="owner", debtor=2), id="of another business"),
    ],
)
def test_other_people_who_were_not_called_today_leave_the_business_alone(other):
    alike = calls(*TWICE, role="accounts_payable")["history"]
    facts = BUSINESS | {"history": (*alike, other)}
    assert release(PerDay(count=2, of=ENTITY), **facts) is None
    assert release(PerDay(count=2, of=PERSON), **facts) == MIDNIGHT


def test_other_person_called_at_midnight_counts_for_the_business():
    facts = BUSINESS | {"history": (past("2026-11-24T00:00:00", role="owner"),)}
    assert release(PerDay(count=1, of=ENTITY), **facts) == MIDNIGHT


def test_full_day_lasts_until_it_is_over_everywhere():
    facts = {"called": (site(), site("America/New_York")), **calls(*TWICE)}
    assert release(PerDay(count=1, of=PERSON), **facts) == datetime(2026, 11, 25, 5, tzinfo=UTC)


def test_day_is_the_local_one():
    """At 21 o'clock in New York the next day has begun in Greenwich."""
    facts = {"called": (site("America/New_York"),), **calls("2026-11-24T16:00:00")}
    until = datetime(2026, 11, 25, 5, tzinfo=UTC)
    assert release(PerDay(count=1, of=PERSON), "2026-11-25T03:00:00", **facts) == until


def test_letters_do_not_fill_a_day():
    facts = claims("a") | calls("2026-11-24T09:00:00", claims=("a",), channel="letter")
    assert release(PerDay(count=1, of=CLAIM), **facts) is None


@pytest.mark.parametrize("of", list(permutations(Counted)))
def test_every_counter_of_a_rule_is_looked_at(of):
    """In whatever order: the claim is new, but the person and the number are not."""
    facts = claims("new") | calls(*TWICE, claims=("old",))
    assert release(PerDay(count=2, of=of), **facts) == MIDNIGHT
    assert release(Rolling(count=2, days=1, of=of), **facts) is not None


# --- rolling days ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "denied"),
    [
        ("2026-11-17T12:00:00", False),
        ("2026-11-17T12:00:00.000001", True),
        ("2026-11-24T12:00:00", True),
        ("2026-11-24T12:00:00.000001", False),
    ],
)
def test_attempt_counts_for_seven_times_24_hours(at, denied):
    assert (release(Rolling(count=1, days=7, of=PERSON), **calls(at)) is not None) is denied


@pytest.mark.parametrize("of", [PERSON, NUMBER, CLAIM])
def test_the_seven_days_begin_when_the_attempt_was_over(of):
    """Between intent and ringing it waited for its turn, and for the network."""
    history = (about("2026-11-17T11:59:58", "a", ended="2026-11-17T12:00:03"),)
    limit = Rolling(count=1, days=7, of=of)
    assert release(limit, **claims("a"), history=history) == in_berlin("2026-11-24T12:00:03")
    assert release(limit, "2026-11-24T12:00:02", **claims("a"), history=history) == in_berlin("2026-11-24T12:00:03")
    assert release(limit, "2026-11-24T12:00:03", **claims("a"), history=history) is None


def test_of_several_the_one_that_was_over_first_leaves_the_period_first():
    long, short = past("2026-11-18T09:00:00", ended="2026-11-18T10:00:00"), past("2026-11-18T09:30:00")
    assert release(Rolling(count=2, days=7, of=PERSON), history=(long, short)) == in_berlin("2026-11-25T09:30:00")
    assert release(Rolling(count=1, days=7, of=PERSON), history=(long, short)) == in_berlin("2026-11-25T10:00:00")


def test_an_attempt_that_by_the_clock_is_not_over_yet_counts():
    history = (past("2026-11-24T11:00:00", ended="2026-11-24T13:00:00"), past("2026-11-24T12:30:00"))
    assert release(Rolling(count=1, days=7, of=PERSON), history=history) is not None
    assert release(Rolling(count=2, days=7, of=PERSON), history=history) is None


def test_rolling_days_ignore_the_clock_change():
    """On 25 October it is an hour later than the clock says."""
    facts = calls("2026-10-20T12:00:00")
    assert release(Rolling(count=1, days=7, of=PERSON), "2026-10-27T10:59:59", **facts) == in_berlin(
        "2026-10-27T11:00:00"
    )
    assert release(Rolling(count=1, days=7, of=PERSON), "2026-10-27T11:00:00", **facts) is None


def test_release_waits_until_fewer_than_the_limit_are_left():
    days = [f"2026-11-{day}T09:00:00" for day in ("20", "21", "22", "23")]
    finding = found(Rolling(count=2, days=7, of=PERSON), **calls(*days))
    assert finding.not_before == in_berlin("2026-11-29T09:00:00")  # only the one of the 23rd is left
    assert finding.detail == "4/2 in 7 d"


def test_coming_attempts_do_not_move_the_release():
    facts = calls("2026-11-20T09:00:00", "2026-11-21T09:00:00", "2026-11-24T15:00:00")
    assert release(Rolling(count=2, days=7, of=PERSON), **facts) == in_berlin("2026-11-27T09:00:00")


def about(at, *claim_ids, **more):
    return past(at, claims=claim_ids, **more)


@pytest.mark.parametrize(
    ("asked", "denied"),
    [
        pytest.param(("a",), True, id="the claim called about twice"),
        pytest.param(("b",), False, id="the claim called about once"),
        pytest.param(("a", "b"), True, id="one of two is enough"),
        pytest.param(("c",), False, id="a new claim"),
        pytest.param((), False, id="no claim at all"),
    ],
)
def test_each_claim_has_a_counter_of_its_own(asked, denied):
    history = (about("2026-11-20T09:00:00", "a"), about("2026-11-23T09:00:00", "a", "b"))
    assert (release(Rolling(count=2, days=7, of=CLAIM), **claims(*asked), history=history) is not None) is denied


def test_attempt_about_nobody_knows_what_counts_for_every_claim():
    history = (about("2026-11-23T09:00:00"), about("2026-11-23T10:00:00", "a"))
    assert release(Rolling(count=2, days=7, of=CLAIM), **claims("a"), history=history) is not None
    assert release(Rolling(count=1, days=7, of=CLAIM), **claims("z"), history=history) is not None


def test_claim_without_a_name_may_be_any():
    history = (about("2026-11-23T09:00:00", "a"), about("2026-11-23T10:00:00", "b"))
    assert release(Rolling(count=2, days=7, of=CLAIM), **claims(""), history=history) is not None
    talked = (talk("2026-11-23T10:00:00", claims=("a",)),)
    assert release(Rest(days=7, per_claim=True), **claims(""), history=talked) is not None


def test_longest_counter_of_several_claims_decides():
    history = (about("2026-11-20T09:00:00", "a"), about("2026-11-23T09:00:00", "b"))
    facts = claims("a", "b") | {"history": history}
    assert release(Rolling(count=1, days=7, of=CLAIM), **facts) == in_berlin("2026-11-30T09:00:00")


@pytest.mark.parametrize(
    ("channel", "outcome", "usual", "all_channels"),
    [
        ("call", "no_answer", True, True),
        ("fax", "no_answer", True, True),
        ("voicemail", "voicemail_left", True, True),
        ("letter", None, False, True),
        ("inbound", "connected", False, False),
        ("call", "cancelled", False, False),
    ],
)
def test_letters_count_only_for_all_channels(channel, outcome, *, usual, all_channels):
    history = (about("2026-11-23T09:00:00", "a", outcome=outcome, channel=channel),)
    facts = claims("a") | {"history": history}
    assert (release(Rolling(count=1, days=7, of=CLAIM), **facts) is not None) is usual
    assert (release(Rolling(count=1, days=7, of=CLAIM, all_channels=True), **facts) is not None) is all_channels


def test_claims_are_counted_by_the_day_as_well():
    facts = claims("a", "b") | {"history": (about("2026-11-24T09:00:00", "b"),)}
    assert release(PerDay(count=1, of=CLAIM), **facts) == MIDNIGHT
    assert release(PerDay(count=2, of=CLAIM), **facts) is None


# --- pauses ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "outcome"), [(Gap(hours=2), "no_answer"), (LostCall(hours=2), "abandoned")], ids=["gap", "lost call"]
)
def test_pause_runs_from_the_end_of_the_last_attempt(condition, outcome):
    long_one = past("2026-11-24T08:00:00", outcome, ended="2026-11-24T10:30:00")
    short_one = past("2026-11-24T09:00:00", outcome, ended="2026-11-24T09:01:00")
    until = in_berlin("2026-11-24T12:30:00")
    assert release(condition, history=(long_one, short_one)) == until
    assert release(condition, "2026-11-24T12:29:59.999999", history=(short_one, long_one)) == until
    assert release(condition, "2026-11-24T12:30:00", history=(long_one, short_one)) is None
    assert release(condition) is None


def test_pause_after_a_call_that_runs_counts_from_its_beginning():
    assert release(Gap(hours=2), **calls("2026-11-24T11:00:00", outcome=None)) == in_berlin("2026-11-24T13:00:00")


@pytest.mark.parametrize("outcome", ["no_answer", "connected", "cancelled", None])
def test_only_lost_calls_silence_the_dialler(outcome):
    assert release(LostCall(hours=72), **calls(*TWICE, outcome=outcome)) is None


def test_neither_letters_nor_their_own_calls_start_a_pause():
    for channel in ("letter", "inbound"):
        assert release(Gap(hours=2), **calls(*TWICE, outcome="abandoned", channel=channel)) is None
        assert release(LostCall(hours=9), **calls(*TWICE, outcome="abandoned", channel=channel)) is None


def test_gap_counts_debtor_and_number_alike():
    for other in ({"debtor": 2}, {"e164": LANDLINE}):
        assert release(Gap(hours=3), **calls("2026-11-24T10:00:00", **other)) is not None


# --- what is too old to count ---


@pytest.mark.parametrize(
    ("condition", "ago", "counts"),
    [
        pytest.param(Rolling(count=1, days=45, of=PERSON), {"days": 45}, False, id="rolling, over"),
        pytest.param(Rolling(count=1, days=45, of=PERSON), {"days": 45, "microseconds": -1}, True, id="rolling"),
        pytest.param(Gap(hours=2000), {"hours": 2000}, False, id="gap, over"),
        pytest.param(Gap(hours=2000), {"hours": 2000, "microseconds": -1}, True, id="gap"),
        pytest.param(LostCall(hours=2000), {"hours": 2000, "microseconds": -1}, True, id="lost call"),
        pytest.param(Rest(days=90), {"days": 89}, True, id="rest"),
        pytest.param(Rest(days=90), {"days": 90}, False, id="rest, over"),
        pytest.param(Rest(workdays=60), {"days": 84}, True, id="rest of working days"),
        pytest.param(Rest(workdays=60), {"days": 86}, False, id="rest of working days, over"),
        pytest.param(MessageGap(days=400), {"days": 400, "microseconds": -1}, True, id="message"),
        pytest.param(MessageCount(count=1), {"days": 4000}, True, id="messages for ever"),
        pytest.param(PerDay(count=1, of=PERSON), {"hours": 12}, True, id="day"),
        pytest.param(PerDay(count=1, of=PERSON), {"hours": 12, "microseconds": 1}, False, id="day, over"),
    ],
)
def test_rule_remembers_as_long_as_it_counts(condition, ago, counts):
    """Alone in its law: no other rule keeps the history for it."""
    now = in_berlin(NOON).astimezone(UTC)
    old = replace(past(NOON, "abandoned"), at=now - timedelta(**ago), spoken=True, message_begun=True)
    assert (release(condition, history=(old,)) is not None) is counts


# --- recorded messages -----------------------------------------------------------------------------------------------

LEFT = {"outcome": "voicemail_left", "channel": "voicemail"}


def test_messages_keep_their_distance():
    facts = calls("2026-11-20T12:00:00", "2026-11-22T12:00:00", **LEFT)
    assert release(MessageGap(days=3), **facts) == in_berlin("2026-11-25T12:00:00")
    assert release(MessageGap(days=2), **facts) is None
    assert release(MessageGap(days=30), **calls(*TWICE)) is None
    assert release(MessageGap(days=30)) is None


def test_message_that_was_only_begun_counts():
    begun = replace(past("2026-11-22T12:00:00"), message_begun=True)
    assert release(MessageGap(days=3), history=(begun,)) is not None
    assert release(MessageCount(count=1), history=(begun,)) == "never"


def test_messages_are_counted_for_good():
    facts = calls("2025-01-01T12:00:00", "2026-11-22T12:00:00", **LEFT)
    assert release(MessageCount(count=2), **facts) == "never"
    assert found(MessageCount(count=1), **facts).detail == "1"
    assert release(MessageCount(count=3), **facts) is None


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-10-25T12:00:00", None),
        ("2026-10-25T12:00:00.000001", "2026-11-24T12:00:00.000001"),
        ("2026-11-24T12:00:00", "2026-12-22T12:00:00"),  # the message of 22 November has to be old as well
        ("2026-11-24T12:00:00.000001", None),
    ],
)
def test_messages_are_counted_within_rolling_days(at, until):
    facts = calls("2026-11-22T12:00:00", at, **LEFT)
    expected = in_berlin(until) if until else None
    assert release(MessageCount(count=2, days=30), **facts) == expected


def test_messages_beyond_the_limit_all_have_to_grow_old():
    facts = calls(*(f"2026-11-{day}T12:00:00" for day in ("10", "12", "14", "30")), **LEFT)
    finding = found(MessageCount(count=2, days=30), **facts)
    assert finding.not_before == in_berlin("2026-12-12T12:00:00")
    assert finding.detail == "2"


@pytest.mark.parametrize(("announced", "until"), [(True, "2026-12-10T12:00:00"), (False, None)])
def test_message_that_a_person_heard_counts_where_the_rule_says_so(announced, until):
    heard, on_tape = past("2026-11-10T12:00:00", "announced"), past("2026-11-22T12:00:00", **LEFT)
    limit = MessageCount(count=2, days=30, announced=announced)
    for history in ((heard, on_tape), (on_tape, heard)):
        assert release(limit, history=history) == (in_berlin(until) if until else None)


# --- parts of the day ------------------------------------------------------------------------------------------------

PARTS = DayParts(ends=(720, 1020))  # noon and five


@pytest.mark.parametrize(
    ("before", "now", "warned"),
    [
        ("08:00:00", "11:59:59", True),
        ("08:00:00", "12:00:00", False),
        ("11:59:59", "12:00:00", False),
        ("12:00:00", "16:59:00", True),
        ("12:00:00", "17:00:00", False),
        ("16:59:59", "17:00:00", False),
        ("17:00:00", "19:00:00", True),
        ("00:00:00", "11:00:00", True),
        ("18:00:00", "19:00:00", True),
    ],
)
def test_second_call_in_the_same_part_of_the_day_is_warned_of(before, now, warned):
    finding = found(PARTS, f"2026-11-24T{now}", effect="WARN", **calls(f"2026-11-24T{before}"))
    assert (finding is not None) is warned
    if finding:
        assert (finding.rule, finding.not_before) == ("R", None)


@pytest.mark.parametrize(("now", "warned"), [("12:29:00", True), ("12:30:00", False), ("12:40:00", False)])
def test_part_of_the_day_ends_at_its_minute(now, warned):
    half_past = DayParts(ends=(750,))
    finding = found(half_past, f"2026-11-24T{now}", effect="WARN", **calls("2026-11-24T12:20:00"))
    assert (finding is not None) is warned


def test_parts_of_other_days_are_other_parts():
    assert found(PARTS, effect="WARN", **calls("2026-11-23T13:00:00", "2026-11-25T13:00:00")) is None


def test_part_of_the_day_is_found_behind_calls_of_other_parts():
    day = [f"2026-11-24T{hour}:00:00" for hour in ("08", "13", "18")]
    for hour in ("09", "14", "19"):
        assert found(PARTS, f"2026-11-24T{hour}:30:00", effect="WARN", **calls(*day)) is not None


def test_parts_of_the_day_are_those_of_every_place():
    """11 and 14 o'clock in Berlin are 5 and 8 o'clock in New York, both in the morning."""
    facts = calls("2026-11-24T11:00:00")
    assert found(PARTS, "2026-11-24T14:00:00", effect="WARN", **facts) is None
    facts["called"] = (site(), site("America/New_York"))
    assert found(PARTS, "2026-11-24T14:00:00", effect="WARN", **facts) is not None


def test_parts_of_the_day_begin_with_the_local_day():
    """In Samoa the 24th has begun while it is still noon of the 23rd in Berlin."""
    facts = calls("2026-11-23T12:30:00") | {"called": (site("Pacific/Apia"),)}
    assert found(PARTS, "2026-11-23T15:00:00", effect="WARN", **facts) is not None


def test_call_at_the_same_number_is_in_the_same_part_as_well():
    assert found(PARTS, "2026-11-24T11:00:00", effect="WARN", **calls(TWICE[0], debtor=2)) is not None
    assert found(PARTS, "2026-11-24T11:00:00", effect="WARN", **calls(TWICE[0], e164=LANDLINE)) is not None
    assert found(PARTS, "2026-11-24T11:00:00", effect="WARN", **calls(TWICE[0], e164=LANDLINE, debtor=2)) is None


# --- rest after a conversation ---------------------------------------------------------------------------------------


def talk(at, said="refused", **more):
    return past(at, "connected", said=said, **more)


@pytest.mark.parametrize(
    ("days", "first"),
    [(1, "2026-11-24T00:00:00"), (2, "2026-11-25T00:00:00"), (7, "2026-11-30T00:00:00")],
)
def test_day_of_the_conversation_is_the_first_of_the_days(days, first):
    facts = {"history": (talk("2026-11-23T23:59:59"),)}
    assert release(Rest(days=days), "2026-11-23T23:59:59", **facts) == in_berlin(first)
    assert release(Rest(days=days), first, **facts) is None


@pytest.mark.parametrize(("workdays", "first"), [(0, "24"), (1, "25"), (3, "27"), (4, "30")])
def test_working_days_follow_the_day_of_the_conversation(workdays, first):
    facts = {"history": (talk("2026-11-23T10:00:00"),)}
    assert release(Rest(workdays=workdays), "2026-11-23T12:00:00", **facts) == in_berlin(f"2026-11-{first}T00:00:00")


@pytest.mark.parametrize("time", ["00:30:00", "20:00:00"])
def test_working_days_are_counted_from_the_local_day(time):
    """Whatever day it is then in Greenwich or in Tokyo."""
    facts = {"history": (talk(f"2026-11-24T{time}"),)}
    assert release(Rest(workdays=1), "2026-11-24T21:00:00", **facts) == in_berlin("2026-11-26T00:00:00")


def test_rest_of_no_stated_length_lasts_until_the_next_working_day():
    assert release(Rest(), "2026-11-23T12:00:00", history=(talk("2026-11-23T10:00:00"),)) == in_berlin(
        "2026-11-24T00:00:00"
    )


def test_rest_begins_with_the_day_on_which_the_conversation_ended():
    facts = {"history": (talk("2026-11-22T23:50:00", ended="2026-11-23T00:10:00"),)}
    assert release(Rest(days=2), "2026-11-23T12:00:00", **facts) == in_berlin("2026-11-25T00:00:00")


def test_rest_ends_when_it_is_over_everywhere():
    facts = {"history": (talk("2026-11-23T10:00:00"),), "called": (site("America/New_York"), site("Asia/Kolkata"))}
    assert release(Rest(days=2), **facts) == datetime(2026, 11, 25, 5, tzinfo=UTC)


def test_rest_can_be_waived_by_the_last_word():
    waived = Rest(days=9, waived_by=frozenset({Disposition.CALLBACK_AGREED, Disposition.PROMISE_TO_PAY}))
    refused, agreed = talk("2026-11-20T10:00:00"), talk("2026-11-23T10:00:00", "callback_agreed")
    assert release(waived, history=(refused, agreed)) is None
    assert release(waived, history=(agreed, refused)) is None  # in whatever order they are told
    assert release(waived, history=(agreed, talk("2026-11-23T11:00:00"))) is not None
    assert release(Rest(days=9), history=(agreed,)) is not None


@pytest.mark.parametrize(
    ("talked_about", "asked", "rests"),
    [
        (("a",), ("a",), True),
        (("a", "b"), ("b", "c"), True),
        (("a",), ("b",), False),
        ((), ("b",), True),
        (("a",), (), False),
    ],
)
def test_rest_for_each_claim_looks_at_what_was_talked_about(talked_about, asked, *, rests):
    facts = claims(*asked) | {"history": (talk("2026-11-23T10:00:00", claims=talked_about),)}
    assert (release(Rest(days=7, per_claim=True), **facts) is not None) is rests
    assert release(Rest(days=7), **facts) is not None


def test_of_two_conversations_at_once_the_one_that_waives_nothing_counts():
    waived = Rest(days=9, waived_by=frozenset({Disposition.CALLBACK_AGREED}))
    both = talk("2026-11-23T10:00:00"), talk("2026-11-23T10:00:00", "callback_agreed")
    for history in (both, both[::-1]):
        assert release(waived, history=history) is not None


def test_older_conversation_about_the_claim_rests_although_a_newer_one_was_about_another():
    history = (talk("2026-11-20T10:00:00", claims=("a",)), talk("2026-11-23T10:00:00", claims=("b",)))
    assert release(Rest(days=7, per_claim=True), **claims("a"), history=history) == in_berlin("2026-11-27T00:00:00")
    assert release(Rest(days=7, per_claim=True), **claims("a")) is None


def test_rest_follows_incoming_conversations_and_only_those_of_the_debtor():
    assert release(Rest(days=7), history=(talk("2026-11-23T10:00:00", channel="inbound"),)) is not None
    assert release(Rest(days=7), history=(talk("2026-11-23T10:00:00", debtor=2),)) is None
    assert release(Rest(days=7), history=(talk("2026-11-23T10:00:00", "gatekeeper"),)) is None
    assert release(Rest(days=7), history=(past("2026-11-23T10:00:00"),)) is None
    assert release(Rest(days=7), history=(talk("2026-11-23T10:00:00"),), called=()) is None


# --- lost calls ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lost", "attempts", "detail"),
    [
        (0, 1000, None),
        (2, 3, None),
        (3, 3, "3.0 %"),
        (3, 100, "3.0 %"),
        (3, 101, None),
        (4, 100, "4.0 %"),
        (29, 1000, None),
        (30, 1000, "3.0 %"),
        (1000, 1000, "100.0 %"),
        (1, 0, None),
    ],
)
def test_share_of_lost_calls_has_a_limit(lost, attempts, detail):
    finding = found(LostRate(percent=3, among=100), dialled=Dialled(attempts=attempts, lost=lost))
    assert (finding.detail if finding else None) == detail
    assert finding is None or finding.not_before is None


@pytest.mark.parametrize(("lost", "warned"), [(0, False), (1, True)])
def test_one_lost_call_is_one_too_many_where_none_is_wanted(lost, *, warned):
    dialled = Dialled(attempts=100_000, lost=lost)
    assert (found(LostRate(percent=0, among=100), effect="WARN", dialled=dialled) is not None) is warned
