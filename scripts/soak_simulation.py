"""Plays seeded histories of the whole dial path with everything going wrong; shows and shrinks the first broken one.

scripts/soak simulation [--seeds 2000] [--first 0] [--size small|large] [--processes 2]
scripts/soak simulation --replay FILE
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
from collections import Counter
from pathlib import Path

from tests.simulation.history import Result, play
from tests.simulation.hunt import results
from tests.simulation.scenario import SIZES, Scenario
from tests.simulation.shrink import shrink

LAST_LINES = 60
EVERY = 100


def main() -> int:
    """1 when a history was broken."""
    asked = _options()
    if asked.replay:
        scenario = Scenario.of(ast.literal_eval(Path(asked.replay).read_text(encoding="utf-8")))
        return _tell(play(scenario))
    return _soak(asked)


def _soak(asked: argparse.Namespace) -> int:
    began, cpu, outcomes = time.perf_counter(), 0.0, Counter[str]()
    seeds = range(asked.first, asked.first + asked.seeds)
    for played, result in enumerate(results(seeds, size=asked.size, processes=asked.processes), 1):
        cpu += result.cpu_seconds
        outcomes += result.outcomes
        if result.broken:
            print(f"seed {result.scenario.seed}: {result.broken}\nshrinking", flush=True)
            return _tell(shrink(result))
        if played % EVERY == 0:
            seconds = time.perf_counter() - began
            print(f"{played:>7,} histories {played / seconds:>6.1f}/s", file=sys.stderr, flush=True)
    seconds = time.perf_counter() - began
    print(f"{asked.seeds:,} histories, {outcomes.total():,} attempts, {seconds:.0f} s, 0 broken")
    print(f"{cpu / asked.seeds:.3f} s of processor time and {outcomes.total() / asked.seeds:.1f} attempts a history")
    print(", ".join(f"{word} {count}" for word, count in outcomes.most_common()))
    return 0


def _tell(result: Result) -> int:
    """Print what was broken, the end of the diary, and what replays it."""
    scenario = result.scenario
    print("\n".join(result.lines[-LAST_LINES:]))
    print(f"weather {scenario.weather}, from {scenario.start}, {scenario.schedulers} schedulers")
    for debtor in scenario.debtors:
        print(f"  {debtor}")
    print(f"{result.broken or 'everything held'}\nreplay with: scripts/soak simulation --replay FILE, the file holding")
    print(scenario.literal())
    return 1 if result.broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/soak simulation")
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--replay", help="a file with one history, as this script prints it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
