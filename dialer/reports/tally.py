"""Counts for the summary, made while the rows go by: memory grows with days and names, not with attempts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dialer.core.outcome import Channel, Disposition, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from dialer.reports.attempts import AttemptRow

_PROMISES = frozenset({Disposition.PROMISE_TO_PAY, Disposition.INSTALMENTS_AGREED})
_COUNTED = frozenset(outcome for outcome in Outcome if outcome.counts)


@dataclass(slots=True)
class Counts:
    """One line of the summary. Attempts = counted + not placed + live."""

    counted: int = 0
    calls: int = 0
    reached: int = 0
    voicemails: int = 0
    promises: int = 0
    not_placed: int = 0
    live: int = 0
    promised_minor: Counter[str] = field(default_factory=Counter)

    @property
    def attempts(self) -> int:
        """All of them, also those that do not count and those that have not ended."""
        return self.counted + self.not_placed + self.live

    @property
    def reach_rate(self) -> float | None:
        """Connected calls in counted calls; None without calls."""
        return self.reached / self.calls if self.calls else None

    def add(self, attempt: AttemptRow, currency: str) -> None:
        """Count one attempt, whatever number of claims it covers."""
        if attempt.outcome is None:
            self.live += 1
        elif attempt.outcome not in _COUNTED:
            self.not_placed += 1
        else:
            self.counted += 1
            self._add_call(attempt)
        if attempt.disposition in _PROMISES:
            self.promises += 1
            self.promised_minor[currency] += attempt.promised_minor or 0

    def _add_call(self, attempt: AttemptRow) -> None:
        self.voicemails += attempt.outcome == Outcome.VOICEMAIL_LEFT
        if attempt.channel == Channel.CALL:
            self.calls += 1
            self.reached += attempt.outcome == Outcome.CONNECTED


@dataclass(slots=True)
class Totals:
    """All counts of a report, and the number of rows on the sheet of attempts."""

    all: Counts = field(default_factory=Counts)
    by_day: defaultdict[date, Counts] = field(default_factory=lambda: defaultdict(Counts))
    by_segment: defaultdict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    by_collector: defaultdict[str | None, Counts] = field(default_factory=lambda: defaultdict(Counts))
    by_hour: defaultdict[tuple[int, int], Counts] = field(default_factory=lambda: defaultdict(Counts))
    rows: int = 0

    def add(self, rows: Sequence[AttemptRow], local: datetime) -> None:
        """Count one attempt, given all its rows and its local time."""
        self.rows += len(rows)
        attempt, currency = rows[0], _currency(rows)
        for counts in (
            self.all,
            self.by_day[local.date()],
            self.by_segment[attempt.segment],
            self.by_collector[attempt.collector],
            self.by_hour[local.weekday(), local.hour],
        ):
            counts.add(attempt, currency)

    @property
    def currencies(self) -> list[str]:
        """Currencies in which something was promised."""
        return sorted(currency for currency, minor in self.all.promised_minor.items() if minor)


def _currency(rows: Sequence[AttemptRow]) -> str:
    """What the promise is in. Claims in several currencies leave that open, and the report says so."""
    return "/".join(sorted({row.currency or "?" for row in rows}))
