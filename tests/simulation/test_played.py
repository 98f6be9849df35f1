"""What a long run has played is counted, kept, and gone on from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.simulation.history import Result
from tests.simulation.played import Played, record, recorded, summary
from tests.simulation.scenario import Scenario


def played(first: int, *attempts: int, broken: str | None = None) -> Played:
    piece = Played("small", "abc", first)
    for seed, count in enumerate(attempts, first):
        last = seed == first + len(attempts) - 1
        result = Result(Scenario(seed=seed), attempts=count, cpu_seconds=0.5, troubles=(("stall 30", "key"),))
        result.outcomes, result.broken = Counter({"busy": count}), broken if last else None
        piece.add(result)
    piece.seconds = 2.0
    return piece


def test_a_piece_is_counted() -> None:
    piece = played(4, 3, 1, 5)
    assert (piece.first, piece.last, piece.histories, piece.attempts, piece.fewest) == (4, 6, 3, 9, 1)
    assert (piece.outcomes, piece.troubles) == ({"busy": 9}, {"stall": 3})
    assert str(piece) == "seeds 4-6 at abc: 3 small histories, 9 attempts, 1.5/s, 0.500 s of CPU time, 0 broken"


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "soak.jsonl"
    assert recorded(file, "small") == []
    pieces = [played(0, 2, 4), played(2, 3, broken="twice: sent")]
    for piece in pieces:
        record(file, piece)
    assert recorded(file, "small") == pieces
    assert recorded(file, "wide") == []
    assert summary(pieces).splitlines() == [
        "seeds 0-2 at abc",
        "3 small histories, 9 attempts, 1 broken",
        "3.0 attempts a history, 2 at least; 0.500 s of CPU time",
        "outcomes: busy 9",
        "troubles: stall 3",
    ]
