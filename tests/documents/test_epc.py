"""The payment code against the standard's own rules, and IBANs from the registry's examples."""

from __future__ import annotations

import pytest
import segno

from dialer.core.errors import BadInput
from dialer.documents.epc import is_iban, payment_code, payment_payload
from dialer.documents.kinds import Kind
from dialer.documents.letterhead import BankAccount
from tests.documents.paper import REMINDER, drawn_code

BECK = {"holder": "Schreinerei Beck GmbH", "iban": "DE02120300000000202051", "bic": "BYLADEM1001"}


def payload(minor=129999, currency="EUR", reference="A-17 RE-1", **other):
    return payment_payload(**(BECK | other), minor=minor, currency=currency, reference=reference)


def test_the_payload_has_twelve_lines_less_the_last():
    assert payload() == (
        "BCD\n002\n1\nSCT\nBYLADEM1001\nSchreinerei Beck GmbH\nDE02120300000000202051\nEUR1299.99\n\n\nA-17 RE-1"
    )


@pytest.mark.parametrize(("minor", "shown"), [(1, "EUR0.01"), (5000, "EUR50.00"), (99_999_999_999, "EUR999999999.99")])
def test_amounts_are_in_euros_with_two_decimals(minor, shown):
    assert payload(minor).split("\n")[7] == shown


@pytest.mark.parametrize("minor", [0, -1, 100_000_000_000])
def test_there_is_no_code_for_an_amount_outside_the_standard(minor):
    assert payload(minor) is None


def test_there_is_no_code_in_another_currency():
    assert payload(currency="CHF") is None


def test_line_breaks_cannot_move_the_fields():
    lines = payload(holder="Beck\nDE89370400440532013000", reference="RE-1\r\nEUR1").split("\n")
    assert (len(lines), lines[5], lines[10]) == (11, "Beck DE89370400440532013000", "RE-1 EUR1")


def test_a_reference_longer_than_a_transfer_carries_is_refused():
    with pytest.raises(BadInput, match="141 characters; a transfer carries 140"):
        payload(reference="x" * 141)


@pytest.mark.parametrize(
    "iban",
    ["DE89370400440532013000", "AT611904300234573201", "CH9300762011623852957", "GB29NWBK60161331926819",
     "NL91ABNA0417164300", "MT84MALT011000012345MTLCAST001S"],
)  # fmt: skip
def test_the_registrys_examples_are_ibans(iban):
    assert is_iban(iban)


@pytest.mark.parametrize(
    "wrong", ["DE89370400440532013001", "DE8937040044053201300", "de89370400440532013000", "DE89 3704", "", "XX"]
)
def test_wrong_digits_lengths_and_letters_are_not(wrong):
    assert not is_iban(wrong)


def test_an_account_takes_an_iban_in_groups_and_shows_it_so():
    account = BankAccount("Beck", "de02 1203 0000 0000 2020 51")
    assert (account.iban, account.iban_groups) == ("DE02120300000000202051", "DE02 1203 0000 0000 2020 51")


@pytest.mark.parametrize(
    ("account", "complaint"),
    [
        (("Beck", "DE02120300000000202052"), "is no IBAN"),
        (("Beck", "DE02120300000000202051", "BYLA"), "is no BIC"),
        ((" ", "DE02120300000000202051"), "1 to 70 characters"),
        (("B" * 71, "DE02120300000000202051"), "1 to 70 characters"),
    ],
)
def test_an_account_that_no_bank_would_take_is_refused(account, complaint):
    with pytest.raises(BadInput, match=complaint):
        BankAccount(*account)


def test_the_code_is_a_picture_with_its_quiet_zone():
    svg = payment_code(payload()).decode()
    side = len(segno.make_qr(payload().encode(), error="m", boost_error=False).matrix) + 8
    assert svg.startswith(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">')
    assert "M4 4h7v1h-7z" in svg  # the first row of the finder pattern


def test_the_letter_shows_the_very_modules(renderer):
    expected = (
        "BCD\n002\n1\nSCT\nBYLADEM1001\nSchreinerei Beck GmbH\nDE02120300000000202051\nEUR1299.99\n\n\nA-17 RE-1 RE-2"
    )
    code = segno.make_qr(expected.encode(), error="m", boost_error=False)
    drawn = drawn_code(renderer.render(Kind.REMINDER_LETTER, REMINDER, "de"))
    assert drawn == [list(row) for row in code.matrix]
