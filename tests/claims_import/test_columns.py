from __future__ import annotations

from pathlib import Path

import pytest

from dialer.claims_file.columns import COLUMNS, GERMAN, REQUIRED, read_headings
from dialer.core.errors import BadInput


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Gläubiger", "creditor"),
        ("GLAEUBIGER", "creditor"),
        ("Gla\u0308ubiger", "creditor"),
        ("Mandant", "creditor"),
        ("Kunden-Nr.", "debtor_reference"),
        ("Kundennummer", "debtor_reference"),
        ("Firma", "debtor_name"),
        ("Name", "debtor_name"),
        ("Art", "debtor_type"),
        ("Branche", "industry"),
        ("Land", "country"),
        ("Bundesland", "subdivision"),
        ("PLZ", "postal_code"),
        ("Ort", "city"),
        ("Aktenzeichen", "claim_reference"),
        ("Fällig am", "due_date"),
        ("fällig_AM", "due_date"),
        ("  Faellig  am ", "due_date"),
        ("Betrag", "amount"),
        ("Währung", "currency"),
        ("Funktion", "contact_role"),
        ("Telefonart", "phone_role"),
        ("E-Mail", "email"),
        ("e_mail", "email"),
        ("Bearbeiter", "assigned_to"),
        ("Zeitzone", "timezone"),
        ("Notiz", "note"),
        ("invoice date", "invoice_date"),
        ("INVOICE_NUMBER", "invoice_number"),
        ("Zeile", "line"),
    ],
)
def test_headings_are_known_by_many_spellings(heading: str, column: str):
    others = [name for name in REQUIRED if name != column]
    assert read_headings([heading, *others]).columns[0] == column


def test_every_column_is_known_by_its_own_and_its_german_name():
    assert read_headings(COLUMNS).columns == COLUMNS
    assert read_headings([GERMAN[column] for column in COLUMNS]).columns == COLUMNS


def test_order_does_not_matter():
    assert read_headings(COLUMNS[::-1]).columns == COLUMNS[::-1]


def test_unknown_heading_is_refused_with_what_may_be_meant():
    with pytest.raises(BadInput, match=r"column 1: the heading 'Telefonnumer' is unknown\. Perhaps meant: phone"):
        read_headings(["Telefonnumer", *REQUIRED])
    with pytest.raises(BadInput, match=r"Spalte 1: die Überschrift 'Telefonnumer' ist unbekannt\..*Telefon"):
        read_headings(["Telefonnumer", *REQUIRED], language="de")
    with pytest.raises(BadInput, match=r"unknown\. Known are: creditor, debtor_reference"):
        read_headings(["qqqqqqqq", *REQUIRED])


def test_doubled_heading_is_refused_even_in_two_languages():
    with pytest.raises(BadInput, match="'Betrag' and 'amount' both mean amount"):
        read_headings(["Betrag", *REQUIRED])


def test_missing_headings_are_all_named():
    with pytest.raises(BadInput, match="missing: claim_reference, invoice_date, due_date"):
        read_headings(["debtor_reference", "debtor_name", "amount"])


@pytest.mark.parametrize("heading", ["Straße", "STRASSE", "Str.", "Straße/Nr.", "street", "Street address"])
def test_the_street_is_known_by_many_spellings(heading: str):
    assert read_headings([heading, *REQUIRED]).columns[0] == "street"


def test_the_readme_names_every_column():
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    part = readme.partition("## The claims file\n")[2].partition("\n## ")[0]
    assert [column for column in COLUMNS if f"`{column}`" not in part] == []
