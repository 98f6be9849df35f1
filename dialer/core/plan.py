"""When a case comes next: what the strategy wants, when the segment's window suits, and when the gate lets it pass.

Every open case gets an instant or a stated reason why there is none: nobody is silently skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dialer.core.permit import Facts, Verdict, judge, schedules
from dialer.core.strategy import Climb, Decision, Idle, Review, Step, Strategy
from dialer.core.windows import next_open, open_until

FactsFor = Callable[[Step], Facts]
MAX_ROUNDS = 50
"""Bound of the search: each round moves past one closing of the segment's window or one release of the gate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`at` (UTC) is when to look at the case again, None when only an event from outside brings it back.

    `verdict` is the gate's word at the step's due time; `window_closes` (UTC) when the segment's window does.
    """

    decision: Decision
    at: datetime | None
    verdict: Verdict | None = None
    window_closes: datetime | None = None

    def due(self, now: datetime) -> bool:
        """True when an attempt is wanted, suits and is allowed at this instant."""
        return isinstance(self.decision, Step) and self.at is not None and self.at <= now


def plan(decision: Decision, strategy: Strategy, facts_for: FactsFor, now: datetime) -> Plan:
    """When the decision can be carried out, at `now` or later."""
    match decision:
        case Idle():
            return Plan(decision=decision, at=decision.until)
        case Climb() | Review():
            return Plan(decision=decision, at=now)
        case Step():
            return _plan_step(decision, strategy, facts_for(decision), now)


def _plan_step(step: Step, strategy: Strategy, facts: Facts, now: datetime) -> Plan:
    wanted = tuple((site.zone, strategy.window) for site in facts.called)
    instant: datetime | None = max(now, step.due_at)
    verdict = judge(facts, instant or now)
    first = verdict
    for _ in range(MAX_ROUNDS):
        # both clocks at once, then the counters: the later of the two answers is tried next
        instant = next_open((*wanted, *schedules(facts)), instant) if instant and facts.called else None
        if instant is None:
            break
        verdict = judge(facts, instant)
        if verdict.allowed:
            closes = open_until(wanted, instant)
            return Plan(decision=step, at=instant, verdict=first, window_closes=closes)
        instant = verdict.not_before
    return Plan(decision=step, at=None, verdict=verdict if first.allowed else first)
