from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.claims_file.values import FaultError, as_currency, as_date, as_email, as_minor, as_text, as_zone
from dialer.core.money import format_money, is_currency, minor_digits, to_minor


@pytest.mark.parametrize(
    ("cell", "currency", "minor"),
    [
        ("1.234,56", "EUR", 123456),
        ("1,234.56", "EUR", 123456),
        ("1234,5", "EUR", 123450),
        ("1234.5", "EUR", 123450),
        ("1234", "EUR", 123400),
        ("1.234.567,89", "EUR", 123456789),
        ("1.234.567", "EUR", 123456700),
        ("1'234.50", "CHF", 123450),
        ("1 234,50", "EUR", 123450),
        ("1\u00a0234,50 €", "EUR", 123450),
        ("EUR 99,90", "EUR", 9990),
        ("99,90 EUR", "EUR", 9990),
        ("$1,234.56", "USD", 123456),
        ("100,-", "EUR", 10000),
        ("0,50", "EUR", 50),
        ("0", "EUR", 0),
        ("5000", "JPY", 5000),
        (19.99, "EUR", 1999),
        (1234.5600000000001, "EUR", 123456),
        (0.1 + 0.2, "EUR", 30),
        (1234, "EUR", 123400),
        (None, "EUR", None),
        ("  ", "EUR", None),
    ],
)
def test_amounts_are_read_exactly(cell: Any, currency: str, minor: int | None):
    assert as_minor(cell, currency) == minor


@pytest.mark.parametrize(
    ("cell", "currency", "code"),
    [
        ("1.234", "EUR", "money_ambiguous"),
        ("1,234", "EUR", "money_ambiguous"),
        ("abc", "EUR", "money_bad"),
        ("12.34.56", "EUR", "money_bad"),
        ("1.23,456.78", "EUR", "money_bad"),
        ("1.234'567,00", "EUR", "money_bad"),
        ("1e5", "EUR", "money_bad"),
        ("NaN", "EUR", "money_bad"),
        ("٣٤", "EUR", "money_bad"),
        ("9" * 40, "EUR", "money_bad"),
        (True, "EUR", "money_bad"),
        (float("nan"), "EUR", "money_bad"),
        (float("inf"), "EUR", "money_bad"),
        (datetime(2026, 1, 1, tzinfo=UTC), "EUR", "money_bad"),
        ("-5", "EUR", "money_negative"),
        ("5,00-", "EUR", "money_negative"),
        ("(5,00)", "EUR", "money_negative"),
        (-5.5, "EUR", "money_negative"),
        ("1234,567", "EUR", "money_decimals"),
        (12.345, "EUR", "money_decimals"),
        ("12,50", "JPY", "money_decimals"),
        ("99999999999999", "EUR", "money_decimals"),
        ("#REF!", "EUR", "excel_error"),
    ],
)
def test_amounts_that_could_mean_two_things_or_nothing_are_refused(cell: Any, currency: str, code: str):
    with pytest.raises(FaultError) as fault:
        as_minor(cell, currency)
    assert fault.value.code == code
    assert fault.value.text("de") != fault.value.text("en")


@given(st.integers(0, 10**12))
def test_an_excel_number_of_cents_loses_nothing(cents: int):
    assert as_minor(cents / 100, "EUR") == cents


@given(st.integers(0, 10**12), st.sampled_from(["de", "en"]), st.sampled_from(["EUR", "CHF", "USD"]))
def test_what_we_write_we_read(minor: int, language: str, currency: str):
    assert as_minor(format_money(minor, currency, language), currency) == minor


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("2026-10-01 00:00:00", date(2026, 10, 1)),
        ("2026-10-01T00:00:00", date(2026, 10, 1)),
        ("01.10.2026", date(2026, 10, 1)),
        ("1.10.2026", date(2026, 10, 1)),
        (" 01. 10. 2026 ", date(2026, 10, 1)),
        (datetime(2026, 10, 1, tzinfo=UTC), date(2026, 10, 1)),
        (date(2026, 10, 1), date(2026, 10, 1)),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_in_iso_german_and_excel_form(cell: Any, day: date | None):
    assert as_date(cell) == day


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("01.10.26", "date_short_year"),
        ("1/10/26", "date_short_year"),
        ("10/01/2026", "date_bad"),
        ("31.02.2026", "date_bad"),
        ("2026-13-01", "date_bad"),
        ("morgen", "date_bad"),
        (46296, "date_bad"),
        (True, "date_bad"),
        (time(1), "date_bad"),
        (timedelta(1), "date_bad"),
        ("01.10.1926", "date_range"),
        ("01.10.2926", "date_range"),
        ("#NV", "excel_error"),
    ],
)
def test_other_dates_are_refused(cell: Any, code: str):
    with pytest.raises(FaultError) as fault:
        as_date(cell)
    assert fault.value.code == code
    assert fault.value.text("de") != fault.value.text("en")


@pytest.mark.parametrize(
    ("cell", "text"),
    [("  Anna ", "Anna"), (12345, "12345"), (12345.0, "12345"), ("A\u0308rzte", "Ärzte"), ("", None), (None, None)],
)
def test_text_is_trimmed_and_composed(cell: Any, text: str | None):
    assert as_text(cell, "debtor_name") == text


@pytest.mark.parametrize(
    ("cell", "column", "code"),
    [
        ("x" * 201, "debtor_name", "too_long"),
        ("x" * 81, "claim_reference", "too_long"),
        ("x" * 2001, "note", "too_long"),
        ("An\x07na", "debtor_name", "control"),
        ("An\nna", "debtor_name", "control"),
        ("An\u202ena", "debtor_name", "control"),
        ("An\ud800na", "debtor_name", "control"),
        ("#BEZUG!", "debtor_name", "excel_error"),
        (1.5, "claim_reference", "not_text"),
        (True, "claim_reference", "not_text"),
        (datetime(2026, 1, 1, tzinfo=UTC), "claim_reference", "not_text"),
    ],
)
def test_text_that_hides_something_is_refused(cell: Any, column: str, code: str):
    with pytest.raises(FaultError) as fault:
        as_text(cell, column)
    assert fault.value.code == code
    assert fault.value.text("de") != fault.value.text("en")


def test_a_note_may_have_lines():
    assert as_text("one\ntwo", "note") == "one\ntwo"


def test_zones_are_places():
    assert as_zone("Europe/Berlin") == "Europe/Berlin"
    for word in ("CET", "UTC", "Etc/GMT+5", "Europe/Atlantis", "europe/berlin"):
        with pytest.raises(FaultError):
            as_zone(word)


def test_addresses_have_a_shape():
    assert as_email("a.b@example.org") == "a.b@example.org"
    for word in ("a@b", "a b@example.org", "a@example.org, c@example.org", "<a@example.org>"):
        with pytest.raises(FaultError):
            as_email(word)


def test_currencies_are_iso():
    assert as_currency("eur") == "EUR"
    assert as_currency("€") == "EUR"
    with pytest.raises(FaultError):
        as_currency("DEM")


@pytest.mark.parametrize(
    ("minor", "currency", "german", "english"),
    [
        (123456, "EUR", "1.234,56 €", "€1,234.56"),
        (5, "EUR", "0,05 €", "€0.05"),
        (-123456, "EUR", "-1.234,56 €", "-€1,234.56"),
        (123456, "CHF", "1.234,56 CHF", "CHF 1,234.56"),
        (5000, "JPY", "5.000 ¥", "¥5,000"),
        (1234567, "KWD", "1.234,567 KWD", "KWD 1,234.567"),
        (0, "EUR", "0,00 €", "€0.00"),
    ],
)
def test_money_reads_as_people_write_it(minor: int, currency: str, german: str, english: str):
    assert format_money(minor, currency, "de") == german
    assert format_money(minor, currency, "en") == english


def test_currencies_have_their_decimals():
    assert [minor_digits(code) for code in ("EUR", "JPY", "KWD")] == [2, 0, 3]
    assert not is_currency("XXX")
    with pytest.raises(ValueError, match="ISO 4217"):
        minor_digits("XXX")


def test_conversion_to_minor_units_is_exact_or_none():
    assert to_minor(Decimal("12.34"), "EUR") == 1234
    assert to_minor(Decimal("12.345"), "EUR") is None
    assert to_minor(Decimal("1e30"), "EUR") is None
    assert to_minor(Decimal("NaN"), "EUR") is None
