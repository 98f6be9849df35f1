"""A request before the gate at one instant."""

from __future__ import annotations

from datetime import datetime

from dialer.core.case import PhoneState
from dialer.core.checks.ledger import Ledger
from dialer.core.facts import COMPLIANCE, Facts, Override
from dialer.core.policy import Flag


class Request:
    """The facts, their history added up, and the instant (UTC) in question.

    `consent_until` is the end of a consent to be called; `flags` are those in force then; `stopped`: something about
    the case may stop it.
    """

    __slots__ = ("consent_until", "facts", "flags", "ledger", "now", "stopped")

    def __init__(self, facts: Facts, ledger: Ledger, now: datetime, consent_until: datetime | None) -> None:
        self.facts = facts
        self.consent_until = consent_until
        self.ledger = ledger
        self.now = now
        self.flags: frozenset[Flag] = facts.flags_at(now, consent_until)
        self.stopped = bool(
            self.flags
            or facts.holds
            or facts.phone.state is PhoneState.WRONG_PARTY
            or any(claim.disputed for claim in facts.claims)
        )

    def overrides(self) -> dict[str, Override]:
        """The overrides in force by the rule they lift, of several the one that ends last."""
        found = (o for o in self.facts.overrides if o.role == COMPLIANCE and self.now < o.until)
        return {o.rule: o for o in sorted(found, key=lambda o: o.until)}

    def at(self, instant: datetime) -> Request:
        """The same request at another instant (UTC)."""
        return Request(self.facts, self.ledger, instant, self.consent_until)
