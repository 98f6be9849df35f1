"""The gate and what it stands on: every line and every branch is reached by the literal examples of tests/core."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COVERED = (
    "checks/*",
    "decision.py",
    "facts.py",
    "ladder.py",
    "marks.py",
    "outcome.py",
    "paid.py",
    "permit.py",
    "plan.py",
    "policy.py",
    "strategy.py",
    "windows.py",
    "workdays.py",
)


def test_examples_reach_every_branch_of_the_gate(tmp_path):
    """Random requests are left out: what they reach today they may miss tomorrow."""
    include = ",".join(f"dialer/core/{name}" for name in COVERED)
    examples = ["pytest", "tests/core", "-q", "-m", "not hypothesis", "-p", "no:cacheprovider"]
    coverage = [sys.executable, "-m", "coverage"]
    settings = os.environ | {"COVERAGE_FILE": str(tmp_path / "coverage")}
    run, report = (
        subprocess.run([*coverage, *command], cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
        for command in (
            ["run", "--branch", f"--include={include}", "-m", *examples],
            ["report", "--show-missing", "--skip-covered", "--fail-under=100"],
        )
    )
    assert report.returncode == 0, f"{run.stdout[-2000:]}\n{report.stdout}"
