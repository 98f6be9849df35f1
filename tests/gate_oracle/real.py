"""The one place that knows the program: a FACTS document in, what the gate says out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What is compared of a verdict."""

    denials: frozenset[str]
    not_before: datetime | None
    closes_at: datetime | None


def ask_gate(facts: dict[str, Any], at: datetime) -> Answer:
    """The gate's own answer."""
    read_facts, judge, law = _gate()
    verdict = judge(read_facts(facts), law, at)
    return Answer(
        denials=frozenset(str(denial.rule) for denial in verdict.denials),
        not_before=verdict.not_before,
        closes_at=verdict.closes_at,
    )


@lru_cache(maxsize=1)
def _gate() -> tuple[Any, ...]:
    # imported here so that the oracle can be read and tested alone
    from dialer.core.permit import judge  # noqa: PLC0415
    from dialer.rules.facts import read_facts  # noqa: PLC0415
    from dialer.rules.packs import load_law  # noqa: PLC0415

    return read_facts, judge, load_law()
