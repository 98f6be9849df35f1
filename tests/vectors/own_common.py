"""Every country: no pack, no place, nothing owed, holds, numbers out of use, letters, overrides, missing facts."""

from __future__ import annotations

from tests.vectors.bases import de, de_company, us
from tests.vectors.kit import Vector, allowed, denied, denied_among_others, document, rung, talked, without

NOON = "2026-11-24T12:00:00+01:00"
AFTERNOON = "2026-11-24T16:00:00+01:00"
"""10:00 in New York, 09:00 in Chicago: inside every window."""

NO_PACK = "NO-PACK, principle 1 (unknown country: deny)"
NO_ZONE = "NO-ZONE, principle 1 (unknown zone) and 3 (place of the called person)"
PAID = "PAID, design section 7 (a payment stops dialling)"
HOLD = "HOLD, design sections 2 and 7"
PHONE = "PHONE, design section 6"
LETTERS = "DE-T1 to T6 bind what rings (design section 9: channels)"
SILENCE = "principle 1 (fail closed)"
STAGE = "STAGE, design section 7 (the legal route)"


def hold(reason, until=None):
    """A hold on the case."""
    return [{"reason": reason, "until": until}]


VECTORS = (
    Vector(
        "no-pack-france",
        "nobody has written down the French rules",
        NO_PACK,
        de(
            debtor={
                "country": "FR",
                "subdivision": None,
                "postal_code": "75001",
                "city": "Paris",
                "zones": ["Europe/Paris"],
            },
            phone={"e164": "+33142685300"},
        ),
        NOON,
        denied_among_others("NO-PACK"),
    ),
    Vector(
        "no-pack-callers-country-unsaid",
        "nor does it help to leave out where the call comes from",
        NO_PACK,
        {
            "debtor": {"country": "FR", "city": "Paris", "zones": ["Europe/Paris"]},
            "phone": {"e164": "+33142685300", "role": "private"},
            "contact": {"role": "self"},
        },
        NOON,
        denied_among_others("NO-PACK"),
    ),
    Vector(
        "no-pack-letter",
        "a letter to an unknown country",
        NO_PACK,
        without(de(channel="letter"), "debtor.country"),
        NOON,
        denied("NO-PACK", not_before=None),
    ),
    Vector(
        "no-pack-empty",
        "who says nothing gets nothing",
        f"{NO_PACK}; {NO_ZONE}; {SILENCE}",
        {},
        NOON,
        denied("NO-PACK", "NO-ZONE", not_before=None),
    ),
    Vector(
        "no-zone-american-number",
        "a German debtor on a number in New York: which clock, which law?",
        NO_ZONE,
        de(phone={"e164": "+12125550123"}),
        AFTERNOON,
        denied("NO-ZONE", not_before=None),
    ),
    Vector(
        "no-zone-austrian-number",
        "an Austrian mobile has the same clock, but not the same law",
        NO_ZONE,
        de_company(phone={"e164": "+436641234567"}),
        NOON,
        denied("NO-ZONE", not_before=None),
    ),
    Vector(
        "no-zone-canadian-number",
        "+1 is not always the United States: 204 is Winnipeg, on Chicago's clock",
        NO_ZONE,
        us(phone={"e164": "+12045550123"}),
        AFTERNOON,
        denied("NO-ZONE", not_before=None),
    ),
    Vector(
        "no-zone-no-number",
        "a call without a number",
        NO_ZONE,
        de(phone={"e164": None}),
        NOON,
        denied("NO-ZONE", not_before=None),
    ),
    Vector(
        "no-zone-letter",
        "a letter needs no number",
        NO_ZONE,
        without(de(channel="letter"), "phone.e164"),
        NOON,
        allowed(closes_at=None),
    ),
    Vector("paid-no-claims", "there is no claim", PAID, de(claims=[]), NOON, denied("PAID", not_before=None)),
    Vector(
        "paid-all",
        "everything is paid, one claim twice",
        PAID,
        us(claims=[{"id": "A1", "open_minor": 0}, {"id": "A2", "open_minor": -500}]),
        AFTERNOON,
        denied("PAID", not_before=None),
    ),
    Vector(
        "paid-one-of-two",
        "one cent is left",
        PAID,
        de(claims=[{"id": "F1", "open_minor": 0}, {"id": "F2", "open_minor": 1}]),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z"),
    ),
    Vector(
        "claims-missing",
        "a document without claims is about one that has no name",
        "PAID, FACTS default",
        without(de(), "claims"),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z"),
    ),
    Vector(
        "hold-promise",
        "he promised to pay by Thursday at noon",
        HOLD,
        de(holds=hold("promise", "2026-11-26T12:00:00+01:00")),
        NOON,
        denied("HOLD", not_before="2026-11-26T11:00:00Z"),
    ),
    Vector(
        "hold-promise-over",
        "the hold ends at its instant",
        HOLD,
        de(holds=hold("promise", NOON)),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z"),
    ),
    Vector(
        "hold-letter",
        "what was promised on the telephone is confirmed in writing the same day",
        "DE-A1 (text-form confirmation), design section 1",
        de(holds=hold("promise", "2026-11-26T12:00:00+01:00"), channel="letter"),
        NOON,
        allowed(closes_at=None),
    ),
    Vector(
        "hold-moratorium",
        "a moratorium in a country without a rule of its own, until the end of the day",
        HOLD,
        de(flags={"moratorium_until": "2026-11-24"}),
        NOON,
        denied("HOLD", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "hold-moratorium-over",
        "it ended yesterday",
        HOLD,
        de(flags={"moratorium_until": "2026-11-23"}),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z"),
    ),
    Vector("phone-fax", "a fax answers", PHONE, de_company(phone={"state": "fax"}), NOON, denied("PHONE")),
    Vector(
        "phone-fax-by-fax",
        "which is what a fax is for",
        PHONE,
        de_company(phone={"state": "fax"}, channel="fax"),
        NOON,
        allowed(closes_at="2026-11-24T17:00:00Z"),
    ),
    Vector(
        "phone-suspect",
        "a number under suspicion may be tried",
        PHONE,
        de(phone={"state": "suspect"}),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z"),
    ),
    Vector(
        "fax-at-night",
        "a fax rings",
        f"{LETTERS}; DE-T1, Bundesnetzagentur [D1]",
        de(channel="fax", phone={"state": "fax"}),
        "2026-11-24T21:00:00+01:00",
        denied("DE-T1", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "letter-on-sunday",
        "a letter does not",
        LETTERS,
        de(channel="letter"),
        "2026-11-29T21:00:00+01:00",
        allowed(closes_at=None),
    ),
    Vector(
        "letter-after-everything",
        "nor does it care for counters, pauses and lost calls",
        LETTERS,
        de(
            channel="letter",
            history=rung(
                "2026-11-24T09:00:00+01:00",
                "2026-11-24T10:00:00+01:00",
                "2026-11-24T11:00:00+01:00",
                outcome="abandoned",
            )
            + talked("2026-11-24T11:30:00+01:00"),
        ),
        NOON,
        allowed(closes_at=None),
    ),
    Vector(
        "stage-court",
        "a case in court may be talked about, knowingly",
        STAGE,
        de(stage="court_dunning"),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z", warnings=("STAGE",)),
    ),
    Vector(
        "stage-telephone",
        "the ordinary stage is not worth a warning",
        STAGE,
        de(stage="telephone"),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z", warnings=()),
    ),
    Vector(
        "silence-de",
        "a German number and nothing else: every default is the strictest",
        f"{SILENCE}; DE-N1; DE-P3; BZ-3; DE-U4; DE-RDG2",
        {"debtor": {"country": "DE"}, "phone": {"e164": "+493023125001"}},
        NOON,
        denied("DE-N1", "DE-P3", "BZ-3", "DE-U4", "DE-RDG2", not_before=None),
    ),
    Vector(
        "silence-at",
        "an Austrian number and nothing else",
        f"{SILENCE}; AT-2; AT-10; DE-U4 as AT-U4",
        {"debtor": {"country": "AT"}, "phone": {"e164": "+4312345678"}},
        NOON,
        denied("AT-2", "AT-10", "AT-U4", not_before=None),
    ),
    Vector(
        "silence-ch",
        "a Swiss number and nothing else",
        f"{SILENCE}; CH-8; DE-U4 as CH-U4",
        {"debtor": {"country": "CH"}, "phone": {"e164": "+41442345678"}},
        NOON,
        denied("CH-8", "CH-U4", not_before=None),
    ),
    Vector(
        "silence-gb",
        "a British number and nothing else",
        f"{SILENCE}; GB-3; GB-9; DE-U4 as GB-U4",
        {"debtor": {"country": "GB"}, "phone": {"e164": "+442079460018"}},
        NOON,
        denied("GB-3", "GB-9", "GB-U4", not_before=None),
    ),
    Vector(
        "silence-us",
        "an American number and nothing else: the plan does not tell mobile from fixed",
        f"{SILENCE}; US-N1; US-P1; US-P4; US-V2",
        {"debtor": {"country": "US"}, "phone": {"e164": "+13125550123"}},
        AFTERNOON,
        denied("US-N1", "US-P1", "US-P4", "US-V2", not_before=None),
    ),
    Vector(
        "every-rule-at-once",
        "one denial does not hide another",
        "DE-T1, DE-C4, DE-N1, PAID: all rules apply together",
        document(
            de(claims=[]),
            flags={"insolvency": True},
            operator={"caller_id": "+499001234567"},
        ),
        "2026-11-24T21:00:00+01:00",
        denied("DE-T1", "DE-C4", "DE-N1", "PAID", not_before=None),
    ),
    *(
        Vector(
            f"no-pack-france-{channel}",
            f"nor may a {channel} go there",
            NO_PACK,
            de(
                debtor={"country": "FR", "subdivision": None, "postal_code": "75001", "city": "Paris"},
                phone={"e164": "+33142685300"},
                channel=channel,
            ),
            NOON,
            denied_among_others("NO-PACK"),
        )
        for channel in ("voicemail", "fax")
    ),
)
