"""The whole case as one document: for legal review, for a lawyer, for court."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from dialer.actions.document_data import Material, Order, letterhead_of, owed_lines, parties_of
from dialer.actions.situation import Situation
from dialer.actions.write_document import Written, gather, keep_document
from dialer.app import App
from dialer.core.case import ContactRole
from dialer.core.casework import DocumentKind
from dialer.core.money import format_money
from dialer.core.outcome import Disposition
from dialer.core.tasks import task_text
from dialer.core.texts import Language, obstacle_text, phrase, reason_text, rung_text
from dialer.documents.dossier import AttemptLine, Dossier, FiledDocument, LadderStep, TaskLine
from dialer.documents.kinds import Kind
from dialer.documents.letterhead import Address, Reference
from dialer.documents.values import Party
from dialer.reports.texts import Texts
from dialer.storage import documents as stored
from dialer.storage import dossier_rows, entries, tasks
from dialer.storage.documents import Document, NewDocument
from dialer.storage.dossier_rows import TriedRow
from dialer.storage.entries import Entry
from dialer.storage.tasks import Task

NO_ENTRY = "0" * 64
"""Stands for the hash of the last entry where there is none."""

_SUMMARY = {
    "de": "Kontaktversuche: {attempts}. Stufen: {levels}. Gespräche: {talks}. Offen: {open}. {dispute}",
    "en": "Attempts: {attempts}. Levels: {levels}. Conversations: {talks}. Open: {open}. {dispute}",
}
_DISPUTE = {
    "de": ("Keine Einwände aktenkundig.", "Die Forderung ist bestritten."),
    "en": ("No dispute on record.", "The claim is disputed."),
}


def write_dossier(app: App, case_id: int, *, actor: str) -> Written:
    """The file as of now, kept with the case as a document of its own. In the operator's language."""
    now, language = app.clock.now(), app.config.operator.language
    with app.db.read() as tx:
        material = gather(app, tx, case_id, Order(kind=DocumentKind.DOSSIER))
        log = entries.of_case(tx, case_id)
        length, head = stored.log_head(tx, case_id)
        filed = stored.of_case(tx, case_id)
        tried = dossier_rows.attempts_of(tx, case_id)
        to_do = tasks.of_case(tx, case_id)
    situation, zone = material.situation, material.situation.site.zone
    claims, statement = owed_lines(material)
    data = Dossier(
        letterhead_of(situation.creditor),
        Reference(str(case_id), material.today, situation.case.debtor.reference, situation.case.assigned_to or ""),
        now.astimezone(zone),
        _parties(material),
        claims,
        length,
        head or NO_ENTRY,
        statement=statement,
        ladder=tuple(_ladder(situation, log, zone, language)),
        attempts=tuple(_attempt(row, zone, language) for row in tried),
        documents=tuple(_filed(document, zone, language) for document in filed),
        tasks=tuple(_task(task, language) for task in to_do),
        summary=_summary(situation, tried, language),
    )
    pdf = app.renderer.render(Kind.DOSSIER, data, language)
    new = NewDocument(
        case_id=case_id, kind=DocumentKind.DOSSIER, language=language, pdf=pdf, made_at=now, made_by=actor
    )
    return keep_document(app, new)


def _parties(material: Material) -> tuple[Party, ...]:
    """With the debtor's address as far as it is known: a file can be written of every case."""
    debtor = material.situation.case.debtor
    street, code, city = debtor.street or "", debtor.postal_code or "", debtor.city or ""
    return parties_of(material, Address(debtor.name, street, code, city, debtor.country))


def _ladder(situation: Situation, log: Sequence[Entry], zone: ZoneInfo, language: Language) -> list[LadderStep]:
    """What the ladder came to, contact by contact; the first one was at the lowest level."""
    texts = Texts(language)
    lowest = min((c.role for c in situation.case.contacts), key=lambda role: role.level, default=ContactRole.RECEPTION)
    standing, steps = lowest.value, []
    for entry in log:
        role = entry.facts.get("role")
        if entry.kind.startswith("ladder.") and role:
            contact = texts.word("role", role if entry.facts.get("rung") else standing)
            why = _why(str(entry.facts.get("why", "")), language) or str(entry.personal.get("reason", ""))
            steps.append(LadderStep(entry.at.astimezone(zone), contact, _step(entry, texts, language), why))
            standing = role
    return steps


def _step(entry: Entry, texts: Texts, language: Language) -> str:
    """What was done: a fax, a message, another contact."""
    rung = entry.facts.get("rung")
    if rung is None:
        return f"{phrase('climb', language)}: {texts.word('role', entry.facts['role'])}"
    words = [rung_text(rung, language)]
    if entry.kind == "ladder.approved":
        words.append(phrase("rung_approved", language))
    if obstacle := entry.facts.get("obstacle"):
        words.append(f"{phrase('rung_skipped', language)} ({obstacle_text(obstacle, language)})")
    return ": ".join(words)


def _why(reason: str, language: Language) -> str:
    try:
        return reason_text(reason, language)
    except KeyError:
        return reason


def _attempt(row: TriedRow, zone: ZoneInfo, language: Language) -> AttemptLine:
    texts = Texts(language)
    return AttemptLine(
        row.at.astimezone(zone),
        texts.word("channel", row.channel),
        ", ".join(filter(None, (row.contact, texts.word("role", row.role)))),
        texts.word("outcome", row.outcome),
        texts.word("disposition", row.disposition),
        # what holds everywhere needs no naming
        ", ".join(pack for pack in row.packs if not pack.startswith("common ")),
    )


def _filed(document: Document, zone: ZoneInfo, language: Language) -> FiledDocument:
    day = (document.sent_at or document.made_at).astimezone(zone).date()
    texts = Texts(language)
    kind, state = texts.word("step", document.kind), texts.word("document_state", document.state)
    return FiledDocument(day, kind, state, document.sha256)


def _task(task: Task, language: Language) -> TaskLine:
    text = task_text(task.kind, language)
    return TaskLine(
        task.due_on, f"{text}: {task.note}" if task.note else text, Texts(language).word("task_state", task.state)
    )


def _summary(situation: Situation, tried: Sequence[TriedRow], language: Language) -> str:
    case = situation.case
    owed: dict[str, int] = {}
    for claim in case.open_claims:
        owed[claim.currency] = owed.get(claim.currency, 0) + claim.open_minor
    return _SUMMARY[language].format(
        attempts=len(tried),
        levels=len({ContactRole(row.role).level for row in tried}),
        talks=sum(1 for row in tried if row.disposition and Disposition(row.disposition).conversation),
        open=", ".join(format_money(minor, currency, language) for currency, minor in owed.items()) or "0",
        dispute=_DISPUTE[language][any(c.disputed for c in case.claims)],
    )
