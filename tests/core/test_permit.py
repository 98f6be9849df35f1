"""The gate, rule by rule: each case is a story with the rule's id, each expected value a literal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.core import permit
from dialer.core.case import ContactRole, DebtorType, Hold, HoldReason
from dialer.core.facts import ClaimFacts
from dialer.core.outcome import Channel, Mode
from dialer.core.permit import MAX_STEPS
from dialer.core.policy import Effect, Notice, OperatorRole
from dialer.rules.facts import read_facts
from dialer.rules.places import Address, whereabouts
from tests.core.stories import BUSINESS, LAW, MOBILE, SOLE_TRADER, facts_about, in_berlin, past, phone, site

TUESDAY_NOON = "2026-11-24T12:00:00"
PREVIEW = {"mode": Mode.PREVIEW}
UNATTENDED = {"mode": Mode.UNATTENDED}
VOICEMAIL = {"channel": Channel.VOICEMAIL}
COLLECTOR = {"operator_role": OperatorRole.REGISTERED_COLLECTOR}


def judge(facts, now):
    return permit.judge(facts, LAW, now)


def rules_at(when, **changes):
    return judge(facts_about(**changes), in_berlin(when)).rules


def hold(reason, until=None):
    return {"holds": (Hold(reason=HoldReason(reason), until=in_berlin(until) if until else None),)}


def tried(*attempts):
    return {"history": attempts}


def claims(*open_minor, **more):
    return {"claims": tuple(ClaimFacts(id=str(n), open_minor=owed, **more) for n, owed in enumerate(open_minor, 1))}


def ringing(e164):
    """Where somebody in Germany may be who is called at this number."""
    return {"phone": phone(e164), "called": whereabouts(Address(country="DE"), e164).sites}


# --- the clock -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "debtor", "rules"),
    [
        pytest.param("2026-11-24T07:59:59.999999", {}, ("DE-T1",), id="DE-T1 a microsecond before eight"),
        pytest.param("2026-11-24T08:00:00", {}, (), id="DE-T1 eight o'clock"),
        pytest.param("2026-11-24T19:59:59.999999", {}, (), id="DE-T1 a microsecond before twenty"),
        pytest.param("2026-11-24T20:00:00", {}, ("DE-T1",), id="DE-T1 twenty o'clock, vector 2"),
        pytest.param("2026-11-24T20:00:00", SOLE_TRADER, ("DE-T1",), id="DE-T1 binds sole traders"),
        pytest.param("2026-11-24T20:00:00", BUSINESS, ("DE-T1", "DE-T3"), id="DE-T1 binds businesses"),
        pytest.param("2026-11-24T00:00:00", {}, ("DE-T1",), id="DE-T1 midnight"),
        pytest.param("2026-11-28T18:30:00", {}, ("DE-T2",), id="DE-T2 Saturday 18:30, vector 1"),
        pytest.param("2026-11-28T08:59:59.999999", {}, ("DE-T2",), id="DE-T2 Saturday before nine"),
        pytest.param("2026-11-28T09:00:00", {}, (), id="DE-T2 Saturday nine"),
        pytest.param("2026-11-28T17:59:59.999999", SOLE_TRADER, (), id="DE-T2 Saturday before eighteen"),
        pytest.param("2026-11-28T18:00:00", SOLE_TRADER, ("DE-T2",), id="DE-T2 Saturday eighteen"),
        pytest.param("2026-11-27T18:00:00", {}, (), id="DE-T2 not on Friday"),
        pytest.param("2026-11-24T17:59:59.999999", BUSINESS, (), id="DE-T3 a microsecond before eighteen"),
        pytest.param("2026-11-24T18:00:00", BUSINESS, ("DE-T3",), id="DE-T3 eighteen o'clock"),
        pytest.param("2026-11-28T11:00:00", BUSINESS, ("DE-T3",), id="DE-T3 Saturday"),
        pytest.param("2026-11-29T12:00:00", {}, ("DE-T4",), id="DE-T4 Sunday"),
        pytest.param("2026-11-29T12:00:00", BUSINESS, ("DE-T4",), id="DE-T4 Sunday, business"),
        pytest.param("2026-11-28T23:59:59.999999", {}, ("DE-T1", "DE-T2"), id="DE-T4 not before midnight"),
        pytest.param("2026-11-29T00:00:00", {}, ("DE-T4",), id="DE-T4 from midnight"),
        pytest.param("2026-11-30T00:00:00", {}, ("DE-T1",), id="DE-T4 until midnight"),
        pytest.param("2026-12-24T07:59:59", {}, ("DE-T1", "DE-T6"), id="DE-T6 Christmas Eve before eight"),
        pytest.param("2026-12-24T13:59:59.999999", {}, (), id="DE-T6 Christmas Eve before fourteen"),
        pytest.param("2026-12-24T14:00:00", {}, ("DE-T6",), id="DE-T6 Christmas Eve fourteen"),
        pytest.param("2026-12-31T14:00:00", BUSINESS, ("DE-T6",), id="DE-T6 New Year's Eve, business"),
        pytest.param("2026-12-30T14:00:00", {}, (), id="DE-T6 not on the 30th"),
        pytest.param("2027-12-24T19:00:00", {}, ("DE-T6",), id="DE-T6 every year"),
        # the days on which the clock jumps are Sundays; the neighbours keep their eight o'clock
        pytest.param("2026-03-28T09:00:00", {}, (), id="DST Saturday before spring"),
        pytest.param("2026-03-29T12:00:00", {}, ("DE-T4",), id="DST Sunday of spring"),
        pytest.param("2026-03-30T07:59:59", {}, ("DE-T1",), id="DST Monday after spring, too early"),
        pytest.param("2026-03-30T08:00:00", {}, (), id="DST Monday after spring"),
        pytest.param("2026-10-25T12:00:00", {}, ("DE-T4",), id="DST Sunday of autumn"),
        pytest.param("2026-10-26T07:59:59", {}, ("DE-T1",), id="DST Monday after autumn, too early"),
        pytest.param("2026-10-26T08:00:00", {}, (), id="DST Monday after autumn"),
    ],
)
def test_clock_of_the_called_party_binds(when, debtor, rules):
    assert rules_at(when, **debtor) == rules


@pytest.mark.parametrize(
    ("called", "caller", "rules"),
    [
        pytest.param((), (), (), id="DE-T5 ordinary day"),
        pytest.param(("2026-01-06",), (), ("DE-T5",), id="DE-T5 at the debtor's"),
        pytest.param((), ("2026-01-06",), ("DE-T5",), id="DE-T5 caller in Bavaria on 6 January, debtor in Berlin"),
    ],
)
def test_public_holiday_at_either_end_silences_the_telephone(called, caller, rules):
    places = {"called": (site(holidays=called),), "caller": site(holidays=caller)}
    assert rules_at("2026-01-06T10:00:00", **places) == rules


def test_holiday_ends_at_midnight_and_the_morning_waits_for_eight():
    verdict = judge(facts_about(called=(site(holidays=["2026-01-06"]),)), in_berlin("2026-01-06T10:00:00"))
    assert [d.not_before for d in verdict.denials] == [datetime(2026, 1, 6, 23, tzinfo=UTC)]
    assert verdict.not_before == datetime(2026, 1, 7, 7, tzinfo=UTC)


def test_holiday_follows_the_local_date_not_the_utc_date():
    facts = facts_about(called=(site(holidays=["2026-01-06"]),))
    rules = judge(facts, datetime(2026, 1, 5, 23, 30, tzinfo=UTC)).rules  # already the 6th in Berlin
    assert rules == ("DE-T1", "DE-T5")


def test_every_place_the_debtor_may_be_at_must_be_open():
    facts = facts_about(called=(site(), site("Asia/Kolkata")))
    assert judge(facts, datetime(2026, 11, 24, 14, 29, 59, tzinfo=UTC)).allowed  # 15:29 Berlin, 19:59 Kolkata
    verdict = judge(facts, datetime(2026, 11, 24, 14, 30, tzinfo=UTC))
    assert verdict.rules == ("DE-T1",)
    assert verdict.denials[0].detail == "Asia/Kolkata"
    assert verdict.not_before == datetime(2026, 11, 25, 7, tzinfo=UTC)


# --- how often -------------------------------------------------------------------------------------------------------

LANDLINE = "+493099999999"
PAYABLES = {"contact": 2, "role": "accounts_payable"}


@pytest.mark.parametrize(
    ("history", "changes", "rules"),
    [
        pytest.param([past("2026-11-24T08:00:00")], {}, (), id="DE-F2 one attempt today"),
        pytest.param(
            [past("2026-11-24T08:00:00"), past("2026-11-24T10:00:00")], {}, ("DE-F2",), id="DE-F2 two attempts today"
        ),
        pytest.param(
            [past("2026-11-24T08:00:00"), past("2026-11-24T10:00:00", contact=2)],
            SOLE_TRADER,
            ("DE-F2",),
            id="DE-F2 sole trader",
        ),
        pytest.param(
            [past("2026-11-24T08:00:00"), past("2026-11-24T10:00:00")], BUSINESS, (), id="DE-F1 business, two today"
        ),
        pytest.param(
            [past(f"2026-11-24T{hour}:00:00") for hour in ("08", "09", "10")],
            {},
            ("DE-F1", "DE-F2"),
            id="DE-F1 consumer, three today",
        ),
        pytest.param(
            [past(f"2026-11-24T{hour}:00:00") for hour in ("08", "09", "10")],
            PREVIEW,
            ("DE-F1", "DE-F2"),
            id="DE-F1 fourth by click, vector 3",
        ),
        pytest.param(
            [past(f"2026-11-24T{hour}:00:00", **PAYABLES, e164=LANDLINE) for hour in ("08", "09", "10")],
            BUSINESS | {"contact_role": ContactRole.MANAGING_DIRECTOR},
            ("DE-F1", "BZ-4"),
            id="DE-F1 BZ-4 three at accounts payable, then the director, vector 8",
        ),
        pytest.param(
            [past(f"2026-11-24T{hour}:00:00", **PAYABLES) for hour in ("08", "09", "10")],
            BUSINESS,
            ("DE-F1",),
            id="DE-F1 business, three today, all at accounts payable",
        ),
        pytest.param(
            [past("2026-11-23T23:59:59"), past("2026-11-23T23:00:00"), past("2026-11-23T22:00:00")],
            {},
            (),
            id="DE-F1 yesterday is another day",
        ),
        pytest.param(
            [past("2026-11-24T00:00:00"), past("2026-11-24T00:00:01")], {}, ("DE-F2",), id="DE-F2 from midnight"
        ),
        pytest.param(
            [
                past("2026-11-24T08:00:00", "cancelled"),
                past("2026-11-24T10:00:00", "not_placed"),
                past("2026-11-24T11:59:00", "bad_number"),
            ],
            {},
            (),
            id="DE-F what did not ring does not count",
        ),
        pytest.param(
            [past("2026-11-24T08:00:00", None), past("2026-11-24T09:59:59", "unknown")],
            {},
            ("DE-F2",),
            id="DE-F a running and a lost call count",
        ),
        pytest.param(
            [
                past("2026-11-24T08:00:00", channel="letter"),
                past("2026-11-24T09:00:00", "connected", channel="inbound"),
                past("2026-11-24T09:59:00", "no_answer", channel="inbound"),
            ],
            {},
            ("DE-F4",),
            id="DE-F letters and calls of the debtor are no calls of ours",
        ),
        pytest.param(
            [past("2026-11-24T08:00:00", debtor=2), past("2026-11-24T10:00:00", debtor=2)],
            {},
            ("DE-F2",),
            id="DE-F2 same number, another debtor",
        ),
        pytest.param(
            [past("2026-11-24T08:00:00", e164=LANDLINE), past("2026-11-24T10:00:00", e164=LANDLINE)],
            {},
            ("DE-F2",),
            id="DE-F2 same debtor, another number",
        ),
        pytest.param(
            [past("2026-11-24T08:00:00", e164=LANDLINE), past("2026-11-24T10:00:00", debtor=2)],
            {},
            (),
            id="DE-F2 person and number are counted apart",
        ),
        pytest.param(
            [past(f"2026-11-{day}T10:00:00") for day in (18, 19, 20, 21)], {}, (), id="DE-F3 four in seven days"
        ),
        pytest.param(
            [past(f"2026-11-{day}T10:00:00") for day in (18, 19, 20, 21, 23)],
            {},
            ("DE-F3",),
            id="DE-F3 five in seven days",
        ),
        pytest.param(
            [past("2026-11-17T12:00:00"), *(past(f"2026-11-{day}T10:00:00") for day in (19, 20, 21, 23))],
            {},
            (),
            id="DE-F3 seven days ago to the second is past",
        ),
        pytest.param(
            [past("2026-11-17T12:00:01"), *(past(f"2026-11-{day}T10:00:00") for day in (19, 20, 21, 23))],
            {},
            ("DE-F3",),
            id="DE-F3 a second less than seven days ago counts",
        ),
        pytest.param(
            [past(f"2026-11-{day}T{hour}:00:00") for day in (18, 19, 20, 23) for hour in ("10", "14")],
            BUSINESS,
            ("DE-F3",),
            id="DE-F3 business, eight in seven days over all contacts",
        ),
        pytest.param(
            [past(f"2026-11-{day}T{hour}:00:00") for day in (18, 19, 20) for hour in ("10", "14")]
            + [past("2026-11-23T10:00:00")],
            BUSINESS,
            (),
            id="DE-F3 business, seven in seven days",
        ),
        pytest.param(
            [past(f"2026-{day}T10:00:00") for day in ("10-26", "10-27", "10-28", "10-29", "10-30", "11-02", "11-03")]
            + [past(f"2026-11-{day}T10:00:00") for day in ("04", "05", "06", "09", "10")],
            {},
            ("DE-F3",),
            id="DE-F3 twelve in thirty days",
        ),
        pytest.param([past("2026-11-24T10:00:01")], {}, ("DE-F5",), id="DE-F5 a second less than two hours"),
        pytest.param([past("2026-11-24T10:00:00")], {}, (), id="DE-F5 two hours"),
        pytest.param(
            [past("2026-11-24T09:00:00", ended="2026-11-24T10:30:00")], {}, ("DE-F5",), id="DE-F5 from the end"
        ),
        pytest.param([past("2026-11-24T11:00:00", debtor=2)], {}, ("DE-F5",), id="DE-F5 same number, another debtor"),
        pytest.param([past("2026-11-24T11:00:00", None)], {}, ("DE-F5",), id="DE-F5 a call that is running"),
    ],
)
def test_attempts_use_up_the_limits(history, changes, rules):
    assert rules_at(TUESDAY_NOON, **changes, history=tuple(history)) == rules


def test_second_contact_or_claim_does_not_reset_the_counters():
    business = BUSINESS | tried(*(past(f"2026-11-24T{hour}:00:00", **PAYABLES) for hour in ("08", "09", "10")))
    for role in (ContactRole.HEAD_OF_ACCOUNTING, ContactRole.PURCHASING, ContactRole.OWNER, ContactRole.RECEPTION):
        direct = phone("+4930777", "business_direct", phone_id=99)
        assert rules_at(TUESDAY_NOON, **(business | {"contact_role": role, "phone": direct})) == ("DE-F1", "BZ-4")
    assert rules_at(TUESDAY_NOON, **business, **claims(10_000, 99_999_999)) == ("DE-F1",)


def test_day_of_the_limit_is_the_day_of_each_place():
    """In Kolkata it is tomorrow already, but in Berlin two calls were made today."""
    facts = facts_about(
        called=(site(), site("Asia/Kolkata")),
        history=(past("2026-11-24T08:00:00"), past("2026-11-24T10:00:00")),
    )
    verdict = judge(facts, in_berlin("2026-11-24T14:00:00"))
    assert verdict.rules == ("DE-F2",)
    assert verdict.not_before == datetime(2026, 11, 25, 7, tzinfo=UTC)


@pytest.mark.parametrize("zones", [("Europe/Berlin", "America/New_York"), ("America/New_York", "Europe/Berlin")])
def test_two_calls_on_one_day_of_either_place_are_two(zones):
    """At one and three in the night it was still Monday in New York."""
    facts = facts_about(
        called=tuple(site(zone) for zone in zones),
        history=(past("2026-11-24T01:00:00"), past("2026-11-24T03:00:00")),
    )
    assert judge(facts, in_berlin("2026-11-24T15:00:00")).rules == ("DE-F2",)


def test_limit_of_the_week_ends_when_enough_attempts_are_old():
    """Seven attempts where five are allowed: three of them must be a week old."""
    days = ("18", "19", "20", "21", "22", "23", "24")
    verdict = judge(facts_about(history=tuple(past(f"2026-11-{d}T09:00:00") for d in days)), in_berlin(TUESDAY_NOON))
    assert verdict.rules == ("DE-F3",)
    assert verdict.denials[0].not_before == in_berlin("2026-11-27T09:00:00")
    assert verdict.denials[0].detail == "7/5 in 7 d"


def test_limit_of_the_day_ends_where_the_clock_skips_midnight():
    facts = facts_about(
        called=(site("Asia/Beirut"),),
        history=(past("2026-03-28T08:00:00"), past("2026-03-28T10:00:00")),
    )
    verdict = judge(facts, in_berlin("2026-03-28T14:00:00"))
    assert verdict.rules == ("DE-F2",)
    assert verdict.denials[0].not_before == datetime(2026, 3, 28, 22, tzinfo=UTC)  # 01:00 of the 29th in Beirut
    assert verdict.not_before == datetime(2026, 3, 30, 5, tzinfo=UTC)  # Monday 08:00 in Beirut


@pytest.mark.parametrize(
    ("said", "rests"),
    [
        (None, True),
        ("refused", True),
        ("evaded", True),
        ("promise_to_pay", True),
        ("dispute", True),
        ("do_not_call", True),
        ("cannot_pay", True),
        ("callback_agreed", False),
        ("gatekeeper", False),
        ("wrong_party", False),
        ("no_result", False),
    ],
)
def test_telephone_rests_after_a_conversation(said, rests):
    history = (past("2026-11-23T10:00:00", "connected", said=said),)
    assert rules_at(TUESDAY_NOON, history=history) == (("DE-F4",) if rests else ())


@pytest.mark.parametrize(
    ("talk", "holidays", "first_call"),
    [
        pytest.param("2026-11-23T10:00:00", (), "2026-11-27T08:00:00", id="DE-F4 Monday to Friday"),
        pytest.param("2026-11-20T17:59:00", (), "2026-11-26T08:00:00", id="DE-F4 Friday to Thursday"),
        pytest.param("2026-11-21T10:00:00", (), "2026-11-26T08:00:00", id="DE-F4 Saturday to Thursday"),
        pytest.param("2026-11-17T10:00:00", ("2026-11-18",), "2026-11-24T08:00:00", id="DE-F4 over a holiday"),
        pytest.param(
            "2026-12-23T10:00:00", ("2026-12-25", "2026-12-26"), "2026-12-30T08:00:00", id="DE-F4 over Christmas"
        ),
    ],
)
def test_conversation_is_followed_by_three_whole_working_days_of_rest(talk, holidays, first_call):
    facts = facts_about(called=(site(holidays=holidays),), history=(past(talk, "connected", said="refused"),))
    after = in_berlin(talk) + timedelta(hours=3)
    assert judge(facts, after).not_before == in_berlin(first_call).astimezone(UTC)


def test_conversation_with_another_debtor_at_the_same_number_does_not_rest_this_one():
    history = (past("2026-11-23T10:00:00", "connected", said="refused", debtor=2),)
    assert rules_at(TUESDAY_NOON, history=history) == ()


def test_call_back_lifts_the_rest_only_while_it_is_the_last_word():
    agreed = past("2026-11-20T10:00:00", "connected", said="callback_agreed")
    refused = past("2026-11-23T10:00:00", "connected", said="refused")
    assert rules_at(TUESDAY_NOON, history=(refused, replace(agreed, at=in_berlin("2026-11-23T15:00:00")))) == ()
    assert rules_at(TUESDAY_NOON, history=(agreed, refused)) == ("DE-F4",)


def test_conversation_counts_although_the_network_lost_the_call():
    history = (past("2026-11-23T10:00:00", "unknown", said="refused"),)
    assert rules_at(TUESDAY_NOON, history=history) == ("DE-F4",)


@pytest.mark.parametrize(
    ("when", "mode", "rules"),
    [
        ("2026-11-27T09:59:59", Mode.PROGRESSIVE, ("DE-D4",)),
        ("2026-11-27T10:00:00", Mode.PROGRESSIVE, ()),
        ("2026-11-27T09:59:59", Mode.UNATTENDED, ("DE-D4",)),
        ("2026-11-27T09:59:59", Mode.PREVIEW, ()),
    ],
)
def test_lost_call_blocks_the_dialler_for_three_days(when, mode, rules):
    lost = past("2026-11-24T09:59:00", "abandoned", ended="2026-11-24T10:00:00")
    assert rules_at(when, **BUSINESS, mode=mode, history=(lost,)) == rules


def test_lost_call_of_another_debtor_blocks_the_number():
    lost = past("2026-11-23T10:00:00", "abandoned", debtor=2)
    assert rules_at(TUESDAY_NOON, history=(lost,)) == ("DE-D4",)


# --- whom, where, by whom --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        pytest.param({"country": "FR"}, ("NO-PACK",), id="NO-PACK France"),
        pytest.param({"country": ""}, ("NO-PACK",), id="NO-PACK unknown country"),
        pytest.param({"country": "de"}, ("NO-PACK",), id="NO-PACK small letters are unknown"),
        pytest.param({"called": ()}, ("NO-ZONE",), id="NO-ZONE unknown place"),
        pytest.param(ringing("+12125550123"), ("NO-ZONE",), id="NO-ZONE a number in New York"),
        pytest.param(ringing("+4366412345678"), ("NO-ZONE",), id="NO-ZONE a number in Austria"),
        pytest.param(ringing("03012345678"), ("NO-ZONE",), id="NO-ZONE a number that is none"),
        pytest.param({"caller_id": "+43123456789"}, ("DE-N1", "DE-N2"), id="DE-N2 foreign caller ID"),
        pytest.param({"caller_id": ""}, ("DE-N1",), id="DE-N1 no caller ID"),
        pytest.param({"caller_id": "+49"}, ("DE-N1",), id="DE-N1 not a number"),
        pytest.param({"caller_id": "03023125000"}, ("DE-N1",), id="DE-N1 national form"),
        pytest.param({"caller_id": "+499001234567"}, ("DE-N1",), id="DE-N1 0900"),
        pytest.param({"caller_id": "+491371234567"}, ("DE-N1",), id="DE-N1 0137"),
        pytest.param({"caller_id": "+4911880000"}, ("DE-N1",), id="DE-N1 118xx"),
        pytest.param({"caller_id": "+49116117"}, ("DE-N1",), id="DE-N1 short code"),
        pytest.param({"caller_id": "+49110000"}, ("DE-N1",), id="DE-N1 110"),
        pytest.param({"caller_id": "+49112000"}, ("DE-N1",), id="DE-N1 112"),
        pytest.param({"caller_id": "+4915112345678"}, (), id="DE-N1 mobile"),
        pytest.param({"contact_role": ContactRole.THIRD_PARTY}, ("BZ-3",), id="BZ-3 consumer's third party"),
        pytest.param({"contact_role": ContactRole.OWNER}, ("BZ-3",), id="BZ-3 a consumer owns nothing"),
        pytest.param({"contact_role": ContactRole.RECEPTION}, ("BZ-3",), id="BZ-3 consumer's reception"),
        pytest.param(SOLE_TRADER, (), id="BZ-3 sole trader himself"),
        pytest.param(SOLE_TRADER | {"contact_role": ContactRole.SELF}, (), id="BZ-3 sole trader, self"),
        pytest.param(SOLE_TRADER | {"contact_role": ContactRole.RECEPTION}, ("BZ-3",), id="BZ-3 sole trader's staff"),
        pytest.param(SOLE_TRADER | {"contact_role": ContactRole.ACCOUNTS_PAYABLE}, ("BZ-3",), id="BZ-3 his bookkeeper"),
        pytest.param(BUSINESS, (), id="BZ-3 business"),
        pytest.param(BUSINESS | {"contact_role": ContactRole.THIRD_PARTY}, ("BZ-3",), id="BZ-3 business, third party"),
        pytest.param({"phone": phone(role="work")}, ("DE-P3",), id="DE-P3 consumer at work"),
        pytest.param({"phone": phone(role="business_main")}, ("DE-P3",), id="DE-P3 consumer by his employer's desk"),
        pytest.param({"phone": phone(role="business_direct")}, ("DE-P3",), id="DE-P3 consumer, business line"),
        pytest.param(SOLE_TRADER | {"phone": phone(role="work")}, ("DE-P3",), id="DE-P3 sole trader's other job"),
        pytest.param(SOLE_TRADER | {"phone": phone(role="business_main")}, (), id="DE-P3 sole trader's own shop"),
        pytest.param(BUSINESS | {"phone": phone(role="work")}, (), id="DE-P3 not for businesses"),
        pytest.param(BUSINESS | {"phone": phone(role="private")}, ("BZ-6",), id="BZ-6 a manager's private number"),
        pytest.param(UNATTENDED, ("DE-U4",), id="DE-U4 recording to a consumer"),
        pytest.param(SOLE_TRADER | UNATTENDED, ("DE-U4",), id="DE-U4 recording to a sole trader"),
        pytest.param(BUSINESS | UNATTENDED, (), id="DE-U4 recording to a business"),
        pytest.param(UNATTENDED | VOICEMAIL, (), id="DE-U4 a message on the machine is not played to him"),
        pytest.param({"phone": phone(state="wrong_party")}, ("DE-C5",), id="DE-C5 somebody else's number"),
        pytest.param({"phone": phone(state="bad")}, ("PHONE",), id="PHONE not in use"),
        pytest.param({"phone": phone(state="fax")}, ("PHONE",), id="PHONE fax"),
        pytest.param({"phone": phone(state="suspect")}, (), id="PHONE suspect is worth a try"),
        pytest.param(claims(0), ("PAID",), id="PAID"),
        pytest.param(claims(), ("PAID",), id="PAID no claim"),
        pytest.param(claims(0, -1), ("PAID",), id="PAID and more"),
        pytest.param(claims(0, 1), (), id="PAID a cent is owed"),
        pytest.param(claims(10_000, disputed=True), ("DE-C3",), id="DE-C3 every claim disputed"),
        pytest.param(
            {"claims": (ClaimFacts(id="1"), ClaimFacts(id="2", disputed=True))}, ("DE-C3",), id="DE-C3 one of two"
        ),
        pytest.param(hold("dispute"), ("DE-C3",), id="DE-C3 dispute"),
        pytest.param(hold("represented"), ("DE-C2",), id="DE-C2 represented"),
        pytest.param(hold("insolvency"), ("DE-C4",), id="DE-C4 insolvency"),
        pytest.param(hold("objection"), ("DE-C1",), id="DE-C1 objection"),
        pytest.param(hold("wrong_party"), ("DE-C5",), id="DE-C5 wrong party"),
        pytest.param(hold("deceased"), ("HOLD",), id="HOLD deceased"),
        pytest.param(hold("promise", "2026-11-24T12:00:01"), ("HOLD",), id="HOLD promise runs"),
        pytest.param(hold("promise", "2026-11-24T12:00:00"), (), id="HOLD promise has run out"),
        pytest.param(hold("manual"), ("HOLD",), id="HOLD by hand"),
        pytest.param(COLLECTOR, ("DE-RDG2",), id="DE-RDG2 no notice, vector 6"),
        pytest.param({"operator_role": OperatorRole.OWN_CLAIM}, (), id="DE-RDG2 own claim, vector 7"),
        pytest.param({"operator_role": OperatorRole.LAWYER}, ("DE-RDG2",), id="DE-RDG2 lawyer"),
        pytest.param(SOLE_TRADER | COLLECTOR, ("DE-RDG2",), id="DE-RDG2 sole trader"),
        pytest.param(BUSINESS | COLLECTOR, (), id="DE-RDG2 business"),
    ],
)
def test_person_place_and_standing_bind(changes, rules):
    assert rules_at(TUESDAY_NOON, **changes) == rules


@pytest.mark.parametrize(
    ("given_at", "rules", "not_before"),
    [
        ("2026-11-21T12:00:00", (), None),
        ("2026-11-21T12:00:01", ("DE-RDG2",), "2026-11-24T12:00:01"),
        ("2026-11-24T11:00:00", ("DE-RDG2",), "2026-11-27T11:00:00"),
        ("2026-11-25T09:00:00", ("DE-RDG2",), "2026-11-28T09:00:00"),
    ],
)
def test_notice_of_a_collector_has_three_days_to_arrive(given_at, rules, not_before):
    facts = facts_about(**COLLECTOR, notices={Notice.RDG13A: in_berlin(given_at)})
    verdict = judge(facts, in_berlin(TUESDAY_NOON))
    assert verdict.rules == rules
    assert verdict.not_before == (in_berlin(not_before) if not_before else None)


@pytest.mark.parametrize(
    ("changes", "effect"),
    [
        (claims(10_000, disputed=True), Effect.DENY_OVR),
        (hold("dispute"), Effect.DENY_OVR),
        (hold("represented"), Effect.DENY_OVR),
        (hold("insolvency"), Effect.DENY),
        (hold("objection"), Effect.DENY),
        ({"caller_id": ""}, Effect.DENY),
        (tried(past("2026-11-24T08:00:00"), past("2026-11-24T09:00:00")), Effect.DENY_OVR),
        (tried(*(past(f"2026-11-24T0{n}:00:00") for n in (7, 8, 9))), Effect.DENY),
    ],
)
def test_only_some_rules_can_be_overridden(changes, effect):
    verdict = judge(facts_about(**changes), in_berlin(TUESDAY_NOON))
    assert verdict.denials[0].effect is effect


# --- messages on the machine -----------------------------------------------------------------------------------------


def left(at, **more):
    return past(at, "voicemail_left", **more)


def cut(at):
    """The machine heard the beginning of a message, and the line broke."""
    return replace(past(at, "voicemail_no_message"), message_begun=True)


@pytest.mark.parametrize(
    ("history", "changes", "rules"),
    [
        pytest.param([left("2026-11-17T12:00:01")], {}, ("VM-GAP",), id="VM-GAP consumer, not yet seven days"),
        pytest.param([left("2026-11-17T12:00:00")], {}, (), id="VM-GAP consumer, seven days"),
        pytest.param([left("2026-11-21T12:00:01")], BUSINESS, ("VM-GAP",), id="VM-GAP business, not yet three days"),
        pytest.param([left("2026-11-21T12:00:00")], BUSINESS, (), id="VM-GAP business, three days"),
        pytest.param(
            [left("2026-11-17T11:59:00", ended="2026-11-17T12:00:01")], {}, ("VM-GAP",), id="VM-GAP from the end"
        ),
        pytest.param([past("2026-11-23T12:00:00", "voicemail_no_message")], {}, (), id="VM-GAP nothing was left"),
        pytest.param([cut("2026-11-17T12:00:01")], {}, ("VM-GAP",), id="VM-GAP a message cut in the middle was heard"),
        pytest.param([cut("2026-11-17T12:00:00")], {}, (), id="VM-GAP cut seven days ago"),
        pytest.param([left(f"2026-{m}-01T12:00:00") for m in ("08", "09")], {}, (), id="VM-MOST two"),
        pytest.param([left(f"2026-{m}-01T12:00:00") for m in ("08", "09", "10")], {}, ("VM-MOST",), id="VM-MOST three"),
        pytest.param(
            [left(f"2026-{m}-01T12:00:00") for m in ("08", "09", "10")],
            SOLE_TRADER,
            ("VM-MOST",),
            id="VM-MOST sole trader",
        ),
        pytest.param(
            [left(f"2026-{m}-01T12:00:00") for m in ("07", "08", "09", "10")], BUSINESS, (), id="VM-MOST not a business"
        ),
    ],
)
def test_messages_are_left_seldom(history, changes, rules):
    assert rules_at(TUESDAY_NOON, **changes, **VOICEMAIL, history=tuple(history)) == rules


def test_limits_of_messages_do_not_bind_a_call():
    history = tuple(left(f"2026-{m}-01T12:00:00") for m in ("08", "09", "10"))
    assert rules_at(TUESDAY_NOON, history=history) == ()


def test_fourth_message_is_denied_without_a_date():
    history = tuple(left(f"2026-{m}-01T12:00:00") for m in ("08", "09", "10"))
    assert judge(facts_about(**VOICEMAIL, history=history), in_berlin(TUESDAY_NOON)).not_before is None


def test_message_obeys_the_clock_like_a_call():
    assert rules_at("2026-11-24T20:00:00", **VOICEMAIL) == ("DE-T1",)


# --- the verdict -----------------------------------------------------------------------------------------------------


def test_naive_now_is_refused():
    with pytest.raises(ValueError, match=r"^the gate needs an instant with a time zone$"):
        judge(facts_about(), datetime(2026, 11, 24, 12))  # noqa: DTZ001 - that is the point


def test_verdict_names_every_rule_at_once():
    facts = facts_about(
        caller_id="", contact_role=ContactRole.THIRD_PARTY, **claims(0), **hold("objection"), ring_seconds=5
    )
    verdict = judge(facts, in_berlin("2026-11-29T12:00:00"))
    assert set(verdict.rules) == {"DE-N1", "BZ-3", "PAID", "DE-C1", "DE-T4", "DE-D1"}
    assert not verdict.allowed
    assert verdict.not_before is None
    assert verdict.closes_at is None


def test_verdict_says_when_the_clock_will_forbid_it():
    verdict = judge(facts_about(**BUSINESS), in_berlin("2026-11-24T17:59:59.999999"))
    assert verdict.allowed
    assert verdict.closes_at == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert verdict.packs == ("common 2026.11", "de 2026.11")


def test_rule_that_denies_for_good_leaves_no_date():
    verdict = judge(facts_about(**claims(0)), in_berlin("2026-11-24T06:00:00"))
    assert verdict.rules == ("PAID", "DE-T1")
    assert [d.not_before for d in verdict.denials] == [None, datetime(2026, 11, 24, 7, tzinfo=UTC)]
    assert verdict.not_before is None


def test_rules_follow_one_another_until_the_call_passes():
    """Tuesday evening after two calls: the next day, but that is a holiday, and then the rest of a conversation."""
    facts = facts_about(
        called=(site(holidays=["2026-11-25"]),),
        history=(
            past("2026-11-24T09:00:00"),
            past("2026-11-24T16:00:00", "connected", said="refused", ended="2026-11-24T16:05:00"),
        ),
    )
    verdict = judge(facts, in_berlin("2026-11-24T20:30:00"))
    assert verdict.rules == ("DE-T1", "DE-F2", "DE-F4")
    assert verdict.not_before == in_berlin("2026-12-01T08:00:00")  # 26, 27 and 30 November are the working days


@pytest.mark.parametrize(("steps", "not_before"), [(2, "2026-11-26T08:00:00"), (1, None)])
def test_search_that_finds_no_end_gives_no_date(monkeypatch, steps, not_before):
    """The gap after two calls of tomorrow is over at 10:30, but then that day has had its two."""
    monkeypatch.setattr(permit, "MAX_STEPS", steps)
    history = (past("2026-11-25T08:00:00"), past("2026-11-25T08:30:00"))
    verdict = judge(facts_about(history=history), in_berlin("2026-11-24T21:00:00"))
    assert verdict.rules == ("DE-T1", "DE-F5")
    assert verdict.not_before == (in_berlin(not_before) if not_before else None)


def test_bound_of_the_search_covers_a_month_of_full_days():
    assert MAX_STEPS >= 30 * 5


# --- against brute force ---------------------------------------------------------------------------------------------

OUTCOMES = [None, "no_answer", "busy", "connected", "voicemail_left", "abandoned", "cancelled", "unknown", "bad_number"]
WORDS = [None, "refused", "callback_agreed", "gatekeeper", "no_result"]
WHEN = datetime(2026, 12, 21, tzinfo=UTC)
"""A Monday before Christmas: quiet days, holidays, weekends and a new year within the scan."""

HOLIDAYS = ("2026-12-25", "2026-12-26", "2027-01-01", "2027-01-06")
STEP = timedelta(minutes=15)
SCAN = timedelta(days=14)


@st.composite
def attempts(draw):
    at = WHEN + draw(st.integers(-4 * 24 * 30, 4 * 24 * 3)) * STEP
    outcome = draw(st.sampled_from(OUTCOMES))
    return replace(
        past("2026-01-01T00:00:00", outcome, said=draw(st.sampled_from(WORDS)) if outcome == "connected" else None),
        at=at,
        ended_at=at + draw(st.sampled_from([timedelta(), STEP])),
        debtor_id=draw(st.sampled_from([1, 1, 2])),
        e164=draw(st.sampled_from([MOBILE, MOBILE, "+4930123456"])),
    )


@st.composite
def situations(draw):
    debtor = draw(st.sampled_from([{}, SOLE_TRADER, BUSINESS]))
    zones = draw(st.sampled_from([("Europe/Berlin",), ("Europe/Berlin", "Asia/Kolkata"), ("America/New_York",)]))
    until = WHEN + draw(st.integers(0, 4 * 24 * 5)) * STEP
    return facts_about(
        **debtor,
        called=tuple(site(zone, holidays=HOLIDAYS) for zone in zones),
        caller=site(holidays=["2026-12-28"]),
        mode=draw(st.sampled_from([Mode.PREVIEW, Mode.PROGRESSIVE])),
        channel=draw(st.sampled_from([Channel.CALL, Channel.VOICEMAIL])),
        holds=draw(st.sampled_from([(), (Hold(reason=HoldReason.MANUAL, until=until),)])),
        history=tuple(sorted(draw(st.lists(attempts(), max_size=8)), key=lambda a: a.at)),
    )


def judge_bare(facts, at):
    """The rules that deny at that instant, without looking for the next one."""
    return judge(facts, at).denials


@settings(max_examples=60)
@given(situations(), st.integers(0, 4 * 24 * 3))
def test_not_before_is_the_first_instant_that_passes(facts, start):
    """All edges of these stories lie on quarters of an hour, so a scan in quarters is exact."""
    now = WHEN + start * STEP
    facts = replace(facts, history=tuple(h for h in facts.history if h.at <= now))
    verdict = judge(facts, now)
    passes = (now + n * STEP for n in range(int(SCAN / STEP)))
    first = next((at for at in passes if not judge_bare(facts, at)), None)
    if verdict.allowed:
        assert first == now
    elif first is not None:
        assert verdict.not_before == first
    else:
        assert verdict.not_before is None or verdict.not_before > now + SCAN - STEP


@settings(max_examples=100)
@given(situations(), st.integers(0, 4 * 24 * 3))
def test_no_rule_alone_denies_longer_than_all_together(facts, start):
    now = WHEN + start * STEP
    verdict = judge(facts, now)
    dates = [d.not_before for d in verdict.denials]
    if verdict.not_before is not None:
        assert all(d is not None and now < d <= verdict.not_before for d in dates)


def shut_by_the_clock(facts, at):
    """The tables of section 1.1, written down again."""
    for place in facts.called:
        wall = at.astimezone(place.zone)
        hour, weekday = wall.hour, wall.weekday()
        if weekday == 6 or place.holiday(wall.date()) is not None:
            return True
        if (wall.month, wall.day) in {(12, 24), (12, 31)} and not 8 <= hour < 14:
            return True
        if facts.debtor_type is DebtorType.BUSINESS:
            if weekday == 5 or not 8 <= hour < 18:
                return True
        elif not ((9 <= hour < 18) if weekday == 5 else (8 <= hour < 20)):
            return True
    return facts.caller.holiday(at.astimezone(facts.caller.zone).date()) is not None


@settings(max_examples=150)
@given(situations(), st.integers(0, 60 * 24 * 12))
def test_clock_denies_exactly_what_the_table_forbids(facts, minute):
    facts = replace(facts, history=(), holds=())
    now = WHEN + timedelta(minutes=minute)
    assert judge(facts, now).allowed is not shut_by_the_clock(facts, now)


@settings(max_examples=60)
@given(situations(), st.integers(0, 60 * 24 * 12), st.integers(0, 59_999_999))
def test_allowed_call_closes_at_the_first_forbidden_minute(facts, minute, microseconds):
    facts = replace(facts, history=(), holds=())
    now = WHEN + timedelta(minutes=minute, microseconds=microseconds)
    verdict = judge(facts, now)
    if verdict.allowed:
        after = (WHEN + timedelta(minutes=minute + n) for n in range(1, 60 * 24))
        assert verdict.closes_at == next(at for at in after if shut_by_the_clock(facts, at))


def test_zone_of_a_debtor_is_his_own_not_the_machines():
    facts = facts_about(called=(site("America/New_York"),))
    assert not judge(facts, datetime(2026, 11, 24, 12, 59, 59, tzinfo=UTC)).allowed
    assert judge(facts, datetime(2026, 11, 24, 13, tzinfo=ZoneInfo("UTC"))).allowed  # 08:00 in New York


@pytest.mark.parametrize(
    ("validation", "closes"),
    [
        (None, datetime(2026, 11, 24, 18, 0, 0, 1, tzinfo=UTC)),
        ("2026-11-20T12:00:00-05:00", datetime(2026, 11, 25, 2, tzinfo=UTC)),
    ],
)
def test_call_closes_when_the_time_for_a_notice_is_over(validation, closes):
    """US-S2: a talk on Thursday at 13:00 in New York; 120 hours later the validation notice must have followed."""
    facts = read_facts(
        {
            "operator": {
                "role": "registered_collector",
                "country": "US",
                "subdivision": "NY",
                "caller_id": "+12125551000",
            },
            "debtor": {"type": "consumer", "country": "US", "subdivision": "NJ"},
            "phone": {"e164": "+12015550123", "role": "private"},
            "contact": {"role": "self"},
            "claims": [{"id": "A1"}],
            "notices": {"us_validation": validation},
            "mode": "preview",
            "history": [{"at": "2026-11-19T13:00:00-05:00", "claims": ["B2"], "outcome": "connected"}],
        }
    )
    verdict = judge(facts, datetime(2026, 11, 24, 15, tzinfo=UTC))
    assert verdict.rules == ()
    assert verdict.closes_at == closes
