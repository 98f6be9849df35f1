"""In what the gate and the oracle differ about one request, in words that are the same for the same fault."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.gate_oracle.oracle import denials
from tests.gate_oracle.real import Answer, ask_gate
from tests.gate_oracle.search import HORIZON, brute_closes_at, brute_not_before

UNDEFINED = {"NO-PACK", "NO-ZONE", "PAID"}
"""Without a country, a clock or a claim the other rules have nothing to judge: only the verdict is compared."""
INSTANT = timedelta(microseconds=1)


def complaints(facts: dict[str, Any], at: datetime, *, about_time: bool) -> set[str]:
    """Nothing where both agree. `about_time` asks for the next permitted and the last permitted instant as well."""
    expected = denials(facts, at)
    answer = ask_gate(facts, at)
    found = _about_rules(set(answer.denials), expected)
    if found or not about_time:
        return found
    if expected:
        return _about_opening(facts, at, answer)
    return set() if _has_later_rows(facts, at) else _about_closing(facts, at, answer)


def _about_rules(actual: set[str], expected: set[str]) -> set[str]:
    if actual & expected & UNDEFINED:
        return set()
    missing = {f"gate does not deny by {rule}" for rule in expected - actual}
    added = {f"gate alone denies by {rule}" for rule in actual - expected}
    verdict = {"verdicts differ"} if bool(actual) != bool(expected) else set()
    return missing | added | verdict


def _about_opening(facts: dict[str, Any], at: datetime, answer: Answer) -> set[str]:
    expected, actual = brute_not_before(facts, at), answer.not_before
    if expected == actual:
        return set()
    if expected is None:
        return {"not_before where nothing opens"} if actual and actual <= at + HORIZON else set()
    if actual is None:
        return {"no not_before although it opens"}
    return {"not_before is too early" if actual < expected else "not_before is too late"}


def _has_later_rows(facts: dict[str, Any], at: datetime) -> bool:
    """Rows of a clock that runs ahead begin to count soon; the gate does not foretell that."""
    return any(datetime.fromisoformat(row["at"]) > at for row in facts.get("history", []))


def _about_closing(facts: dict[str, Any], at: datetime, answer: Answer) -> set[str]:
    closes_at = answer.closes_at
    if closes_at is None:
        closed = brute_closes_at(facts, at, at + timedelta(days=1))
        return {"no closes_at although it closes within a day"} if closed else set()
    found = set()
    before = max(at, closes_at - INSTANT)
    if ask_gate(facts, before).denials or denials(facts, before):
        found.add("denied just before closes_at")
    if not ask_gate(facts, closes_at).denials or not denials(facts, closes_at):
        found.add("allowed at closes_at")
    first = brute_closes_at(facts, at, closes_at)
    return found | ({"closes before closes_at"} if first and first < closes_at else set())
