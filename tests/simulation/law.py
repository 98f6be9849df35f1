"""The German rules for calls of the sample book, written down once more; shares nothing with the program.

Sources: the table of rules for Germany (hours, holidays, how often). Times are the called party's, who is in Germany.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

EVERYWHERE = {
    "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2026-10-03", "2026-12-25",
    "2026-12-26", "2027-01-01",
}  # fmt: skip
OF_PLACES = {
    "BE": {"2026-03-08"},
    "BY": {"2026-01-06", "2026-06-04", "2026-11-01"},
    "NW": {"2026-06-04", "2026-11-01"},
    "SN": {"2026-10-31", "2026-11-18"},
}
OUR_PLACE = "BE"

DAILY = {True: 2, False: 3}
WEEKLY = {True: 5, False: 8}
"""Rings a day and in seven days: natural persons, others."""

GAP = timedelta(hours=2)
AFTER_A_LOST_CALL = timedelta(hours=72)


BETWEEN_MESSAGES = {True: timedelta(days=7), False: timedelta(days=3)}
MESSAGES = 3
"""On answering machines: natural persons, others; so many are left to a natural person at most."""

REST = 4
"""Nobody is called after a conversation before so many working days later: three whole ones lie between."""


def rested_on(talked: date, place: str) -> date:
    """The first day on which somebody may be called again who was spoken to on that one."""
    day, left = talked, REST
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and not holiday(day, place)
    return day


def holiday(day: date, place: str) -> bool:
    """True on a public holiday where he is, or where we are."""
    text = day.isoformat()
    return text in EVERYWHERE or text in OF_PLACES[place] or text in OF_PLACES[OUR_PLACE]


def may_ring(at: datetime, *, natural: bool, place: str) -> bool:
    """True when a telephone may ring at this instant."""
    local = at.astimezone(BERLIN)
    if local.weekday() == 6 or holiday(local.date(), place):
        return False
    opens, closes = 8, 20 if natural else 18
    if local.weekday() == 5:
        if not natural:
            return False
        opens, closes = 9, 18
    if (local.month, local.day) in {(12, 24), (12, 31)}:
        closes = min(closes, 14)
    clock = local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6
    return opens * 3600 <= clock < closes * 3600


def rings_inside(first: datetime, last: datetime, *, natural: bool, place: str) -> bool:
    """True when a telephone that rings from `first` to `last` (less than a minute later) may do so."""
    return may_ring(first, natural=natural, place=place) and may_ring(last, natural=natural, place=place)
