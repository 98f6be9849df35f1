"""Sentences for people, in German and English, by rule id and reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["de", "en"]

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
    "top_of_ladder": ("oberste Stufe der Eskalationsleiter", "top of the ladder"),
    "unreachable": ("nicht erreichbar", "unreachable"),
    "no_hour": (
        "Das Zeitfenster des Segments enthält keine erlaubte Stunde.",
        "The segment's window holds no hour in which a call is allowed.",
    ),
    "outbox": ("Ein Schreiben wird erstellt oder versandt.", "Something is being written or sent."),
    "awaits_answer": ("Zeit für eine Antwort", "time to answer"),
    "awaits_approval": (
        "Die Nachricht über den nächsten Schritt wartet auf eine Freigabe.",
        "The message about the next step waits for approval.",
    ),
    "info_call": ("Infogespräch", "info call"),
    "collection_call": ("Inkassogespräch", "collection call"),
    "warning_call": ("Anruf mit Nachricht über den nächsten Schritt", "call with a message about the next step"),
}

_OBSTACLES: Mapping[str, tuple[str, str]] = {
    "no_fax": ("kein Fax möglich", "no fax can be sent"),
    "natural_person": ("nur gegenüber Unternehmen zulässig", "for businesses only"),
    "no_message": ("keine solche Nachricht eingerichtet", "no such message is configured"),
    "low_level": ("erst ab Leitung Buchhaltung", "from the head of accounting up only"),
    "no_direct_line": ("keine eigene Durchwahl", "no direct line of his own"),
    "not_in_default": ("noch kein Verzug", "not in default yet"),
    "disputed": ("Forderung bestritten", "the claim is disputed"),
    "too_few_failures": ("zu wenige vergebliche Versuche", "too few fruitless attempts"),
    "not_approved": ("nicht freigegeben", "not approved"),
    "not_reached": ("Mailbox nicht erreicht", "the mailbox was not reached"),
    "withdrawn": ("nicht mehr nötig", "no longer needed"),
    "not_sent": ("konnte nicht versandt werden", "could not be sent"),
}

_RUNGS: Mapping[str, tuple[str, str]] = {
    "fax": ("Fax mit Bitte um Rückruf", "fax that asks for a call back"),
    "letter": ("Schreiben", "letter"),
    "voicemail": ("Nachricht über den nächsten Schritt", "message about the next step"),
    "next": ("nächster Ansprechpartner oder Rechtsweg", "next contact or legal review"),
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
    "cease": ("will keinen Kontakt mehr", "asked that contact cease"),
    "moratorium": ("Moratorium", "moratorium"),
    "manual": ("von Hand", "by hand"),
    "phone_objection": ("Widerspruch gegen Anrufe", "objects to calls"),
    "attorney": ("anwaltlich vertreten", "represented by an attorney"),
    "written_dispute": ("schriftlich bestritten", "disputed in writing"),
    "prior_consent": ("mit häufigeren Anrufen einverstanden", "consented to more frequent calls"),
    "prerecorded_consent": ("mit Ansagen vom Band einverstanden", "consented to recorded messages"),
    "recording_consent": ("mit der Aufzeichnung einverstanden", "consented to recording"),
    "workplace_allowed": ("darf am Arbeitsplatz angerufen werden", "may be called at work"),
    "rdg13a": ("Mitteilung nach § 13a Abs. 1 RDG", "notice under section 13a(1) RDG"),
    "rdg13a3": ("Hinweis nach § 13a Abs. 3 RDG", "notice under section 13a(3) RDG"),
    "rdg13a4": ("Hinweis nach § 13a Abs. 4 RDG", "notice under section 13a(4) RDG"),
    "us_validation": ("Validation Notice (USA)", "validation notice"),
    "wish": ("unpassende Zeiten", "inconvenient times"),
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
    "ladder": ("Eskalationsleiter", "Ladder"),
    "next": ("Nächster Schritt", "Next"),
    "now": ("jetzt", "now"),
    "none": ("keiner von selbst", "none by itself"),
    "not_now": ("Jetzt nicht, weil", "Not now, because"),
    "window": ("Das Zeitfenster des Segments ist zu.", "The segment's window is closed."),
    "freed": ("nicht mehr ab", "no longer from"),
    "warning": ("Hinweis", "Note"),
    "attempts": ("Versuche", "Attempts"),
    "log": ("Vermerke", "Log"),
    "level": ("Stufe", "level"),
    "contacts": ("Ansprechpartner", "Contacts"),
    "climb": ("Wechsel zu", "Turns to"),
    "rung_waiting": ("vorgesehen", "to come"),
    "rung_running": ("läuft", "under way"),
    "rung_done": ("erledigt", "done"),
    "rung_skipped": ("ausgelassen", "left out"),
    "rung_approved": ("freigegeben", "approved"),
    "rung_withdrawn": ("zurückgenommen", "taken back"),
    "missing_for": ("Bis „{rung}“ (eines genügt)", "Until “{rung}” (any one will do)"),
    "tally_refusals": ("abgewiesen oder nicht erreicht", "refused or not reached"),
    "tally_denials": ("verleugnet oder ausgewichen", "denied or evaded"),
    "tally_broken": ("Zusage gebrochen", "promise broken"),
    "tally_vain": ("vergeblich", "in vain"),
    "tally_days": (" (an {days}/{needed} Tagen)", " (on {days}/{needed} days)"),
    "outlook": (
        "Plan für 14 Tage, wenn niemand antwortet und sich nichts ändert",
        "Plan for 14 days if nobody answers and nothing changes",
    ),
    "outlook_none": ("nichts", "nothing"),
    "asks_leave": ("nur nach Freigabe (`dialer approve`)", "only once approved (`dialer approve`)"),
    "after_paper": ("nach dem Versand", "once it has been sent"),
    "sent_from": ("geht hinaus ab", "goes out from"),
    "rung_over": ("Die Stufe ist beendet.", "The step is over."),
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
    "waits_callback_collector": (
        "Wartet kurz auf den Mitarbeiter, der den Rückruf vereinbart hat.",
        "Waits a little for the collector who agreed the call-back.",
    ),
    "waits_click": ("Wartet darauf, dass jemand den Anruf startet.", "Waits for a collector to start the call."),
    "waits_desk": ("Wartet auf eine freie Leitung eines Mitarbeiters.", "Waits for a collector's line to be free."),
}


def phrase(key: str, language: Language) -> str:
    """A phrase of the explanation."""
    return _PHRASES[key][_index(language)]


def detail_text(detail: str, language: Language) -> str:
    """A rule's or reason's detail with the program's own words translated; figures stay as they are."""
    words = (_DETAILS.get(word) for word in detail.split(", "))
    return ", ".join(
        pair[_index(language)] if pair else word for pair, word in zip(words, detail.split(", "), strict=True)
    )


def reason_text(reason: str, language: Language) -> str:
    """A reason in a few words."""
    return _REASONS[reason][_index(language)]


def obstacle_text(obstacle: str, language: Language) -> str:
    """Why a rung of the ladder was left out; words of elsewhere read as they stand."""
    pair = _OBSTACLES.get(obstacle)
    return pair[_index(language)] if pair else obstacle


def rung_text(rung: str, language: Language) -> str:
    """A rung of the ladder."""
    return _RUNGS[rung][_index(language)]


def _index(language: Language) -> int:
    return 0 if language == "de" else 1
