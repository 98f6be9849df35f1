"""How a rule's words are found in a text, however they are bent, put together, spelt or hidden."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.core.facts import ClaimFacts, Wording
from dialer.core.policy import Contains, Excuse, Words
from dialer.core.wording import breaches, field_hits, fill, placeholders, unknown_fields, word_hits

TODAY = date(2026, 11, 24)
INSIDE = Words(inside=("rückstand", "schuld", "zahl", "gericht", "inkass"), spared=("anzahl", "entschuldig*"))


def found(condition, text, *granted):
    return tuple(hit.word for hit in word_hits(condition, text, frozenset(granted)))


# --- the four kinds of words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "text", "words"),
    [
        (Words(beginnings=("klage",)), "Klage, Klagen und Anklage", ("Klage", "Klagen")),
        (Words(inside=("zahl",)), "zahlen, bezahlt, Ratenzahlung", ("zahlen", "bezahlt", "Ratenzahlung")),
        (Words(whole=("due",)), "due today, Düren and duel", ("due",)),
        (Words(whole=("€",)), "5€ oder 5 €", ("€", "€")),
        (Words(phrases=("offene rechn",)), "Offene Rechnungen, offen ist eine Rechnung", ("Offene Rechnungen",)),
        (Words(phrases=("sue you",)), "We sue. You pay.", ("sue. You",)),
        (Words(phrases=("ihr ruf",)), "Ihren {number} Ruf", ()),
        (Words(phrases=("art 106",)), "nach Art. 106 OR", ("Art. 106",)),
        (Words(), "alles", ()),
    ],
)
def test_words_are_found_where_their_kind_says(condition, text, words):
    assert found(condition, text) == words


def test_word_that_breaks_a_rule_twice_is_found_once_a_place():
    assert found(INSIDE, "Zahlungsrückstand und Zahlung") == ("Zahlungsrückstand", "Zahlung")


def test_words_are_told_in_the_order_of_the_text():
    condition = Words(whole=("€",), inside=("zahl",), beginnings=("klage",), amounts=True)
    assert found(condition, "Vor der Klage zahlen Sie 1.250,00 €") == ("Klage", "zahlen", "1.250,00", "€")


# --- spared words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Anzahl", "ANZAHL", "Entschuldigung", "entschuldigen Sie"])
def test_spared_word_passes(text):
    assert found(INSIDE, text) == ()


@pytest.mark.parametrize("text", ["Anzahlung", "anzahlen", "Entschuldung", "Anzahl-Zahlung", "Entschuldigungsschuld"])
def test_what_only_looks_like_a_spared_word_does_not_pass(text):
    assert found(INSIDE, text)


# --- spellings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Rückstand",
        "RÜCKSTAND",
        "Rueckstand",
        "Ruckstand",
        unicodedata.normalize("NFD", "Rückstand"),
        "Rück\u00adstand",
        "Rück\u200bstand",
        "Rück\u2060stand",
        "Rück-stand",
        "Rück-\nstand",
        "Rück.stand",
        "R ü c k s t a n d",
        "R-ü-c-k-s-t-a-n-d",
        "R.Ü.C.K.S.T.A.N.D.",
        "\uff32ückstand",
        "\U0001d411ückstand",
        "Rückst\u0430nd",
        "Rückst\u034fand",
        "Rückstánd",
        "Rückst4nd",
        "Rückst@nd",
        "Rückstand24",
    ],
)
def test_word_cannot_hide(text):
    assert found(INSIDE, f"Ihr {text} bitte")


@pytest.mark.parametrize(
    "text",
    [
        "Tel. 0 3 0 2 3 1 2 5 0 0 0, A. B. Muster, RE-2026-4001, F1, 24h, M3",
        "Mo. Di. Mi. und/oder www.muster-gmbh.de, E-Mail a.berger@muster.de",
        "Guten Tag Rück {firm} stand",
        "Rück Stand",
    ],
)
def test_harmless_cuts_stay_harmless(text):
    assert found(INSIDE, text) == ()


def test_words_put_together_follow_no_word_that_stands():
    assert found(Words(phrases=("den schulden",)), "Schul-den") == ()


@given(st.text(alphabet=st.sampled_from("aAzhlZgericht äÄüßé.,-!\n{}15€@\u00ad\u0430\u034f")))
def test_any_text_can_be_read_and_what_is_found_stands_in_it(text):
    visible = "".join(c for c in text if c not in "\u00ad\u034f")
    assert all(word in visible for word in found(INSIDE, text))


def test_hidden_word_is_told_as_it_stands():
    assert found(INSIDE, "Ihr I n k a s s o und Schul-den, Schu1den") == ("I n k a s s o", "Schul-den", "Schu1den")


# --- amounts, numbers, placeholders ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["120,50", "1.250,00", "1250,00", "5,-", "1,250.00", "120.50", "12,00 "])
def test_amount_is_found(text):
    assert found(Words(amounts=True), f"Es sind {text}") == (text.strip(),)


@pytest.mark.parametrize("text", ["9.00 bis 17.30 Uhr", "am 24.11.2026", "0 3 0, 1 2", "RE-2026-001", "089.12"])
def test_what_is_no_amount_passes(text):
    assert found(Words(amounts=True), text) == ()


@pytest.mark.parametrize("text", ["0871 123 4567", "0 8 7 1 1 2 3 4 5 6 7", "0871/123-4567", "+44 871 1234567"])
def test_number_with_a_forbidden_beginning_is_found(text):
    assert found(Words(numbers=("0871", "+44871")), f"Call {text}.") == (text,)


@pytest.mark.parametrize("text", ["020 7946 0018", "10 871 123 4567", "0871", "0871-1730"])
def test_other_number_passes(text):
    assert found(Words(numbers=("0871",)), text) == ()


def test_placeholder_that_gives_it_away_is_found_and_its_name_is_no_word():
    assert found(Words(fields=("firm",)), "Hier ist {firm}, {agent}") == ("{firm}",)
    assert found(Words(inside=("invoice",)), "{invoice_no}") == ()


def test_template_has_what_it_must_have_and_nothing_else():
    condition = Contains(required=("agent", "number"), allowed=("hours",))
    assert [h.word for h in field_hits(condition, "{agent} {number} {hours}")] == []
    assert [(h.word, h.line) for h in field_hits(condition, "{agent}\n{firm}")] == [("{firm}", 2), ("{number}", 0)]


def test_place_is_line_and_sentence():
    (hit,) = word_hits(INSIDE, "Guten Tag.\nEs geht um Ihre\tSchuld! Danke.")
    assert (hit.word, hit.line, hit.sentence) == ("Schuld", 2, "Es geht um Ihre Schuld!")


# --- facts that make words lawful ------------------------------------------------------------------------------------

TITLE = Words(inside=("pfänd",), unless=Excuse.TITLE)


def of(condition, text, *claims, **more):
    return breaches(condition, Wording(text=text, **more), claims, today=TODAY)


def claim(**facts):
    return ClaimFacts(id="F1", **facts)


def test_word_is_told_once():
    assert of(TITLE, "Pfändung, Pfändung", claim()) == ("Pfändung",)


def test_every_claim_needs_its_title():
    assert of(TITLE, "Pfändung", claim(title=True)) == ()
    assert of(TITLE, "Pfändung", claim(title=True), claim()) == ("Pfändung",)
    assert of(TITLE, "Pfändung") == ("Pfändung",)


BUREAU = Words(inside=("schufa",), unless=Excuse.CREDIT_BUREAU, unless_said=("bestreit",))
LAWFUL = {"reminders": 2, "first_reminder_on": date(2026, 10, 27), "informed": True}
SCHUFA = "Wir melden der SCHUFA, wenn Sie nicht bestreiten."


def test_credit_bureau_may_be_named_when_all_is_true():
    assert of(BUREAU, SCHUFA, claim(), **LAWFUL) == ()


@pytest.mark.parametrize(
    "spoilt",
    [{"reminders": 1}, {"first_reminder_on": date(2026, 10, 28)}, {"first_reminder_on": None}, {"informed": False}],
)
def test_credit_bureau_may_not_be_named_when_one_thing_is_missing(spoilt):
    """28 October to 24 November are 27 days."""
    assert of(BUREAU, SCHUFA, claim(), **(LAWFUL | spoilt)) == ("SCHUFA",)


def test_credit_bureau_may_not_be_named_over_a_disputed_claim_or_without_a_word_on_disputing():
    assert of(BUREAU, SCHUFA, claim(), claim(disputed=True), **LAWFUL) == ("SCHUFA",)
    assert of(BUREAU, "Wir melden der SCHUFA.", claim(), **LAWFUL) == ("SCHUFA",)
    assert of(BUREAU, SCHUFA, **LAWFUL) == ("SCHUFA",)


def test_suit_may_be_named_only_while_no_claim_can_be_time_barred():
    suit = Words(whole=("sue",), unless=Excuse.IN_TIME)
    assert of(suit, "we sue", claim(limitation_on=TODAY)) == ()
    assert of(suit, "we sue", claim(limitation_on=TODAY), claim()) == ("sue",)
    assert of(suit, "we sue", claim(limitation_on=date(2026, 11, 23))) == ("sue",)


def test_what_must_be_said_besides_is_looked_for_in_the_text():
    court = Words(inside=("gericht",), unless_said=("einwänd",))
    assert of(court, "Vor Gericht. Einwände nehmen wir auf.", claim()) == ()
    assert of(court, "Vor Gericht.", claim()) == ("Gericht",)


def test_text_that_is_filled_in_shows_no_more_what_its_template_had():
    condition = Contains(required=("number",))
    assert of(condition, "Anna Berger, 030 1", claim()) == ()
    assert of(condition, "{agent}", claim()) == ("{agent}", "{number} (missing)")


@pytest.mark.parametrize(
    "blank",
    [{"inside": ("",)}, {"beginnings": (" ",)}, {"spared": ("*",)}, {"unless_said": ("",)}, {"phrases": ("",)}],
)
def test_blank_word_is_refused(blank):
    with pytest.raises(ValueError, match="blank"):
        Words(**blank)


# --- templates -------------------------------------------------------------------------------------------------------


def test_placeholders_are_found_and_checked():
    assert placeholders("{agent} von {firm}, {agent}") == ("agent", "firm", "agent")
    assert unknown_fields("{agent} {amount} {}") == ("amount", "")
    assert unknown_fields("{agent} {firm_neutral}") == ()


def test_braces_in_a_value_stay_text():
    assert fill("{agent} von {firm}", {"agent": "{firm}", "firm": "Muster"}) == "{firm} von Muster"


def test_unknown_placeholder_is_an_error():
    with pytest.raises(KeyError):
        fill("{amount}", {})
