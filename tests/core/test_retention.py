"""Until when a closed case is kept, and by which rule."""

from __future__ import annotations

from datetime import date

import pytest

from dialer.core.retention import Kept, Period, periods, running

CLOSED = date(2026, 11, 24)


def kept(**more):
    return Kept(last_entry_on=CLOSED, **more)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (kept(), [("DE-RET-4", date(2027, 11, 24))]),
        (kept(last_talk_on=date(2025, 3, 1)), [("DE-RET-3", date(2030, 1, 1)), ("DE-RET-4", date(2027, 11, 24))]),
        (
            kept(last_letter_on=date(2026, 1, 1)),
            [("DE-RET-1", date(2033, 1, 1)), ("DE-RET-4", date(2027, 11, 24))],
        ),
        (
            kept(last_letter_on=date(2025, 12, 31), last_talk_on=CLOSED, title_on=date(2026, 5, 5), owing=True),
            [
                ("DE-RET-7", date(2057, 1, 1)),
                ("DE-RET-1", date(2032, 1, 1)),
                ("DE-RET-3", date(2030, 1, 1)),
                ("DE-RET-4", date(2027, 11, 24)),
            ],
        ),
        (kept(title_on=date(2026, 5, 5)), [("DE-RET-4", date(2027, 11, 24))]),
        (kept(owing=True), [("DE-RET-4", date(2027, 11, 24))]),
        (kept(last_letter_on=CLOSED, last_talk_on=CLOSED, title_on=CLOSED, owing=True, wrong_party=True), []),
    ],
)
def test_what_keeps_a_case(case, expected):
    assert periods(case) == tuple(Period(rule=rule, until=until) for rule, until in expected)


def test_the_longest_period_that_runs_is_named():
    case = kept(last_talk_on=CLOSED)
    assert running(case, date(2029, 12, 31)) == Period(rule="DE-RET-3", until=date(2030, 1, 1))
    assert running(case, date(2030, 1, 1)) is None
    assert running(kept(wrong_party=True), CLOSED) is None
