"""Asks the gate and its naive twin the same random requests; prints where they differ and exits 1 if they do.

scripts/soak gate --requests 1000000 --seed 7
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.gate_oracle.compare import Findings, compare_in_parallel, report


def main() -> int:
    """Compare and tell; the exit code."""
    asked = _options()
    print(f"seed {asked.seed}, {asked.requests:,} requests, {asked.processes} processes", flush=True)
    began = time.perf_counter()
    findings = Findings()
    for done, found in compare_in_parallel(asked.requests, asked.seed, asked.processes):
        findings.add(found)
        rate = done / (time.perf_counter() - began)
        print(f"{done:>11,} {rate:>8,.0f}/s {findings.counts.total()} disagreements", file=sys.stderr)
    seconds = time.perf_counter() - began
    print(f"{asked.requests / seconds:,.0f} requests/s, {seconds:.0f} s, {findings.counts.total()} disagreements")
    if findings.counts:
        print(report(findings))
    return 1 if findings.counts else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/soak gate")
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
