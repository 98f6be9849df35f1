"""Plays seeded histories of the whole dial path with everything going wrong; shows and shrinks the first broken one.

scripts/soak simulation [--seeds 2000] [--first 0] [--size small|wide|large|office] [--processes 2] [--record FILE]
scripts/soak simulation --replay FILE

With --record, what was played is added to FILE every few minutes; the next run with the same FILE goes on where the
last one ended, also where it was broken off.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import time
from pathlib import Path

from tests.simulation.history import Result, play
from tests.simulation.hunt import results
from tests.simulation.played import Played, record, recorded, summary
from tests.simulation.scenario import SIZES, Scenario
from tests.simulation.shrink import shrink

ROOT = Path(__file__).parents[1]
LAST_LINES = 60
A_PIECE = 1000
A_PIECE_SECONDS = 300.0
"""After so many histories, or so long, what was played is told and kept."""


def main() -> int:
    """1 when a history was broken."""
    asked = _options()
    if asked.replay:
        scenario = Scenario.of(ast.literal_eval(Path(asked.replay).read_text(encoding="utf-8")))
        return _tell(play(scenario))
    pieces = [] if asked.record is None else recorded(asked.record, asked.size)
    broken = _soak(asked, pieces)
    if pieces:
        print(summary(pieces))
    return _tell(shrink(broken)) if broken else 0


def _soak(asked: argparse.Namespace, pieces: list[Played]) -> Result | None:
    """Play what is left to play, adding to `pieces`; the first broken history."""
    seeds = range(max((p.last + 1 for p in pieces), default=asked.first), asked.first + asked.seeds)
    commit, piece, began = _commit(), None, time.perf_counter()
    for result in results(seeds, size=asked.size, processes=asked.processes):
        piece = piece or Played(asked.size, commit, result.scenario.seed)
        piece.add(result)
        piece.seconds = time.perf_counter() - began
        full = piece.histories == A_PIECE or piece.seconds >= A_PIECE_SECONDS
        if full or result.broken or result.scenario.seed == seeds[-1]:
            pieces.append(piece)
            print(piece, flush=True)
            if asked.record is not None:
                record(asked.record, piece)
            piece, began = None, time.perf_counter()
        if result.broken:
            return result
    return None


def _commit() -> str:
    """Which program was played; with a mark when files of it were changed since."""
    how = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    told = subprocess.run(how, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return told.stdout.strip() or "unknown"


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
    parser.add_argument("--record", type=Path, help="a file to add what was played to, and to go on from")
    parser.add_argument("--replay", help="a file with one history, as this script prints it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
