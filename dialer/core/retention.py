"""How long a case is kept after it is closed: rules DE-RET-1, -3, -4, -6 and -7, taken over for every country."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LETTER_YEARS = 6
"""§ 257(4) HGB, § 147 AO: agreements, letters, confirmations, from the end of the year."""

TALK_YEARS = 3
"""§§ 195, 199 BGB: the log of conversations and promises, from the end of the year."""

SILENCE = timedelta(days=365)
"""Product default after Art. 5(1)(e) GDPR: a case in which nobody was ever spoken to."""

TITLE_YEARS = 30
"""§ 197(1) BGB: while what is owed under a title is not paid."""


class ErasureReason(StrEnum):
    """Why somebody is erased. Words of a fixed list: the reason stays in the log and must name nobody."""

    RETENTION_OVER = "retention_over"
    REQUEST = "request"
    OBJECTION = "objection"
    WRONG_PARTY = "wrong_party"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What there is of a closed case. Days are the operator's; None where there is nothing of the kind."""

    last_entry_on: date
    last_talk_on: date | None = None
    last_letter_on: date | None = None
    title_on: date | None = None
    owing: bool = False
    wrong_party: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A rule that keeps the case until before that day."""

    rule: str
    until: date


def periods(kept: Kept) -> tuple[Period, ...]:
    """What keeps a closed case, the longest first. A wrong party is kept by nothing (OLG Dresden, 4 U 1278/21)."""
    if kept.wrong_party:
        return ()
    return tuple(sorted(_periods(kept), key=lambda period: period.until, reverse=True))


def running(kept: Kept, today: date) -> Period | None:
    """The longest period that has not run out, None when the case may be erased."""
    return next((period for period in periods(kept) if today < period.until), None)


def _periods(kept: Kept) -> Iterator[Period]:
    yield Period(rule="DE-RET-4", until=kept.last_entry_on + SILENCE)
    if kept.last_talk_on is not None:
        last = max(kept.last_talk_on, kept.last_entry_on)
        yield Period(rule="DE-RET-3", until=_after_year(last, TALK_YEARS))
    if kept.last_letter_on is not None:
        yield Period(rule="DE-RET-1", until=_after_year(kept.last_letter_on, LETTER_YEARS))
    if kept.title_on is not None and kept.owing:
        yield Period(rule="DE-RET-7", until=_after_year(kept.title_on, TITLE_YEARS))


def _after_year(day: date, years: int) -> date:
    return date(day.year + years + 1, 1, 1)
