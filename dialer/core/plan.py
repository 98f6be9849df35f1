"""When a case comes next: what the strategy wants, when the segment's window suits, and when the gate lets it pass.

Every open case gets an instant or a stated reason why there is none: nobody is silently skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dialer.core.decision import Climb, Decision, EndRung, Idle, Review, Step, Strategy, TakeRung, Why
from dialer.core.facts import Facts
from dialer.core.permit import Verdict, judge, schedules
from dialer.core.policy import Law
from dialer.core.windows import next_open, open_until

FactsFor = Callable[[Step], Facts]
MAX_ROUNDS = 50
"""Bound of the search. One round is enough while rules that do not follow the clock only loosen with time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`at` (UTC) is when to look at the case again, None when only an event from outside brings it back.

    `verdict` is the gate's word at this instant, on these `facts`; `window_closes` (UTC) is when the segment's window
    does.
    """

    decision: Decision
    at: datetime | None
    verdict: Verdict | None = None
    facts: Facts | None = None
    window_closes: datetime | None = None

    def due(self, now: datetime) -> bool:
        """True when an attempt is wanted, suits and is allowed at this instant."""
        return isinstance(self.decision, Step) and self.at is not None and self.at <= now


def plan(decision: Decision, strategy: Strategy, facts_for: FactsFor, law: Law, now: datetime) -> Plan:
    """When the decision can be carried out, at `now` or later."""
    match decision:
        case Idle():
            return Plan(decision=decision, at=decision.until)
        case Climb() | TakeRung() | EndRung() | Review():
            return Plan(decision=decision, at=now)
        case Step():  # pragma: no branch - there is no other decision
            return _plan_step(decision, strategy, facts_for(decision), law, now)


def _plan_step(step: Step, strategy: Strategy, facts: Facts, law: Law, now: datetime) -> Plan:
    # what was agreed with the debtor is kept at the agreed time, whenever the law allows it
    agreed = step.why is Why.CALLBACK
    wanted = () if agreed else tuple((site.zone, strategy.window) for site in facts.called)
    instant = max(now, step.due_at)
    first = judge(facts, law, now)
    verdict = first if instant == now else judge(facts, law, instant)
    for _ in range(MAX_ROUNDS):
        if not verdict.allowed and verdict.not_before is None:
            return Plan(decision=step, at=None, verdict=verdict, facts=facts)
        # both clocks at once, then the counters: the later of the two answers is tried next
        opens = next_open((*wanted, *schedules(facts, law)), verdict.not_before or instant)
        if opens is None:
            return _no_hour(now)
        instant, verdict = opens, judge(facts, law, opens)
        if verdict.allowed:
            closes = open_until(wanted, instant)
            return Plan(decision=step, at=instant, verdict=first, facts=facts, window_closes=closes)
    return Plan(decision=step, at=instant, verdict=first, facts=facts)


def _no_hour(now: datetime) -> Plan:
    """The segment's window and the law never meet. Looked at again daily, since the settings may have been mended."""
    again = now + timedelta(days=1)
    return Plan(decision=Idle(why=Why.NO_HOUR, until=again), at=again)
