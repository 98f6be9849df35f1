"""The one gate: may this attempt be made at this instant?

A verdict is a value with rule ids, never a bare boolean. The gate fails closed: what it does not know, it denies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from dialer.core.case import Case, ContactRole, DebtorType, PhoneRole
from dialer.core.checks.applicable import Applicable, Check, applicable, binds_now
from dialer.core.checks.clock import clock_findings, clock_warnings, closing, schedules_of
from dialer.core.checks.duties import may_show, notice_due
from dialer.core.checks.finding import Finding
from dialer.core.checks.ledger import Ledger
from dialer.core.checks.request import Request
from dialer.core.facts import Facts
from dialer.core.outcome import Channel
from dialer.core.policy import CallerId, Effect, Flag, Law, Lines, NoticeWithin, Pack, People, Rule, Scope, Text
from dialer.core.windows import Schedule, next_open

MAX_STEPS = 200
"""Bound of the search for `not_before`: each step moves past the release of at least one rule."""

OVERRIDDEN = Text(de="Freigegeben durch {detail}.", en="Overridden by {detail}.")
OUTDATED = Text(
    de="Das Regelwerk {detail} ist über sein Prüfdatum hinaus; die Quellen sind neu zu prüfen.",
    en="The rule pack {detail} is past its review date; its sources have to be checked again.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's answer.

    Denied: `not_before` is the earliest instant (UTC) at which the same request passes if nothing else changes.
    Allowed: `closes_at` is the first instant (UTC) at which the clock will forbid it. `packs` name what was applied.
    """

    denials: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    not_before: datetime | None
    closes_at: datetime | None
    packs: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        """True when no rule forbids the attempt."""
        return not self.denials

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that forbid."""
        return tuple(d.rule for d in self.denials)


def judge(facts: Facts, law: Law, now: datetime) -> Verdict:
    """The verdict on making this attempt at `now` (aware)."""
    if now.tzinfo is None:
        raise ValueError("the gate needs an instant with a time zone")
    rules = applicable(facts, law)
    instant = now.astimezone(UTC)
    request = Request(facts, Ledger(facts, instant - rules.memory), instant, facts.consent_at(instant))
    timeless = tuple(_findings(rules.timeless, request))
    found = (*timeless, *_timely(rules, request))
    denials, answered = _overridden(found, request)
    return Verdict(
        denials=denials,
        warnings=(*answered, *_warnings(rules, request)),
        not_before=_release(rules, request, timeless, denials) if denials else None,
        closes_at=None if denials else _closes(rules, request, found),
        packs=rules.pack_names,
    )


def schedules(facts: Facts, law: Law) -> tuple[Schedule, ...]:
    """The law's clock for these facts: open means that no clock rule forbids."""
    return schedules_of(applicable(facts, law), facts)


def reachable(case: Case, law: Law) -> Case:
    """The case without the numbers that no hour would open: people and lines the law rules out for this debtor."""
    people, lines = _ruled_in(law, case.debtor.country, case.debtor.type)
    contacts = tuple(
        replace(c, phones=tuple(p for p in c.phones if c.role in people and p.role in lines)) for c in case.contacts
    )
    return replace(case, contacts=contacts)


@lru_cache(maxsize=64)
def _ruled_in(law: Law, country: str, debtor: DebtorType) -> tuple[frozenset[ContactRole], frozenset[PhoneRole]]:
    people, lines = frozenset(ContactRole), frozenset(PhoneRole)
    for rule in (rule for pack in law.of(country) for rule in pack.rules):
        if not _always_binds(rule, debtor):
            continue
        if isinstance(rule.condition, People):
            people &= rule.condition.roles
        elif isinstance(rule.condition, Lines):
            lines &= rule.condition.roles
    return people, lines


def _always_binds(rule: Rule, debtor: DebtorType) -> bool:
    """True when nothing but the type of the debtor decides whether the rule denies a call."""
    scope = rule.scope
    if rule.unless or rule.since or scope != Scope(debtors=scope.debtors, channels=scope.channels):
        return False
    return rule.effect.denies and Channel.CALL in scope.channels and (scope.debtors is None or debtor in scope.debtors)


def caller_id_refusals(law: Law, country: str, number: str) -> Iterator[Rule]:
    """The rules that would deny every call to that country under this caller ID."""
    for rule in (rule for pack in law.of(country) for rule in pack.rules):
        if isinstance(rule.condition, CallerId) and rule.effect.denies and not may_show(rule.condition, number):
            yield rule


def _release(
    rules: Applicable, request: Request, timeless: tuple[Finding, ...], denials: tuple[Finding, ...]
) -> datetime | None:
    """The earliest pass. Sound because between `now` and the latest release one rule denies throughout."""
    for _ in range(MAX_STEPS):
        releases = [d.not_before for d in denials if d.not_before is not None]
        if len(releases) < len(denials):
            return None
        opens = _opens(rules, request.facts, max(releases))
        if opens is None:
            return None
        request = request.at(opens)
        denials, _answered = _overridden((*timeless, *_timely(rules, request)), request)
        if not denials:
            return request.now
    return None


def _closes(rules: Applicable, request: Request, lifted: tuple[Finding, ...]) -> datetime | None:
    """When the clock forbids it, or something ends before that without which a rule would forbid it."""
    overrides = request.overrides()
    ends = [closing(rules, request), _lapses(rules, request), *_notices_due(rules, request)]
    for finding in lifted:
        until = overrides[finding.rule].until
        if finding.not_before is None or until < finding.not_before:
            ends.append(until.astimezone(UTC))
    return min((end for end in ends if end is not None), default=None)


def _lapses(rules: Applicable, request: Request) -> datetime | None:
    """The end of a consent without which a rule would forbid it."""
    ends = request.consent_until if Flag.PRIOR_CONSENT in request.flags else None
    return ends if ends is not None and any(_findings(rules.timely, request.at(ends))) else None


def _notices_due(rules: Applicable, request: Request) -> Iterator[datetime]:
    """The first instant after each time in which a notice must follow."""
    for check in rules.timely:
        if isinstance(check.condition, NoticeWithin):
            due_at = notice_due(check.condition, request)
            if due_at is not None:
                yield due_at + timedelta.resolution


def _opens(rules: Applicable, facts: Facts, instant: datetime) -> datetime | None:
    """The instant, or the next at which the clock lets a call through; what somebody has overridden is asked anew."""
    return instant if facts.overrides else next_open(schedules_of(rules, facts), instant)


def _timely(rules: Applicable, request: Request) -> Iterator[Finding]:
    """What the clock and all that changes with time have to say at this instant."""
    yield from clock_findings(rules, request)
    if request.stopped:
        yield from _findings(rules.stops, request)
    yield from _findings(rules.timely, request)


def _warnings(rules: Applicable, request: Request) -> tuple[Finding, ...]:
    clocks = (clock_warnings(rule, request) for rule in rules.clock_warning)
    return _one_each((*filter(None, clocks), *_findings(rules.warning, request), *_outdated(rules.packs, request.now)))


def _findings(checks: tuple[Check, ...], request: Request) -> Iterator[Finding]:
    for rule, condition, look, guarded in checks:
        finding = look(rule, condition, request)
        if finding is not None and (not guarded or binds_now(rule, request)):
            yield finding


def _one_each(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding a rule id: the one that lasts longest."""
    by_rule: dict[str, Finding] = {}
    for finding in findings:
        known = by_rule.get(finding.rule)
        if known is None or finding.outlasts(known):
            by_rule[finding.rule] = finding
    return tuple(by_rule.values())


def _overridden(found: tuple[Finding, ...], request: Request) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Denials that stand, and those that a person answers for, each rule once."""
    if not found:
        return (), ()
    overrides = request.overrides()
    lifted = [f for f in found if f.effect is Effect.DENY_OVR and f.rule in overrides]
    answered = (
        replace(f, effect=Effect.WARN, text=OVERRIDDEN, detail=overrides[f.rule].user, not_before=None) for f in lifted
    )
    return _one_each(f for f in found if f not in lifted), _one_each(answered)


def _outdated(packs: tuple[Pack, ...], now: datetime) -> Iterator[Finding]:
    for pack in packs:
        if pack.review_by < now.date():
            yield Finding(rule="PACK-OLD", effect=Effect.WARN, text=OUTDATED, detail=pack.name)
