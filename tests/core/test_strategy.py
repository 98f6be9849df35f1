"""What comes next with a case: the step, the hour of the next try, the ladder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.core.case import CaseStatus, ContactRole, Hold, HoldReason
from dialer.core.decision import Climb, Idle, Review, Step, StepName, Strategy, Why
from dialer.core.outcome import Channel, Disposition, Outcome
from dialer.core.permit import reachable
from dialer.core.strategy import first_contact, next_step
from dialer.core.texts import reason_text
from dialer.core.windows import WHOLE_DAY, WeeklyWindow
from tests.core.stories import LAW, case_of, contact, in_berlin, past, phone, site

STRATEGY = Strategy(window=WeeklyWindow((WHOLE_DAY,) * 7))
BERLIN = site()
NOW = "2026-11-24T12:00:00"


def step_after(*history, case=None, now=NOW, strategy=STRATEGY, place=BERLIN):
    return next_step(reachable(case or case_of(), LAW), history, strategy, place, in_berlin(now))


def due_after(*history, **more):
    decision = step_after(*history, **more)
    assert isinstance(decision, Step)
    return decision.due_at


def business(*contacts, **changes):
    people = contacts or (
        contact(1, "accounts_payable", name="Herr Ahorn"),
        contact(2, "head_of_accounting", name="Frau Birke"),
        contact(3, "managing_director", name="Frau Kornblume"),
    )
    return case_of("business", contacts=people, **changes)


# --- steps by the claim's age ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-11-14T23:59:59", Idle(why=Why.TOO_YOUNG, until=in_berlin("2026-11-15T00:00:00")), id="13"),
        pytest.param("2026-11-15T00:00:00", StepName.INFO_CALL, id="14 from midnight"),
        pytest.param("2026-12-01T23:59:59", StepName.INFO_CALL, id="30"),
        pytest.param("2026-12-02T00:00:00", StepName.COLLECTION_CALL, id="31 from midnight"),
    ],
)
def test_step_follows_the_age_of_the_invoice_by_the_debtors_calendar(now, expected):
    decision = step_after(case=case_of(invoice="2026-11-01"), now=now)
    assert (decision.name if isinstance(decision, Step) else decision) == expected


def test_day_fourteen_begins_at_the_midnight_of_the_debtor():
    kolkata = site("Asia/Kolkata")
    case = case_of(invoice="2026-11-01")
    before, after = datetime(2026, 11, 14, 18, 29, 59, tzinfo=UTC), datetime(2026, 11, 14, 18, 30, tzinfo=UTC)
    assert next_step(case, (), STRATEGY, kolkata, before) == Idle(why=Why.TOO_YOUNG, until=after)
    assert isinstance(next_step(case, (), STRATEGY, kolkata, after), Step)


def test_oldest_open_claim_counts_and_paid_ones_do_not():
    case = case_of(invoice="2026-11-01")
    old = replace(case.claims[0], id=2, reference="F-2", invoice_date=date(2026, 1, 1))
    with_old = replace(case, claims=(*case.claims, old))
    with_paid = replace(case, claims=(*case.claims, replace(old, paid_minor=10_000)))
    assert step_after(case=with_old, now="2026-11-02T12:00:00").name is StepName.COLLECTION_CALL
    assert step_after(case=with_paid, now="2026-11-02T12:00:00").why is Why.TOO_YOUNG


def test_first_call_is_due_at_once():
    decision = step_after()
    assert (decision.due_at, decision.why, decision.channel) == (in_berlin(NOW), Why.FIRST_CALL, Channel.CALL)


# --- reasons to do nothing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": CaseStatus.CLOSED}, Why.CLOSED),
        ({"status": CaseStatus.LEGAL_REVIEW}, Why.LEGAL_REVIEW),
        ({"claims": ()}, Why.PAID),
        ({"contacts": ()}, Why.NO_NUMBER),
        ({"contacts": (contact(phones=()),)}, Why.NO_NUMBER),
        ({"contacts": (contact(phones=[phone(state="bad"), phone(state="fax", phone_id=2)]),)}, Why.NO_NUMBER),
    ],
)
def test_case_at_rest_says_why(changes, why):
    assert step_after(case=case_of(**changes)) == Idle(why=why)


def held(*holds):
    return case_of(holds=tuple(Hold(reason=HoldReason(r), until=in_berlin(u) if u else None) for r, u in holds))


def test_hold_rests_until_its_end():
    case = held(("promise", "2026-12-01T00:00:00"))
    assert step_after(case=case) == Idle(why=Why.HOLD, until=in_berlin("2026-12-01T00:00:00"), detail="promise")
    assert isinstance(step_after(case=case, now="2026-12-01T00:00:00"), Step)


def test_longest_of_several_holds_counts():
    case = held(("promise", "2026-12-01T00:00:00"), ("says_paid", "2026-12-03T00:00:00"))
    assert step_after(case=case).until == in_berlin("2026-12-03T00:00:00")


def test_hold_without_end_waits_for_a_person():
    case = held(("promise", "2026-12-01T00:00:00"), ("insolvency", None))
    assert step_after(case=case) == Idle(why=Why.HOLD, until=None, detail="insolvency, promise")


def test_running_call_is_awaited():
    assert step_after(past("2026-11-24T11:59:00", None)) == Idle(why=Why.LIVE)


@pytest.mark.parametrize(
    ("talk", "holidays", "until"),
    [
        ("2026-11-23T10:00:00", (), "2026-11-24T00:00:00"),
        ("2026-11-20T17:59:00", (), "2026-11-23T00:00:00"),
        ("2026-11-17T10:00:00", ("2026-11-18",), "2026-11-19T00:00:00"),
    ],
)
def test_missing_disposition_holds_the_case_until_the_next_working_day(talk, holidays, until):
    place = site(holidays=holidays)
    forgotten = past(talk, "connected")
    day = in_berlin(until)
    before = next_step(case_of(), (forgotten,), STRATEGY, place, day - timedelta(microseconds=1))
    assert before == Idle(why=Why.AWAITS_DISPOSITION, until=day)
    after = next_step(case_of(), (forgotten,), STRATEGY, place, day)
    assert isinstance(after, Step)
    assert after.why is Why.AFTER_CONVERSATION


# --- when to try again (design section 6) ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempt", "due"),
    [
        pytest.param(past("2026-11-24T10:00:00", "busy"), "2026-11-24T10:15:00", id="busy"),
        pytest.param(
            past("2026-11-24T10:00:00", "busy", ended="2026-11-24T10:01:00"), "2026-11-24T10:16:00", id="from the end"
        ),
        pytest.param(past("2026-11-24T08:30:00"), "2026-11-24T11:00:00", id="morning, then noon"),
        pytest.param(past("2026-11-24T10:30:00"), "2026-11-24T12:30:00", id="two hours at least"),
        pytest.param(past("2026-11-24T11:00:00"), "2026-11-24T14:00:00", id="noon, then afternoon"),
        pytest.param(past("2026-11-24T13:59:00"), "2026-11-24T15:59:00", id="noon, two hours later"),
        pytest.param(past("2026-11-24T14:00:00"), "2026-11-24T17:00:00", id="afternoon, then evening"),
        pytest.param(past("2026-11-24T16:59:00"), "2026-11-24T18:59:00", id="afternoon, two hours later"),
        pytest.param(past("2026-11-24T17:00:00"), "2026-11-25T00:00:00", id="evening, then the next day"),
        pytest.param(past("2026-11-24T19:59:00"), "2026-11-25T00:00:00", id="late evening"),
        pytest.param(past("2026-11-24T08:30:00", "failed"), "2026-11-24T11:00:00", id="failed"),
        pytest.param(past("2026-11-24T08:30:00", "unknown"), "2026-11-24T11:00:00", id="unknown"),
        pytest.param(past("2026-11-24T08:30:00", "abandoned"), "2026-11-24T11:00:00", id="abandoned"),
        pytest.param(past("2026-11-24T08:30:00", "voicemail_no_message"), "2026-11-24T11:00:00", id="no message left"),
        pytest.param(past("2026-11-24T10:00:00", "voicemail_left"), "2026-11-26T00:00:00", id="message on Tuesday"),
        pytest.param(past("2026-11-20T10:00:00", "voicemail_left"), "2026-11-24T00:00:00", id="message on Friday"),
        pytest.param(past("2026-11-24T10:00:00", "announced"), "2026-11-26T00:00:00", id="announced"),
        pytest.param(past("2026-11-24T10:00:00", "bad_number"), NOW, id="bad number"),
        pytest.param(past("2026-11-24T10:00:00", "cancelled"), NOW, id="cancelled"),
        pytest.param(past("2026-11-24T10:00:00", "fax_machine"), NOW, id="fax tone"),
        pytest.param(past("2026-11-24T11:59:00", "not_placed"), "2026-11-24T12:14:00", id="not placed"),
        pytest.param(
            past("2026-11-24T08:30:00", "connected", said="refused"), "2026-11-24T11:00:00", id="after a conversation"
        ),
    ],
)
def test_next_try_follows_the_outcome(attempt, due):
    assert due_after(attempt) == in_berlin(due)


def test_busy_is_tried_again_soon_at_most_twice_a_day():
    first, second, third = (past(f"2026-11-24T08:{m}:00", "busy") for m in ("00", "15", "30"))
    assert due_after(first) == in_berlin("2026-11-24T08:15:00")
    assert due_after(first, second) == in_berlin("2026-11-24T08:30:00")
    assert due_after(first, second, third) == in_berlin("2026-11-24T11:00:00")


def test_busy_of_yesterday_is_forgiven():
    days = [past(f"2026-11-{day}T08:{m}:00", "busy") for day, m in ((23, "00"), (23, "15"), (24, "30"))]
    assert due_after(*days) == in_berlin("2026-11-24T08:45:00")


def test_message_before_a_holiday_waits_for_working_days():
    place = site(holidays=["2026-12-25", "2026-12-26"])
    left = past("2026-12-23T10:00:00", "voicemail_left")
    assert due_after(left, place=place, now="2026-12-24T12:00:00") == in_berlin("2026-12-28T00:00:00")


@pytest.mark.parametrize(
    ("at", "due"),
    [("2026-03-29T08:30:00", "2026-03-29T11:00:00"), ("2026-10-25T08:30:00", "2026-10-25T11:00:00")],
)
def test_parts_of_the_day_are_read_off_the_clock_when_it_jumps(at, due):
    assert due_after(past(at), case=case_of(invoice="2026-01-01"), now=due) == in_berlin(due)


# --- which number ----------------------------------------------------------------------------------------------------

FIRST, SECOND = "+4930111111", "+4930222222"


def two_lines(**states):
    lines = [phone(FIRST, state=states.get("first", "usable"), phone_id=1)]
    lines.append(phone(SECOND, state=states.get("second", "usable"), phone_id=2))
    return case_of(contacts=(contact(phones=lines),))


@pytest.mark.parametrize(
    ("case", "history", "number"),
    [
        pytest.param(two_lines(), [], FIRST, id="in the order given"),
        pytest.param(two_lines(), [past("2026-11-23T10:00:00", e164=FIRST)], SECOND, id="the one tried least"),
        pytest.param(two_lines(first="bad"), [], SECOND, id="bad"),
        pytest.param(two_lines(first="fax"), [], SECOND, id="fax"),
        pytest.param(two_lines(first="wrong_party"), [], SECOND, id="somebody else's"),
        pytest.param(
            two_lines(first="suspect"), [past("2026-11-23T10:00:00", e164=SECOND)], SECOND, id="sound before suspect"
        ),
        pytest.param(two_lines(first="suspect", second="bad"), [], FIRST, id="suspect before none"),
    ],
)
def test_numbers_take_turns(case, history, number):
    assert step_after(*history, case=case).phone.e164 == number


def test_workplace_of_a_consumer_is_passed_over():
    """Otherwise the gate would refuse that number for ever, and the private one would never ring."""
    lines = [phone(FIRST, "work", phone_id=1), phone(SECOND, "private", phone_id=2)]
    assert step_after(case=case_of(contacts=(contact(phones=lines),))).phone.e164 == SECOND
    only_work = case_of(contacts=(contact(phones=lines[:1]),))
    assert step_after(case=only_work) == Idle(why=Why.NO_NUMBER)


def test_staff_of_a_sole_trader_is_passed_over():
    people = (contact(1, "reception"), contact(2, "accounts_payable"), contact(3, "owner", name="Herr Tischler"))
    assert step_after(case=case_of("sole_trader", contacts=people)).contact.id == 3
    assert first_contact(reachable(case_of("sole_trader", contacts=people[:2]), LAW)) is None


def test_third_party_of_a_business_is_passed_over():
    people = (contact(1, "third_party"), contact(2, "managing_director"))
    assert step_after(case=case_of("business", contacts=people)).contact.id == 2


def test_ladder_starts_at_the_lowest_level_with_a_number():
    people = (
        contact(1, "owner"),
        contact(2, "accounts_payable", phones=[phone(state="bad")]),
        contact(3, "purchasing"),
    )
    assert step_after(case=case_of("business", contacts=people)).contact.id == 3


def test_sole_trader_with_a_dead_line_is_called_on_his_other():
    people = (contact(1, "self", phones=[phone(state="bad")]), contact(2, "owner"))
    assert step_after(case=case_of("sole_trader", contacts=people, contact_id=1)).contact.id == 2


def test_business_contact_without_a_line_hands_over():
    people = (contact(1, "accounts_payable", phones=[phone(state="bad")]), contact(2, "purchasing"))
    decision = step_after(case=business(*people, contact_id=1))
    assert decision == Climb(contact=people[1], why=Why.NO_NUMBER, missing_levels=(2,))
    assert step_after(case=business(people[0], contact_id=1)) == Idle(why=Why.NO_NUMBER)


def test_unknown_contact_falls_back_to_the_first():
    assert step_after(case=business(contact_id=77)).contact.id == 1


# --- the call-back ---------------------------------------------------------------------------------------------------


def test_call_back_is_due_at_the_agreed_time():
    case = case_of(callback_at=in_berlin("2026-11-26T15:30:00"))
    decision = step_after(past("2026-11-24T10:00:00", "connected", said="callback_agreed"), case=case)
    assert (decision.due_at, decision.why) == (in_berlin("2026-11-26T15:30:00"), Why.CALLBACK)


def test_call_back_agreed_in_the_info_call_does_not_rest_until_the_collection_call():
    case = case_of(invoice="2026-11-06", callback_at=in_berlin("2026-11-25T10:00:00"))
    talk = past("2026-11-23T10:00:00", "connected", said="callback_agreed")
    decision = step_after(talk, case=case)
    assert (decision.name, decision.due_at) == (StepName.INFO_CALL, in_berlin("2026-11-25T10:00:00"))


def test_call_back_agreed_before_day_fourteen_is_kept():
    case = case_of(invoice="2026-11-20", callback_at=in_berlin("2026-11-25T10:00:00"))
    assert step_after(case=case).due_at == in_berlin("2026-11-25T10:00:00")


def test_call_back_comes_before_the_ladder():
    history = (
        past("2026-11-20T10:00:00"),
        past("2026-11-20T14:00:00"),
        past("2026-11-23T10:00:00"),
        past("2026-11-24T10:00:00", "connected", said="callback_agreed"),
    )
    case = business(callback_at=in_berlin("2026-11-25T10:00:00"))
    assert step_after(*history, case=case).why is Why.CALLBACK
    evaded = (*history[:3], past("2026-11-24T10:00:00", "connected", said="evaded"))
    assert step_after(*evaded, case=case).why is Why.CALLBACK
    assert isinstance(step_after(*evaded, case=business()), Climb)


# --- the info call ---------------------------------------------------------------------------------------------------


def test_info_call_that_was_held_rests_until_the_collection_call():
    case = case_of(invoice="2026-11-06")
    talk = past("2026-11-23T10:00:00", "connected", said="evaded")
    assert step_after(talk, case=case) == Idle(why=Why.INFO_DONE, until=in_berlin("2026-12-07T00:00:00"))


def test_info_call_that_reached_nobody_six_times_rests():
    case = business(invoice="2026-11-06")
    vain = [past(f"2026-11-{day}T{hour}:00:00") for day in (20, 21, 23) for hour in ("09", "12")]
    assert isinstance(step_after(*vain, case=case), Step)  # only three days
    vain[-1] = past("2026-11-24T09:00:00")
    assert step_after(*vain, case=case).why is Why.INFO_DONE


def test_info_call_never_climbs():
    talks = [past(f"2026-11-2{n}T10:00:00", "connected", said="gatekeeper") for n in (0, 1, 3)]
    assert isinstance(step_after(*talks, case=business(invoice="2026-11-06")), Step)


# --- the ladder ------------------------------------------------------------------------------------------------------


def talked(at, said):
    return past(at, "connected", said=said)


def climb_after(*history, case=None):
    decision = step_after(*history, case=case or business())
    return (decision.contact.id, decision.why) if isinstance(decision, Climb) else None


@pytest.mark.parametrize(
    ("history", "climbed"),
    [
        pytest.param(
            [past("2026-11-20T10:00:00"), past("2026-11-20T14:00:00"), past("2026-11-23T10:00:00", "busy")],
            (2, Why.REFUSALS),
            id="three unanswered on two days",
        ),
        pytest.param(
            [past("2026-11-23T08:00:00"), past("2026-11-23T11:00:00"), past("2026-11-23T15:00:00")],
            None,
            id="three unanswered on one day",
        ),
        pytest.param([past("2026-11-20T10:00:00"), past("2026-11-23T10:00:00")], None, id="two unanswered"),
        pytest.param(
            [
                past("2026-11-19T10:00:00"),
                past("2026-11-20T14:00:00", "failed"),
                talked("2026-11-23T10:00:00", "refused"),
            ],
            (2, Why.REFUSALS),
            id="refusals and unanswered calls together",
        ),
        pytest.param(
            [past("2026-11-19T10:00:00", o) for o in ("cancelled", "bad_number", "not_placed", "unknown")]
            + [past("2026-11-20T10:00:00", "cancelled")],
            None,
            id="what did not ring is nobody's fault",
        ),
        pytest.param(
            [talked("2026-11-20T10:00:00", "gatekeeper"), talked("2026-11-20T14:00:00", "evaded")],
            (2, Why.DENIED_TWICE),
            id="two denials, on one day",
        ),
        pytest.param([talked("2026-11-20T10:00:00", "gatekeeper")], None, id="one denial"),
        pytest.param(
            [talked("2026-11-18T10:00:00", "refused"), talked("2026-11-20T10:00:00", "refused")], None, id="two noes"
        ),
        pytest.param([talked("2026-11-02T10:00:00", "promise_to_pay")], (2, Why.BROKEN_PROMISE), id="broken promise"),
        pytest.param(
            [talked("2026-11-02T10:00:00", "instalments_agreed")], None, id="instalments leave something owed"
        ),
        pytest.param(
            [talked(f"2026-11-{d}T10:00:00", "no_result") for d in (16, 17, 18, 19, 20)]
            + [past("2026-11-23T10:00:00", "abandoned")],
            (2, Why.FRUITLESS),
            id="six fruitless on six days",
        ),
        pytest.param(
            [talked(f"2026-11-{d}T{h}:00:00", "no_result") for d in (18, 19, 20) for h in ("09", "13")],
            None,
            id="six fruitless on three days",
        ),
    ],
)
def test_evasion_leads_to_the_next_level(history, climbed):
    assert climb_after(*history) == climbed


def test_next_level_starts_at_zero_but_old_calls_stay_in_the_history():
    """Business-wide limits are the gate's; the ladder counts only what the new contact did since the climb."""
    old = [past(f"2026-11-{d}T10:00:00") for d in (18, 19, 20)]
    case = business(contact_id=2, contact_since=in_berlin("2026-11-20T12:00:00"))
    assert step_after(*old, case=case).contact.id == 2
    vain = [past(f"2026-11-{d}T{h}:00:00", contact=2) for d, h in ((20, "15"), (23, "09"), (23, "15"))]
    assert climb_after(*old, *vain, case=case) == (3, Why.REFUSALS)
    before_the_climb = [past("2026-11-20T09:00:00", contact=2), *vain[1:]]
    assert climb_after(*old, *before_the_climb, case=case) is None


def test_top_of_the_ladder_is_for_a_person():
    case = business(contact_id=3)
    vain = [past(f"2026-11-{d}T10:00:00", contact=3) for d in (18, 19, 20)]
    assert step_after(*vain, case=case) == Review(why=Why.TOP_OF_LADDER, because=tuple(h.id for h in vain))


def test_level_without_a_number_is_skipped():
    people = (
        contact(1, "accounts_payable"),
        contact(2, "head_of_accounting", phones=()),
        contact(3, "third_party"),
        contact(4, "owner"),
    )
    vain = [past(f"2026-11-{d}T10:00:00") for d in (18, 19, 20)]
    assert climb_after(*vain, case=business(*people)) == (4, Why.REFUSALS)


def test_private_person_who_is_never_there_goes_to_review():
    vain = [
        past(f"2026-11-{d}T{h}:00:00") for d, h in ((18, 9), (19, 12), (20, 9), (20, 15), (23, 9)) for h in [f"{h:02}"]
    ]
    assert isinstance(step_after(*vain), Step)
    sixth = past("2026-11-24T09:00:00")
    assert step_after(*vain, sixth) == Review(why=Why.UNREACHABLE, because=tuple(h.id for h in (*vain, sixth)))


def test_figures_of_the_ladder_are_settings():
    strict = replace(STRATEGY, ladder_refusals=1, ladder_refusal_days=1)
    assert isinstance(step_after(past("2026-11-23T10:00:00"), case=business(), strategy=strict), Climb)
    early = replace(STRATEGY, info_call_day=0, collection_call_day=0)
    assert step_after(case=case_of(invoice="2026-11-24"), strategy=early).name is StepName.COLLECTION_CALL


@pytest.mark.parametrize("why", list(Why))
def test_every_reason_can_be_told(why):
    assert reason_text(why, "de")
    assert reason_text(why, "en")


# --- any history -----------------------------------------------------------------------------------------------------

MONTH = datetime(2026, 11, 1, tzinfo=UTC)


@st.composite
def histories(draw):
    ends = st.sampled_from([o.value for o in Outcome])
    attempts = []
    for minutes in sorted(draw(st.lists(st.integers(0, 60 * 24 * 40), max_size=12, unique=True))):
        outcome = draw(ends)
        said = draw(st.sampled_from([None, *(d.value for d in Disposition)])) if outcome == "connected" else None
        attempt = past("2026-01-01T00:00:00", outcome, said=said, contact=draw(st.integers(1, 3)))
        attempts.append(replace(attempt, at=MONTH + timedelta(minutes=minutes)))
    return tuple(attempts)


roles = st.lists(st.sampled_from(list(ContactRole)), min_size=1, max_size=4)


@settings(max_examples=150)
@given(histories(), roles, st.sampled_from(["consumer", "sole_trader"]), st.sampled_from([None, 1, 2]))
def test_natural_person_is_never_escalated(history, people, debtor_type, contact_id):
    contacts = tuple(contact(n, role) for n, role in enumerate(people, start=1))
    case = case_of(debtor_type, contacts=contacts, contact_id=contact_id)
    decision = step_after(*history, case=case, now="2026-12-15T12:00:00")
    assert not isinstance(decision, Climb)
    own = {"self"} if debtor_type == "consumer" else {"self", "owner"}
    if isinstance(decision, Step):
        assert decision.contact.role.value in own


@settings(max_examples=150)
@given(histories(), roles)
def test_climb_leads_upwards_and_to_somebody_with_a_number(history, people):
    contacts = tuple(contact(n, role) for n, role in enumerate(people, start=1))
    case = case_of("business", contacts=contacts, contact_id=1)
    decision = step_after(*history, case=case, now="2026-12-15T12:00:00")
    if isinstance(decision, Climb):
        assert decision.contact.role is not ContactRole.THIRD_PARTY
        assert (decision.contact.role.level, decision.contact.id) > (contacts[0].role.level, 1)


# --- what was about other claims -------------------------------------------------------------------------------------


def about(attempt, *claims):
    """The attempt, about these claims; the open claim of `case_of` has the id 1."""
    return replace(attempt, claims=frozenset(map(str, claims)))


@pytest.mark.parametrize(
    ("claims", "climbs"),
    [
        pytest.param((9,), None, id="about a claim that is settled"),
        pytest.param((1,), (3, Why.BROKEN_PROMISE), id="about the open one"),
        pytest.param((9, 1), (3, Why.BROKEN_PROMISE), id="about both"),
        pytest.param((), (3, Why.BROKEN_PROMISE), id="nobody knows about what"),
    ],
)
def test_promise_that_was_kept_sends_no_later_claim_to_the_managing_director(claims, climbs):
    people = (contact(1, "accounts_payable"), contact(3, "managing_director"))
    promise = about(talked("2026-11-02T10:00:00", "promise_to_pay"), *claims)
    assert climb_after(promise, case=business(*people, contact_id=1)) == climbs


@pytest.mark.parametrize(
    ("claims", "reviewed"),
    [pytest.param((9,), False, id="about claims that are settled"), pytest.param((1,), True, id="about the open one")],
)
def test_old_vain_calls_about_settled_claims_send_nobody_to_review(claims, reviewed):
    hours = ("18T09", "19T12", "20T09", "20T15", "23T09", "24T09")
    vain = [about(past(f"2026-11-{hour}:00:00"), *claims) for hour in hours]
    decision = step_after(*vain)
    assert isinstance(decision, Review if reviewed else Step)
    assert (decision.why is Why.UNREACHABLE) is reviewed


def test_refused_request_is_repeated_ever_later():
    """15 minutes, 30, an hour … and never less than once a day."""
    hour = timedelta(hours=1)
    waits = [hour / 4, hour / 2, hour, 2 * hour, 4 * hour, 8 * hour, 16 * hour, 24 * hour, 24 * hour]
    for refusals, wait in enumerate(waits, start=1):
        row = [past("2026-11-24T10:00:00", "not_placed") for _ in range(refusals)]
        assert due_after(*row) == in_berlin("2026-11-24T10:00:00") + wait
    rang = past("2026-11-24T09:00:00", "not_placed"), past("2026-11-24T09:30:00", "bad_number")
    assert due_after(*rang, past("2026-11-24T10:00:00", "not_placed")) == in_berlin("2026-11-24T10:15:00")
