"""What counts as paid when the claims file and the bank both tell of it, to the cent."""

from __future__ import annotations

from datetime import date

from dialer.core.paid import Paid, by_file, by_payment

MONDAY, TUESDAY, NEXT_WEEK = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 30)


def told(minor: int, *, figure: int, fresh: int = 0, on: date | None = None) -> Paid:
    return Paid(minor=minor, told_minor=figure, fresh_minor=fresh, told_on=on)


def test_the_first_figure_counts():
    assert by_file(Paid(), 200, booked=0, on=MONDAY) == told(200, figure=200, fresh=200, on=MONDAY)
    assert by_file(Paid(), 0, booked=0, on=MONDAY) == told(0, figure=0)


def test_the_same_figure_again_tells_nothing_new():
    bank = by_payment(by_file(Paid(), 0, booked=0, on=MONDAY), 500, paid_on=TUESDAY)
    assert bank == told(500, figure=0)
    assert by_file(bank, 0, booked=500, on=NEXT_WEEK) == told(500, figure=0)


def test_a_payment_that_the_file_learns_of_counts_once():
    again = by_file(told(500, figure=0), 500, booked=500, on=NEXT_WEEK)
    assert again == told(500, figure=500)
    assert by_file(again, 700, booked=500, on=NEXT_WEEK) == told(700, figure=700, fresh=200, on=NEXT_WEEK)


def test_a_file_that_lags_behind_the_bank_takes_nothing_away():
    assert by_file(told(700, figure=0), 500, booked=700, on=NEXT_WEEK) == told(700, figure=500)


def test_what_was_paid_before_the_first_file_stays_beside_the_bank():
    bank = by_payment(told(200, figure=200, fresh=200, on=MONDAY), 300, paid_on=TUESDAY)
    assert bank == told(500, figure=200, fresh=200, on=MONDAY)
    assert by_file(bank, 500, booked=300, on=NEXT_WEEK).minor == 500


def test_a_file_takes_back_what_it_alone_had_said():
    assert by_file(told(5_000, figure=5_000, fresh=5_000, on=MONDAY), 500, booked=0, on=TUESDAY) == told(
        500, figure=500, fresh=500, on=MONDAY
    )
    # 200 by the file alone and 300 by the bank: the file corrects its 200 to 100
    assert by_file(told(500, figure=200, fresh=200, on=MONDAY), 100, booked=300, on=TUESDAY).minor == 400


def test_a_file_takes_back_no_payment_that_is_booked():
    assert by_file(told(500, figure=500), 0, booked=500, on=NEXT_WEEK) == told(500, figure=0)
    assert by_file(told(700, figure=700, fresh=200, on=MONDAY), 0, booked=500, on=NEXT_WEEK).minor == 500


def test_a_reversal_is_not_undone_by_a_file_that_knows_nothing_of_it():
    returned = by_payment(told(500, figure=500), -500, paid_on=TUESDAY)
    assert returned == told(0, figure=500)
    assert by_file(returned, 500, booked=0, on=NEXT_WEEK) == told(0, figure=500)
    # the file has seen it, and another 300
    assert by_file(returned, 300, booked=0, on=NEXT_WEEK) == told(300, figure=300, fresh=300, on=NEXT_WEEK)
    assert by_file(returned, 0, booked=0, on=NEXT_WEEK) == told(0, figure=0)


def test_a_claim_whose_file_was_never_noted_goes_by_what_is_not_booked():
    assert by_file(Paid(minor=500), 0, booked=500, on=MONDAY) == told(500, figure=0)
    assert by_file(Paid(minor=3_000), 0, booked=0, on=MONDAY) == told(0, figure=0)
    assert by_file(Paid(minor=500), 500, booked=500, on=MONDAY) == told(500, figure=500)


def test_a_payment_the_file_knew_first_counts_once():
    file = told(700, figure=700, fresh=700, on=MONDAY)
    assert by_payment(file, 500, paid_on=MONDAY) == told(700, figure=700, fresh=200, on=MONDAY)
    # 300 is more than the file has brought beyond the 500: that is another payment
    assert by_payment(told(700, figure=700, fresh=200, on=MONDAY), 300, paid_on=MONDAY).minor == 1_000


def test_a_payment_of_a_later_day_than_the_file_is_added():
    assert by_payment(told(700, figure=700, fresh=700, on=MONDAY), 500, paid_on=TUESDAY).minor == 1_200


def test_a_payment_of_a_claim_that_no_file_told_of_is_added():
    assert by_payment(Paid(), 500, paid_on=MONDAY) == Paid(minor=500)
    assert by_payment(Paid(minor=500, fresh_minor=500), 500, paid_on=MONDAY).minor == 1_000
