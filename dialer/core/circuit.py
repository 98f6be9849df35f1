"""When an account stops asking the carrier because its requests fail, and how long it waits before one more try."""

from __future__ import annotations

from datetime import timedelta

WATCHED = timedelta(seconds=120)
"""How far back requests are counted. This figure and the next three are the product's own."""

FAILED_SHARE = 0.5
FEWEST_REQUESTS = 6
"""Below so many requests in that time a share says nothing; five failures in a row speak for themselves."""

FAILURES_IN_A_ROW = 5

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)


def trips(*, asked: int, failed: int, in_a_row: int) -> bool:
    """True when dialling has to stop: of `asked` requests in the time watched `failed` did, the last `in_a_row`."""
    return in_a_row >= FAILURES_IN_A_ROW or (asked >= FEWEST_REQUESTS and failed >= asked * FAILED_SHARE)


def next_wait(last: timedelta | None) -> timedelta:
    """How long to wait before the next single try, after the one that followed `last` has failed too."""
    return FIRST_WAIT if last is None else min(last * 2, LONGEST_WAIT)
