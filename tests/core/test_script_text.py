"""A guide as it is read on the telephone."""

from __future__ import annotations

from dialer.core.outcome import Disposition
from dialer.core.script import Audience, Branch, Excuse, ExcuseTask, Goal, Guide, Part, ScriptStep, Section
from dialer.core.script_text import GAP, filled, gaps, render

GUIDE = Guide(
    audience=Audience.BUSINESS,
    step=ScriptStep.INFO_CALL,
    language="de",
    title="Anruf bei {debtor}",
    goals={Goal.TOPIC: "weiß es", Goal.TALK: "redet", Goal.PAY: "zahlt"},
    sections=(
        Section(
            id="open",
            part=Part.OPENING,
            title="Einstieg",
            goal="zur Sache",
            say=("Es geht um {amount}.",),
            hints=("{claims}",),
            branches=(
                Branch(when="er ablehnt", to="end", result=Disposition.REFUSED),
                Branch(when="er auflegt", result=Disposition.NO_RESULT),
            ),
            excuses=True,
        ),
        Section(id="end", part=Part.CONFIRMATION, title="Schluss", goal="danken", say=("Danke.",), ends=True),
    ),
    excuses=(
        Excuse(
            id="boss",
            sounds="„Der Chef fehlt.“",
            answer=("Wann ist er da?",),
            task=ExcuseTask.CALL,
            days=None,
            result=Disposition.CALLBACK_AGREED,
            source="Praxis",
        ),
        Excuse(
            id="bank",
            sounds="„Überwiesen.“",
            answer=("Danke.",),
            hint="Beleg erbitten.",
            task=ExcuseTask.CHECK_ACCOUNT,
            days=3,
            result=Disposition.SAYS_PAID,
            source="Praxis",
        ),
    ),
)
FIELDS = {"debtor": "Kornblume GmbH", "amount": "1.000,00 €", "claims": "A1: 600,00 €\nA2: 400,00 €"}
PAGE = """\
Anruf bei Kornblume GmbH
========================
Ziele:
- nimmt das Thema an: weiß es
- ist bereit zu reden: redet
- ist bereit zu zahlen: zahlt

1. Einstieg
   Ziel: zur Sache
   > Es geht um 1.000,00 €.
   Hinweis: A1: 600,00 €
            A2: 400,00 €
   Wenn er ablehnt → 2. Schluss, Ergebnis: verweigert (refused)
   Wenn er auflegt → Ergebnis: no_result
   Ausreden und Antworten:
   - „Der Chef fehlt.“
     > Wann ist er da?
     Danach: anrufen, am genannten Tag; Ergebnis: callback_agreed
   - „Überwiesen.“
     > Danke.
     Hinweis: Beleg erbitten.
     Danach: Zahlungseingang prüfen, nach 3 Tagen; Ergebnis: says_paid

2. Schluss
   Ziel: danken
   > Danke.
   Ende des Gesprächs"""


def line_of(text, start):
    return next(line.strip() for line in text.splitlines() if line.strip().startswith(start))


def test_page_in_german():
    assert render(GUIDE, FIELDS, "de", {Disposition.REFUSED: "verweigert"}) == PAGE


def test_headings_in_english():
    page = render(GUIDE, FIELDS, "en").splitlines()
    assert page[2:6] == [
        "Goals:",
        "- accepts the topic: weiß es",
        "- is ready to talk: redet",
        "- is ready to pay: zahlt",
    ]
    assert "   If er ablehnt → 2. Schluss, Disposition: refused" in page
    assert "     Then: check the account, after 3 days; Disposition: says_paid" in page
    assert page[-1] == "   End of the talk"


def test_what_is_not_known_is_a_visible_gap():
    page = render(GUIDE, {"claims": "  "}, "de")
    assert page.startswith("Anruf bei ____\n==============\n")
    assert line_of(page, "> Es geht") == "> Es geht um ____."
    assert line_of(page, "Hinweis: _") == f"Hinweis: {GAP}"
    assert gaps(GUIDE, {"claims": "  "}) == ("debtor", "amount", "claims")
    assert gaps(GUIDE, FIELDS) == ()


def test_braces_in_a_value_stay_text():
    page = render(GUIDE, FIELDS | {"debtor": "{amount} & {} {{x}} GmbH"}, "de")
    assert page.startswith("Anruf bei {amount} & {} {{x}} GmbH\n")


def test_value_cannot_steer_the_terminal():
    page = render(GUIDE, FIELDS | {"debtor": "Evil\x1b[2J\r\u202eGmbH\x07"}, "de")
    assert page.splitlines()[0] == "Anruf bei Evil [2J  GmbH"


def test_filling_leaves_nothing_to_fill():
    once = filled(GUIDE, FIELDS)
    assert once.sections[0].say == ("Es geht um 1.000,00 €.",)
    assert filled(once, {}) == once
