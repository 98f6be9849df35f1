"""Half of six requests, or five in a row; then ever longer waits, up to half an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialer.core.circuit import next_wait, trips


@pytest.mark.parametrize(
    ("asked", "failed", "in_a_row", "expected"),
    [
        pytest.param(0, 0, 0, False, id="nothing was asked"),
        pytest.param(4, 4, 4, False, id="four failures and no more"),
        pytest.param(5, 5, 5, True, id="five in a row"),
        pytest.param(900, 5, 5, True, id="five in a row after many that went well"),
        pytest.param(5, 4, 1, False, id="too few to speak of a share"),
        pytest.param(6, 3, 1, True, id="half of six"),
        pytest.param(6, 2, 2, False, id="a third of six"),
        pytest.param(7, 3, 1, False, id="just below half"),
        pytest.param(120, 60, 1, True, id="half of many"),
        pytest.param(120, 59, 4, False, id="one less than half of many"),
    ],
)
def test_dialling_stops(asked, failed, in_a_row, expected):
    assert trips(asked=asked, failed=failed, in_a_row=in_a_row) is expected


def test_waits_double_up_to_half_an_hour():
    waits, last = [], None
    for _ in range(9):
        last = next_wait(last)
        waits.append(int(last.total_seconds()))
    assert waits == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]
    assert next_wait(timedelta(minutes=16)) == timedelta(minutes=30)
