"""What the director may know of the database without taking part: when a scheduler would have something to do."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

LOOKS_AFTER = {"intent": 31.0, "unknown": 31.0, "placed": 120.0, "ringing": 120.0}
LOOKS_AFTER_TALKS = 120.0
LOOKS_AFTER_LINES = 7000.0
SOON = timedelta(minutes=10)
LONGEST = 12 * 3600.0
LOOKS_FOR_LOST = 4 * 3600.0
LAST_MOMENT = """
    SELECT min(not_after) FROM attempts
    WHERE sent_at IS NOT NULL AND not_after > ?
        AND (state = 'placed' OR (call_sid IS NULL AND (state <> 'ended' OR outcome = 'unknown')))
"""
TOO_LATE = "SELECT 1 FROM attempts WHERE state = 'placed' AND not_after <= ? LIMIT 1"
LOOKS_AFTER_THE_LATE = 5.0
A_MOMENT = 0.1
PHASES = {
    "intent": "state = 'intent' AND sent_at IS NULL",
    "sent": "state IN ('intent', 'unknown') AND sent_at IS NOT NULL",
    "under_way": "state IN ('placed', 'ringing')",
    "answered": "state = 'answered'",
}
"""Places of a call's way, as the database tells them."""


class Peek:
    """Reads beside the program, never through it."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def seconds_until_due(self, now: datetime, since: float) -> float:
        """How long nothing will happen by itself, at most; somebody has looked after everything `since` seconds ago."""
        wait = LOOKS_FOR_LOST if self._lost() else LONGEST
        for (state,) in self._raw.execute("SELECT state FROM attempts WHERE state <> 'ended'"):
            wait = min(wait, LOOKS_AFTER.get(state, LOOKS_AFTER_TALKS))
        lines = [state for (state,) in self._raw.execute("SELECT state FROM desks WHERE state <> 'closed'")]
        if lines:
            wait = min(wait, LOOKS_AFTER_LINES)
        by_now = now.replace(tzinfo=None).isoformat(" ", "microseconds")
        if self._one(TOO_LATE, by_now) is not None:
            wait = min(wait, LOOKS_AFTER_THE_LATE)
        wait = max(wait - since, 0.0)
        last_moment = instant(self._one(LAST_MOMENT, by_now))
        if last_moment is not None:
            wait = min(wait, (last_moment - now).total_seconds() + A_MOMENT)
        not_before = self._not_before(now)
        for mode, earliest in self._due():
            if mode == "preview" or (mode == "progressive" and "ready" not in lines):
                continue
            if mode and not_before is None:
                continue
            at = max(instant(earliest) or now, not_before or now) if mode else instant(earliest) or now
            wait = min(wait, max((at - now).total_seconds(), 0.0))
        return wait

    def _not_before(self, now: datetime) -> datetime | None:
        """When dialling may go on, None while somebody has stopped it."""
        row = self._raw.execute("SELECT paused_until FROM accounts WHERE paused_reason IS NOT NULL").fetchone()
        if row is None:
            return now
        until = instant(row[0])
        return None if until is None else max(now, until)

    def line_of(self, user: str) -> bool:
        """True when the collector's line is open, or about to be."""
        query = "SELECT 1 FROM desks JOIN users ON users.id = user_id WHERE name = ? AND state <> 'closed'"
        return self._raw.execute(query, (user,)).fetchone() is not None

    def collectors_wanted(self, now: datetime) -> bool:
        """True when a case waits for a collector, or will in a few minutes."""
        return any(mode == "progressive" and (instant(at) or now) <= now + SOON for mode, at in self._due())

    def _lost(self) -> bool:
        """True when the carrier's books may yet tell of a call that was given up."""
        return self._one("SELECT 1 FROM attempts WHERE outcome = 'unknown' AND call_sid IS NULL LIMIT 1") is not None

    def case_whose_call_is(self, phase: str) -> int | None:
        """The case of the newest call that is at this place of its way."""
        query = f"SELECT case_id FROM attempts WHERE {PHASES[phase]} ORDER BY id DESC LIMIT 1"  # noqa: S608 - fixed
        row = self._raw.execute(query).fetchone()
        return row[0] if row else None

    def nothing_live(self) -> bool:
        return self._one("SELECT 1 FROM attempts WHERE state <> 'ended' LIMIT 1") is None

    def _due(self) -> list[tuple[str | None, str]]:
        """How a case is to be dealt with, and when the first such case is due and in nobody's hands."""
        query = """
            SELECT next_mode, min(max(next_at, coalesce(lease_until, next_at))) FROM cases
            WHERE status = 'open' AND next_at IS NOT NULL GROUP BY next_mode
        """
        return list(self._raw.execute(query))

    def _one(self, query: str, *values: str) -> str | None:
        row = self._raw.execute(query, values).fetchone()
        return row[0] if row else None


def instant(stored: str | None) -> datetime | None:
    """An instant as SQLite holds it."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if stored else None
