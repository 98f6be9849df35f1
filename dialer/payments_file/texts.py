"""What a person is told about a payments file, in German and English."""

from __future__ import annotations

from dialer.claims_file import texts as claims_texts

_TEXTS: dict[str, tuple[str, str]] = {
    # the file
    "file_kind": (
        "{path}: weder .xlsx noch .csv noch CAMT.053 (.xml)",
        "{path}: neither .xlsx nor .csv nor CAMT.053 (.xml)",
    ),
    "header_no_claim": (
        "es fehlt eine Spalte, die sagt, wofür gezahlt wurde: Forderungsnummer oder Verwendungszweck",
        "a column that says what was paid for is missing: claim_reference or text",
    ),
    "camt_damaged": ("{path}: kein lesbares XML ({error})", "{path}: no readable XML ({error})"),
    "camt_doctype": (
        "{path}: enthält eine DOCTYPE-Angabe; ein Kontoauszug hat keine",
        "{path}: holds a DOCTYPE; a bank statement has none",
    ),
    "camt_other": (
        "{path}: kein CAMT.053-Kontoauszug, sondern {found}",
        "{path}: no CAMT.053 statement but {found}",
    ),
    # the entry
    "camt_batch": (
        "Sammelbuchung ohne Einzelbeträge; die Bank um die Auflösung der Sammler bitten",
        "a batch without single amounts; ask the bank to itemise batches",
    ),
    "camt_batch_sum": (
        "die Einzelbeträge ergeben {total}, gebucht sind {booked}",
        "the single amounts add up to {total}, booked are {booked}",
    ),
    "camt_field": ("{field} fehlt oder ist nicht lesbar: '{value}'", "{field} is missing or unreadable: '{value}'"),
    # the row
    "missing": ("Angabe fehlt", "is missing"),
    "zero": ("Betrag ist null", "the amount is zero"),
    "future": ("liegt zu weit in der Zukunft: {on}", "is too far in the future: {on}"),
    "row_doubled": (
        "gleicht Zeile {line}; sind es zwei Zahlungen, braucht jede eine eigene Kennung (Spalte id)",
        "is the same as line {line}; if these are two payments, each needs an id of its own",
    ),
    "id_contradicts": (
        "die Kennung '{id}' gehört schon zu einer anderen Zahlung: {amount} vom {on}",
        "the id '{id}' already belongs to another payment: {amount} of {on}",
    ),
    "currency_differs": (
        "gezahlt wurde in {paid}, Forderung {claim} lautet auf {owed}",
        "paid in {paid}, but claim {claim} is in {owed}",
    ),
    # booked to nobody
    "no_claim": ("nennt keine Forderung dieses Gläubigers", "names no claim of this creditor"),
    "claim_unknown": ("Forderung '{claim}' ist unbekannt", "claim '{claim}' is unknown"),
    "several_claims": ("nennt mehrere Forderungen: {claims}", "names several claims: {claims}"),
    "beyond_paid": (
        "nimmt mehr zurück, als auf Forderung {claim} gezahlt ist",
        "takes back more than was paid on claim {claim}",
    ),
}


def text(code: str, language: str, **values: object) -> str:
    """The text for a code in German ("de") or English; what claims files say too is found there."""
    if code not in _TEXTS:
        return claims_texts.text(code, language, **values)
    german, english = _TEXTS[code]
    return (german if language == "de" else english).format(**values)
