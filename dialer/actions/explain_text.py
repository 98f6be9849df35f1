"""The explanation of a case in sentences, German or English, in the called party's time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dialer.actions.explain_casework import CaseWork, case_work_lines
from dialer.actions.verdict_json import finding_text
from dialer.core.case import Case
from dialer.core.local_time import local_text
from dialer.core.money import format_money
from dialer.core.outcome import PastAttempt
from dialer.core.plan import Plan
from dialer.core.strategy import Climb, Idle, Review, Step
from dialer.core.texts import Language, detail_text, phrase, reason_text
from dialer.reports.texts import Texts
from dialer.storage.entries import Entry

LAST_ENTRIES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What there is to tell of a case at `now`; `waits_for` is a phrase when only something of ours holds it up."""

    case: Case
    history: tuple[PastAttempt, ...]
    plan: Plan
    log: tuple[Entry, ...]
    zone: ZoneInfo
    now: datetime
    waits_for: str | None
    work: CaseWork


def sentences(told: Told, language: Language) -> list[str]:
    """One line each: what is owed, where the ladder stands, what comes next, why not now, what was tried."""
    return [
        *_about(told, language),
        *case_work_lines(told.work, language),
        f"{phrase('next', language)}: {_next(told, language)}",
        *_not_now(told, language),
        f"{phrase('attempts', language)}: {len(told.history)}",
        *(f"  {_attempt(h, told.zone, language)}" for h in told.history),
        f"{phrase('log', language)}:",
        *(f"  {_entry(e, told.zone)}" for e in told.log[-LAST_ENTRIES:]),
    ]


def _about(told: Told, language: Language) -> Iterator[str]:
    case = told.case
    yield f"{phrase('case', language)} {case.id}: {case.debtor.name} ({phrase(case.status.value, language)})"
    for claim in case.open_claims:
        owed = format_money(claim.open_minor, claim.currency, language)
        yield f"{phrase('owed', language)}: {claim.reference} {owed}"
    contact = case.contact(case.contact_id)
    if contact:
        level = f"{phrase('level', language)} {contact.role.level}"
        yield f"{phrase('ladder', language)}: {level}, {contact.name} ({Texts(language)(f'role.{contact.role}')})"


def _next(told: Told, language: Language) -> str:
    plan = told.plan
    if plan.at is None:
        when = phrase("none", language)
    else:
        when = phrase("now", language) if plan.at <= told.now else local_text(plan.at, told.zone)
    why = reason_text(plan.decision.why.value, language)
    match plan.decision:
        case Step() as step:
            return f"{when}: {reason_text(step.name.value, language)}, {why}, {step.contact.name}"
        case Idle() as idle:
            return f"{when}: {why}{f' {detail_text(idle.detail, language)}' if idle.detail else ''}"
        case Climb():
            return f"{when}: {phrase('climb', language)} ({why})"
        case Review():
            return f"{when}: {phrase('review', language)} ({why})"


def _not_now(told: Told, language: Language) -> Iterator[str]:
    plan = told.plan
    if told.waits_for:
        yield phrase(told.waits_for, language)
    if isinstance(plan.decision, Step) and plan.decision.due_at > told.now:
        yield f"{phrase('not_before', language)} {local_text(plan.decision.due_at, told.zone)}"
    if plan.verdict and not plan.verdict.allowed:
        yield f"{phrase('not_now', language)}:"
        for denial in plan.verdict.denials:
            freed = (
                f" ({phrase('freed', language)} {local_text(denial.not_before, told.zone)})"
                if denial.not_before
                else ""
            )
            yield f"  {denial.rule}: {finding_text(denial, language)}{freed}"
    elif isinstance(plan.decision, Step) and plan.at and plan.at > told.now >= plan.decision.due_at:
        yield f"{phrase('not_now', language)}: {phrase('window', language)}"
    for warning in plan.verdict.warnings if plan.verdict else ():
        yield f"{phrase('warning', language)}: {warning.rule}: {finding_text(warning, language)}"


def _attempt(past: PastAttempt, zone: ZoneInfo, language: Language) -> str:
    words = Texts(language)
    said = f" / {words(f'disposition.{past.disposition}')}" if past.disposition else ""
    return f"{local_text(past.at, zone)}  {words(f'outcome.{past.outcome or str()}')}{said}"


def _entry(entry: Entry, zone: ZoneInfo) -> str:
    plain = {key: value for key, value in entry.facts.items() if not isinstance(value, (dict, list))}
    facts = ", ".join(f"{key}={value}" for key, value in plain.items())
    return f"{entry.seq:4d}  {local_text(entry.at, zone)}  {entry.kind}  {facts}".rstrip()
