"""Rules about the case, one by one: who hears it, what stops it, what must come first, how it is dialled."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dialer.core.case import ContactRole, Hold, HoldReason, PhoneRole, PhoneState, Stage
from dialer.core.checks.duties import wording
from dialer.core.checks.ledger import Ledger
from dialer.core.checks.request import Request
from dialer.core.facts import ClaimFacts, Wording
from dialer.core.outcome import Channel, Mode
from dialer.core.permit import caller_id_refusals, judge
from dialer.core.policy import (
    RINGING,
    CallerId,
    Contains,
    DeadLine,
    Elsewhere,
    Excuse,
    Flag,
    Forbidden,
    LaterStage,
    Limitation,
    Lines,
    NoPlace,
    NoRecording,
    NothingOwed,
    Notice,
    NoticeFirst,
    NoticeWithin,
    People,
    RingTime,
    Scope,
    Stopped,
    Words,
)
from tests.core.stories import LAW, facts_about, in_berlin, law, past, phone, rule

NOON = "2026-11-24T12:00:00"
LETTER = {"channel": Channel.LETTER}
EVERYTHING = Scope(channels=RINGING | {Channel.LETTER})


def found(condition, now=NOON, *, effect="DENY", **facts):
    """What that one rule says, None if nothing; it binds letters too."""
    verdict = judge(facts_about(**facts), law(rule(condition, effect, scope=EVERYTHING)), in_berlin(now))
    return next(iter(verdict.denials or verdict.warnings), None)


def said(condition, now=NOON, **facts):
    """The detail of what that one rule says, None if it says nothing."""
    finding = found(condition, now, **facts)
    return None if finding is None else finding.detail


# --- what stops it ---------------------------------------------------------------------------------------------------


def held(*holds):
    return {"holds": tuple(Hold(reason=HoldReason(r), until=in_berlin(until) if until else None) for r, until in holds)}


STOP = Stopped(
    flags=frozenset({Flag.CEASE, Flag.MORATORIUM}), holds=frozenset({HoldReason.CEASE, HoldReason.MORATORIUM})
)


def test_nothing_stops_a_case_without_flags_and_holds():
    assert found(STOP) is None


@pytest.mark.parametrize("flag", [Flag.ATTORNEY, Flag.INSOLVENCY])
def test_flag_stops_only_where_the_rule_names_it(flag):
    assert said(Stopped(flags=frozenset({flag})), flags=frozenset({flag})) == flag.value
    assert found(STOP, flags=frozenset({flag})) is None


@pytest.mark.parametrize("reason", [HoldReason.DISPUTE, HoldReason.MANUAL])
def test_hold_stops_only_where_the_rule_names_it(reason):
    assert said(Stopped(holds=frozenset({reason})), **held((reason, None))) == reason.value
    assert found(STOP, **held((reason, None))) is None


@pytest.mark.parametrize(
    ("until", "stops"), [("2026-11-24T12:00:00", False), ("2026-11-24T12:00:00.000001", True), (None, True)]
)
def test_hold_stops_until_its_end(until, *, stops):
    finding = found(STOP, **held(("cease", until)))
    assert (finding is not None) is stops
    if finding:
        assert finding.not_before == (in_berlin(until) if until else None)


def test_last_hold_to_end_decides():
    finding = found(STOP, **held(("cease", "2026-11-25T00:00:00"), ("moratorium", "2026-11-27T00:00:00")))
    assert (finding.not_before, finding.detail) == (in_berlin("2026-11-27T00:00:00"), "moratorium")
    finding = found(STOP, **held(("moratorium", "2026-11-27T00:00:00"), ("cease", None)))
    assert (finding.not_before, finding.detail) == (None, "cease")


def test_flag_without_end_outlasts_any_hold():
    facts = held(("cease", "2027-11-25T00:00:00")) | {"flags": frozenset({Flag.CEASE})}
    assert found(STOP, **facts).not_before is None


@pytest.mark.parametrize(("until", "stops"), [("2026-11-24T12:00:00", False), ("2026-11-24T12:00:00.000001", True)])
def test_moratorium_stops_until_its_end(until, *, stops):
    finding = found(STOP, moratorium_until=in_berlin(until))
    assert (finding is not None) is stops
    if finding:
        assert (finding.not_before, finding.detail) == (in_berlin(until), "moratorium")


def test_end_of_a_moratorium_is_not_the_end_of_another_flag():
    until = in_berlin("2026-11-25T00:00:00")
    finding = found(STOP, flags=frozenset({Flag.CEASE}), moratorium_until=until)
    assert (finding.not_before, finding.detail) == (None, "cease")
    assert (
        found(Stopped(flags=frozenset({Flag.CEASE})), flags=frozenset({Flag.CEASE}), moratorium_until=until).not_before
        is None
    )


def test_moratorium_without_end_stops_for_good():
    finding = found(STOP, flags=frozenset({Flag.MORATORIUM}))
    assert (finding.not_before, finding.detail) == (None, "moratorium")


def test_consent_ends_like_a_moratorium():
    consent = Stopped(flags=frozenset({Flag.PRIOR_CONSENT}))
    assert found(consent, prior_consent_until=in_berlin("2026-11-24T12:00:01")) is not None
    assert found(consent, prior_consent_until=in_berlin("2026-11-24T12:00:00")) is None


DISPUTED = {"claims": (ClaimFacts(id="1"), ClaimFacts(id="2", disputed=True))}
WRONG = {"phone": phone(state="wrong_party")}


def test_disputed_claim_stops_only_where_the_rule_asks_for_it():
    finding = found(Stopped(disputed_claim=True), **DISPUTED)
    assert (finding.detail, finding.not_before) == ("dispute", None)
    assert found(Stopped(disputed_claim=True)) is None
    assert found(Stopped(wrong_number=True), **DISPUTED) is None
    assert found(STOP, **DISPUTED) is None


def test_wrong_number_stops_only_where_the_rule_asks_for_it():
    finding = found(Stopped(wrong_number=True), **WRONG)
    assert (finding.detail, finding.not_before) == ("wrong_party", None)
    assert found(Stopped(wrong_number=True)) is None
    assert found(Stopped(disputed_claim=True), **WRONG) is None


def test_warning_of_a_stop_is_given_too():
    assert said(Stopped(flags=frozenset({Flag.CEASE})), effect="WARN", flags=frozenset({Flag.CEASE})) == "cease"


# --- notices ---------------------------------------------------------------------------------------------------------

FIRST = NoticeFirst(notice=Notice.RDG13A, hours=72)


@pytest.mark.parametrize(
    ("given", "until"),
    [
        (None, "never"),
        ("2026-11-21T12:00:00", None),
        ("2026-11-21T12:00:00.000001", "2026-11-24T12:00:00.000001"),
        ("2026-11-24T12:00:00", "2026-11-27T12:00:00"),
        ("2026-11-25T12:00:00", "2026-11-28T12:00:00"),
    ],
)
def test_notice_must_have_arrived(given, until):
    finding = found(FIRST, notices={Notice.RDG13A: in_berlin(given)} if given else {})
    assert (finding and (finding.not_before or "never")) == (in_berlin(until) if until and given else until)


def test_other_notice_does_not_help():
    assert found(FIRST, notices={Notice.RDG13A3: in_berlin("2026-11-01T12:00:00")}).not_before is None


def test_notice_without_delay_must_be_given_before():
    at_once = NoticeFirst(notice=Notice.RDG13A3, hours=0)
    assert found(at_once, notices={Notice.RDG13A3: in_berlin(NOON)}) is None
    assert found(at_once, notices={Notice.RDG13A3: in_berlin("2026-11-24T12:00:01")}) is not None


def test_notice_may_have_to_come_strictly_before():
    before = NoticeFirst(notice=Notice.RDG13A3, hours=1, strictly=True)
    assert found(before, notices={Notice.RDG13A3: in_berlin("2026-11-24T10:59:59.999999")}) is None
    finding = found(before, notices={Notice.RDG13A3: in_berlin("2026-11-24T11:00:00")})
    assert finding.not_before == in_berlin("2026-11-24T12:00:00.000001")


WITHIN = NoticeWithin(notice=Notice.US_VALIDATION, hours=120)


def talk(at, **more):
    return past(at, "connected", said="refused", **more)


@pytest.mark.parametrize(
    ("history", "given", "until"),
    [
        pytest.param((), None, None, id="nobody has talked to him"),
        pytest.param((past("2026-11-01T12:00:00"),), None, None, id="nobody answered"),
        pytest.param((talk("2026-11-01T12:00:00", debtor=2),), None, None, id="somebody else answered"),
        pytest.param((talk("2026-11-19T12:00:00"),), None, None, id="five days to the microsecond"),
        pytest.param((talk("2026-11-19T11:59:59.999999"),), None, "never", id="more than five days"),
        pytest.param(
            (talk("2026-11-19T11:50:00", ended="2026-11-19T12:10:00"),),
            None,
            "never",
            id="from when they began to talk",
        ),
        pytest.param(
            (talk("2026-11-23T12:00:00"), talk("2026-11-18T12:00:00")), None, "never", id="the first talk counts"
        ),
        pytest.param((talk("2026-11-18T12:00:00"),), "2026-11-24T12:00:00", None, id="given at last"),
        pytest.param((talk("2026-11-18T12:00:00"),), "2026-11-25T12:00:00", "2026-11-25T12:00:00", id="announced"),
        pytest.param((talk("2026-11-18T12:00:00", channel="inbound"),), None, "never", id="he called us"),
    ],
)
def test_notice_must_follow_the_first_conversation(history, given, until):
    notices = {Notice.US_VALIDATION: in_berlin(given)} if given else {}
    finding = found(WITHIN, history=history, notices=notices)
    expected = in_berlin(until) if until and until != "never" else until
    assert (finding and (finding.not_before or "never")) == expected


def test_release_sees_that_a_notice_will_be_owed_by_then():
    """A hold ends after the fifth day: the validation information is missing from then on."""
    rules = (rule(WITHIN), rule(STOP, id="HELD"))
    facts = facts_about(history=(talk("2026-11-23T12:00:00"),), **held(("cease", "2026-11-30T12:00:00")))
    verdict = judge(facts, law(*rules), in_berlin(NOON))
    assert (verdict.rules, verdict.not_before) == (("HELD",), None)


# --- who and where ---------------------------------------------------------------------------------------------------


def test_people_not_named_do_not_hear_it():
    ours = People(roles=frozenset({ContactRole.SELF, ContactRole.OWNER}))
    for role in ContactRole:
        expected = None if role in {ContactRole.SELF, ContactRole.OWNER} else role.value
        assert said(ours, contact_role=role) == expected


def test_lines_not_named_do_not_ring():
    ours = Lines(roles=frozenset({PhoneRole.PRIVATE}))
    for role in PhoneRole:
        assert said(ours, phone=phone(role=role.value)) == (None if role is PhoneRole.PRIVATE else role.value)


def test_what_is_forbidden_is_forbidden_for_good():
    finding = found(Forbidden())
    assert (finding.not_before, finding.detail) == (None, "")


@pytest.mark.parametrize(
    ("number", "ordinary"),
    [
        ("+493023125000", True),
        ("+499001234567", False),
        ("+491371234567", False),
        ("+43123456789", False),
        ("+49", False),
        ("+49 30 23125000", False),
        ("", False),
    ],
)
def test_number_shown_is_an_ordinary_one(number, *, ordinary):
    finding = found(CallerId(prefix="+49", forbidden=("+49900", "+49137")), caller_id=number)
    assert (finding is None) is ordinary
    assert finding is None or finding.not_before is None


@pytest.mark.parametrize(
    ("number", "foreign"),
    [("+43123456789", True), ("+493023125000", False), ("+499001234567", False), ("+49", False), ("", False)],
)
def test_foreign_number_is_told_apart_from_none(number, *, foreign):
    assert (found(CallerId(prefix="+49", foreign_only=True), caller_id=number) is not None) is foreign


def test_caller_id_that_no_call_could_show_is_known_beforehand():
    refused = {r.id for r in caller_id_refusals(LAW, "DE", "+43123456789")}
    assert refused == {"DE-N1", "DE-N2"}
    assert list(caller_id_refusals(LAW, "DE", "+493023125000")) == []
    warned = law(rule(CallerId(prefix="+49"), "WARN"), rule(Forbidden()))
    assert list(caller_id_refusals(warned, "DE", "+43123456789")) == []


@pytest.mark.parametrize(
    ("state", "channels"),
    [
        ("usable", set()),
        ("suspect", set()),
        ("wrong_party", set()),
        ("bad", {Channel.CALL, Channel.VOICEMAIL, Channel.FAX}),
        ("fax", {Channel.CALL, Channel.VOICEMAIL}),
    ],
)
def test_dead_line_is_dead_by_channel(state, channels):
    for channel in (Channel.CALL, Channel.VOICEMAIL, Channel.FAX, Channel.LETTER):
        expected = PhoneState(state).value if channel in channels else None
        assert said(DeadLine(), phone=phone(state=state), channel=channel) == expected


def test_nowhere_is_no_place():
    assert found(NoPlace(), called=()) is not None
    assert found(NoPlace()) is None


@pytest.mark.parametrize(("owed", "paid"), [((), True), ((0,), True), ((-1, 0), True), ((1,), False), ((0, 1), False)])
def test_nothing_is_owed_when_every_claim_is_paid(owed, *, paid):
    claims = tuple(ClaimFacts(id=str(n), open_minor=minor) for n, minor in enumerate(owed))
    assert (found(NothingOwed(), claims=claims) is not None) is paid


# --- how it is dialled -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "detail"), [(None, None), (14, "14"), (15, None), (40, None), (41, "41"), (0, "0")]
)
def test_telephone_rings_neither_short_nor_long(seconds, detail):
    assert said(RingTime(least=15, most=40), ring_seconds=seconds) == detail


def test_telephone_may_ring_for_ever_without_an_upper_bound():
    assert said(RingTime(least=15), ring_seconds=999) is None
    assert said(RingTime(least=15), ring_seconds=14) == "14"


def test_tape_is_off():
    assert found(NoRecording(), recording=True) is not None
    assert found(NoRecording(), recording=False) is None


# --- what a collector is warned of -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last_days", "barred"),
    [((None,), None), ((24,), None), ((23,), "1"), ((23, 25, None, 1), "1, 4"), ((), None)],
)
def test_claim_is_barred_from_the_day_after_its_last(last_days, barred):
    days = [date(2026, 11, day) if day else None for day in last_days]
    claims = tuple(ClaimFacts(id=str(n), limitation_on=day) for n, day in enumerate(days, 1))
    assert said(Limitation(), effect="WARN", claims=claims) == barred


def test_claim_beyond_the_telephone_is_pointed_out():
    for stage in Stage:
        expected = None if stage is Stage.TELEPHONE else stage.value
        assert said(LaterStage(), effect="WARN", stage=stage) == expected


# --- what is said ----------------------------------------------------------------------------------------------------

HARSH = Words(beginnings=("inkasso", "schuld"))


def test_words_are_looked_for_only_where_there_are_some():
    assert said(HARSH) is None
    assert said(HARSH, wording=Wording(text="Bitte rufen Sie zurück.")) is None
    assert said(HARSH, wording=Wording(text="Inkasso! Ihre Schulden, Inkasso")) == "Inkasso, Schulden"


def test_rule_about_words_that_is_asked_without_any_has_nothing_to_say():
    facts, now = facts_about(), in_berlin(NOON)
    assert wording(rule(HARSH), HARSH, Request(facts, Ledger(facts, now), now, None)) is None


def test_placeholders_are_looked_for_as_well():
    needs = Contains(required=("agent",), allowed=("number",))
    assert said(needs, wording=Wording(text="{agent}, {number}")) is None
    assert said(needs, wording=Wording(text="{number}, {amount}")) == "{amount}, {agent} (missing)"


def test_facts_of_the_case_excuse_words():
    seize = Words(beginnings=("pfänd",), unless=Excuse.TITLE)
    text = Wording(text="Wir pfänden.")
    assert said(seize, wording=text, claims=(ClaimFacts(id="1", title=True),)) is None
    assert said(seize, wording=text, claims=(ClaimFacts(id="1", title=True), ClaimFacts(id="2"))) == "pfänden"


def test_day_of_the_excuse_is_the_day_asked_about():
    in_time = Words(beginnings=("klag",), unless=Excuse.IN_TIME)
    facts = {"wording": Wording(text="Wir klagen."), "claims": (ClaimFacts(id="1", limitation_on=date(2026, 11, 24)),)}
    assert said(in_time, "2026-11-24T12:00:00", **facts) is None
    assert said(in_time, "2026-11-25T12:00:00", **facts) == "klagen"


# --- what the gate does not judge ------------------------------------------------------------------------------------


def test_rule_that_is_kept_elsewhere_says_nothing_here():
    for effect in ("DENY", "WARN"):
        assert found(Elsewhere(kept_by="", enforced=False), effect=effect) is None


def test_note_is_never_a_finding():
    verdict = judge(facts_about(), law(rule(Forbidden(), "INFO")), in_berlin(NOON))
    assert (verdict.denials, verdict.warnings) == ((), ())


@pytest.mark.parametrize("effect", ["DENY", "DENY_OVR", "REQUIRE", "LIMIT", "CONTENT"])
def test_finding_carries_the_effect_and_the_sentence_of_its_rule(effect):
    finding = found(Forbidden(), effect=effect)
    assert finding.rule == "R"
    assert finding.effect.value == effect
    assert finding.text.says("en") == "No."


# --- Germany, to the figure ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"ring_seconds": 14}, ("DE-D1",)),
        ({"ring_seconds": 15}, ()),
        ({"ring_seconds": 40}, ()),
        ({"ring_seconds": 41}, ("DE-D1",)),
        ({"recording": True}, ("DE-R1", "DE-R2")),
        ({"recording": True, "flags": frozenset({Flag.RECORDING_CONSENT})}, ()),
        ({"flags": frozenset({Flag.PHONE_OBJECTION})}, ("DE-C1",)),
        ({"flags": frozenset({Flag.ATTORNEY})}, ("DE-C2",)),
        ({"flags": frozenset({Flag.WRITTEN_DISPUTE})}, ("DE-C3",)),
        ({"flags": frozenset({Flag.INSOLVENCY})}, ("DE-C4",)),
        ({"flags": frozenset({Flag.WRONG_PARTY})}, ("DE-C5",)),
        ({"flags": frozenset({Flag.DECEASED})}, ("HOLD",)),
        ({"flags": frozenset({Flag.CEASE})}, ("HOLD",)),
        ({"moratorium_until": datetime(2027, 1, 1, tzinfo=UTC)}, ("HOLD",)),
    ],
)
def test_german_pack_knows_its_figures_and_flags(changes, rules):
    facts = facts_about(mode=Mode.PREVIEW, **changes)
    assert judge(facts, LAW, in_berlin(NOON)).rules == rules
