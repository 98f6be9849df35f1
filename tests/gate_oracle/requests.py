"""Random requests to the gate that stand on its boundaries on purpose. One seed and one index give one request."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.gate_oracle.asked import Asked
from tests.gate_oracle.histories import Scene, history
from tests.gate_oracle.moments import moment
from tests.gate_oracle.obstacles import obstruct
from tests.gate_oracle.worlds import world

SOME_DAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""Where somebody may be does not depend on it."""


def request(seed: int, index: int) -> tuple[dict[str, Any], datetime]:
    """A FACTS document and the instant it is asked for."""
    rng = Random(f"{seed}/{index}")  # noqa: S311 - repeatable, not secret
    facts = world(rng)
    zones = [str(zone) for zone in Asked(facts, SOME_DAY).zones]
    at = moment(rng, zones)
    number = facts["phone"]["e164"]
    obstruct(rng, facts, at)
    facts["history"] = history(Scene(rng, at, zones, number, facts.get("channel", "call")))
    return facts, at
