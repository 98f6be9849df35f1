"""The gate and its naive twin say the same about random requests; the twin itself is held to cases worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.gate_oracle.compare import compare, report
from tests.gate_oracle.oracle import denials
from tests.gate_oracle.requests import request
from tests.gate_oracle.search import brute_not_before
from tests.gate_oracle.shrink import shrink

SEED = 20261121
REQUESTS = 20_000

MOBILE = "+4915112345678"
BERLIN = {"country": "DE", "subdivision": "BE"}
OFFICE = {"country": "DE", "subdivision": "BE", "role": "own_claim", "caller_id": "+493023125000"}


def asked(history=(), **parts):
    """Frau Weber in Berlin owes invoice A1; a collector of the creditor's own wants to call her."""
    usual = {
        "operator": OFFICE,
        "debtor": BERLIN,
        "phone": {"e164": MOBILE, "role": "private"},
        "contact": {"role": "self"},
        "claims": [{"id": "A1"}],
        "mode": "progressive",
    }
    return usual | parts | {"history": [{"at": at, "outcome": "no_answer"} | keys for at, keys in history]}


def american(state="CA", zone="America/Los_Angeles", number="+13103940001", **parts):
    """The same for a consumer in the United States."""
    usual = {
        "operator": {"country": "US", "caller_id": "+12125551000"},
        "debtor": {"country": "US", "subdivision": state, "zones": [zone]},
        "phone": {"e164": number, "role": "private"},
        "notices": {"us_validation": "2026-01-02T10:00:00-05:00"},
    }
    return asked(**(usual | parts))


def business(**parts):
    usual = {"debtor": BERLIN | {"type": "business"}, "phone": {"e164": MOBILE, "role": "business_direct"}}
    return asked(**(usual | {"contact": {"role": "managing_director"}} | parts))


def british(**parts):
    number = {"e164": "+442071838750", "role": "private"}
    operator = {"country": "GB", "caller_id": "+442071838751"}
    return asked(**({"operator": operator, "debtor": {"country": "GB", "subdivision": "ENG"}, "phone": number} | parts))


def days_of_november(*days, **keys):
    return [(f"2026-11-{day:02}T18:00:00Z", keys) for day in days]


TUESDAY = "2026-11-24T15:00:00+01:00"
IN_AMERICA = "2026-11-24T15:00:00-08:00"
THRICE = [(f"2026-11-24T{hour}:00:00+01:00", {"contact_role": "accounts_payable"}) for hour in ("08", "10", "12")]

WORKED_BY_HAND = {
    "nothing speaks against it": (asked(), TUESDAY, set()),
    "Saturday after six": (asked(), "2026-11-28T18:30:00+01:00", {"DE-T2"}),
    "the window has closed": (asked(), "2026-11-24T20:00:00+01:00", {"DE-T1"}),
    "the window is about to close": (asked(), "2026-11-24T19:59:59.999999+01:00", set()),
    "Sunday": (asked(), "2026-11-29T12:00:00+01:00", {"DE-T4"}),
    "Christmas Eve in the afternoon": (asked(), "2026-12-24T14:00:00+01:00", {"DE-T6"}),
    "holiday of a neighbouring Land": (asked(), "2026-11-18T12:00:00+01:00", set()),
    "holiday where she lives": (
        asked(debtor={"country": "DE", "subdivision": "SN"}),
        "2026-11-18T12:00:00+01:00",
        {"DE-T5"},
    ),
    "Assumption in an unknown Bavarian town": (
        asked(debtor={"country": "DE", "subdivision": "BY"}),
        "2025-08-15T12:00:00+02:00",
        {"DE-T5"},
    ),
    "the fourth call of the day": (asked(THRICE), "2026-11-24T16:00:00+01:00", {"DE-F1", "DE-F2"}),
    "two hours after the last": (asked(THRICE[2:]), "2026-11-24T14:00:00+01:00", set()),
    "not quite two hours after": (asked(THRICE[2:]), "2026-11-24T13:59:59.999999+01:00", {"DE-F5"}),
    "another manager on the same day": (business(history=THRICE), "2026-11-24T16:00:00+01:00", {"DE-F1", "BZ-4"}),
    "five in seven days": (asked(days_of_november(17, 18, 19, 20, 21)), TUESDAY, {"DE-F3"}),
    "the first of five seven days old": (asked(days_of_november(17, 18, 19, 20, 21)), "2026-11-24T18:00:00Z", set()),
    "third day of rest after a talk": (
        asked(days_of_november(19, outcome="connected")),
        TUESDAY,
        {"DE-F4"},
    ),
    "rest after a talk is over": (
        asked(days_of_november(19, outcome="connected")),
        "2026-11-25T08:00:00+01:00",
        set(),
    ),
    "call-back agreed": (
        asked(days_of_november(19, outcome="connected", disposition="callback_agreed")),
        TUESDAY,
        set(),
    ),
    "collector without notice": (asked(operator=OFFICE | {"role": "registered_collector"}), TUESDAY, {"DE-RDG2"}),
    "recording unasked": (asked(recording=True), TUESDAY, {"DE-R1", "DE-R2"}),
    "a letter on Sunday": (asked(channel="letter"), "2026-11-29T12:00:00+01:00", set()),
    "nothing is known": ({}, TUESDAY, {"NO-PACK", "NO-ZONE"}),
    "early morning in Los Angeles": (american(number="+12127360001"), "2026-11-24T10:30:00-05:00", {"US-T1"}),
    "six days after a talk": (
        american(history=[("2026-06-01T18:00:00Z", {"outcome": "connected"})]),
        "2026-06-07T12:00:00-07:00",
        {"US-F2"},
    ),
    "seven days after a talk": (
        american(history=[("2026-06-01T18:00:00Z", {"outcome": "connected"})]),
        "2026-06-08T12:00:00-07:00",
        set(),
    ),
    "the eighth in a week": (american(history=days_of_november(*range(18, 25))), IN_AMERICA, {"US-F1"}),
    "the third in Massachusetts": (
        american("MA", "America/New_York", "+16174230001", history=days_of_november(20, 21)),
        "2026-11-24T15:00:00-05:00",
        {"US-MA"},
    ),
    "message to a mobile phone": (american(channel="voicemail"), IN_AMERICA, {"US-V2"}),
    "breathing space": (
        british(flags={"moratorium_until": "2027-01-10"}),
        "2026-11-24T15:00:00Z",
        {"GB-10"},
    ),
    "twice on one day in Britain": (british(history=[("2026-11-24T09:00:00Z", {})]), TUESDAY, {"GB-2"}),
}


@pytest.mark.parametrize("name", WORKED_BY_HAND)
def test_twin_says_what_was_worked_out_by_hand(name):
    facts, at, expected = WORKED_BY_HAND[name]
    assert denials(facts, datetime.fromisoformat(at)) == expected


@pytest.mark.parametrize(
    ("facts", "at", "opens"),
    [
        (asked(), "2026-11-28T18:30:00+01:00", "2026-11-30T08:00:00+01:00"),
        (asked(days_of_november(23, outcome="connected")), TUESDAY, "2026-11-27T08:00:00+01:00"),
        (asked(THRICE[:1]), "2026-11-24T09:00:00+01:00", "2026-11-24T10:00:00+01:00"),
        (asked(claims=[]), TUESDAY, None),
    ],
)
def test_twin_finds_the_next_permitted_instant(facts, at, opens):
    found = brute_not_before(facts, datetime.fromisoformat(at))
    assert found == (opens and datetime.fromisoformat(opens))


RULES = {
    "DE": "WISH T1 T2 T3 T4 T5 T6 F1 F2 F3 F4 F5 D1 D3 D4 N1 N2 C1 C2 C3 C4 C5 U4 P3 RDG2 RDG4 RDG5 R1 R2",
    "AT": "WISH 2 3 9 10 F1 F2 F3 F4 F5 D1 D3 D4 C1 C2 C3 C4 C5 U4",
    "CH": "WISH 1 7 8 10 F4 F5 D1 D3 D4 C1 C2 C3 C4 C5 U4",
    "GB": "1 2 3 8 9 10 13 F4 F5 D1 D3 C1 C2 C3 C4 C5 U4",
    "US": "T1 T2 T5 P1 P2 P3 P4 F1 F2 V2 V4 S2 S3 R2 D1 D3 D4 C1 C4 C5 N1 MA WA NYC DC",
    "NO": "PACK ZONE",
    "VM": "GAP MOST",
    "BZ": "3 4 6",
}


def test_random_requests_meet_every_rule():
    met = set().union(*(denials(*request(SEED, index)) for index in range(REQUESTS)))
    assert met == {"PAID", "PHONE", "HOLD"} | {f"{pack}-{rule}" for pack in RULES for rule in RULES[pack].split()}


def test_the_same_seed_gives_the_same_request():
    assert request(SEED, 17) == request(SEED, 17)


def test_a_request_is_made_as_small_as_the_fault_allows():
    facts = asked(days_of_november(1, 2, 3), recording=True)
    small = shrink(facts, lambda less: len(less["history"]) > 1 and less["debtor"]["country"] == "DE")
    assert small == {"debtor": {"country": "DE"}, "history": [{}, {}]}


def test_gate_and_twin_agree():
    findings = compare(REQUESTS, SEED)
    assert not findings.counts, f"seed {SEED}\n{report(findings)}"


def test_instants_of_the_requests_are_utc():
    assert request(SEED, 0)[1].tzinfo is UTC
