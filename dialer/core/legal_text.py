"""The words of the legal way, in German and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dialer.core.deadlines import Deadline
from dialer.core.texts import Language

_TEXTS: Mapping[str, tuple[str, str]] = {
    # stages
    "stage.telephone": ("Telefon", "telephone"),
    "stage.legal_review": ("Prüfung des Rechtswegs", "legal review"),
    "stage.court_dunning": ("gerichtliches Mahnverfahren", "court dunning"),
    "stage.enforcement": ("Zwangsvollstreckung", "enforcement"),
    "stage.titled": ("tituliert, in Überwachung", "titled, monitored"),
    "stage.closed": ("geschlossen", "closed"),
    # deadlines
    "deadline.limitation": ("Verjährung", "limitation"),
    "deadline.title_limitation": ("Verjährung des Titels", "limitation of the title"),
    "deadline.order_objection": ("Widerspruchsfrist", "objection period"),
    "deadline.enforcement_application": (
        "Frist für den Antrag auf Vollstreckungsbescheid",
        "period to apply for the enforcement order",
    ),
    "deadline.enforcement_objection": ("Einspruchsfrist", "period to object to the enforcement order"),
    "deadline.asset_disclosure": ("Sperrfrist der Vermögensauskunft", "block after a disclosure of assets"),
    # news about a titled debtor
    "trigger.employer": ("Arbeitgeberwechsel", "change of employer"),
    "trigger.inheritance": ("Erbschaft", "inheritance"),
    "trigger.address": ("neue Anschrift", "new address"),
    "trigger.disclosure_expired": ("Vermögensauskunft älter als zwei Jahre", "disclosure of assets over two years old"),
    "trigger.assets": ("neues Vermögen", "new assets"),
    # checklist of the order to the bailiff
    "item.title": ("vollstreckbare Ausfertigung des Titels liegt bei", "enforceable copy of the title enclosed"),
    "item.service_proof": ("Zustellung des Titels ist nachgewiesen", "service of the title is proved"),
    "item.statement": ("Forderungsaufstellung liegt bei", "claim statement enclosed"),
    "item.creditor": ("Angaben zum Gläubiger und Konto sind vollständig", "creditor's data and account are complete"),
    "item.debtor_address": ("Anschrift des Schuldners ist angegeben", "debtor's address is given"),
    "item.birth_date": ("Geburtsdatum angegeben (nein: nicht bekannt)", "date of birth given (no: not known)"),
    "item.measure": ("Art der Maßnahme ist angekreuzt", "type of measure is ticked"),
    "item.asset_disclosure": ("Vermögensauskunft wird beantragt", "disclosure of assets is asked for"),
    "item.substitute_arrest": (
        "Haftbefehl wird im Auftrag mit beantragt",
        "an arrest warrant is asked for in the same order",
    ),
    "item.signature": ("unterschrieben oder elektronisch eingereicht", "signed, or in electronic form"),
    # headings
    "stage": ("Verfahrensstand", "Stage"),
    "since": ("seit", "since"),
    "tasks": ("Aufgaben", "Tasks"),
    "task_until": ("bis", "by"),
    "statement": ("Forderungsaufstellung", "Claim statement"),
    "recommendation": ("Empfehlung (entscheiden muss ein Mensch)", "Recommendation (a person decides)"),
    "total": ("Gesamt", "Total"),
    "as_of": ("zum", "as of"),
    "overpaid": ("Überzahlt", "Overpaid"),
    "no_interest": (
        "Keine Zinsen berechnet: Der Verzugsbeginn ist nicht festgestellt (Angabe default_since).",
        "No interest is computed: nobody has established since when the debtor is in default (fact default_since).",
    ),
    "yes": ("ja", "yes"),
    "no": ("nein", "no"),
    "open": ("offen", "open"),
    "complete": ("vollständig", "complete"),
    "incomplete": ("unvollständig", "incomplete"),
    "order.bailiff": ("Auftrag an den Gerichtsvollzieher", "Order to the bailiff"),
    "unassigned": ("für alle", "for anybody"),
    "overdue": ("überfällig", "overdue"),
    "no_tasks": ("Keine Aufgaben bis {day}.", "Nothing to do by {day}."),
}


def legal_text(key: str, language: Language) -> str:
    """A word or sentence of the legal way."""
    return _TEXTS[key][language != "de"]


def day_text(day: date, language: Language) -> str:
    """A day as people read it."""
    return f"{day:%d.%m.%Y}" if language == "de" else day.isoformat()


def deadline_text(deadline: Deadline, language: Language) -> str:
    """What ends when, by which law: "Widerspruchsfrist bis 08.12.2026 (§§ …)", with the day before § 193 moved it."""
    name = legal_text(f"deadline.{deadline.kind}", language)
    moved = "" if deadline.on == deadline.nominal else f", nominal {day_text(deadline.nominal, language)}"
    return f"{name} {legal_text('task_until', language)} {day_text(deadline.on, language)}{moved} ({deadline.source})"
