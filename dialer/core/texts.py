"""Sentences for people, in German and English, by rule id and reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["de", "en"]

_RULES: Mapping[str, tuple[str, str]] = {
    "DE-T1": (
        "Werktags wird nur von 8 bis 20 Uhr angerufen (Ortszeit des Angerufenen).",
        "On working days calls are made from 08:00 to 20:00 only (called party's clock).",
    ),
    "DE-T2": (
        "Samstags werden natürliche Personen nur von 9 bis 18 Uhr angerufen.",
        "On Saturdays natural persons are called from 09:00 to 18:00 only.",
    ),
    "DE-T3": (
        "Unternehmen werden Montag bis Freitag von 8 bis 18 Uhr angerufen.",
        "Businesses are called Monday to Friday from 08:00 to 18:00.",
    ),
    "DE-T4": ("Sonntags wird nicht angerufen.", "No calls on Sundays."),
    "DE-T5": (
        "Gesetzlicher Feiertag beim Angerufenen oder am Ort des Anrufers.",
        "Public holiday at the called party's place or at the caller's site.",
    ),
    "DE-T6": (
        "Am 24. und 31. Dezember wird nur von 8 bis 14 Uhr angerufen.",
        "On 24 and 31 December calls are made from 08:00 to 14:00 only.",
    ),
    "DE-F1": ("Heute wurde schon {detail} Mal angerufen: Obergrenze.", "Called {detail} times today: hard ceiling."),
    "DE-F2": ("Heute wurde schon {detail} Mal angerufen.", "Called {detail} times today."),
    "DE-F3": ("Zu viele Anrufe im Zeitraum: {detail}.", "Too many calls in the period: {detail}."),
    "DE-F4": (
        "Nach einem Gespräch ruht das Telefon drei Arbeitstage.",
        "After a conversation the telephone rests for three working days.",
    ),
    "DE-F5": ("Zwischen zwei Anrufen liegen mindestens zwei Stunden.", "Two calls are at least two hours apart."),
    "DE-D4": (
        "Nach einem verlorenen Anruf ist die Nummer 72 Stunden für den Dialer gesperrt.",
        "After a lost call the number is blocked for the dialler for 72 hours.",
    ),
    "DE-C1": ("Der Schuldner will nicht angerufen werden.", "The debtor does not want to be telephoned."),
    "DE-C2": ("Der Schuldner ist vertreten; nur der Vertreter wird angesprochen.", "The debtor is represented."),
    "DE-C3": ("Die Forderung ist bestritten.", "The claim is disputed."),
    "DE-C4": ("Insolvenzverfahren.", "Insolvency proceedings."),
    "DE-C5": ("Die Nummer gehört jemand anderem.", "The number belongs to somebody else."),
    "DE-N1": (
        "Die Absenderrufnummer muss eine gewöhnliche deutsche Rufnummer sein.",
        "The caller ID must be an ordinary German number.",
    ),
    "DE-P3": (
        "Privatpersonen werden nicht am Arbeitsplatz angerufen.",
        "Private persons are not called at their workplace.",
    ),
    "DE-RDG2": (
        "Die Pflichtangaben nach § 13a RDG wurden noch nicht mitgeteilt.",
        "The notice under section 13a RDG has not been given yet.",
    ),
    "DE-U4": (
        "Einer Privatperson wird am Telefon keine Aufnahme vorgespielt.",
        "No recording is played to a live private person.",
    ),
    "BZ-3": (
        "Mit Dritten wird nicht über die Forderung gesprochen.",
        "Third parties are not spoken to about the claim.",
    ),
    "VM-GAP": ("Die letzte Sprachnachricht liegt zu kurz zurück.", "The last voicemail was left too recently."),
    "VM-MOST": ("Es wurden schon {detail} Sprachnachrichten hinterlassen.", "{detail} voicemails were left already."),
    "NO-PACK": ("Für das Land {detail} gibt es kein Regelwerk.", "There is no rule pack for the country {detail}."),
    "NO-ZONE": (
        "Der Ort des Angerufenen ist unbekannt, oder die Nummer gehört zu einem anderen Land.",
        "The called party's place is unknown, or the number belongs to another country.",
    ),
    "PHONE": ("Die Nummer ist nicht brauchbar ({detail}).", "The number is not usable ({detail})."),
    "PAID": ("Es ist nichts mehr offen.", "Nothing is owed any more."),
    "HOLD": ("Die Akte ist gesperrt: {detail}.", "The case is on hold: {detail}."),
}

_REASONS: Mapping[str, tuple[str, str]] = {
    "first_call": ("erster Anruf", "first call"),
    "retry": ("neuer Versuch", "another attempt"),
    "callback": ("vereinbarter Rückruf", "agreed call-back"),
    "after_conversation": ("nach dem letzten Gespräch", "after the last conversation"),
    "too_young": ("Die Rechnung ist noch zu jung.", "The invoice is still too young."),
    "info_done": ("Das Infogespräch ist geführt; weiter am Tag des Inkassogesprächs.", "The info call is done."),
    "paid": ("Es ist alles bezahlt.", "Everything is paid."),
    "closed": ("Die Akte ist geschlossen.", "The case is closed."),
    "legal_review": ("Die Akte liegt zur Prüfung des Rechtswegs.", "The case is in legal review."),
    "hold": ("Die Akte ist gesperrt:", "The case is on hold:"),
    "no_number": ("Es gibt keine brauchbare Rufnummer.", "There is no usable telephone number."),
    "live": ("Gerade läuft ein Anruf.", "A call is running."),
    "awaits_disposition": ("Das Gesprächsergebnis fehlt noch.", "The disposition of the last call is missing."),
    "refusals": ("mehrfach nicht erreicht oder abgewiesen", "not reached or refused several times"),
    "denied_twice": ("zweimal verleugnet", "denied twice"),
    "broken_promise": ("Zusage gebrochen", "broken promise"),
    "fruitless": ("zu viele vergebliche Versuche", "too many fruitless attempts"),
    "top_of_ladder": ("oberste Stufe der Leiter", "top of the ladder"),
    "unreachable": ("nicht erreichbar", "unreachable"),
    "no_hour": (
        "Das Zeitfenster des Segments enthält keine erlaubte Stunde.",
        "The segment's window holds no hour in which a call is allowed.",
    ),
    "info_call": ("Infogespräch", "info call"),
    "collection_call": ("Inkassogespräch", "collection call"),
}

_DETAILS: Mapping[str, tuple[str, str]] = {
    "promise": ("Zahlungszusage", "promise to pay"),
    "instalments": ("Ratenvereinbarung", "instalments agreed"),
    "says_paid": ("Zahlung angeblich erfolgt", "says it is paid"),
    "dispute": ("bestritten", "disputed"),
    "cannot_pay": ("kann derzeit nicht zahlen", "cannot pay at present"),
    "insolvency": ("Insolvenz", "insolvency"),
    "represented": ("vertreten", "represented"),
    "deceased": ("verstorben", "deceased"),
    "objection": ("Widerspruch gegen Anrufe", "objects to calls"),
    "wrong_party": ("falsche Person", "wrong party"),
    "manual": ("von Hand", "by hand"),
    "bad": ("nicht vergeben", "not in service"),
    "fax": ("Faxanschluss", "fax line"),
}

_PHRASES: Mapping[str, tuple[str, str]] = {
    "case": ("Akte", "Case"),
    "open": ("offen", "open"),
    "legal_review": ("in Prüfung des Rechtswegs", "in legal review"),
    "closed": ("geschlossen", "closed"),
    "not_before": ("Der nächste Versuch ist erst vorgesehen ab", "The next attempt is meant for no earlier than"),
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
    "waits_pause": (
        "Das Wählen ist unterbrochen; `dialer doctor` nennt den Grund.",
        "Dialling is paused; `dialer doctor` gives the reason.",
    ),
    "waits_no_announcement": (
        "Für diesen Schuldner ist keine Ansage eingerichtet, die er hören darf (segment.*.announcement).",
        "No announcement is configured that this debtor may hear (segment.*.announcement).",
    ),
    "waits_number_in_use": (
        "Unter dieser Nummer läuft gerade ein Anruf in einer anderen Akte.",
        "A call to this number is running for another case.",
    ),
    "waits_window_closing": (
        "Das Telefon würde über das Ende des Zeitfensters hinaus klingeln.",
        "The telephone would ring beyond the end of the window.",
    ),
    "waits_error": (
        "Die Akte konnte nicht bearbeitet werden; `dialer doctor` nennt den Fehler.",
        "The case could not be worked on; `dialer doctor` shows the error.",
    ),
    "waits_click": ("Wartet darauf, dass jemand den Anruf startet.", "Waits for a collector to start the call."),
    "waits_desk": ("Wartet auf eine freie Leitung eines Mitarbeiters.", "Waits for a collector's line to be free."),
}


def phrase(key: str, language: Language) -> str:
    """A phrase of the explanation."""
    return _PHRASES[key][_index(language)]


def rule_text(rule: str, detail: str, language: Language) -> str:
    """The rule in one sentence."""
    return _RULES[rule][_index(language)].format(detail=detail_text(detail, language))


def detail_text(detail: str, language: Language) -> str:
    """A rule's or reason's detail with the program's own words translated; figures stay as they are."""
    words = (_DETAILS.get(word) for word in detail.split(", "))
    return ", ".join(
        pair[_index(language)] if pair else word for pair, word in zip(words, detail.split(", "), strict=True)
    )


def reason_text(reason: str, language: Language) -> str:
    """A reason in a few words."""
    return _REASONS[reason][_index(language)]


def known_rules() -> frozenset[str]:
    """Every rule id that has a text."""
    return frozenset(_RULES)


def _index(language: Language) -> int:
    return 0 if language == "de" else 1
