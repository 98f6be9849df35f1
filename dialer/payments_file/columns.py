"""The headings of a payments file, German or English, in any order and spelling habit."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from dialer.claims_file.columns import REJECT_COLUMNS, Headings, folded
from dialer.core.errors import BadInput
from dialer.payments_file.texts import text

REQUIRED = ("date", "amount")
NAMING = ("claim_reference", "text")
"""At least one of them says what was paid for."""

_ALIASES = {
    "creditor": "Gläubiger, Mandant, client",
    "claim_reference": "Forderungsnummer, Forderung, Forderungs-Nr., Aktenzeichen, Rechnungsnummer, Rechnungs-Nr.,"
    " Rechnung, claim, claim number, claim no, invoice, invoice number, invoice no",
    "date": "Datum, Buchungstag, Buchungsdatum, Zahlungsdatum, Wertstellung, Valuta, Valutadatum, Zahlungseingang,"
    " paid on, booking date, value date, payment date",
    "amount": "Betrag, Zahlbetrag, Zahlung, paid, payment, amount paid",
    "currency": "Währung",
    "text": "Verwendungszweck, Zweck, Buchungstext, reference, remittance information, purpose, description",
    "payer": "Zahler, Auftraggeber, Einzahler, Zahlungspflichtiger, Name, debtor name, paid by, sender",
    "id": "Kennung, Zahlungs-ID, Buchungsreferenz, Bankreferenz, Transaktions-ID, payment id, transaction id,"
    " bank reference",
    "line": "Zeile",
    "column": "Spalte",
    "reason": "Grund",
}

COLUMNS = tuple(column for column in _ALIASES if column not in REJECT_COLUMNS)
GERMAN = {column: words.split(",")[0] for column, words in _ALIASES.items()} | {"id": "Kennung"}


def _lookup() -> dict[str, str]:
    known: dict[str, str] = {}
    for column, words in _ALIASES.items():
        for word in (column, *words.split(",")):
            key = folded(word)
            if known.setdefault(key, column) != column:
                raise AssertionError(f"heading {word!r} means both {known[key]} and {column}")
    return known


_COLUMN_OF = _lookup()


def read_headings(texts: Sequence[str], language: str) -> Headings:
    """Our columns for the headings of a file.

    Unknown ones are refused like doubled and missing ones: a column that is not understood may hold the sign.
    """
    columns: list[str | None] = []
    for place, heading in enumerate(texts, start=1):
        column = _COLUMN_OF.get(folded(heading)) if heading.strip() else None
        if heading.strip() and column is None:
            raise BadInput(_unknown(heading, place, language))
        if column is not None and column in columns:
            first = texts[columns.index(column)]
            raise BadInput(text("header_doubled", language, heading=heading, first=first, column=column))
        columns.append(column)
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise BadInput(text("header_missing", language, missing=", ".join(shown(c, language) for c in missing)))
    if not any(column in columns for column in NAMING):
        raise BadInput(text("header_no_claim", language))
    return Headings(tuple(texts), tuple(columns))


def _unknown(heading: str, place: int, language: str) -> str:
    close = difflib.get_close_matches(folded(heading), _COLUMN_OF, n=3, cutoff=0.6)
    meant = ", ".join(dict.fromkeys(shown(_COLUMN_OF[key], language) for key in close))
    code = "header_unknown_close" if meant else "header_unknown"
    known = ", ".join(shown(column, language) for column in COLUMNS)
    return text(code, language, heading=heading[:80], place=place, meant=meant, known=known)


def shown(column: str, language: str) -> str:
    """A column of ours as a person calls it."""
    return GERMAN[column] if language == "de" else column
