"""Checks a log of dialer and its signed checkpoints. This one file needs Python 3.11 and nothing else, dialer included.

    python log_verifier.py LOG [--checkpoints FILE --public-key FILE] [--known HASH] [--language de] [--json]

LOG is what `dialer log export` writes, or an SQLite database of dialer. Exit code 0: nothing found; 1: findings;
2: a file cannot be read or the command is used wrongly.

The recipe. An entry's hash is the SHA-256 of the canonical JSON of ["dialer-entry-1", case, seq, at, kind, actor,
attempt, facts, commitment, prev_hash]; `prev_hash` is the hash of the entry before it in its case, "" for the first.
Canonical JSON: sorted keys, no spaces, UTF-8 as it is. A commitment is the SHA-256 of ["dialer-entry-1", salt, data] of
the personal part; where an entry "debtor.erased" follows, the commitment alone may stay. A checkpoint is a line of
canonical JSON with the newest (case, seq, hash) of every case that has grown since the checkpoint before it, `root`
over those of all cases, `prev` with the SHA-256 of the line before it, and an Ed25519 signature (RFC 8032) over the
line without `sig`.
A log that holds every pair of every checkpoint at its place has grown since then and was not changed.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ENTRY_DOMAIN = "dialer-entry-1"
ERASED = "debtor.erased"
"""The kind of entry that says why the personal parts before it are gone."""

CHECKPOINT_TYPE = "dialer-checkpoint-1"
LOG_TYPE = "dialer-log-1"
SHOWN = 1_000
"""How many findings are listed; all are counted."""

TEXTS: Mapping[str, tuple[str, str]] = {
    "unreadable": ("Zeile oder Spalte ist nicht, was dialer schreibt", "a line or column is not what dialer writes"),
    "order": ("steht nicht an seinem Platz", "does not stand in its place"),
    "gap": ("davor fehlt ein Vermerk", "an entry is missing before it"),
    "twice": ("die Nummer kommt noch einmal vor", "the number occurs again"),
    "prev_hash": ("schließt nicht an den Vermerk davor an", "does not continue the entry before it"),
    "hash": ("der Inhalt passt nicht zum Hash", "the content does not fit the hash"),
    "personal": ("die persönlichen Angaben wurden geändert", "the personal part was changed"),
    "personal_stray": ("persönliche Angaben ohne Vermerk", "a personal part without an entry"),
    "personal_lost": (
        "persönliche Angaben fehlen ohne Löschvermerk",
        "the personal part is gone without an erasure",
    ),
    "head": ("Zahl oder letzter Hash der Akte stimmt nicht", "count or last hash of the case is wrong"),
    "no_case": ("die Akte zum Vermerk fehlt", "the case of the entry is missing"),
    "counts": ("es sind nicht so viele Zeilen wie angegeben", "there are not as many lines as stated"),
    "no_end": ("der Export hört vor seinem Ende auf", "the export stops before its end"),
    "changed": ("nicht mehr wie im Prüfpunkt", "not as in the checkpoint any more"),
    "cut": ("kürzer als im Prüfpunkt", "shorter than in the checkpoint"),
    "lost_case": ("die Akte aus dem Prüfpunkt fehlt", "the case of the checkpoint is missing"),
    "cp_unreadable": ("der Prüfpunkt ist nicht lesbar", "the checkpoint cannot be read"),
    "cp_signature": ("die Unterschrift des Prüfpunkts ist falsch", "the checkpoint's signature is wrong"),
    "cp_order": ("schließt nicht an den Prüfpunkt davor an", "does not continue the checkpoint before it"),
    "cp_root": ("Summen oder Wurzel des Prüfpunkts stimmen nicht", "sums or root of the checkpoint are wrong"),
    "cp_lost": ("der Prüfpunkt fehlt in der Datei", "the checkpoint is missing in the file"),
    "cp_succeeded": (
        "nach allen Prüfpunkten dieser Datei wurde eine andere begonnen: ist es eine alte?",
        "after all checkpoints of this file another one was begun: is this an old one?",
    ),
}

COLUMNS: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "log": {"type": (str,)},
    "checkpoint": {"chain": (str,), "n": (int,), "hash": (str,), "at": (str,)},
    "case": {"case": (int,), "seq": (int,), "head": (str,)},
    "entry": {
        "case": (int,),
        "seq": (int,),
        "at": (str,),
        "kind": (str,),
        "actor": (str,),
        "attempt": (int, type(None)),
        "facts": (str,),
        "commitment": (str, type(None)),
        "prev_hash": (str,),
        "hash": (str,),
    },
    "personal": {"case": (int,), "seq": (int,), "salt": (str,), "data": (str,)},
    "end": {"cases": (int,), "entries": (int,), "personal": (int,)},
}
"""What a line of each kind holds; its kind stands under "line"."""

Record = Mapping[str, Any]


class UnusableFileError(Exception):
    """A file that cannot be read at all; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it was written. `line` counts lines of the file."""

    what: str
    case: int | None = None
    seq: int | None = None
    checkpoint: int | None = None
    line: int | None = None

    def text(self, language: str = "en") -> str:
        """Where and what, for a reader."""
        names = (("Akte", "Vermerk", "Prüfpunkt", "Zeile"), ("case", "entry", "checkpoint", "line"))[language != "de"]
        places = zip(names, (self.case, self.seq, self.checkpoint, self.line), strict=True)
        where = ", ".join(f"{name} {number}" for name, number in places if number is not None)
        return f"{where or '-'}: {TEXTS[self.what][language != 'de']}"


Records = Iterable[Record | Finding]
"""The lines of a log in their order, each sound, or what is wrong with it."""


@dataclass(slots=True, kw_only=True)
class Report:
    """What was read and what was found.

    `unanchored` entries came after the newest checkpoint; `elsewhere` counts the checkpoints that the database knows
    from other files than the one given.
    """

    cases: int = 0
    entries: int = 0
    personal: int = 0
    erased: int = 0
    checkpoints: int = 0
    unanchored: int | None = None
    elsewhere: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """True when nothing was found."""
        return not self.found

    def add(self, finding: Finding) -> None:
        """Count a finding, and list it while there is room."""
        self.found += 1
        if len(self.findings) < SHOWN:
            self.findings.append(finding)

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)

    def lines(self, language: str = "en") -> list[str]:
        """For a reader."""
        german = language == "de"
        read = (
            f"{self.cases} Akten, {self.entries} Vermerke, {self.personal} mit persönlichen Angaben, "
            f"{self.erased} davon gelöscht"
            if german
            else f"{self.cases} cases, {self.entries} entries, {self.personal} with a personal part, "
            f"{self.erased} of them erased"
        )
        if self.unanchored is None:
            anchored = (
                "ohne Prüfpunkte: Abschneiden, Neuberechnen und Zurücksetzen bleiben unbemerkt"
                if german
                else "without checkpoints: cutting off, re-chaining and rolling back stay unnoticed"
            )
        else:
            anchored = (
                f"{self.checkpoints} Prüfpunkte, {self.unanchored} Vermerke nach dem letzten"
                if german
                else f"{self.checkpoints} checkpoints, {self.unanchored} entries after the last one"
            )
        if self.elsewhere:
            more = ("{} weitere nicht geprüft", "{} more not checked")[not german]
            anchored += f", {more.format(self.elsewhere)}"
        total = f"{self.found} Befunde" if german else f"{self.found} findings"
        rest = [f"  ... {self.found - SHOWN}"] if self.found > SHOWN else []
        return [read, anchored, *(f"  {f.text(language)}" for f in self.findings), *rest, total]


# --- canonical form and hashes ---------------------------------------------------------------------------------------


def canonical(value: object) -> str:
    """The one way in which a value is written before it is hashed or signed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(data: str | bytes) -> str:
    """Hexadecimal. Text that is not UTF-8 keeps its odd bytes."""
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    return hashlib.sha256(raw).hexdigest()


def entry_hash(entry: Record) -> str:
    """The hash that an entry with these columns must have."""
    names = ("case", "seq", "at", "kind", "actor", "attempt", "facts", "commitment", "prev_hash")
    return sha256(canonical([ENTRY_DOMAIN, *(entry[name] for name in names)]))


def root_of(heads: Mapping[int, tuple[int, str]]) -> str:
    """One hash over the newest (seq, hash) of every case, in the order of the cases."""
    whole = hashlib.sha256(f"{CHECKPOINT_TYPE}\n".encode())
    for case in sorted(heads):
        seq, head = heads[case]
        whole.update(f"{case} {seq} {head}\n".encode())
    return whole.hexdigest()


# --- Ed25519, RFC 8032: checking signatures needs no secret and no speed ---------------------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]
_SPKI = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key in a PEM file (RFC 8410)."""


def _add(a: _Point, b: _Point) -> _Point:
    e = (a[1] - a[0]) * (b[1] - b[0]) % _P
    f = (a[1] + a[0]) * (b[1] + b[0]) % _P
    g, h = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    return (f - e) * (h - g) % _P, (h + g) * (f + e) % _P, (h - g) * (h + g) % _P, (f - e) * (f + e) % _P


def _times(scalar: int, point: _Point) -> _Point:
    product: _Point = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            product = _add(product, point)
        point = _add(point, point)
        scalar >>= 1
    return product


def _point(data: bytes) -> _Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _same(a: _Point, b: _Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % _P == 0 and (a[1] * b[2] - b[1] * a[2]) % _P == 0


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")) or (0, 1, 1, 0)


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """True when the owner of this public key has signed the message."""
    if len(public) != 32 or len(signature) != 64:
        return False
    owner, nonce, scalar = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if owner is None or nonce is None or scalar >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    return _same(_times(scalar, _BASE), _add(nonce, _times(challenge, owner)))


def public_key(pem: bytes) -> bytes:
    """The 32 bytes of an Ed25519 public key in PEM. Raises UnusableFileError."""
    match = re.fullmatch(rb"\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]*)-----END PUBLIC KEY-----\s*", pem)
    try:
        raw = base64.b64decode(b"".join(match[1].split()), validate=True) if match else b""
    except binascii.Error:
        raw = b""
    if len(raw) != len(_SPKI) + 32 or not raw.startswith(_SPKI):
        raise UnusableFileError("the public key is not an Ed25519 key in PEM form")
    return raw[len(_SPKI) :]


# --- checkpoints -----------------------------------------------------------------------------------------------------

_CHECKPOINT_KEYS = {"at", "cases", "chain", "entries", "heads", "n", "prev", "root", "sig", "type"}


@dataclass(slots=True)
class Checkpoints:
    """A file of checkpoints as far as it holds. `pairs`: case -> (checkpoint, seq, hash), oldest first.

    `at` is when its last one was made (ISO 8601, UTC, in microseconds: such texts are ordered as their instants are).
    """

    lines: int = 0
    chain: str | None = None
    last_hash: str = ""
    at: str = ""
    hashes: dict[int, str] = field(default_factory=dict)
    pairs: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    heads: dict[int, tuple[int, str]] = field(default_factory=dict)
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)


def read_checkpoints(lines: Iterable[bytes], public: bytes) -> Checkpoints:
    """Read a file line by line; what does not hold becomes a finding, and its pairs are not believed."""
    book = Checkpoints()
    for number, raw in enumerate(lines, start=1):
        book.lines = number
        point = _checkpoint(raw)
        for what in _wrong(book, point, public) if point else ["cp_unreadable"]:
            book.findings.append(Finding(what=what, checkpoint=number))
        book.last_hash = sha256(raw.rstrip(b"\n"))
        book.hashes[number] = book.last_hash
    return book


def _checkpoint(raw: bytes) -> dict[str, Any] | None:
    try:
        text = raw.decode()
        point = json.loads(text)
        if not isinstance(point, dict) or f"{canonical(point)}\n" != text or set(point) != _CHECKPOINT_KEYS:
            return None
        shapes = {"at": str, "cases": int, "chain": str, "entries": int, "heads": list, "n": int, "root": str}
        if any(type(point[key]) is not shape for key, shape in {**shapes, "prev": str, "sig": str}.items()):
            return None
        signature = base64.b64decode(point["sig"], validate=True)
    except (ValueError, RecursionError):
        return None
    # the same bytes can be written in several ways, and a line has to have one hash
    right = base64.b64encode(signature).decode() == point["sig"] and all(_is_pair(pair) for pair in point["heads"])
    return point if right else None


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and [type(part) for part in pair] == [int, int, str]


def _wrong(book: Checkpoints, point: dict[str, Any], public: bytes) -> list[str]:
    """What is wrong with the next checkpoint; one that is rightly signed is taken in."""
    wrong = []
    book.chain = book.chain or point["chain"]
    in_place = (point["n"], point["prev"], point["chain"]) == (book.lines, book.last_hash, book.chain)
    if not in_place or point["type"] != CHECKPOINT_TYPE:
        wrong.append("cp_order")
    unsigned = {key: value for key, value in point.items() if key != "sig"}
    if not signature_holds(public, canonical(unsigned).encode(), base64.b64decode(point["sig"])):
        return [*wrong, "cp_signature"]
    book.at = max(book.at, point["at"])
    for case, seq, head in point["heads"]:
        before = book.heads.get(case, (0, ""))[0]
        if seq <= before:
            wrong.append("cp_root")
        book.entries += seq - before
        book.heads[case] = (seq, head)
        book.pairs.setdefault(case, []).append((point["n"], seq, head))
    if (point["root"], point["cases"], point["entries"]) != (root_of(book.heads), len(book.heads), book.entries):
        wrong.append("cp_root")
    return wrong


def succeeded(book: Checkpoints, begun: Mapping[str, str]) -> bool:
    """True when another chain was begun after the last checkpoint of this file: an old file in a newer one's place.

    `begun`: chain -> when its first checkpoint was made. Files that several machines write grow side by side.
    """
    return any(at > book.at for chain, at in begun.items() if chain != book.chain)


# --- the log ---------------------------------------------------------------------------------------------------------


class Audit:
    """Takes the lines of a log in their order and remembers one case at a time."""

    def __init__(self, book: Checkpoints | None = None) -> None:
        self.report = Report()
        self._book = book
        self._case: Record | None = None
        self._last = 0
        self._before = ""
        self._owed: Record | None = None
        self._bare: list[int] = []
        self._erased_by = 0
        self._pairs: dict[int, list[tuple[int, str]]] = {}
        self._parts = 0
        self._highest = 0
        self._met: set[int] = set()
        self._begun: dict[str, str] = {}
        self._ended = False
        if book is not None:
            self.report.checkpoints, self.report.unanchored = book.lines, 0
            for finding in book.findings:
                self.report.add(finding)

    def take(self, record: Record | Finding) -> None:
        """The next line, or what its reader found wrong with it."""
        if isinstance(record, Finding):
            self.report.add(record)
            return
        if self._ended:
            self._find("order", case=record.get("case"), seq=record.get("seq"))
        takers: Mapping[str, Callable[[Record], None]] = {
            "checkpoint": self._known_checkpoint,
            "case": self._begin,
            "entry": self._entry,
            "personal": self._personal,
            "end": self._end,
        }
        if take := takers.get(record["line"]):
            take(record)

    def finish(self) -> Report:
        """What was found, all in all."""
        self._close()
        if not self._ended:
            self._find("no_end")
        for case, pairs in (self._book.pairs if self._book else {}).items():
            if case not in self._met:
                self._find("lost_case", case=case, checkpoint=pairs[0][0])
        if self._book is not None and succeeded(self._book, self._begun):
            self._find("cp_succeeded")
        return self.report

    def _find(self, what: str, **where: int | None) -> None:
        self.report.add(Finding(what=what, **where))

    def _known_checkpoint(self, record: Record) -> None:
        """The database remembers its checkpoints: none may be taken from the end of the file."""
        book = self._book
        if book is None or (book.chain is not None and book.chain != record["chain"]):
            self.report.elsewhere += 1
            self._begun[record["chain"]] = min(record["at"], self._begun.get(record["chain"], record["at"]))
            return
        if book.hashes.get(record["n"]) != record["hash"]:
            self._find("cp_lost", checkpoint=record["n"])

    def _begin(self, record: Record) -> None:
        self._close()
        case = record["case"]
        if case <= self._highest:
            self._find("order", case=case)
        self._highest = max(self._highest, case)
        self._met.add(case)
        self.report.cases += 1
        self._case, self._last, self._before, self._owed = record, 0, "", None
        self._bare, self._erased_by, self._pairs = [], 0, {}
        for number, seq, head in self._book.pairs.get(case, ()) if self._book else ():
            self._pairs.setdefault(seq, []).append((number, head))

    def _close(self) -> None:
        self._settle(None)
        case, self._case = self._case, None
        if case is None:
            return
        for seq in self._bare:
            if seq < self._erased_by:
                self.report.erased += 1
            else:
                self._find("personal_lost", case=case["case"], seq=seq)
        if (case["seq"], case["head"]) != (self._last, self._before):
            self._find("head", case=case["case"])
        left = {number for pairs in self._pairs.values() for number, _ in pairs}
        if left:
            self._find("cut", case=case["case"], checkpoint=min(left))
        if self._book is not None:
            anchored = self._book.heads.get(case["case"], (0, ""))[0]
            self.report.unanchored = (self.report.unanchored or 0) + max(0, self._last - anchored)

    def _entry(self, record: Record) -> None:
        self._settle(None)
        self.report.entries += 1
        place = {"case": record["case"], "seq": record["seq"]}
        if self._case is None or record["case"] != self._case["case"]:
            self._find("no_case", **place)
            return
        if record["seq"] != self._last + 1:
            self._find("twice" if record["seq"] <= self._last else "gap", **place)
        if record["prev_hash"] != self._before:
            self._find("prev_hash", **place)
        if record["hash"] != entry_hash(record):
            self._find("hash", **place)
        for number, head in self._pairs.pop(record["seq"], ()):
            if head != record["hash"]:
                self._find("changed", **place, checkpoint=number)
        if record["kind"] == ERASED:
            self._erased_by = record["seq"]
        self._last, self._before = max(self._last, record["seq"]), record["hash"]
        self._owed = record

    def _personal(self, record: Record) -> None:
        self._parts += 1
        if self._owed is None or any(self._owed[key] != record[key] for key in ("case", "seq")):
            self._find("personal_stray", case=record["case"], seq=record["seq"])
        else:
            self._settle(record)

    def _settle(self, personal: Record | None) -> None:
        """The entry before this line has got its personal part, or will get none."""
        entry, self._owed = self._owed, None
        if entry is None:
            return
        self.report.personal += entry["commitment"] is not None
        if personal is None:
            self._bare += [entry["seq"]] if entry["commitment"] is not None else []
        elif entry["commitment"] != sha256(canonical([ENTRY_DOMAIN, personal["salt"], personal["data"]])):
            self._find("personal", case=entry["case"], seq=entry["seq"])

    def _end(self, record: Record) -> None:
        self._close()
        self._ended = True
        counted = (self.report.cases, self.report.entries, self._parts)
        if (record["cases"], record["entries"], record["personal"]) != counted:
            self._find("counts")


def verify(records: Records, book: Checkpoints | None = None) -> Report:
    """Check the lines of a log, in the order of an export, against themselves and against checkpoints."""
    audit = Audit(book)
    for record in records:
        audit.take(record)
    return audit.finish()


def sound(record: Mapping[str, Any]) -> bool:
    """True when the record has the columns of its kind, each of its type."""
    columns = COLUMNS.get(str(record.get("line")))
    if columns is None or set(record) != {"line", *columns}:
        return False
    return all(type(record[name]) in types for name, types in columns.items())


def from_export(lines: Iterable[bytes]) -> Iterator[Record | Finding]:
    """The lines of an export, read strictly: each must be written exactly as dialer writes it."""
    for number, raw in enumerate(lines, start=1):
        record = _exported(raw)
        right = record is not None and (record["line"] == "log") == (number == 1)
        yield record if record is not None and right else Finding(what="unreadable", line=number)


def _exported(raw: bytes) -> Record | None:
    try:
        text = raw.decode()
        record = json.loads(text)
        if not isinstance(record, dict) or f"{canonical(record)}\n" != text or not sound(record):
            return None
    except (ValueError, RecursionError):
        return None
    return None if record["line"] == "log" and record["type"] != LOG_TYPE else record


# --- an SQLite database ----------------------------------------------------------------------------------------------

_ENTRY_COLUMNS = "case_id, seq, at, kind, actor, attempt_id, facts, commitment, prev_hash, hash"
_WRITTEN_AT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{6})", re.ASCII)


def from_sqlite(path: Path) -> Iterator[Record | Finding]:
    """The log in a database file, opened for reading alone. Raises UnusableFileError."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            database.execute("BEGIN")
            yield from _rows(database)
    except sqlite3.Error as error:
        raise UnusableFileError(f"{path}: {error}") from None


def _rows(database: sqlite3.Connection) -> Iterator[Record | Finding]:
    has_checkpoints = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'checkpoints'"
    if database.execute(has_checkpoints).fetchone():
        for row in database.execute("SELECT chain, n, hash, at FROM checkpoints ORDER BY chain, n"):
            yield _typed("checkpoint", (*row[:3], _instant(row[3])))
    counts = {"cases": 0, "entries": 0, "personal": 0}
    for row in database.execute("SELECT id, entry_seq, entry_head FROM cases ORDER BY id"):
        begun = _typed("case", row)
        counts["cases"] += not isinstance(begun, Finding)
        yield begun
        for record in _of_case(database, row[0]):
            if not isinstance(record, Finding):
                counts["entries" if record["line"] == "entry" else "personal"] += 1
            yield record
    yield from _strays(database)
    yield {"line": "end", **counts}


def _of_case(database: sqlite3.Connection, case: object) -> Iterator[Record | Finding]:
    parts: dict[object, list[Any]] = {}
    for part in database.execute("SELECT case_id, seq, salt, data FROM entry_personal WHERE case_id = ?", (case,)):
        parts.setdefault(part[1], []).append(part)
    query = f"SELECT {_ENTRY_COLUMNS} FROM entries WHERE case_id = ? ORDER BY seq, rowid"  # noqa: S608 - our own words
    for row in database.execute(query, (case,)):
        yield _typed("entry", _with_instant(row))
        for part in parts.pop(row[1], ()):
            yield _typed("personal", part)
    for part in (part for of_seq in parts.values() for part in of_seq):
        yield _stray("personal_stray", part[0], part[1])


def _strays(database: sqlite3.Connection) -> Iterator[Finding]:
    """What belongs to no case is not reached through the cases."""
    for table, what in (("entries", "no_case"), ("entry_personal", "personal_stray")):
        query = f"SELECT case_id, seq FROM {table} WHERE case_id NOT IN (SELECT id FROM cases) OR case_id IS NULL"  # noqa: S608
        for row in database.execute(query):
            yield _stray(what, row[0], row[1])


def _stray(what: str, case: object, seq: object) -> Finding:
    return Finding(what=what, case=case if type(case) is int else None, seq=seq if type(seq) is int else None)


def _with_instant(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The row with its instant as it is hashed; one that dialer did not write in this way spoils the hash."""
    return (*row[:2], _instant(row[2]), *row[3:])


def _instant(at: Any) -> Any:
    written = _WRITTEN_AT.fullmatch(at) if isinstance(at, str) else None
    return f"{written[1]}T{written[2]}+00:00" if written else f"not an instant: {at}" if isinstance(at, str) else at


def _typed(kind: str, row: tuple[Any, ...]) -> Record | Finding:
    record = {"line": kind, **dict(zip(COLUMNS[kind], row, strict=True))}
    if sound(record):
        return record
    case, seq = (record.get(name) for name in ("case", "seq"))
    return _stray("unreadable", case, seq)


# --- the command -----------------------------------------------------------------------------------------------------


def read_log(path: Path) -> Iterator[Record | Finding]:
    """The log in a file, whichever of the two kinds it is. Raises UnusableFileError."""
    try:
        with path.open("rb") as file:
            if file.read(16) == b"SQLite format 3\0":
                yield from from_sqlite(path)
                return
            file.seek(0)
            yield from from_export(file)
    except OSError as error:
        raise UnusableFileError(f"{path}: {error.strerror}") from None


def checkpoints_in(path: Path, public: bytes, known: Iterable[str] = ()) -> Checkpoints:
    """The checkpoints in a file; hashes that somebody has written down must be among them. Raises UnusableFileError."""
    try:
        with path.open("rb") as file:
            book = read_checkpoints(file, public)
    except OSError as error:
        raise UnusableFileError(f"{path}: {error.strerror}") from None
    missing = set(known) - set(book.hashes.values())
    book.findings += [Finding(what="cp_lost")] * len(missing)
    return book


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Checks a log of dialer and its signed checkpoints.")
    parser.add_argument("log", type=Path, help="export (JSON lines) or SQLite database")
    parser.add_argument("--checkpoints", type=Path, help="file of checkpoints")
    parser.add_argument("--public-key", type=Path, help="Ed25519 public key, PEM")
    parser.add_argument("--known", action="append", default=[], help="hash of a checkpoint that must be in the file")
    parser.add_argument("--language", choices=("de", "en"), default="en")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    given = parser.parse_args(arguments)
    if (given.checkpoints is None) != (given.public_key is None) or (given.known and given.checkpoints is None):
        parser.error("--checkpoints and --public-key belong together, and --known needs both")
    try:
        book = None
        if given.checkpoints is not None:
            book = checkpoints_in(given.checkpoints, public_key(given.public_key.read_bytes()), given.known)
        report = verify(read_log(given.log), book)
    except (UnusableFileError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    said = [canonical(report.as_dict())] if given.json else report.lines(given.language)
    sys.stdout.write("\n".join(said) + "\n")
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
