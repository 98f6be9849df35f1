"""What people noted about a case, as the gate reads it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dialer.core.case import MarkKind
from dialer.core.marks import (
    ENDING,
    Mark,
    marked_flags,
    marked_notices,
    marked_until,
    marked_wishes,
    merged,
    parse_wish,
)
from dialer.core.policy import Flag, Notice
from dialer.core.windows import Span

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


def mark(kind, given_at=MONDAY, **more):
    return Mark(kind=MarkKind(kind), given_at=given_at, **more)


@pytest.mark.parametrize(
    ("kind", "flag"),
    [
        ("cease", Flag.CEASE),
        ("deceased", Flag.DECEASED),
        ("prerecorded_consent", Flag.PRERECORDED_CONSENT),
        ("recording_consent", Flag.RECORDING_CONSENT),
        ("workplace_allowed", Flag.WORKPLACE_ALLOWED),
        ("written_dispute", Flag.WRITTEN_DISPUTE),
        ("phone_objection", Flag.PHONE_OBJECTION),
        ("attorney", Flag.ATTORNEY),
        ("insolvency", Flag.INSOLVENCY),
    ],
)
def test_warning_or_consent_is_a_flag(kind, flag):
    assert marked_flags([mark(kind)]) == {flag}


@pytest.mark.parametrize("kind", ["moratorium", "prior_consent", "rdg13a", "us_validation", "wish"])
def test_what_ends_or_was_given_is_no_flag(kind):
    assert marked_flags([mark(kind, until=TUESDAY, text="mon 08:00-09:00")]) == frozenset()


def test_every_mark_says_something_to_the_gate():
    """A kind that no function reads would be noted in vain."""
    for kind in MarkKind:
        one = [Mark(kind=kind, given_at=MONDAY, until=TUESDAY, text="mon 08:00-09:00")]
        ends = kind in ENDING and marked_until(one, kind)
        assert [bool(f) for f in (marked_flags(one), marked_notices(one), ends, marked_wishes(one))].count(True) == 1


def test_last_end_of_several_counts():
    ends = [mark("moratorium", until=TUESDAY), mark("moratorium", until=MONDAY), mark("prior_consent", until=MONDAY)]
    assert marked_until(ends, MarkKind.MORATORIUM) == TUESDAY
    assert marked_until(ends, MarkKind.PRIOR_CONSENT) == MONDAY


def test_without_an_end_there_is_none():
    assert marked_until([], MarkKind.MORATORIUM) is None
    assert marked_until([mark("moratorium")], MarkKind.MORATORIUM) is None


@pytest.mark.parametrize("given", [(MONDAY, TUESDAY), (TUESDAY, MONDAY)])
def test_notice_counts_from_when_it_was_last_given(given):
    notes = [mark("rdg13a", at) for at in given] + [mark("us_validation", MONDAY), mark("attorney")]
    assert marked_notices(notes) == {Notice.RDG13A: TUESDAY, Notice.US_VALIDATION: MONDAY}


def test_wish_is_read():
    week = parse_wish(" mon-fri  08:00-12:00 ")
    assert week.days == (*((Span(480, 720),),) * 5, (), ())
    assert parse_wish("sun 00:00-24:00").days == ((),) * 6 + ((Span(0, 1440),),)


@pytest.mark.parametrize("text", ["", "mon", "08:00-12:00", "mon-fri 08-12", "feiertags 08:00-12:00"])
def test_what_is_no_wish_is_refused(text):
    with pytest.raises(ValueError, match="is not a"):
        parse_wish(text)


def test_wishes_add_up_day_by_day():
    notes = [
        mark("wish", text="mon-tue 08:00-12:00"),
        mark("attorney", text="sun 00:00-24:00"),
        mark("wish", text="tue-wed 10:00-14:00"),
    ]
    first, second = Span(480, 720), Span(600, 840)
    assert marked_wishes(notes).days == ((first,), (first, second), (second,), (), (), (), ())


def test_each_day_keeps_its_own_wishes():
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    notes = [mark("wish", text=f"{day} 0{n}:00-12:00") for n, day in enumerate(days)]
    assert marked_wishes(notes).days == tuple((Span(60 * n, 720),) for n in range(7))


def test_without_wishes_there_is_no_week():
    assert marked_wishes([mark("attorney")]) is None
    assert merged([]).days == ((),) * 7


def test_wish_without_text_is_refused():
    with pytest.raises(ValueError, match="is not a"):
        marked_wishes([mark("wish")])
