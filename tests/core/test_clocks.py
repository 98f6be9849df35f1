"""A wall clock that jumps is not believed until it has agreed with the steady one for a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialer.core.clocks import Look, Reading, Trust, ahead, believable, look

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def at(wall: float, steady: float) -> Reading:
    return Reading(NOON + timedelta(seconds=wall), timedelta(seconds=steady))


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_first_look_has_nothing_to_compare():
    assert look(Trust(), at(0, 77)) == Look(Trust(at(0, 77)))
    assert not Trust().doubted


@pytest.mark.parametrize("off", [5.0, -5.0, 0.2, 0.0])
def test_small_differences_are_let_pass(off):
    assert look(Trust(at(0, 77)), at(10 + off, 87)) == Look(Trust(at(10 + off, 87)))


@pytest.mark.parametrize("off", [5.1, -5.1, 3600.0, -86_400.0])
def test_a_jump_is_seen_in_both_directions(off):
    seen = look(Trust(at(0, 77)), at(10 + off, 87))
    assert seen == Look(Trust(at(10 + off, 87), seconds(87)), seconds(off))
    assert seen.trust.doubted


def test_many_small_differences_are_not_added_up():
    trust = Trust(at(0, 0))
    for n in range(1, 20):
        seen = look(trust, at(n * 14, n * 10))
        assert (seen.jump, seen.trust.doubted) == (None, False)
        trust = seen.trust


def test_trust_comes_back_after_a_minute_of_agreement():
    trust = Trust(at(100, 10), seconds(10))
    trust = look(trust, at(159.9, 69.9)).trust
    assert trust == Trust(at(159.9, 69.9), seconds(10))
    assert look(trust, at(160, 70)) == Look(Trust(at(160, 70)), over=True)


def test_another_jump_begins_the_minute_anew():
    trust = look(Trust(at(100, 10), seconds(10)), at(10, 60)).trust
    assert trust == Trust(at(10, 60), seconds(60))
    assert look(trust, at(69, 119)) == Look(Trust(at(69, 119), seconds(60)))


@pytest.mark.parametrize(("apart", "jump"), [(5.0, None), (5.5, 5.5), (-6.0, -6.0), (None, None)])
def test_another_machines_clock_is_heard(apart, jump):
    seen = look(Trust(), at(0, 0), apart=None if apart is None else seconds(apart))
    assert seen.jump == (None if jump is None else seconds(jump))
    assert seen.trust.doubted == (jump is not None)


@pytest.mark.parametrize(
    ("asked", "answered", "theirs", "off"),
    [
        (0, 0.2, 0, 0),
        (0.9, 1.1, 0, 0),
        (0, 20, 20, 0),
        (0, 20, 21, -1),
        (0, 0.2, 90, -89.8),
        (90, 90.2, 0, 89),
        (1, 1.5, 0, 0),
        (1.5, 2, 0, 0.5),
    ],
)
def test_what_an_answer_of_whole_seconds_says_of_our_clock(asked, answered, theirs, off):
    assert ahead(*(NOON + seconds(n) for n in (asked, answered, theirs))) == seconds(off)


@pytest.mark.parametrize(
    ("off", "believed"), [(-86_400.0, True), (0.0, True), (5.0, True), (5.1, False), (86_400.0, False)]
)
def test_what_was_noted_by_a_clock_that_was_ahead_says_nothing(off, believed):
    assert believable(NOON + seconds(off), NOON) == (NOON + seconds(off) if believed else None)
    assert believable(None, NOON) is None
