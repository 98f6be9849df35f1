"""United States: how often and whom, by federal rules. Asked on Tuesday 24 November 2026 at noon in Chicago."""

from __future__ import annotations

from tests.vectors.bases import us, us_company
from tests.vectors.kit import Vector, allowed, denied, each, rung, talked, without

NOON = "2026-11-24T12:00:00-06:00"
CLOSES = "2026-11-25T03:00:00Z"
SEVEN = "US-F1, 12 CFR 1006.14(b)(2)(i)(A) [U1]"
TALK = "US-F2, 12 CFR 1006.14(b)(2)(i)(B), comment 14(b)(4)-1 [U1][U10]"
CONSENT = "US-F3, 12 CFR 1006.14(b)(3) [U11]"
VALIDATION = "US-S2, 12 CFR 1006.34(a)(1) [U22]"
AT_TEN = "2026-11-{}T10:00:00-06:00"
SIX = each(AT_TEN, 18, 19, 20, 21, 22, 23)
THIS_MORNING = "2026-11-24T10:00:00-06:00"
BOTH = {"claims": [{"id": "A1"}, {"id": "A2"}]}
NO_NOTICE = {"notices": {"us_validation": None}}
UNTIL_THURSDAY = {"flags": {"prior_consent_until": "2026-11-26T12:00:00-06:00"}}

VECTORS = (
    Vector(
        "us-f1-six",
        "the seventh call in seven days",
        SEVEN,
        us(history=rung(*SIX, claims=["A1"])),
        NOON,
        allowed(closes_at=CLOSES, warnings=()),
    ),
    Vector(
        "us-f1-seven",
        "the eighth waits until the first is seven days old",
        SEVEN,
        us(history=rung(*SIX, THIS_MORNING, claims=["A1"])),
        NOON,
        denied("US-F1", not_before="2026-11-25T16:00:00Z"),
    ),
    Vector(
        "us-f1-seven-days-old",
        "exactly seven days old counts no more",
        SEVEN,
        us(history=rung("2026-11-17T12:00:00-06:00", *SIX, claims=["A1"])),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-f1-a-second-younger",
        "a second younger counts",
        SEVEN,
        us(history=rung("2026-11-17T12:00:01-06:00", *SIX, claims=["A1"])),
        NOON,
        denied("US-F1", not_before="2026-11-24T18:00:01Z"),
    ),
    Vector(
        "us-f1-other-debt",
        "seven calls about another debt",
        f"{SEVEN} (per debt)",
        us(history=rung(*SIX, THIS_MORNING, claims=["A2"])),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-f1-one-of-two-debts",
        "a call about both debts is also about the one that is full",
        f"{SEVEN} (per debt)",
        us(**BOTH, history=rung(*SIX, THIS_MORNING, claims=["A2"])),
        NOON,
        denied("US-F1", not_before="2026-11-25T16:00:00Z"),
    ),
    Vector(
        "us-f1-six-of-each",
        "twelve calls, six about each debt",
        f"{SEVEN} (per debt)",
        us(**BOTH, history=rung(*SIX, claims=["A1"]) + rung(*each(AT_TEN, 18, 19, 20, 21, 22, 23), claims=["A2"])),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-f1-debt-unknown",
        "calls about nobody knows which debt count for each",
        f"{SEVEN} (per debt); principle 1 (fail closed)",
        us(history=rung(*SIX[:3], claims=["A1"]) + rung(*SIX[3:], THIS_MORNING)),
        NOON,
        denied("US-F1", not_before="2026-11-25T16:00:00Z"),
    ),
    Vector(
        "us-f1-other-debtor",
        "calls to somebody else at the same number are not calls to this person",
        f"{SEVEN} (per person)",
        us(history=rung(*SIX, THIS_MORNING, phone="+13125550123", other_debtor=True)),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-f1-consent",
        "he asked to be called until Thursday",
        f"{SEVEN}; {CONSENT}",
        us(**UNTIL_THURSDAY, history=rung(*SIX, THIS_MORNING, claims=["A1"])),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-f1-consent-over",
        "until yesterday",
        f"{SEVEN}; {CONSENT}",
        us(
            flags={"prior_consent_until": "2026-11-23T12:00:00-06:00"},
            history=rung(*SIX, THIS_MORNING, claims=["A1"]),
        ),
        NOON,
        denied("US-F1", not_before="2026-11-25T16:00:00Z"),
    ),
    Vector(
        "us-f1-company",
        "Reg F protects natural persons",
        f"{SEVEN}; 15 USC 1692a(3) [U9]",
        us_company(history=rung(*SIX, THIS_MORNING, claims=["A1"], contact_role="accounts_payable")),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-f1-over-autumn",
        "seven days are 168 hours: 13:00 summer time and 12:00 winter time a week later",
        f"{SEVEN}; clocks change on 2026-11-01",
        us(
            history=rung(
                "2026-10-26T13:00:00-05:00",
                *each("2026-10-{}T10:00:00-05:00", 27, 28, 29, 30, 31),
                "2026-11-01T10:00:00-06:00",
                claims=["A1"],
            )
        ),
        "2026-11-02T12:00:00-06:00",
        allowed(closes_at="2026-11-03T03:00:00Z"),
    ),
    Vector(
        "us-f1-over-autumn-a-second-younger",
        "a second later the first still counts",
        f"{SEVEN}; clocks change on 2026-11-01",
        us(
            history=rung(
                "2026-10-26T13:00:01-05:00",
                *each("2026-10-{}T10:00:00-05:00", 27, 28, 29, 30, 31),
                "2026-11-01T10:00:00-06:00",
                claims=["A1"],
            )
        ),
        "2026-11-02T12:00:00-06:00",
        denied("US-F1", not_before="2026-11-02T18:00:01Z"),
    ),
    Vector(
        "us-f2-sixth-day-after",
        "talked on Wednesday the 18th, which is day one: the 24th is day seven",
        TALK,
        us(history=talked("2026-11-18T12:00:00-06:00", claims=["A1"])),
        NOON,
        denied("US-F2", not_before="2026-11-25T14:00:00Z"),
    ),
    Vector(
        "us-f2-seventh-day-after",
        "talked on Tuesday the 17th in the evening: from the next Tuesday morning on",
        TALK,
        us(history=talked("2026-11-17T20:59:00-06:00", claims=["A1"])),
        "2026-11-24T08:00:00-06:00",
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-f2-call-back-agreed",
        "an agreed call-back is consent only if it was noted as consent",
        TALK,
        us(history=talked("2026-11-23T12:00:00-06:00", claims=["A1"], disposition="callback_agreed")),
        NOON,
        denied("US-F2", not_before="2026-11-30T14:00:00Z"),
    ),
    Vector(
        "us-f2-consent",
        "noted as consent",
        f"{TALK}; {CONSENT}",
        us(**UNTIL_THURSDAY, history=talked("2026-11-23T12:00:00-06:00", claims=["A1"])),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-f2-inbound",
        "he called us",
        f"{TALK} (whoever initiated)",
        us(history=talked("2026-11-20T12:00:00-06:00", claims=["A1"], channel="inbound")),
        NOON,
        denied("US-F2", not_before="2026-11-27T14:00:00Z"),
    ),
    Vector(
        "us-f2-other-debt",
        "talked about another debt",
        f"{TALK} (per debt discussed)",
        us(history=talked("2026-11-20T12:00:00-06:00", claims=["A2"])),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-f2-day-of-each-zone",
        "half past eleven on Monday 1 June in Chicago was Tuesday in New York, where he may be",
        f"{TALK}; US-T4 (all candidate zones)",
        us(
            debtor={"zones": ["America/Chicago", "America/New_York"]},
            history=talked("2026-06-01T23:30:00-05:00", claims=["A1"]),
        ),
        "2026-06-08T12:00:00-05:00",
        denied("US-F2", not_before="2026-06-09T13:00:00Z"),
    ),
    Vector(
        "us-f2-company",
        "Reg F protects natural persons",
        f"{TALK}; 15 USC 1692a(3) [U9]",
        us_company(history=talked("2026-11-23T12:00:00-06:00", claims=["A1"], contact_role="accounts_payable")),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-s2-five-days",
        "first communication exactly five days ago, no validation notice: the last moment",
        f"{VALIDATION}; {CONSENT}",
        us(**NO_NOTICE, **UNTIL_THURSDAY, history=talked("2026-11-19T12:00:00-06:00", claims=["A1"])),
        NOON,
        allowed(warnings=("US-S2",)),
    ),
    Vector(
        "us-s2-a-second-more",
        "a second more",
        f"{VALIDATION}; {CONSENT}",
        us(**NO_NOTICE, **UNTIL_THURSDAY, history=talked("2026-11-19T11:59:59-06:00", claims=["A1"])),
        NOON,
        denied("US-S2", not_before=None),
    ),
    Vector(
        "us-s2-voicemail",
        "no message either",
        VALIDATION,
        us(**NO_NOTICE, channel="voicemail", history=talked("2026-11-10T12:00:00-06:00", claims=["A1"])),
        NOON,
        denied("US-S2", not_before=None),
    ),
    Vector(
        "us-s2-letter",
        "the letter may bring the notice",
        VALIDATION,
        us(**NO_NOTICE, channel="letter", history=talked("2026-11-10T12:00:00-06:00", claims=["A1"])),
        NOON,
        allowed(closes_at=None),
    ),
    Vector(
        "us-s2-no-communication-yet",
        "before the first communication nothing is due",
        VALIDATION,
        without(us(), "notices"),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-s2-voicemail-in-time",
        "a message within the five days, flagged",
        f"{VALIDATION}; {CONSENT}",
        us(
            **NO_NOTICE,
            **UNTIL_THURSDAY,
            channel="voicemail",
            history=talked("2026-11-23T12:00:00-06:00", claims=["A1"]),
        ),
        NOON,
        allowed(warnings=("US-S2",)),
    ),
    Vector(
        "us-s2-day-after",
        "the day after the first communication, flagged",
        f"{VALIDATION}; {CONSENT}",
        us(**NO_NOTICE, **UNTIL_THURSDAY, history=talked("2026-11-23T12:00:00-06:00", claims=["A1"])),
        NOON,
        allowed(warnings=("US-S2",)),
    ),
    Vector(
        "us-s2-hour-after",
        "an hour after the first communication, flagged",
        f"{VALIDATION}; {CONSENT}",
        us(**NO_NOTICE, **UNTIL_THURSDAY, history=talked("2026-11-24T11:30:00-06:00", claims=["A1"])),
        NOON,
        allowed(warnings=("US-S2",)),
    ),
    Vector(
        "us-s2-fax",
        "a fax may bring the notice as a letter may",
        f"{VALIDATION} (calls and messages)",
        us(**NO_NOTICE, channel="fax", history=talked("2026-11-10T12:00:00-06:00", claims=["A1"])),
        NOON,
        allowed(),
    ),
    Vector(
        "us-s2-company",
        "companies get no validation notice",
        f"{VALIDATION}; 15 USC 1692a(3) [U9]",
        us_company(**NO_NOTICE, history=talked("2026-11-10T12:00:00-06:00", contact_role="accounts_payable")),
        NOON,
        allowed(closes_at=CLOSES, warnings=()),
    ),
)
