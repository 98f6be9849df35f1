"""What the network's own books and the stored rows say in the end."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import sqlalchemy as sa

BERLIN = ZoneInfo("Europe/Berlin")
GAP = timedelta(minutes=15)
"""Nobody is called again sooner, not even after a busy tone."""

TOLD = ("outcome.unknown", "call.ambiguous", "call.conflict", "call.vanished", "call.recovered")
"""Alarms by which a supervisor learns of a call that is not bound to its attempt."""


@dataclass(frozen=True)
class Call:
    """A call in the network's books."""

    sid: str
    to: str
    created_at: datetime
    ringing_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is wrong, by kind, and how fast call starts were at most."""

    calls: int
    doubles: list[str]
    lost: list[str]
    outside: list[str]
    stuck: list[str]
    most_in_a_minute: int

    @property
    def clean(self) -> bool:
        return not (self.doubles or self.lost or self.outside or self.stuck)


def read_calls(rows: Sequence[dict[str, str | None]]) -> list[Call]:
    """From the simulator's JSON."""
    return [
        Call(str(r["sid"]), str(r["to"]), _instant(str(r["created_at"])), _at(r["ringing_at"]), _at(r["ended_at"]))
        for r in rows
    ]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _at(text: str | None) -> datetime | None:
    return _instant(text) if text else None


def judge(calls: Sequence[Call], tx: sa.Connection, *, opens: time, closes: time) -> Verdict:
    """The books against the database."""
    return Verdict(
        calls=len(calls),
        doubles=list(_doubles(calls)),
        lost=list(_lost(calls, tx)),
        outside=list(_outside(calls, opens, closes)),
        stuck=list(_stuck(tx)),
        most_in_a_minute=_most(sorted(call.created_at for call in calls), timedelta(minutes=1)),
    )


def _doubles(calls: Sequence[Call]) -> Iterator[str]:
    by_number: dict[str, list[Call]] = defaultdict(list)
    for call in sorted(calls, key=lambda each: each.created_at):
        by_number[call.to].append(call)
    for number, mine in by_number.items():
        for before, after in pairwise(mine):
            if before.ended_at is None or after.created_at - before.ended_at < GAP:
                yield f"{number}: {before.sid} until {before.ended_at}, {after.sid} from {after.created_at}"


def _lost(calls: Sequence[Call], tx: sa.Connection) -> Iterator[str]:
    bound = set(tx.execute(sa.text("SELECT call_sid FROM attempts WHERE call_sid IS NOT NULL")).scalars())
    told = sa.text("SELECT t.to_e164 FROM alarms a JOIN attempts t ON t.id = a.attempt_id WHERE a.kind IN :kinds")
    numbers = set(tx.execute(told.bindparams(sa.bindparam("kinds", TOLD, expanding=True))).scalars())
    yield from (f"{c.to}: {c.sid}" for c in calls if c.sid not in bound and c.to not in numbers)


def _outside(calls: Sequence[Call], opens: time, closes: time) -> Iterator[str]:
    for call in calls:
        if call.ringing_at is not None:
            rang = call.ringing_at.astimezone(BERLIN)
            if not opens <= rang.time() < closes:
                yield f"{call.to} rang at {rang}"


def _stuck(tx: sa.Connection) -> Iterator[str]:
    for row in tx.execute(sa.text("SELECT id, state FROM attempts WHERE state <> 'ended'")):
        yield f"attempt {row.id} is {row.state}"
    unsaid = "SELECT id FROM cases WHERE status = 'open' AND next_at IS NULL AND coalesce(next_reason, 'live') = 'live'"
    yield from (f"case {row.id} waits for nothing" for row in tx.execute(sa.text(unsaid)))


def _most(instants: Sequence[datetime], within: timedelta) -> int:
    return max((bisect.bisect_left(instants, at + within) - n for n, at in enumerate(instants)), default=0)
