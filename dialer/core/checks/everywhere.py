"""Rules that need no law: there is somebody to call, a number that works, a clock to go by, and money owed."""

from __future__ import annotations

from dialer.core.case import PhoneState
from dialer.core.checks.finding import Finding, found
from dialer.core.checks.request import Request
from dialer.core.outcome import Channel
from dialer.core.policy import DeadLine, NoPack, NoPlace, NothingOwed, Rule

DEAD = {
    Channel.CALL: frozenset({PhoneState.BAD, PhoneState.FAX}),
    Channel.VOICEMAIL: frozenset({PhoneState.BAD, PhoneState.FAX}),
    Channel.FAX: frozenset({PhoneState.BAD}),
}


def no_pack(rule: Rule, _condition: NoPack, request: Request) -> Finding | None:
    """Reached only where the country has no pack."""
    return found(rule, detail=request.facts.country)


def no_place(rule: Rule, _condition: NoPlace, request: Request) -> Finding | None:
    """No place at all: not even a guess that could be tested against the clock."""
    return None if request.facts.called else found(rule)


def nothing_owed(rule: Rule, _condition: NothingOwed, request: Request) -> Finding | None:
    """All claims are paid."""
    return None if any(claim.open_minor > 0 for claim in request.facts.claims) else found(rule)


def dead_line(rule: Rule, _condition: DeadLine, request: Request) -> Finding | None:
    """A number not in service, or one that answers with a fax tone."""
    facts = request.facts
    dead = facts.phone.state in DEAD.get(facts.channel, frozenset())
    return found(rule, detail=facts.phone.state.value) if dead else None
