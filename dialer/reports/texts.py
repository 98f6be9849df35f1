"""Everything the reader of a spreadsheet sees, in German and English."""

from __future__ import annotations

from dataclasses import dataclass

from dialer.reports.dossier_texts import DOSSIER

LANGUAGES = ("de", "en")

_TEXTS = {
    # sheets
    "sheet.summary": ("Übersicht", "Summary"),
    "sheet.attempts": ("Versuche", "Attempts"),
    "sheet.hours": ("Stunden", "Hours"),
    # head of the report
    "title": ("Kontaktversuche", "Contact attempts"),
    "head.period": ("Zeitraum", "Period"),
    "head.period_value": ("{first} bis {last} (Tage in {zone})", "{first} to {last} (days in {zone})"),
    "head.created": ("Erstellt", "Created"),
    "head.operator": ("Betreiber", "Operator"),
    "head.outdated": ("Achtung", "Warning"),
    "head.outdated_value": (
        "Über das Prüfdatum hinaus, Quellen neu prüfen: {packs}",
        "Past the review date, check the sources again: {packs}",
    ),
    "head.outdated_pack": ("Regelwerk {pack} (bis {review_by})", "rule pack {pack} (by {review_by})"),
    # formats
    "format.day": ("dd.mm.yyyy", "yyyy-mm-dd"),
    "format.time": ("dd.mm.yyyy hh:mm:ss", "yyyy-mm-dd hh:mm:ss"),
    "strftime.day": ("%d.%m.%Y", "%Y-%m-%d"),
    "strftime.time": ("%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M"),
    "page": ("Seite &P von &N", "Page &P of &N"),
    # summary
    "summary.total": ("Gesamt", "Total"),
    "summary.by_day": ("Nach Tag (Ortszeit des Angerufenen)", "By day (local time of the called party)"),
    "summary.by_segment": ("Nach Segment", "By segment"),
    "summary.by_collector": ("Nach Mitarbeiter", "By collector"),
    "summary.no_collector": ("(ohne Mitarbeiter)", "(no collector)"),
    "summary.key": ("Auswertung", "Breakdown"),
    "summary.counted": ("Versuche", "Attempts"),
    "summary.calls": ("davon Anrufe", "of these calls"),
    "summary.reached": ("Erreicht", "Reached"),
    "summary.reach_rate": ("Erreichbarkeit", "Reach rate"),
    "summary.voicemails": ("Mailbox-Nachrichten", "Voicemails left"),
    "summary.promises": ("Zahlungszusagen", "Promises"),
    "summary.promised": ("Zugesagt {currency}", "Promised {currency}"),
    "summary.not_placed": ("Nicht gewählt", "Not placed"),
    "summary.live": ("Läuft noch", "In progress"),
    "note.once": (
        "Ein Versuch zu mehreren Forderungen hat auf dem Blatt „{attempts}“ mehrere Zeilen und zählt hier einmal.",
        "An attempt for several claims has several rows on the sheet “{attempts}” and counts once here.",
    ),
    "note.counted": (
        "Versuche: was klingelte oder geklingelt haben kann. Nicht gewählt: ungültig, nicht ausgeführt, abgebrochen.",
        "Attempts: whatever rang or may have rung. Not placed: bad number, not carried out, cancelled before it rang.",
    ),
    "note.rate": (
        "Erreichbarkeit: verbundene Anrufe geteilt durch gezählte Anrufe; ohne eingehende Anrufe, Faxe und Briefe.",
        "Reach rate: connected calls divided by counted calls; without inbound calls, faxes and letters.",
    ),
    "note.promises": (
        "Zahlungszusagen: zugesagte Zahlungen und vereinbarte Raten, Beträge wie am Telefon genannt.",
        "Promises: promised payments and agreed instalments, amounts as named on the telephone.",
    ),
    # attempts
    "column.attempt": ("Versuch Nr.", "Attempt no."),
    "column.time": ("Beginn (Ortszeit des Angerufenen)", "Start (local time of the called party)"),
    "column.zone": ("Zeitzone, Abstand zu UTC", "Time zone, offset from UTC"),
    "column.claim": ("Forderung", "Claim"),
    "column.invoice": ("Rechnung", "Invoice"),
    "column.creditor": ("Gläubiger", "Creditor"),
    "column.debtor": ("Schuldner", "Debtor"),
    "column.segment": ("Segment", "Segment"),
    "column.contact": ("Ansprechpartner", "Contact"),
    "column.level": ("Stufe", "Level"),
    "column.number": ("Rufnummer", "Number"),
    "column.channel": ("Kanal", "Channel"),
    "column.step": ("Schritt", "Step"),
    "column.outcome": ("Ergebnis", "Outcome"),
    "column.disposition": ("Gesprächsergebnis", "Disposition"),
    "column.duration": ("Dauer (s)", "Duration (s)"),
    "column.collector": ("Mitarbeiter", "Collector"),
    "column.rules": ("Freigabe: Regeln, Regelwerk", "Permit: rules, rule pack"),
    # hours
    "hours.rate": (
        "Erreichbarkeit nach Wochentag und Stunde (Ortszeit des Angerufenen)",
        "Reach rate by weekday and hour (local time of the called party)",
    ),
    "hours.calls": ("Anzahl der gezählten Anrufe", "Number of counted calls"),
    "hours.weekday": ("Wochentag", "Weekday"),
    "hours.total": ("Gesamt", "Total"),
    "hours.note": (
        "Leer: kein Anruf. Wenige Anrufe sagen wenig: auf die Anzahl achten.",
        "Empty: no call. Few calls say little: mind their number.",
    ),
    "weekday.0": ("Montag", "Monday"),
    "weekday.1": ("Dienstag", "Tuesday"),
    "weekday.2": ("Mittwoch", "Wednesday"),
    "weekday.3": ("Donnerstag", "Thursday"),
    "weekday.4": ("Freitag", "Friday"),
    "weekday.5": ("Samstag", "Saturday"),
    "weekday.6": ("Sonntag", "Sunday"),
    # words of the program
    "role.self": ("selbst", "self"),
    "role.reception": ("Empfang", "reception"),
    "role.accounts_payable": ("Kreditorenbuchh.", "accounts payable"),
    "role.head_of_accounting": ("Leitung Buchhaltung", "head of accounting"),
    "role.purchasing": ("Einkauf", "purchasing"),
    "role.managing_director": ("Geschäftsführung", "managing director"),
    "role.owner": ("Inhaber", "owner"),
    "role.third_party": ("Dritter", "third party"),
    "channel.call": ("Anruf", "call"),
    "channel.voicemail": ("Mailbox", "voicemail"),
    "channel.fax": ("Fax", "fax"),
    "channel.letter": ("Brief", "letter"),
    "channel.inbound": ("eingehend", "inbound"),
    "step.info_call": ("Infogespräch", "info call"),
    "step.collection_call": ("Inkassogespräch", "collection call"),
    "step.warning_call": ("Nachricht zum nächsten Schritt", "message on the next step"),
    "step.callback_fax": ("Bitte um Rückruf", "request to call back"),
    "step.reminder_letter": ("Zahlungserinnerung", "reminder"),
    "step.phone_agreement": ("Bestätigung des Telefonats", "confirmation of the call"),
    "step.instalment_agreement": ("Ratenvereinbarung", "instalment agreement"),
    "step.acknowledgement": ("Schuldanerkenntnis", "acknowledgement of debt"),
    "step.rdg13a_notice": ("Mitteilung § 13a Abs. 1 RDG", "notice, section 13a(1) RDG"),
    "step.rdg13a3_notice": ("Hinweis § 13a Abs. 3 RDG", "notice, section 13a(3) RDG"),
    "step.rdg13a4_notice": ("Hinweis § 13a Abs. 4 RDG", "notice, section 13a(4) RDG"),
    "outcome.": ("läuft", "in progress"),
    "outcome.bad_number": ("ungültige Nummer", "bad number"),
    "outcome.not_placed": ("nicht ausgeführt", "not placed"),
    "outcome.unknown": ("ungewiss", "unknown"),
    "outcome.cancelled": ("abgebrochen", "cancelled"),
    "outcome.busy": ("besetzt", "busy"),
    "outcome.no_answer": ("keine Antwort", "no answer"),
    "outcome.failed": ("fehlgeschlagen", "failed"),
    "outcome.voicemail_left": ("Nachricht hinterlassen", "voicemail left"),
    "outcome.voicemail_no_message": ("Mailbox, keine Nachricht", "voicemail, no message"),
    "outcome.fax_machine": ("Faxgerät", "fax machine"),
    "outcome.connected": ("verbunden", "connected"),
    "outcome.announced": ("Ansage gehört", "announced"),
    "outcome.abandoned": ("niemand frei", "abandoned"),
    "outcome.sent": ("gesendet", "sent"),
    "disposition.promise_to_pay": ("Zahlung zugesagt", "promise to pay"),
    "disposition.instalments_agreed": ("Raten vereinbart", "instalments agreed"),
    "disposition.says_paid": ("sagt: bezahlt", "says paid"),
    "disposition.refused": ("verweigert", "refused"),
    "disposition.evaded": ("ausgewichen", "evaded"),
    "disposition.gatekeeper": ("nicht durchgestellt", "gatekeeper"),
    "disposition.dispute": ("bestritten", "dispute"),
    "disposition.wrong_party": ("falscher Teilnehmer", "wrong party"),
    "disposition.callback_agreed": ("Rückruf vereinbart", "call-back agreed"),
    "disposition.cannot_pay": ("kann derzeit nicht zahlen", "cannot pay"),
    "disposition.insolvency": ("Insolvenz", "insolvency"),
    "disposition.represented": ("anwaltlich vertreten", "represented"),
    "disposition.do_not_call": ("will keine Anrufe", "do not call"),
    "disposition.deceased": ("verstorben", "deceased"),
    "disposition.no_result": ("ohne Ergebnis", "no result"),
    "verdict.allow": ("erlaubt", "allowed"),
    "verdict.deny": ("verweigert", "denied"),
    "rule.denial": ("{rule} (Verbot)", "{rule} (denial)"),
    "rule.warning": ("{rule} (Hinweis)", "{rule} (warning)"),
    # marks
    "mark.cut": (" … [gekürzt]", " … [cut]"),
    **DOSSIER,
}


@dataclass(frozen=True, slots=True)
class Texts:
    """The catalogue in one language."""

    language: str

    def __call__(self, key: str, **values: str) -> str:
        """The text with that key; a key that does not exist is a mistake of ours."""
        text = _TEXTS[key][LANGUAGES.index(self.language)]
        return text.format(**values) if values else text

    def word(self, kind: str, value: str | None) -> str:
        """The word for a value of the program; a value without one (a name from the configuration) as it stands."""
        pair = _TEXTS.get(f"{kind}.{value or ''}")
        return pair[LANGUAGES.index(self.language)] if pair else value or ""
