"""Austria: Germany's rules with Austria's holidays and ids. Vienna keeps the same clock as Berlin."""

from __future__ import annotations

from tests.vectors.bases import at, at_company, us
from tests.vectors.kit import Vector, allowed, denied, talked

NOON = "2026-11-24T12:00:00+01:00"
CLOSES = "2026-11-24T19:00:00Z"
HOURS = "AT-3 (DE-T1 to T5 with Austria's holidays, DENY)"
COUNTERS = "section 11 (at: as de), DE-F1 to F5"
DESK_IN_CHICAGO = {"country": "US", "subdivision": "IL", "city": "Chicago"}
DESK_IN_VIENNA = {"country": "AT", "subdivision": "9", "city": "Wien"}

VECTORS = (
    Vector(
        "at-3-before-eight",
        "a millisecond before eight",
        HOURS,
        at(),
        "2026-11-24T07:59:59.999+01:00",
        denied("AT-3", not_before="2026-11-24T07:00:00Z"),
    ),
    Vector(
        "at-3-eight", "eight o'clock", HOURS, at(), "2026-11-24T08:00:00+01:00", allowed(closes_at=CLOSES, warnings=())
    ),
    Vector(
        "at-3-twenty",
        "twenty o'clock",
        HOURS,
        at(),
        "2026-11-24T20:00:00+01:00",
        denied("AT-3", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "at-3-saturday",
        "Saturday at eighteen",
        HOURS,
        at(),
        "2026-11-28T18:00:00+01:00",
        denied("AT-3", not_before="2026-11-30T07:00:00Z"),
    ),
    Vector(
        "at-3-saturday-open",
        "Saturday until eighteen",
        HOURS,
        at(),
        "2026-11-28T17:59:59.999+01:00",
        allowed(closes_at="2026-11-28T17:00:00Z"),
    ),
    Vector(
        "at-3-sunday",
        "Sunday",
        HOURS,
        at(),
        "2026-11-29T12:00:00+01:00",
        denied("AT-3", not_before="2026-11-30T07:00:00Z"),
    ),
    Vector(
        "at-3-company-open",
        "a company before eighteen",
        HOURS,
        at_company(),
        "2026-11-24T17:59:59.999+01:00",
        allowed(closes_at="2026-11-24T17:00:00Z"),
    ),
    Vector(
        "at-3-company",
        "a company at eighteen",
        HOURS,
        at_company(),
        "2026-11-24T18:00:00+01:00",
        denied("AT-3", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "at-3-company-saturday",
        "a company on Saturday",
        HOURS,
        at_company(),
        "2026-11-28T11:00:00+01:00",
        denied("AT-3", not_before="2026-11-30T07:00:00Z"),
    ),
    Vector(
        "at-3-national-day",
        "26 October, a Monday, the day after the clocks change",
        f"{HOURS}; section 8",
        at(),
        "2026-10-26T10:00:00+01:00",
        denied("AT-3", not_before="2026-10-27T07:00:00Z"),
    ),
    Vector(
        "at-3-immaculate-conception",
        "8 December, a Tuesday, in Tyrol",
        f"{HOURS}; section 8",
        at(debtor={"subdivision": "7", "postal_code": "6020", "city": "Innsbruck"}),
        "2026-12-08T10:00:00+01:00",
        denied("AT-3", not_before="2026-12-09T07:00:00Z"),
    ),
    Vector(
        "at-3-unknown-state",
        "Corpus Christi where the state is not known",
        f"{HOURS}; section 8",
        at(debtor={"subdivision": None, "postal_code": None, "city": None}),
        "2026-06-04T10:00:00+02:00",
        denied("AT-3", not_before="2026-06-05T06:00:00Z"),
    ),
    Vector(
        "at-3-good-friday",
        "Good Friday is not a public holiday in Austria",
        f"{HOURS}; section 8 (category bank, not public)",
        at(),
        "2026-04-03T10:00:00+02:00",
        allowed(closes_at="2026-04-03T18:00:00Z"),
    ),
    Vector(
        "at-f4-over-the-immaculate-conception",
        "talked on Friday 4 December: Monday 7, Wednesday 9 and Thursday 10 are the three working days",
        f"{COUNTERS}; section 8",
        at(history=talked("2026-12-04T10:00:00+01:00")),
        "2026-12-10T12:00:00+01:00",
        denied("AT-F4", not_before="2026-12-11T07:00:00Z"),
    ),
    Vector(
        "at-2-missing",
        "a suppressed number",
        "AT-2, VwGH 2013/03/0052 [A3]",
        at(operator={"caller_id": None}),
        NOON,
        denied("AT-2", not_before=None),
    ),
    Vector(
        "at-2-own-german-number",
        "the calling entity's own number, here a German one",
        "AT-2, VwGH 2013/03/0052 [A3]",
        at(operator={"caller_id": "+493023125000"}),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "at-no-rdg",
        "§ 13a RDG is German law: a collector for others needs no such notice in Austria",
        "DE-RDG2 is no part of the Austrian pack (section 5)",
        at(operator={"role": "registered_collector"}),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "at-3-company-before-eight",
        "a company a second before eight",
        HOURS,
        at_company(),
        "2026-11-24T07:59:59+01:00",
        denied("AT-3", not_before="2026-11-24T07:00:00Z"),
    ),
    Vector(
        "at-3-called-from-abroad-sunday",
        "Sunday in Vienna, called from Chicago",
        HOURS,
        at(operator=DESK_IN_CHICAGO),
        "2026-11-29T12:00:00+01:00",
        denied("AT-3", not_before="2026-11-30T07:00:00Z"),
    ),
    Vector(
        "at-3-called-from-abroad-holiday",
        "a holiday in Vienna, called from Chicago",
        f"{HOURS}; section 8",
        at(operator=DESK_IN_CHICAGO),
        "2026-12-08T10:00:00+01:00",
        denied("AT-3", not_before="2026-12-09T07:00:00Z"),
    ),
    Vector(
        "at-3-callers-sunday",
        "Saturday 18:00 in Chicago is Sunday 01:00 at the desks in Vienna",
        f"{HOURS} at the caller's site",
        us(operator=DESK_IN_VIENNA),
        "2026-11-28T18:00:00-06:00",
        denied("AT-3", not_before="2026-11-29T23:00:00Z"),
    ),
    Vector(
        "at-3-callers-holiday",
        "Austria's national day, a Monday, at the desks in Vienna, which end it at 18:00 in Chicago",
        f"{HOURS} at the caller's site",
        us(operator=DESK_IN_VIENNA),
        "2026-10-26T12:00:00-05:00",
        denied("AT-3", not_before="2026-10-26T23:00:00Z"),
    ),
)
