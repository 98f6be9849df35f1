"""The log as it leaves the house: every line of every case, in order, and what checkpoints are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from dialer.storage.tables import cases, checkpoints, entries, entry_personal

BATCH_CASES = 200
"""Keeps each statement of a long export short."""

Line = dict[str, Any]
Head = tuple[int, str]
"""Number and hash of a case's newest entry."""


def freeze(tx: sa.Connection) -> None:
    """One consistent view for all statements of this transaction. Must be the first thing done in it."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def lines(tx: sa.Connection) -> Iterator[Line]:
    """The whole log, as `log_verifier.COLUMNS` names its columns: case by case, entry by entry."""
    for row in tx.execute(sa.select(checkpoints).order_by(checkpoints.c.chain, checkpoints.c.n)):
        yield {"line": "checkpoint", "chain": row.chain, "n": row.n, "hash": row.hash, "at": _iso(row.at)}
    counts = {"case": 0, "entry": 0, "personal": 0}
    for line in _all_lines(tx):
        counts[line["line"]] += 1
        yield line
    yield {"line": "end", "cases": counts["case"], "entries": counts["entry"], "personal": counts["personal"]}


def _all_lines(tx: sa.Connection) -> Iterator[Line]:
    last = -1
    while heads := tx.execute(_heads_after(last)).all():
        of_case = _entry_lines(tx, last + 1, heads[-1].id)
        for row in heads:
            yield {"line": "case", "case": row.id, "seq": row.entry_seq, "head": row.entry_head}
            yield from of_case.get(row.id, ())
        last = heads[-1].id
    yield from _strays(tx)


def _heads_after(last: int) -> sa.Select[Any]:
    query = sa.select(cases.c.id, cases.c.entry_seq, cases.c.entry_head).where(cases.c.id > last)
    return query.order_by(cases.c.id).limit(BATCH_CASES)


_IN_CASE = sa.and_(entry_personal.c.case_id == entries.c.case_id, entry_personal.c.seq == entries.c.seq)


def _entry_lines(tx: sa.Connection, first: int, last: int) -> Mapping[int, list[Line]]:
    both = entries.outerjoin(entry_personal, _IN_CASE)
    query = sa.select(entries, entry_personal.c.salt, entry_personal.c.data).select_from(both)
    query = query.where(entries.c.case_id.between(first, last)).order_by(entries.c.case_id, entries.c.seq)
    found: dict[int, list[Line]] = {}
    for row in tx.execute(query):
        of_case = found.setdefault(row.case_id, [])
        of_case.append(_entry(row))
        if row.salt is not None:
            of_case.append(_personal(row))
    return found


def _strays(tx: sa.Connection) -> Iterator[Line]:
    """Lines that belong nowhere: constraints forbid them, somebody with the keys of the database may not."""
    lost = sa.select(entries).where(~sa.exists().where(cases.c.id == entries.c.case_id))
    yield from (_entry(row) for row in tx.execute(lost))
    alone = sa.select(entry_personal).where(~sa.exists().where(_IN_CASE))
    yield from (_personal(row) for row in tx.execute(alone))


def _entry(row: Any) -> Line:
    return {
        "line": "entry",
        "case": row.case_id,
        "seq": row.seq,
        "at": _iso(row.at),
        "kind": row.kind,
        "actor": row.actor,
        "attempt": row.attempt_id,
        "facts": row.facts,
        "commitment": row.commitment,
        "prev_hash": row.prev_hash,
        "hash": row.hash,
    }


def _personal(row: Any) -> Line:
    return {"line": "personal", "case": row.case_id, "seq": row.seq, "salt": row.salt, "data": row.data}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


# --- checkpoints -----------------------------------------------------------------------------------------------------


def heads(tx: sa.Connection) -> dict[int, Head]:
    """The newest entry of every case that has one."""
    query = sa.select(cases.c.id, cases.c.entry_seq, cases.c.entry_head).where(cases.c.entry_seq > 0)
    return {row.id: (row.entry_seq, row.entry_head) for row in tx.execute(query)}


def hashes_at(tx: sa.Connection, places: Mapping[int, int]) -> dict[int, str]:
    """Case -> hash of its entry with that number; a case without such an entry is left out."""
    found: dict[int, str] = {}
    ids = sorted(places)
    for start in range(0, len(ids), BATCH_CASES):
        part = ids[start : start + BATCH_CASES]
        # SQLite would read the whole table for a list of pairs
        here = (sa.and_(entries.c.case_id == case, entries.c.seq == places[case]) for case in part)
        rows = tx.execute(sa.select(entries.c.case_id, entries.c.hash).where(sa.or_(*here)))
        found |= {row.case_id: row.hash for row in rows}
    return found


def known_checkpoints(tx: sa.Connection, chain: str) -> dict[int, str]:
    """Number -> hash of the checkpoints of a chain that this database knows."""
    query = sa.select(checkpoints.c.n, checkpoints.c.hash).where(checkpoints.c.chain == chain)
    return {row.n: row.hash for row in tx.execute(query)}


def chains_begun(tx: sa.Connection) -> dict[str, str]:
    """Chain -> when its first checkpoint was made (ISO 8601, UTC), of every chain that this database knows."""
    query = sa.select(checkpoints.c.chain, sa.func.min(checkpoints.c.at)).group_by(checkpoints.c.chain)
    return {chain: _iso(at) for chain, at in tx.execute(query)}


def note_checkpoints(tx: sa.Connection, chain: str, hashes: Mapping[int, str], *, at: datetime) -> None:
    """Remember checkpoints that the database does not know yet."""
    known = known_checkpoints(tx, chain)
    new: Sequence[Line] = [{"chain": chain, "n": n, "hash": h, "at": at} for n, h in hashes.items() if n not in known]
    if new:
        tx.execute(checkpoints.insert(), new)
