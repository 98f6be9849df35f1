"""What a case knows of the placeholders of a conversation guide, as it is read out or compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from dialer.actions.situation import Situation
from dialer.core.case import Case, Claim, Contact
from dialer.core.casework import AgreementKind, AgreementState
from dialer.core.local_time import local_text
from dialer.core.money import format_money
from dialer.core.phone import spoken
from dialer.core.statement import Statement
from dialer.core.texts import Language
from dialer.storage.agreements import StoredAgreement

INVOICES_NAMED = 3
"""So many invoice numbers are said; more are in the table."""

_STATES: Mapping[AgreementState, tuple[str, str]] = {
    AgreementState.OPEN: ("läuft", "runs"),
    AgreementState.KEPT: ("gehalten", "kept"),
    AgreementState.BROKEN: ("gebrochen", "broken"),
    AgreementState.WITHDRAWN: ("zurückgenommen", "withdrawn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was agreed so far, oldest first, and what is owed today with interest, where that can be told."""

    agreements: Sequence[StoredAgreement]
    statement: Statement | None


def script_fields(
    situation: Situation,
    contact: Contact | None,
    known: Known,
    *,
    language: Language,
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
        "promises": "\n".join(_promise(made, zone, language) for made in known.agreements)
        or {"de": "keine", "en": "none"}[language],
        "ref": str(case.id),
        "statement": statement_text(known.statement, language) if known.statement else "",
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


def _promise(made: StoredAgreement, zone: ZoneInfo, language: Language) -> str:
    """What was agreed, and what has come of it."""
    terms, rates = made.terms, made.terms.instalments
    money, said = format_money(terms.amount_minor, terms.currency, language), made.agreed_at.astimezone(zone).date()
    agreed, state = _day(said, language), _STATES[made.state][language != "de"]
    first, last = _day(rates[0].due_on, language), _day(terms.last_due, language)
    if terms.kind is AgreementKind.PROMISE:
        how = f"zum {first}" if language == "de" else f"for {first}"
    elif language == "de":
        how = f"in {len(rates)} Raten vom {first} bis {last}"
    else:
        how = f"in {len(rates)} rates from {first} to {last}"
    return f"{'am' if language == 'de' else 'on'} {agreed}: {money} {how} ({state})"


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
