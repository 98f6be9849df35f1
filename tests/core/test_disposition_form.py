"""Which fields each disposition has, which must be filled in, and how people call them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dialer.core.agreement import Every
from dialer.core.disposition import Report, problem
from dialer.core.disposition_form import FORMS, FieldName, field_label, missing, surplus
from dialer.core.outcome import Disposition
from tests.core.stories import in_berlin

NOW = in_berlin("2026-11-24T12:00:00")
TODAY = date(2026, 11, 24)

# * = must be filled in
FIELDS = {
    "promise_to_pay": "amount_minor* on* spoken_to reason",
    "instalments_agreed": "amount_minor* on* every total_minor rates interest_free acceleration spoken_to reason",
    "says_paid": "spoken_to reason",
    "refused": "spoken_to reason",
    "evaded": "spoken_to reason",
    "gatekeeper": "spoken_to reason",
    "dispute": "spoken_to reason",
    "wrong_party": "reason",
    "callback_agreed": "callback_at* spoken_to reason",
    "cannot_pay": "spoken_to reason",
    "insolvency": "spoken_to reason",
    "represented": "spoken_to reason",
    "do_not_call": "spoken_to reason",
    "deceased": "spoken_to reason",
    "no_result": "reason",
}


def wrong(said, **filled):
    return problem(Report(disposition=Disposition(said), **filled), open_minor=10_000, today=TODAY, now=NOW)


def test_every_disposition_has_its_form():
    assert {said.value: " ".join(f.name.value + "*" * f.required for f in FORMS[said]) for said in FORMS} == FIELDS
    assert list(FORMS) == list(Disposition)


@pytest.mark.parametrize(
    ("said", "field", "german", "english"),
    [
        ("promise_to_pay", "amount_minor", "Zugesagter Betrag", "Promised amount"),
        ("instalments_agreed", "amount_minor", "Rate", "Rate"),
        ("instalments_agreed", "on", "Tag der ersten Rate", "Day of the first rate"),
        ("dispute", "reason", "Was bestritten wird", "What is disputed"),
        ("refused", "reason", "Grund der Weigerung", "Why he refuses"),
        ("callback_agreed", "callback_at", "Vereinbarte Zeit", "Agreed time"),
        ("gatekeeper", "spoken_to", "Gesprochen mit", "Spoken to"),
    ],
)
def test_fields_are_called_by_what_they_mean_there(said, field, german, english):
    (found,) = (f for f in FORMS[Disposition(said)] if f.name == field)
    assert (field_label(found, "de"), field_label(found, "en")) == (german, english)


def test_every_field_has_words_in_both_languages():
    words = {field_label(field, language) for form in FORMS.values() for field in form for language in ("de", "en")}
    assert len(words) == 47  # "Rate" is the same in both
    assert "" not in words


@pytest.mark.parametrize("said", [d.value for d in Disposition])
@pytest.mark.parametrize(
    ("filled", "name", "strangers"),
    [
        ({"spoken_to": "Frau Mahler"}, "person spoken to", {"wrong_party", "no_result"}),
        ({"reason": "Ware fehlt"}, "reason", set()),
        ({"every": Every.MONTH}, "plan of rates", set(FIELDS) - {"instalments_agreed"}),
    ],
)
def test_what_does_not_belong_to_a_disposition_is_named(said, filled, name, strangers):
    assert (wrong(said, **filled) == f"{said} has no {name}") is (said in strangers)


def test_blanks_are_nothing():
    assert wrong("wrong_party", spoken_to=" ") is None


def test_reason_and_person_go_with_what_must_be_filled_in():
    person = {"spoken_to": "7", "reason": "Urlaub"}
    assert wrong("promise_to_pay", amount_minor=5_000, on=TODAY, **person) is None
    assert wrong("promise_to_pay", **person) == "promise_to_pay needs an amount and a date (DE-A4)"
    assert wrong("promise_to_pay", amount_minor=5_000) == "promise_to_pay needs an amount and a date (DE-A4)"
    assert wrong("callback_agreed", **person) == "callback_agreed needs the agreed time"
    assert wrong("callback_agreed", callback_at=NOW + timedelta(hours=1), **person) is None


def test_rates_one_by_one_stand_for_rate_and_day():
    plan, none = Disposition.INSTALMENTS_AGREED, frozenset()
    assert missing(plan, none) is FieldName.AMOUNT
    assert missing(plan, frozenset({FieldName.AMOUNT})) is FieldName.ON
    assert missing(plan, frozenset({FieldName.RATES})) is None
    assert surplus(Disposition.REFUSED, frozenset({FieldName.REASON, FieldName.CALLBACK})) is FieldName.CALLBACK
    assert surplus(plan, none) is None
