"""What a person may answer for: which rules, by whom, until when, and what that leaves of the hours."""

from __future__ import annotations

from datetime import UTC

import pytest

from dialer.core.case import Hold, HoldReason
from dialer.core.facts import Override
from dialer.core.permit import judge
from dialer.core.policy import Counted, Effect, Flag, Forbidden, Gap, Hours, Lines, LostRate, Rolling, Stopped
from dialer.core.windows import WHOLE_DAY, parse_week
from tests.core.stories import BUSINESS, LAW, facts_about, in_berlin, law, past, phone, rule, site

NOON = "2026-11-24T12:00:00"


def leave(rule="R", until="2026-11-24T18:00:00", role="compliance", user="ida"):
    return Override(rule=rule, role=role, until=in_berlin(until).astimezone(UTC), user=user, reason="agreed")


def overridden(*leaves, rules=(), now=NOON, **facts):
    return judge(facts_about(overrides=leaves, **facts), law(*rules), in_berlin(now))


SOFT = rule(Forbidden(), "DENY_OVR")
HOURS = rule(Hours(week=parse_week({"mon-sun": ["08:00-11:00"]}, unnamed=WHOLE_DAY)), "DENY_OVR")
FIRM = rule(Hours(week=parse_week({"mon-sun": ["08:00-20:00"]}, unnamed=WHOLE_DAY)), id="FIRM")


@pytest.mark.parametrize(
    ("effect", "allowed"),
    [("DENY_OVR", True), ("DENY", False), ("REQUIRE", False), ("LIMIT", False), ("CONTENT", False)],
)
def test_only_what_may_be_overridden_is(effect, allowed):
    assert overridden(leave(), rules=(rule(Forbidden(), effect),)).allowed is allowed


@pytest.mark.parametrize("role", ["", "collector", "Compliance", "admin"])
def test_nobody_but_compliance_overrides(role):
    assert overridden(leave(role=role), rules=(SOFT,)).rules == ("R",)


@pytest.mark.parametrize(
    ("until", "rules"),
    [("2026-11-24T12:00:00", ("R",)), ("2026-11-24T12:00:00.000001", ()), ("2026-11-23T12:00:00", ("R",))],
)
def test_override_holds_until_its_end(until, rules):
    assert overridden(leave(until=until), rules=(SOFT,)).rules == rules


def test_override_is_for_one_rule():
    assert overridden(leave("OTHER"), rules=(SOFT,)).rules == ("R",)
    assert overridden(leave(), rules=(SOFT, rule(Forbidden(), "DENY_OVR", id="OTHER"))).rules == ("OTHER",)
    assert overridden(leave("OTHER"), leave(), rules=(SOFT, rule(Forbidden(), "DENY_OVR", id="OTHER"))).allowed


def test_who_overrides_is_named_in_a_warning():
    verdict = overridden(leave(user="ida"), rules=(rule(Gap(hours=2), "DENY_OVR"),), history=(past(NOON),))
    (warning,) = verdict.warnings
    assert (warning.rule, warning.effect, warning.detail, warning.not_before) == ("R", Effect.WARN, "ida", None)
    assert warning.text.says("en", warning.detail) == "Overridden by ida."
    assert warning.text.says("de", warning.detail) == "Freigegeben durch ida."


def test_override_that_is_not_needed_is_not_mentioned():
    assert overridden(leave()).warnings == ()
    assert overridden(leave(), rules=(rule(Gap(hours=2), "DENY_OVR"),)).warnings == ()


def test_other_warnings_stand_beside_it():
    verdict = overridden(leave(), rules=(SOFT, rule(Forbidden(), "WARN", id="W")))
    assert [w.rule for w in verdict.warnings] == ["R", "W"]


# --- rules that share an id ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hard_first", [True, False])
def test_override_does_not_lift_the_hard_rule_of_the_same_id(hard_first):
    """Although the other one would forbid for longer."""
    hard, soft = rule(Gap(hours=2)), rule(Gap(hours=20), "DENY_OVR")
    rules = (hard, soft) if hard_first else (soft, hard)
    history = (past("2026-11-24T11:00:00"),)
    verdict = overridden(leave(until="2026-12-24T12:00:00"), rules=rules, history=history)
    assert [(d.rule, d.effect, d.not_before) for d in verdict.denials] == [
        ("R", Effect.DENY, in_berlin("2026-11-24T13:00:00"))
    ]
    assert [w.detail for w in verdict.warnings] == ["ida"]
    assert verdict.not_before == in_berlin("2026-11-24T13:00:00")


@pytest.mark.parametrize("hard_first", [True, False])
@pytest.mark.parametrize(
    ("hard", "soft", "effect", "until"),
    [
        (Gap(hours=2), Gap(hours=20), "DENY_OVR", "2026-11-25T07:00:00"),
        (Gap(hours=20), Gap(hours=2), "DENY", "2026-11-25T07:00:00"),
        (Gap(hours=20), Gap(hours=20), "DENY", "2026-11-25T07:00:00"),
        (Forbidden(), Gap(hours=20), "DENY", None),
        (Gap(hours=20), Forbidden(), "DENY_OVR", None),
        (Forbidden(), Forbidden(), "DENY", None),
    ],
)
def test_one_rule_is_told_once_as_what_lasts_longest(hard, soft, effect, until, *, hard_first):
    rules = (rule(hard), rule(soft, "DENY_OVR"))
    verdict = overridden(rules=rules if hard_first else rules[::-1], history=(past("2026-11-24T11:00:00"),))
    (denial,) = verdict.denials
    assert (denial.effect.value, denial.not_before) == (effect, in_berlin(until) if until else None)
    assert verdict.not_before == denial.not_before


# --- when next -------------------------------------------------------------------------------------------------------


def test_release_counts_an_override_while_it_holds():
    rules = (rule(Gap(hours=9), "DENY_OVR"), rule(Gap(hours=2), id="FIRM"))
    facts = {"history": (past("2026-11-24T11:00:00"),)}
    verdict = overridden(leave(until="2026-11-24T13:00:01"), rules=rules, **facts)
    assert (verdict.rules, verdict.not_before) == (("FIRM",), in_berlin("2026-11-24T13:00:00"))
    verdict = overridden(leave(until="2026-11-24T13:00:00"), rules=rules, **facts)
    assert (verdict.rules, verdict.not_before) == (("FIRM",), in_berlin("2026-11-24T20:00:00"))


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param(Forbidden(), id="forbidden"),
        pytest.param(Lines(roles=frozenset()), id="lines"),
        pytest.param(Stopped(flags=frozenset({Flag.ATTORNEY})), id="stopped"),
    ],
)
def test_release_is_none_when_the_override_ends_before_it(condition):
    rules = (rule(condition, "DENY_OVR"), rule(Gap(hours=2), id="FIRM"))
    facts = {"history": (past("2026-11-24T11:00:00"),), "flags": frozenset({Flag.ATTORNEY})}
    assert overridden(leave(until="2026-11-24T12:30:00"), rules=rules, **facts).not_before is None
    later = overridden(leave(until="2026-11-24T13:30:00"), rules=rules, **facts)
    assert later.not_before == in_berlin("2026-11-24T13:00:00")


def test_release_may_lie_in_hours_that_are_open_by_leave():
    facts = {"history": (past("2026-11-24T11:00:00"),)}
    verdict = overridden(leave(), rules=(HOURS, rule(Gap(hours=2), id="GAP")), **facts)
    assert (verdict.rules, verdict.not_before) == (("GAP",), in_berlin("2026-11-24T13:00:00"))


# --- until when ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "until", "closes"),
    [
        pytest.param(NOON, "2026-11-24T18:00:00", "2026-11-24T18:00:00", id="the override ends in the closed hours"),
        pytest.param(NOON, "2026-11-24T21:00:00", "2026-11-24T20:00:00", id="the firm rule closes before"),
        pytest.param(NOON, "2026-11-25T10:00:00", "2026-11-24T20:00:00", id="it ends in hours that are open"),
        pytest.param("2026-11-24T09:00:00", "2026-11-24T10:00:00", "2026-11-24T11:00:00", id="it ends unused"),
        pytest.param("2026-11-24T09:00:00", "2026-11-24T18:00:00", "2026-11-24T18:00:00", id="it is needed later"),
        pytest.param("2026-11-24T09:00:00", "2026-11-24T11:00:00", "2026-11-24T11:00:00", id="it ends on the minute"),
    ],
)
def test_hours_close_where_override_and_clock_leave_off(now, until, closes):
    verdict = overridden(leave(until=until), rules=(HOURS, FIRM), now=now)
    assert verdict.allowed
    assert verdict.closes_at == in_berlin(closes)


def test_override_until_the_next_opening_leaves_no_gap():
    verdict = overridden(leave(until="2026-11-25T09:00:00"), rules=(HOURS,))
    assert verdict.closes_at == in_berlin("2026-11-25T11:00:00")


def test_override_of_the_callers_hours_counts_as_well():
    verdict = overridden(leave(), rules=(HOURS,), called=(site("America/New_York"), site()))
    assert verdict.allowed
    assert verdict.closes_at == in_berlin("2026-11-24T18:00:00")


def test_firm_rule_of_the_same_id_closes_in_spite_of_the_override():
    firm = rule(FIRM.condition)
    verdict = overridden(leave(until="2026-11-24T23:00:00"), rules=(HOURS, firm))
    assert verdict.closes_at == in_berlin("2026-11-24T20:00:00")


@pytest.mark.parametrize(
    ("condition", "closes"),
    [
        pytest.param(Forbidden(), "2026-11-24T13:30:00", id="forbidden for good"),
        pytest.param(Gap(hours=9), "2026-11-24T13:30:00", id="the gap would last longer"),
        pytest.param(Gap(hours=2), "2026-11-24T20:00:00", id="the gap is over before"),
        pytest.param(LostRate(percent=0, among=1), "2026-11-24T20:00:00", id="nothing was lost"),
        pytest.param(
            Rolling(count=1, days=1, of=frozenset({Counted.PERSON})), "2026-11-24T13:30:00", id="the day is not over"
        ),
    ],
)
def test_hours_end_with_the_override_they_rest_on(condition, closes):
    rules = (rule(condition, "DENY_OVR"), FIRM)
    verdict = overridden(leave(until="2026-11-24T13:30:00"), rules=rules, history=(past("2026-11-24T11:00:00"),))
    assert verdict.allowed
    assert verdict.closes_at == in_berlin(closes)
    assert verdict.closes_at.tzinfo is UTC


def test_gap_that_ends_with_the_override_does_not_close():
    rules = (rule(Gap(hours=2), "DENY_OVR"), FIRM)
    facts = {"history": (past("2026-11-24T11:00:00"),)}
    verdict = overridden(leave(until="2026-11-24T13:00:00"), rules=rules, **facts)
    assert verdict.closes_at == in_berlin("2026-11-24T20:00:00")


@pytest.mark.parametrize("longer_first", [True, False])
def test_of_two_overrides_the_longer_one_counts(longer_first):
    both = (leave(until="2026-11-24T18:00:00", user="ida"), leave(until="2026-11-24T13:00:00", user="max"))
    for rules in ((HOURS, FIRM), (SOFT, FIRM)):
        verdict = overridden(*(both if longer_first else both[::-1]), rules=rules)
        assert verdict.closes_at == in_berlin("2026-11-24T18:00:00")
        assert [w.detail for w in verdict.warnings] == ["ida"]


def test_nothing_closes_without_a_clock_and_without_a_used_override():
    assert overridden(leave()).closes_at is None
    assert overridden(leave(), rules=(rule(Gap(hours=2), "DENY_OVR"),)).closes_at is None


# --- Germany ---------------------------------------------------------------------------------------------------------


def test_saturday_evening_is_free_until_twenty_by_leave_of_compliance():
    facts = facts_about(overrides=(leave("DE-T2", "2026-12-31T00:00:00"),))
    verdict = judge(facts, LAW, in_berlin("2026-11-28T18:30:00"))
    assert (verdict.rules, verdict.closes_at) == ((), in_berlin("2026-11-28T20:00:00"))


def test_managers_private_number_may_be_opened():
    business = BUSINESS | {"phone": phone(role="private")}
    assert judge(facts_about(**business), LAW, in_berlin(NOON)).rules == ("BZ-6",)
    by_leave = judge(facts_about(**business, overrides=(leave("BZ-6"),)), LAW, in_berlin(NOON))
    assert (by_leave.rules, by_leave.closes_at) == ((), in_berlin("2026-11-24T18:00:00"))


def test_insolvency_cannot_be_waved_aside():
    facts = facts_about(holds=(Hold(reason=HoldReason.INSOLVENCY, until=None),), overrides=(leave("DE-C4"),))
    assert judge(facts, LAW, in_berlin(NOON)).rules == ("DE-C4",)
