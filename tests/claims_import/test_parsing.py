from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.claims_file.columns import COLUMNS
from dialer.claims_file.parsing import parse_row
from dialer.claims_file.rows import ImportDefaults, ImportRow, RawRow, Rejection
from dialer.core.case import ContactRole, DebtorType, LineType, PhoneRole


def test_a_full_row_is_understood(parse, bergmann):
    row = parse(
        bergmann
        | {
            "segment": "vip",
            "industry": "Handwerk",
            "country": "Deutschland",
            "subdivision": "Bayern",
            "postal_code": "80331",
            "city": "München",
            "language": "deutsch",
            "invoice_number": "RE-7",
            "paid": "10,00",
            "email": "dora@example.org",
            "phone_role": "Durchwahl",
            "fax": "030 23125099",
            "assigned_to": "anna",
            "timezone": "Europe/Berlin",
            "note": "pays late",
        }
    )
    assert isinstance(row, ImportRow)
    assert (row.line, row.creditor, row.debtor_reference, row.debtor_type) == (7, "acme", "K2", DebtorType.BUSINESS)
    assert (row.segment, row.industry, row.country, row.subdivision) == ("vip", "trades", "DE", "BY")
    assert (row.invoice_number, row.invoice_date, row.due_date) == ("RE-7", date(2026, 10, 1), date(2026, 10, 15))
    assert (row.amount_minor, row.paid_minor, row.currency, row.language) == (10_000, 1_000, "EUR", "de")
    assert row.contact is not None
    assert (row.contact.name, row.contact.role) == ("Dora Eichner", ContactRole.ACCOUNTS_PAYABLE)
    phone, fax = row.contact.phones
    assert (phone.e164, phone.role, phone.line_type, phone.fax) == (
        "+493023125002",
        PhoneRole.BUSINESS_DIRECT,
        LineType.FIXED,
        False,
    )
    assert (fax.e164, fax.fax) == ("+493023125099", True)
    assert row.warnings == ()


@pytest.mark.parametrize(
    ("word", "debtor_type"),
    [
        ("Privatperson", DebtorType.CONSUMER),
        ("VERBRAUCHER", DebtorType.CONSUMER),
        ("consumer", DebtorType.CONSUMER),
        ("Einzelunternehmer", DebtorType.SOLE_TRADER),
        ("e.K.", DebtorType.SOLE_TRADER),
        ("Firma", DebtorType.BUSINESS),
        ("GmbH & Co. KG", DebtorType.BUSINESS),
    ],
)
def test_debtor_types_are_known_in_both_languages(parse, anna, word, debtor_type):
    assert parse(anna | {"debtor_type": word}).debtor_type is debtor_type


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("Geschäftsführerin", ContactRole.MANAGING_DIRECTOR),
        ("Buchhaltung", ContactRole.ACCOUNTS_PAYABLE),
        ("Leiter Buchhaltung", ContactRole.HEAD_OF_ACCOUNTING),
        ("Einkauf", ContactRole.PURCHASING),
        ("Empfang", ContactRole.RECEPTION),
        ("Inhaber", ContactRole.OWNER),
        ("head of accounting", ContactRole.HEAD_OF_ACCOUNTING),
    ],
)
def test_contact_roles_are_known_in_both_languages(parse, bergmann, word, role):
    assert parse(bergmann | {"contact_role": word}).contact.role is role


@pytest.mark.parametrize(
    ("country", "subdivision", "found"),
    [
        ("DE", "DE-BY", "BY"),
        ("Germany", "nrw", "NW"),
        ("Österreich", "Wien", "9"),
        ("AT", "NÖ", "3"),
        ("Schweiz", "Zürich", "ZH"),
        ("USA", "ca", "CA"),
    ],
)
def test_subdivisions_are_known_by_code_and_name(parse, anna, country, subdivision, found):
    assert parse(anna | {"country": country, "subdivision": subdivision, "phone": None}).subdivision == found


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"creditor": "nobody"}, "creditor", "known are: acme, beta"),
        ({"creditor": None}, "creditor", "is missing"),
        ({"debtor_reference": None}, "debtor_reference", "is missing"),
        ({"debtor_name": "  "}, "debtor_name", "is missing"),
        ({"debtor_type": "Stammkunde"}, "debtor_type", "known are: consumer, sole_trader, business"),
        ({"segment": "gold"}, "segment", "known are: business, private, vip"),
        ({"country": "Utopia"}, "country", "'Utopia' is unknown"),
        ({"subdivision": "Tirol"}, "subdivision", "no subdivision of DE"),
        ({"language": "Latein"}, "language", "known are: de, en"),
        ({"claim_reference": None}, "claim_reference", "is missing"),
        ({"invoice_date": "01.10.26"}, "invoice_date", "four digits"),
        ({"due_date": None}, "due_date", "is missing"),
        ({"due_date": "30.09.2026"}, "due_date", "before the invoice"),
        ({"amount": "1.234"}, "amount", "ambiguous"),
        ({"amount": "-5"}, "amount", "credit notes"),
        ({"amount": None}, "amount", "is missing"),
        ({"paid": "viel"}, "paid", "no amount"),
        ({"currency": "DM"}, "currency", "no ISO currency"),
        ({"phone": "4,9151E+11"}, "phone", "format the column as text"),
        ({"phone": 491510000000}, "phone", "format the column as text"),
        ({"phone": 4.9151e11}, "phone", "format the column as text"),
        ({"phone": 15112345678}, "phone", "ambiguous"),
        ({"phone": 30.5}, "phone", "decimals"),
        ({"phone": "0900 5 123456"}, "phone", "premium"),
        ({"fax": "112"}, "fax", "emergency"),
        ({"phone_role": "hinten"}, "phone_role", "unknown"),
        ({"email": "anna"}, "email", "no e-mail address"),
        ({"timezone": "CET"}, "timezone", "Europe/Berlin"),
        ({"city": "Ham\u202eburg"}, "city", "invisible"),
        ({"note": "x" * 40_000}, "note", "longer than 32767"),
        ({"contact_role": "Buchhaltung"}, "contact_role", "no other contacts"),
        ({"contact_role": "Ehefrau"}, "contact_role", "no other contacts"),
        ({"contact_name": "Peter Schmidt"}, "contact_name", "not the debtor"),
        ({"debtor_type": "Firma", "contact_role": "selbst"}, "contact_role", "private persons"),
    ],
)
def test_a_wrong_cell_rejects_the_row_with_its_column_and_reason(parse, anna, change, column, reason):
    rejection = parse(anna | change)
    assert isinstance(rejection, Rejection)
    assert rejection.line == 7
    assert rejection.column == column
    assert reason in rejection.reason


def test_all_faults_of_a_row_are_told_at_once(parse, anna):
    rejection = parse(anna | {"amount": "abc", "phone": "112"})
    assert rejection.column == "amount, phone"
    assert "amount: 'abc' is no amount; phone: '112'" in rejection.reason


def test_reasons_are_german_where_asked(parse, anna, defaults):
    rejection = parse(anna | {"contact_role": "Chef"}, replace(defaults, language="de"))
    assert rejection.reason.startswith("'Chef' ist unbekannt; bekannt sind: selbst, Empfang, Buchhaltung")


def test_an_empty_debtor_type_is_a_consumer_and_counted(parse, anna):
    row = parse(anna | {"debtor_type": None})
    assert row.debtor_type is DebtorType.CONSUMER
    assert [warning.code for warning in row.warnings] == ["warn_type_empty"]


def test_the_only_creditor_needs_no_naming(parse, anna, defaults):
    assert parse(anna | {"creditor": None}, replace(defaults, creditors=frozenset({"solo"}))).creditor == "solo"


def test_the_default_segment_must_exist_too(parse, anna, defaults):
    rejection = parse(anna, replace(defaults, segments=frozenset({"vip"})))
    assert (rejection.column, rejection.reason) == ("segment", "'private' is unknown; known are: vip")


def test_without_defaults_country_and_currency_are_asked_for(parse, anna, defaults):
    rejection = parse(anna | {"currency": None}, replace(defaults, country=None, currency=None))
    assert rejection.column == "country, currency"


def test_an_empty_currency_is_warned_of(parse, anna):
    row = parse(anna | {"currency": None})
    assert (row.currency, row.warnings[0].text) == ("EUR", "currency empty: EUR taken")


@pytest.mark.parametrize("name", [None, "Anna Schmidt", "Schmidt, Anna", "Frau Schmidt", "FRAU DR. ANNA SCHMIDT"])
def test_a_consumer_is_his_own_only_contact(parse, anna, name):
    contact = parse(anna | {"contact_name": name, "contact_role": "selbst"}).contact
    assert (contact.name, contact.role) == ("Anna Schmidt", ContactRole.SELF)


def test_a_sole_trader_is_his_own_contact_unless_a_role_is_given(parse, anna):
    trader = anna | {"debtor_type": "Einzelunternehmer"}
    assert parse(trader).contact.role is ContactRole.SELF
    other = parse(trader | {"contact_name": "Olga Claasen", "contact_role": "Buchhaltung"}).contact
    assert (other.name, other.role) == ("Olga Claasen", ContactRole.ACCOUNTS_PAYABLE)


def test_a_business_contact_without_a_role_is_reception_with_a_warning(parse, bergmann):
    row = parse(bergmann | {"contact_role": None})
    assert row.contact.role is ContactRole.RECEPTION
    assert [warning.code for warning in row.warnings] == ["warn_role_empty"]


def test_a_business_number_without_a_name_is_the_firms_reception(parse, bergmann):
    row = parse(bergmann | {"contact_role": None, "contact_name": None})
    assert (row.contact.name, row.contact.role) == ("Bergmann Metallbau GmbH", ContactRole.RECEPTION)


def test_a_row_without_contact_data_is_taken(parse, bergmann):
    assert parse(bergmann | {"contact_role": None, "contact_name": None, "phone": None}).contact is None


def test_an_overpaid_claim_is_taken_with_a_warning(parse, anna):
    row = parse(anna | {"paid": "150"})
    assert (row.paid_minor, [warning.code for warning in row.warnings]) == (15_000, ["warn_overpaid"])


def test_one_number_as_phone_and_fax_is_a_phone(parse, anna):
    row = parse(anna | {"fax": "+49 30 23125001"})
    assert [phone.fax for phone in row.contact.phones] == [False]


def test_a_row_that_could_not_be_read_is_rejected(parse, defaults):
    raw = RawRow(3, (), {}, "quotation marks are broken")
    assert parse_row(raw, defaults=defaults, read_number=lambda *_: "") == Rejection(
        3, "", "quotation marks are broken"
    )


_CELLS = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.sampled_from(
        ["Firma", "selbst", "DE", "EUR", "1.234,56", "01.10.2026", "+493023125000", "#REF!", "=1+1", "4.9E+11"]
    ),
)


@given(st.dictionaries(st.sampled_from(COLUMNS), _CELLS))
def test_junk_rows_never_raise(parse_junk, cells: dict[str, Any]):
    outcome = parse_junk(cells)
    assert isinstance(outcome, (ImportRow, Rejection))


@given(st.sampled_from(COLUMNS), _CELLS)
def test_one_junk_cell_never_raises(parse_junk, anna_always, column: str, cell: Any):
    outcome = parse_junk(anna_always | {column: cell})
    assert isinstance(outcome, (ImportRow, Rejection))


@pytest.fixture(scope="module")
def anna_always() -> dict[str, Any]:
    return {
        "creditor": "acme",
        "debtor_reference": "K1",
        "debtor_name": "Anna Schmidt",
        "debtor_type": "Privatperson",
        "claim_reference": "F1",
        "invoice_date": datetime(2026, 10, 1, tzinfo=UTC),
        "due_date": datetime(2026, 10, 15, tzinfo=UTC),
        "amount": 100.5,
    }


@pytest.fixture(scope="module")
def parse_junk():
    defaults = ImportDefaults(creditors=frozenset({"acme"}), segments=frozenset({"private", "business"}))
    return lambda cells: parse_row(RawRow(1, (), cells), defaults=defaults, read_number=lambda *_: "no number")


def test_times_and_durations_are_no_text(parse, anna):
    assert parse(anna | {"claim_reference": time(1)}).column == "claim_reference"
    assert parse(anna | {"claim_reference": timedelta(1)}).column == "claim_reference"
