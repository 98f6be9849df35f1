"""A law only ever gets stricter by a rule that is added: for any request, any rule, any instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.core.case import ContactRole, DebtorType, Hold, HoldReason, LineType, PhoneRole
from dialer.core.facts import ClaimFacts, Dialled, Override, Wording
from dialer.core.marks import parse_wish
from dialer.core.outcome import Channel, Disposition, Mode
from dialer.core.permit import judge
from dialer.core.policy import (
    RINGING,
    CallerId,
    Contains,
    Counted,
    DayParts,
    DeadLine,
    Effect,
    Elsewhere,
    End,
    Flag,
    Forbidden,
    Gap,
    Holidays,
    Hours,
    LaterStage,
    Law,
    Limitation,
    Lines,
    LostCall,
    LostRate,
    MessageCount,
    MessageGap,
    NoPack,
    NoPlace,
    NoRecording,
    NothingOwed,
    Notice,
    NoticeFirst,
    NoticeWithin,
    OperatorRole,
    OtherStops,
    People,
    PerDay,
    Rest,
    RingTime,
    Rolling,
    Scope,
    Stopped,
    UnknownPlace,
    Wishes,
    Words,
    YearDays,
)
from dialer.core.windows import WHOLE_DAY, parse_span, parse_week
from tests.core.stories import BUSINESS, LAW, MOBILE, SOLE_TRADER, facts_about, pack, past, phone, rule, site

WHEN = datetime(2026, 11, 23, tzinfo=UTC)
STEP = timedelta(minutes=15)
IDS = ["OWN-1", "DE-T1", "DE-T2", "DE-F2", "DE-F4", "DE-F5", "HOLD"]
WEEKS = [
    parse_week({"mon-fri": ["09:00-17:00"]}, unnamed=WHOLE_DAY),
    parse_week({"tue": [], "wed": ["10:00-12:00", "14:00-16:00"]}, unnamed=WHOLE_DAY),
]


def some(values, **more):
    return st.frozensets(st.sampled_from(list(values)), min_size=1, **more)


def maybe(strategy):
    return st.none() | strategy


small = st.integers(1, 4)
holds = st.frozensets(st.sampled_from(HoldReason))
conditions = st.one_of(
    st.builds(Hours, week=st.sampled_from(WEEKS), ends=some(End)),
    st.builds(UnknownPlace, week=st.sampled_from(WEEKS)),
    st.just(YearDays(days={(11, 24): (parse_span("08:00-10:00"),)})),
    st.builds(Holidays, ends=some(End)),
    st.just(Wishes()),
    st.builds(PerDay, count=small, of=some(Counted)),
    st.builds(Rolling, count=small, days=small, of=some(Counted), all_channels=st.booleans()),
    st.builds(Gap, hours=st.integers(1, 90)),
    st.just(DayParts(ends=(720,))),
    st.builds(Rest, workdays=small, waived_by=st.sampled_from([frozenset(), frozenset({Disposition.CALLBACK_AGREED})])),
    st.builds(Rest, days=small, per_claim=st.booleans()),
    st.builds(LostCall, hours=st.integers(1, 90)),
    st.builds(LostRate, percent=st.sampled_from([0, 3]), among=st.just(100)),
    st.builds(
        Stopped,
        flags=st.frozensets(st.sampled_from(Flag)),
        holds=holds,
        disputed_claim=st.booleans(),
    ),
    st.builds(OtherStops, flags=st.booleans(), only=maybe(holds), without=holds),
    st.builds(NoticeFirst, notice=st.sampled_from(Notice), hours=st.integers(0, 90)),
    st.builds(NoticeWithin, notice=st.sampled_from(Notice), hours=st.integers(0, 90)),
    st.builds(People, roles=some(ContactRole)),
    st.builds(Lines, roles=some(PhoneRole)),
    st.just(CallerId(prefix="+49")),
    st.just(Forbidden()),
    st.just(RingTime(least=15, most=40)),
    st.builds(MessageGap, days=small),
    st.builds(MessageCount, count=small, days=maybe(small)),
    st.sampled_from([NoRecording(), NoPack(), NoPlace(), NothingOwed(), DeadLine(), Limitation(), LaterStage()]),
    st.sampled_from([Words(beginnings=("inkasso",)), Contains(required=("agent",))]),
    st.just(Elsewhere(kept_by="somebody", enforced=True)),
)
scopes = st.builds(
    Scope,
    debtors=maybe(some(DebtorType)),
    channels=st.just(RINGING) | some(Channel),
    modes=maybe(some(Mode)),
    operators=maybe(some(OperatorRole)),
    phone_roles=maybe(some(PhoneRole)),
    line_types=maybe(some(LineType)),
)


@st.composite
def rules(draw):
    condition = draw(conditions)
    guards = {}
    if not isinstance(condition, Hours | YearDays | Holidays | UnknownPlace | Wishes):
        guards["unless"] = draw(
            st.frozensets(st.sampled_from([Flag.PRIOR_CONSENT, Flag.WORKPLACE_ALLOWED]), max_size=1)
        )
        guards["since"] = draw(st.sampled_from([None, None, date(2026, 11, 26)]))
    return rule(condition, draw(st.sampled_from(Effect)), id=draw(st.sampled_from(IDS)), scope=draw(scopes), **guards)


@st.composite
def attempts(draw):
    at = WHEN + draw(st.integers(-4 * 24 * 9, 4 * 24 * 2)) * STEP
    outcome = draw(st.sampled_from([None, "no_answer", "connected", "voicemail_left", "abandoned", "cancelled"]))
    said = draw(st.sampled_from([None, "refused", "callback_agreed"])) if outcome == "connected" else None
    drawn = past(
        "2026-01-01T00:00:00",
        outcome,
        said=said,
        debtor=draw(st.sampled_from([1, 1, 2])),
        role=draw(st.sampled_from(["self", "owner"])),
        e164=draw(st.sampled_from([MOBILE, "+4930123456"])),
        channel=draw(st.sampled_from(["call", "voicemail", "letter"])),
        claims=draw(st.sampled_from([(), ("1",), ("2",)])),
    )
    return replace(drawn, at=at)


@st.composite
def requests(draw):
    until = WHEN + draw(st.integers(0, 4 * 24 * 4)) * STEP
    return facts_about(
        **draw(st.sampled_from([{}, SOLE_TRADER, BUSINESS, {"phone": phone(role="work")}])),
        called=draw(st.sampled_from([(site(),), (site(), site("Asia/Kolkata", holidays=["2026-11-25"])), ()])),
        place_unknown=draw(st.booleans()),
        channel=draw(st.sampled_from([Channel.CALL, Channel.CALL, Channel.VOICEMAIL, Channel.LETTER])),
        mode=draw(st.sampled_from(Mode)),
        claims=(ClaimFacts(id="1", disputed=draw(st.sampled_from([False, False, True]))), ClaimFacts(id="2")),
        holds=draw(st.sampled_from([(), (), (Hold(reason=HoldReason.MANUAL, until=until),)])),
        flags=draw(st.sampled_from([frozenset(), frozenset(), frozenset({Flag.WORKPLACE_ALLOWED, Flag.CEASE})])),
        prior_consent_until=draw(st.sampled_from([None, until])),
        wishes=draw(st.sampled_from([None, parse_wish("tue 08:00-12:00")])),
        notices=draw(st.sampled_from([{}, {Notice.RDG13A: until}])),
        dialled=draw(st.sampled_from([Dialled(attempts=200, lost=0), Dialled(attempts=200, lost=6)])),
        wording=draw(st.sampled_from([None, Wording(text="Inkasso")])),
        overrides=tuple(
            Override(rule=name, role="compliance", until=WHEN + hours * timedelta(hours=1))
            for name, hours in draw(st.lists(st.tuples(st.sampled_from(IDS), st.integers(1, 200)), max_size=3))
        ),
        history=tuple(draw(st.lists(attempts(), max_size=6))),
    )


@settings(max_examples=200)
@given(requests(), rules(), st.sampled_from(["DE", None]), st.integers(0, 4 * 24 * 4))
def test_added_rule_only_tightens(facts, added, country, quarter):
    now = WHEN + quarter * STEP
    before = judge(facts, LAW, now)
    after = judge(facts, Law(packs=(*LAW.packs, pack(added, country=country))), now)
    assert set(before.rules) <= set(after.rules)
    if not before.allowed:
        assert not after.allowed
        assert after.not_before is None or (before.not_before is not None and before.not_before <= after.not_before)
    elif after.allowed and before.closes_at is not None:
        assert after.closes_at is not None
        assert after.closes_at <= before.closes_at
