"""Requests that nothing speaks against but the clock, one for each kind of debtor in each country."""

from __future__ import annotations

from random import Random
from typing import Any

CONTACTS = {
    "consumer": ["self"],
    "sole_trader": ["self", "owner"],
    "business": ["accounts_payable", "head_of_accounting", "purchasing", "managing_director", "reception"],
}
PHONE_ROLES = {
    "consumer": ["private"],
    "sole_trader": ["private", "business_main", "business_direct"],
    "business": ["business_main", "business_direct", "work"],
}
LINES = ["fixed", "fixed", "mobile", "unknown"]
COUNTRIES = ["DE"] * 4 + ["US"] * 4 + ["AT", "CH", "GB"] * 2
SUBDIVISIONS = {
    "DE": ["BE", "BY", "BY", "BW", "HH", "NW", "SN", "TH", "SL", "BB", None],
    "AT": ["1", "5", "9", None],
    "CH": ["ZH", "GE", "TI", "BE", "AI", None],
    "GB": ["ENG", "WLS", "SCT", "NIR", None],
}
NUMBERS = {
    "DE": ["+4930231250", "+498912345678", "+4915112345678"],
    "AT": ["+431512345", "+43664123456"],
    "CH": ["+41442345678", "+41791234567"],
    "GB": ["+442071838750", "+447911123456"],
}
CALLER_IDS = {"DE": "+493023125000", "AT": "+43151234567", "CH": "+41443456789", "GB": "+442071838751"}

AMERICA = [
    {"subdivision": "NY", "city": "New York", "zones": ["America/New_York"], "number": "+12127360001"},
    {"subdivision": "NY", "city": "Brooklyn", "zones": ["America/New_York"], "number": "+12127360002"},
    {"subdivision": "NY", "city": "Albany", "zones": ["America/New_York"], "number": "+12127360003"},
    {"subdivision": "NY", "postal_code": "10001", "zones": ["America/New_York"], "number": "+13103940001"},
    {"subdivision": "NY", "postal_code": "12207", "zones": ["America/New_York"], "number": "+12127360004"},
    {"subdivision": "NY", "zones": ["America/New_York"], "number": "+12127360005"},
    {"postal_code": "11201", "zones": ["America/New_York"], "number": "+12127360006"},
    {"subdivision": "MA", "zones": ["America/New_York"], "number": "+16174230001"},
    {"postal_code": "02108", "zones": ["America/New_York"], "number": "+16174230002"},
    {"subdivision": "MA", "zones": ["America/New_York"], "number": "+13103940003"},
    {"subdivision": "WA", "zones": ["America/Los_Angeles"], "number": "+12066220001"},
    {"subdivision": "DC", "zones": ["America/New_York"], "number": "+12022240001"},
    {"subdivision": "CA", "zones": ["America/Los_Angeles"], "number": "+12127360007"},
    {"subdivision": "CA", "zones": ["America/Los_Angeles"], "number": "+13103940002"},
    {"subdivision": "IL", "zones": ["America/Chicago"], "number": "+13127440001"},
    {"subdivision": "AZ", "zones": ["America/Phoenix"], "number": "+16022620001"},
    {"subdivision": "HI", "zones": ["Pacific/Honolulu"], "number": "+18085230001"},
    {"subdivision": "TN", "zones": ["America/Chicago", "America/New_York"], "number": "+13127440002"},
    {"zones": ["America/Chicago"], "number": "+13127440003"},
    {"number": "+13127440004"},
]


def world(rng: Random) -> dict[str, Any]:
    """A request with every key that the law asks for in its favour."""
    kind = rng.choice(["consumer", "consumer", "sole_trader", "business"])
    country = rng.choice(COUNTRIES)
    debtor, number = _american(rng) if country == "US" else _european(rng, country)
    facts = {
        "operator": _operator(rng, country),
        "debtor": {"type": kind, **debtor},
        "phone": {"e164": number, "role": rng.choice(PHONE_ROLES[kind]), "line_type": rng.choice(LINES)},
        "contact": {"role": rng.choice(CONTACTS[kind][:1] if country == "US" else CONTACTS[kind])},
        "claims": [{"id": "A1"}, {"id": "B2"}][: rng.choice([1, 1, 2])],
        "flags": {"prerecorded_consent": rng.random() < 0.7},
        "notices": {"rdg13a": "2024-01-02T10:00:00+01:00", "us_validation": "2024-01-02T10:00:00-05:00"},
        "channel": rng.choice(["call", "call", "call", "voicemail", "fax", "letter"]),
        "mode": rng.choice(["preview", "progressive"]),
    }
    if country == "US" and rng.random() < 0.3:
        _less_common(rng, facts)
    return facts


def _less_common(rng: Random, facts: dict[str, Any]) -> None:
    """What only the American table asks about."""
    kind = rng.choice(["work", "home", "first"])
    if kind == "work":
        facts["phone"]["role"] = "work"
        facts["flags"]["workplace_allowed"] = True
    if kind == "home":
        facts["phone"] |= {"role": "private", "line_type": "fixed"}
        facts |= {"channel": "voicemail", "flags": {}}
    if kind == "first":
        del facts["notices"]["us_validation"]


def _operator(rng: Random, country: str) -> dict[str, Any]:
    caller = country if rng.random() < 0.85 else rng.choice(["DE", "AT", "CH", "GB", "US"])
    return {
        "role": rng.choice(["own_claim", "own_claim", "registered_collector", "lawyer"]),
        "country": caller,
        "subdivision": rng.choice(SUBDIVISIONS.get(caller, [None])),
        "caller_id": CALLER_IDS.get(country, "+12125551000"),
    }


def _european(rng: Random, country: str) -> tuple[dict[str, Any], str]:
    debtor: dict[str, Any] = {"country": country, "subdivision": rng.choice(SUBDIVISIONS[country])}
    if debtor["subdivision"] == "BY":
        debtor["city"] = rng.choice([None, "Augsburg", "München"])
    home = {"DE": "Europe/Berlin", "AT": "Europe/Vienna", "CH": "Europe/Zurich", "GB": "Europe/London"}[country]
    zones = rng.choice([None, None, None, [home], [home, "Europe/London"], [home, "Europe/Berlin", "Europe/Athens"]])
    if zones is not None:
        debtor["zones"] = sorted(set(zones))
        debtor["address_confirmed"] = rng.random() < 0.5
    return debtor, rng.choice(NUMBERS[country])


def _american(rng: Random) -> tuple[dict[str, Any], str]:
    debtor: dict[str, Any] = {"country": "US", **rng.choice(AMERICA), "address_confirmed": rng.random() < 0.5}
    return debtor, debtor.pop("number")
