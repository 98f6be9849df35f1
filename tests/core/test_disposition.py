"""What the collector says of a conversation, and what follows for the case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dialer.core.case import Hold, HoldReason, PhoneState
from dialer.core.disposition import Consequence, Report, consequence, ends_call_back, problem
from dialer.core.outcome import Disposition
from tests.core.stories import in_berlin, past, site

NOW = in_berlin("2026-11-24T12:00:00")
TODAY = date(2026, 11, 24)


def wrong(said, owed=10_000, **more):
    return problem(Report(disposition=Disposition(said), **more), open_minor=owed, today=TODAY, now=NOW)


def follows(said, *, place=None, grace=3, now=NOW, **more):
    report = Report(disposition=Disposition(said), **more)
    return consequence(report, site=place or site(), now=now, grace_workdays=grace)


@pytest.mark.parametrize("said", ["promise_to_pay", "instalments_agreed"])
@pytest.mark.parametrize(
    ("amount", "on", "complaint"),
    [
        (10_000, TODAY, None),
        (1, TODAY + timedelta(days=90), None),
        (None, TODAY, "needs an amount and a date"),
        (5_000, None, "needs an amount and a date"),
        (0, TODAY, "must lie between 0.01 and what is owed, 100.00"),
        (-1, TODAY, "must lie between"),
        (10_001, TODAY, "must lie between"),
        (5_000, TODAY - timedelta(days=1), "within 90 days"),
        (5_000, TODAY + timedelta(days=91), "within 90 days"),
    ],
)
def test_promise_names_a_possible_amount_and_day(said, amount, on, complaint):
    found = wrong(said, amount_minor=amount, on=on)
    assert (found is None) if complaint is None else (complaint in found)


def test_call_back_needs_a_time_to_come():
    assert wrong("callback_agreed") == "callback_agreed needs the agreed time"
    assert "past" in wrong("callback_agreed", callback_at=NOW)
    assert "90 days" in wrong("callback_agreed", callback_at=NOW + timedelta(days=91))
    assert wrong("callback_agreed", callback_at=NOW + timedelta(seconds=1)) is None


@pytest.mark.parametrize("said", [d for d in Disposition if d.value not in {
    "promise_to_pay", "instalments_agreed", "callback_agreed"}])  # fmt: skip
def test_other_words_need_nothing_more(said):
    assert wrong(said) is None


@pytest.mark.parametrize("said", [d.value for d in Disposition])
@pytest.mark.parametrize(
    ("surplus", "wanted_by", "name"),
    [
        ({"amount_minor": 1}, {"promise_to_pay", "instalments_agreed"}, "amount and date"),
        ({"amount_minor": 0}, {"promise_to_pay", "instalments_agreed"}, "amount and date"),
        ({"on": TODAY}, {"promise_to_pay", "instalments_agreed"}, "amount and date"),
        ({"callback_at": NOW + timedelta(hours=1)}, {"callback_agreed"}, "call-back time"),
    ],
)
def test_what_a_word_does_not_carry_is_refused(said, surplus, wanted_by, name):
    complaint = f"{said} has no {name}"
    assert (wrong(said, **surplus) == complaint) is (said not in wanted_by)


@pytest.mark.parametrize(
    ("on", "grace", "holidays", "until"),
    [
        pytest.param(date(2026, 11, 25), 3, (), "2026-12-01T00:00:00", id="Wednesday: Thu Fri Mon, back on Tuesday"),
        pytest.param(date(2026, 11, 25), 0, (), "2026-11-26T00:00:00", id="no grace: the next working day"),
        pytest.param(date(2026, 11, 28), 0, (), "2026-11-30T00:00:00", id="Saturday: back on Monday"),
        pytest.param(date(2026, 12, 23), 2, ("2026-12-25", "2026-12-26"), "2026-12-29T00:00:00", id="over Christmas"),
    ],
)
@pytest.mark.parametrize(
    ("said", "reason"), [("promise_to_pay", HoldReason.PROMISE), ("instalments_agreed", HoldReason.INSTALMENTS)]
)
def test_promise_rests_the_telephone_until_it_is_broken(said, reason, *, on, grace, holidays, until):
    found = follows(said, amount_minor=1, on=on, grace=grace, place=site(holidays=holidays))
    assert found == Consequence(hold=Hold(reason=reason, until=in_berlin(until)))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("dispute", HoldReason.DISPUTE),
        ("insolvency", HoldReason.INSOLVENCY),
        ("represented", HoldReason.REPRESENTED),
        ("do_not_call", HoldReason.OBJECTION),
        ("deceased", HoldReason.DECEASED),
    ],
)
def test_some_words_stop_the_telephone_until_a_person_lifts_it(said, reason):
    assert follows(said) == Consequence(hold=Hold(reason=reason, until=None))


def test_payment_is_given_five_working_days_to_show():
    assert follows("says_paid").hold == Hold(reason=HoldReason.SAYS_PAID, until=in_berlin("2026-12-01T00:00:00"))


def test_who_cannot_pay_is_left_alone_for_two_weeks():
    assert follows("cannot_pay").hold == Hold(reason=HoldReason.CANNOT_PAY, until=in_berlin("2026-12-08T12:00:00"))


def test_wrong_party_silences_the_number():
    assert follows("wrong_party") == Consequence(phone_state=PhoneState.WRONG_PARTY)


def test_call_back_is_kept():
    later = datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert follows("callback_agreed", callback_at=later) == Consequence(callback_at=later)


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("promise_to_pay", True),
        ("refused", True),
        ("dispute", True),
        ("cannot_pay", True),
        ("gatekeeper", False),
        ("wrong_party", False),
        ("no_result", False),
    ],
)
def test_what_the_debtor_says_takes_the_place_of_a_call_back(said, ends):
    calls = (
        past("2026-11-24T10:00", "connected", said="callback_agreed"),
        past("2026-11-24T12:00", "connected"),
        past("2026-11-25T10:00", "busy"),
    )
    assert ends_call_back(Disposition(said), NOW, calls) is ends


def test_word_that_comes_late_ends_no_call_back_agreed_since():
    calls = (past("2026-11-24T12:00", "connected"), past("2026-11-25T10:00", "connected", said="callback_agreed"))
    assert ends_call_back(Disposition.REFUSED, NOW, calls) is False


@pytest.mark.parametrize("said", ["refused", "evaded", "gatekeeper", "no_result"])
def test_other_words_change_nothing_on_the_case(said):
    assert follows(said, callback_at=datetime(2026, 11, 25, 9, tzinfo=UTC)) == Consequence()


@pytest.mark.parametrize(
    ("said", "refusal", "conversation"),
    [
        ("promise_to_pay", False, True),
        ("instalments_agreed", False, True),
        ("says_paid", False, True),
        ("refused", True, True),
        ("evaded", True, True),
        ("gatekeeper", True, False),
        ("dispute", False, True),
        ("wrong_party", False, False),
        ("callback_agreed", False, True),
        ("cannot_pay", False, True),
        ("insolvency", False, True),
        ("represented", False, True),
        ("do_not_call", False, True),
        ("deceased", False, True),
        ("no_result", False, False),
    ],
)
def test_words_mean_the_same_to_ladder_and_gate(said, refusal, conversation):
    word = Disposition(said)
    assert (word.refusal, word.conversation) == (refusal, conversation)
