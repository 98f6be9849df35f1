"""What a vector is: facts and an instant on one side, the answer the law and the tables give on the other."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

Facts = dict[str, Any]
UNSTATED = "unstated"
"""The vector says nothing about this part of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The expected verdict. `denials` is the exact set of rule ids, or, with `among`, some that must be in it."""

    denials: frozenset[str]
    among: bool = False
    not_before: str | None = UNSTATED
    closes_at: str | None = UNSTATED
    warnings: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Vector:
    """One question to the gate with its answer worked out by hand from the source."""

    id: str
    shows: str
    source: str
    facts: Mapping[str, Any]
    at: str
    answer: Answer


def allowed(*, closes_at: str | None = UNSTATED, warnings: tuple[str, ...] | None = None) -> Answer:
    """The attempt may be made; `warnings` None: not looked at."""
    return Answer(
        denials=frozenset(),
        not_before=None,
        closes_at=closes_at,
        warnings=None if warnings is None else frozenset(warnings),
    )


def denied(*rules: str, not_before: str | None = UNSTATED, warnings: tuple[str, ...] | None = None) -> Answer:
    """Exactly these rules forbid it; `not_before` is when the same request passes, None: not by time."""
    return Answer(
        denials=frozenset(rules),
        not_before=not_before,
        closes_at=None,
        warnings=None if warnings is None else frozenset(warnings),
    )


def denied_among_others(*rules: str) -> Answer:
    """At least these rules forbid it."""
    return Answer(denials=frozenset(rules), among=True, closes_at=None)


def document(base: Facts, **changes: Any) -> Facts:
    """The base with changes: a section is merged key by key, anything else replaced."""
    facts = deepcopy(base)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(facts.get(key), dict):
            facts[key] |= value
        else:
            facts[key] = value
    return facts


def without(facts: Facts, *paths: str) -> Facts:
    """The document with these keys missing: "debtor" or "debtor.type"."""
    rest = deepcopy(facts)
    for path in paths:
        section, _, key = path.partition(".")
        if key:
            del rest[section][key]
        else:
            del rest[section]
    return rest


def each(pattern: str, *values: object) -> tuple[str, ...]:
    """The instants of a pattern: each("2026-11-{}T10:00:00+01:00", 18, 19)."""
    return tuple(pattern.format(value) for value in values)


def rung(*instants: str, **row: Any) -> list[Facts]:
    """Rows of history, by default unanswered calls that count for every number and claim."""
    return [{"at": at, "channel": "call", "outcome": "no_answer", "contact_role": "self", **row} for at in instants]


def talked(at: str, **row: Any) -> list[Facts]:
    """A conversation with the debtor."""
    return rung(at, **({"outcome": "connected", "conversation": True} | row))
