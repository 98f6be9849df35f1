"""Forks processes that have everything loaded already: python -m tests.crash.zygote CONFIG DIAL LOG

Reads a line of JSON for each process to start, answers its end with a line: what `os.waitstatus_to_exitcode` says.
The first life is lived here, so that all that is made once is made before the first fork; no thread is left of it.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
import traceback
from pathlib import Path

from tests.crash.clock import Dial
from tests.crash.doomed import VirtualClock, live, wired
from tests.crash.steps import Steps


def main() -> None:
    """Until the input ends."""
    dial = Dial(Path(sys.argv[2]))
    clock = VirtualClock(dial)
    app = wired(Path(sys.argv[1]), clock)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    _write_to(sys.argv[3])
    live(app, clock, json.loads(sys.stdin.readline()), steps=None)
    app.db.close()
    _alone()
    gc.freeze()
    print(0, file=answers, flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                order = json.loads(line)
                live(app, clock, order, steps=Steps(order["diary"], order["die_at"]))
                code = 0
            except BaseException:  # noqa: BLE001 - the end of this process, whatever it is
                traceback.print_exc()
                code = 1
            os._exit(code)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def _write_to(log: str) -> None:
    """The program's log is not an answer."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, sys.stdout.fileno())
    os.dup2(file, sys.stderr.fileno())


def _alone() -> None:
    """Wait for the threads that answered webhooks; a fork would lose them, with whatever they hold."""
    for _ in range(1000):
        if threading.active_count() == 1:
            return
        time.sleep(0.01)
    raise RuntimeError(f"threads are left: {threading.enumerate()}")


if __name__ == "__main__":
    main()
