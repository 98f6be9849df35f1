"""The explanation of a case in sentences, German or English, in the called party's time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dialer.actions.explain_casework import CaseWork, case_work_lines
from dialer.actions.explain_ladder import Ladder, Tally
from dialer.actions.outlook import Ahead
from dialer.actions.verdict_json import finding_text
from dialer.core.case import Case, Contact
from dialer.core.casework import Rung
from dialer.core.decision import Climb, Decision, EndRung, Idle, Review, Step, TakeRung, Why
from dialer.core.ladder import by_level
from dialer.core.local_time import local_text
from dialer.core.money import format_money
from dialer.core.outcome import PastAttempt
from dialer.core.plan import Plan
from dialer.core.texts import Language, detail_text, obstacle_text, phrase, reason_text, rung_text
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
    ladder: Ladder | None
    outlook: tuple[Ahead, ...]


def sentences(told: Told, language: Language) -> list[str]:
    """One line each: what is owed, where the ladder stands, what comes next, why not now, what was tried."""
    return [
        *_about(told, language),
        *case_work_lines(told.work, language),
        *_ladder(told, language),
        f"{phrase('next', language)}: {_next(told, language)}",
        *_not_now(told, language),
        *_outlook(told, language),
        f"{phrase('attempts', language)}: {len(told.history)}",
        *(f"  {_attempt(h, told, language)}" for h in told.history),
        f"{phrase('log', language)}:",
        *(f"  {_entry(e, told.zone)}" for e in told.log[-LAST_ENTRIES:]),
    ]


def _about(told: Told, language: Language) -> Iterator[str]:
    case = told.case
    yield f"{phrase('case', language)} {case.id}: {case.debtor.name} ({phrase(case.status.value, language)})"
    for claim in case.open_claims:
        owed = format_money(claim.open_minor, claim.currency, language)
        yield f"{phrase('owed', language)}: {claim.reference} {owed}"
    if len(case.contacts) > 1:
        # by the numbers that `dialer climb --to` and `dialer dispose --spoken-to` take
        people = "; ".join(f"{c.id} {_whom(c, case, language)}" for c in by_level(case))
        yield f"{phrase('contacts', language)}: {people}"


def _whom(contact: Contact, case: Case, language: Language) -> str:
    if case.debtor.type.natural_person:  # who has no levels above him
        return contact.name
    role = Texts(language)(f"role.{contact.role}")
    return f"{contact.name} ({phrase('level', language)} {contact.role.level}, {role})"


def _ladder(told: Told, language: Language) -> Iterator[str]:
    """Where the ladder stands, what was done there, and what is still missing for the next rung."""
    ladder = told.ladder
    if ladder is None:
        return
    yield f"{phrase('ladder', language)}: {_whom(ladder.contact, told.case, language)}"
    for taken in ladder.standing.taken:
        state = phrase(f"rung_{taken.state}", language)
        leaves = ladder.sends_at if taken.state.open and ladder.sends_at and ladder.sends_at > told.now else None
        since = f", {phrase('sent_from', language)} {local_text(leaves, told.zone)}" if leaves else ""
        yield f"  {local_text(taken.begun_at, told.zone)}  {rung_text(taken.rung.value, language)}: {state}{since}"
    if ladder.next_rung:
        wanted = phrase("missing_for", language).format(rung=rung_text(ladder.next_rung, language))
        yield f"{wanted}: {'; '.join(_tally(t, language) for t in ladder.tallies)}"


def _tally(tally: Tally, language: Language) -> str:
    days = phrase("tally_days", language).format(days=tally.days, needed=tally.days_needed) if tally.days_needed else ""
    return f"{phrase(f'tally_{tally.what}', language)} {tally.count}/{tally.needed}{days}"


def _outlook(told: Told, language: Language) -> Iterator[str]:
    yield f"{phrase('outlook', language)}:"
    for ahead in told.outlook:
        yield f"  {local_text(ahead.at, told.zone)}  {_what(ahead.decision, language)}"
    if not told.outlook:
        yield f"  {phrase('outlook_none', language)}"


def _next(told: Told, language: Language) -> str:
    plan = told.plan
    if plan.at is None:
        when = phrase("after_paper" if plan.decision.why is Why.OUTBOX else "none", language)
    else:
        when = phrase("now", language) if plan.at <= told.now else local_text(plan.at, told.zone)
    return f"{when}: {_what(plan.decision, language)}"


def _what(decision: Decision, language: Language) -> str:
    """What is decided and why, in a few words."""
    why = reason_text(decision.why.value, language)
    match decision:
        case Step() as step:
            return f"{reason_text(step.name.value, language)}, {why}, {step.contact.name}"
        case Idle() as idle:
            return f"{why}{f' {detail_text(idle.detail, language)}' if idle.detail else ''}"
        case Climb(contact=contact):
            return f"{phrase('climb', language)}: {contact.name} ({why})"
        case TakeRung(rung=rung, obstacle=obstacle):
            left_out = f": {phrase('rung_skipped', language)}, {obstacle_text(obstacle, language)}" if obstacle else ""
            asks = rung is Rung.VOICEMAIL and not obstacle
            leave = f": {phrase('asks_leave', language)}" if asks else ""
            return f"{rung_text(rung.value, language)} ({why}){left_out}{leave}"
        case EndRung(taken=taken):
            return f"{rung_text(taken.rung.value, language)}: {phrase('rung_over', language)}"
        case Review():
            return f"{phrase('review', language)} ({why})"


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


def _attempt(past: PastAttempt, told: Told, language: Language) -> str:
    words = Texts(language)
    said = f" / {words(f'disposition.{past.disposition}')}" if past.disposition else ""
    contact = told.case.contact(past.contact_id)
    whom = f", {contact.name}" if contact and len(told.case.contacts) > 1 else ""
    came = f"{words(f'outcome.{past.outcome or str()}')}{said}"
    return f"{local_text(past.at, told.zone)}  {words(f'channel.{past.channel}')}{whom}: {came}"


def _entry(entry: Entry, zone: ZoneInfo) -> str:
    plain = {key: value for key, value in entry.facts.items() if not isinstance(value, (dict, list))}
    facts = ", ".join(f"{key}={value}" for key, value in plain.items())
    return f"{entry.seq:4d}  {local_text(entry.at, zone)}  {entry.kind}  {facts}".rstrip()
