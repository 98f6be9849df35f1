"""Working days: Monday to Friday, public holidays excepted."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from dialer.core.facts import Site
from dialer.core.windows import A_DAY, start_of_day

WEEKDAYS = range(5)


def add_workdays(instant: datetime, days: int, site: Site) -> datetime:
    """The start (UTC) of the local day `days` working days after the local day of `instant`."""
    return _workday_after(instant.astimezone(site.zone).date(), days, site)


@lru_cache(maxsize=4096)
def _workday_after(day: date, days: int, site: Site) -> datetime:
    left = days
    while left > 0:
        day += A_DAY
        left -= is_workday(day, site)
    return start_of_day(site.zone, day)


def is_workday(day: date, site: Site) -> bool:
    """Monday to Friday, public holidays at that site excepted."""
    return day.weekday() in WEEKDAYS and site.holiday(day) is None
