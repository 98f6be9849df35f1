"""Why is this case called now, why not, when next, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialer.actions.explain_casework import case_work, case_work_dict
from dialer.actions.explain_ladder import ladder_dict, ladder_of
from dialer.actions.explain_text import Told, sentences
from dialer.actions.outlook import Ahead, outlook
from dialer.actions.situation import look
from dialer.actions.verdict_json import verdict_json
from dialer.app import App
from dialer.core.decision import Climb, Step, TakeRung
from dialer.core.desk import DeskState
from dialer.core.outcome import Mode
from dialer.core.plan import Plan
from dialer.core.texts import Language
from dialer.storage import book, desks, entries, pacing, rungs
from dialer.storage.database import Transaction

SET_ASIDE = frozenset({"no_announcement", "number_in_use", "window_closing", "callback_collector", "error"})
"""Reasons for which the dial path leaves a due case alone for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The same answer for programs and for people."""

    data: dict[str, Any]
    text: str


def explain(app: App, case_id: int, *, now: datetime, language: Language) -> Explanation:
    """The case's situation at `now` in plain sentences. Changes nothing."""
    with app.db.read() as tx:
        situation = look(app, tx, case_id)
        log = entries.of_case(tx, case_id)
        plan = situation.plan(now)
        sends_at = rungs.sends_at(tx, case_id)
        work = case_work(app, tx, situation, plan, now)
        waits_for = _held_up(app, tx, case_id, plan, now) or _waits(app, tx, plan, situation.strategy.mode, now)
    told = Told(
        case=situation.case,
        history=book.past_attempt_of(situation.history, situation.case.debtor.id),
        plan=plan,
        log=tuple(log),
        zone=situation.site.zone,
        now=now,
        waits_for=waits_for,
        work=work,
        ladder=ladder_of(situation, sends_at),
        outlook=outlook(situation, now, sends_at),
    )
    return Explanation(data=_data(told, language), text="\n".join(sentences(told, language)))


def _held_up(app: App, tx: Transaction, case_id: int, plan: Plan, now: datetime) -> str | None:
    """Why a case that may be called now was put aside for a while; a phrase of the text catalogue."""
    until, reason = book.stored_next(tx, case_id)
    aside = plan.due(now) and until is not None and until > max(now, app.clock.now())
    return f"waits_{reason}" if aside and reason in SET_ASIDE else None


def _waits(app: App, tx: Transaction, plan: Plan, mode: Mode, now: datetime) -> str | None:
    """What of ours a case that may be called now waits for; a phrase of the text catalogue."""
    if not plan.due(now):
        return None
    if pacing.paused(tx, app.account, now=now):
        return "waits_pause"
    if mode is Mode.PREVIEW:
        return "waits_click"
    ready = any(d.state is DeskState.READY for d in desks.open_desks(tx))
    return "waits_desk" if mode is Mode.PROGRESSIVE and not ready else None


def _data(told: Told, language: Language) -> dict[str, Any]:
    plan = told.plan
    return {
        "case": told.case.id,
        "status": told.case.status.value,
        "next_at": plan.at.isoformat() if plan.at else None,
        "decision": type(plan.decision).__name__.lower(),
        "why": plan.decision.why.value,
        "waits_for": told.waits_for,
        **case_work_dict(told.work, language),
        "ladder": ladder_dict(told.ladder),
        "outlook": [_ahead(ahead) for ahead in told.outlook],
        "verdict": verdict_json(plan.verdict, language=language) if plan.verdict else None,
        "attempts": [
            {"at": h.at.isoformat(), "outcome": h.outcome, "disposition": h.disposition} for h in told.history
        ],
        "log": [{"seq": e.seq, "at": e.at.isoformat(), "kind": e.kind, "facts": e.facts} for e in told.log],
    }


def _ahead(ahead: Ahead) -> dict[str, Any]:
    decision = ahead.decision
    return {
        "at": ahead.at.isoformat(),
        "decision": type(decision).__name__.lower(),
        "why": decision.why.value,
        **({"step": decision.name.value, "contact": decision.contact.id} if isinstance(decision, Step) else {}),
        **({"rung": decision.rung.value} if isinstance(decision, TakeRung) else {}),
        **({"contact": decision.contact.id} if isinstance(decision, Climb) else {}),
    }
