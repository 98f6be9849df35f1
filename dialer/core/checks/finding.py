"""What a rule has to say about a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dialer.core.policy import Effect, Rule, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that forbids the attempt, or warns of it.

    `not_before` (UTC) is when the rule alone stops forbidding, None = not by time.
    """

    rule: str
    effect: Effect
    not_before: datetime | None = None
    detail: str = ""
    text: Text = field(compare=False, repr=False)

    def outlasts(self, other: Finding) -> bool:
        """True when this one forbids longer than the other, or as long and more firmly."""
        if self.not_before == other.not_before:
            return other.effect is Effect.DENY_OVR
        if other.not_before is None:
            return False
        return self.not_before is None or self.not_before > other.not_before


def found(rule: Rule, not_before: datetime | None = None, detail: str = "") -> Finding:
    """The finding that this rule speaks against the request."""
    return Finding(rule=rule.id, effect=rule.effect, not_before=not_before, detail=detail, text=rule.text)


def latest(rule: Rule, releases: list[tuple[datetime, str]]) -> Finding | None:
    """One finding for all that a rule objects to: the instant at which the last objection falls, with its detail."""
    if not releases:
        return None
    until, detail = max(releases)
    return found(rule, until, detail)
