"""Carry out what the strategy decides about a case, and note when it comes next."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialer.actions.climb_ladder import Ladder, climb, end_rung, find_out, review, take_rung, withdraw_unwanted
from dialer.actions.situation import Situation, look
from dialer.app import App
from dialer.core.decision import Climb, Decision, EndRung, Idle, Review, Step, TakeRung, Why
from dialer.core.plan import Plan
from dialer.storage import book, entries
from dialer.storage.database import Transaction
from dialer.storage.entries import SYSTEM, NewEntry

LOOK_AGAIN = timedelta(days=1)
NOBODY = "nobody"
"""What the task is about that asks for somebody to call or to write to."""

MAX_MOVES = 40
"""More rungs than any ladder has."""


def plan_case(app: App, tx: Transaction, case_id: int, now: datetime) -> Plan:
    """Climb or hand over where the ladder says so, then store the next instant and its reason."""
    situation, plan = look_and_plan(app, tx, case_id, now)
    note(tx, situation, plan, now)
    return plan


def look_and_plan(app: App, tx: Transaction, case_id: int, now: datetime) -> tuple[Situation, Plan]:
    """The same for who goes on with the case as it was read, and notes the plan unless something better comes of it."""
    for _ in range(MAX_MOVES):
        situation = look(app, tx, case_id, lock=True)
        ladder = Ladder(app=app, tx=tx, case=situation.case, now=now)
        plan = situation.plan(now)
        if not (withdraw_unwanted(ladder, situation) or _moved(ladder, plan.decision)):
            break
    if plan.decision.why is Why.NO_NUMBER and plan.at is None:
        _ask_for_a_number(ladder)
    return situation, plan


def _ask_for_a_number(ladder: Ladder) -> None:
    """Nothing else ever brings the case back. Once more for each number that was found and led to nobody."""
    known = sum(len(contact.phones) for contact in ladder.case.contacts)
    find_out(ladder, f"{NOBODY} at {known}" if known else NOBODY)


def _moved(ladder: Ladder, decision: Decision) -> bool:
    """True when the ladder moved, so that the case is to be looked at again."""
    match decision:
        case Climb():
            climb(ladder, decision)
        case TakeRung():
            take_rung(ladder, decision)
        case EndRung():
            end_rung(ladder, decision)
        case Review():
            review(ladder, decision)
        case Step() | Idle():
            return False
    return True


def note(tx: Transaction, situation: Situation, plan: Plan, now: datetime) -> None:
    """Store when the case comes next, and why; it is free for the next worker then."""
    case_id = situation.case.id
    reason = reason_of(plan)
    mode = situation.strategy.mode if isinstance(plan.decision, Step) else None
    if plan.verdict and _held_back(plan, now) and reason != book.stored_reason(tx, case_id):
        facts = {
            "rules": list(plan.verdict.rules),
            "not_before": plan.verdict.not_before.isoformat() if plan.verdict.not_before else None,
            "packs": list(plan.verdict.packs),
        }
        entries.append(tx, NewEntry(case_id=case_id, at=now, kind="verdict.denied", actor=SYSTEM, facts=facts))
    next_at = plan.at
    if next_at is None and isinstance(plan.decision, Step):
        # a rule that time does not lift may be lifted by mending the configuration or the book
        next_at, mode = now + LOOK_AGAIN, None
    book.update_case(
        tx, case_id, next_at=next_at, next_reason=reason, next_mode=mode, lease_owner=None, lease_until=None
    )


def _held_back(plan: Plan, now: datetime) -> bool:
    """True when the strategy wanted a call at this instant and the gate refused it."""
    wanted = isinstance(plan.decision, Step) and plan.decision.due_at <= now
    return bool(wanted and plan.verdict and not plan.verdict.allowed)


def reason_of(plan: Plan) -> str:
    """The plan's reason in a word or two, as stored with the case: "collection_call retry DE-F5"."""
    match plan.decision:
        case Step() as step:
            # only rules that hold a call back for longer than the strategy itself waits
            denials = plan.verdict.denials if plan.verdict else ()
            rules = dict.fromkeys(d.rule for d in denials if d.not_before is None or d.not_before > step.due_at)
            return " ".join((step.name.value, step.why.value, *rules))
        case Idle() as idle:
            return f"{idle.why.value} {idle.detail}".strip()
        case Climb() | TakeRung() | EndRung() | Review():
            return plan.decision.why.value
