"""Which task follows from what a collector heard, and how tasks read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dialer.core.outcome import Disposition
from dialer.core.texts import Language


class TaskKind(StrEnum):
    """What is to be done. Deadlines have their own names (`deadlines.DeadlineKind`)."""

    MANUAL = "manual"
    CONFIRM_AGREEMENT = "confirm_agreement"
    CHECK_ACCOUNT = "check_account"
    CLEAR_DISPUTE = "clear_dispute"
    DELETE_DATA = "delete_data"
    ASK_FIGURES = "ask_figures"
    FILE_INSOLVENCY = "file_insolvency"
    GET_AUTHORITY = "get_authority"
    WRITE = "write"
    FIND_HEIRS = "find_heirs"
    CHASE_DOCUMENT = "chase_document"
    DELIVERY_REFUSED = "delivery_refused"
    DELIVERY_FAILED = "delivery_failed"
    DELIVERY_UNKNOWN = "delivery_unknown"
    FIND_CONTACT = "find_contact"
    APPROVE_WARNING = "approve_warning"
    LEGAL_REVIEW = "legal_review"
    CONTESTED = "contested"
    GARNISH_WAGES = "garnish_wages"
    ATTACH_INHERITANCE = "attach_inheritance"
    CHECK_ADDRESS = "check_address"
    NEW_DISCLOSURE = "new_disclosure"
    CHECK_ASSETS = "check_assets"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A task so many calendar days after the conversation, and where that comes from."""

    kind: TaskKind
    days: int
    source: str


_PRODUCT = "product default"

FOLLOW_UPS: Mapping[Disposition, FollowUp | None] = {
    # an oral agreement is valid and cannot be proved: its confirmation goes out the same day
    Disposition.PROMISE_TO_PAY: FollowUp(TaskKind.CONFIRM_AGREEMENT, 0, "DE-A1"),
    Disposition.INSTALMENTS_AGREED: FollowUp(TaskKind.CONFIRM_AGREEMENT, 0, "DE-A1"),
    Disposition.SAYS_PAID: FollowUp(TaskKind.CHECK_ACCOUNT, 3, "practice [P20]"),
    Disposition.DISPUTE: FollowUp(TaskKind.CLEAR_DISPUTE, 5, "DE-C3"),
    Disposition.WRONG_PARTY: FollowUp(TaskKind.DELETE_DATA, 1, "DE-C5"),
    # before the hold of `disposition.CANNOT_PAY_DAYS` runs out
    Disposition.CANNOT_PAY: FollowUp(TaskKind.ASK_FIGURES, 3, f"DE-A5, {_PRODUCT}"),
    # the court sets the period for filing, between two weeks and three months
    Disposition.INSOLVENCY: FollowUp(TaskKind.FILE_INSOLVENCY, 3, f"§§ 28(1), 174 InsO, {_PRODUCT}"),
    Disposition.REPRESENTED: FollowUp(TaskKind.GET_AUTHORITY, 5, _PRODUCT),
    Disposition.DO_NOT_CALL: FollowUp(TaskKind.WRITE, 1, _PRODUCT),
    Disposition.DECEASED: FollowUp(TaskKind.FIND_HEIRS, 14, f"§ 1967 BGB, {_PRODUCT}"),
    # the dialler goes on by itself: it calls back, calls again or climbs
    Disposition.CALLBACK_AGREED: None,
    Disposition.REFUSED: None,
    Disposition.EVADED: None,
    Disposition.GATEKEEPER: None,
    Disposition.NO_RESULT: None,
}
"""What each disposition leaves to a person; None where nothing is left."""


def follow_up_on(follow_up: FollowUp, said_on: date) -> date:
    """The day by which it should be done. It may be a Sunday: a later day would come too late."""
    return said_on + timedelta(days=follow_up.days)


_TEXTS: Mapping[str, tuple[str, str]] = {
    TaskKind.MANUAL: ("Wiedervorlage", "Reminder"),
    TaskKind.CONFIRM_AGREEMENT: ("Vereinbarung in Textform bestätigen", "Confirm the agreement in text form"),
    TaskKind.CHECK_ACCOUNT: ("Zahlungseingang prüfen", "Check whether the payment has arrived"),
    TaskKind.CLEAR_DISPUTE: ("Einwand klären", "Clear the dispute"),
    TaskKind.DELETE_DATA: (
        "Daten der falschen Person löschen, Nummer sperren",
        "Erase the wrong person's data, suppress the number",
    ),
    TaskKind.ASK_FIGURES: ("Selbstauskunft zu Einkommen und Vermögen erbitten", "Ask for figures: income and assets"),
    TaskKind.FILE_INSOLVENCY: ("Insolvenz prüfen, Forderung anmelden", "Check the insolvency, file the claim"),
    TaskKind.GET_AUTHORITY: ("Vollmacht anfordern", "Get the representative's power of attorney"),
    TaskKind.WRITE: ("Schriftlich weiter; keine Anrufe mehr", "Go on in writing; no more calls"),
    TaskKind.FIND_HEIRS: ("Erben ermitteln (Nachlassgericht)", "Find the heirs (probate court)"),
    TaskKind.CHASE_DOCUMENT: ("Rücklauf des Schriftstücks anmahnen", "Chase the document that has not come back"),
    TaskKind.DELIVERY_REFUSED: (
        "Schriftstück durfte nicht hinaus: Gründe prüfen",
        "A document must not be sent: look at the reasons",
    ),
    TaskKind.DELIVERY_FAILED: (
        "Schriftstück ging nicht hinaus: anderen Weg wählen",
        "A document could not be sent: choose another way",
    ),
    TaskKind.DELIVERY_UNKNOWN: (
        "Zugang des Schriftstücks ungewiss: beim Empfänger nachfragen",
        "A document may or may not have arrived: ask the recipient",
    ),
    TaskKind.FIND_CONTACT: ("Ansprechpartner ermitteln", "Find out who is responsible"),
    TaskKind.APPROVE_WARNING: (
        "Nachricht über den nächsten Schritt freigeben",
        "Approve the message about the next step",
    ),
    TaskKind.LEGAL_REVIEW: ("Rechtsweg prüfen", "Review the legal way"),
    TaskKind.CONTESTED: (
        "Widerspruch: Abgabe an das Streitgericht prüfen (Hemmung endet, § 204 Abs. 2 BGB)",
        "Objection: consider the contested proceedings (suspension ends, § 204(2) BGB)",
    ),
    TaskKind.GARNISH_WAGES: ("Lohnpfändung prüfen (§§ 829, 850c ZPO)", "Consider garnishing wages (§§ 829, 850c ZPO)"),
    TaskKind.ATTACH_INHERITANCE: (
        "Pfändung von Erb- oder Pflichtteil prüfen (§§ 852, 859 ZPO)",
        "Consider attaching the inheritance (§§ 852, 859 ZPO)",
    ),
    TaskKind.CHECK_ADDRESS: ("Neue Anschrift bestätigen, Rufnummern prüfen", "Confirm the new address, check numbers"),
    TaskKind.NEW_DISCLOSURE: (
        "Neue Vermögensauskunft beantragen (§§ 802c, 802d ZPO)",
        "Apply for a new disclosure of assets (§§ 802c, 802d ZPO)",
    ),
    TaskKind.CHECK_ASSETS: ("Neues Vermögen: Pfändung prüfen", "New assets: consider attachment"),
    "limitation": ("Verjährung droht", "Limitation is near"),
    "title_limitation": ("Verjährung des Titels droht", "The title's limitation is near"),
    "order_objection": (
        "Widerspruchsfrist abgelaufen: Vollstreckungsbescheid beantragen",
        "Objection period over: apply for the enforcement order",
    ),
    "enforcement_application": (
        "Letzter Tag für den Antrag auf Vollstreckungsbescheid naht",
        "The last day to apply for the enforcement order is near",
    ),
    "enforcement_objection": ("Einspruchsfrist abgelaufen: Rechtskraft prüfen", "Objection period over: is it final?"),
    "asset_disclosure": ("Sperrfrist der Vermögensauskunft endet", "A new disclosure of assets may be asked for"),
}


def task_text(kind: str, language: Language) -> str:
    """What is to be done, as people read it; a kind from elsewhere reads as it stands."""
    pair = _TEXTS.get(kind)
    return pair[language != "de"] if pair else kind
