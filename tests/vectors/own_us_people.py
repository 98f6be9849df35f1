"""United States: who, where, recorded voices, flags, the dialler. Tuesday 24 November 2026 at noon in Chicago."""

from __future__ import annotations

from tests.vectors.bases import us, us_company
from tests.vectors.kit import Vector, allowed, denied, each, rung, without

NOON = "2026-11-24T12:00:00-06:00"
CLOSES = "2026-11-25T03:00:00Z"
WORKPLACE = "US-P1, 12 CFR 1006.6(b)(3) [U3b]"
MACHINE_AT_WORK = "US-P1; section 7 (common): never to phone.role=work for consumers"
THIRD = "US-P4, 12 CFR 1006.6(d) [U2]"
CELL = "US-V2, 47 CFR 64.1200(a)(1)(iii), FCC 22-85 [U12][U13]"
LANDLINE = "US-V4, 47 CFR 64.1200(a)(3) [U19]"
DISPUTE = "US-S3, 12 CFR 1006.38 [U23]"
SHOWN = "US-N1, product default: an ordinary number of the called country (as DE-N1)"
LOST = "US-D1, 47 CFR 64.1200(a)(6), (7) as design limit [U21]"
VOICEMAIL = {"channel": "voicemail", "mode": "unattended"}
MOBILE = {"line_type": "mobile"}
CONSENT = {"flags": {"prerecorded_consent": True}}
AT_HOME = us_company(**VOICEMAIL, phone={"role": "private"})
ON_SUNDAYS = "2026-11-{}T12:00:00-06:00"


def left(*instants, **row):
    """Messages left on the machine."""
    return rung(*instants, channel="voicemail", outcome="voicemail_left", message=True, claims=["A1"], **row)


def announced(*instants):
    """Recordings played to whoever answered."""
    return rung(*instants, outcome="announced", claims=["A1"])


VECTORS = (
    Vector("us-p1-workplace", "at work", WORKPLACE, us(phone={"role": "work"}), NOON, denied("US-P1", not_before=None)),
    Vector(
        "us-p1-allowed",
        "the employer does not mind",
        WORKPLACE,
        us(phone={"role": "work"}, flags={"workplace_allowed": True}),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-p4-company",
        "a company speaks through its people",
        f"{THIRD}; 15 USC 1692a(3) [U9]",
        us_company(contact={"role": "reception"}),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v2-mobile",
        "a recorded message to a cell number",
        CELL,
        us(**VOICEMAIL, phone=MOBILE),
        NOON,
        denied("US-V2", not_before=None),
    ),
    Vector(
        "us-v2-unknown",
        "a number that may be a cell number",
        f"{CELL}; principle 1 (fail closed)",
        us(**VOICEMAIL, phone={"line_type": "unknown"}),
        NOON,
        denied("US-V2", not_before=None),
    ),
    Vector(
        "us-v2-line-missing",
        "the American plan does not tell cell from landline",
        f"{CELL}; principle 1 (fail closed)",
        without(us(**VOICEMAIL), "phone.line_type"),
        NOON,
        denied("US-V2", not_before=None),
    ),
    Vector("us-v2-fixed", "a landline", CELL, us(**VOICEMAIL), NOON, allowed(closes_at=CLOSES)),
    Vector(
        "us-v2-consent",
        "with prior express consent",
        CELL,
        us(**VOICEMAIL, **CONSENT, phone=MOBILE),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v2-announcement",
        "a recording played to whoever answers a cell",
        CELL,
        us(mode="unattended", phone=MOBILE),
        NOON,
        denied("US-V2", not_before=None),
    ),
    Vector(
        "us-v2-live-agent",
        "a collector who speaks himself needs no such consent",
        f"{CELL}; US-V3",
        us(mode="progressive", phone=MOBILE),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v2-company",
        "the TCPA binds everybody",
        CELL,
        us_company(**VOICEMAIL, phone=MOBILE),
        NOON,
        denied("US-V2", not_before=None),
    ),
    Vector(
        "us-v4-two",
        "the third recorded message to a home in thirty days",
        LANDLINE,
        us(**VOICEMAIL, history=left(*each(ON_SUNDAYS, "01", "08"))),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v4-three",
        "the fourth, and the fourth of the case",
        f"{LANDLINE}; VM-MOST, section 7 (common)",
        us(**VOICEMAIL, history=left(*each(ON_SUNDAYS, "01", "08", "15"))),
        NOON,
        denied("US-V4", "VM-MOST", not_before=None),
    ),
    Vector(
        "us-v4-home-of-a-company",
        "a company of one room at home: the line is residential",
        LANDLINE,
        AT_HOME | {"history": left(*each(ON_SUNDAYS, "01", "08", "15"))},
        NOON,
        denied("US-V4", not_before="2026-12-01T18:00:00Z"),
    ),
    Vector(
        "us-v4-announcement",
        "a recording played to whoever answers at home counts like one on the machine",
        LANDLINE,
        us(mode="unattended", history=left(*each(ON_SUNDAYS, "01", "08", "15"))),
        NOON,
        denied("US-V4", not_before="2026-12-01T18:00:00Z"),
    ),
    Vector(
        "us-v4-announced-counts",
        "two messages on the machine and one recording that somebody heard at home",
        LANDLINE,
        us(**VOICEMAIL, history=left(*each(ON_SUNDAYS, "01", "08")) + announced(ON_SUNDAYS.format("15"))),
        NOON,
        denied("US-V4", not_before="2026-12-01T18:00:00Z"),
    ),
    Vector(
        "us-v4-announced-alone",
        "three recordings that somebody heard at home",
        LANDLINE,
        us(mode="unattended", history=announced(*each(ON_SUNDAYS, "01", "08", "15"))),
        NOON,
        denied("US-V4", not_before="2026-12-01T18:00:00Z"),
    ),
    Vector(
        "us-v4-announced-two",
        "two of them",
        LANDLINE,
        us(mode="unattended", history=announced(*each(ON_SUNDAYS, "08", "15"))),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v4-announcement-two",
        "the third",
        LANDLINE,
        us(mode="unattended", history=left(*each(ON_SUNDAYS, "01", "08"))),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v4-announcement-old",
        "the first of three exactly thirty days ago",
        LANDLINE,
        us(mode="unattended", history=left("2026-10-25T13:00:00-05:00", *each(ON_SUNDAYS, "08", "15"))),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v4-announcement-consent",
        "with consent",
        LANDLINE,
        us(mode="unattended", **CONSENT, history=left(*each(ON_SUNDAYS, "01", "08", "15"))),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v4-thirty-days-old",
        "the first of three exactly thirty days ago",
        LANDLINE,
        AT_HOME | {"history": left("2026-10-25T13:00:00-05:00", *each(ON_SUNDAYS, "08", "15"))},
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v4-a-second-younger",
        "or a second less",
        LANDLINE,
        AT_HOME | {"history": left("2026-10-25T13:00:01-05:00", *each(ON_SUNDAYS, "08", "15"))},
        NOON,
        denied("US-V4", not_before="2026-11-24T18:00:01Z"),
    ),
    Vector(
        "us-v4-consent",
        "with consent",
        LANDLINE,
        AT_HOME | CONSENT | {"history": left(*each(ON_SUNDAYS, "01", "08", "15"))},
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v4-company",
        "the limit is for homes",
        LANDLINE,
        us_company(**VOICEMAIL, history=left(*each(ON_SUNDAYS, "01", "08", "15"), contact_role="accounts_payable")),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-s3-hold",
        "as a hold until it is answered",
        DISPUTE,
        us(holds=[{"reason": "dispute", "until": "2026-11-30T12:00:00-06:00"}]),
        NOON,
        denied("US-S3", not_before="2026-11-30T18:00:00Z"),
    ),
    Vector("us-d1-60", "no upper bound here", LOST, us(ring_seconds=60), NOON, allowed(closes_at=CLOSES)),
    Vector(
        "us-n1-missing", "no caller ID", SHOWN, us(operator={"caller_id": None}), NOON, denied("US-N1", not_before=None)
    ),
    Vector(
        "us-n1-foreign", "a German number", SHOWN, us(operator={"caller_id": "+493023125000"}), NOON, denied("US-N1")
    ),
    Vector("us-n1-900", "a 900 number", SHOWN, us(operator={"caller_id": "+19005551234"}), NOON, denied("US-N1")),
    Vector(
        "us-p1-company",
        "a company's people are called at work",
        WORKPLACE,
        us_company(phone={"role": "work"}),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-p1-main-line",
        "a consumer is called at home: the main line of a business is a workplace",
        WORKPLACE,
        us(phone={"role": "business_main"}),
        NOON,
        denied("US-P1", not_before=None),
    ),
    Vector(
        "us-p1-main-line-allowed",
        "where the employer does not mind",
        WORKPLACE,
        us(phone={"role": "business_main"}, flags={"workplace_allowed": True}),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-p1-main-line-of-a-trader",
        "the line of his own shop",
        WORKPLACE,
        us(debtor={"type": "sole_trader"}, phone={"role": "business_main"}),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    *(
        Vector(
            f"us-p1-message-at-work-{kind}",
            f"a {kind.replace('_', ' ')}'s employer does not mind calls, but others listen to the machine",
            MACHINE_AT_WORK,
            us(**VOICEMAIL, debtor={"type": kind}, phone={"role": "work"}, flags={"workplace_allowed": True}),
            NOON,
            denied("US-P1", not_before=None),
        )
        for kind in ("consumer", "sole_trader")
    ),
    Vector(
        "us-p1-message-at-work-company",
        "a company's people have machines at work",
        MACHINE_AT_WORK,
        us_company(**VOICEMAIL, phone={"role": "work"}),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v2-announcement-consent",
        "a recording played to whoever answers a cell, with consent",
        CELL,
        us(mode="unattended", **CONSENT, phone=MOBILE),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "us-v2-announcement-unknown",
        "or to what may be a cell",
        f"{CELL}; principle 1 (fail closed)",
        us(mode="unattended", phone={"line_type": "unknown"}),
        NOON,
        denied("US-V2", not_before=None),
    ),
)
