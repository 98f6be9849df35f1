"""The base documents: one debtor of each kind and country for whom nothing forbids a call on a Tuesday at noon."""

from __future__ import annotations

from typing import Any

from tests.vectors.kit import Facts, document

GERMAN: Facts = {
    "operator": {
        "role": "own_claim",
        "country": "DE",
        "subdivision": "BE",
        "city": "Berlin",
        "caller_id": "+493023125000",
    },
    "debtor": {"type": "consumer", "country": "DE", "subdivision": "BE", "postal_code": "10115", "city": "Berlin"},
    "phone": {"e164": "+493023125001", "role": "private", "line_type": "fixed"},
    "contact": {"role": "self"},
    "claims": [{"id": "F1", "default_since": "2026-10-01"}],
    "channel": "call",
    "mode": "preview",
}

AUSTRIAN = document(
    GERMAN,
    operator={"country": "AT", "subdivision": "9", "city": "Wien", "caller_id": "+4312345670"},
    debtor={"country": "AT", "subdivision": "9", "postal_code": "1010", "city": "Wien"},
    phone={"e164": "+4312345678"},
)

SWISS = document(
    GERMAN,
    operator={"country": "CH", "subdivision": "ZH", "city": "Zürich", "caller_id": "+41442345670"},
    debtor={"country": "CH", "subdivision": "ZH", "postal_code": "8400", "city": "Winterthur"},
    phone={"e164": "+41442345678"},
)

BRITISH = document(
    GERMAN,
    operator={"country": "GB", "subdivision": "ENG", "city": "London", "caller_id": "+442079460000"},
    debtor={"country": "GB", "subdivision": "ENG", "postal_code": "SW1A 1AA", "city": "London"},
    phone={"e164": "+442079460018"},
)

AMERICAN = document(
    GERMAN,
    operator={
        "role": "registered_collector",
        "country": "US",
        "subdivision": "IL",
        "city": "Chicago",
        "caller_id": "+13125550100",
    },
    debtor={
        "country": "US",
        "subdivision": "IL",
        "postal_code": "60601",
        "city": "Chicago",
        "zones": ["America/Chicago"],
    },
    phone={"e164": "+13125550123"},
    claims=[{"id": "A1", "default_since": "2026-04-01"}],
    notices={"us_validation": "2026-05-01T12:00:00-05:00"},
)
"""Illinois: no state rule beside the federal ones."""

_AT_A_COMPANY: Facts = {
    "debtor": {"type": "business"},
    "phone": {"role": "business_main"},
    "contact": {"role": "accounts_payable"},
}


def _company(base: Facts, changes: Facts) -> Facts:
    return document(document(base, **_AT_A_COMPANY), **changes)


def de(**changes: Any) -> Facts:
    """A consumer in Berlin who owes us an invoice, called by a collector who clicked."""
    return document(GERMAN, **changes)


def de_trader(**changes: Any) -> Facts:
    """A sole trader in Berlin, called on the number of his shop."""
    return document(de(debtor={"type": "sole_trader"}, phone={"role": "business_main"}), **changes)


def de_company(**changes: Any) -> Facts:
    """A company in Berlin: accounts payable, on the main line."""
    return _company(GERMAN, changes)


def de_collector(**changes: Any) -> Facts:
    """The consumer in Berlin, and a registered collector who works for somebody else."""
    return document(de(operator={"role": "registered_collector"}), **changes)


def at(**changes: Any) -> Facts:
    """A consumer in Vienna, called from Vienna."""
    return document(AUSTRIAN, **changes)


def at_company(**changes: Any) -> Facts:
    """A company in Vienna."""
    return _company(AUSTRIAN, changes)


def ch(**changes: Any) -> Facts:
    """A consumer in Winterthur, called from Zurich."""
    return document(SWISS, **changes)


def ch_company(**changes: Any) -> Facts:
    """A company in Winterthur."""
    return _company(SWISS, changes)


def gb(**changes: Any) -> Facts:
    """A consumer in London, called from London."""
    return document(BRITISH, **changes)


def gb_company(**changes: Any) -> Facts:
    """A company in London."""
    return _company(BRITISH, changes)


def us(**changes: Any) -> Facts:
    """A consumer in Chicago with a landline; the validation notice was sent in May."""
    return document(AMERICAN, **changes)


def us_company(**changes: Any) -> Facts:
    """A company in Chicago."""
    return _company(AMERICAN, changes)


_LIVES = {
    "MA": {"postal_code": "02108", "city": "Boston", "zones": ["America/New_York"]},
    "WA": {"postal_code": "98101", "city": "Seattle", "zones": ["America/Los_Angeles"]},
    "NY": {"postal_code": "10001", "city": "New York", "zones": ["America/New_York"]},
    "DC": {"postal_code": "20001", "city": "Washington", "zones": ["America/New_York"]},
}
_NUMBERS = {"MA": "+16175550123", "WA": "+12065550123", "NY": "+12125550123", "DC": "+12025550123"}


def us_in(state: str, **changes: Any) -> Facts:
    """The American consumer, living in Boston (MA), Seattle (WA), New York City (NY) or Washington (DC)."""
    here = us(debtor={"subdivision": state, **_LIVES[state]}, phone={"e164": _NUMBERS[state]})
    return document(here, **changes)
