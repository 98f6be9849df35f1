"""Somebody calls our number: find his case, write it down, answer neutrally."""

from __future__ import annotations

from dialer.app import App
from dialer.core.phone import spoken
from dialer.storage import book, entries
from dialer.storage.entries import NewEntry
from dialer.telephony import twiml

GREETING = {
    "de": ("Guten Tag, Sie sind verbunden mit {firm}. Sie erreichen uns {hours} unter {number}.", "de-DE"),
    "en": ("Hello, this is {firm}. You can reach us {hours} on {number}.", "en-GB"),
}
VOICE = "Polly.Vicki-Neural"


def greet(app: App, caller: str, sid: str) -> str:
    """Log the call against every open case of that number; say who we are and when somebody is there."""
    now = app.clock.now()
    with app.db.write() as tx:
        for case_id in book.cases_of_number(tx, caller):
            facts = {"sid": sid}
            entry = NewEntry(
                case_id=case_id, at=now, kind="inbound.call", actor="debtor", facts=facts, personal={"from": caller}
            )
            entries.append(tx, entry)
    creditor = app.config.creditor[0]
    language = app.config.operator.language
    text, locale = GREETING[language]
    said = text.format(
        firm=creditor.neutral_name,
        hours=creditor.callback_hours.get(language, ""),
        number=spoken(creditor.caller_id),
    )
    return twiml.speak(twiml.Speech(text=said, voice=VOICE, language=locale), then_url=None)
