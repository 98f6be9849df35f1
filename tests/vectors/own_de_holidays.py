"""Germany: public holidays at the called party's place and at the caller's desk, by Land and municipality."""

from __future__ import annotations

from tests.vectors.bases import at, de, de_company
from tests.vectors.kit import Vector, allowed, denied

HOLIDAY = "DE-T5, Feiertagsgesetz of the Land (section 8)"
WORK = "DE-T5, § 9 ArbZG at the caller's site [D12]"
UNKNOWN = "DE-T5, principle 1 (unknown subdivision: union of all)"
NOWHERE = {"subdivision": None, "postal_code": None, "city": None}
MUNICH = {"subdivision": "BY", "postal_code": "80331", "city": "München"}
AUGSBURG = {"subdivision": "BY", "postal_code": "86150", "city": "Augsburg"}
HAMBURG = {"subdivision": "HH", "postal_code": "20095", "city": "Hamburg"}
COLOGNE = {"subdivision": "NW", "postal_code": "50667", "city": "Köln"}
HANOVER = {"subdivision": "NI", "postal_code": "30159", "city": "Hannover"}
LEIPZIG = {"subdivision": "SN", "postal_code": "04109", "city": "Leipzig"}
ERFURT = {"subdivision": "TH", "postal_code": "99084", "city": "Erfurt"}
SAARBRUECKEN = {"subdivision": "SL", "postal_code": "66111", "city": "Saarbrücken"}
STUTTGART = {"subdivision": "BW", "postal_code": "70173", "city": "Stuttgart"}
POTSDAM = {"subdivision": "BB", "postal_code": "14467", "city": "Potsdam"}
SOMEWHERE_IN_BAVARIA = {"subdivision": "BY", "postal_code": None, "city": None}
DESK_IN_BERLIN = {"country": "DE", "subdivision": "BE", "city": "Berlin"}
DESK_IN_LONDON = {"country": "GB", "subdivision": "ENG", "city": "London"}
DESK_IN_BERN = {"country": "CH", "subdivision": "BE", "city": "Bern"}

VECTORS = (
    Vector(
        "de-t5-called-land",
        "Epiphany is a holiday in Munich",
        HOLIDAY,
        de(debtor=MUNICH),
        "2026-01-06T10:00:00+01:00",
        denied("DE-T5", not_before="2026-01-07T07:00:00Z"),
    ),
    Vector(
        "de-t5-other-land",
        "Epiphany is no holiday in Berlin, at either end",
        HOLIDAY,
        de(),
        "2026-01-06T10:00:00+01:00",
        allowed(closes_at="2026-01-06T19:00:00Z"),
    ),
    Vector(
        "de-t5-callers-land",
        "debtor in Berlin, desks in Munich: nobody may work there on Epiphany",
        WORK,
        de(operator={"subdivision": "BY", "city": "München"}),
        "2026-01-06T10:00:00+01:00",
        denied("DE-T5", not_before="2026-01-07T07:00:00Z"),
    ),
    Vector(
        "de-t5-callers-land-unknown",
        "a caller who does not say his Land keeps the holidays of all sixteen",
        UNKNOWN,
        de(operator={"subdivision": None, "city": None}),
        "2026-01-06T10:00:00+01:00",
        denied("DE-T5", not_before="2026-01-07T07:00:00Z"),
    ),
    Vector(
        "de-t5-called-land-unknown",
        "a debtor whose Land is not known may be in Bavaria",
        UNKNOWN,
        de(debtor=NOWHERE),
        "2026-01-06T10:00:00+01:00",
        denied("DE-T5", not_before="2026-01-07T07:00:00Z"),
    ),
    Vector(
        "de-t5-unknown-land-reformation",
        "or in Brandenburg",
        UNKNOWN,
        de(debtor=NOWHERE),
        "2026-10-31T11:00:00+01:00",
        denied("DE-T5", not_before="2026-11-02T07:00:00Z"),
    ),
    Vector(
        "de-t5-callers-land-for-austria",
        "Good Friday is no public holiday in Austria, but it is at the desks in Berlin; Easter Monday is one in both",
        f"{WORK}; AT-3 (DE-T5 for Austria) at the caller's site",
        at(operator=DESK_IN_BERLIN),
        "2026-04-03T10:00:00+02:00",
        denied("DE-T5", "AT-3", not_before="2026-04-04T07:00:00Z"),
    ),
    Vector(
        "de-t5-callers-bank-holiday",
        "the last Monday of August is a bank holiday at the desks in London, which end it at 01:00 in Berlin",
        WORK,
        de(operator=DESK_IN_LONDON),
        "2026-08-31T10:00:00+02:00",
        denied("DE-T5", not_before="2026-09-01T06:00:00Z"),
    ),
    Vector(
        "de-t5-callers-bank-holiday-over",
        "on Tuesday they work again",
        WORK,
        de(operator=DESK_IN_LONDON),
        "2026-09-01T10:00:00+02:00",
        allowed(closes_at="2026-09-01T18:00:00Z"),
    ),
    Vector(
        "de-t5-callers-berchtoldstag",
        "2 January, a Friday, is kept at the desks in Bern; the consumer's Saturday opens at nine",
        WORK,
        de(operator=DESK_IN_BERN),
        "2026-01-02T10:00:00+01:00",
        denied("DE-T5", not_before="2026-01-03T08:00:00Z"),
    ),
    Vector(
        "de-t5-callers-own-calendar",
        "Women's Day is not kept at the desks in London, but where the debtor in Berlin is",
        HOLIDAY,
        de(operator=DESK_IN_LONDON),
        "2027-03-08T10:00:00+01:00",
        denied("DE-T5", not_before="2027-03-09T07:00:00Z"),
    ),
    Vector(
        "de-t5-good-friday",
        "Good Friday everywhere; the consumer's Saturday opens at nine",
        HOLIDAY,
        de(),
        "2026-04-03T10:00:00+02:00",
        denied("DE-T5", not_before="2026-04-04T07:00:00Z"),
    ),
    Vector(
        "de-t5-easter-company",
        "the company waits over Saturday, Sunday and Easter Monday",
        HOLIDAY,
        de_company(),
        "2026-04-03T10:00:00+02:00",
        denied("DE-T5", not_before="2026-04-07T06:00:00Z"),
    ),
    Vector(
        "de-t5-easter-sunday-brandenburg",
        "Easter Sunday is a holiday by law in Brandenburg alone, and a Sunday everywhere",
        f"{HOLIDAY}; DE-T4, § 9 ArbZG [D12]",
        de(debtor=POTSDAM),
        "2026-04-05T12:00:00+02:00",
        denied("DE-T4", "DE-T5", not_before="2026-04-07T06:00:00Z"),
    ),
    Vector(
        "de-t5-unity-day",
        "3 October 2026 is a Saturday",
        HOLIDAY,
        de(),
        "2026-10-03T11:00:00+02:00",
        denied("DE-T5", not_before="2026-10-05T06:00:00Z"),
    ),
    Vector(
        "de-t5-reformation-brandenburg",
        "Reformation Day, a Saturday, in Potsdam",
        HOLIDAY,
        de(debtor=POTSDAM),
        "2026-10-31T11:00:00+01:00",
        denied("DE-T5", not_before="2026-11-02T07:00:00Z"),
    ),
    Vector(
        "de-t5-reformation-berlin",
        "not in Berlin across the road",
        HOLIDAY,
        de(),
        "2026-10-31T11:00:00+01:00",
        allowed(closes_at="2026-10-31T17:00:00Z"),
    ),
    Vector(
        "de-t5-repentance-saxony",
        "the Day of Repentance is kept in Saxony",
        HOLIDAY,
        de(debtor=LEIPZIG),
        "2026-11-18T10:00:00+01:00",
        denied("DE-T5", not_before="2026-11-19T07:00:00Z"),
    ),
    Vector(
        "de-t5-repentance-thuringia",
        "and in Saxony only",
        HOLIDAY,
        de(debtor=ERFURT),
        "2026-11-18T10:00:00+01:00",
        allowed(closes_at="2026-11-18T19:00:00Z"),
    ),
    Vector(
        "de-t5-womens-day",
        "8 March 2027, a Monday, in Berlin",
        HOLIDAY,
        de(),
        "2027-03-08T10:00:00+01:00",
        denied("DE-T5", not_before="2027-03-09T07:00:00Z"),
    ),
    Vector(
        "de-t5-womens-day-hamburg",
        "no holiday in Hamburg",
        HOLIDAY,
        de(debtor=HAMBURG, operator={"subdivision": "HH", "city": "Hamburg"}),
        "2027-03-08T10:00:00+01:00",
        allowed(closes_at="2027-03-08T19:00:00Z"),
    ),
    Vector(
        "de-t5-all-saints-cologne",
        "All Saints 2027 is a Monday",
        HOLIDAY,
        de(debtor=COLOGNE),
        "2027-11-01T10:00:00+01:00",
        denied("DE-T5", not_before="2027-11-02T07:00:00Z"),
    ),
    Vector(
        "de-t5-all-saints-hanover",
        "not in Lower Saxony",
        HOLIDAY,
        de(debtor=HANOVER),
        "2027-11-01T10:00:00+01:00",
        allowed(closes_at="2027-11-01T19:00:00Z"),
    ),
    Vector(
        "de-t5-childrens-day",
        "20 September 2027, a Monday, in Thuringia alone",
        HOLIDAY,
        de(debtor=ERFURT),
        "2027-09-20T10:00:00+02:00",
        denied("DE-T5", not_before="2027-09-21T06:00:00Z"),
    ),
    Vector(
        "de-t5-once-in-berlin",
        "17 June 2028, a Saturday, is a holiday in Berlin for once",
        HOLIDAY,
        de(),
        "2028-06-17T11:00:00+02:00",
        denied("DE-T5", not_before="2028-06-19T06:00:00Z"),
    ),
    Vector(
        "de-t5-peace-in-augsburg",
        "8 August, a Saturday, is kept in the city of Augsburg",
        HOLIDAY,
        de(debtor=AUGSBURG),
        "2026-08-08T11:00:00+02:00",
        denied("DE-T5", not_before="2026-08-10T06:00:00Z"),
    ),
    Vector(
        "de-t5-peace-in-munich",
        "not in Munich",
        HOLIDAY,
        de(debtor=MUNICH),
        "2026-08-08T11:00:00+02:00",
        allowed(closes_at="2026-08-08T16:00:00Z"),
    ),
    Vector(
        "de-t5-peace-somewhere-in-bavaria",
        "a town nobody named may be Augsburg",
        UNKNOWN,
        de(debtor=SOMEWHERE_IN_BAVARIA),
        "2026-08-08T11:00:00+02:00",
        denied("DE-T5", not_before="2026-08-10T06:00:00Z"),
    ),
    Vector(
        "de-t5-assumption-saarland",
        "15 August 2025, a Friday, is a holiday in the whole Saarland",
        HOLIDAY,
        de(debtor=SAARBRUECKEN),
        "2025-08-15T10:00:00+02:00",
        denied("DE-T5", not_before="2025-08-16T07:00:00Z"),
    ),
    Vector(
        "de-t5-assumption-stuttgart",
        "nowhere in Baden-Württemberg",
        HOLIDAY,
        de(debtor=STUTTGART),
        "2025-08-15T10:00:00+02:00",
        allowed(closes_at="2025-08-15T18:00:00Z"),
    ),
    Vector(
        "de-t5-assumption-callers-bavaria",
        "desks somewhere in Bavaria: Catholic until it is known that the municipality is not",
        "DE-T5 at the caller's site, section 8 (municipality unknown: catholic days count)",
        de(operator={"subdivision": "BY", "city": None}),
        "2025-08-15T10:00:00+02:00",
        denied("DE-T5", not_before="2025-08-16T07:00:00Z"),
    ),
    Vector(
        "de-t5-local-date",
        "23:30 UTC on 31 December is New Year in Berlin; the next open day is Friday 2 January",
        "DE-T5, section 8 (convert to the called party's zone first)",
        de(),
        "2025-12-31T23:30:00Z",
        denied("DE-T1", "DE-T5", not_before="2026-01-02T07:00:00Z"),
    ),
    Vector(
        "de-t5-local-date-over",
        "23:30 UTC on 1 January is already 2 January in Berlin: too early, but no holiday",
        "DE-T5, section 8 (convert to the called party's zone first)",
        de(),
        "2026-01-01T23:30:00Z",
        denied("DE-T1", not_before="2026-01-02T07:00:00Z"),
    ),
)
