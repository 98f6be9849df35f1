"""Which rules bind a request: scopes, guards, the other stops, missing packs, and a tenant's own rules."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dialer.core.case import ContactRole, DebtorType, Hold, HoldReason, LineType, PhoneRole
from dialer.core.checks.applicable import STOP_FLAGS, applicable, longest_memory
from dialer.core.facts import Wording
from dialer.core.outcome import Channel, Mode
from dialer.core.permit import judge, reachable
from dialer.core.policy import (
    Contains,
    Document,
    Flag,
    Forbidden,
    Gap,
    Hours,
    Law,
    Lines,
    LostCall,
    NoPack,
    OperatorRole,
    OtherStops,
    People,
    Rest,
    Rolling,
    Scope,
    Stopped,
    Words,
)
from dialer.core.windows import WHOLE_DAY, parse_week
from tests.core.stories import (
    BUSINESS,
    LAW,
    SOLE_TRADER,
    case_of,
    contact,
    facts_about,
    in_berlin,
    law,
    pack,
    past,
    phone,
    rule,
    site,
)

NOON = "2026-11-24T12:00:00"


def denied(*rules, now=NOON, **facts):
    return judge(facts_about(**facts), law(*rules), in_berlin(now)).rules


# --- scopes ----------------------------------------------------------------------------------------------------------

MOBILE_LINE = replace(phone(), line_type=LineType.MOBILE)
SCOPES = {
    "debtors": ({DebtorType.SOLE_TRADER}, SOLE_TRADER, {}),
    "channels": ({Channel.FAX}, {"channel": Channel.FAX}, {"channel": Channel.CALL}),
    "modes": ({Mode.PREVIEW}, {"mode": Mode.PREVIEW}, {"mode": Mode.PROGRESSIVE}),
    "operators": ({OperatorRole.LAWYER}, {"operator_role": OperatorRole.LAWYER}, {}),
    "places": ({"MA", "RI"}, {"places": frozenset({"MA", "CT"})}, {"places": frozenset({"CT"})}),
    "phone_roles": ({PhoneRole.WORK}, {"phone": phone(role="work")}, {"phone": phone()}),
    "line_types": ({LineType.MOBILE}, {"phone": MOBILE_LINE}, {"phone": phone()}),
    "documents": ({Document.ACKNOWLEDGEMENT}, {"document": Document.ACKNOWLEDGEMENT}, {"document": None}),
    "languages": ({"de"}, {"wording": Wording(text="", language="de")}, {"wording": Wording(text="", language="en")}),
    "levels": ({0, 1}, {"wording": Wording(text="", level=1)}, {"wording": Wording(text="", level=2)}),
}


def test_every_part_of_a_scope_is_tried():
    assert set(SCOPES) == {field.name for field in fields(Scope)}


@pytest.mark.parametrize("part", SCOPES)
def test_rule_binds_what_its_scope_covers(part):
    meant, inside, outside = SCOPES[part]
    scoped = rule(Forbidden(), scope=Scope(**{part: frozenset(meant)}))
    assert denied(scoped, **inside) == ("R",)
    assert denied(scoped, **outside) == ()


@pytest.mark.parametrize("part", [part for part in SCOPES if part != "channels"])
def test_rule_without_that_scope_binds_all(part):
    _, inside, outside = SCOPES[part]
    for facts in (inside, outside):
        assert denied(rule(Forbidden()), **facts) == ("R",)


def test_rule_without_channels_binds_whatever_rings():
    for channel, rules in ((Channel.CALL, ("R",)), (Channel.VOICEMAIL, ("R",)), (Channel.FAX, ("R",))):
        assert denied(rule(Forbidden()), channel=channel) == rules
    assert denied(rule(Forbidden()), channel=Channel.LETTER) == ()
    assert denied(rule(Forbidden()), channel=Channel.INBOUND) == ()


def test_unknown_language_and_level_are_covered_by_every_rule():
    assert denied(rule(Forbidden(), scope=Scope(languages=frozenset({"de"}))), wording=Wording(text="")) == ("R",)
    assert denied(rule(Forbidden(), scope=Scope(languages=frozenset({"de"})))) == ("R",)
    assert denied(rule(Forbidden(), scope=Scope(levels=frozenset({4})))) == ("R",)


def test_level_nought_is_a_level():
    from_one = rule(Forbidden(), scope=Scope(levels=frozenset({1, 2})))
    assert denied(from_one, wording=Wording(text="", level=0)) == ()


def test_nobody_knows_the_place_no_overlay_binds():
    assert denied(rule(Forbidden(), scope=Scope(places=frozenset({"MA"})))) == ()


def test_scopes_bind_the_clock_as_well():
    night = Hours(week=parse_week({"tue": ["13:00-14:00"]}, unnamed=WHOLE_DAY))
    scoped = rule(night, scope=Scope(debtors=frozenset({DebtorType.BUSINESS})))
    assert denied(scoped, **BUSINESS) == ("R",)
    assert denied(scoped) == ()


def about_words(facts, of_law):
    """The checks of these facts that look at words."""
    rules = applicable(facts, of_law)
    checks = (*rules.timeless, *rules.timely, *rules.stops, *rules.warning)
    return [check.rule.id for check in checks if isinstance(check.condition, Words | Contains)]


def test_rules_about_words_are_left_out_where_nothing_is_said():
    words, fields = rule(Words(whole=("inkasso",)), id="WORDS"), rule(Contains(required=("agent",)), id="FIELDS")
    of_law = law(words, fields, rule(words.condition, "WARN", id="HINT"), rule(Forbidden(), id="OTHER"))
    assert about_words(facts_about(), of_law) == []
    assert judge(facts_about(), of_law, in_berlin(NOON)).rules == ("OTHER",)
    for text in ("", "Inkasso"):
        spoken = facts_about(wording=Wording(text=text))
        assert set(about_words(spoken, of_law)) == {"WORDS", "FIELDS", "HINT"}


@pytest.mark.parametrize("channel", list(Channel))
def test_no_shipped_rule_about_words_binds_where_nothing_is_said(channel):
    assert about_words(facts_about(channel=channel), LAW) == []
    if channel is not Channel.INBOUND:
        assert about_words(facts_about(channel=channel, wording=Wording(text="Guten Tag.")), LAW) != []


# --- guards ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "rules"),
    [
        (set(), ("R",)),
        ({Flag.RECORDING_CONSENT}, ()),
        ({Flag.WORKPLACE_ALLOWED, Flag.CEASE}, ()),
        ({Flag.CEASE}, ("R",)),
    ],
)
@pytest.mark.parametrize("condition", [Forbidden(), Gap(hours=2)], ids=["for good", "for a while"])
def test_flag_lifts_the_rule_that_says_so(condition, flags, rules):
    lifted = rule(condition, unless=frozenset({Flag.RECORDING_CONSENT, Flag.WORKPLACE_ALLOWED}))
    history = (past("2026-11-24T11:00:00"),)
    assert denied(lifted, flags=frozenset(flags), history=history) == rules


def test_flag_lifts_a_warning_too():
    lifted = rule(Forbidden(), "WARN", unless=frozenset({Flag.CEASE}))
    assert judge(facts_about(flags=frozenset({Flag.CEASE})), law(lifted), in_berlin(NOON)).warnings == ()
    assert len(judge(facts_about(), law(lifted), in_berlin(NOON)).warnings) == 1


def test_consent_lifts_a_rule_until_it_ends():
    lifted = rule(Forbidden(), unless=frozenset({Flag.PRIOR_CONSENT}))
    ends = {"prior_consent_until": in_berlin("2026-11-24T12:00:01")}
    assert denied(lifted, **ends) == ()
    assert denied(lifted, now="2026-11-24T12:00:01", **ends) == ("R",)


def test_release_beyond_the_end_of_a_consent_is_none():
    lifted = rule(Forbidden(), unless=frozenset({Flag.PRIOR_CONSENT}))
    facts = {"history": (past("2026-11-24T11:00:00"),), "prior_consent_until": in_berlin("2026-11-24T12:30:00")}
    verdict = judge(facts_about(**facts), law(lifted, rule(Gap(hours=2), id="GAP")), in_berlin(NOON))
    assert (verdict.rules, verdict.not_before) == (("GAP",), None)
    longer = facts | {"prior_consent_until": in_berlin("2026-11-24T13:00:01")}
    verdict = judge(facts_about(**longer), law(lifted, rule(Gap(hours=2), id="GAP")), in_berlin(NOON))
    assert verdict.not_before == in_berlin("2026-11-24T13:00:00")


NEW = rule(Forbidden(), since=date(2026, 11, 25))


@pytest.mark.parametrize(
    ("now", "rules"),
    [("2026-11-24T23:59:59.999999", ()), ("2026-11-25T00:00:00", ("R",)), ("2027-01-01T00:00:00", ("R",))],
)
def test_rule_binds_from_its_first_local_day(now, rules):
    assert denied(NEW, now=now) == rules


def test_rule_binds_when_its_day_has_come_anywhere():
    now = "2026-11-24T20:00:00"  # half past midnight in Kolkata
    assert denied(NEW, now=now, called=(site(), site("Asia/Kolkata"))) == ("R",)
    assert denied(NEW, now=now, called=(site("Asia/Kolkata"), site())) == ("R",)
    assert denied(NEW, now=now, called=(site(),)) == ()


def test_without_a_place_the_day_is_that_of_greenwich():
    assert denied(NEW, now="2026-11-25T00:59:59", called=()) == ()
    assert denied(NEW, now="2026-11-25T01:00:00", called=()) == ("R",)


def test_release_does_not_run_into_a_rule_that_begins():
    held = {"holds": (Hold(reason=HoldReason.MANUAL, until=in_berlin("2026-11-25T08:00:00")),)}
    stop = rule(Stopped(holds=frozenset({HoldReason.MANUAL})), id="HELD")
    verdict = judge(facts_about(**held), law(NEW, stop), in_berlin(NOON))
    assert (verdict.rules, verdict.not_before) == (("HELD",), None)


GAP = rule(Gap(hours=2), id="GAP", unless=frozenset({Flag.PRIOR_CONSENT}))


def by_consent(until, *rules, **facts):
    consent = {"prior_consent_until": in_berlin(until).astimezone(UTC), "history": (past("2026-11-24T11:00:00"),)}
    return judge(facts_about(**consent | facts), law(GAP, *rules), in_berlin(NOON))


def test_consent_that_is_said_to_last_longer_than_a_week_is_none():
    assert by_consent("2026-12-01T12:00:00").rules == ()
    assert by_consent("2026-12-01T12:00:00.000001").rules == ("GAP",)


@pytest.mark.parametrize(
    ("until", "closes"),
    [
        pytest.param("2026-11-24T12:30:00", "2026-11-24T12:30:00", id="the rule would still deny"),
        pytest.param("2026-11-24T13:00:00", None, id="it would not"),
        pytest.param("2026-11-24T15:00:00", None, id="it would not for long"),
    ],
)
def test_allowed_call_closes_when_the_consent_it_needs_ends(until, closes):
    assert by_consent(until).closes_at == (in_berlin(closes) if closes else None)
    assert by_consent(until, history=()).closes_at is None


def test_consent_that_is_over_closes_nothing():
    """At its end the rule would have denied, but by now it would not."""
    over = facts_about(prior_consent_until=in_berlin("2026-11-24T11:30:00"), history=(past("2026-11-24T11:00:00"),))
    verdict = judge(over, law(GAP), in_berlin("2026-11-24T13:30:00"))
    assert (verdict.rules, verdict.closes_at) == ((), None)


def test_earlier_of_clock_and_consent_closes():
    until_one = rule(Hours(week=parse_week({"tue": ["08:00-12:15"]}, unnamed=WHOLE_DAY)), id="HOURS")
    assert by_consent("2026-11-24T12:30:00", until_one).closes_at == in_berlin("2026-11-24T12:15:00")
    until_two = rule(Hours(week=parse_week({"tue": ["08:00-14:00"]}, unnamed=WHOLE_DAY)), id="HOURS")
    assert by_consent("2026-11-24T12:30:00", until_two).closes_at == in_berlin("2026-11-24T12:30:00")


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        (Rolling(count=1, days=30, of=frozenset()), 31),
        (Rest(days=9), 10),
        (Rest(workdays=3), 36),
        (Rest(), 15),
        (LostCall(hours=72), 4),
        (Gap(hours=48), 3),
        (Forbidden(), 2),
    ],
)
def test_memory_of_a_law_is_that_of_its_longest_rule_and_a_day(condition, days):
    assert longest_memory(law(rule(condition), rule(Gap(hours=1)))) == timedelta(days=days)


# --- what no rule speaks of ------------------------------------------------------------------------------------------

NO_HOLDS = frozenset[HoldReason]()
FLAGS, HOLDS = OtherStops(flags=True, only=NO_HOLDS), OtherStops()


def test_flags_that_stop_are_all_but_the_consents():
    consents = {Flag.PRIOR_CONSENT, Flag.PRERECORDED_CONSENT, Flag.RECORDING_CONSENT, Flag.WORKPLACE_ALLOWED}
    assert set(Flag) - consents == STOP_FLAGS


@pytest.mark.parametrize("flag", sorted(STOP_FLAGS))
def test_flag_that_no_rule_speaks_of_stops(flag):
    facts = {"flags": frozenset({flag})}
    assert denied(rule(FLAGS), **facts) == ("R",)
    assert denied(rule(FLAGS), rule(Stopped(flags=frozenset({flag})), id="OWN"), **facts) == ("OWN",)
    assert denied(rule(HOLDS), **facts) == ()
    assert denied(rule(OtherStops(only=NO_HOLDS)), **facts) == ()


@pytest.mark.parametrize("flag", sorted(set(Flag) - STOP_FLAGS))
def test_consent_stops_nothing(flag):
    assert denied(rule(FLAGS), rule(HOLDS), flags=frozenset({flag})) == ()


@pytest.mark.parametrize("reason", list(HoldReason))
def test_hold_that_no_rule_speaks_of_stops(reason):
    facts = {"holds": (Hold(reason=reason, until=None),)}
    assert denied(rule(HOLDS), **facts) == ("R",)
    assert denied(rule(HOLDS), rule(Stopped(holds=frozenset({reason})), id="OWN"), **facts) == ("OWN",)
    assert denied(rule(FLAGS), **facts) == ()
    assert denied(rule(OtherStops(only=NO_HOLDS)), **facts) == ()


def test_other_holds_may_be_some_or_all_but_some():
    promise, manual = ({"holds": (Hold(reason=r, until=None),)} for r in (HoldReason.PROMISE, HoldReason.MANUAL))
    only = rule(OtherStops(only=frozenset({HoldReason.PROMISE, HoldReason.DISPUTE})))
    assert (denied(only, **promise), denied(only, **manual)) == (("R",), ())
    without = rule(OtherStops(without=frozenset({HoldReason.PROMISE})))
    assert (denied(without, **promise), denied(without, **manual)) == ((), ("R",))
    both = rule(OtherStops(only=frozenset({HoldReason.MANUAL}), without=frozenset({HoldReason.MANUAL})))
    assert denied(both, **manual) == ("R",)  # what is named counts
    speaks = rule(Stopped(holds=frozenset({HoldReason.PROMISE})), id="OWN")
    assert denied(only, speaks, **promise) == ("OWN",)


@pytest.mark.parametrize("effect", ["WARN", "INFO", "DENY_OVR", "DENY"])
@pytest.mark.parametrize("country", ["DE", None])
def test_own_rule_about_a_hold_does_not_take_it_from_the_general_one(effect, country):
    """A tenant who only wants to be warned of a hold must not free the case by it."""
    facts = facts_about(holds=(Hold(reason=HoldReason.MANUAL, until=None),), flags=frozenset({Flag.CEASE}))
    about = Stopped(holds=frozenset({HoldReason.MANUAL}), flags=frozenset({Flag.CEASE}))
    own = pack(
        rule(about, effect, id="OWN", scope=Scope(channels=frozenset({Channel.FAX}))), name="own", country=country
    )
    assert judge(facts, Law(packs=(*LAW.packs, own)), in_berlin(NOON)).rules == ("HOLD",)


def test_several_rules_share_the_stops_among_them():
    rules = (rule(HOLDS), rule(FLAGS, id="F"), *(rule(Stopped(holds=frozenset({r})), id=r.name) for r in HoldReason))
    facts = {"holds": (Hold(reason=HoldReason.PROMISE, until=None),), "flags": frozenset({Flag.CEASE})}
    assert denied(*rules, **facts) == ("F", "PROMISE")


# --- packs -----------------------------------------------------------------------------------------------------------


def test_country_without_a_pack_is_denied_and_one_with_it_is_not():
    no_pack = pack(rule(NoPack(), id="NO-PACK"), country=None, name="common")
    german = pack(rule(Forbidden(), id="OWN"))
    both = Law(packs=(no_pack, german))
    assert judge(facts_about(), both, in_berlin(NOON)).rules == ("OWN",)
    verdict = judge(facts_about(country="FR"), both, in_berlin(NOON))
    assert [(d.rule, d.detail) for d in verdict.denials] == [("NO-PACK", "FR")]
    assert verdict.packs == ("common 1",)


def test_general_rules_bind_beside_the_missing_pack():
    facts = facts_about(country="FR", holds=(Hold(reason=HoldReason.MANUAL, until=None),), claims=())
    assert set(judge(facts, LAW, in_berlin(NOON)).rules) == {"NO-PACK", "HOLD", "PAID"}


def test_own_pack_of_a_tenant_is_judged_with_the_shipped_ones():
    own = pack(rule(Gap(hours=48), id="OWN-1"), name="own")
    tightened = Law(packs=(*LAW.packs, own))
    facts = facts_about(history=(past("2026-11-23T11:00:00"),))
    assert judge(facts, LAW, in_berlin(NOON)).allowed
    verdict = judge(facts, tightened, in_berlin(NOON))
    assert (verdict.rules, verdict.not_before) == (("OWN-1",), in_berlin("2026-11-25T11:00:00"))
    assert verdict.packs == ("common 2026.11", "de 2026.11", "own 1")
    assert judge(facts_about(), tightened, in_berlin("2026-11-24T20:00:00")).rules == ("DE-T1",)


def test_pack_past_its_review_is_pointed_out():
    law_of = {day: Law(packs=(pack(review_by=day, name="de"),)) for day in ("2026-11-23", "2026-11-24")}
    facts = facts_about()
    assert judge(facts, law_of["2026-11-24"], in_berlin(NOON)).warnings == ()
    verdict = judge(facts, law_of["2026-11-23"], in_berlin(NOON))
    assert verdict.allowed
    assert [(w.rule, w.effect.value, w.detail) for w in verdict.warnings] == [("PACK-OLD", "WARN", "de 1")]
    assert "de 1" in verdict.warnings[0].text.says("de", verdict.warnings[0].detail)


def test_of_several_old_packs_the_first_is_named():
    packs = (pack(review_by="2026-11-23", name="de"), pack(review_by="2026-11-23", name="own"))
    assert [w.detail for w in judge(facts_about(), Law(packs=packs), in_berlin(NOON)).warnings] == ["de 1"]


# --- numbers that no hour would open ---------------------------------------------------------------------------------


def left(case, of_law):
    return [(c.id, [p.id for p in c.phones]) for c in reachable(case, of_law).contacts]


LINES = [phone(role=role, phone_id=n) for n, role in enumerate(PhoneRole, 1)]  # private, work, main, direct


@pytest.mark.parametrize(("debtor", "ids"), [("consumer", [1]), ("sole_trader", [1, 3, 4]), ("business", [2, 3, 4])])
def test_lines_that_the_law_rules_out_are_left_out(debtor, ids):
    role = "self" if debtor == "consumer" else "owner"
    case = case_of(debtor, contacts=(contact(1, role, phones=LINES),))
    assert left(case, LAW) == [(1, ids)]


@pytest.mark.parametrize(
    ("debtor", "heard"),
    [
        ("consumer", {ContactRole.SELF}),
        ("sole_trader", {ContactRole.SELF, ContactRole.OWNER}),
        ("business", set(ContactRole) - {ContactRole.THIRD_PARTY}),
    ],
)
def test_people_that_the_law_rules_out_keep_no_line(debtor, heard):
    line = phone(role="private" if debtor == "consumer" else "business_direct")
    people = tuple(contact(n, role.value, phones=[line]) for n, role in enumerate(ContactRole))
    found = reachable(case_of(debtor, contacts=people), LAW)
    assert {c.role for c in found.contacts if c.phones} == heard
    assert len(found.contacts) == len(people)


OWN = Lines(roles=frozenset({PhoneRole.PRIVATE}))


@pytest.mark.parametrize(
    "cautious",
    [
        pytest.param(rule(OWN, "WARN"), id="it only warns"),
        pytest.param(rule(OWN, unless=frozenset({Flag.WORKPLACE_ALLOWED})), id="a flag lifts it"),
        pytest.param(rule(OWN, since=date(2027, 1, 1)), id="not yet in force"),
        pytest.param(rule(OWN, scope=Scope(debtors=frozenset({DebtorType.BUSINESS}))), id="for others"),
        pytest.param(rule(OWN, scope=Scope(channels=frozenset({Channel.FAX}))), id="not for calls"),
        pytest.param(rule(OWN, scope=Scope(places=frozenset({"MA"}))), id="in one place"),
        pytest.param(rule(OWN, scope=Scope(modes=frozenset({Mode.UNATTENDED}))), id="in one mode"),
        pytest.param(rule(Forbidden()), id="about something else"),
    ],
)
def test_rule_that_may_let_it_ring_leaves_the_number_in(cautious):
    assert left(case_of(contacts=(contact(1, phones=LINES),)), law(cautious)) == [(1, [1, 2, 3, 4])]


@pytest.mark.parametrize("scope", [Scope(), Scope(debtors=frozenset({DebtorType.CONSUMER}))])
def test_rules_about_people_and_lines_add_up(scope):
    rules = (
        rule(Lines(roles=frozenset({PhoneRole.PRIVATE, PhoneRole.WORK})), scope=scope),
        rule(Lines(roles=frozenset({PhoneRole.WORK, PhoneRole.BUSINESS_MAIN})), "REQUIRE", scope=scope),
        rule(People(roles=frozenset({ContactRole.SELF, ContactRole.OWNER})), scope=scope),
        rule(People(roles=frozenset({ContactRole.OWNER, ContactRole.RECEPTION})), scope=scope),
    )
    people = tuple(contact(n, role, phones=LINES) for n, role in enumerate(("self", "owner", "reception"), 1))
    case = case_of(contacts=people)
    assert left(case, law(*rules)) == [(1, []), (2, [2]), (3, [])]
    assert left(case, Law(packs=(pack(*rules, country="FR"),))) == [(n, [1, 2, 3, 4]) for n in (1, 2, 3)]


def test_naive_instants_are_refused_before_anything_is_looked_at():
    with pytest.raises(ValueError, match="time zone"):
        judge(facts_about(), law(), datetime(2026, 11, 24, 12))  # noqa: DTZ001 - that is the point
    assert judge(facts_about(), law(), datetime(2026, 11, 24, 12, tzinfo=UTC)).allowed
