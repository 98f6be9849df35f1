"""A small log made by real calls, its checkpoints, and an auditor who has the verifier, the files and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from office_kit import ERIKA, SHOP, Office

from dialer import log_verifier
from dialer.actions.export_log import log_lines
from dialer.actions.write_checkpoint import Written, make_key, write_checkpoint
from dialer.log_verifier import Report
from dialer.storage import entries
from dialer.storage.entries import NewEntry

SHOPS = {"type": "business", "segment": "business", "industry": "retail", "role": "owner"}
VERIFIER = Path(log_verifier.__file__)
LOG_CONFIG = """
[log]
checkpoint_file = "checkpoints.jsonl"
signing_key_file = "log_key.pem"
"""


def canonical(value: Any) -> bytes:
    """Written again here: the tests must not trust the verifier's own."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


@dataclass
class Auditor:
    """What an auditor does with an office."""

    office: Office
    keys: tuple[Path, Path] = field(init=False)

    def __post_init__(self) -> None:
        self.keys = make_key(self.office.folder)

    @property
    def checkpoint_file(self) -> Path:
        return self.office.folder / "checkpoints.jsonl"

    def checkpoint(self) -> Written:
        return write_checkpoint(self.office.app)

    def export(self) -> list[bytes]:
        return list(log_lines(self.office.app.db))

    def judge(self, lines: list[bytes], points: list[bytes] | None = None, known: tuple[str, ...] = ()) -> Report:
        """The verdict on these lines and these checkpoints."""
        if points is None:
            return log_verifier.verify(log_verifier.from_export(lines))
        path = self.office.folder / "points"
        path.write_bytes(b"".join(points))
        public = log_verifier.public_key(self.keys[1].read_bytes())
        return log_verifier.verify(log_verifier.from_export(lines), log_verifier.checkpoints_in(path, public, known))

    def points(self) -> list[bytes]:
        return self.checkpoint_file.read_bytes().splitlines(keepends=True)

    def alone(self, log: Path, *more: str) -> tuple[int, str]:
        """The file copied to where there is no dialer, run by a Python without packages."""
        copy = self.office.folder / "auditor" / "log_verifier.py"
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(VERIFIER.read_bytes())
        done = subprocess.run(
            [sys.executable, "-I", "-S", copy, log, *more], capture_output=True, text=True, check=False, cwd=copy.parent
        )
        return done.returncode, done.stdout + done.stderr


def told(report: Report) -> list[tuple[str, int | None, int | None]]:
    """Findings as what, case and entry."""
    return [(f.what, f.case, f.seq) for f in report.findings]


def small_log(office: Office) -> tuple[int, int]:
    """Two cases with a call and a note each."""
    erika, shop = office.case(ERIKA), office.case(SHOP, name="Frau Laden", **SHOPS)
    office.dial()
    office.run(120)
    office.tick()
    for case in (erika, shop, erika, erika):
        notes = {"personal": {"note": "grüßt, zahlt am Freitag"}, "facts": {"höflich": True}}
        note = NewEntry(case_id=case, at=office.clock.now(), kind="note", actor="anna", **notes)
        with office.app.db.write() as tx:
            entries.append(tx, note)
    return erika, shop
