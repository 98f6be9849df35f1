"""Which of the carrier's calls no attempt accounts for, and what they are taken for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialer.core.network import AnsweredBy, NetworkStatus
from dialer.core.outcome import Outcome
from dialer.core.recovery import Seen, Unbound, assumed, made_by, unaccounted

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ERIKA, KARL, OURS = "+498923125001", "+498923125002", "+493023125000"


def call(sid, minutes=0.0, to=ERIKA, from_=OURS):
    at = None if minutes is None else NOON + minutes * MINUTE
    return Seen(sid=sid, to=to, from_=from_, created_at=at)


def attempt(minutes=0.0, to=ERIKA, from_=OURS):
    return Unbound(to=to, from_=from_, sent_at=NOON + minutes * MINUTE)


@pytest.mark.parametrize(
    ("seen", "unbound", "left"),
    [
        ([], [attempt()], ()),
        ([call("a")], [], ("a",)),
        ([call("a")], [attempt()], ()),
        ([call("b", 3), call("a", 1)], [], ("a", "b")),
        ([call("b", 3), call("a", 1)], [attempt()], ("b",)),
        ([call("b", 3), call("a", 1)], [attempt(2.5), attempt()], ()),
        ([call("b", 3), call("a", 1)], [attempt(3)], ("a",)),
        ([call("a", -0.5)], [attempt()], ()),
        ([call("a", -1)], [attempt()], ()),
        ([call("a", -1.5)], [attempt()], ("a",)),
        ([call("a", 1.5)], [attempt()], ()),
        ([call("a", 1.6)], [attempt()], ("a",)),
        ([call("a", to=KARL)], [attempt()], ("a",)),
        ([call("a", from_=KARL)], [attempt()], ("a",)),
        ([call("b", None), call("a", 1)], [attempt()], ("b",)),
        ([call("b", None)], [attempt()], ()),
        ([call("b", None), call("a", None)], [], ("a", "b")),
    ],
)
def test_an_attempt_accounts_for_the_oldest_call_it_may_have_made(seen, unbound, left):
    assert unaccounted(seen, unbound, within=timedelta(seconds=30)) == left


@pytest.mark.parametrize(
    ("created", "is_"), [(-64, False), (-63, True), (0, True), (93, True), (94, False), (None, True)]
)
def test_a_request_makes_its_call_while_it_is_on_its_way_and_no_other(created, is_):
    at = None if created is None else NOON + timedelta(seconds=created)
    assert made_by(NOON, at, within=timedelta(seconds=30)) is is_


@pytest.mark.parametrize(
    ("status", "answered_by", "dialled", "outcome"),
    [
        (NetworkStatus.QUEUED, None, False, None),
        (NetworkStatus.INITIATED, None, True, None),
        (NetworkStatus.RINGING, None, True, None),
        (NetworkStatus.ANSWERED, AnsweredBy.HUMAN, True, None),
        (NetworkStatus.BUSY, None, True, Outcome.BUSY),
        (NetworkStatus.NO_ANSWER, None, True, Outcome.NO_ANSWER),
        (NetworkStatus.FAILED, None, True, Outcome.FAILED),
        (NetworkStatus.CANCELLED, None, True, Outcome.NO_ANSWER),
        (NetworkStatus.CANCELLED, None, False, Outcome.CANCELLED),
        (NetworkStatus.COMPLETED, None, True, Outcome.CONNECTED),
        (NetworkStatus.COMPLETED, AnsweredBy.HUMAN, True, Outcome.CONNECTED),
        (NetworkStatus.COMPLETED, AnsweredBy.UNKNOWN, True, Outcome.CONNECTED),
        (NetworkStatus.COMPLETED, AnsweredBy.MACHINE_START, True, Outcome.VOICEMAIL_LEFT),
        (NetworkStatus.COMPLETED, AnsweredBy.MACHINE_END_BEEP, True, Outcome.VOICEMAIL_LEFT),
        (NetworkStatus.COMPLETED, AnsweredBy.FAX, True, Outcome.FAX_MACHINE),
    ],
)
def test_a_call_is_taken_for_what_keeps_us_from_calling_the_longest(status, answered_by, dialled, outcome):
    assert assumed(status, answered_by, dialled=dialled) is outcome
