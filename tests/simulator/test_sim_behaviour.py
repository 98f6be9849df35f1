from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.simulator.behaviour import decide
from dialer.simulator.directory import CollectorPhone, Directory, Person

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY_TEN = datetime(2026, 11, 17, 10, tzinfo=BERLIN)
TUESDAY_EVENING = datetime(2026, 11, 17, 18, tzinfo=BERLIN)
TEMPERAMENTS = ("pays", "promises", "evades", "refuses", "disputes", "absent")
PRIVATE = Person("+4930000001", temperament="promises", claim_amount_minor=10000)
BUSINESS = replace(PRIVATE, segment="business", role="accounts_payable")


def kinds(person, when, calls=600):
    everybody = [replace(person, temperament=word) for word in TEMPERAMENTS]
    return Counter(decide(one, when, seed, 1).kind for one in everybody for seed in range(calls // 6))


def dispositions(person, calls=400):
    person = replace(person, line="answers")
    return Counter(decide(person, TUESDAY_TEN, 1, nth).disposition for nth in range(calls))


@given(seed=st.integers(), nth=st.integers(min_value=1, max_value=50))
def test_same_seed_and_number_give_the_same_reaction(seed, nth):
    assert decide(PRIVATE, TUESDAY_TEN, seed, nth) == decide(PRIVATE, TUESDAY_TEN, seed, nth)


def test_reach_is_realistic_in_good_hours():
    for person, when in ((PRIVATE, TUESDAY_EVENING), (BUSINESS, TUESDAY_TEN)):
        assert 0.22 <= kinds(person, when)["human"] / 600 <= 0.36


def test_private_persons_are_reached_in_the_evening_and_businesses_in_the_morning():
    assert kinds(PRIVATE, TUESDAY_EVENING)["human"] > kinds(PRIVATE, TUESDAY_TEN)["human"]
    assert kinds(BUSINESS, TUESDAY_TEN)["human"] > 4 * kinds(BUSINESS, TUESDAY_EVENING)["human"]


def test_unanswered_calls_are_voicemail_busy_or_nothing():
    counted = kinds(PRIVATE, TUESDAY_TEN)
    unanswered = 600 - counted["human"] - counted["wrong_party"]
    assert 0.38 <= counted["voicemail"] / unanswered <= 0.52
    assert 0.02 <= counted["busy"] / unanswered <= 0.10


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("answers", "human"),
        ("voicemail_only", "voicemail"),
        ("busy", "busy"),
        ("dead", "failed"),
        ("fax", "fax"),
        ("no_answer", "no_answer"),
    ],
)
def test_fixed_lines_never_vary(line, kind):
    reactions = [decide(replace(BUSINESS, line=line), TUESDAY_EVENING, seed, 1) for seed in range(100)]
    assert {reaction.kind for reaction in reactions} == {kind}
    assert not any(reaction.mistaken_for_machine for reaction in reactions)
    assert {reaction.machine_ending for reaction in reactions} == {"machine_end_beep"}


def test_rings_and_conversations_stay_in_their_bounds():
    for nth in range(300):
        reaction = decide(PRIVATE, TUESDAY_EVENING, 3, nth)
        assert 2 <= reaction.ring_seconds <= 20
        if reaction.kind == "human":
            assert 40 <= reaction.conversation_seconds <= 240


def test_role_shapes_what_comes_of_a_conversation():
    assert dispositions(replace(BUSINESS, role="reception"))["gatekeeper"] > 200
    assert dispositions(BUSINESS)["evaded"] > 120
    promised = dispositions(replace(BUSINESS, role="managing_director", temperament="refuses"))
    assert promised["promise_to_pay"] + promised["instalments_agreed"] > 150


def test_promises_carry_amount_and_date():
    person = replace(PRIVATE, line="answers")
    for nth in range(200):
        reaction = decide(person, TUESDAY_TEN, 1, nth)
        if reaction.disposition == "promise_to_pay":
            assert reaction.fields["amount_minor"] == 10000
            assert 3 <= (reaction.fields["promise_date"] - TUESDAY_TEN.date()).days <= 14
        if reaction.disposition == "callback_agreed":
            assert reaction.fields["callback_at"] > TUESDAY_TEN
            assert reaction.fields["callback_at"].weekday() < 5


def test_directory_survives_json():
    book = Directory([PRIVATE, BUSINESS], [CollectorPhone("+4940000001", "anna", present=False)])
    again = Directory.from_json(book.to_json())
    assert again.people == book.people
    assert again.collectors == book.collectors
    assert again.lookup("+4999999999") is None
