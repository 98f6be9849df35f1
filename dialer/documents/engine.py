"""Typst itself: one compiler a process, its threads taking turns, its clock standing still."""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import Lock
from typing import Any, Literal, cast

import typst

from dialer.documents.sources import SHIPPED

STANDARD: Literal["a-2b"] = "a-2b"

_PROBE = b"""#set document(title: "-", date: datetime(year: 2000, month: 1, day: 1))
#set text(font: "Libertinus Serif")
#json("data.json")
"""

_process: list[int] = []


class Engine:
    """Files in memory to PDF/A; the fonts are those inside the typst package, and those of a folder."""

    def __init__(self, fonts: Path | None) -> None:
        known = typst.Fonts(include_system_fonts=False, font_paths=[fonts] if fonts else [])
        self._compiler = typst.Compiler(root=SHIPPED, font_paths=known)
        self._lock = Lock()

    def compile(self, files: dict[str, bytes]) -> tuple[bytes, list[typst.TypstWarning]]:
        """The document of main.typ, and what Typst warns of."""
        _refuse_after_fork()
        with self._lock:
            # the stubs do not know that files may come as a dictionary
            made = self._compiler.compile_with_warnings(cast("Any", files), pdf_standards=STANDARD, timestamp=0)
        return cast("bytes", made[0]), made[1]

    def can_print(self, word: str) -> bool:
        """True when the fonts have every character of the word: PDF/A is not made without."""
        try:
            self.compile({"main.typ": _PROBE, "data.json": json.dumps(word).encode()})
        except typst.TypstError:
            return False
        return True


def _refuse_after_fork() -> None:
    # Typst's own threads do not survive a fork: the child would wait for them for ever
    if not _process:
        _process.append(os.getpid())
    if _process[0] != os.getpid():
        raise RuntimeError("documents were rendered before this process was forked; fork first, then make a Renderer")
