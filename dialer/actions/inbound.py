"""Somebody calls our number: find his case, write it down, answer neutrally."""

from __future__ import annotations

from dialer.actions.messages import LOCALES, house_voice
from dialer.app import App
from dialer.core.phone import spoken
from dialer.storage import book, entries
from dialer.storage.entries import NewEntry
from dialer.telephony import twiml

GREETING = {
    "de": "Guten Tag, Sie sind verbunden mit {firm}. Sie erreichen uns {hours} unter {number}.",
    "en": "Hello, this is {firm}. You can reach us {hours} on {number}.",
}


def greet(app: App, *, caller: str, called: str, sid: str) -> str:
    """Log the call against every case of that number; say who we are and when somebody is there."""
    now = app.clock.now()
    with app.db.write() as tx:
        for case_id in book.cases_of_number(tx, caller):
            case = book.load_case(tx, case_id, lock=True)
            if case is None or not any(p.e164 == caller for c in case.contacts for p in c.phones):
                continue  # he was erased, or his number taken back, since it was looked for
            if entries.has(tx, case_id, kind="inbound.call", facts={"sid": sid}):
                continue  # the carrier asks again when our answer was late
            facts = {"sid": sid}
            entry = NewEntry(
                case_id=case_id, at=now, kind="inbound.call", actor="debtor", facts=facts, personal={"from": caller}
            )
            entries.append(tx, entry)
    creditors = app.config.creditor
    creditor = next((c for c in creditors if c.caller_id == called), creditors[0])
    language = app.config.operator.language
    said = GREETING[language].format(
        firm=creditor.neutral_name,
        hours=creditor.callback_hours.get(language, ""),
        number=spoken(creditor.caller_id),
    )
    speech = twiml.Speech(text=said, voice=house_voice(app.config, language), language=LOCALES[language])
    return twiml.speak(speech, then_url=None)
