"""Plays many seeds on several processors, in order, until one is broken or all are played."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from multiprocessing import get_context

from tests.simulation.history import Result, play
from tests.simulation.scenario import Scenario

PIECE = 4
"""Histories handed to a processor at once."""


def results(seeds: Iterable[int], *, size: str, processes: int) -> Iterator[Result]:
    """The result of each seed, in order; without its diary, which is long."""
    with get_context("spawn").Pool(processes, initializer=_settle) as pool:
        yield from pool.imap(partial(_short, size=size), seeds, chunksize=PIECE)


def _settle() -> None:
    # what was imported stays: looking through it again and again takes an eighth of the time
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _short(seed: int, *, size: str) -> Result:
    result = play(Scenario(seed=seed, size=size))
    result.lines = []
    return result


def first_broken(seeds: Iterable[int], *, size: str, processes: int) -> tuple[Result | None, int]:
    """The first broken history, or None, and how many were played."""
    played = 0
    for result in results(seeds, size=size, processes=processes):
        played += 1
        if result.broken:
            return result, played
    return None, played


def main() -> int:
    """One line of JSON: what `scripts/soak planted` asks of a changed copy of the program."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.hunt")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--size", default="small")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.seeds)
    result, played = first_broken(seeds, size=asked.size, processes=asked.processes)
    told = {"played": played, "seed": result and result.scenario.seed, "broken": result and result.broken}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
