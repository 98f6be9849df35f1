"""The gate a second time, as plainly as the tables of the law allow, to be compared with the real one.

It shares nothing with the program: it reads the FACTS document and writes down which rules deny.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.gate_oracle import america, germany, neighbours, shared
from tests.gate_oracle.asked import Asked

RULES_OF = {
    "DE": germany.german_rules,
    "AT": germany.austrian_rules,
    "CH": neighbours.swiss_rules,
    "GB": neighbours.british_rules,
    "US": america.american_rules,
}


def denials(facts: dict[str, Any], at: datetime) -> set[str]:
    """Rule ids that deny the request at the instant."""
    return set(reasons(Asked(facts, at), at))


def reasons(asked: Asked, at: datetime) -> Iterator[str]:
    """The same for a request already read, one after the other; those without a clock come first."""
    yield from shared.everywhere(asked, at)
    yield from germany.german_site(asked, at)
    yield from germany.austrian_site(asked, at)
    if asked.country in RULES_OF:
        yield from RULES_OF[asked.country](asked, at)


def allows(asked: Asked, at: datetime) -> bool:
    """True when nothing denies."""
    return next(reasons(asked, at), None) is None
