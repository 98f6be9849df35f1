"""What a private person's machine may record: nothing that hints at a debt."""

from __future__ import annotations

import unicodedata

import pytest

from dialer.core.wording import debt_words, fill, placeholders, unknown_fields

GERMAN = [
    "Schulden", "schuldet", "Restschuld", "Schuldner", "verschuldet", "Forderung", "Forderungen", "Hauptforderung",
    "Inkasso", "INKASSO", "Inkassobüro", "Mahnung", "Mahnungen", "Mahnbescheid", "gemahnt", "angemahnt", "abmahnen",
    "Rechnung", "Rechnungen", "Abrechnung", "Rückstand", "Rückstände", "rückständig", "Beitragsrückstand", "zahlen",
    "Zahlung", "Zahlungserinnerung", "bezahlt", "bezahlen", "überzahlt", "Ratenzahlung", "Betrag", "Beträge",
    "Betrages", "Restbetrag", "Gesamtbeträge", "€", "EUR", "Euro", "Gericht", "gerichtlich", "Amtsgericht",
    "Gerichtsvollzieher", "Anwalt", "Anwälte", "Rechtsanwalt", "Rechtsanwältin", "Rechtsanwälte", "Pfändung", "pfänden",
    "gepfändet", "SCHUFA", "Schufa-Eintrag", "Frist", "Nachfrist", "Zahlungsfrist", "dringend", "dringende", "letzte",
    "letzter", "letztmalig", "Vollstreckung", "Zwangsvollstreckung", "Insolvenz", "Privatinsolvenz", "fällig",
    "überfällig", "Fälligkeit", "ausstehend", "ausstehender", "Außenstände", "Verzug", "Zahlungsverzug", "Gläubiger",
    "Klage", "verklagen", "Haftbefehl", "Zinsen", "Strafanzeige",
]  # fmt: skip
ENGLISH = [
    "debt", "debts", "debtor", "indebted", "collection", "collections", "collector", "collect", "overdue", "due",
    "balance", "payment", "payments", "pay", "paid", "unpaid", "repay", "owe", "owed", "owes", "owing", "legal",
    "lawyer", "lawyers", "court", "courts", "attorney", "solicitor", "invoice", "amount", "arrears", "outstanding",
    "creditor", "deadline", "urgent", "final", "lawsuit", "bailiff",
]  # fmt: skip


@pytest.mark.parametrize("word", GERMAN + ENGLISH)
def test_hint_at_a_debt_is_caught_in_every_form(word):
    assert debt_words(f"Es geht um {word}, bitte.") == (word.split("-", maxsplit=1)[0],)


@pytest.mark.parametrize("word", ["Rückstand", "Gläubiger", "fällig", "Pfändung", "Beträge", "Außenstände"])
def test_hint_is_caught_in_every_spelling(word):
    assert debt_words(word.upper())
    assert debt_words(unicodedata.normalize("NFD", word))
    written_out = str.maketrans({"ä": "ae", "ü": "ue", "ß": "ss"})
    assert debt_words(word.translate(written_out))


@pytest.mark.parametrize(
    "text", ["Schul\u00adden", "In\u200bkasso", "\uff29nkasso", "Mah\u2060nung", "Inkasso24", "RE-Betrag:5"]
)
def test_hint_cannot_hide(text):
    assert debt_words(text)


def test_hints_are_told_in_order():
    assert debt_words("Zahlen Sie 5 € vor der Klage!") == ("Zahlen", "€", "Klage")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Guten Tag, mein Name ist Erika Muster von Muster GmbH. Bitte rufen Sie mich unter 0 3 0 1 2 zurück.",
        "Sie erreichen uns montags bis freitags von 9 bis 17 Uhr. Vielen Dank.",
        "This is Erika Muster from Muster GmbH. Please contact me or Anna at 0 3 0 1 2.",
        "Hello, this is Owen from Neutral Services. Please call me back on 0 3 0 between 9 and 5. Thank you.",
        "Guten Tag, hier ist Frau Richter, Düsseldorf. Es geht um Ihr Aktenzeichen.",
        "Wir sind europaweit für Sie da.",
    ],
)
def test_neutral_message_passes(text):
    assert debt_words(text) == ()


@pytest.mark.parametrize(
    "text", ["Frau Schuldt", "Herr Mahnke", "Wir haben Ihnen eine Nummer eingerichtet", "Entschuldigung", "Anzahl"]
)
def test_harmless_words_that_look_like_a_hint_are_refused_too(text):
    """Known and wanted: a message too few is better than one too many."""
    assert debt_words(text)


def test_placeholders_are_found_and_checked():
    assert placeholders("{agent} von {firm}, {agent}") == ("agent", "firm", "agent")
    assert unknown_fields("{agent} {amount} {}") == ("amount", "")
    assert unknown_fields("{agent} {firm_neutral}") == ()


def test_braces_in_a_value_stay_text():
    assert fill("{agent} von {firm}", {"agent": "{firm}", "firm": "Muster"}) == "{firm} von Muster"


def test_unknown_placeholder_is_an_error():
    with pytest.raises(KeyError):
        fill("{amount}", {})
