"""Whether a life with one sudden death in it ended as it must, by the network's books and the stored rows alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, pairwise
from typing import Any

import sqlalchemy as sa

from dialer.actions.export_log import log_lines
from dialer.log_verifier import from_export, verify
from dialer.simulator.records import CallRecord
from dialer.storage.database import Database
from tests.crash.world import World

A_SECOND = timedelta(seconds=1)
"""Between two starts at one call a second."""

RANG_UNCOUNTED = {"cancelled", "bad_number", "not_placed"}


def complaints(world: World, db: Database, number: str) -> list[str]:
    """What is wrong; empty when nothing is."""
    with db.read() as tx:
        attempts = [dict(row) for row in tx.execute(sa.text("SELECT * FROM attempts ORDER BY id")).mappings()]
        cases = [dict(row) for row in tx.execute(sa.text("SELECT * FROM cases")).mappings()]
        alarmed = set(tx.execute(sa.text("SELECT attempt_id FROM alarms WHERE attempt_id IS NOT NULL")).scalars())
        waiting = tx.execute(sa.text("SELECT count(*) FROM desks WHERE state IN ('reserved', 'talking')")).scalar_one()
        logged = {tuple(row) for row in tx.execute(sa.text("SELECT attempt_id, kind FROM entries"))}
    calls = [call for call in world.network.calls if call.to == number]
    found = [*_twice(world, calls), *_past_a_limit(world), *_lost(world, attempts, alarmed)]
    found += _unexplained(attempts, alarmed, logged, calls)
    found += [f"case {case['id']} waits for nothing" for case in cases if _skipped(case)]
    found += ["a collector's line waits for a call that is over"] if waiting else []
    return found + [f"log: {finding}" for finding in verify(from_export(log_lines(db))).findings]


def _twice(world: World, calls: list[CallRecord]) -> Iterator[str]:
    for token, times in world.network.asked.items():
        if times > 1:
            yield f"token {token[:6]} was sent {times} times"
    if any(a.created_at < (b.ended_at or world.now) and b.created_at < (a.ended_at or world.now)
           for a, b in combinations(calls, 2)):  # fmt: skip
        yield "two calls to the debtor at the same time"
    if len(calls) > 1:
        yield f"{len(calls)} calls within the hour, and the plan wants two hours between them"
    # what the network says by itself when nobody answers it is no message of ours
    told = [h.text for call in calls for h in call.heard if h.heard_by == "tape" and h.text.startswith("Guten Tag")]
    if len(told) > 1:
        yield "the machine was told the message twice"


def _past_a_limit(world: World) -> Iterator[str]:
    starts = sorted(call.started_at for call in world.network.calls if call.started_at)
    for before, after in pairwise(starts):
        if after - before < A_SECOND:
            yield f"two calls start within {after - before}"


def _lost(world: World, attempts: list[dict[str, Any]], alarmed: set[int]) -> Iterator[str]:
    known = {attempt["token"]: attempt for attempt in attempts}
    for token, sids in world.network.created.items():
        attempt = known.get(token)
        for sid in sids:
            if attempt is not None and sid != attempt["call_sid"] and attempt["id"] not in alarmed:
                yield f"nobody knows of call {sid} of attempt {attempt['id']}"


def _unexplained(
    attempts: list[dict[str, Any]], alarmed: set[int], logged: set[tuple[int, str]], calls: list[CallRecord]
) -> Iterator[str]:
    if not attempts:
        yield "nothing was attempted"
    rang = {call.sid for call in calls if call.ringing_at}
    for attempt in attempts:
        id_, outcome = attempt["id"], attempt["outcome"]
        if attempt["state"] != "ended" or not outcome:
            yield f"attempt {id_} is stuck: {attempt['state']}"
        if outcome == "unknown" and id_ not in alarmed:
            yield f"attempt {id_} ended as unknown, and nobody was told"
        if {(id_, "attempt.intent"), (id_, "attempt.ended")} - logged:
            yield f"attempt {id_} is not in the log from beginning to end"
        if outcome in RANG_UNCOUNTED and attempt["call_sid"] in rang:
            yield f"attempt {id_} rang and is not counted: {outcome}"
    if not calls and not any(attempt["outcome"] == "unknown" for attempt in attempts):
        yield "nobody was called, and no attempt says why"


def _skipped(case: dict[str, Any]) -> bool:
    reason = (case["next_reason"] or "").split()
    return case["status"] == "open" and case["next_at"] is None and (not reason or reason[0] == "live")
