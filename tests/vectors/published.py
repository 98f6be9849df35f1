"""The seventeen test vectors published with the compliance tables (section 10), in their order; number 10 asks twice.

The rules named must be among the denials; there may be others.
"""

from __future__ import annotations

from tests.vectors.bases import de, de_collector, de_company, gb, us, us_in
from tests.vectors.kit import Vector, allowed, denied_among_others, each, rung, talked

TUESDAY_NOON = "2026-11-24T12:00:00+01:00"
THIS_MORNING = each("2026-11-24T{}:00+01:00", "08:00", "09:00", "10:00")
TALKED_ON_1_JUNE = talked("2026-06-01T12:00:00-05:00", claims=["A1"])

VECTORS = (
    Vector(
        "1",
        "DE consumer, Saturday 18:30",
        "section 10 no. 1: DENY DE-T2",
        de(),
        "2026-11-28T18:30:00+01:00",
        denied_among_others("DE-T2"),
    ),
    Vector(
        "2",
        "DE consumer, Tuesday 20:00:00",
        "section 10 no. 2: DENY (window half-open)",
        de(),
        "2026-11-24T20:00:00+01:00",
        denied_among_others("DE-T1"),
    ),
    Vector(
        "3",
        "DE, fourth attempt on the same day via click-to-call",
        "section 10 no. 3: DENY DE-F1",
        de(mode="preview", history=rung(*THIS_MORNING)),
        TUESDAY_NOON,
        denied_among_others("DE-F1"),
    ),
    Vector(
        "4",
        "Bavaria, municipality unknown, 15 August 2025 (Friday)",
        "section 10 no. 4: DENY DE-T5 (catholic)",
        de(debtor={"subdivision": "BY", "postal_code": None, "city": None}),
        "2025-08-15T10:00:00+02:00",
        denied_among_others("DE-T5"),
    ),
    Vector(
        "5",
        "Saxony, 4 June 2026, not a Catholic municipality",
        "section 10 no. 5: allow",
        de(debtor={"subdivision": "SN", "postal_code": "04109", "city": "Leipzig", "catholic": False}),
        "2026-06-04T10:00:00+02:00",
        allowed(),
    ),
    Vector(
        "6",
        "registered collector, private person, no § 13a notice",
        "section 10 no. 6: DENY DE-RDG2",
        de_collector(),
        TUESDAY_NOON,
        denied_among_others("DE-RDG2"),
    ),
    Vector(
        "7",
        "own claim, same case",
        "section 10 no. 7: allow",
        de(operator={"role": "own_claim"}),
        TUESDAY_NOON,
        allowed(),
    ),
    Vector(
        "8",
        "DE business, three attempts to accounts payable, then the managing director on the same day",
        "section 10 no. 8: DENY BZ-4",
        de_company(
            contact={"role": "managing_director"},
            phone={"e164": "+493023125002", "role": "business_direct"},
            history=rung(*THIS_MORNING, contact_role="accounts_payable", phone="+493023125001"),
        ),
        TUESDAY_NOON,
        denied_among_others("BZ-4"),
    ),
    Vector(
        "9",
        "US, +1 212, ZIP 90001, 10:30 in New York",
        "section 10 no. 9: DENY (07:30 Pacific)",
        us(
            debtor={"subdivision": "CA", "postal_code": "90001", "city": "Los Angeles", "zones": None},
            phone={"e164": "+12125550123"},
        ),
        "2026-11-24T10:30:00-05:00",
        denied_among_others("US-T1"),
    ),
    Vector(
        "10a",
        "US, conversation on Monday 1 June; call on Sunday 7 June",
        "section 10 no. 10: DENY",
        us(history=TALKED_ON_1_JUNE),
        "2026-06-07T12:00:00-05:00",
        denied_among_others("US-F2"),
    ),
    Vector(
        "10b",
        "US, conversation on Monday 1 June; call on Monday 8 June",
        "section 10 no. 10: allow",
        us(history=TALKED_ON_1_JUNE),
        "2026-06-08T12:00:00-05:00",
        allowed(),
    ),
    Vector(
        "11",
        "US, seven calls on the days d-6 to d, the eighth",
        "section 10 no. 11: DENY",
        us(history=rung(*each("2026-11-{}T10:00:00-06:00", 18, 19, 20, 21, 22, 23, 24), claims=["A1"])),
        "2026-11-24T12:00:00-06:00",
        denied_among_others("US-F1"),
    ),
    Vector(
        "12",
        "Massachusetts, creditor in his own name, third call in seven days, none answered",
        "section 10 no. 12: DENY US-MA",
        us_in(
            "MA",
            operator={"role": "own_claim"},
            history=rung(*each("2026-11-{}T10:00:00-05:00", 19, 23), claims=["A1"]),
        ),
        "2026-11-24T12:00:00-05:00",
        denied_among_others("US-MA"),
    ),
    Vector(
        "13",
        "US cell number, no consent, recorded voicemail drop",
        "section 10 no. 13: DENY US-V2",
        us(phone={"line_type": "mobile"}, channel="voicemail", mode="unattended"),
        "2026-11-24T12:00:00-06:00",
        denied_among_others("US-V2"),
    ),
    Vector(
        "14",
        "GB, breathing space of 60 days started ten days ago",
        "section 10 no. 14: DENY GB-10",
        gb(flags={"moratorium_until": "2027-01-13"}),
        "2026-11-24T12:00:00Z",
        denied_among_others("GB-10"),
    ),
    Vector(
        "15",
        'template "… wegen Ihrer offenen Forderung …" for a consumer\'s machine',
        "section 10 no. 15: CONTENT fail",
        de(
            channel="voicemail",
            mode="unattended",
            message={"text": "Guten Tag, ich rufe an wegen Ihrer offenen Forderung. Bitte rufen Sie zurück."},
        ),
        TUESDAY_NOON,
        denied_among_others("VM-WORDS"),
    ),
    Vector(
        "16",
        "SCHUFA phrase, two reminders, the first twenty days ago",
        "section 10 no. 16: CONTENT fail (less than four weeks)",
        de(
            channel="letter",
            message={
                "text": "Wir melden die Forderung der SCHUFA. Bestreiten Sie die Forderung, unterbleibt die Meldung.",
                "reminders": 2,
                "first_reminder_on": "2026-11-04",
            },
        ),
        TUESDAY_NOON,
        denied_among_others("DE-S3"),
    ),
    Vector(
        "17",
        "recording announced, no key pressed, DE",
        "section 10 no. 17: recording DENY",
        de(
            recording=True,
            message={"text": "Dieses Gespräch wird zu Schulungszwecken aufgezeichnet.", "announced": True},
        ),
        TUESDAY_NOON,
        denied_among_others("DE-R1", "DE-R2"),
    ),
)
