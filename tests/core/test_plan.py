"""When a case comes next: wish, window and law together; nobody is silently skipped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.core import plan as planning
from dialer.core.case import CaseStatus, DebtorType, Hold, HoldReason
from dialer.core.checks.finding import Finding
from dialer.core.decision import Climb, Idle, Review, Step, Strategy, Why
from dialer.core.outcome import Disposition, Mode, Outcome
from dialer.core.permit import Verdict, judge, reachable
from dialer.core.plan import plan
from dialer.core.policy import Effect, OperatorRole, Text
from dialer.core.strategy import next_step
from dialer.core.windows import WeeklyWindow, is_open, parse_span
from tests.core.stories import BUSINESS, LAW, case_of, contact, facts_about, in_berlin, past, phone, site


def strategy(**days):
    """A segment's window by weekday, as in the configuration."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return Strategy(window=WeeklyWindow(tuple(tuple(parse_span(s) for s in days.get(day, ())) for day in names)))


OFFICE, DAY = ["09:00-18:00"], ["00:00-24:00"]
EVENINGS = strategy(mon=["17:00-20:00"], tue=["17:00-20:00"], wed=["17:00-20:00"], sat=["10:00-14:00"])
TO_SIX = strategy(mon=OFFICE, tue=OFFICE, wed=OFFICE, thu=OFFICE, fri=OFFICE)
ALWAYS = strategy(mon=DAY, tue=DAY, wed=DAY, thu=DAY, fri=DAY, sat=DAY, sun=DAY)


def planned(case, now, *history, strategy=ALWAYS, place=None, **changes):
    """The plan for a case, its facts taken from it."""
    place = place or site()
    instant = in_berlin(now)
    decision = next_step(reachable(case, LAW), history, strategy, place, instant)

    def facts_for(step):
        facts = facts_about(
            called=(place,),
            debtor_type=case.debtor.type,
            contact_role=step.contact.role,
            phone=step.phone,
            holds=case.holds,
            history=history,
        )
        return replace(facts, **changes)

    return plan(decision, strategy, facts_for, LAW, instant)


def test_call_inside_window_and_law_is_due_now():
    found = planned(case_of(), "2026-11-24T18:00:00", strategy=EVENINGS)
    assert found.at == in_berlin("2026-11-24T18:00:00")
    assert found.window_closes == in_berlin("2026-11-24T20:00:00")
    assert found.verdict.allowed
    assert found.due(in_berlin("2026-11-24T18:00:00"))
    assert not found.due(in_berlin("2026-11-24T17:59:59"))


def test_call_waits_for_the_segments_window():
    found = planned(case_of(), "2026-11-24T12:00:00", strategy=EVENINGS)
    assert found.at == in_berlin("2026-11-24T17:00:00")
    assert found.verdict.allowed  # the law would not mind
    assert planned(case_of(), "2026-11-25T20:00:00", strategy=EVENINGS).at == in_berlin("2026-11-28T10:00:00")


def test_law_narrows_the_window():
    assert planned(case_of(), "2026-11-29T12:00:00").at == in_berlin("2026-11-30T08:00:00")
    assert planned(case_of(), "2026-12-24T13:00:00").at == in_berlin("2026-12-24T13:00:00")
    late = strategy(sat=["17:00-24:00"])
    assert planned(case_of(), "2026-11-28T18:00:00", strategy=late).at == in_berlin("2026-12-05T17:00:00")


def test_retry_two_hours_before_closing_goes_to_the_next_opening():
    """17:00 plus two hours in a window to 18:00 is tomorrow at nine, not tonight at seven."""
    decided = planned(case_of(), "2026-11-24T17:01:00", past("2026-11-24T17:00:00"), strategy=TO_SIX)
    assert decided.at == in_berlin("2026-11-25T09:00:00")
    decided = planned(case_of(), "2026-11-24T16:31:00", past("2026-11-24T16:30:00"), strategy=TO_SIX)
    assert decided.at == in_berlin("2026-11-25T09:00:00")


def test_retry_on_friday_evening_goes_to_monday():
    decided = planned(case_of(), "2026-11-27T17:01:00", past("2026-11-27T17:00:00"), strategy=TO_SIX)
    assert decided.at == in_berlin("2026-11-30T09:00:00")


def test_busy_line_is_tried_again_when_the_gap_has_passed():
    decided = planned(case_of(), "2026-11-24T10:01:00", past("2026-11-24T10:00:00", "busy"))
    assert decided.verdict.rules == ("DE-F5",)
    assert decided.at == in_berlin("2026-11-24T12:00:00")


def test_counters_push_past_the_window_and_the_window_past_the_counters():
    """Two calls on Tuesday: Wednesday, but only from 17:00."""
    history = (past("2026-11-24T08:00:00"), past("2026-11-24T11:00:00"))
    found = planned(case_of(), "2026-11-24T17:30:00", *history, strategy=EVENINGS)
    assert found.verdict.rules == ("DE-F2",)
    assert found.at == in_berlin("2026-11-25T17:00:00")


def test_call_back_at_night_waits_for_the_morning():
    case = case_of(callback_at=in_berlin("2026-11-24T22:00:00"))
    talk = past("2026-11-24T12:00:00", "connected", said="callback_agreed")
    assert planned(case, "2026-11-24T13:00:00", talk).at == in_berlin("2026-11-25T08:00:00")


def test_forbidden_for_good_has_no_instant_but_a_rule():
    found = planned(case_of(), "2026-11-24T12:00:00", operator_role=OperatorRole.REGISTERED_COLLECTOR)
    assert found.at is None
    assert found.verdict.rules == ("DE-RDG2",)
    assert not found.due(in_berlin("2026-11-24T12:00:00"))


def test_unknown_place_has_no_instant_but_a_rule():
    found = planned(case_of(), "2026-11-24T12:00:00", called=())
    assert (found.at, found.verdict.rules) == (None, ("NO-ZONE",))


def test_window_that_never_meets_the_law_is_said_and_looked_at_again():
    sundays = strategy(sun=["10:00-12:00"])
    found = planned(case_of(), "2026-11-24T12:00:00", strategy=sundays)
    assert found.decision == Idle(why=Why.NO_HOUR, until=in_berlin("2026-11-25T12:00:00"))
    assert found.at == in_berlin("2026-11-25T12:00:00")
    at_night = planned(case_of(), "2026-11-24T23:00:00", strategy=sundays)
    assert at_night.decision.why is Why.NO_HOUR


def test_window_of_a_business_on_saturday_is_said():
    people = (contact(1, "accounts_payable"),)
    found = planned(case_of("business", contacts=people), "2026-11-24T12:00:00", strategy=strategy(sat=["09:00-12:00"]))
    assert found.decision.why is Why.NO_HOUR


def test_idle_case_comes_back_when_its_reason_ends():
    case = case_of(holds=(Hold(reason=HoldReason.PROMISE, until=in_berlin("2026-12-01T00:00:00")),))
    found = planned(case, "2026-11-24T12:00:00")
    assert (found.at, found.decision.why) == (in_berlin("2026-12-01T00:00:00"), Why.HOLD)
    assert not found.due(in_berlin("2027-01-01T00:00:00"))


@pytest.mark.parametrize(
    "decision", [Climb(contact=contact(2, "owner"), why=Why.REFUSALS), Review(why=Why.TOP_OF_LADDER)]
)
def test_climb_and_review_happen_at_once(decision):
    now = in_berlin("2026-11-29T03:00:00")
    found = plan(decision, ALWAYS, lambda _step: pytest.fail("no call, no facts"), LAW, now)
    assert (found.decision, found.at) == (decision, now)


def comes_back(*denied):
    """The gate with one more rule, which forbids these hours of 24 November, one after the other."""

    def gate(facts, law, instant):
        for hour in denied:
            start = in_berlin(f"2026-11-24T{hour}:00:00")
            if start <= instant < start + timedelta(hours=1):
                end = start + timedelta(hours=1)
                denial = Finding(rule="HOLD", effect=Effect.DENY, not_before=end, text=Text(de="", en=""))
                return Verdict(denials=(denial,), warnings=(), not_before=end, closes_at=None, packs=())
        return judge(facts, law, instant)

    return gate


def test_rule_that_comes_back_later_is_passed_as_well(monkeypatch):
    split = strategy(tue=["09:00-10:00", "12:00-13:00", "15:00-16:00"])
    monkeypatch.setattr(planning, "judge", comes_back("09", "12"))
    found = planned(case_of(), "2026-11-24T09:00:00", strategy=split)
    assert (found.at, found.verdict.rules) == (in_berlin("2026-11-24T15:00:00"), ("HOLD",))


def test_search_that_takes_too_long_looks_again_later(monkeypatch):
    split = strategy(tue=["09:00-10:00", "12:00-13:00", "15:00-16:00"])
    monkeypatch.setattr(planning, "judge", comes_back("09", "12"))
    monkeypatch.setattr(planning, "MAX_ROUNDS", 1)
    found = planned(case_of(), "2026-11-24T09:00:00", strategy=split)
    assert (found.at, found.verdict.rules) == (in_berlin("2026-11-24T12:00:00"), ("HOLD",))


def test_release_of_the_gate_outside_the_window_goes_round_again():
    """The gap ends at 12:30, in the noon break; the afternoon opens at 14:00, but a second call that day is two."""
    split = strategy(tue=["09:00-12:00", "14:00-16:00"], wed=["09:00-12:00"])
    history = (past("2026-11-24T10:30:00"),)
    assert planned(case_of(), "2026-11-24T11:00:00", *history, strategy=split).at == in_berlin("2026-11-24T14:00:00")
    history = (past("2026-11-24T09:00:00"), past("2026-11-24T11:00:00", debtor=2))
    found = planned(case_of(), "2026-11-24T15:00:00", *history, past("2026-11-24T14:00:00", debtor=2), strategy=split)
    assert found.at == in_berlin("2026-11-25T09:00:00")


# --- for any history: an instant or a reason -------------------------------------------------------------------------

MONTH = datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 12, 15, 11, tzinfo=UTC)
PLACE = site(holidays=["2026-12-25", "2026-12-26", "2027-01-01", "2027-01-06"])
WINDOWS = [EVENINGS, TO_SIX, ALWAYS, strategy(sun=["10:00-12:00"]), strategy(sat=["19:00-20:00"], tue=["19:59-20:00"])]
CONTACTS = {
    "consumer": ["self", "third_party"],
    "sole_trader": ["self", "owner", "reception"],
    "business": ["reception", "accounts_payable", "third_party", "managing_director"],
}


@st.composite
def attempts(draw):
    outcome = draw(st.sampled_from([None, *(o.value for o in Outcome)]))
    said = draw(st.sampled_from([None, *(d.value for d in Disposition)])) if outcome == "connected" else None
    attempt = past("2026-01-01T00:00:00", outcome, said=said, contact=draw(st.integers(1, 3)))
    return replace(attempt, at=MONTH + timedelta(minutes=draw(st.integers(0, 44 * 24 * 60))))


@st.composite
def cases(draw):
    debtor_type = draw(st.sampled_from(list(CONTACTS)))
    people = tuple(
        contact(
            n,
            draw(st.sampled_from(CONTACTS[debtor_type])),
            phones=[
                phone(
                    f"+49301111{n}{m}",
                    draw(st.sampled_from(["private", "work", "business_main"])),
                    draw(st.sampled_from(["usable", "usable", "suspect", "bad", "fax", "wrong_party"])),
                    phone_id=10 * n + m,
                )
                for m in range(draw(st.integers(0, 2)))
            ],
        )
        for n in range(1, draw(st.integers(1, 4)))
    )
    until = draw(st.sampled_from([None, NOW - timedelta(days=1), NOW + timedelta(days=9)]))
    holds = draw(st.sampled_from([(), (), (Hold(reason=HoldReason.PROMISE, until=until),)]))
    return case_of(
        debtor_type,
        contacts=people,
        invoice=draw(st.sampled_from(["2026-12-10", "2026-11-25", "2026-09-01"])),
        holds=holds,
        status=draw(st.sampled_from([CaseStatus.OPEN, CaseStatus.OPEN, CaseStatus.LEGAL_REVIEW])),
        contact_id=draw(st.sampled_from([None, 1, 2])),
        callback_at=draw(st.sampled_from([None, None, NOW + timedelta(hours=30)])),
    )


@settings(max_examples=200)
@given(cases(), st.lists(attempts(), max_size=10), st.sampled_from(WINDOWS), st.sampled_from(list(Mode)))
def test_every_case_has_a_next_instant_or_a_reason_why_not(case, history, wishes, mode):
    history = tuple(sorted(history, key=lambda a: a.at))
    decision = next_step(reachable(case, LAW), history, wishes, PLACE, NOW)

    def facts_for(step):
        return facts_about(
            called=(PLACE,),
            caller=PLACE,
            debtor_type=case.debtor.type,
            contact_role=step.contact.role,
            phone=step.phone,
            mode=mode,
            holds=case.holds,
            history=history,
        )

    found = plan(decision, wishes, facts_for, LAW, NOW)
    if isinstance(found.decision, Step) and found.at is not None:
        facts = facts_for(found.decision)
        assert found.at >= max(NOW, found.decision.due_at)
        assert judge(facts, LAW, found.at).allowed
        agreed = found.decision.why is Why.CALLBACK
        assert agreed or is_open(((PLACE.zone, wishes.window),), found.at)
        assert (found.window_closes is None) is (agreed or wishes is ALWAYS)
        assert found.window_closes is None or found.window_closes > found.at
    elif isinstance(found.decision, Step):
        assert any(d.not_before is None for d in found.verdict.denials)
    elif isinstance(found.decision, Idle):
        dateless = {Why.HOLD, Why.LIVE, Why.NO_NUMBER, Why.PAID, Why.CLOSED, Why.LEGAL_REVIEW}
        assert found.at is not None or found.decision.why in dateless
        assert found.at is None or found.at > NOW
    else:
        assert found.at == NOW


@settings(max_examples=80)
@given(st.lists(attempts(), max_size=8), st.sampled_from(WINDOWS[:3]), st.integers(0, 3 * 24 * 60))
def test_planned_instant_is_the_first_that_suits(history, wishes, minute):
    """Against a scan of a week, minute by minute where the window is open."""
    now = NOW + timedelta(minutes=minute)
    history = tuple(sorted(history, key=lambda a: a.at))
    facts = facts_about(called=(PLACE,), history=history, debtor_type=DebtorType.CONSUMER)
    step = next_step(case_of(), (), wishes, PLACE, now)
    found = plan(step, wishes, lambda _step: facts, LAW, now)
    quarter = timedelta(minutes=15)
    start = now.replace(minute=0)
    for n in range(1, 4 * 24 * 7):
        at = start + n * quarter
        if at > now and is_open(((PLACE.zone, wishes.window),), at) and judge(facts, LAW, at).allowed:
            assert found.at <= at
            break


def test_business_facts_pass_through_to_the_gate():
    found = planned(case_of("business", contacts=(contact(1, "accounts_payable"),)), "2026-11-24T18:30:00")
    assert found.verdict.rules == ("DE-T3",)
    assert BUSINESS["debtor_type"] is DebtorType.BUSINESS
    assert found.at == in_berlin("2026-11-25T08:00:00")
