"""Germany: how often. The question is asked on Tuesday 24 November 2026 at noon unless it says otherwise."""

from __future__ import annotations

from tests.vectors.bases import de, de_company, de_trader
from tests.vectors.kit import Vector, allowed, denied, each, rung

NOON = "2026-11-24T12:00:00+01:00"
CEILING = "DE-F1, Bundesnetzagentur [D1]"
DAY = "DE-F2, association 2016 [D5], value product default"
PERIOD = "DE-F3, 2015 code [D3] as marker, values product default"
ENTITY = "BZ-4, DE-F1 at entity level"
WHO_COUNTS = "DE-F2, principle 4 (person, debt, number and entity)"
WHAT_COUNTS = "DE-F2, principle 4 and design section 6 (what rang counts)"

TODAY = "2026-11-24T{}:00+01:00"
AT_EIGHT, AT_TEN = each(TODAY, "08:00", "10:00")
EIGHT_NINE_TEN = each(TODAY, "08:00", "09:00", "10:00")
TWICE_A_DAY = each("2026-11-{}:00:00+01:00", "18T10", "18T14", "19T10", "19T14", "20T10", "20T14", "23T10", "23T14")
SHOP, HERE = "+493023125002", "+493023125001"
DIRECTOR = {"contact": {"role": "managing_director"}, "phone": {"e164": SHOP, "role": "business_direct"}}

VECTORS = (
    Vector(
        "de-f2-one-today",
        "a second call on the same day is allowed",
        DAY,
        de(history=rung(AT_EIGHT)),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z", warnings=()),
    ),
    Vector(
        "de-f2-two-today",
        "the third call of the day to a consumer",
        DAY,
        de(history=rung(AT_EIGHT, AT_TEN)),
        NOON,
        denied("DE-F2", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-f2-trader",
        "a sole trader is protected like a consumer",
        DAY,
        de_trader(history=rung(AT_EIGHT, AT_TEN, contact_role="owner")),
        NOON,
        denied("DE-F2", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-f2-not-for-companies",
        "a company may be called a third time",
        DAY,
        de_company(history=rung(AT_EIGHT, AT_TEN, contact_role="accounts_payable")),
        NOON,
        allowed(closes_at="2026-11-24T17:00:00Z"),
    ),
    Vector(
        "de-f1-three-today",
        "the fourth call of the day breaks the ceiling, and with it the lower default",
        f"{CEILING}; {DAY}",
        de(history=rung(*EIGHT_NINE_TEN)),
        NOON,
        denied("DE-F1", "DE-F2", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-bz4-another-contact",
        "three calls to accounts payable; the director does not begin at zero",
        f"{ENTITY}; {CEILING}",
        de_company(**DIRECTOR, history=rung(*EIGHT_NINE_TEN, contact_role="accounts_payable", phone=HERE)),
        NOON,
        denied("BZ-4", "DE-F1", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-bz4-one-of-three",
        "one of the three calls to somebody else is enough",
        f"{ENTITY}; {CEILING}",
        de_company(
            history=rung(*EIGHT_NINE_TEN[:2], contact_role="accounts_payable")
            + rung(AT_TEN, contact_role="purchasing"),
        ),
        NOON,
        denied("BZ-4", "DE-F1", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-bz4-attempts-left",
        "a second contact on the same day while attempts are left",
        ENTITY,
        de_company(**DIRECTOR, history=rung(AT_EIGHT, AT_TEN, contact_role="accounts_payable", phone=HERE)),
        NOON,
        allowed(closes_at="2026-11-24T17:00:00Z"),
    ),
    Vector(
        "de-f1-yesterday",
        "the day ends at local midnight; the evening before does not count",
        CEILING,
        de(history=rung(*each("2026-11-23T{}+01:00", "22:00:00", "23:00:00", "23:59:59"))),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z"),
    ),
    Vector(
        "de-f2-from-midnight",
        "the day begins at local midnight, 23:00 UTC",
        DAY,
        de(history=rung("2026-11-23T23:00:00Z", "2026-11-23T23:00:01Z")),
        NOON,
        denied("DE-F2", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-f2-number-unknown",
        "a row without a number counts for every number",
        WHO_COUNTS,
        de(history=rung(AT_EIGHT) + rung(AT_TEN, phone=HERE, other_debtor=True)),
        NOON,
        denied("DE-F2", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-f2-another-claim",
        "two calls about another invoice are two calls to the person",
        WHO_COUNTS,
        de(history=rung(AT_EIGHT, AT_TEN, claims=["F2"])),
        NOON,
        denied("DE-F2", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-f2-what-did-not-ring",
        "cancelled, refused and impossible calls rang nowhere",
        WHAT_COUNTS,
        de(
            history=rung(AT_EIGHT, outcome="cancelled")
            + rung(AT_TEN, outcome="not_placed")
            + rung("2026-11-24T11:59:00+01:00", outcome="bad_number")
        ),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z", warnings=()),
    ),
    Vector(
        "de-f2-live-and-unknown",
        "a call whose answer is missing or lost may have rung and counts",
        WHAT_COUNTS,
        de(history=rung(AT_EIGHT, outcome=None) + rung(AT_TEN, outcome="unknown")),
        NOON,
        denied("DE-F2", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-f2-voicemail-and-fax",
        "a message on the machine and a fax ring like calls",
        WHAT_COUNTS,
        de(history=rung(AT_EIGHT, channel="voicemail", outcome="voicemail_left") + rung(AT_TEN, channel="fax")),
        NOON,
        denied("DE-F2", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-f2-letter-and-inbound",
        "letters and calls of the debtor himself do not ring at his place",
        WHAT_COUNTS,
        de(
            history=rung(AT_EIGHT, channel="letter", outcome=None)
            + rung("2026-11-24T11:30:00+01:00", channel="inbound"),
        ),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z", warnings=()),
    ),
    Vector(
        "de-f2-fax-is-bound",
        "the third ring of the day by fax",
        f"{DAY}; principle 4",
        de(channel="fax", history=rung(AT_EIGHT, AT_TEN)),
        NOON,
        denied("DE-F2", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-f2-day-of-each-zone",
        "half past seven on Monday evening in Berlin was Tuesday in Kolkata, where it makes two today",
        f"{DAY}; the local day of each candidate zone",
        de(
            debtor={"zones": ["Europe/Berlin", "Asia/Kolkata"]},
            history=rung("2026-11-23T19:30:00+01:00", "2026-11-23T19:45:00+01:00"),
        ),
        NOON,
        denied("DE-F2", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "de-f3-over-autumn",
        "seven days are 168 hours: over the change of the clocks 13:00 summer time is 12:00 winter time a week later",
        f"{PERIOD}; clocks change on 2026-10-25",
        de(history=rung(*each("2026-10-{}+02:00", "19T13:00:00", "20T10:00", "21T10:00", "22T10:00", "23T10:00"))),
        "2026-10-26T12:00:00+01:00",
        allowed(closes_at="2026-10-26T19:00:00Z"),
    ),
    Vector(
        "de-f3-over-autumn-a-second-younger",
        "a second later it has not run out",
        f"{PERIOD}; clocks change on 2026-10-25",
        de(history=rung(*each("2026-10-{}+02:00", "19T13:00:01", "20T10:00", "21T10:00", "22T10:00", "23T10:00"))),
        "2026-10-26T12:00:00+01:00",
        denied("DE-F3", not_before="2026-10-26T11:00:01Z"),
    ),
    Vector(
        "de-f3-company-eight",
        "eight calls to accounts payable: the director's number does not begin at zero",
        f"{PERIOD}; BZ-4 (all contacts together)",
        de_company(**DIRECTOR, history=rung(*TWICE_A_DAY, contact_role="accounts_payable", phone=HERE)),
        NOON,
        denied("DE-F3", not_before="2026-11-25T09:00:00Z"),
    ),
    Vector(
        "de-bz4-not-for-consumers",
        "a consumer has no entity: a call to a third party among the three adds no rule of its own",
        f"{ENTITY} (business_entity); {CEILING}; {DAY}",
        de(history=rung(*EIGHT_NINE_TEN[:2]) + rung(AT_TEN, contact_role="third_party")),
        NOON,
        denied("DE-F1", "DE-F2", not_before="2026-11-25T07:00:00Z"),
    ),
)
