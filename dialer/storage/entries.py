"""The case's append-only log: gap-free sequence, hash chain, personal data beside the hash.

An entry's hash covers its place, instant, kind, actor, facts and the commitment to its personal part. The personal
part lives in its own row under a random salt: it can be erased and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from dialer.storage.tables import cases, entries, entry_personal

DOMAIN = "dialer-entry-1"

SYSTEM = "system"
"""Who acts where no person does."""

# the statements of every entry are built once: to build one takes longer than to run it
_INSERT, _INSERT_PERSONAL = entries.insert(), entry_personal.insert()
# locked in the order of ids, so that two writers never wait for each other in a circle
_LOCK_HEADS = (
    sa.select(cases.c.id, cases.c.entry_seq, cases.c.entry_head)
    .where(cases.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(cases.c.id)
    .with_for_update()
)
_MOVE_HEAD = (
    cases.update()
    .where(cases.c.id == sa.bindparam("b_id"))
    .values(entry_seq=sa.bindparam("b_seq"), entry_head=sa.bindparam("b_head"))
)


@cache
def _move_on(columns: tuple[str, ...]) -> sa.Update:
    """Moves the log's end if nobody has, and changes these columns of the case."""
    values: dict[str, Any] = {name: sa.bindparam(f"b_{name}") for name in columns}
    return _MOVE_HEAD.where(cases.c.entry_seq == sa.bindparam("b_end")).values(values)


@cache
def _move_and_write(columns: tuple[str, ...]) -> sa.Executable:
    """The same with the entry, in one go: every question to PostgreSQL is a journey."""
    moved = _move_on(columns).returning(cases.c.id).cte("moved")
    written = [c for c in entries.c if c.name != "case_id"]
    row = sa.select(moved.c.id, *(sa.bindparam(f"new_{c.name}", type_=c.type) for c in written))
    return entries.insert().from_select(["case_id", *(c.name for c in written)], row).returning(entries.c.seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """A line to write. `facts` hold no personal data; names, numbers and notes go into `personal`."""

    case_id: int
    at: datetime
    kind: str
    actor: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] = field(default_factory=dict)
    attempt_id: int | None = None


@dataclass(frozen=True, slots=True)
class LogEnd:
    """Where a case's log ends: its last entry's number and hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line as written, its personal part joined back (empty when erased)."""

    case_id: int
    seq: int
    at: datetime
    kind: str
    actor: str
    attempt_id: int | None
    facts: Mapping[str, Any]
    personal: Mapping[str, Any]


def append(tx: sa.Connection, *new: NewEntry) -> None:
    """Write entries, in the order given, each at the end of its case's log."""
    append_many(tx, new)


def append_at(tx: sa.Connection, new: NewEntry, end: LogEnd, **of_case: object) -> bool:
    """Write one entry without a personal part, and change columns of its case in the same statement as its log's end.

    The case is locked, and its log ended at `end` when it was; False, and nothing is written, when it has grown since.
    """
    row, _ = _row(new, end.seq + 1, end.hash)
    columns, values = tuple(of_case), {f"b_{name}": value for name, value in of_case.items()}
    values |= {"b_id": new.case_id, "b_seq": row["seq"], "b_head": row["hash"], "b_end": end.seq}
    if tx.dialect.name == "postgresql":
        values |= {f"new_{name}": value for name, value in row.items()}
        return tx.execute(_move_and_write(columns), values).one_or_none() is not None
    if tx.execute(_move_on(columns), values).rowcount != 1:
        return False
    tx.execute(_INSERT, row)
    return True


def append_many(tx: sa.Connection, new: Sequence[NewEntry]) -> None:
    """Write many entries with a fixed number of statements per thousand cases."""
    if not new:
        return
    ends = _ends(tx, sorted({n.case_id for n in new}))
    rows: list[dict[str, Any]] = []
    personal: list[dict[str, Any]] = []
    for entry in new:
        end = ends[entry.case_id]
        row, secret = _row(entry, end.seq + 1, end.hash)
        ends[entry.case_id] = LogEnd(row["seq"], row["hash"])
        rows.append(row)
        if secret:
            personal.append(secret)
    tx.execute(_INSERT, rows)
    if personal:
        tx.execute(_INSERT_PERSONAL, personal)
    tx.execute(_MOVE_HEAD, [{"b_id": case, "b_seq": end.seq, "b_head": end.hash} for case, end in ends.items()])


def facts_of(tx: sa.Connection, case_id: int, kind: str) -> list[dict[str, Any]]:
    """The facts of the case's entries of one kind, oldest first."""
    query = sa.select(entries.c.facts).where(entries.c.case_id == case_id, entries.c.kind == kind)
    return [json.loads(facts) for facts in tx.execute(query.order_by(entries.c.seq)).scalars()]


def of_case(tx: sa.Connection, case_id: int) -> list[Entry]:
    """The case's whole log, oldest first."""
    joined = entries.outerjoin(
        entry_personal, sa.and_(entry_personal.c.case_id == entries.c.case_id, entry_personal.c.seq == entries.c.seq)
    )
    query = sa.select(entries, entry_personal.c.data).select_from(joined).where(entries.c.case_id == case_id)
    return [
        Entry(
            case_id=row.case_id,
            seq=row.seq,
            at=row.at,
            kind=row.kind,
            actor=row.actor,
            attempt_id=row.attempt_id,
            facts=json.loads(row.facts),
            personal=json.loads(row.data) if row.data else {},
        )
        for row in tx.execute(query.order_by(entries.c.seq))
    ]


def has(tx: sa.Connection, case_id: int, *, kind: str, facts: Mapping[str, Any]) -> bool:
    """True when the case's log has a line of that kind with exactly these facts."""
    same = (entries.c.case_id == case_id, entries.c.kind == kind, entries.c.facts == _canonical(facts))
    return tx.execute(sa.select(entries.c.seq).where(*same).limit(1)).scalar() is not None


def entry_hash(row: Mapping[str, Any]) -> str:
    """The hash of a stored entry, from the stored columns alone."""
    covered = [DOMAIN, row["case_id"], row["seq"], _instant(row["at"]), row["kind"], row["actor"], row["attempt_id"]]
    return _sha256(_canonical([*covered, row["facts"], row["commitment"], row["prev_hash"]]))


def commitment(salt: str, data: str) -> str:
    """What binds an entry to its personal part without revealing it."""
    return _sha256(_canonical([DOMAIN, salt, data]))


def _ends(tx: sa.Connection, case_ids: Sequence[int]) -> dict[int, LogEnd]:
    return {row.id: LogEnd(row.entry_seq, row.entry_head) for row in tx.execute(_LOCK_HEADS, {"ids": case_ids})}


def _row(entry: NewEntry, seq: int, head: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    salt, data = secrets.token_hex(16), _canonical(entry.personal)
    row: dict[str, Any] = {
        "case_id": entry.case_id,
        "seq": seq,
        "at": entry.at,
        "kind": entry.kind,
        "actor": entry.actor,
        "attempt_id": entry.attempt_id,
        "facts": _canonical(entry.facts),
        "commitment": commitment(salt, data) if entry.personal else None,
        "prev_hash": head,
    }
    row["hash"] = entry_hash(row)
    secret = {"case_id": entry.case_id, "seq": seq, "salt": salt, "data": data} if entry.personal else None
    return row, secret


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
