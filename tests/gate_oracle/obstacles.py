"""What can stand in the way besides the clock and the past, one obstacle a function."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.gate_oracle.moments import around
from tests.gate_oracle.shared import HOLDS

Facts = dict[str, Any]

FLAGS = [
    *("phone_objection", "cease", "attorney", "insolvency", "wrong_party", "deceased", "written_dispute"),
    *("recording_consent", "workplace_allowed", "prerecorded_consent"),
]
CALLER_IDS = [
    *("+4930123456", "+49900123456", "+4913712345", "+4911833", "+43151234567", "+41443456789", "+442071838751"),
    *("+449061234567", "+448711234567", "+447012345678", "+448431234567", "+447612345678", "+12125551000"),
    *("+19005551000", "+18005551000", None),
]
CONTACTS = [
    *("self", "owner", "reception", "accounts_payable", "head_of_accounting", "purchasing", "managing_director"),
    "third_party",
]


def obstruct(rng: Random, facts: Facts, at: datetime) -> None:
    """Put none, one or a few of them in the way."""
    for _ in range(rng.choice([0, 0, 0, 0, 1, 1, 1, 2, 3])):
        rng.choice(OBSTACLES)(rng, facts, at)


def _flag(rng: Random, facts: Facts, _at: datetime) -> None:
    facts["flags"][rng.choice(FLAGS)] = rng.random() < 0.8


def _end_of_flag(rng: Random, facts: Facts, at: datetime) -> None:
    facts["flags"][rng.choice(["moratorium_until", "prior_consent_until"])] = _instant_or_date(rng, at)


def _consent(rng: Random, facts: Facts, at: datetime) -> None:
    facts["flags"]["prior_consent_until"] = rng.choice([_instant_or_date(rng, at), _after(rng, at)])


def _hold(rng: Random, facts: Facts, at: datetime) -> None:
    until = rng.choice([None, at.isoformat(), _after(rng, at)])
    facts.setdefault("holds", []).append({"reason": rng.choice(HOLDS), "until": until})


def _notice(rng: Random, facts: Facts, at: datetime) -> None:
    name = rng.choice(["rdg13a", "rdg13a", "rdg13a3", "rdg13a4"])
    hours = rng.choice([72, 72, 0, 24])
    given = around(rng, at, timedelta(hours=hours))
    facts["notices"][name] = rng.choice([given.isoformat(), given.isoformat(), None, given.date().isoformat()])
    facts["operator"]["role"] = rng.choice(["registered_collector", "lawyer"])


def _no_notice(rng: Random, facts: Facts, _at: datetime) -> None:
    facts["notices"].pop(rng.choice(["rdg13a", "us_validation", "us_validation"]), None)


def _document(rng: Random, facts: Facts, at: datetime) -> None:
    facts["document"] = rng.choice(["instalment_agreement", "acknowledgement"])
    _notice(rng, facts, at)


def _phone(rng: Random, facts: Facts, _at: datetime) -> None:
    facts["phone"] |= rng.choice(
        [
            {"state": rng.choice(["suspect", "bad", "fax", "wrong_party"])},
            {"role": rng.choice(["private", "work", "business_main", "business_direct"])},
            {"line_type": rng.choice(["fixed", "mobile", "unknown"])},
            {"e164": rng.choice(["+431512345", "+4930231250", "+442071838750", "+12127360009", "+14169780001"])},
        ]
    )


def _person(rng: Random, facts: Facts, _at: datetime) -> None:
    facts["contact"]["role"] = rng.choice(CONTACTS)


def _type(rng: Random, facts: Facts, _at: datetime) -> None:
    facts["debtor"]["type"] = rng.choice(["consumer", "sole_trader", "business", "kibbutz"])


def _country(rng: Random, facts: Facts, at: datetime) -> None:
    if rng.random() < 0.8:
        _no_notice(rng, facts, at)
        return
    facts["debtor"]["country"] = rng.choice(["FR", None])
    facts["debtor"].pop("subdivision", None)


def _caller_id(rng: Random, facts: Facts, _at: datetime) -> None:
    facts["operator"]["caller_id"] = rng.choice(CALLER_IDS)


def _claims(rng: Random, facts: Facts, _at: datetime) -> None:
    facts["claims"] = rng.choice(
        [
            [],
            [{"id": "A1", "open_minor": 0}],
            [{"id": "A1", "open_minor": 0}, {"id": "B2", "open_minor": 1}],
            [{"id": "A1", "open_minor": -5}, {"id": "B2", "open_minor": 0}],
            [{"id": "A1", "disputed": True}],
            [{"id": "A1"}, {"id": "B2", "disputed": True}],
            [{"id": "A1", "limitation_on": "2025-12-31"}],
        ]
    )


def _device(rng: Random, facts: Facts, _at: datetime) -> None:
    facts |= rng.choice(
        [
            {"mode": "unattended"},
            {"recording": True},
            {"ring_seconds": rng.choice([14, 15, 40, 41])},
            {"dialer": {"attempts": rng.choice([50, 100, 101, 200]), "lost": rng.choice([0, 2, 3, 4, 5, 6])}},
        ]
    )


def _wish(rng: Random, facts: Facts, _at: datetime) -> None:
    wish = {"days": rng.choice(["mon-fri", "sat", "mon-sun", "wed-fri"]), "span": rng.choice(SPANS)}
    facts["debtor"].setdefault("wishes", []).append(wish)


SPANS = ["08:00-12:00", "12:00-14:00", "09:30-10:15", "17:00-21:00"]


def _stage(rng: Random, facts: Facts, _at: datetime) -> None:
    facts["stage"] = rng.choice(["legal_review", "closed"])


def _forget(rng: Random, facts: Facts, _at: datetime) -> None:
    """A key is missing: the default must be the strict one."""
    part, key = rng.choice(
        [
            *(("operator", "role"), ("operator", "caller_id"), ("operator", "country"), ("operator", "subdivision")),
            *(("debtor", "type"), ("phone", "role"), ("contact", "role"), ("phone", "e164"), ("phone", "line_type")),
        ]
    )
    facts[part].pop(key, None)


def _forget_all(rng: Random, facts: Facts, _at: datetime) -> None:
    facts.pop(rng.choice(["operator", "contact", "flags", "notices", "channel", "mode", "claims"]), None)
    for part in ("operator", "contact", "flags", "notices"):  # the next obstacle may write into it
        facts.setdefault(part, {})


def _instant_or_date(rng: Random, at: datetime) -> str:
    instant = around(rng, at, timedelta(days=rng.choice([-1, 0, 0, 1])))
    return rng.choice([instant.isoformat(), instant.date().isoformat()])


def _after(rng: Random, at: datetime) -> str:
    return (at + timedelta(hours=rng.choice([1, 20, 90, 700]))).isoformat()


OBSTACLES: list[Callable[[Random, Facts, datetime], None]] = [
    *(_flag, _flag, _end_of_flag, _consent, _hold, _hold, _notice, _no_notice, _document, _phone, _phone, _person),
    *(_type, _country, _caller_id, _claims, _device, _device, _wish, _wish, _stage, _forget, _forget_all),
]
