"""How fast the gate judges: verdicts a second on one core, each on facts of its own with 50 lines of history.

Processor time of one process, the best of several rounds. `python scripts/bench_gate.py [REQUESTS]` prints the lines.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import process_time
from typing import TYPE_CHECKING, Any

from dialer.core.permit import judge
from dialer.rules.facts import read_facts
from dialer.rules.packs import load_law

if TYPE_CHECKING:
    from dialer.core.facts import Facts

ROWS = 50
ROUNDS = 5
NUMBER = "+493012345678"
START = datetime.fromisoformat("2026-11-24T10:00:00+01:00")
OUTCOMES = ("no_answer", "busy", "voicemail_left", "connected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was judged, how many a second, and what one verdict took (microseconds)."""

    what: str
    requests: int
    allowed: int
    per_second: float

    def __str__(self) -> str:
        share = 100 * self.allowed / self.requests
        speed = f"{self.per_second:,.0f} verdicts/s, {1e6 / self.per_second:.0f} µs each"
        return f"gate, {self.what}: {speed}, {share:.0f} % allowed"


def measure(what: str, requests: list[tuple[Facts, datetime]]) -> Figures:
    """Judge all requests several times; the best round counts."""
    law = load_law()
    best, allowed = float("inf"), 0
    for _ in range(ROUNDS):
        began = process_time()
        allowed = sum(judge(facts, law, at).allowed for facts, at in requests)
        best = min(best, process_time() - began)
    return Figures(what=what, requests=len(requests), allowed=allowed, per_second=len(requests) / best)


def run(count: int = 5_000) -> tuple[Figures, ...]:
    """Calls that pass, calls refused by counters, and calls at any hour of a month after any history."""
    rng = random.Random(1)  # noqa: S311 - figures that can be had again
    long_ago = [(_facts(_history(START, rng, least=31 * 24, most=200 * 24)), START) for _ in range(count)]
    lately = [(_facts(_history(START, rng, least=3, most=20 * 24)), START) for _ in range(count)]
    mixed = []
    for _ in range(count):
        at = START + timedelta(minutes=rng.randrange(30 * 24 * 60))
        mixed.append((_facts(_history(at, rng, least=3, most=120 * 24)), at))
    return (
        measure("allowed", long_ago),
        measure("refused by counters, next instant searched", lately),
        measure("any hour, next instant searched where refused", mixed),
    )


def _facts(history: list[dict[str, Any]]) -> Facts:
    return read_facts(
        {
            "operator": {"role": "own_claim", "country": "DE", "subdivision": "BE", "caller_id": "+493023125000"},
            "debtor": {"type": "consumer", "country": "DE", "subdivision": "BE"},
            "phone": {"e164": NUMBER, "role": "private"},
            "contact": {"role": "self"},
            "claims": [{"id": "A1"}],
            "mode": "progressive",
            "history": history,
        }
    )


def _history(at: datetime, rng: random.Random, *, least: int, most: int) -> list[dict[str, Any]]:
    """Attempts between `least` and `most` hours ago, oldest first."""
    ages = sorted((rng.uniform(least, most) for _ in range(ROWS)), reverse=True)
    return [
        {
            "at": (at - timedelta(hours=age)).isoformat(),
            "phone": NUMBER,
            "claims": ["A1"],
            "outcome": rng.choice(OUTCOMES),
        }
        for age in ages
    ]


if __name__ == "__main__":
    for figures in run(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000):
        print(figures)
