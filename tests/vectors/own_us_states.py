"""United States: what states and cities add. Asked on Tuesday 24 November 2026 at noon on the debtor's clock."""

from __future__ import annotations

from tests.vectors.bases import us, us_in
from tests.vectors.kit import Vector, allowed, denied, document, each, rung

EASTERN = "2026-11-24T12:00:00-05:00"
PACIFIC = "2026-11-24T12:00:00-08:00"
EASTERN_CLOSES, PACIFIC_CLOSES = "2026-11-25T02:00:00Z", "2026-11-25T05:00:00Z"
MA = "US-MA, 940 CMR 7.04(1)(f), Armata v. Target [U28][U29]"
WA = "US-WA, RCW 19.16.250 [U30][U31]"
NYC = "US-NYC, 6 RCNY 5-77 [U16][U17][U18]"
DC = "US-DC, D.C. Code 28-3814 [U32][U33]"
UNKNOWN = "principle 1 (unknown subdivision: all of them)"
AT_TEN_EAST = "2026-11-{}T10:00:00-05:00"
AT_TEN_WEST = "2026-11-{}T10:00:00-08:00"
OWN_CLAIM = {"operator": {"role": "own_claim"}}
AT_WORK = {"phone": {"role": "work"}, "flags": {"workplace_allowed": True}}
ABOUT_A1 = {"claims": ["A1"]}
MIXED = (
    rung("2026-11-18T10:00:00-05:00", channel="letter", outcome=None, **ABOUT_A1)
    + rung("2026-11-20T10:00:00-05:00", **ABOUT_A1)
    + rung("2026-11-23T10:00:00-05:00", channel="letter", outcome=None, **ABOUT_A1)
)
TWO_LETTERS_AND_A_CALL = (
    rung("2026-11-18T10:00:00-08:00", channel="letter", outcome=None, **ABOUT_A1)
    + rung("2026-11-20T10:00:00-08:00", **ABOUT_A1)
    + rung("2026-11-23T10:00:00-08:00", channel="letter", outcome=None, **ABOUT_A1)
)
TWO_ELSEWHERE = rung("2026-11-02T10:00:00-05:00", "2026-11-09T10:00:00-05:00", phone="+16175550123", **ABOUT_A1)
THREE_IN_AUGUST = rung(*each("2026-08-{}T10:00:00-04:00", 27, 28, 29), **ABOUT_A1)
SOMEWHERE = {"subdivision": None, "postal_code": None, "city": None, "zones": ["America/New_York"]}


def new_yorker(**debtor):
    """The consumer in New York with another address, and three contacts about his debt in the last week."""
    return us_in("NY", debtor=debtor, history=MIXED)


VECTORS = (
    Vector(
        "us-ma-one",
        "Massachusetts: the second call in seven days",
        MA,
        us_in("MA", history=rung(*each(AT_TEN_EAST, 23), **ABOUT_A1)),
        EASTERN,
        allowed(closes_at=EASTERN_CLOSES),
    ),
    Vector(
        "us-ma-two",
        "the third",
        MA,
        us_in("MA", history=rung(*each(AT_TEN_EAST, 20, 23), **ABOUT_A1)),
        EASTERN,
        denied("US-MA", not_before="2026-11-27T15:00:00Z"),
    ),
    Vector(
        "us-ma-first-party",
        "creditors who collect their own claims are bound",
        MA,
        us_in("MA", **OWN_CLAIM, history=rung(*each(AT_TEN_EAST, 20, 23), **ABOUT_A1)),
        EASTERN,
        denied("US-MA", not_before="2026-11-27T15:00:00Z"),
    ),
    Vector(
        "us-ma-seven-days-old",
        "the first of two is seven days old",
        MA,
        us_in("MA", history=rung("2026-11-17T12:00:00-05:00", "2026-11-23T10:00:00-05:00", **ABOUT_A1)),
        EASTERN,
        allowed(closes_at=EASTERN_CLOSES),
    ),
    Vector(
        "us-ma-other-debt",
        "two calls about another debt",
        f"{MA} (per debt)",
        us_in("MA", history=rung(*each(AT_TEN_EAST, 20, 23), claims=["A2"])),
        EASTERN,
        allowed(closes_at=EASTERN_CLOSES),
    ),
    Vector(
        "us-ma-work-one",
        "at work: the second call in thirty days",
        MA,
        us_in("MA", **AT_WORK, history=rung("2026-11-02T10:00:00-05:00", phone="+16175550123", **ABOUT_A1)),
        EASTERN,
        allowed(closes_at=EASTERN_CLOSES),
    ),
    Vector(
        "us-ma-work-two",
        "the third",
        MA,
        us_in(
            "MA",
            **AT_WORK,
            history=rung("2026-11-02T10:00:00-05:00", "2026-11-09T10:00:00-05:00", phone="+16175550123", **ABOUT_A1),
        ),
        EASTERN,
        denied("US-MA", not_before="2026-12-02T15:00:00Z"),
    ),
    Vector(
        "us-ma-by-zip",
        "the state follows from the ZIP code",
        f"{MA}; ZIP 02108 is Boston",
        us_in("MA", debtor={"subdivision": None, "city": None}, history=rung(*each(AT_TEN_EAST, 20, 23), **ABOUT_A1)),
        EASTERN,
        denied("US-MA", not_before="2026-11-27T15:00:00Z"),
    ),
    Vector(
        "us-ma-company",
        "companies are not protected",
        MA,
        document(
            us_in("MA", history=rung(*each(AT_TEN_EAST, 20, 23), contact_role="accounts_payable", **ABOUT_A1)),
            debtor={"type": "business"},
            phone={"role": "business_main"},
            contact={"role": "accounts_payable"},
        ),
        EASTERN,
        allowed(closes_at=EASTERN_CLOSES),
    ),
    Vector(
        "us-wa-two",
        "Washington: the third call in seven days",
        WA,
        us_in("WA", history=rung(*each(AT_TEN_WEST, 18, 23), **ABOUT_A1)),
        PACIFIC,
        allowed(closes_at=PACIFIC_CLOSES),
    ),
    Vector(
        "us-wa-three",
        "the fourth, whatever debts they were about",
        f"{WA} (per person)",
        us_in(
            "WA",
            history=rung(*each(AT_TEN_WEST, 18, 20), claims=["A2"]) + rung(*each(AT_TEN_WEST, 23), **ABOUT_A1),
        ),
        PACIFIC,
        denied("US-WA", not_before="2026-11-25T18:00:00Z"),
    ),
    Vector(
        "us-wa-letters-count",
        "two letters and a call are three communications",
        f"{WA} (communications)",
        us_in("WA", history=TWO_LETTERS_AND_A_CALL),
        PACIFIC,
        denied("US-WA", not_before="2026-11-25T18:00:00Z"),
    ),
    Vector(
        "us-wa-letter-is-bound",
        "and a letter would be the fourth",
        f"{WA} (communications)",
        us_in("WA", channel="letter", history=TWO_LETTERS_AND_A_CALL),
        PACIFIC,
        denied("US-WA", not_before="2026-11-25T18:00:00Z"),
    ),
    Vector(
        "us-wa-third-letter",
        "the third communication is a letter",
        f"{WA} (communications)",
        us_in("WA", channel="letter", history=TWO_LETTERS_AND_A_CALL[1:]),
        PACIFIC,
        allowed(closes_at=None),
    ),
    Vector(
        "us-wa-work",
        "one a week at work",
        WA,
        us_in("WA", **AT_WORK, history=rung("2026-11-20T10:00:00-08:00", phone="+12065550123", **ABOUT_A1)),
        PACIFIC,
        denied("US-WA", not_before="2026-11-27T18:00:00Z"),
    ),
    Vector(
        "us-wa-work-first",
        "the first of the week",
        WA,
        us_in("WA", **AT_WORK, history=rung("2026-11-17T12:00:00-08:00", phone="+12065550123", **ABOUT_A1)),
        PACIFIC,
        allowed(closes_at=PACIFIC_CLOSES),
    ),
    Vector(
        "us-nyc-letters-count",
        "New York City: two letters and a call are three contacts",
        f"{NYC} (all channels)",
        new_yorker(),
        EASTERN,
        denied("US-NYC", not_before="2026-11-25T15:00:00Z"),
    ),
    Vector(
        "us-nyc-letter-is-bound",
        "and a fourth letter is one too many",
        f"{NYC} (all channels)",
        document(new_yorker(), channel="letter"),
        EASTERN,
        denied("US-NYC", not_before="2026-11-25T15:00:00Z"),
    ),
    Vector(
        "us-nyc-two",
        "the third contact",
        NYC,
        us_in("NY", history=MIXED[1:]),
        EASTERN,
        allowed(closes_at=EASTERN_CLOSES),
    ),
    Vector(
        "us-nyc-first-party",
        "creditors collecting their own debts are bound",
        NYC,
        document(new_yorker(), **OWN_CLAIM),
        EASTERN,
        denied("US-NYC", not_before="2026-11-25T15:00:00Z"),
    ),
    Vector(
        "us-nyc-other-account",
        "per account",
        NYC,
        document(new_yorker(), claims=[{"id": "A9"}]),
        EASTERN,
        allowed(closes_at=EASTERN_CLOSES),
    ),
    Vector(
        "us-nyc-before",
        "the rule was not in force in August",
        f"{NYC}, from 1 Sep 2026",
        us_in("NY", history=THREE_IN_AUGUST),
        "2026-08-31T12:00:00-04:00",
        allowed(closes_at="2026-09-01T01:00:00Z"),
    ),
    Vector(
        "us-nyc-first-day",
        "on 1 September it is, and looks back seven days",
        f"{NYC}, from 1 Sep 2026",
        us_in("NY", history=THREE_IN_AUGUST),
        "2026-09-01T12:00:00-04:00",
        denied("US-NYC", not_before="2026-09-03T14:00:00Z"),
    ),
    Vector(
        "us-nyc-borough",
        "Brooklyn, by name",
        f"{NYC} (boroughs)",
        new_yorker(city="Brooklyn", postal_code=None),
        EASTERN,
        denied("US-NYC", not_before="2026-11-25T15:00:00Z"),
    ),
    Vector(
        "us-nyc-by-zip",
        "Queens, by ZIP code alone",
        f"{NYC} (ZIP 113)",
        new_yorker(subdivision=None, city=None, postal_code="11354"),
        EASTERN,
        denied("US-NYC", not_before="2026-11-25T15:00:00Z"),
    ),
    Vector(
        "us-nyc-somewhere-in-the-state",
        "somewhere in the state of New York may be the city",
        f"{NYC}; {UNKNOWN}",
        new_yorker(city=None, postal_code=None),
        EASTERN,
        denied("US-NYC", not_before="2026-11-25T15:00:00Z"),
    ),
    Vector(
        "us-nyc-not-albany",
        "Albany is the state, not the city",
        NYC,
        new_yorker(city="Albany", postal_code="12207"),
        EASTERN,
        allowed(closes_at=EASTERN_CLOSES),
    ),
    Vector(
        "us-dc-two",
        "Washington DC: the third call in seven days",
        DC,
        us_in("DC", history=rung(*each(AT_TEN_EAST, 18, 23), **ABOUT_A1)),
        EASTERN,
        allowed(closes_at=EASTERN_CLOSES),
    ),
    Vector(
        "us-dc-three",
        "the fourth: of three and four the stricter",
        DC,
        us_in("DC", history=rung(*each(AT_TEN_EAST, 18, 20, 23), **ABOUT_A1)),
        EASTERN,
        denied("US-DC", not_before="2026-11-25T15:00:00Z"),
    ),
    Vector(
        "us-state-unknown",
        "a debtor whose state nobody knows may live in any of the four",
        f"{UNKNOWN}; {MA}; {WA}; {NYC}; {DC}",
        us(debtor=SOMEWHERE, phone={"e164": "+12125550123"}, history=rung(*each(AT_TEN_EAST, 18, 20, 23), **ABOUT_A1)),
        EASTERN,
        denied("US-MA", "US-WA", "US-NYC", "US-DC", not_before="2026-11-27T15:00:00Z"),
    ),
    Vector(
        "us-state-without-a-rule",
        "Illinois adds nothing",
        "section 3, state overlays (US-other)",
        us(history=rung(*each(AT_TEN_EAST, 18, 20, 23), **ABOUT_A1)),
        EASTERN,
        allowed(closes_at="2026-11-25T03:00:00Z"),
    ),
    Vector(
        "us-ma-before-eight",
        "Massachusetts has hours of its own, the federal ones: a second before eight breaks both",
        f"{MA} (8-21 h if waking hours unknown); US-T1, 12 CFR 1006.6(b)(1)(i) [U3]",
        us_in("MA"),
        "2026-11-24T07:59:59-05:00",
        denied("US-MA", "US-T1", not_before="2026-11-24T13:00:00Z"),
    ),
    Vector(
        "us-ma-twenty-one",
        "and nine in the evening",
        f"{MA} (8-21 h if waking hours unknown); US-T1, 12 CFR 1006.6(b)(1)(i) [U3]",
        us_in("MA"),
        "2026-11-24T21:00:00-05:00",
        denied("US-MA", "US-T1", not_before="2026-11-25T13:00:00Z"),
    ),
    Vector(
        "us-ma-a-second-younger",
        "the first of two but for a second seven days old",
        MA,
        us_in("MA", history=rung("2026-11-17T12:00:01-05:00", "2026-11-23T10:00:00-05:00", **ABOUT_A1)),
        EASTERN,
        denied("US-MA", not_before="2026-11-24T17:00:01Z"),
    ),
    *(
        Vector(
            f"us-nyc-{channel}-is-bound",
            f"a fourth contact by {channel}",
            f"{NYC} (all channels)",
            document(new_yorker(), channel=channel, mode="progressive"),
            EASTERN,
            denied("US-NYC", not_before="2026-11-25T15:00:00Z"),
        )
        for channel in ("voicemail", "fax")
    ),
    Vector(
        "us-ma-elsewhere-two",
        "a line of a company is neither home nor cell, nor a consumer's line",
        f"{MA} (2 per 30 days elsewhere); US-P1, 12 CFR 1006.6(b)(3) [U3b]",
        us_in("MA", phone={"role": "business_main"}, history=TWO_ELSEWHERE),
        EASTERN,
        denied("US-MA", "US-P1", not_before=None),
    ),
    Vector(
        "us-ma-elsewhere-two-trader",
        "a sole trader's shop is neither home nor cell",
        f"{MA} (2 per 30 days elsewhere)",
        us_in("MA", debtor={"type": "sole_trader"}, phone={"role": "business_main"}, history=TWO_ELSEWHERE),
        EASTERN,
        denied("US-MA", not_before="2026-12-02T15:00:00Z"),
    ),
)
