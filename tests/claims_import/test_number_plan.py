from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.core.case import LineType
from dialer.core.phone import is_e164, mask, spoken
from dialer.rules.number_plan import NumberFault, NumberProblem, line_type, region, to_e164


@pytest.mark.parametrize(
    ("text", "country", "e164"),
    [
        ("030 23125000", "DE", "+493023125000"),
        ("(030) 23125-000", "DE", "+493023125000"),
        ("(0)30 23125 000", "DE", "+493023125000"),
        ("030/23125000", "DE", "+493023125000"),
        ("030.23125.000", "DE", "+493023125000"),
        ("030\u00a023125\u2013000", "DE", "+493023125000"),
        ("+49 (0) 30 23125-000", "DE", "+493023125000"),
        ("+49 30 23125000", "AT", "+493023125000"),
        ("0049 (0)30/23125000", "DE", "+493023125000"),
        ("0171 3920011", "DE", "+491713920011"),
        ("4915112345678.0", "DE", "+4915112345678"),
        ("4915112345678", "DE", "+4915112345678"),
        ("0043 1 5120000", "DE", "+4315120000"),
        ("01 5120000", "AT", "+4315120000"),
        ("044 668 18 00", "CH", "+41446681800"),
        ("2025550123", "US", "+12025550123"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("011 49 30 23125000", "US", "+493023125000"),
        ("06 1234 5678", "IT", "+390612345678"),
    ],
)
def test_numbers_are_read_as_dialled_in_the_debtors_country(text: str, country: str, e164: str):
    assert to_e164(text, country=country) == e164


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", NumberFault.EMPTY),
        ("   ", NumberFault.EMPTY),
        ("4.9151E+11", NumberFault.SCIENTIFIC),
        ("4,9151e+11", NumberFault.SCIENTIFIC),
        ("4915112345678.5", NumberFault.FRACTION),
        ("030 CALL NOW", NumberFault.LETTERS),
        ("030 23125000 ext. 12", NumberFault.LETTERS),
        ("030\u0661\u0662\u0663\u0664\u0665", NumberFault.LETTERS),
        ("()", NumberFault.LETTERS),
        ("030 23125000 / 0171 3920011", NumberFault.SEVERAL),
        ("030 23125000; 030 23125001", NumberFault.SEVERAL),
        ("030 23125000 +49 171 3920011", NumberFault.SEVERAL),
        ("15112345678", NumberFault.NO_TRUNK),
        ("23125000", NumberFault.NO_TRUNK),
        ("4921123456", NumberFault.NO_TRUNK),  # Düsseldorf with the country code, or Emden without its 0
        ("110", NumberFault.SHORT),
        ("112", NumberFault.SHORT),
        ("0112", NumberFault.SHORT),
        ("116117", NumberFault.SHORT),
        ("+49 112", NumberFault.SHORT),
        ("0900 5 123456", NumberFault.PREMIUM),
        ("+49 900 5 123456", NumberFault.PREMIUM),
        ("0190 123456", NumberFault.PREMIUM),
        ("0180 5 123456", NumberFault.PREMIUM),
        ("0137 1234567", NumberFault.PREMIUM),
        ("0700 12345678", NumberFault.PREMIUM),
        ("+1 900 555 0123", NumberFault.PREMIUM),
        ("+883 5100 0000 0094", NumberFault.NO_COUNTRY),
        ("01511234567", NumberFault.IMPOSSIBLE),
        ("+999 1234567", NumberFault.IMPOSSIBLE),
        ("0151 1234 5678 9012 3456", NumberFault.IMPOSSIBLE),
    ],
)
def test_what_is_no_number_we_would_dial_is_refused_with_its_reason(text: str, fault: NumberFault):
    assert to_e164(text, country="DE") == NumberProblem(fault)


def test_an_unknown_country_has_no_plan():
    assert to_e164("030 23125000", country="XX") == NumberProblem(NumberFault.UNKNOWN_COUNTRY)


def test_every_fault_has_words_in_both_languages():
    for fault in NumberFault:
        assert fault.text("de") != fault.text("en")


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_problem(text: str):
    found = to_e164(text, country="DE")
    assert isinstance(found, NumberProblem) or is_e164(found)


@given(st.text(alphabet="0123456789+()/-. ", max_size=24), st.sampled_from(["DE", "AT", "CH", "US", "IT"]))
def test_a_number_read_once_reads_the_same_again(text: str, country: str):
    found = to_e164(text, country=country)
    if isinstance(found, str):
        assert to_e164(found, country=country) == found
        assert region(found) is not None


def test_line_type_comes_from_the_plan():
    assert line_type("+493023125000") is LineType.FIXED
    assert line_type("+491713920011") is LineType.MOBILE
    assert line_type("+12025550123") is LineType.UNKNOWN


def test_region_is_the_country_of_the_number():
    assert region("+4315120000") == "AT"
    assert region("+883510000000094") is None


@pytest.mark.parametrize(
    "text", ["493023125000", "+0123456789", "+49", "+49 30 23125000", "+4930231250001234", "", "+٤٩٣٠٢٣١٢٥"]
)
def test_only_plus_and_digits_are_e164(text: str):
    assert not is_e164(text)


def test_masked_numbers_show_country_and_last_two_digits_alone():
    assert mask("+493023125078") == "+49******78"
    assert mask("not a number") == "******"


def test_numbers_are_spoken_in_national_form():
    assert spoken("+493023125000") == "0 3 0 2 3 1 2 5 0 0 0"
    assert spoken("+41446681800") == "0 4 4 6 6 8 1 8 0 0"
    assert spoken("+12025550123") == "0 0 1 2 0 2 5 5 5 0 1 2 3"
    with pytest.raises(ValueError, match=r"not an E\.164"):
        spoken("030 23125000")
