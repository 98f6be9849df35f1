from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialer.core.desk import meant_for_this_call
from dialer.core.network import AnsweredBy

JOINED = datetime(2026, 11, 24, 9, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        pytest.param(timedelta(seconds=20), True, id="no key comes that late"),
        pytest.param(timedelta(seconds=19.999), False, id="may have been pressed before"),
        pytest.param(timedelta(), False, id="at once"),
        pytest.param(timedelta(seconds=-1), False, id="the clock was set back"),
        pytest.param(timedelta(hours=-1), False, id="far back"),
    ],
)
def test_a_key_counts_when_it_was_certainly_pressed_in_this_call(after, counts):
    assert meant_for_this_call(now=JOINED + after, joined_at=JOINED, answered_by=None) is counts


@pytest.mark.parametrize(
    ("verdict", "counts"),
    [
        (AnsweredBy.MACHINE_END_BEEP, True),
        (AnsweredBy.MACHINE_END_SILENCE, True),
        (AnsweredBy.MACHINE_END_OTHER, False),
        (AnsweredBy.MACHINE_START, False),
        (AnsweredBy.HUMAN, False),
        (AnsweredBy.UNKNOWN, False),
        (AnsweredBy.FAX, False),
    ],
)
def test_a_machine_that_detection_has_heard_to_the_end_may_be_told_at_once(verdict, counts):
    now = JOINED + timedelta(seconds=1)
    assert meant_for_this_call(now=now, joined_at=JOINED, answered_by=verdict) is counts


def test_nobody_was_put_through():
    assert meant_for_this_call(now=JOINED, joined_at=None, answered_by=None) is False
