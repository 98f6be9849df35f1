"""Default interest, worked by hand: minor units x percent x days / (100 x 365, or 366 in a leap year).

Base rates used (§ 247 BGB): 2009-07 0.12 · 2011-07 0.37 · 2012-01 0.12 · 2016-01 -0.83 · 2016-07 to 2022-12 -0.88 ·
2023-01 1.62 · 2023-07 3.12 · 2024-01 3.62 · 2024-07 3.37 · 2025-01 2.27 · 2025-07 1.27 · 2026-01 1.27.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.core.interest import (
    BaseRate,
    BaseRates,
    Law,
    Rate,
    RateUnknown,
    Terms,
    interest,
    legal_rate,
    round_minor,
    total,
    unknown_text,
)
from dialer.rules.base_rates import load_base_rates

RATES = load_base_rates()
CONSUMER = Rate(Decimal(5), RATES[Law.DE])
BUSINESS = Rate(Decimal(9), RATES[Law.DE])
BUSINESS_BEFORE_2014 = Rate(Decimal(8), RATES[Law.DE])
SWISS = Rate(Decimal(5))
AUSTRIAN_BUSINESS = Rate(Decimal("9.2"), RATES[Law.AT])


def owed(principal: int, first: str, last: str, rate: Rate) -> int:
    stretches = interest(principal, date.fromisoformat(first), date.fromisoformat(last), rate)
    assert not isinstance(stretches, RateUnknown)
    return round_minor(total(stretches))


PUBLISHED = [
    # github.com/digineo/verzugszinsen, README: 36.0395 + 60.3995 + 61.4005 + 60.3995 + 63.2910 + 15.9738 = 297.50
    (1_500_00, "2009-09-15", "2012-02-17", BUSINESS_BEFORE_2014, 297_50),
    # its first line alone: 108 days at 8.12 %
    (1_500_00, "2009-09-15", "2009-12-31", BUSINESS_BEFORE_2014, 36_04),
    # its last line alone, in a leap year: 48 days at 8.12 %
    (1_500_00, "2012-01-01", "2012-02-17", BUSINESS_BEFORE_2014, 15_97),
    # zinsmethoden.de, act/act: 10,000.00 at 7.5 %, 43/365 + 78/366 of a year
    (10_000_00, "2015-11-19", "2016-03-18", Rate(Decimal("7.5")), 248_19),
    # anleiter.de: 1,000.00, 25 days at 5.12 %
    (1_000_00, "2010-03-01", "2010-03-25", CONSUMER, 3_51),
    # solidbau.at: 100,000.00 between Austrian businesses, a year at 8.58 %
    (100_000_00, "2017-01-01", "2017-12-31", AUSTRIAN_BUSINESS, 8_580_00),
]

BY_HAND = [
    # a year at one rate is exactly the rate: 4.12 %, in a common and in a leap year
    (1_000_00, "2017-01-01", "2017-12-31", CONSUMER, 41_20),
    (1_000_00, "2020-01-01", "2020-12-31", CONSUMER, 41_20),
    # rate change inside: 100000 x (7.27 x 181 + 6.27 x 184) / 36500 = 6765.89
    (1_000_00, "2025-01-01", "2025-12-31", CONSUMER, 67_66),
    # 100000 x (6.62 x 181 + 8.12 x 184) / 36500 = 7376.16
    (1_000_00, "2023-01-01", "2023-12-31", CONSUMER, 73_76),
    # leap year: 100000 x (12.62 x 182 + 12.37 x 184) / 36600 = 12494.32
    (1_000_00, "2024-01-01", "2024-12-31", BUSINESS, 124_94),
    # 30 June and 1 July 2016: 500000 x (4.17 + 4.12) / 36600 = 113.25
    (5_000_00, "2016-06-30", "2016-07-01", CONSUMER, 1_13),
    # New Year's Eve and New Year: 1000000 x 8.12 / 36500 + 1000000 x 8.62 / 36600 = 222.47 + 235.52 = 457.99
    (10_000_00, "2023-12-31", "2024-01-01", CONSUMER, 4_58),
    # default from 31 December, one day: 500000 x 10.27 / 36500 = 140.68
    (5_000_00, "2025-12-31", "2025-12-31", BUSINESS, 1_41),
    # one day: 100000 x 6.27 / 36500 = 17.18
    (1_000_00, "2026-03-15", "2026-03-15", CONSUMER, 17),
    # the leap day alone: 100000 x 8.62 / 36600 = 23.55
    (1_000_00, "2024-02-29", "2024-02-29", CONSUMER, 24),
    # over the leap day: 28 Feb to 1 Mar 2024 are 3 days: 500000 x 8.62 x 3 / 36600 = 353.28
    (5_000_00, "2024-02-28", "2024-03-01", CONSUMER, 3_53),
    # the same days of 2025 are 2: 500000 x 7.27 x 2 / 36500 = 199.18
    (5_000_00, "2025-02-28", "2025-03-01", CONSUMER, 1_99),
    # six and a half years at 4.12 %: 100000 x 4.12 x 184 / 36600 = 2071.26, and 6 x 4120
    (1_000_00, "2016-07-01", "2022-12-31", CONSUMER, 267_91),
    # 90 days of 2025: 100000 x 10.27 x 90 / 36500 = 2532.33; x 11.27 = 2778.90; x 7.27 = 1792.60
    (1_000_00, "2025-01-01", "2025-03-31", BUSINESS_BEFORE_2014, 25_32),
    (1_000_00, "2025-01-01", "2025-03-31", BUSINESS, 27_79),
    (1_000_00, "2025-01-01", "2025-03-31", CONSUMER, 17_93),
    # 49 days of 2018 at 4.12 %: 35416 x 4.12 x 49 / 36500 = 195.88
    (354_16, "2018-04-30", "2018-06-17", CONSUMER, 1_96),
    # Switzerland, 31 days: 1000000 x 5 x 31 / 36500 = 4246.58
    (10_000_00, "2025-03-01", "2025-03-31", SWISS, 42_47),
    # ten millions, half a year: 1000000000 x 10.27 x 181 / 36500 = 50927945.2
    (10_000_000_00, "2026-01-01", "2026-06-30", BUSINESS, 509_279_45),
    # one cent for a day is none: 1 x 6.27 / 36500
    (1, "2026-01-01", "2026-01-01", CONSUMER, 0),
    # one cent for 16 years: 2009-07 to 2025-06 at about 5 % is 0.8 of a cent, rounded once at the end
    (1, "2009-07-01", "2025-06-30", CONSUMER, 1),
    # half a cent goes up, less does not: 3650 x 5 / 36500 = 0.5; 3649 x 5 / 36500 = 0.4999
    (36_50, "2025-01-01", "2025-01-01", SWISS, 1),
    (36_49, "2025-01-01", "2025-01-01", SWISS, 0),
    # nothing owed, or no day yet
    (0, "2025-01-01", "2025-12-31", BUSINESS, 0),
    (1_000_00, "2025-01-02", "2025-01-01", BUSINESS, 0),
]


@pytest.mark.parametrize(("principal", "first", "last", "rate", "expected"), PUBLISHED)
def test_published_example(principal, first, last, rate, expected):
    assert owed(principal, first, last, rate) == expected


@pytest.mark.parametrize(("principal", "first", "last", "rate", "expected"), BY_HAND)
def test_example_worked_by_hand(principal, first, last, rate, expected):
    assert owed(principal, first, last, rate) == expected


def test_pieces_are_split_at_rate_and_year_and_joined_otherwise():
    stretches = interest(1_000_00, date(2022, 3, 1), date(2023, 8, 1), CONSUMER)
    assert not isinstance(stretches, RateUnknown)
    assert [(s.first.isoformat(), s.last.isoformat(), str(s.percent), s.days) for s in stretches] == [
        ("2022-03-01", "2022-12-31", "4.12", 306),
        ("2023-01-01", "2023-06-30", "6.62", 181),
        ("2023-07-01", "2023-08-01", "8.12", 32),
    ]


def test_interest_is_stated_up_to_the_last_known_day():
    # 100000 x 6.27 x 181 / 36500 = 3109.23
    assert owed(1_000_00, "2026-01-01", "2026-06-30", CONSUMER) == 31_09


def test_no_amount_for_a_day_with_unknown_rate():
    assert interest(1_000_00, date(2026, 1, 1), date(2026, 7, 1), CONSUMER) == RateUnknown(
        rule="DE-V6", day=date(2026, 7, 1), known_from=date(2002, 1, 1), known_until=date(2026, 6, 30)
    )


def test_no_amount_before_the_series_begins():
    unknown = interest(1_000_00, date(2001, 12, 31), date(2002, 1, 1), CONSUMER)
    assert isinstance(unknown, RateUnknown)
    assert unknown.day == date(2001, 12, 31)


def test_austrian_businesses_wait_for_their_base_rate():
    unknown = interest(1_000_00, date(2023, 6, 30), date(2023, 7, 1), AUSTRIAN_BUSINESS)
    assert isinstance(unknown, RateUnknown)
    assert (unknown.rule, unknown.known_until) == ("AT-7", date(2023, 6, 30))


def test_nothing_owed_needs_no_rate():
    assert interest(0, date(2030, 1, 1), date(2030, 2, 1), CONSUMER) == ()


def test_fixed_rate_needs_no_base_rate():
    # a Swiss year is 5 %, whatever year
    assert owed(1_000_00, "2030-01-01", "2030-12-31", SWISS) == 50_00


def test_unknown_rate_is_told_in_both_languages():
    unknown = RateUnknown(
        rule="DE-V6", day=date(2026, 7, 1), known_from=date(2002, 1, 1), known_until=date(2026, 6, 30)
    )
    assert "01.07.2026" in unknown_text(unknown, "de")
    assert "30.06.2026 (DE-V6)" in unknown_text(unknown, "de")
    assert "2026-07-01" in unknown_text(unknown, "en")


def test_negative_principal_is_refused():
    with pytest.raises(ValueError, match="never negative"):
        interest(-1, date(2025, 1, 1), date(2025, 1, 2), CONSUMER)


B2B = {"debtor_consumer": False, "creditor_consumer": False, "payment_claim": True}


@pytest.mark.parametrize(
    ("law", "contract_on", "who", "day", "percent"),
    [
        (Law.DE, "2024-01-10", {}, "2026-01-01", "6.27"),  # unknown debtor: consumer, 1.27 + 5
        (Law.DE, "2024-01-10", B2B, "2026-01-01", "10.27"),  # 1.27 + 9
        (Law.DE, "2014-07-28", B2B, "2026-01-01", "9.27"),  # Art. 229 § 34 EGBGB: 1.27 + 8
        (Law.DE, "2014-07-29", B2B, "2026-01-01", "10.27"),
        (Law.DE, "2024-01-10", {**B2B, "creditor_consumer": True}, "2026-01-01", "6.27"),
        (Law.DE, "2024-01-10", {**B2B, "payment_claim": False}, "2026-01-01", "6.27"),  # damages
        (Law.AT, "2020-01-10", {}, "2026-01-01", "4"),  # § 1000 ABGB
        (Law.AT, "2020-01-10", B2B, "2023-01-01", "11.08"),  # solidbau.at: 1.88 + 9.2
        (Law.AT, "2013-03-15", B2B, "2017-07-01", "7.38"),  # lexisnexis.at ARD 2017: -0.62 + 8
        (Law.AT, "2013-03-16", B2B, "2017-07-01", "8.58"),  # the same notice
        (Law.CH, "2020-01-10", B2B, "2026-01-01", "5"),  # Art. 104 OR
    ],
)
def test_legal_rate(law, contract_on, who, day, percent):
    terms = Terms(law=law, contract_on=date.fromisoformat(contract_on), **who)
    assert legal_rate(terms, RATES).percent_on(date.fromisoformat(day)) == Decimal(percent)


def series(*starts: str) -> BaseRates:
    rates = tuple(BaseRate(date.fromisoformat(start), Decimal(1)) for start in starts)
    return BaseRates(law=Law.DE, rates=rates, rule="DE-V6", source="test")


@pytest.mark.parametrize(
    ("starts", "message"),
    [
        ((), "at least one"),
        (("2025-02-01",), "1 January or 1 July"),
        (("2025-01-01", "2026-01-01"), "2025-07-01 was expected"),
        (("2025-07-01", "2025-01-01"), "2026-01-01 was expected"),
        (("2025-07-01", "2025-07-01"), "2026-01-01 was expected"),
    ],
)
def test_series_with_a_gap_or_out_of_order_is_refused(starts, message):
    with pytest.raises(ValueError, match=message):
        series(*starts)


def test_series_may_begin_in_july():
    rates = series("2025-07-01", "2026-01-01")
    assert rates.percent_on(date(2025, 12, 31)) == rates.percent_on(date(2026, 6, 30)) == 1
    assert rates.percent_on(date(2025, 6, 30)) is rates.percent_on(date(2026, 7, 1)) is None


DAYS = st.dates(date(2002, 1, 1), date(2026, 6, 30))
MONEY = st.integers(0, 10**12)


@given(MONEY, DAYS, DAYS, DAYS, st.sampled_from([CONSUMER, BUSINESS, SWISS]))
def test_splitting_a_period_changes_at_most_one_minor_unit(principal, one, two, three, rate):
    first, split, last = sorted((one, two, three))
    whole = interest(principal, first, last, rate)
    left = interest(principal, first, split, rate)
    right = interest(principal, split + timedelta(days=1), last, rate)
    assert not isinstance(whole, RateUnknown)
    assert not isinstance(left, RateUnknown)
    assert not isinstance(right, RateUnknown)
    assert total(whole) == total(left) + total(right)
    assert abs(round_minor(total(whole)) - round_minor(total(left)) - round_minor(total(right))) <= 1


@given(MONEY, DAYS, DAYS)
def test_every_day_is_counted_once(principal, one, two):
    first, last = sorted((one, two))
    stretches = interest(principal or 1, first, last, CONSUMER)
    assert not isinstance(stretches, RateUnknown)
    assert sum(stretch.days for stretch in stretches) == (last - first).days + 1
    assert all(stretch.first.year == stretch.last.year for stretch in stretches)


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_rounding_is_within_half_a_unit(numerator, denominator):
    exact = Fraction(numerator, denominator)
    assert -Fraction(1, 2) < round_minor(exact) - exact <= Fraction(1, 2)
