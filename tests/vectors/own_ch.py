"""Switzerland: hours and counters under CH-1, the rest as in Germany. Zurich keeps the same clock as Berlin."""

from __future__ import annotations

from tests.vectors.bases import ch, ch_company
from tests.vectors.kit import Vector, allowed, denied

NOON = "2026-11-24T12:00:00+01:00"
CLOSES = "2026-11-24T19:00:00Z"
HOURS = "CH-1, code of inkassosuisse [H1][H2][H3], figures product default"
HOLIDAYS = f"{HOURS}; section 8 (cantons)"
LUCERNE = {"subdivision": "LU", "postal_code": "6003", "city": "Luzern"}
TICINO = {"subdivision": "TI", "postal_code": "6900", "city": "Lugano"}
NOWHERE = {"subdivision": None, "postal_code": None, "city": None}

VECTORS = (
    Vector(
        "ch-1-before-eight",
        "a millisecond before eight",
        HOURS,
        ch(),
        "2026-11-24T07:59:59.999+01:00",
        denied("CH-1", not_before="2026-11-24T07:00:00Z"),
    ),
    Vector(
        "ch-1-eight", "eight o'clock", HOURS, ch(), "2026-11-24T08:00:00+01:00", allowed(closes_at=CLOSES, warnings=())
    ),
    Vector(
        "ch-1-twenty",
        "twenty o'clock",
        HOURS,
        ch(),
        "2026-11-24T20:00:00+01:00",
        denied("CH-1", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "ch-1-saturday-before-nine",
        "Saturday before nine",
        HOURS,
        ch(),
        "2026-11-28T08:59:59.999+01:00",
        denied("CH-1", not_before="2026-11-28T08:00:00Z"),
    ),
    Vector(
        "ch-1-saturday-open",
        "Saturday until seventeen",
        HOURS,
        ch(),
        "2026-11-28T16:59:59.999+01:00",
        allowed(closes_at="2026-11-28T16:00:00Z"),
    ),
    Vector(
        "ch-1-saturday",
        "Saturday at seventeen, an hour earlier than in Germany",
        HOURS,
        ch(),
        "2026-11-28T17:00:00+01:00",
        denied("CH-1", not_before="2026-11-30T07:00:00Z"),
    ),
    Vector(
        "ch-1-sunday",
        "Sunday",
        HOURS,
        ch(),
        "2026-11-29T12:00:00+01:00",
        denied("CH-1", not_before="2026-11-30T07:00:00Z"),
    ),
    Vector(
        "ch-1-company",
        "a company on Saturday morning",
        HOURS,
        ch_company(),
        "2026-11-28T10:00:00+01:00",
        allowed(closes_at="2026-11-28T16:00:00Z"),
    ),
    Vector(
        "ch-1-spring",
        "the Saturday before the clocks change; Monday opens in summer time",
        f"{HOURS}; clocks change on 2026-03-29",
        ch(),
        "2026-03-28T17:00:00+01:00",
        denied("CH-1", not_before="2026-03-30T06:00:00Z"),
    ),
    Vector(
        "ch-1-corpus-christi-lucerne",
        "Corpus Christi in Lucerne",
        HOLIDAYS,
        ch(debtor=LUCERNE),
        "2026-06-04T10:00:00+02:00",
        denied("CH-1", not_before="2026-06-05T06:00:00Z"),
    ),
    Vector(
        "ch-1-corpus-christi-zurich",
        "not in the canton of Zurich",
        HOLIDAYS,
        ch(),
        "2026-06-04T10:00:00+02:00",
        allowed(closes_at="2026-06-04T18:00:00Z"),
    ),
    Vector(
        "ch-1-saint-joseph-ticino",
        "19 March in Ticino",
        HOLIDAYS,
        ch(debtor=TICINO),
        "2026-03-19T10:00:00+01:00",
        denied("CH-1", not_before="2026-03-20T07:00:00Z"),
    ),
    Vector(
        "ch-1-canton-unknown",
        "a canton nobody named may be Lucerne",
        HOLIDAYS,
        ch(debtor=NOWHERE),
        "2026-12-08T10:00:00+01:00",
        denied("CH-1", not_before="2026-12-09T07:00:00Z"),
    ),
    Vector(
        "ch-1-national-day",
        "1 August, a Saturday, everywhere",
        HOLIDAYS,
        ch(),
        "2026-08-01T11:00:00+02:00",
        denied("CH-1", not_before="2026-08-03T06:00:00Z"),
    ),
    Vector(
        "ch-7-cannot-pay",
        "proven inability to pay: a year of rest",
        "CH-7, code [H2]",
        ch(holds=[{"reason": "cannot_pay", "until": "2027-06-01T00:00:00+02:00"}]),
        NOON,
        denied("CH-7", not_before="2027-06-01T06:00:00Z"),
    ),
)
