"""The demonstration: a sample book, a virtual telephone network, a virtual week, and what came of it."""

from __future__ import annotations

from pathlib import Path

from dialer.demo.audit import audit
from dialer.demo.drive import drive
from dialer.demo.stage import set_stage
from dialer.demo.summary import DemoResult, summarise


def run(*, folder: Path, days: int, claims: int, seed: int) -> DemoResult:
    """Import a sample book, let it be called for some virtual days, check every call, and write the report."""
    with set_stage(folder, claims=claims, seed=seed) as stage:
        drive(stage, days=days)
        return summarise(stage, audit(stage), days=days)
