"""The headings of a claims file, German or English, in any order and spelling habit."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialer.claims_file.texts import text
from dialer.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

REQUIRED = ("debtor_reference", "debtor_name", "claim_reference", "invoice_date", "due_date", "amount")

REJECT_COLUMNS = ("line", "column", "reason")
"""What a rejects file has beside the input's columns; ignored when the corrected file is read again."""

_ALIASES = {
    "creditor": "Gläubiger, Mandant, client",
    "debtor_reference": "Schuldnernummer, Schuldner-Nr., Kundennummer, Kunden-Nr., Kundennr, Debitorennummer, Debitor,"
    " debtor number, debtor no, customer number, customer no, customer id",
    "debtor_name": "Name, Firma, Schuldner, Schuldnername, Kunde, Kundenname, Firmenname, debtor, customer,"
    " customer name, company",
    "debtor_type": "Art, Schuldnerart, Kundenart, Schuldnertyp, Kundentyp, Typ, type, customer type",
    "segment": "Kundensegment",
    "industry": "Branche, sector",
    "country": "Land, Staat, country code, Ländercode, Länderkürzel",
    "subdivision": "Bundesland, Kanton, Region, state, province",
    "street": "Straße, Str., Strasse und Hausnummer, Straße und Nr., Straße + Nr., Straße/Nr., street address,"
    " street and number, address line 1",
    "postal_code": "PLZ, Postleitzahl, zip, zip code, postcode",
    "city": "Ort, Stadt, Wohnort, town",
    "language": "Sprache",
    "claim_reference": "Forderung, Forderungsnummer, Forderungs-Nr., Aktenzeichen, claim, claim number, claim no,"
    " claim id",
    "invoice_number": "Rechnungsnummer, Rechnungs-Nr., Rechnungsnr, Rechnung, Belegnummer, invoice, invoice no",
    "invoice_date": "Rechnungsdatum, Belegdatum, date of invoice",
    "due_date": "Fällig am, Fälligkeit, Fälligkeitsdatum, fällig, due, due on, date due",
    "amount": "Betrag, Forderungsbetrag, Rechnungsbetrag, Hauptforderung, principal, invoice amount",
    "paid": "Bezahlt, Gezahlt, bereits bezahlt, Zahlungen, amount paid, paid amount, payments",
    "currency": "Währung",
    "contact_name": "Ansprechpartner, Ansprechpartnerin, Kontakt, Kontaktperson, Kontaktname, contact, contact person",
    "contact_role": "Funktion, Position, Rolle, Kontaktrolle, role, job title",
    "phone": "Telefon, Telefonnummer, Tel, Tel., Rufnummer, Fon, phone number, telephone, telephone number",
    "phone_role": "Telefonart, Nummernart, phone type",
    "fax": "Faxnummer, Telefax, fax number",
    "email": "E-Mail, Mail, E-Mail-Adresse, Mailadresse, email address",
    "assigned_to": "Bearbeiter, Bearbeiterin, Sachbearbeiter, Sachbearbeiterin, zuständig, assignee, collector",
    "timezone": "Zeitzone, time zone",
    "note": "Notiz, Bemerkung, Bemerkungen, Kommentar, notes, comment, remark",
    "line": "Zeile",
    "column": "Spalte",
    "reason": "Grund",
}

COLUMNS = tuple(column for column in _ALIASES if column not in REJECT_COLUMNS)

GERMAN = {column: words.split(",")[0] for column, words in _ALIASES.items()}
GERMAN |= {"segment": "Segment", "fax": "Fax"}
"""The German heading written by our own files."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def folded(heading: str) -> str:
    """Case, spaces, underscores, hyphens, dots and umlauts aside: 'Fällig_am' and 'FAELLIG AM' are one heading."""
    plain = unicodedata.normalize("NFC", heading).casefold().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(character for character in plain if character.isalnum())


def _lookup() -> dict[str, str]:
    known: dict[str, str] = {}
    for column, words in _ALIASES.items():
        for word in (column, *words.split(",")):
            key = folded(word)
            if known.setdefault(key, column) != column:
                raise AssertionError(f"heading {word!r} means both {known[key]} and {column}")
    return known


_COLUMN_OF = _lookup()


@dataclass(frozen=True, slots=True)
class Headings:
    """The heading line as it stands in the file, and our column for each place (None: nothing there)."""

    texts: tuple[str, ...]
    columns: tuple[str | None, ...]

    def heading(self, column: str) -> str:
        """What the file calls a column of ours; our own name where the file lacks it."""
        return self.texts[self.columns.index(column)] if column in self.columns else column


def read_headings(texts: Sequence[str], *, optional: Iterable[str] = (), language: str = "en") -> Headings:
    """Our columns for the headings of a file. Unknown, doubled and missing headings are refused by name."""
    columns: list[str | None] = []
    for place, heading in enumerate(texts, start=1):
        column = _COLUMN_OF.get(folded(heading)) if heading.strip() else None
        if heading.strip() and column is None:
            raise BadInput(_unknown(heading, place, language))
        if column is not None and column in columns:
            first = texts[columns.index(column)]
            raise BadInput(text("header_doubled", language, heading=heading, first=first, column=column))
        columns.append(column)
    missing = [column for column in REQUIRED if column not in columns and column not in set(optional)]
    if missing:
        raise BadInput(_missing(missing, language))
    return Headings(tuple(texts), tuple(columns))


def _unknown(heading: str, place: int, language: str) -> str:
    close = difflib.get_close_matches(folded(heading), _COLUMN_OF, n=3, cutoff=0.6)
    meant = ", ".join(dict.fromkeys(_shown(_COLUMN_OF[key], language) for key in close))
    code = "header_unknown_close" if meant else "header_unknown"
    known = ", ".join(_shown(column, language) for column in COLUMNS)
    return text(code, language, heading=heading[:80], place=place, meant=meant, known=known)


def _missing(missing: list[str], language: str) -> str:
    return text("header_missing", language, missing=", ".join(_shown(column, language) for column in missing))


def _shown(column: str, language: str) -> str:
    return GERMAN[column] if language == "de" else column
