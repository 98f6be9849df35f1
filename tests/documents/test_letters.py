"""What the letters say: Schreinerei Beck writes to Frau Weber of Groß & Weber."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from dialer.core.errors import BadInput
from dialer.documents.kinds import Kind
from dialer.documents.letters import AgreedCallback, CallbackFax, PhoneAgreement, Promise, ReminderLetter
from dialer.documents.values import ClaimLine, Money, StatementLine
from tests.documents.paper import CLAIMS, FRAME, REMINDER, drawn_code, euros, flowing

BERLIN = ZoneInfo("Europe/Berlin")
SPOKEN_AT = datetime(2026, 11, 24, 18, 2, tzinfo=BERLIN)


def test_the_fax_asks_for_a_call_and_names_the_invoice_but_no_amount(renderer):
    fax = CallbackFax(FRAME, "Anna Berger", "0821 55501", "Montag bis Freitag 9 bis 17 Uhr", "0711 99", "RE-1")
    text = flowing(renderer.render(Kind.CALLBACK_FAX, fax, "de"))
    assert "ich möchte gern mit Ihnen sprechen und bitte Sie um Ihren Rückruf." in text
    assert "Es geht um unsere Rechnung RE-1." in text
    assert "Name Anna Berger Firma Schreinerei Beck GmbH Rufnummer 0821 55501" in text
    assert "Zeiten Montag bis Freitag 9 bis 17 Uhr" in text
    assert "Fax 0711 99" in text
    assert "Seiten 1" in text
    assert "€" not in text
    assert "DE02" not in text


def test_the_fax_without_an_invoice_gives_no_reason(renderer):
    fax = CallbackFax(FRAME, "Anna Berger", "0821 55501", "9 to 5", "0711 99")
    text = flowing(renderer.render(Kind.CALLBACK_FAX, fax, "en"))
    assert "I would like to speak with you and kindly ask you to call me back. You can reach me here:" in text
    assert "invoice" not in text.lower()


def test_the_reminder_lists_what_is_open_and_how_to_pay(renderer):
    text = flowing(renderer.render(Kind.REMINDER_LETTER, REMINDER, "de"))
    assert "Rechnung Rechnungsdatum Fällig am Betrag Offen" in text
    assert "RE-1 01.09.2026 15.09.2026 1.250,00 € 1.250,00 €" in text
    assert "Summe 1.299,99 €" in text
    assert "Bitte überweisen Sie 1.299,99 € bis zum 08.12.2026 auf das unten genannte Konto." in text
    assert "IBAN DE02 1203 0000 0000 2020 51" in text
    assert "Verwendungszweck A-17 RE-1 RE-2" in text
    assert "Ist eine Rechnung aus Ihrer Sicht nicht richtig" in text


def test_the_reminder_in_english(renderer):
    letter = replace(REMINDER, frame=replace(FRAME, salutation=""))
    text = flowing(renderer.render(Kind.REMINDER_LETTER, letter, "en"))
    assert "Dear Sir or Madam, according to our records the following amount is still open:" in text
    assert "RE-2 1 Sept 2026 15 Sept 2026 €49.99 €49.99" in text
    assert "Please transfer €1,299.99 by 8 Dec 2026 to the account named below." in text
    assert "Page 1 of 1" in text


def test_interest_and_payments_are_added_up(renderer):
    lines = (
        StatementLine("Verzugszinsen", date(2026, 11, 24), euros(1001)),
        StatementLine("Zahlung", date(2026, 11, 2), euros(-50000)),
    )
    text = flowing(renderer.render(Kind.REMINDER_LETTER, replace(REMINDER, statement=lines), "de"))
    assert "Zahlung 02.11.2026 -500,00 € Summe 810,00 €" in text


def test_a_letter_in_francs_has_no_code(renderer):
    francs = Money(50000, "CHF")
    letter = ReminderLetter(
        FRAME, (ClaimLine("R1", date(2026, 1, 2), date(2026, 2, 2), francs, francs),), date(2026, 12, 1), "R1"
    )
    pdf = renderer.render(Kind.REMINDER_LETTER, letter, "de")
    assert drawn_code(pdf) is None
    assert "500,00 CHF" in flowing(pdf)


def test_a_reminder_of_nothing_is_refused():
    with pytest.raises(BadInput, match="nothing is open"):
        replace(REMINDER, statement=(StatementLine("Zahlung", date(2026, 11, 2), euros(-129999)),))


def test_currencies_are_not_mixed():
    with pytest.raises(BadInput, match="these are in CHF, EUR"):
        replace(REMINDER, statement=(StatementLine("Kosten", date(2026, 11, 2), Money(1, "CHF")),))


def test_a_promise_is_confirmed_with_who_spoke_and_when(renderer):
    promise = Promise(euros(40000), date(2026, 12, 1))
    agreed = PhoneAgreement(FRAME, "Ida Weber", SPOKEN_AT, "Anna Berger", promise, None, CLAIMS, "A-17")
    text = flowing(renderer.render(Kind.PHONE_AGREEMENT, agreed, "de"))
    assert "Anna Berger hat am 24.11.2026, 18:02 Uhr (MEZ) mit Ida Weber gesprochen." in text
    assert "Besprochen wurde eine Zahlung von 400,00 € bis zum 01.12.2026." in text
    assert "Haben Sie etwas anders in Erinnerung, teilen Sie uns das bitte mit." in text
    assert "Betrag 400,00 €" in text


def test_a_call_back_is_confirmed_without_any_money(renderer):
    again = AgreedCallback(datetime(2026, 7, 1, 10, 30, tzinfo=BERLIN), "Ida Weber", "0711 88")
    agreed = PhoneAgreement(FRAME, "Ida Weber", SPOKEN_AT, "Anna Berger", callback=again)
    pdf = renderer.render(Kind.PHONE_AGREEMENT, agreed, "en")
    assert "We discussed another call on 1 July 2026, 10:30 (CEST). We will call Ida Weber on 0711 88." in flowing(pdf)
    assert drawn_code(pdf) is None


def test_a_conversation_has_one_outcome():
    with pytest.raises(BadInput, match="either a promise or a call-back"):
        PhoneAgreement(FRAME, "Ida Weber", SPOKEN_AT, "Anna Berger")


def test_a_time_without_a_zone_is_refused(renderer):
    promise = Promise(euros(1), date(2026, 12, 1))
    agreed = PhoneAgreement(FRAME, "Ida Weber", SPOKEN_AT.replace(tzinfo=None), "Anna Berger", promise)
    with pytest.raises(BadInput, match="names no time zone"):
        renderer.render(Kind.PHONE_AGREEMENT, agreed, "de")
