"""What people noted about a case, in the words of the gate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dialer.core.case import MarkKind
from dialer.core.policy import Flag, Notice
from dialer.core.windows import NEVER, Spans, WeeklyWindow, parse_week


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One note: since when, or when given (UTC); `until` (UTC) for those that end; `text` of a wish: days and span."""

    kind: MarkKind
    given_at: datetime
    until: datetime | None = None
    text: str | None = None


ENDING = frozenset({MarkKind.MORATORIUM, MarkKind.PRIOR_CONSENT})
"""Marks that need an end, and hold until then."""

_FLAGS = frozenset(MarkKind(flag.value) for flag in Flag if flag.value in set(MarkKind)) - ENDING


def marked_flags(marks: Iterable[Mark]) -> frozenset[Flag]:
    """The warnings and consents among the marks."""
    return frozenset(Flag(mark.kind.value) for mark in marks if mark.kind in _FLAGS)


def marked_until(marks: Iterable[Mark], kind: MarkKind) -> datetime | None:
    """The latest end (UTC) of the marks of that kind, None without any."""
    return max((m.until for m in marks if m.kind is kind and m.until is not None), default=None)


def marked_notices(marks: Iterable[Mark]) -> dict[Notice, datetime]:
    """When each notice was last given (UTC)."""
    given: dict[Notice, datetime] = {}
    for mark in marks:
        if mark.kind.value in set(Notice):
            notice = Notice(mark.kind.value)
            given[notice] = max(mark.given_at, given.get(notice, mark.given_at))
    return given


def marked_wishes(marks: Iterable[Mark]) -> WeeklyWindow | None:
    """The hours that the debtor called inconvenient, None without any."""
    weeks = [parse_wish(mark.text or "") for mark in marks if mark.kind is MarkKind.WISH]
    return merged(weeks) if weeks else None


def parse_wish(text: str) -> WeeklyWindow:
    """Read "mon-fri 08:00-12:00". Raises ValueError."""
    days, _, span = text.strip().partition(" ")
    return parse_week({days: [span.strip()]}, unnamed=NEVER)


def merged(weeks: Iterable[WeeklyWindow]) -> WeeklyWindow:
    """All spans of several weeks, by day; they may overlap."""
    spans: list[Spans] = [NEVER] * 7
    for week in weeks:
        spans = [have + more for have, more in zip(spans, week.days, strict=True)]
    return WeeklyWindow((spans[0], spans[1], spans[2], spans[3], spans[4], spans[5], spans[6]))
