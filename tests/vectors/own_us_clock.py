"""United States: hours, zones, inconvenient times. Chicago keeps UTC-6 in winter, New York UTC-5, Los Angeles UTC-8."""

from __future__ import annotations

from tests.vectors.bases import us, us_company, us_in
from tests.vectors.kit import Vector, allowed, denied, document

HOURS = "US-T1, 12 CFR 1006.6(b)(1)(i) [U3]"
ZONES = "US-T4, official comment to 1006.6(b)(1)(i); zone algorithm of section 3"
NOWHERE = "US-T5, product default"
WISH = "US-T2, 12 CFR 1006.6(b)(1), comment 6(b)(1)-1 [U4][U5]"
SUNDAYS = "US-T6, FTC [U7]"
MORNINGS = {"wishes": [{"days": "mon-fri", "span": "08:00-12:00"}]}
EVENINGS = {"wishes": [{"days": "mon-fri", "span": "17:00-21:00"}]}
UNKNOWN_PLACE = {
    "subdivision": None,
    "postal_code": None,
    "city": None,
    "zones": None,
    "address_confirmed": True,
}
NEW_YORKER = us_in("NY")
WITH_A_NUMBER_FROM_LOS_ANGELES = document(NEW_YORKER, phone={"e164": "+13105550123"})

VECTORS = (
    Vector(
        "us-t1-before-eight",
        "a millisecond before eight in Chicago",
        HOURS,
        us(),
        "2026-11-24T07:59:59.999-06:00",
        denied("US-T1", not_before="2026-11-24T14:00:00Z"),
    ),
    Vector(
        "us-t1-eight",
        "eight o'clock",
        HOURS,
        us(),
        "2026-11-24T08:00:00-06:00",
        allowed(closes_at="2026-11-25T03:00:00Z", warnings=()),
    ),
    Vector(
        "us-t1-before-twenty-one",
        "a millisecond before nine in the evening",
        HOURS,
        us(),
        "2026-11-24T20:59:59.999-06:00",
        allowed(closes_at="2026-11-25T03:00:00Z"),
    ),
    Vector(
        "us-t1-twenty-one",
        "nine in the evening",
        HOURS,
        us(),
        "2026-11-24T21:00:00-06:00",
        denied("US-T1", not_before="2026-11-25T14:00:00Z"),
    ),
    Vector(
        "us-t1-company",
        "companies keep the same hours",
        f"{HOURS}, product default for companies",
        us_company(),
        "2026-11-24T21:00:00-06:00",
        denied("US-T1", not_before="2026-11-25T14:00:00Z"),
    ),
    Vector(
        "us-t1-spring",
        "Saturday evening; on Sunday 8 March the clocks have gone forward",
        f"{HOURS}; clocks change on 2026-03-08",
        us(),
        "2026-03-07T21:00:00-06:00",
        denied("US-T1", not_before="2026-03-08T13:00:00Z"),
    ),
    Vector(
        "us-t1-spring-sunday",
        "eight in summer time on the day of the change",
        f"{HOURS}; clocks change on 2026-03-08",
        us(),
        "2026-03-08T13:00:00Z",
        allowed(closes_at="2026-03-09T02:00:00Z", warnings=("US-T6",)),
    ),
    Vector(
        "us-t1-autumn",
        "Saturday evening; on Sunday 1 November the clocks have gone back",
        f"{HOURS}; clocks change on 2026-11-01",
        us(),
        "2026-10-31T21:00:00-05:00",
        denied("US-T1", not_before="2026-11-01T14:00:00Z"),
    ),
    Vector(
        "us-t1-autumn-sunday",
        "thirteen UTC is seven o'clock again",
        f"{HOURS}; clocks change on 2026-11-01",
        us(),
        "2026-11-01T13:00:00Z",
        denied("US-T1", not_before="2026-11-01T14:00:00Z"),
    ),
    Vector(
        "us-t1-between-the-changes",
        "on 26 October Berlin has winter time and Chicago still summer time",
        f"{HOURS}; clocks change a week apart",
        us(),
        "2026-10-26T13:00:00Z",
        allowed(closes_at="2026-10-27T02:00:00Z"),
    ),
    Vector(
        "us-t4-closed-in-one",
        "lives in New York, number of Los Angeles: 10:59:59 is 07:59:59 there",
        ZONES,
        WITH_A_NUMBER_FROM_LOS_ANGELES,
        "2026-11-24T10:59:59-05:00",
        denied("US-T1", not_before="2026-11-24T16:00:00Z"),
    ),
    Vector(
        "us-t4-open-in-both",
        "eleven and eight; it closes when New York closes",
        ZONES,
        WITH_A_NUMBER_FROM_LOS_ANGELES,
        "2026-11-24T11:00:00-05:00",
        allowed(closes_at="2026-11-25T02:00:00Z"),
    ),
    Vector(
        "us-t4-address-confirmed",
        "he confirmed on the phone that he lives in New York: his number's zone is out",
        f"{ZONES} (step 2)",
        document(WITH_A_NUMBER_FROM_LOS_ANGELES, debtor={"address_confirmed": True}),
        "2026-11-24T08:00:00-05:00",
        allowed(closes_at="2026-11-25T02:00:00Z"),
    ),
    Vector(
        "us-t4-two-address-zones",
        "an address that may be in either of two zones",
        ZONES,
        us(debtor={"zones": ["America/Chicago", "America/Denver"]}),
        "2026-11-24T08:59:59-06:00",
        denied("US-T1", not_before="2026-11-24T15:00:00Z"),
    ),
    Vector(
        "us-t4-number-of-two-zones",
        "area code 208 is Boise or Los Angeles",
        f"{ZONES} (step 4)",
        us(
            debtor={"zones": ["America/Boise"], "subdivision": "ID", "postal_code": "83702", "city": "Boise"},
            phone={"e164": "+12085550123"},
        ),
        "2026-11-24T08:59:59-07:00",
        denied("US-T1", not_before="2026-11-24T16:00:00Z"),
    ),
    Vector(
        "us-t4-toll-free",
        "a toll-free number may be anywhere from Guam to Newfoundland: not before eight in Guam",
        f"{ZONES} (step 4)",
        us(phone={"e164": "+18002345678"}),
        "2026-11-24T12:00:00-06:00",
        denied("US-T1", not_before="2026-11-24T22:00:00Z"),
    ),
    Vector(
        "us-t5-before-eleven",
        "no place from address or number: before eleven in New York",
        NOWHERE,
        us(debtor=UNKNOWN_PLACE),
        "2026-11-24T10:59:59-05:00",
        denied("US-T5", not_before="2026-11-24T16:00:00Z"),
    ),
    Vector(
        "us-t5-eleven",
        "eleven in New York is eight in Los Angeles",
        NOWHERE,
        us(debtor=UNKNOWN_PLACE),
        "2026-11-24T11:00:00-05:00",
        allowed(closes_at="2026-11-25T02:00:00Z"),
    ),
    Vector(
        "us-t2-inside",
        "he said mornings are inconvenient",
        WISH,
        us(debtor=MORNINGS),
        "2026-11-24T11:59:59.999-06:00",
        denied("US-T2", not_before="2026-11-24T18:00:00Z"),
    ),
    Vector(
        "us-t2-over",
        "noon is not morning",
        WISH,
        us(debtor=MORNINGS),
        "2026-11-24T12:00:00-06:00",
        allowed(closes_at="2026-11-25T03:00:00Z"),
    ),
    Vector(
        "us-t2-other-day",
        "he spoke of working days",
        WISH,
        us(debtor=MORNINGS),
        "2026-11-28T09:00:00-06:00",
        allowed(closes_at="2026-11-29T03:00:00Z"),
    ),
    Vector(
        "us-t2-ahead",
        "an inconvenient evening closes the window early",
        WISH,
        us(debtor=EVENINGS),
        "2026-11-24T12:00:00-06:00",
        allowed(closes_at="2026-11-24T23:00:00Z"),
    ),
    Vector(
        "us-t2-over-night",
        "from the inconvenient evening to the next morning",
        WISH,
        us(debtor=EVENINGS),
        "2026-11-24T17:00:00-06:00",
        denied("US-T2", not_before="2026-11-25T14:00:00Z"),
    ),
    Vector(
        "us-t6-sunday-morning",
        "Sunday before noon is allowed and flagged",
        SUNDAYS,
        us(),
        "2026-11-29T11:59:59-06:00",
        allowed(closes_at="2026-11-30T03:00:00Z", warnings=("US-T6",)),
    ),
    Vector(
        "us-t6-sunday-noon",
        "Sunday from noon is not worth a flag",
        SUNDAYS,
        us(),
        "2026-11-29T12:00:00-06:00",
        allowed(closes_at="2026-11-30T03:00:00Z", warnings=()),
    ),
    Vector(
        "us-t6-thanksgiving",
        "a federal holiday",
        SUNDAYS,
        us(),
        "2026-11-26T15:00:00-06:00",
        allowed(closes_at="2026-11-27T03:00:00Z", warnings=("US-T6",)),
    ),
)
