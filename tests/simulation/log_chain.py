"""The case's log, checked from its stored columns alone: no gap, no change, every hash in its place."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime

DOMAIN = "dialer-entry-1"


class TornError(AssertionError):
    """The log is not what it was."""

    kind = "log"


class Follower:
    """Reads what was appended since the last time; whatever else happens to the log is found by `verify`."""

    def __init__(self) -> None:
        self._row = 0
        self._heads: dict[int, tuple[int, str]] = {}

    def follow(self, raw: sqlite3.Connection) -> None:
        query = "SELECT rowid, case_id, seq, hash, prev_hash FROM entries WHERE rowid > ? ORDER BY rowid"
        for row, case, seq, own, before in raw.execute(query, (self._row,)):
            known = self._heads.get(case, (0, ""))
            if (seq - 1, before) != known:
                raise TornError(f"log: entry {case}/{seq} follows entry {known[0]}, not what it says")
            self._heads[case] = (seq, own)
            self._row = row
        (count,) = raw.execute("SELECT count(*) FROM entries").fetchone()
        if count != sum(seq for seq, _ in self._heads.values()):
            raise TornError("log: entries are missing")


def verify(raw: sqlite3.Connection) -> None:
    """Raises TornError."""
    heads: dict[int, tuple[int, str]] = {}
    columns = "case_id, seq, at, kind, actor, attempt_id, facts, commitment, prev_hash, hash"
    for case, seq, at, kind, actor, attempt, facts, commitment, before, own in raw.execute(
        f"SELECT {columns} FROM entries ORDER BY case_id, seq"  # noqa: S608 - fixed words
    ):
        instant = datetime.fromisoformat(at).replace(tzinfo=UTC).isoformat(timespec="microseconds")
        covered = [DOMAIN, case, seq, instant, kind, actor, attempt, facts, commitment, before]
        text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if heads.get(case, (0, "")) != (seq - 1, before) or hashlib.sha256(text.encode()).hexdigest() != own:
            raise TornError(f"log: entry {case}/{seq} was changed")
        heads[case] = (seq, own)
    for case, seq, head in raw.execute("SELECT id, entry_seq, entry_head FROM cases"):
        if heads.get(case, (0, "")) != (seq, head):
            raise TornError(f"log: the end of case {case}'s log is cut off")
