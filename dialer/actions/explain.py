"""Why is this case called now, why not, when next, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialer.actions.situation import Situation, look
from dialer.actions.verdict_json import verdict_json
from dialer.app import App
from dialer.core.money import format_money
from dialer.core.plan import Plan
from dialer.core.strategy import Climb, Idle, Review, Step
from dialer.core.texts import Language, reason_text
from dialer.storage import entries
from dialer.storage.entries import Entry

LAST_ENTRIES = 15

_WORDS = {
    "case": ("Akte", "Case"),
    "owed": ("Offen", "Owed"),
    "ladder": ("Leiter", "Ladder"),
    "next": ("Nächster Schritt", "Next"),
    "now": ("jetzt", "now"),
    "none": ("keiner von selbst", "none by itself"),
    "not_now": ("Jetzt nicht, weil", "Not now, because"),
    "window": ("Das Zeitfenster des Segments ist zu.", "The segment's window is closed."),
    "attempts": ("Versuche", "Attempts"),
    "log": ("Vermerke", "Log"),
    "level": ("Stufe", "level"),
    "climb": ("Wechsel zur nächsten Stufe", "Turns to the next level"),
    "review": ("Vorlage zur Prüfung des Rechtswegs", "Goes to legal review"),
}


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
    zone = (situation.called[0] if situation.called else situation.caller).zone
    data = {
        "case": case_id,
        "status": situation.case.status.value,
        "next_at": plan.at.isoformat() if plan.at else None,
        "decision": type(plan.decision).__name__.lower(),
        "why": plan.decision.why.value,
        "verdict": verdict_json(plan.verdict, language=language) if plan.verdict else None,
        "attempts": [
            {"at": h.at.isoformat(), "outcome": h.outcome, "disposition": h.disposition} for h in situation.history
        ],
        "log": [{"seq": e.seq, "at": e.at.isoformat(), "kind": e.kind, "facts": e.facts} for e in log],
    }
    return Explanation(data=data, text="\n".join(_lines(situation, plan, log, zone=zone, now=now, language=language)))


def _lines(
    situation: Situation, plan: Plan, log: list[Entry], *, zone: ZoneInfo, now: datetime, language: Language
) -> list[str]:
    def word(key: str) -> str:
        return _WORDS[key][0 if language == "de" else 1]

    case = situation.case
    lines = [f"{word('case')} {case.id}: {case.debtor.name} ({case.status})"]
    lines += [
        f"{word('owed')}: {claim.reference} {format_money(claim.open_minor, claim.currency, language)}"
        for claim in case.open_claims
    ]
    contact = case.contact(case.contact_id)
    if contact:
        lines.append(f"{word('ladder')}: {word('level')} {contact.role.level}, {contact.name} ({contact.role})")
    lines.append(f"{word('next')}: {_next(plan, zone, now, word, language)}")
    if plan.verdict and not plan.verdict.allowed:
        lines.append(f"{word('not_now')}:")
        lines += [f"  {d['rule']}: {d['text']}" for d in verdict_json(plan.verdict, language=language)["denials"]]
    elif isinstance(plan.decision, Step) and plan.at and plan.at > max(now, plan.decision.due_at):
        lines.append(f"{word('not_now')}: {word('window')}")
    lines.append(f"{word('attempts')}: {len(situation.history)}")
    lines += [
        f"  {_local(h.at, zone)}  {h.outcome or '…'}{f' / {h.disposition}' if h.disposition else ''}"
        for h in situation.history
    ]
    lines.append(f"{word('log')}:")
    lines += [f"  {e.seq:4d}  {_local(e.at, zone)}  {e.kind}  {_short(e)}" for e in log[-LAST_ENTRIES:]]
    return lines


def _next(plan: Plan, zone: ZoneInfo, now: datetime, word: Any, language: Language) -> str:
    when = word("none") if plan.at is None else word("now") if plan.at <= now else _local(plan.at, zone)
    why = reason_text(plan.decision.why.value, language)
    match plan.decision:
        case Step() as step:
            return f"{when}: {reason_text(step.name.value, language)}, {why}, {step.contact.name}"
        case Idle() as idle:
            return f"{when}: {why} {idle.detail}".strip()
        case Climb():
            return f"{when}: {word('climb')} ({why})"
        case Review():
            return f"{when}: {word('review')} ({why})"


def _local(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    # on the day the clocks go back an hour comes twice: the offset tells which
    odd = local.utcoffset() != (local + timedelta(hours=2)).utcoffset()
    return local.strftime("%Y-%m-%d %H:%M %Z") + (local.strftime(" (%z)") if odd else "")


def _short(entry: Entry) -> str:
    return ", ".join(f"{key}={value}" for key, value in entry.facts.items() if not isinstance(value, (dict, list)))
