"""Which words of a payment's text may name a claim."""

from __future__ import annotations

import pytest

from dialer.payments_file.words import candidates


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Rechnung RE-7 vom Oktober", "RE-7"),
        ("re-7", "RE-7"),
        ("Rg.RE-7,Kd.12", "KD.12"),
        ("SVWZ+RE-2026/001", "RE-2026/001"),
        ("(RE-7)", "RE-7"),
        ("RE-7.", "RE-7"),
        ("RE 2026 001 Danke", "RE 2026 001"),
        ("Nr. 10234", "10234"),
        ("F1", "F1"),
        ("RF18RE7", "RE7"),
        ("für Übergabe Ü7", "Ü7"),
    ],
)
def test_word_that_may_name_a_claim(text, named):
    assert named in candidates(text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("RE-7", "7"),
        ("RE-7", "RE"),
        ("RE-77", "RE-7"),
        ("RE-7/F-12", "RE-7"),
        ("RE 1 2", "12"),
        ("Rate 12 von 24", "12"),
        ("Miete 2026", "2026"),
        ("20 26", "20 26"),
        ("Danke", "DANKE"),
        ("", ""),
    ],
)
def test_part_of_a_word_and_short_figures_name_nothing(text, other):
    assert other not in candidates(text)
