"""What a case knows of the placeholders of a conversation guide, as it is read out or compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from dialer.actions.situation import Situation
from dialer.core.case import Case, Claim, Contact
from dialer.core.local_time import local_text
from dialer.core.money import format_money
from dialer.core.outcome import Disposition
from dialer.core.phone import spoken
from dialer.core.statement import Statement
from dialer.core.texts import Language
from dialer.storage.entries import Entry

PROMISES = (Disposition.PROMISE_TO_PAY, Disposition.INSTALMENTS_AGREED)
INVOICES_NAMED = 3
"""So many invoice numbers are said; more are in the table."""


def script_fields(
    situation: Situation,
    contact: Contact | None,
    log: Sequence[Entry],
    *,
    language: Language,
    statement: Statement | None,
) -> dict[str, str]:
    """What the case knows of each placeholder; empty = it does not."""
    case, creditor, zone = situation.case, situation.creditor, situation.site.zone
    claims = case.open_claims
    named = [c.invoice_number for c in claims[:INVOICES_NAMED] if c.invoice_number]
    more = {"de": " und weiteren", "en": " and others"}[language] if len(claims) > INVOICES_NAMED else ""
    callback = case.callback_at
    return {
        "agent": creditor.agent_name,
        "amount": _owed(claims, language),
        "callback": local_text(callback, zone) if callback else {"de": "keiner", "en": "none"}[language],
        "claims": "\n".join(_claim(c, language) for c in claims),
        "contact": contact.name if contact else "",
        "customer_no": case.debtor.reference,
        "debtor": case.debtor.name,
        "due_date": _day(min(c.due_date for c in claims), language),
        "firm": creditor.name,
        "firm_neutral": creditor.neutral_name,
        "hours": creditor.callback_hours.get(language, ""),
        "identity_items": "\n".join(_identity(case, contact, named, language)),
        "invoice_no": ", ".join(named) + more if named else "",
        "number": spoken(creditor.caller_id),
        "promises": "\n".join(_promises(case, log, zone, language)) or {"de": "keine", "en": "none"}[language],
        "ref": str(case.id),
        "statement": statement_text(statement, language) if statement else "",
    }


def _owed(claims: Sequence[Claim], language: Language) -> str:
    sums: dict[str, int] = {}
    for claim in claims:
        sums[claim.currency] = sums.get(claim.currency, 0) + claim.open_minor
    return " + ".join(format_money(minor, currency, language) for currency, minor in sums.items())


def _claim(claim: Claim, language: Language) -> str:
    owed = format_money(claim.open_minor, claim.currency, language)
    whole = format_money(claim.amount_minor, claim.currency, language)
    invoiced, due = _day(claim.invoice_date, language), _day(claim.due_date, language)
    part, disputed = claim.open_minor != claim.amount_minor, claim.disputed
    if language == "de":
        of = f" von {whole}" if part else ""
        return (
            f"{claim.invoice_number} vom {invoiced}, fällig {due}, offen {owed}{of}{', bestritten' if disputed else ''}"
        )
    of = f" of {whole}" if part else ""
    return f"{claim.invoice_number} of {invoiced}, due {due}, open {owed}{of}{', disputed' if disputed else ''}"


def _identity(case: Case, contact: Contact | None, invoices: Sequence[str], language: Language) -> Iterator[str]:
    """What to compare with, for the collector's eyes alone."""
    german = language == "de"
    items = {
        "Name" if german else "name": contact.name if contact else case.debtor.name,
        "Postleitzahl" if german else "postcode": case.debtor.postal_code or "",
        "Kundennummer" if german else "customer number": case.debtor.reference,
        "Rechnungsnummer" if german else "invoice number": ", ".join(invoices),
    }
    return (f"{label}: {value}" for label, value in items.items() if value)


def _promises(case: Case, log: Sequence[Entry], zone: ZoneInfo, language: Language) -> Iterator[str]:
    """What was promised on the telephone, oldest first; the log knows amounts in the case's currency."""
    currency = case.open_claims[0].currency
    for entry in log:
        if entry.kind != "disposition" or entry.facts.get("disposition") not in PROMISES:
            continue
        amount, on = entry.facts.get("amount_minor"), entry.facts.get("on")
        if not isinstance(amount, int) or not isinstance(on, str):
            continue
        money, said = format_money(amount, currency, language), _day(entry.at.astimezone(zone).date(), language)
        until = _day(date.fromisoformat(on), language)
        yield f"am {said}: {money} zum {until}" if language == "de" else f"on {said}: {money} for {until}"


def statement_text(statement: Statement, language: Language) -> str:
    """What is owed on the statement's day, in one line with its parts."""
    parts = [
        (total.open_minor, words)
        for total, words in (
            (statement.principal, {"de": "Hauptforderung", "en": "principal"}),
            (statement.interest, {"de": "Zinsen", "en": "interest"}),
            (statement.costs, {"de": "Kosten", "en": "costs"}),
        )
    ]
    told = ", ".join(
        f"{words[language]} {format_money(minor, statement.currency, language)}" for minor, words in parts if minor
    )
    whole = format_money(statement.open_minor, statement.currency, language)
    return f"{whole} ({told})" if told else whole


def _day(day: date, language: Language) -> str:
    return f"{day:%d.%m.%Y}" if language == "de" else f"{day.day} {day:%B %Y}"
