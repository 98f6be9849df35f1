from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from dialer.telephony.redaction import mask_digits, redact


@pytest.mark.parametrize("name", ["To", "From", "Caller", "Called", "ForwardedFrom"])
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+4915112345678", "***78"),
        ("4915112345678", "***78"),
        ("anonymous", "***"),
        ("client:alice", "***"),
        ("sip:+4930123456@example.com", "***"),
        ("1234", "***"),
        ("", ""),
    ],
)
def test_number_keeps_its_last_two_digits(name, value, shown):
    assert redact({name: value}) == {name: shown}


def test_number_in_an_unknown_field_is_masked():
    assert redact({"Brandnew": "+4915112345678", "Digits": "1"}) == {"Brandnew": "***78", "Digits": "1"}


def test_empty_geography_is_left_out():
    form = {"FromCity": "", "ToZip": "", "CalledCountry": "DE", "StirStatus": ""}
    assert redact(form) == {"CalledCountry": "DE", "StirStatus": ""}


@pytest.mark.parametrize("name", ["CallerName", "CallToken", "SpeechResult"])
def test_private_fields_are_covered(name):
    assert redact({name: "MUELLER GMBH"}) == {name: "***"}


def test_identifiers_stay():
    form = {"CallSid": "CA" + "1" * 32, "DialCallSid": "CA" + "2" * 32, "Timestamp": "Tue, 31 Aug 2010 20:36:28 +0000"}
    assert redact(form) == form


def test_form_of_a_request_becomes_a_plain_dict():
    form = MultiDict([("Digits", "1"), ("Digits", "2")])
    assert redact(form) == {"Digits": "1"}


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True), st.text())
def test_no_number_survives(number, name):
    assert number[:-2] not in str(redact({"To": number, "X" + name: number}))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("The number +4915112345678 is bad", "The number *** is bad"),
        ("To=%2B4915112345678&x", "To=%2B***&x"),
        ("call (0151) 123-456 78 now", "call (*** now"),
        ("+49 151 / 1234567", "***"),
        ("code 21211, status 400", "code 21211, status 400"),
    ],
)
def test_runs_of_digits_are_masked(text, masked):
    assert mask_digits(text) == masked
