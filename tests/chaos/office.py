"""Several machines' worth of processes against one database and one telephone network, killed and started anew."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

from dialer.storage.database import Database
from tests.chaos.books import BERLIN, Verdict, judge, read_calls
from tests.chaos.front import Front
from tests.chaos.postgres_pair import Pair, hold_up
from tests.e2e.processes import DIALER, answers, free_port, get_json, wait_for

SID, TOKEN = "AC" + "c" * 32, "chaos-token"
OPENS, CLOSES = wall(8), wall(18)
SPEED = 4.0
"""Virtual seconds in one of ours: faster, and a busy machine would be too slow for its own deadlines."""

CALLS_PER_SECOND = 1.0
SCHEDULERS, WEBHOOKS = 3, 2
LINES = {"busy": 40, "no_answer": 40, "dead": 14, "voicemail_only": 4, "answers": 2}
"""Of a hundred. Few are answered: an answer that finds our doors shut is a lost call, and after three of them in a
hundred the gate stops all dialling, as it must."""

FAULTS = {
    "api_429": 0.02,
    "api_500_after_create": 0.01,
    "api_reset_after_create": 0.01,
    "callback_lost": 0.02,
    "callback_duplicate": 0.03,
    "callback_reordered": 0.03,
}
SETTLE_SECONDS = 300

CONFIG = """\
[database]
url = "{database}"
[twilio]
account_sid = "{sid}"
auth_token = "{token}"
api_base_url = "http://127.0.0.1:{api}"
calls_per_second = {cps}
[public]
base_url = "http://127.0.0.1:{public}"
[operator]
name = "Chaos"
subdivision = "BE"
[[creditor]]
key = "muster"
name = "Muster Handels GmbH"
neutral_name = "Muster GmbH"
caller_id = "+493023125000"
agent_name = "Anna Berger"
callback_hours = {{ de = "werktags" }}
[dialing]
mode = "unattended"
workers = 4
[segment.business]
window = {{ mon-fri = ["08:00-18:00"] }}
announcement = {{ de = "hello" }}
voicemail = {{ de = "hello" }}
rungs = []
[messages.hello]
audience = "business"
language = "de"
text = "Guten Tag, hier ist {{firm}}."
"""


@dataclass
class Program:
    """One of our processes, and the command that starts it."""

    command: tuple[str, ...]
    log: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [DIALER, *self.command], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def end(self, number: signal.Signals) -> None:
        """The process and what it has started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            self.process.wait(60)


@dataclass
class Office:
    """The whole rehearsal."""

    folder: Path
    minutes: float
    seed: int
    synchronous: bool = True
    say: Callable[[str], object] = print
    done: Counter[str] = field(default_factory=Counter)
    gaps: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)  # noqa: S311 - seeded trouble is the point
        self.pair = Pair(self.folder, synchronous=self.synchronous)
        self.api, self.public = free_port(), free_port()
        self.doors = [free_port() for _ in range(WEBHOOKS)]
        self._set_clock()

    def _set_clock(self) -> None:
        """The window closes when three quarters of the time are over: from then on nobody may be called."""
        closing = datetime.combine(datetime(2026, 11, 24, tzinfo=BERLIN).date(), CLOSES, tzinfo=BERLIN)
        shown = closing - timedelta(minutes=self.minutes * SPEED * 0.75)
        clock = f"{shown.isoformat()}@{datetime.now(UTC).isoformat()}*{SPEED}"  # noqa: TID251 - the real clock
        config = str(self.folder / "config.toml")
        self.environment = {**os.environ, "DIALER_CONFIG": config, "DIALER_CLOCK": clock}

    # --- setting up

    def open(self) -> None:
        self.pair.start()
        text = CONFIG.format(
            database=self.pair.url, sid=SID, token=TOKEN, api=self.api, public=self.public, cps=CALLS_PER_SECOND
        )
        (self.folder / "config.toml").write_text(text, encoding="utf-8")
        self._book()
        self._dialer("db", "upgrade")
        self._dialer("import", "claims", str(self.folder / "claims.csv"))
        self._set_clock()
        self.simulator = self._program("simulator", *self._simulator())
        self.front = Front(self.public, self.doors).start()
        self.webhooks = [
            self._program(f"webhooks{n}", "serve", "webhooks", "--port", str(port), "--workers", "1")
            for n, port in enumerate(self.doors)
        ]
        wait_for("the simulator", lambda: answers(f"http://127.0.0.1:{self.api}/healthz"))
        wait_for("the webhooks", lambda: all(answers(f"http://127.0.0.1:{port}/readyz") for port in self.doors))
        self.schedulers = [self._program(f"scheduler{n}", "scheduler") for n in range(SCHEDULERS)]

    def _book(self) -> None:
        """As many businesses as can be called in the time, and a few more."""
        count = int(self.minutes * 60 * SPEED * CALLS_PER_SECOND * 0.8) + 50
        header = "debtor_reference debtor_name debtor_type subdivision claim_reference invoice_number invoice_date"
        header += " due_date amount contact_name contact_role phone"
        people = []
        with (self.folder / "claims.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(header.split())
            for n in range(count):
                phone = f"+49302000{n:04d}" if n < 10_000 else f"+49302{n:07d}"
                row = [f"K{n}", f"Firma {n} GmbH", "business", "BE", f"C{n}", f"R{n}", "2026-09-01", "2026-09-15"]
                writer.writerow([*row, "100,00", f"Person {n}", "accounts_payable", phone])
                line = self.dice.choices(list(LINES), list(LINES.values()))[0]
                people.append({"number": phone, "segment": "business", "role": "accounts_payable", "line": line})
        (self.folder / "people.json").write_text(json.dumps({"people": people, "collectors": []}), encoding="utf-8")
        (self.folder / "faults.json").write_text(json.dumps(FAULTS), encoding="utf-8")

    def _simulator(self) -> tuple[str, ...]:
        files = ("--directory", str(self.folder / "people.json"), "--faults", str(self.folder / "faults.json"))
        account = ("--account-sid", SID, "--auth-token", TOKEN, "--port", str(self.api), "--seed", str(self.seed))
        return ("simulator", *files, *account, "--calls-per-second", "100")

    def _program(self, name: str, *command: str) -> Program:
        program = Program(command, self.folder / f"{name}.log", {**self.environment, "DIALER_TWILIO_AUTH_TOKEN": TOKEN})
        program.start()
        return program

    def _dialer(self, *arguments: str) -> Any:
        done = subprocess.run(
            [DIALER, *arguments, "--json"],
            env=self.environment, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    # --- trouble

    def trouble(self, fail_overs: int) -> None:
        """Something happens every few seconds until the time is over."""
        began = time.monotonic()
        end = began + self.minutes * 60
        due = [began + (n + 1) * self.minutes * 60 / (fail_overs + 1) for n in range(fail_overs)]
        while (now := time.monotonic()) < end:
            if due and now >= due[0]:
                due.pop(0)
                self.gaps.append(self.pair.fail_over())
                self._note("fail-over", f"{self.gaps[-1]:.1f} s without a database")
                continue
            what = self.dice.choices((self._kill, self._knock_out, self._freeze, self._lock), (5, 3, 2, 1))[0]
            what()
            time.sleep(min(self.dice.expovariate(1 / 6), 20))

    def _kill(self) -> None:
        self._replace(self.dice.choice(self.schedulers), "scheduler killed")

    def _knock_out(self) -> None:
        self._replace(self.dice.choice(self.webhooks), "webhooks killed")

    def _replace(self, program: Program, what: str) -> None:
        program.end(signal.SIGKILL)
        self._note(what, " ".join(program.command))
        time.sleep(self.dice.uniform(0, 3))
        program.start()

    def _freeze(self) -> None:
        process = self.dice.choice(self.schedulers).process
        seconds = self.dice.uniform(1, 8)
        if process is not None:
            hold_up(process.pid, seconds)
        self._note("scheduler held up", f"{seconds:.1f} s")

    def _lock(self) -> None:
        """Longer than anybody waits for a lock, now and then; meanwhile other things go on happening."""
        seconds = self.dice.choice((2.0, 2.0, 2.0, 5.0, 20.0))
        Thread(target=self.pair.lock, args=("attempts", seconds), daemon=True).start()
        self._note("table locked", f"{seconds:.0f} s")

    def _note(self, what: str, more: str) -> None:
        self.done[what] += 1
        self.say(f"{what}: {more}")

    # --- the end

    def settle(self) -> None:
        """No new calls; those that run come to their end, and what is unclear is looked up."""
        for program in (*self.schedulers, *self.webhooks):
            if program.process is None or program.process.poll() is not None:
                program.start()
        self._dialer("pause", "--reason", "the rehearsal is over")
        until = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < until and self._live():
            time.sleep(1)

    def _live(self) -> int:
        ((live,),) = self.pair.ask("SELECT count(*) FROM attempts WHERE state <> 'ended'")
        return int(str(live))

    def verdict(self) -> Verdict:
        calls = read_calls(get_json(f"http://127.0.0.1:{self.api}/simulator/calls")["calls"])
        database = Database(self.pair.url)
        try:
            with database.read() as tx:
                return judge(calls, tx, opens=OPENS, closes=CLOSES)
        finally:
            database.close()

    def log_is_whole(self) -> bool:
        done = subprocess.run([DIALER, "log", "verify"], env=self.environment, capture_output=True, check=False)
        return done.returncode == 0

    def close(self) -> None:
        for name in ("schedulers", "webhooks"):
            for program in getattr(self, name, []):
                program.end(signal.SIGKILL)
        if hasattr(self, "simulator"):
            self.simulator.end(signal.SIGKILL)
        if hasattr(self, "front"):
            self.front.stop()
        self.pair.stop()
