"""Who may lift a rule for a case, which rule, for how long, and what is left of it in the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from office_kit import ERIKA, MILLS, TUESDAY

from dialer.actions.override_rule import override_rule, withdraw_override
from dialer.actions.situation import look
from dialer.core.errors import BadInput, NotFound
from dialer.core.facts import Override
from dialer.storage import desks, overrides
from dialer.storage.tables import debtors

NOW = TUESDAY.astimezone(UTC)
FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)
LATEST = NOW + timedelta(days=31)
REASON = "Rückruf am Samstag vereinbart"


@pytest.fixture
def staffed():
    """An office with a collector, a supervisor, and somebody who answers for the rules."""

    def go(office):
        with office.app.db.write() as tx:
            for name, role in (("anna", "collector"), ("susi", "supervisor"), ("olga", "compliance")):
                desks.add_user(tx, name=name, phone=None, role=role)
        return office

    return go


@pytest.fixture
def office(office, staffed):
    return staffed(office)


def lift(office, case, rule="DE-T2", *, until=FRIDAY, reason=REASON, actor="olga"):
    return override_rule(office.app, case, rule, until=until, reason=reason, actor=actor)


def in_force(office, case):
    with office.app.db.read() as tx:
        return overrides.active(tx, case, office.clock.now())


def test_override_is_in_force_and_in_the_log(either_office, staffed):
    office = staffed(either_office)
    case = office.case(ERIKA)
    made = lift(office, case, reason=f"  {REASON} ")
    assert made == Override(rule="DE-T2", role="compliance", until=FRIDAY, user="olga", reason=REASON)
    assert in_force(office, case) == (made,)
    entry = office.entry(case, "override.set")
    assert (entry.actor, entry.facts) == ("olga", {"rule": "DE-T2", "until": "2026-11-27T16:00:00+00:00"})
    assert entry.personal == {"reason": "Rückruf am Samstag vereinbart"}


def test_override_is_withdrawn(either_office, staffed):
    office = staffed(either_office)
    case = office.case(ERIKA)
    lift(office, case)
    withdraw_override(office.app, case, "DE-T2", actor="olga")
    assert in_force(office, case) == ()
    entry = office.entry(case, "override.withdrawn")
    assert (entry.actor, entry.facts, entry.personal) == ("olga", {"rule": "DE-T2"}, {})


def test_case_is_looked_at_at_once(office):
    case = office.case(ERIKA)
    office.tick()
    assert office.row(case).next_mode == "progressive"
    lift(office, case)
    assert (office.row(case).next_at, office.row(case).next_mode) == (TUESDAY, None)
    office.tick()
    assert office.row(case).next_mode == "progressive"
    withdraw_override(office.app, case, "DE-T2", actor="olga")
    assert office.row(case).next_mode is None


def test_situation_carries_the_override(office):
    case = office.case(ERIKA)
    made = lift(office, case)
    with office.app.db.read() as tx:
        assert look(office.app, tx, case).overrides == (made,)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("DE-F1", "DE-F1 cannot be overridden"),
        ("DE-C4", "DE-C4 cannot be overridden"),
        ("PAID", "PAID cannot be overridden"),
        ("DE-L4", "DE-L4 cannot be overridden"),
        ("DE-X9", "there is no rule DE-X9 for DE; `dialer explain` names the rules that forbid a call"),
        ("AT-F2", "there is no rule AT-F2 for DE"),
        ("de-t2", "there is no rule de-t2 for DE"),
        ("", "there is no rule  for DE"),
    ],
)
def test_only_rules_made_for_it_can_be_overridden(office, rule, says):
    case = office.case(ERIKA)
    with pytest.raises(BadInput, match=says):
        lift(office, case, rule)
    assert in_force(office, case) == ()
    assert office.log(case) == []


def test_rule_must_be_one_of_the_debtors_country(office):
    case = office.case(ERIKA)
    with office.app.db.write() as tx:
        tx.execute(debtors.update().values(country="AT"))
    assert lift(office, case, "AT-F2").rule == "AT-F2"
    with pytest.raises(BadInput, match="there is no rule DE-T2 for AT"):
        lift(office, case)


@pytest.mark.parametrize(
    ("actor", "says"),
    [
        ("anna", "anna has the role collector; only compliance may override a rule"),
        ("susi", "susi has the role supervisor; only compliance may override a rule"),
        ("zoe", 'no active user "zoe"; add one with `dialer user add`'),
        ("otto", 'no active user "otto"'),
    ],
)
def test_only_compliance_overrides(office, actor, says):
    case = office.case(ERIKA)
    lift(office, case, "DE-F4")
    with office.app.db.write() as tx:
        desks.add_user(tx, name="otto", phone=None, role="compliance")
        desks.disable_user(tx, "otto")
    with pytest.raises(BadInput, match=says):
        lift(office, case, actor=actor)
    with pytest.raises(BadInput, match=says):
        withdraw_override(office.app, case, "DE-F4", actor=actor)
    assert [o.rule for o in in_force(office, case)] == ["DE-F4"]
    assert office.kinds(case) == ["override.set"]


@pytest.mark.parametrize(
    ("until", "says"),
    [
        (NOW, "an override ends in the future; 2026-11-24T09:00:00\\+00:00 is past"),
        (NOW - A_MOMENT, "is past"),
        (LATEST + A_MOMENT, "at most 31 days; 2026-12-25T09:00:00.000001\\+00:00 is further ahead"),
    ],
)
def test_override_lasts_at_most_a_month(office, until, says):
    case = office.case(ERIKA)
    with pytest.raises(BadInput, match=says):
        lift(office, case, until=until)
    assert in_force(office, case) == ()
    assert lift(office, case, until=LATEST).until == LATEST


@pytest.mark.parametrize("reason", ["", "123456789", "  12345678   ", " " * 20])
def test_override_needs_a_reason(office, reason):
    case = office.case(ERIKA)
    with pytest.raises(BadInput, match="an override needs a reason of at least 10 characters"):
        lift(office, case, reason=reason)
    assert in_force(office, case) == ()
    assert lift(office, case, reason="1234567890")


def test_nothing_to_withdraw(office):
    case = office.case(ERIKA)
    with pytest.raises(BadInput, match=f"case {case} has no override of DE-T2 in force"):
        withdraw_override(office.app, case, "DE-T2", actor="olga")
    assert office.log(case) == []


def test_unknown_case(office):
    for act in (lambda: lift(office, 99), lambda: withdraw_override(office.app, 99, "DE-T2", actor="olga")):
        with pytest.raises(NotFound, match="there is no case 99"):
            act()


def test_ringing_call_is_judged_again_when_an_override_is_withdrawn(office):
    office.collector("ben")
    case = office.business(MILLS)
    office.dial()
    office.run(1)
    lift(office, case, "DE-T3")
    office.holds(case, "represented")
    withdraw_override(office.app, case, "DE-T3", actor="olga")
    assert office.entry(case, "attempt.cancel").facts["why"] == "DE-C2"
