"""What the next days hold for a case if nobody answers and nothing changes: the planner's own decisions, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dialer.actions.situation import Situation
from dialer.core.case import Case
from dialer.core.casework import Rung, RungState, RungTaken
from dialer.core.decision import Climb, Decision, EndRung, Idle, Review, Step, TakeRung, Why
from dialer.core.outcome import Outcome, PastAttempt
from dialer.core.plan import Plan

DAYS = timedelta(days=14)
MOST = 60
"""Decisions looked ahead; the limits leave room for fewer calls in fourteen days."""

SHOWN = (Step, Climb, TakeRung, Review)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is decided when (UTC)."""

    at: datetime
    decision: Decision


def outlook(situation: Situation, now: datetime, sends_at: datetime | None = None) -> tuple[Ahead, ...]:
    """The plan for fourteen days, earliest first. `sends_at`: before then what the outbox has does not leave."""
    return tuple(_ahead(situation, now, now + DAYS, sends_at or now))


def _ahead(situation: Situation, now: datetime, end: datetime, sends_at: datetime) -> Iterator[Ahead]:
    for number in range(1, MOST):
        plan = situation.plan(now)
        at = _instant(plan, now, sends_at)
        if at is None or at >= end:
            return
        if isinstance(plan.decision, SHOWN):
            yield Ahead(at=at, decision=plan.decision)
        if isinstance(plan.decision, Review):
            return
        situation, now = _after(situation, plan.decision, at, -number)


def _instant(plan: Plan, now: datetime, sends_at: datetime) -> datetime | None:
    """When the decision is carried out; what the outbox has is taken to leave the house as soon as it may."""
    under_way = isinstance(plan.decision, Idle) and plan.decision.why is Why.OUTBOX
    return max(now, sends_at) if under_way else plan.at


def _after(situation: Situation, decision: Decision, at: datetime, number: int) -> tuple[Situation, datetime]:
    """The case as it would be then."""
    case = situation.case
    match decision:
        case Step():
            attempt = _unanswered(situation, decision, at, number)
            after = replace(case, callback_at=None, contact_id=case.contact_id or decision.contact.id)
            return replace(situation, case=after, history=(*situation.history, attempt)), attempt.over_at
        case Climb(contact=contact):
            return _with(situation, replace(case, contact_id=contact.id, contact_since=at, callback_at=None)), at
        case TakeRung():
            taken = _taken(decision, at, number)
            return _with(situation, replace(case, rungs=(*case.rungs, taken))), at
        case EndRung(taken=taken, state=state):
            return _with(situation, _ended(case, taken, state, at)), at
        case Idle(why=Why.OUTBOX):
            under_way = next(rung for rung in case.rungs if rung.state.open)
            return _with(situation, _ended(case, under_way, RungState.DONE, at)), at
        case Idle() | Review():
            return situation, at


def _with(situation: Situation, case: Case) -> Situation:
    return replace(situation, case=case)


def _unanswered(situation: Situation, step: Step, at: datetime, number: int) -> PastAttempt:
    case = situation.case
    return PastAttempt(
        id=number,
        at=at,
        channel=step.channel,
        e164=step.phone.e164,
        debtor_id=case.debtor.id,
        contact_id=step.contact.id,
        contact_role=step.contact.role,
        claims=frozenset(str(claim.id) for claim in case.open_claims),
        ended_at=at + timedelta(seconds=situation.ring_seconds),
        outcome=Outcome.NO_ANSWER,
    )


def _taken(move: TakeRung, at: datetime, number: int) -> RungTaken:
    """A letter leaves the house at once; leave for a message has to be waited for."""
    waits = move.rung is Rung.VOICEMAIL and move.obstacle is None
    done = RungState.SKIPPED if move.obstacle else RungState.DONE
    return RungTaken(
        id=number,
        contact_id=move.contact.id,
        rung=move.rung,
        state=RungState.WAITING if waits else done,
        begun_at=at,
        ended_at=None if waits else at,
    )


def _ended(case: Case, taken: RungTaken, state: RungState, at: datetime) -> Case:
    ended = replace(taken, state=state, ended_at=at)
    return replace(case, rungs=tuple(ended if rung.id == taken.id else rung for rung in case.rungs))
