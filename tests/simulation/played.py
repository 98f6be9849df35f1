"""What came of many histories: counted, told in a line, and kept in a file from which a long run goes on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.simulation.history import Result


@dataclass
class Played:
    """What came of the seeds from `first` to `last`, both included; `fewest`: attempts of the smallest history."""

    size: str
    commit: str
    first: int
    last: int = -1
    histories: int = 0
    attempts: int = 0
    fewest: int = 0
    cpu_seconds: float = 0.0
    seconds: float = 0.0
    outcomes: dict[str, int] = field(default_factory=dict)
    troubles: dict[str, int] = field(default_factory=dict)
    broken: str | None = None

    def add(self, result: Result) -> None:
        """One more."""
        self.fewest = min(self.fewest, result.attempts) if self.histories else result.attempts
        self.last, self.broken = result.scenario.seed, result.broken
        self.histories += 1
        self.attempts += result.attempts
        self.cpu_seconds += result.cpu_seconds
        self.outcomes = dict(Counter(self.outcomes) + result.outcomes)
        self.troubles = dict(Counter(self.troubles) + Counter(what.split()[0] for what, _ in result.troubles))

    def __str__(self) -> str:
        pace = f"{self.histories / self.seconds:.1f}/s, {self.cpu_seconds / self.histories:.3f} s of CPU time"
        many = f"{self.histories:,} {self.size} histories, {self.attempts:,} attempts"
        return f"seeds {self.first}-{self.last} at {self.commit}: {many}, {pace}, {self.broken or '0 broken'}"


def recorded(file: Path, size: str) -> list[Played]:
    """What earlier runs have played of this size, nothing when there is no such file."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [played for played in (Played(**json.loads(line)) for line in lines) if played.size == size]


def record(file: Path, played: Played) -> None:
    """Add a line."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(played)) + "\n")


def summary(pieces: Sequence[Played]) -> str:
    """All of them together, in a few lines."""
    histories, attempts = sum(p.histories for p in pieces), sum(p.attempts for p in pieces)
    cpu, fewest = sum(p.cpu_seconds for p in pieces), min(p.fewest for p in pieces)
    broken = sum(p.broken is not None for p in pieces)
    commits = ", ".join(dict.fromkeys(p.commit for p in pieces))
    return "\n".join(
        (
            f"seeds {min(p.first for p in pieces)}-{max(p.last for p in pieces)} at {commits}",
            f"{histories:,} {pieces[0].size} histories, {attempts:,} attempts, {broken} broken",
            f"{attempts / histories:.1f} attempts a history, {fewest} at least; {cpu / histories:.3f} s of CPU time",
            f"outcomes: {_counted(p.outcomes for p in pieces)}",
            f"troubles: {_counted(p.troubles for p in pieces)}",
        )
    )


def _counted(tables: object) -> str:
    total: Counter[str] = sum((Counter(table) for table in tables), Counter())  # type: ignore[attr-defined]
    return ", ".join(f"{word} {count:,}" for word, count in total.most_common())
