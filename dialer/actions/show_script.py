"""The conversation guide for a case's next call, filled in with what the book knows. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dialer.actions.claim_statement import statement_if_known
from dialer.actions.script_fields import Known, script_fields
from dialer.actions.situation import Situation, look
from dialer.app import App
from dialer.core.case import Case, Contact
from dialer.core.decision import Climb, Idle, Step
from dialer.core.errors import BadInput
from dialer.core.outcome import Disposition
from dialer.core.plan import Plan
from dialer.core.script import Audience, Excuse, Guide, ScriptStep, Section, audience_of
from dialer.core.script_check import BLANKS
from dialer.core.script_text import filled, gaps, render
from dialer.core.strategy import first_contact
from dialer.core.texts import Language, detail_text, phrase, reason_text
from dialer.reports.texts import Texts
from dialer.rules.scripts import Scripts, load_scripts
from dialer.storage import agreements


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the user asks for; None = as the case needs it."""

    step: ScriptStep | None = None
    audience: Audience | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The same answer for programs and for people."""

    data: dict[str, Any]
    text: str


def show_script(
    app: App,
    case_id: int,
    wish: Wish,
    *,
    now: datetime,
    folder: Path | None = None,
) -> Shown:
    """The guide for the case's next call. Raises NotFound, or BadInput when there is nothing to talk about.

    `folder` holds guides of one's own in place of those that the configuration names.
    """
    with app.db.read() as tx:
        situation = look(app, tx, case_id)
        today = now.astimezone(situation.site.zone).date()
        known = Known(
            agreements=agreements.of_case(tx, case_id),
            statement=statement_if_known(app, tx, situation.case, as_of=today),
        )
    case = situation.case
    if not case.open_claims:
        raise BadInput(f"case {case_id} owes nothing: there is nothing to talk about")
    plan = situation.plan(now)
    contact = contact_of(situation, plan)
    language = wish.language or ("en" if case.debtor.language == "en" else "de")
    steps = (wish.step,) if wish.step else _steps(situation, plan, contact, now)
    scripts = load_scripts(app.law, folder or app.config.scripts.folder)
    guides = tuple(_guide(case, scripts, step, wish.audience, language) for step in steps)
    sought = _sought(case, contact)
    fields = script_fields(situation, sought, known, language=language)
    texts = Texts(language)
    results = {d: texts(f"disposition.{d}") for d in Disposition}
    head = "" if isinstance(plan.decision, Step) else f"{_standing(plan, language)}\n\n"
    return Shown(
        data={
            "case": case_id,
            "contact": contact and {"id": contact.id, "name": contact.name, "level": contact.role.level},
            "sought": sought.name if sought else None,
            "why": plan.decision.why.value,
            "guides": [guide_dict(filled(guide, fields)) for guide in guides],
            "missing": list(dict.fromkeys(n for g in guides for n in gaps(g, fields) if n not in BLANKS)),
        },
        text=head + "\n\n\n".join(render(guide, fields, language, results) for guide in guides),
    )


def contact_of(situation: Situation, plan: Plan) -> Contact | None:
    """Whom the talk is with: who is on the line, whom the plan names, or where the case has come to."""
    case = situation.case
    if isinstance(plan.decision, Step | Climb):
        return plan.decision.contact
    last = situation.history[-1] if situation.history else None
    on_the_line = case.contact(last.contact_id) if last and last.outcome is None else None
    return on_the_line or case.contact(case.contact_id) or first_contact(case)


def _sought(case: Case, contact: Contact | None) -> Contact | None:
    """Whom to ask for: at a firm's reception the first contact beyond it, if one is known."""
    if contact is None or case.debtor.type.natural_person or contact.role.level:
        return contact
    beyond = (c for c in case.contacts if c.role.level)
    return min(beyond, key=lambda c: (c.role.level, c.id), default=None)


def _standing(plan: Plan, language: Language) -> str:
    """Why no call is planned; the guide is shown all the same, the telephone may ring."""
    why = reason_text(plan.decision.why.value, language)
    if isinstance(plan.decision, Climb):
        return f"{phrase('climb', language)} ({why})"
    detail = plan.decision.detail if isinstance(plan.decision, Idle) else ""
    return f"{why} {detail_text(detail, language)}" if detail else why


def _steps(situation: Situation, plan: Plan, contact: Contact | None, now: datetime) -> tuple[ScriptStep, ...]:
    """What the talk comes to. In a firm, whoever is on no level of the ladder stands before the one we look for."""
    step = _step(situation, plan, now)
    firm = not situation.case.debtor.type.natural_person
    return (ScriptStep.GATEKEEPER, step) if firm and contact and contact.role.level == 0 else (step,)


def _guide(case: Case, scripts: Scripts, step: ScriptStep, asked: Audience | None, language: Language) -> Guide:
    debtor = case.debtor
    audience = asked or audience_of(debtor.type)
    if audience is Audience.BUSINESS and debtor.type.natural_person:
        raise BadInput(f"case {case.id}: a natural person is spoken to along the private guides")
    guide = scripts.find(audience, step, language, debtor.country)
    if guide is None:
        raise BadInput(f'there is no {audience} guide "{step}" in the language "{language}"')
    return guide


def _step(situation: Situation, plan: Plan, now: datetime) -> ScriptStep:
    """The plan's step; while none is planned the one that fits the age of the oldest claim."""
    if isinstance(plan.decision, Step):
        return ScriptStep(plan.decision.name.value)
    today = now.astimezone(situation.site.zone).date()
    days = (today - situation.case.open_claims[0].invoice_date).days
    return ScriptStep.COLLECTION_CALL if days >= situation.strategy.collection_call_day else ScriptStep.INFO_CALL


def guide_dict(guide: Guide) -> dict[str, Any]:
    """A guide as plain data."""
    return {
        "audience": guide.audience.value,
        "step": guide.step.value,
        "language": guide.language,
        "title": guide.title,
        "goals": {goal.value: text for goal, text in guide.goals.items()},
        "sections": [_section_dict(section) for section in guide.sections],
        "excuses": [_excuse_dict(excuse) for excuse in guide.excuses],
    }


def _section_dict(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "part": section.part.value,
        "title": section.title,
        "goal": section.goal,
        "say": list(section.say),
        "hints": list(section.hints),
        "branches": [{"when": b.when, "to": b.to, "result": b.result} for b in section.branches],
        "ends": section.ends,
        "excuses": section.excuses,
    }


def _excuse_dict(excuse: Excuse) -> dict[str, Any]:
    return {
        "id": excuse.id,
        "sounds": excuse.sounds,
        "answer": list(excuse.answer),
        "hint": excuse.hint,
        "task": excuse.task.value,
        "days": excuse.days,
        "result": excuse.result.value,
        "source": excuse.source,
    }
