"""Plants known mistakes into copies of the program and shows after how many histories the simulation notices each.

scripts/soak planted [--seeds 1000] [--processes 2] [NAME ...]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.simulation.planted import MISTAKES, Mistake, plant

ROOT = Path(__file__).parents[1]


def main() -> int:
    """1 when a mistake went unnoticed."""
    asked = _options()
    wanted = [m for m in MISTAKES if not asked.names or any(name in m.name for name in asked.names)]
    unnoticed = 0
    for mistake in wanted:
        told = _hunt(mistake, asked)
        unnoticed += told["broken"] is None
        after = f"seed {told['seed']}: {told['broken']}" if told["broken"] else "NOT NOTICED"
        print(f"{mistake.name:<75} {told['played']:>5} histories  {after}", flush=True)
    print(f"{len(wanted) - unnoticed} of {len(wanted)} noticed")
    return 1 if unnoticed else 0


def _hunt(mistake: Mistake, asked: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="dialer-planted-") as folder:
        tree = Path(folder)
        for name in ("dialer", "webhooks"):
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*_cache"))
        plant(mistake, tree)
        (tree / "tests").symlink_to(ROOT / "tests")
        how = ["--seeds", str(asked.seeds), "--first", str(asked.first), "--processes", str(asked.processes)]
        how += ["--size", mistake.size]
        run = subprocess.run(
            [sys.executable, "-m", "tests.simulation.hunt", *how],
            cwd=tree,
            env=os.environ | {"PYTHONPATH": str(tree)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/soak planted")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("names", nargs="*", help="only mistakes whose name has one of these words in it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
