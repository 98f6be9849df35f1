"""The case file of a long case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dialer.core.errors import BadInput
from dialer.documents.dossier import AttemptLine, Dossier, FiledDocument, LadderStep, TaskLine
from dialer.documents.kinds import Kind
from tests.documents.paper import BECK, CLAIMS, CREDITOR, DEBTOR, FRAME, flowing, pages

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 18, 2, tzinfo=BERLIN)
HEAD = "ab" * 32
LETTER = "0123456789abcdef" * 4


def attempt(number):
    at = NOW - timedelta(days=number, minutes=number)
    return AttemptLine(at, "Anruf", f"Person {number}", "keine Antwort", "", "de 2026-11")


DOSSIER = Dossier(
    BECK,
    FRAME.reference,
    NOW,
    (CREDITOR, DEBTOR),
    CLAIMS,
    231,
    HEAD,
    ladder=(LadderStep(NOW, "Buchhaltung", "Geschäftsführung", "sechs vergebliche Versuche"),),
    attempts=(attempt(1), replace(attempt(150), disposition="Rückruf vereinbart")),
    documents=(FiledDocument(date(2026, 11, 1), "Erinnerung", "versandt", LETTER),),
    tasks=(TaskLine(date(2026, 12, 8), "Eingang prüfen", "offen"),),
    summary="Keine Einwände.",
)


@pytest.mark.parametrize(
    "said",
    [
        "Akte A-17",
        "Stand 24.11.2026, 18:02 Uhr (MEZ)",
        "Offen insgesamt 1.299,99 €",
        "24.11.2026, 18:02 Uhr (MEZ) Buchhaltung Geschäftsführung sechs vergebliche Versuche",
        "2 Versuche, Zeiten in der Ortszeit des Angerufenen.",
        "23.11.2026, 18:01 Uhr (MEZ) Anruf Person 1 keine Antwort de 2026-11",
        "27.06.2026, 15:32 Uhr (MESZ) Anruf Person 150 keine Antwort Rückruf vereinbart de 2026-11",
        f"01.11.2026 Erinnerung versandt {LETTER}",
        "08.12.2026 Eingang prüfen offen",
        f"Die Akte hat 231 Vermerke. Der Hash des letzten Vermerks sichert alle früheren: {HEAD}",
    ],
)
def test_the_file_says(renderer, said):
    assert said in flowing(renderer.render(Kind.DOSSIER, DOSSIER, "de"))


def test_an_empty_chapter_says_so(renderer):
    text = flowing(renderer.render(Kind.DOSSIER, replace(DOSSIER, ladder=(), tasks=()), "en"))
    assert "Steps beside the calls none" in text
    assert "Tasks none" in text


def test_two_hundred_attempts_repeat_their_headings_on_every_page(renderer):
    long = replace(DOSSIER, attempts=tuple(attempt(number) for number in range(1, 201)))
    written = pages(renderer.render(Kind.DOSSIER, long, "de"))
    assert "Person 200 " in written[-1] or "Person 200 " in written[-2]
    assert sum(page.count("Zeitpunkt Weg") for page in written) == len([p for p in written if "Person " in p])
    assert f"Seite {len(written)} von {len(written)}" in written[-1]


def test_what_no_font_has_is_named_by_its_code(renderer):
    noted = replace(DOSSIER, summary="Herr 王 sagt 😀 ja")
    assert "Herr [U+738B] sagt [U+1F600] ja" in flowing(renderer.render(Kind.DOSSIER, noted, "de"))


def test_a_hash_is_a_hash():
    with pytest.raises(BadInput, match="is no SHA-256 hash"):
        replace(DOSSIER, log_head="ab")
