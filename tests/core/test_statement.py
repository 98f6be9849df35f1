"""The claim statement, cent by cent. Unless a test says otherwise: 1,000.00 EUR owed by a consumer, due on 31 January
2025, interest from 1 February; 7.27 % until 30 June 2025, then 6.27 % (businesses 11.27 % and 10.27 %).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dialer.core.errors import BadInput
from dialer.core.interest import Law, RateUnknown
from dialer.core.statement import (
    Cost,
    Debt,
    LineKey,
    Payment,
    Statement,
    Total,
    in_proportion,
    line_text,
    statement,
)
from dialer.rules.base_rates import load_base_rates

RATES = load_base_rates()

OWED = Debt(
    reference="R1",
    principal_minor=1_000_00,
    currency="EUR",
    arisen_on=date(2025, 1, 2),
    due_on=date(2025, 1, 31),
    interest_from=date(2025, 2, 1),
)
BUSINESS = replace(OWED, debtor_consumer=False)


def paid(on: str, amount: int, debt: str | None = None) -> Payment:
    return Payment(on=date.fromisoformat(on), amount_minor=amount, currency="EUR", reference="K1", debt=debt)


def cost(on: str, amount: int, debt: str | None = None, *, legal_pursuit: bool = True) -> Cost:
    day = date.fromisoformat(on)
    return Cost(on=day, amount_minor=amount, currency="EUR", reference="RA", debt=debt, legal_pursuit=legal_pursuit)


def stated(*items: Debt | Payment | Cost, as_of: str) -> Statement:
    found = statement(
        [item for item in items if isinstance(item, Debt)],
        [item for item in items if isinstance(item, Payment)],
        [item for item in items if isinstance(item, Cost)],
        as_of=date.fromisoformat(as_of),
        rates=RATES,
    )
    assert isinstance(found, Statement)
    return found


def test_interest_to_the_day_inclusive():
    # 28 days: 100000 x 7.27 x 28 / 36500 = 557.70
    found = stated(OWED, as_of="2025-02-28")
    assert (found.principal.open_minor, found.interest.open_minor, found.open_minor) == (1_000_00, 5_58, 1_005_58)


def test_nothing_but_principal_before_default():
    assert stated(OWED, as_of="2025-01-31").open_minor == 1_000_00


def test_first_day_of_default_bears_interest():
    # 100000 x 7.27 / 36500 = 19.92
    assert stated(OWED, as_of="2025-02-01").interest.open_minor == 20


def test_claim_that_is_not_in_default_bears_no_interest():
    assert stated(replace(OWED, interest_from=None), as_of="2026-06-30").open_minor == 1_000_00


def test_claim_that_has_not_arisen_is_not_listed():
    found = stated(OWED, as_of="2025-01-01")
    assert (found.lines, found.open_minor) == ((), 0)


def test_payment_covers_costs_then_interest_then_principal():
    # ten days to the 10th: 100000 x 7.27 x 10 / 36500 = 199.18
    found = stated(OWED, cost("2025-02-05", 25_00, legal_pursuit=False), paid("2025-02-10", 30_00), as_of="2025-02-10")
    payment = found.lines[-1]
    assert payment.key is LineKey.PAYMENT
    assert (payment.costs_minor, payment.interest_minor, payment.principal_minor) == (-25_00, -1_99, -3_01)
    assert found.principal == Total(1_000_00, 3_01)
    assert found.open_minor == 996_99


def test_payment_smaller_than_the_costs_leaves_the_rest():
    found = stated(OWED, cost("2025-02-05", 25_00, legal_pursuit=False), paid("2025-02-10", 10_00), as_of="2025-02-10")
    assert (found.costs.open_minor, found.interest.open_minor, found.principal.open_minor) == (15_00, 1_99, 1_000_00)


def test_principal_paid_without_the_interest_leaves_as_much_principal():
    # 1.99 interest by the 10th goes first; then 18 days on 1.99: 199 x 7.27 x 18 / 36500 = 0.71,
    # and 199.18 + 0.71 = 199.89 makes 2.00 in all
    found = stated(OWED, paid("2025-02-10", 1_000_00), as_of="2025-02-28")
    assert found.principal.open_minor == 1_99
    assert found.interest == Total(2_00, 1_99)


def test_part_payment_before_default_lowers_what_bears_interest():
    # 60000 x 7.27 x 28 / 36500 = 334.62
    found = stated(OWED, paid("2025-01-15", 400_00), as_of="2025-02-28")
    assert found.open_minor == 603_35


def test_rate_change_between_payment_and_statement():
    # 1 Feb to 30 June, 150 days: 100000 x 7.27 x 150 / 36500 = 2987.67; 500.00 - 29.88 = 470.12 on the principal
    # July: 52988 x 6.27 x 31 / 36500 = 282.17; 2987.67 + 282.17 = 3269.84
    found = stated(OWED, paid("2025-06-30", 500_00), as_of="2025-07-31")
    assert found.principal.open_minor == 529_88
    assert found.interest == Total(32_70, 29_88)
    assert found.open_minor == 532_70


def test_leap_day_bears_interest():
    # 29 February and 1 March 2024: 100000 x 8.62 x 2 / 36600 = 47.10
    leap = replace(OWED, arisen_on=date(2024, 1, 2), due_on=date(2024, 2, 28), interest_from=date(2024, 2, 29))
    assert stated(leap, as_of="2024-03-01").interest.open_minor == 47


def test_interest_bears_no_interest():
    # 2024: 100000 x (8.62 x 182 + 8.37 x 184) / 36600 = 8494.32; 2025: 6765.89; not a cent on the first year's
    old = replace(OWED, arisen_on=date(2023, 12, 1), due_on=date(2023, 12, 31), interest_from=date(2024, 1, 1))
    found = stated(old, as_of="2025-12-31")
    assert found.interest.open_minor == 152_60
    assert [line.interest_minor for line in found.lines if line.key is LineKey.INTEREST] == [42_86, 42_08, 36_05, 31_61]


def test_pieces_add_up_to_the_rounded_sum():
    # 1.00 EUR from 1 January 2024: 4.286 + 4.208 + 3.605 + 3.161 = 15.260; rounded piece by piece it were 4+4+4+3
    small = replace(
        OWED,
        principal_minor=1_00,
        arisen_on=date(2023, 12, 1),
        due_on=date(2023, 12, 31),
        interest_from=date(2024, 1, 1),
    )
    found = stated(small, as_of="2025-12-31")
    assert [line.interest_minor for line in found.lines if line.key is LineKey.INTEREST] == [4, 4, 4, 3]
    assert found.interest.open_minor == 15


def test_rounding_never_drifts():
    # 0.10 EUR for six years at 4.12 % is 2.472 cents; each year alone rounds to nothing
    small = replace(
        OWED,
        principal_minor=10,
        arisen_on=date(2016, 12, 1),
        due_on=date(2016, 12, 31),
        interest_from=date(2017, 1, 1),
    )
    found = stated(small, as_of="2022-12-31")
    assert [line.interest_minor for line in found.lines if line.key is LineKey.INTEREST] == [0, 1, 0, 1, 0, 0]


def test_two_payments_on_one_day_see_one_day_of_interest():
    # ten days: 1.99; 300.00 + 200.00 - 1.99 = 498.01
    found = stated(OWED, paid("2025-02-10", 300_00), paid("2025-02-10", 200_00), as_of="2025-02-10")
    assert found.interest == Total(1_99, 1_99)
    assert found.principal.open_minor == 501_99


def test_exact_payment_leaves_nothing():
    found = stated(OWED, paid("2025-02-10", 1_001_99), as_of="2025-12-31")
    assert (found.open_minor, found.overpaid_minor) == (0, 0)


def test_overpayment_is_kept_apart():
    found = stated(OWED, paid("2025-02-10", 1_100_00), as_of="2025-02-28")
    assert (found.open_minor, found.overpaid_minor, found.received_minor) == (0, 98_01, 1_100_00)
    assert (found.lines[-1].key, found.lines[-1].overpaid_minor) == (LineKey.OVERPAYMENT, 98_01)


def test_payment_after_the_day_is_left_out():
    assert stated(OWED, paid("2025-03-01", 1_000_00), as_of="2025-02-28").open_minor == 1_005_58


def test_cost_after_the_day_is_left_out():
    assert stated(OWED, cost("2025-03-01", 25_00), as_of="2025-02-28").open_minor == 1_005_58


def test_payment_before_the_claim_arose_counts_when_it_does():
    found = stated(OWED, paid("2024-12-20", 1_000_00), as_of="2025-02-28")
    assert (found.open_minor, found.lines[-1].on) == (0, date(2025, 1, 2))


def test_claim_of_nothing():
    assert stated(replace(BUSINESS, principal_minor=0), as_of="2025-12-31").open_minor == 0


def test_big_claim():
    # ten millions between businesses, 1 Feb to 30 June: 1000000000 x 11.27 x 150 / 36500 = 46315068.49
    big = replace(BUSINESS, principal_minor=10_000_000_00)
    assert stated(big, as_of="2025-06-30").interest.open_minor == 463_150_68


def test_default_on_new_years_eve():
    # one day of 2025 at 6.27 % and one of 2026: 2 x 100000 x 6.27 / 36500 = 34.36
    late = replace(OWED, arisen_on=date(2025, 12, 1), due_on=date(2025, 12, 30), interest_from=date(2025, 12, 31))
    assert stated(late, as_of="2026-01-01").interest.open_minor == 34


# The lump sum


def test_business_a_day_late_owes_the_lump_sum():
    # 100000 x 11.27 / 36500 = 30.88; of 1,000.00 go 40.00 and 0.31 first
    found = stated(BUSINESS, paid("2025-02-01", 1_000_00), as_of="2025-02-01")
    assert found.costs == Total(40_00, 40_00)
    assert found.principal.open_minor == 40_31


def test_business_that_pays_in_time_owes_none():
    assert stated(BUSINESS, paid("2025-01-31", 1_000_00), as_of="2025-12-31").open_minor == 0


@pytest.mark.parametrize(
    "debt",
    [
        OWED,
        replace(BUSINESS, payment_claim=False),
        replace(BUSINESS, interest_from=None),
        replace(BUSINESS, currency="USD"),
        replace(BUSINESS, arisen_on=date(2014, 7, 28)),
    ],
    ids=["consumer", "damages", "not in default", "other currency", "contract before 29 July 2014"],
)
def test_no_lump_sum(debt):
    assert stated(debt, as_of="2025-02-28").costs.charged_minor == 0


def test_lump_sum_of_a_contract_of_29_july_2014():
    assert stated(replace(BUSINESS, arisen_on=date(2014, 7, 29)), as_of="2025-02-28").costs.charged_minor == 40_00


def test_consumer_creditor_gets_the_lump_sum_and_five_points():
    # § 288(5) asks about the debtor alone, § 288(2) about both; 28 days at 7.27 %
    found = stated(replace(BUSINESS, creditor_consumer=True), as_of="2025-02-28")
    assert (found.costs.open_minor, found.interest.open_minor) == (40_00, 5_58)


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        ([72_00], 72_00),  # BGH III ZR 174/17: 40.00 credited on lawyers' fees of 72.00
        ([25_00], 40_00),  # credited in full, 15.00 of the lump sum stay
        ([25_00, 30_00], 55_00),  # the second takes the 15.00
        ([40_00], 40_00),
        ([40_01], 40_01),
    ],
)
def test_lump_sum_is_credited_on_legal_costs(amounts, total):
    costs = [cost(f"2025-03-0{n}", amount) for n, amount in enumerate(amounts, start=1)]
    assert stated(BUSINESS, *costs, as_of="2025-03-31").costs == Total(total, 0)


def test_lump_sum_is_not_credited_on_bank_charges():
    found = stated(BUSINESS, cost("2025-03-01", 3_00, legal_pursuit=False), as_of="2025-03-31")
    assert found.costs.open_minor == 43_00


def test_lump_sum_is_credited_on_legal_costs_before_default():
    assert stated(BUSINESS, cost("2025-01-20", 72_00), as_of="2025-03-31").costs.open_minor == 72_00


def test_lump_sum_already_paid_is_credited_all_the_same():
    found = stated(BUSINESS, paid("2025-02-01", 1_040_31), cost("2025-03-01", 72_00), as_of="2025-03-31")
    assert (found.costs, found.open_minor) == (Total(72_00, 40_00), 32_00)


def test_every_claim_has_its_lump_sum_and_common_costs_use_up_all():
    # 100.00 for both: 40.00 + 40.00 are credited, so that costs are 100.00 in all
    second = replace(BUSINESS, reference="R2")
    both = stated(BUSINESS, second, as_of="2025-02-28")
    assert both.costs.open_minor == 80_00
    found = stated(BUSINESS, second, cost("2025-03-01", 100_00), as_of="2025-03-31")
    assert (found.costs.open_minor, found.open_of(None)) == (100_00, 20_00)


def test_common_costs_before_default_are_used_up_once():
    second = replace(BUSINESS, reference="R2")
    found = stated(BUSINESS, second, cost("2025-01-20", 60_00), as_of="2025-02-01")
    # 60.00 + 40.00 - 40.00 + 40.00 - 20.00
    assert found.costs.open_minor == 80_00


def test_common_costs_between_two_defaults_are_used_up_once():
    # R1 is in default when 60.00 arise: 40.00 credited; when R2 follows, 20.00 of the costs are left to credit on
    later = replace(BUSINESS, reference="R2", due_on=date(2025, 3, 31), interest_from=date(2025, 4, 1))
    found = stated(BUSINESS, later, cost("2025-03-01", 60_00), as_of="2025-04-01")
    # 40.00 + 60.00 - 40.00 + 40.00 - 20.00
    assert found.costs.open_minor == 80_00


# Several claims


SECOND = replace(OWED, reference="R2", principal_minor=500_00)


def test_assigned_payment_goes_to_its_claim_and_the_rest_on():
    # by 10 Feb: R1 owes 1.99 interest, R2 50000 x 7.27 x 10 / 36500 = 99.59
    found = stated(OWED, SECOND, paid("2025-02-10", 600_00, "R2"), as_of="2025-02-10")
    assert found.open_of("R2") == 0
    # 600.00 - 501.00 = 99.00 for R1: 1.99 interest, 97.01 principal
    assert found.open_of("R1") == 1_000_00 - 97_01


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({}, {"due_on": date(2025, 3, 31), "interest_from": None}),  # due before not due
        ({"secured": True}, {"due_on": date(2025, 3, 31), "interest_from": None}),  # due although secured
        ({"arisen_on": date(2025, 1, 9)}, {"secured": True}),  # less secure before secured, though younger
        ({"arisen_on": date(2025, 1, 9), "debtor_consumer": False}, {}),  # 9 points before 5, though younger
        ({"arisen_on": date(2025, 1, 9)}, {"interest_from": None}),  # in default before not, though younger
        ({}, {"arisen_on": date(2025, 1, 9)}),  # older before younger
    ],
)
def test_payment_without_a_word_follows_the_law(first, other):
    paid_first = replace(OWED, reference="Z", **first)
    found = stated(replace(OWED, reference="A", **other), paid_first, paid("2025-02-10", 100_00), as_of="2025-02-10")
    (line,) = [line for line in found.lines if line.key is LineKey.PAYMENT]
    assert line.debt == "Z"


def test_equal_claims_are_paid_in_proportion():
    # by 10 Feb 1,001.99 and 501.00 are open; 300.00 x 100199 / 150299 = 199.9993, x 50100 / 150299 = 100.0007
    found = stated(OWED, SECOND, paid("2025-02-10", 300_00), as_of="2025-02-10")
    assert (found.open_of("R1"), found.open_of("R2")) == (801_99, 401_00)


@pytest.mark.parametrize(
    ("amount", "debts", "shares"),
    [
        (100, [100, 200, 300], [17, 33, 50]),  # 16.67 33.33 50
        (1, [5, 5], [1, 0]),  # the left-over cent goes to the first of equals
        (10, [3, 3, 3], [3, 3, 3]),  # more than is owed
        (0, [3, 3], [0, 0]),
        (2, [0, 4], [0, 2]),
        (5, [], []),
    ],
)
def test_in_proportion(amount, debts, shares):
    assert in_proportion(amount, debts) == shares


def test_common_costs_are_paid_before_all_claims():
    found = stated(
        OWED, SECOND, cost("2025-02-05", 25_00, legal_pursuit=False), paid("2025-02-10", 25_00), as_of="2025-02-10"
    )
    assert (found.open_of(None), found.costs.open_minor) == (0, 0)
    assert found.principal.open_minor == 1_500_00


def test_cost_of_one_claim_is_paid_with_it():
    found = stated(OWED, SECOND, cost("2025-02-05", 25_00, "R2"), paid("2025-02-10", 30_00, "R2"), as_of="2025-02-10")
    # 25.00 costs, 1.00 interest, 4.00 principal
    assert found.open_of("R2") == 496_00


def test_payment_for_a_claim_yet_to_arise_is_not_lost():
    later = replace(OWED, reference="R2", arisen_on=date(2025, 6, 1), due_on=date(2025, 6, 30), interest_from=None)
    early = paid("2025-02-10", 500_00, "R2")
    # before it arises the money goes to what there is, afterwards to the claim it was meant for
    assert stated(OWED, later, early, as_of="2025-02-28").received_minor == 500_00
    found = stated(OWED, later, early, as_of="2025-06-01")
    assert found.open_of("R2") == 500_00
    assert found.lines[-1].on == date(2025, 6, 1)


# What cannot be stated


def test_no_amount_where_the_rate_is_unknown():
    found = statement([OWED], as_of=date(2026, 7, 1), rates=RATES)
    assert found == RateUnknown(
        rule="DE-V6", day=date(2026, 7, 1), known_from=date(2002, 1, 1), known_until=date(2026, 6, 30)
    )


def test_no_amount_where_a_payment_falls_into_the_unknown():
    late = Payment(on=date(2026, 8, 1), amount_minor=1_00, currency="EUR")
    assert isinstance(statement([OWED], [late], as_of=date(2026, 9, 1), rates=RATES), RateUnknown)


def test_unknown_rate_does_not_matter_when_all_is_paid_before():
    # 1 June to 30 June 2026: 100000 x 6.27 x 30 / 36500 = 515.34
    june = replace(OWED, arisen_on=date(2026, 5, 1), due_on=date(2026, 5, 31), interest_from=date(2026, 6, 1))
    found = stated(june, paid("2026-06-30", 1_005_15), as_of="2026-12-31")
    assert (found.open_minor, found.overpaid_minor) == (0, 0)


def test_unknown_rate_does_not_matter_before_default():
    assert stated(replace(OWED, interest_from=None), as_of="2030-01-01").open_minor == 1_000_00


EUR = {"currency": "EUR", "on": date(2025, 2, 1), "reference": "K7"}


@pytest.mark.parametrize(
    ("debts", "payments", "costs", "message"),
    [
        ([], [], [], "at least one claim"),
        ([replace(OWED, currency="XXX")], [], [], '"XXX" is not an ISO 4217 currency'),
        ([OWED, replace(SECOND, currency="CHF")], [], [], "claim R2: it is in CHF, but the statement is in EUR"),
        ([OWED], [Payment(**EUR | {"currency": "USD"}, amount_minor=1)], [], "payment K7 of 2025-02-01: it is in USD"),
        ([OWED], [], [Cost(**EUR | {"currency": "CHF"}, amount_minor=1)], "cost K7 of 2025-02-01: it is in CHF"),
        ([OWED], [Payment(**EUR, amount_minor=0)], [], "payment K7 .* above zero"),
        ([OWED], [Payment(**EUR, amount_minor=-5)], [], "payment K7 .* above zero"),
        ([OWED], [], [Cost(**EUR, amount_minor=-5)], "cost K7 .* above zero"),
        ([OWED], [Payment(**EUR, amount_minor=5, debt="R9")], [], "there is no claim R9"),
        ([OWED], [], [Cost(**EUR, amount_minor=5, debt="R9")], "there is no claim R9"),
        ([OWED, OWED], [], [], "claim R1: given twice"),
        ([replace(OWED, principal_minor=-1)], [], [], "must not be negative"),
        ([replace(OWED, interest_from=date(2025, 1, 1))], [], [], "before it arose"),
        ([replace(OWED, law=Law.AT)], [], [], "German law alone, not that of AT"),
        ([replace(OWED, law=Law.CH)], [], [], "German law alone, not that of CH"),
    ],
)
def test_what_cannot_be_added_up_is_refused(debts, payments, costs, message):
    with pytest.raises(BadInput, match=message):
        statement(debts, payments, costs, as_of=date(2025, 3, 1), rates=RATES)


# How it reads


def test_lines_run_by_day_with_a_balance():
    found = stated(BUSINESS, cost("2025-03-01", 72_00), paid("2025-07-10", 100_00), as_of="2025-07-31")
    # 150 days at 11.27 %: 4631.51; ten days at 10.27 %: 281.37, 4912.88; 100.00 = 72.00 + 28.00 of 49.13
    # 21 days at 10.27 %: 590.88, 5503.76
    assert [(line.on.isoformat(), line.key.value, line.change_minor, line.balance_minor) for line in found.lines] == [
        ("2025-01-02", "principal", 1_000_00, 1_000_00),
        ("2025-02-01", "lump_sum", 40_00, 1_040_00),
        ("2025-03-01", "cost", 72_00, 1_112_00),
        ("2025-03-01", "lump_sum_credited", -40_00, 1_072_00),
        ("2025-06-30", "interest", 46_32, 1_118_32),
        ("2025-07-10", "interest", 2_81, 1_121_13),
        ("2025-07-10", "payment", -100_00, 1_021_13),
        ("2025-07-31", "interest", 5_91, 1_027_04),
    ]


def test_lines_read_well_in_both_languages():
    found = stated(OWED, cost("2025-01-20", 25_00), paid("2025-02-01", 5_00), as_of="2025-02-28")
    assert [line_text(line, "de") for line in found.lines] == [
        "Hauptforderung",
        "Kosten RA",
        "Verzugszinsen, 7,27 % vom 01.02.2025 bis 01.02.2025, 1 Tag",
        "Zahlung K1",
        "Verzugszinsen, 7,27 % vom 02.02.2025 bis 28.02.2025, 27 Tage",
    ]
    assert [line_text(line, "en") for line in found.lines][2:] == [
        "Default interest, 7.27 % from 2025-02-01 to 2025-02-01, 1 day",
        "Payment K1",
        "Default interest, 7.27 % from 2025-02-02 to 2025-02-28, 27 days",
    ]
