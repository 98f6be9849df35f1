"""The gate as anybody uses it: `dialer permit`, a program that is started and answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIALER = Path(sys.executable).with_name("dialer")
PATIENCE = 120
"""Seconds until a question counts as unanswered."""

LAST_WORDS = 1000
"""Characters of a traceback that tell what went wrong."""


@dataclass(frozen=True)
class Reply:
    """What the program left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def permit(*words: str | Path, given: bytes | None = None) -> Reply:
    """Run `dialer permit WORDS`; a traceback is never an answer."""
    done = subprocess.run(
        [DIALER, "permit", *words], input=given or b"", capture_output=True, check=False, timeout=PATIENCE
    )
    reply = Reply(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in reply.out + reply.err, reply.err[-LAST_WORDS:]
    return reply


def ask_file(path: Path, facts: Mapping[str, Any], at: str) -> Reply:
    """One question by a file of its own."""
    path.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return permit(path, "--at", at, "--json")


def ask_lines(questions: Iterable[tuple[str, Any]]) -> Reply:
    """Many questions (instant, facts), one a line."""
    lines = (json.dumps({"at": at, "facts": facts}) for at, facts in questions)
    return permit("--lines", given="\n".join(lines).encode() + b"\n")
