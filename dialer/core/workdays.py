"""Working days: Monday to Friday, public holidays excepted."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from dialer.core.facts import Site
from dialer.core.policy import HolidayName
from dialer.core.windows import A_DAY, start_of_day

WEEKDAYS = range(5)


def add_workdays(instant: datetime, days: int, site: Site) -> datetime:
    """The start (UTC) of the local day `days` working days after the local day of `instant`."""
    return start_of_day(site.zone, workday_after(instant.astimezone(site.zone).date(), days, site.holiday))


@lru_cache(maxsize=4096)
def workday_after(day: date, days: int, holiday: HolidayName) -> date:
    """The day that lies `days` working days after `day`."""
    left = days
    while left > 0:
        day += A_DAY
        left -= is_workday(day, holiday)
    return day


def is_workday(day: date, holiday: HolidayName) -> bool:
    """Monday to Friday, public holidays excepted."""
    return day.weekday() in WEEKDAYS and holiday(day) is None
