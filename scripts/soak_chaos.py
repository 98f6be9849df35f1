"""Several machines under trouble: schedulers and webhooks killed, held up, locked out; the database fails over.

scripts/soak chaos --minutes 30 --fail-overs 3 --seed 7

Judged by the telephone network's own books: nobody called twice, no call lost, none outside its window, and no more
calls started than allowed. Exits 1 when one of these is broken.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.office import CALLS_PER_SECOND, SCHEDULERS, SPEED, Office

WORKERS = 4
"""Of each scheduler: so many calls may start late, together, when a process that was held up goes on."""


def main() -> int:
    """Run and tell; the exit code."""
    asked = _options()
    folder = Path(tempfile.mkdtemp(prefix="dialer-chaos-"))
    print(f"seed {asked.seed}, {asked.minutes} minutes, {SPEED:.0f} times life, logs in {folder}", flush=True)
    office = Office(folder, asked.minutes, asked.seed, synchronous=not asked.asynchronous, say=_told)
    try:
        office.open()
        office.trouble(asked.fail_overs)
        office.settle()
        verdict, whole = office.verdict(), office.log_is_whole()
    finally:
        office.close()
    pace = 60 * CALLS_PER_SECOND + SCHEDULERS * WORKERS
    print(", ".join(f"{count} x {what}" for what, count in office.done.items()))
    print(f"without a database: {', '.join(f'{gap:.1f} s' for gap in office.gaps) or 'never'}")
    for name in ("doubles", "lost", "outside", "stuck"):
        found = getattr(verdict, name)
        print(f"{name}: {len(found)}", *found[:10], sep="\n  ")
    kept = verdict.most_in_a_minute <= pace
    print(f"{verdict.calls} calls, at most {verdict.most_in_a_minute} in a minute ({pace:.0f} allowed)")
    print(f"log {'whole' if whole else 'BROKEN'}")
    return 0 if verdict.clean and kept and whole else 1


def _told(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/soak chaos")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--fail-overs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--asynchronous", action="store_true", help="the standby follows late: commits may be lost")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
