"""Subdivisions as people write them."""

from __future__ import annotations

import pytest

from dialer.rules.places import COUNTRIES, SUBDIVISIONS_BY_COUNTRY, subdivision_code


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [
        ("DE", "BY", "BY"),
        ("DE", "by", "BY"),
        ("DE", "DE-BY", "BY"),
        ("DE", " Bayern ", "BY"),
        ("DE", "Thüringen", "TH"),
        ("DE", "Augsburg", None),
        ("DE", "AT-9", None),
        ("AT", "9", "9"),
        ("AT", "W", "9"),
        ("AT", "AT-9", "9"),
        ("AT", "NÖ", "3"),
        ("AT", "NOE", "3"),
        ("AT", "Oberösterreich", "4"),
        ("AT", "T", "7"),
        ("AT", "10", None),
        ("CH", "ZH", "ZH"),
        ("CH", "CH-GE", "GE"),
        ("CH", "Stadt Zurich", None),
        ("GB", "ENG", "ENG"),
        ("GB", "GB-SCT", "SCT"),
        ("GB", "Northern Ireland", "NIR"),
        ("US", "NY", "NY"),
        ("US", "US-DE", "DE"),
        ("US", "new york", "NY"),
        ("US", "Washington", "WA"),
        ("US", "Washington, D.C.", "DC"),
        ("US", "", None),
        ("US", None, None),
        ("FR", "75", None),
    ],
)
def test_subdivision_may_be_written_as_code_iso_form_or_name(country, text, code):
    assert subdivision_code(country, text) == code


def test_countries_have_their_subdivisions():
    assert {c: len(SUBDIVISIONS_BY_COUNTRY[c]) for c in COUNTRIES} == {"DE": 16, "AT": 9, "CH": 26, "US": 56, "GB": 4}
