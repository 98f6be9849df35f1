"""The rule packs: every row of the tables of the law is there, with its figures."""

from __future__ import annotations

from datetime import date

import pytest

from dialer.core import policy
from dialer.core.case import DebtorType, HoldReason
from dialer.core.outcome import Channel, Disposition, Mode
from dialer.core.policy import Counted, Effect, Elsewhere, End, Flag, Status
from dialer.core.windows import WHOLE_DAY, parse_spans, parse_week
from dialer.rules.packs import load_law

PACKS = ("common", "de", "at", "ch", "us", "gb")

TABLE = {
    "common": "NO-PACK NO-ZONE PAID PHONE HOLD STAGE VM-GAP VM-MOST VM-SECONDS VM-GREETING VM-LOG",
    "de": """
        DE-T1 DE-T2 DE-T3 DE-T4 DE-T5 DE-T6 DE-WISH DE-F1 DE-F2 DE-F3 DE-F4 DE-F5 DE-D1 DE-D2 DE-D3 DE-D4 DE-D5
        DE-C1 DE-C2 DE-C3 DE-C4 DE-C5 DE-C6 DE-BDIU
        DE-U1 DE-U2 DE-U4 DE-U5 DE-N1 DE-N2 DE-N3 DE-N4 DE-N5 DE-N6
        DE-S6 DE-R1 DE-R2 DE-R3 DE-R4 DE-P1 DE-P3 DE-P4 DE-P5 DE-P6
        DE-RDG1 DE-RDG2 DE-RDG3 DE-RDG4 DE-RDG5 DE-RDG6 DE-RDG7 DE-RDG8
        DE-V1 DE-V2 DE-V3 DE-V4 DE-V5 DE-V6 DE-V7 DE-L1 DE-L2 DE-L3 DE-L4 DE-M1 DE-M2 DE-M3 DE-M4
        DE-E1 DE-E2 DE-E3 DE-E4 DE-A1 DE-A2 DE-A3 DE-A4 DE-A5 DE-A6
        BZ-1 BZ-2 BZ-3 BZ-4 BZ-6 BZ-7
        DE-RET-1 DE-RET-2 DE-RET-3 DE-RET-4 DE-RET-5 DE-RET-6 DE-RET-7
    """,
    "at": """
        AT-2 AT-3 AT-4 AT-5 AT-6 AT-7 AT-8 AT-9 AT-10 AT-RET AT-WISH
        AT-F1 AT-F2 AT-F3 AT-F4 AT-F5 AT-C1 AT-C2 AT-C3 AT-C4 AT-C5 AT-U4 AT-D1 AT-D3 AT-D4
    """,
    "ch": """
        CH-1 CH-4 CH-5 CH-7 CH-8 CH-9 CH-10 CH-RET CH-WISH
        CH-F4 CH-F5 CH-C1 CH-C2 CH-C3 CH-C4 CH-C5 CH-U4 CH-D1 CH-D3 CH-D4
    """,
    "us": """
        US-T1 US-T2 US-T3 US-T4 US-T5 US-T6 US-P1 US-P2 US-P3 US-P4 US-P5 US-F1 US-F2 US-F3
        US-V2 US-V3 US-V4 US-V5 US-D1 US-S1 US-S2 US-S3 US-R1 US-R2
        US-MA US-WA US-NYC US-DC US-WV US-other US-RET US-RET-NYC
        US-C1 US-C4 US-C5 US-D3 US-D4 US-N1
    """,
    "gb": """
        GB-1 GB-2 GB-3 GB-4 GB-5 GB-7 GB-8 GB-9 GB-10 GB-11 GB-12 GB-13 GB-RET
        GB-C1 GB-C2 GB-C3 GB-C4 GB-C5 GB-F4 GB-F5 GB-U4 GB-D1 GB-D3
    """,
}
WORDING = {
    "common": "VM-WORDS BZ-5",
    "de": "DE-S1 DE-S2 DE-S3 DE-S4 DE-S5 DE-U3 DE-P2",
    "at": "AT-1 AT-S1 AT-S2 AT-S3 AT-S4 AT-S5",
    "ch": "CH-2 CH-3 CH-6 CH-S1 CH-S2 CH-S3 CH-S4 CH-S5",
    "us": "US-V1 US-S4",
    "gb": "GB-6",
}
SHOULD_BE_THERE = [(pack, rule) for tables in (TABLE, WORDING) for pack, ids in tables.items() for rule in ids.split()]

EVERYBODY = None
NATURAL = frozenset({DebtorType.CONSUMER, DebtorType.SOLE_TRADER})
BUSINESS = frozenset({DebtorType.BUSINESS})
CONSUMER = frozenset({DebtorType.CONSUMER})
SOLE_TRADER = frozenset({DebtorType.SOLE_TRADER})

PERSON_OR_NUMBER = frozenset({Counted.PERSON, Counted.NUMBER})
ENTITY = frozenset({Counted.ENTITY})
CLAIM = frozenset({Counted.CLAIM})
PERSON = frozenset({Counted.PERSON})
BOTH_ENDS = frozenset({End.CALLED, End.CALLER})
CALLED = frozenset({End.CALLED})
RINGING = frozenset({Channel.CALL, Channel.VOICEMAIL, Channel.FAX})
WITH_LETTERS = RINGING | {Channel.LETTER}
DIALLERS = frozenset({Mode.PROGRESSIVE, Mode.UNATTENDED})


@pytest.fixture(scope="module")
def rules():
    """All rules of a pack."""
    return {pack.id: pack.rules for pack in load_law().packs}


@pytest.fixture
def of(rules):
    """The rules of a pack with that id whose condition is of that class."""

    def chosen(pack, rule_id, kind):
        return [r for r in rules[pack] if r.id == rule_id and isinstance(r.condition, kind)]

    return chosen


def only(found):
    assert len(found) == 1
    return found[0]


# --- completeness


def test_each_country_of_the_tables_has_a_pack():
    law = load_law()
    assert [pack.id for pack in law.packs] == list(PACKS)
    assert all(law.knows(country) for country in ("DE", "AT", "CH", "US", "GB"))
    assert {pack.version for pack in law.packs} == {"2026.11"}
    assert {pack.verified_on for pack in law.packs} == {date(2026, 11, 21)}


@pytest.mark.parametrize(("pack", "rule_id"), SHOULD_BE_THERE)
def test_row_of_the_tables_is_a_rule(rules, pack, rule_id):
    assert rule_id in {rule.id for rule in rules[pack]}


@pytest.mark.parametrize("pack", PACKS)
def test_nothing_is_said_twice(rules, pack):
    seen = [(rule.id, rule.effect, rule.scope, rule.condition) for rule in rules[pack]]
    assert [rule for rule in seen if seen.count(rule) > 1] == []


@pytest.mark.parametrize("pack", PACKS)
def test_rule_speaks_both_languages_and_names_its_basis(rules, pack):
    for rule in rules[pack]:
        assert rule.text.de.strip(), rule.id
        assert rule.text.en.strip(), rule.id
        assert rule.text.de != rule.text.en, rule.id
        assert rule.basis.strip(), rule.id


@pytest.mark.parametrize("pack", PACKS)
def test_what_counts_as_founded_names_an_address(rules, pack):
    unfounded = {Status.UNCONFIRMED, Status.PRODUCT_DEFAULT}
    assert [r.id for r in rules[pack] if r.status not in unfounded and not r.sources] == []
    assert [a for r in rules[pack] for a in r.sources if not a.startswith(("https://", "http://"))] == []


@pytest.mark.parametrize("pack", PACKS)
def test_only_known_details_stand_in_a_sentence(rules, pack):
    for rule in rules[pack]:
        said = (rule.text.says(language, "7/7 in 7 d") for language in ("de", "en"))
        assert not any("{" in sentence or "}" in sentence for sentence in said), rule.id


@pytest.mark.parametrize("pack", PACKS)
def test_no_review_is_due_before_the_pack_was_verified(rules, pack):
    assert [r.id for r in rules[pack] if r.review_by <= r.verified_on] == []


def test_what_is_kept_elsewhere_says_by_what(rules):
    elsewhere = [r for pack in PACKS for r in rules[pack] if isinstance(r.condition, Elsewhere)]
    assert elsewhere
    assert all(rule.condition.kept_by.strip() for rule in elsewhere)


# --- hours and days


@pytest.mark.parametrize(
    ("pack", "rule_id", "debtors", "effect", "week", "ends"),
    [
        ("de", "DE-T1", EVERYBODY, Effect.DENY, {"mon-sat": ["08:00-20:00"]}, CALLED),
        ("de", "DE-T2", NATURAL, Effect.DENY_OVR, {"sat": ["09:00-18:00"]}, CALLED),
        ("de", "DE-T3", BUSINESS, Effect.DENY_OVR, {"mon-fri": ["08:00-18:00"], "sat": []}, CALLED),
        ("de", "DE-T4", EVERYBODY, Effect.DENY, {"sun": []}, BOTH_ENDS),
        ("at", "AT-3", EVERYBODY, Effect.DENY, {"mon-sat": ["08:00-20:00"]}, CALLED),
        ("at", "AT-3", NATURAL, Effect.DENY, {"sat": ["09:00-18:00"]}, CALLED),
        ("at", "AT-3", BUSINESS, Effect.DENY, {"mon-fri": ["08:00-18:00"], "sat": []}, CALLED),
        ("at", "AT-3", EVERYBODY, Effect.DENY, {"sun": []}, BOTH_ENDS),
        ("ch", "CH-1", EVERYBODY, Effect.DENY, {"mon-fri": ["08:00-20:00"], "sat": ["09:00-17:00"], "sun": []}, CALLED),
        ("gb", "GB-1", EVERYBODY, Effect.DENY, {"mon-fri": ["08:00-20:00"], "sat": ["09:00-17:00"], "sun": []}, CALLED),
        ("us", "US-T1", EVERYBODY, Effect.DENY, {"mon-sun": ["08:00-21:00"]}, CALLED),
        ("us", "US-T6", EVERYBODY, Effect.WARN, {"sun": ["12:00-24:00"]}, CALLED),
        ("us", "US-MA", NATURAL, Effect.DENY, {"mon-sun": ["08:00-21:00"]}, CALLED),
    ],
)
def test_hours(*, of, pack, rule_id, debtors, effect, week, ends):
    condition = policy.Hours(week=parse_week(week, unnamed=WHOLE_DAY), ends=ends)
    rule = only([r for r in of(pack, rule_id, policy.Hours) if r.condition == condition])
    assert (rule.effect, rule.scope.debtors, rule.scope.channels) == (effect, debtors, RINGING)


def test_no_other_rule_is_about_hours(rules):
    numbers = {pack: sum(isinstance(r.condition, policy.Hours) for r in rules[pack]) for pack in PACKS}
    assert numbers == {"common": 0, "de": 4, "at": 4, "ch": 1, "us": 3, "gb": 1}


@pytest.mark.parametrize(
    ("pack", "rule_id", "effect", "ends"),
    [
        ("de", "DE-T5", Effect.DENY, BOTH_ENDS),
        ("at", "AT-3", Effect.DENY, BOTH_ENDS),
        ("ch", "CH-1", Effect.DENY, CALLED),
        ("gb", "GB-1", Effect.DENY, CALLED),
        ("us", "US-T6", Effect.WARN, CALLED),
    ],
)
def test_holidays(of, pack, rule_id, effect, ends):
    rule = only(of(pack, rule_id, policy.Holidays))
    assert (rule.effect, rule.scope.debtors, rule.condition.ends) == (effect, EVERYBODY, ends)


def test_quiet_days(of):
    rule = only(of("de", "DE-T6", policy.YearDays))
    morning = parse_spans("", ["08:00-14:00"])
    assert rule.effect is Effect.DENY_OVR
    assert rule.condition.days == {(12, 24): morning, (12, 31): morning}


def test_hours_for_a_place_that_nobody_knows(of):
    week = parse_week({"mon-sun": ["11:00-21:00"]}, unnamed=WHOLE_DAY)
    rule = only(of("us", "US-T5", policy.UnknownPlace))
    assert (rule.effect, rule.condition.week) == (Effect.DENY, week)


@pytest.mark.parametrize(
    ("pack", "rule_id", "effect"),
    [
        ("us", "US-T2", Effect.DENY),
        ("gb", "GB-1", Effect.DENY),
        ("de", "DE-WISH", Effect.DENY_OVR),
        ("at", "AT-WISH", Effect.DENY_OVR),
        ("ch", "CH-WISH", Effect.DENY_OVR),
    ],
)
def test_wishes_are_kept(of, pack, rule_id, effect):
    rule = only(of(pack, rule_id, policy.Wishes))
    assert (rule.effect, rule.scope.debtors, rule.scope.channels) == (effect, EVERYBODY, RINGING)


# --- how often


@pytest.mark.parametrize(
    ("pack", "rule_id", "limits"),
    [
        ("de", "DE-F1", {(3, EVERYBODY, PERSON_OR_NUMBER, Effect.DENY)}),
        ("de", "DE-F2", {(2, NATURAL, PERSON_OR_NUMBER, Effect.DENY_OVR)}),
        ("de", "BZ-4", {(3, BUSINESS, ENTITY, Effect.LIMIT)}),
        ("at", "AT-F1", {(3, EVERYBODY, PERSON_OR_NUMBER, Effect.DENY)}),
        ("at", "AT-F2", {(2, NATURAL, PERSON_OR_NUMBER, Effect.DENY_OVR)}),
        ("ch", "CH-1", {(2, EVERYBODY, PERSON_OR_NUMBER, Effect.DENY)}),
        ("gb", "GB-2", {(1, EVERYBODY, PERSON_OR_NUMBER, Effect.LIMIT)}),
    ],
)
def test_attempts_a_day(of, pack, rule_id, limits):
    found = {(r.condition.count, r.scope.debtors, r.condition.of, r.effect) for r in of(pack, rule_id, policy.PerDay)}
    assert found == limits


@pytest.mark.parametrize(
    ("pack", "rule_id", "counted", "effect", "limits"),
    [
        (
            "de",
            "DE-F3",
            PERSON_OR_NUMBER,
            Effect.DENY_OVR,
            {(5, 7, NATURAL), (12, 30, NATURAL), (8, 7, BUSINESS), (20, 30, BUSINESS)},
        ),
        (
            "at",
            "AT-F3",
            PERSON_OR_NUMBER,
            Effect.DENY_OVR,
            {(5, 7, NATURAL), (12, 30, NATURAL), (8, 7, BUSINESS), (20, 30, BUSINESS)},
        ),
        ("ch", "CH-1", PERSON_OR_NUMBER, Effect.DENY, {(5, 7, EVERYBODY)}),
        ("gb", "GB-2", PERSON_OR_NUMBER, Effect.LIMIT, {(3, 7, EVERYBODY), (8, 30, EVERYBODY)}),
        ("us", "US-F1", CLAIM, Effect.DENY, {(7, 7, NATURAL)}),
        ("us", "US-MA", CLAIM, Effect.DENY, {(2, 7, NATURAL), (2, 30, NATURAL)}),
        ("us", "US-WA", PERSON, Effect.DENY, {(3, 7, NATURAL), (1, 7, NATURAL)}),
        ("us", "US-NYC", CLAIM, Effect.DENY, {(3, 7, NATURAL)}),
        ("us", "US-DC", PERSON, Effect.DENY, {(3, 7, NATURAL)}),
    ],
)
def test_attempts_in_days(*, of, pack, rule_id, counted, effect, limits):
    found = of(pack, rule_id, policy.Rolling)
    assert {(r.condition.count, r.condition.days, r.scope.debtors) for r in found} == limits
    assert {(r.condition.of, r.effect) for r in found} == {(counted, effect)}


def test_stricter_places_bind_there_and_whoever_calls(of):
    places = {"US-MA": {"MA"}, "US-WA": {"WA"}, "US-NYC": {"NY/NYC"}, "US-DC": {"DC"}}
    for rule_id, where in places.items():
        for rule in of("us", rule_id, policy.Rolling):
            assert rule.scope.places == where
            assert rule.scope.operators is None
            assert rule.unless == frozenset()


def test_a_workplace_in_a_stricter_place_is_called_less(of):
    found = [r for rule_id in ("US-MA", "US-WA") for r in of("us", rule_id, policy.Rolling)]
    at_work = {(r.id, r.condition.count, r.condition.days) for r in found if "work" in (r.scope.phone_roles or ())}
    assert at_work == {("US-MA", 2, 30), ("US-WA", 1, 7)}


def test_washington_counts_letters_as_communications(of):
    found = {r.condition.count: r for r in of("us", "US-WA", policy.Rolling)}
    assert {count: rule.condition.all_channels for count, rule in found.items()} == {3: True, 1: False}
    assert {count: rule.scope.channels for count, rule in found.items()} == {3: WITH_LETTERS, 1: RINGING}


def test_new_york_city_counts_letters_from_september_2026(of):
    rule = only(of("us", "US-NYC", policy.Rolling))
    assert rule.condition.all_channels
    assert rule.scope.channels == WITH_LETTERS
    assert rule.since == date(2026, 9, 1)


@pytest.mark.parametrize("pack", ["de", "at", "ch", "gb"])
def test_pauses(of, pack):
    prefix = pack.upper()
    rest = only(of(pack, f"{prefix}-F4", policy.Rest))
    assert rest.condition == policy.Rest(workdays=3, waived_by=frozenset({Disposition.CALLBACK_AGREED}))
    assert rest.effect is Effect.DENY_OVR
    gap = only(of(pack, f"{prefix}-F5", policy.Gap))
    assert (gap.condition.hours, gap.effect) == (2, Effect.DENY_OVR)
    parts = only(of(pack, f"{prefix}-F5", policy.DayParts))
    assert (parts.condition.ends, parts.effect) == ((12 * 60, 17 * 60), Effect.WARN)


def test_seven_days_after_an_american_conversation(of):
    rule = only(of("us", "US-F2", policy.Rest))
    assert rule.condition == policy.Rest(days=7, per_claim=True)
    assert (rule.effect, rule.scope.debtors) == (Effect.DENY, NATURAL)


def test_prior_consent_lifts_the_federal_limits_alone(rules):
    assert {r.id for r in rules["us"] if Flag.PRIOR_CONSENT in r.unless} == {"US-F1", "US-F2"}


# --- how it is dialled


@pytest.mark.parametrize(
    ("pack", "rule_id", "least", "most"),
    [
        ("de", "DE-D1", 15, 40),
        ("at", "AT-D1", 15, 40),
        ("ch", "CH-D1", 15, 40),
        ("gb", "GB-D1", 15, 40),
        ("us", "US-D1", 15, None),
    ],
)
def test_ring_time(of, pack, rule_id, least, most):
    rule = only(of(pack, rule_id, policy.RingTime))
    assert (rule.condition.least, rule.condition.most, rule.effect) == (least, most, Effect.DENY)


@pytest.mark.parametrize(
    ("pack", "rate", "call"),
    [
        ("de", "DE-D3", "DE-D4"),
        ("at", "AT-D3", "AT-D4"),
        ("ch", "CH-D3", "CH-D4"),
        ("gb", "GB-D3", "GB-8"),
        ("us", "US-D3", "US-D4"),
    ],
)
def test_lost_calls_stop_diallers_and_no_click(of, pack, rate, call):
    found = {(r.condition.percent, r.condition.among, r.effect, r.scope.modes) for r in of(pack, rate, policy.LostRate)}
    assert found == {(3, 100, Effect.DENY, DIALLERS), (0, 100, Effect.WARN, None)}
    rule = only(of(pack, call, policy.LostCall))
    assert (rule.condition.hours, rule.effect, rule.scope.modes) == (72, Effect.DENY, DIALLERS)


@pytest.mark.parametrize(
    ("pack", "rule_id", "prefix", "forbidden"),
    [
        ("de", "DE-N1", "+49", ("+490", "+49900", "+49137", "+4911")),
        ("at", "AT-2", "+", ()),
        (
            "gb",
            "GB-9",
            "+",
            ("+449", "+44871", "+44872", "+44873", "+4470", "+4476", "+4484", "+4487"),
        ),
        ("us", "US-N1", "+1", ("+1900",)),
    ],
)
def test_caller_ids(of, pack, rule_id, prefix, forbidden):
    rule = only(of(pack, rule_id, policy.CallerId))
    assert rule.effect is Effect.DENY
    assert rule.condition == policy.CallerId(prefix=prefix, forbidden=forbidden)


def test_foreign_number_is_shown_in_germany_by_an_override_alone(of):
    rule = only(of("de", "DE-N2", policy.CallerId))
    assert (rule.effect, rule.condition) == (Effect.DENY_OVR, policy.CallerId(prefix="+49", foreign_only=True))


@pytest.mark.parametrize("pack", ["de", "at", "ch", "gb"])
def test_no_recorded_call_to_a_live_private_person(of, pack):
    scope = only(of(pack, f"{pack.upper()}-U4", policy.Forbidden)).scope
    assert (scope.debtors, scope.channels, scope.modes) == (NATURAL, {Channel.CALL}, {Mode.UNATTENDED})


def test_recorded_voices_to_american_cell_phones_need_consent(of):
    found = of("us", "US-V2", policy.Forbidden)
    assert {(r.scope.channels, r.scope.modes) for r in found} == {
        (frozenset({Channel.VOICEMAIL}), None),
        (frozenset({Channel.CALL}), frozenset({Mode.UNATTENDED})),
    }
    for rule in found:
        assert rule.scope.line_types == {"mobile", "unknown"}
        assert rule.scope.debtors is None
        assert rule.unless == {Flag.PRERECORDED_CONSENT}


def test_recorded_voices_to_american_homes_are_counted(of):
    found = of("us", "US-V4", policy.MessageCount)
    assert {(r.condition.count, r.condition.days, r.condition.announced) for r in found} == {(3, 30, True)}
    assert {(r.scope.channels, r.scope.modes) for r in found} == {
        (frozenset({Channel.VOICEMAIL}), None),
        (frozenset({Channel.CALL}), frozenset({Mode.UNATTENDED})),
    }
    assert {(r.scope.line_types, r.scope.phone_roles) for r in found} == {
        (frozenset({"fixed"}), frozenset({"private"}))
    }


# --- what stops it, who may hear it


@pytest.mark.parametrize(
    ("pack", "rule_id", "effect", "flag", "hold", "channels"),
    [
        *(
            (p, "C2", Effect.DENY_OVR, Flag.ATTORNEY, HoldReason.REPRESENTED, WITH_LETTERS)
            for p in ("de", "at", "ch", "gb")
        ),
        *((p, "C4", Effect.DENY, Flag.INSOLVENCY, HoldReason.INSOLVENCY, WITH_LETTERS) for p in PACKS[1:]),
        *((p, "C5", Effect.DENY, Flag.WRONG_PARTY, HoldReason.WRONG_PARTY, WITH_LETTERS) for p in PACKS[1:]),
        ("us", "P2", Effect.DENY, Flag.ATTORNEY, HoldReason.REPRESENTED, WITH_LETTERS),
        ("us", "P3", Effect.DENY, Flag.CEASE, HoldReason.CEASE, WITH_LETTERS),
        ("us", "S3", Effect.DENY, Flag.WRITTEN_DISPUTE, HoldReason.DISPUTE, WITH_LETTERS),
        ("gb", "10", Effect.DENY, Flag.MORATORIUM, HoldReason.MORATORIUM, WITH_LETTERS),
    ],
)
def test_what_stops_an_attempt(*, of, pack, rule_id, effect, flag, hold, channels):
    rule = only(of(pack, f"{pack.upper()}-{rule_id}", policy.Stopped))
    assert flag in rule.condition.flags
    assert rule.condition.holds == {hold}
    assert (rule.effect, rule.scope.channels, rule.scope.debtors) == (effect, channels, EVERYBODY)


@pytest.mark.parametrize("pack", PACKS[1:])
def test_objection_stops_the_telephone_and_no_letter(of, pack):
    found = of(pack, f"{pack.upper()}-C1", policy.Stopped)
    assert {(r.scope.debtors, r.condition.flags, r.condition.holds) for r in found} == {
        (NATURAL, frozenset({Flag.PHONE_OBJECTION}), frozenset()),
        (EVERYBODY, frozenset(), frozenset({HoldReason.OBJECTION})),
    }
    assert {(r.effect, r.scope.channels) for r in found} == {(Effect.DENY, RINGING)}


@pytest.mark.parametrize("pack", ["de", "at", "ch", "gb"])
def test_dispute_stops_the_telephone(of, pack):
    rule = only(of(pack, f"{pack.upper()}-C3", policy.Stopped))
    assert rule.condition.disputed_claim
    assert HoldReason.DISPUTE in rule.condition.holds
    assert (rule.effect, rule.scope.channels) == (Effect.DENY_OVR, RINGING)


def test_american_dispute_stops_on_record_alone(of):
    assert only(of("us", "US-S3", policy.Stopped)).condition.disputed_claim


def test_what_no_countrys_rule_speaks_of_stops_it_all_the_same(of):
    """What was agreed lets the letters go out that confirm it; everything else stops them as well."""
    agreed = frozenset({HoldReason.PROMISE, HoldReason.INSTALMENTS, HoldReason.SAYS_PAID, HoldReason.CANNOT_PAY})
    found = {rule.scope.channels: rule for rule in of("common", "HOLD", policy.OtherStops)}
    assert {channels: rule.condition for channels, rule in found.items()} == {
        RINGING: policy.OtherStops(only=agreed),
        WITH_LETTERS: policy.OtherStops(flags=True, without=agreed),
    }
    assert {rule.effect for rule in found.values()} == {Effect.DENY}


def test_swiss_who_cannot_pay_are_left_in_peace(of):
    rule = only(of("ch", "CH-7", policy.Stopped))
    assert (rule.condition.holds, rule.effect) == ({HoldReason.CANNOT_PAY}, Effect.DENY_OVR)


@pytest.mark.parametrize(
    ("pack", "rule_id", "debtors", "roles"),
    [
        ("de", "BZ-3", CONSUMER, {"self"}),
        ("de", "BZ-3", SOLE_TRADER, {"self", "owner"}),
        ("at", "AT-10", CONSUMER, {"self"}),
        ("at", "AT-10", SOLE_TRADER, {"self", "owner"}),
        ("ch", "CH-8", CONSUMER, {"self"}),
        ("ch", "CH-8", SOLE_TRADER, {"self", "owner"}),
        ("gb", "GB-3", CONSUMER, {"self"}),
        ("gb", "GB-3", SOLE_TRADER, {"self", "owner"}),
        ("us", "US-P4", NATURAL, {"self"}),
    ],
)
def test_private_matters_are_nobody_elses(of, pack, rule_id, debtors, roles):
    rule = only([r for r in of(pack, rule_id, policy.People) if r.scope.debtors == debtors])
    assert (rule.condition.roles, rule.effect, rule.scope.channels) == (roles, Effect.DENY, WITH_LETTERS)


@pytest.mark.parametrize(("pack", "rule_id"), [("de", "BZ-3"), ("at", "AT-10")])
def test_a_business_alone_hears_of_its_debts(of, pack, rule_id):
    rule = only([r for r in of(pack, rule_id, policy.People) if r.scope.debtors == BUSINESS])
    assert "third_party" not in rule.condition.roles
    assert len(rule.condition.roles) == 7


@pytest.mark.parametrize(("pack", "rule_id"), [("de", "DE-P3"), ("at", "AT-10"), ("ch", "CH-8"), ("gb", "GB-3")])
def test_nobody_is_called_at_work(of, pack, rule_id):
    lines = {r.scope.debtors: r.condition.roles for r in of(pack, rule_id, policy.Lines)}
    assert lines == {CONSUMER: {"private"}, SOLE_TRADER: {"private", "business_main", "business_direct"}}


def test_american_workplace_needs_to_be_allowed_and_gets_no_message(of):
    found = of("us", "US-P1", policy.Lines)
    allowed, never = frozenset({Flag.WORKPLACE_ALLOWED}), frozenset()
    trade = frozenset({"private", "business_main", "business_direct"})
    assert {(r.scope.debtors, r.scope.channels, r.condition.roles, r.unless) for r in found} == {
        (CONSUMER, RINGING, frozenset({"private"}), allowed),
        (SOLE_TRADER, RINGING, trade, allowed),
        (NATURAL, frozenset({Channel.VOICEMAIL}), trade, never),
    }
    assert [r.effect for r in found] == [Effect.DENY] * 3


@pytest.mark.parametrize(
    ("pack", "rule_id"),
    [("de", "DE-R1"), ("de", "DE-R2"), ("at", "AT-9"), ("ch", "CH-10"), ("us", "US-R2"), ("gb", "GB-13")],
)
def test_recording_needs_consent(of, pack, rule_id):
    rule = only(of(pack, rule_id, policy.NoRecording))
    assert rule.effect.denies
    assert rule.unless == {Flag.RECORDING_CONSENT}


# --- notices, messages, limitation


@pytest.mark.parametrize(
    ("rule_id", "notice", "hours", "documents"),
    [
        ("DE-RDG2", "rdg13a", 72, None),
        ("DE-RDG4", "rdg13a3", 0, {"instalment_agreement"}),
        ("DE-RDG5", "rdg13a4", 0, {"acknowledgement"}),
    ],
)
def test_notices_before(of, rule_id, notice, hours, documents):
    rule = only(of("de", rule_id, policy.NoticeFirst))
    assert (rule.condition.notice, rule.condition.hours) == (notice, hours)
    assert (rule.scope.debtors, rule.scope.documents) == (NATURAL, documents)
    assert rule.scope.operators == {"registered_collector", "lawyer"}


def test_american_validation_follows_within_five_days(of):
    found = of("us", "US-S2", policy.NoticeWithin)
    assert {(r.condition.hours, r.effect) for r in found} == {(5 * 24, Effect.REQUIRE), (0, Effect.WARN)}
    assert {(r.scope.debtors, r.scope.channels) for r in found} == {
        (NATURAL, frozenset({Channel.CALL, Channel.VOICEMAIL}))
    }


def test_recorded_messages(of):
    """Of every country, hence in the pack that holds everywhere."""
    found = of("common", "VM-GAP", policy.MessageGap)
    gaps = {(r.condition.days, r.scope.debtors, r.effect) for r in found}
    assert gaps == {(7, NATURAL, Effect.DENY_OVR), (3, BUSINESS, Effect.DENY_OVR)}
    most = only(of("common", "VM-MOST", policy.MessageCount))
    assert (most.condition.count, most.condition.days, most.scope.debtors) == (3, None, NATURAL)
    assert most.effect is Effect.DENY_OVR
    assert not most.condition.announced
    assert {r.scope.channels for r in (*found, most)} == {frozenset({Channel.VOICEMAIL})}


# --- what is said


@pytest.mark.parametrize("pack", ["at", "ch"])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_what_is_not_threatened_in_germany_is_not_threatened_in_its_neighbours(of, pack, number):
    german = only(of("de", f"DE-S{number}", policy.Words))
    rule = only(of(pack, f"{pack.upper()}-S{number}", policy.Words))
    assert (rule.effect, rule.scope, rule.condition) == (Effect.CONTENT, german.scope, german.condition)
    assert rule.scope.channels == WITH_LETTERS
    assert rule.status is Status.PRODUCT_DEFAULT


def test_limitation_and_later_stages_are_flagged(of):
    assert only(of("de", "DE-L4", policy.Limitation)).effect is Effect.WARN
    assert only(of("common", "STAGE", policy.LaterStage)).effect is Effect.WARN
