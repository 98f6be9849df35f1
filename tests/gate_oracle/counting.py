"""How often and how long ago: the counters, pauses and gaps that several countries share."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.gate_oracle.asked import DAY, Asked, Row


def in_days(rows: list[Row], at: datetime, days: int) -> int:
    """Rows of the last days of 24 hours each; a row that has been over for exactly so long is out, one to come too."""
    return sum(row.at <= at < row.ended_at + days * DAY for row in rows)


def same_day(asked: Asked, rows: list[Row], at: datetime) -> int:
    """Rows of today, in the zone where there are most."""
    return max(len(of_today(rows, local)) for local in asked.local_times(at))


def of_today(rows: list[Row], local: datetime) -> list[Row]:
    """Rows of the local calendar day."""
    return [row for row in rows if row.at.astimezone(local.tzinfo).date() == local.date()]


def per_day(asked: Asked, at: datetime) -> int:
    return max(same_day(asked, asked.person, at), same_day(asked, asked.number, at))


def per_days(asked: Asked, at: datetime, days: int) -> int:
    return max(in_days(asked.person, at, days), in_days(asked.number, at, days))


def per_claim(asked: Asked, rows: list[Row], at: datetime, days: int) -> int:
    """Rows about the claim that has most of them."""
    return max(in_days([row for row in rows if row.about(claim)], at, days) for claim in asked.claims)


def too_soon_after_ring(asked: Asked, at: datetime) -> bool:
    """Two hours since the end of each ring."""
    return any(at < row.ended_at + timedelta(hours=2) for row in asked.person + asked.number)


def lost_calls_pause(asked: Asked, at: datetime) -> bool:
    """72 hours without a collector's own click after a call that nobody took on our side."""
    lost = [row for row in asked.person + asked.number if row.outcome == "abandoned"]
    return asked.mode != "preview" and any(at < row.ended_at + timedelta(hours=72) for row in lost)


def rests_after_conversation(asked: Asked, at: datetime) -> bool:
    """Three whole working days of rest after the last conversation, unless a call-back was agreed in it."""
    last_at = max([row.at for row in asked.conversations], default=None)
    for row in [row for row in asked.conversations if row.at == last_at]:
        if row.disposition == "callback_agreed":
            continue
        for local in asked.local_times(at):
            talked_on = row.at.astimezone(local.tzinfo).date()
            if local.date() < _working_day_after(asked, talked_on, 4):
                return True
    return False


def _working_day_after(asked: Asked, day: date, working_days: int) -> date:
    while working_days > 0:
        day += DAY
        if day.weekday() < 5 and not asked.is_holiday(day):
            working_days -= 1
    return day


def message_too_soon(asked: Asked, at: datetime) -> bool:
    days = 7 if asked.natural else 3
    return any(at - row.ended_at < days * DAY for row in asked.messages)


def messages_used_up(asked: Asked) -> bool:
    return asked.natural and len(asked.messages) >= 3
