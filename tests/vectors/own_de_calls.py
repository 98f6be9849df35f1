"""Germany: the number shown, how the dialler rings, recording, notices. Asked on Tuesday 24 November 2026 at noon."""

from __future__ import annotations

from tests.vectors.bases import de, de_collector, de_company, de_trader
from tests.vectors.kit import Vector, allowed, denied, without

NOON = "2026-11-24T12:00:00+01:00"
CLOSES = "2026-11-24T19:00:00Z"
SHOWN = "DE-N1, § 120(2) TKG [D10]"
NOTICE = "DE-RDG2, § 13a(1) RDG [D6]"
COSTS = "DE-RDG4, § 13a(3) RDG [D7]"
ACKNOWLEDGEMENT = "DE-RDG5, § 13a(4) RDG [D8]"
BARRED = "DE-L4, § 214 BGB"


def shown(number):
    """The caller ID."""
    return {"caller_id": number}


VECTORS = (
    Vector(
        "de-n1-missing",
        "no number to show",
        f"{SHOWN}; principle 1 (fail closed)",
        without(de(), "operator.caller_id"),
        NOON,
        denied("DE-N1", not_before=None),
    ),
    Vector(
        "de-n1-0900",
        "a premium-rate number",
        SHOWN,
        de(operator=shown("+499001234567")),
        NOON,
        denied("DE-N1", not_before=None),
    ),
    Vector(
        "de-n1-0137",
        "a mass-traffic number",
        SHOWN,
        de(operator=shown("+491371234567")),
        NOON,
        denied("DE-N1", not_before=None),
    ),
    Vector(
        "de-n1-118",
        "a directory service",
        SHOWN,
        de(operator=shown("+4911880000")),
        NOON,
        denied("DE-N1", not_before=None),
    ),
    Vector(
        "de-n1-116",
        "a short code",
        SHOWN,
        de_company(operator=shown("+49116117")),
        NOON,
        denied("DE-N1", not_before=None),
    ),
    Vector(
        "de-n1-mobile",
        "a German mobile number is an ordinary German number",
        SHOWN,
        de(operator=shown("+4915112345600")),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "de-n2-foreign",
        "a Viennese number is not German, and foreign numbers need the conditions of Vfg. 44/2022",
        f"{SHOWN}; DE-N2, § 120(2) s. 4 TKG [D10]",
        de(operator=shown("+4312345670")),
        NOON,
        denied("DE-N1", "DE-N2", not_before=None),
    ),
    Vector(
        "de-n1-letter",
        "a letter shows no number",
        SHOWN,
        de(operator=shown(None), channel="letter"),
        NOON,
        allowed(closes_at=None),
    ),
    Vector(
        "de-rdg2-before-72-hours",
        "a second before the notice has had its three days",
        NOTICE,
        de_collector(notices={"rdg13a": "2026-11-21T12:00:01+01:00"}),
        NOON,
        denied("DE-RDG2", not_before="2026-11-24T11:00:01Z"),
    ),
    Vector(
        "de-rdg2-72-hours",
        "three days after the notice",
        NOTICE,
        de_collector(notices={"rdg13a": "2026-11-21T12:00:00+01:00"}),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "de-rdg2-over-autumn",
        "72 hours from Friday noon in summer time end on Monday at eleven in winter time",
        f"{NOTICE}; clocks change on 2026-10-25",
        de_collector(notices={"rdg13a": "2026-10-23T12:00:00+02:00"}),
        "2026-10-26T10:59:59+01:00",
        denied("DE-RDG2", not_before="2026-10-26T10:00:00Z"),
    ),
    Vector(
        "de-rdg2-voicemail",
        "no message before the notice either",
        NOTICE,
        de_collector(channel="voicemail"),
        NOON,
        denied("DE-RDG2", not_before=None),
    ),
    Vector(
        "de-rdg2-lawyer",
        "lawyers are bound through § 43d BRAO",
        f"{NOTICE}; § 43d BRAO [D8]",
        de(operator={"role": "lawyer"}),
        NOON,
        denied("DE-RDG2", not_before=None),
    ),
    Vector(
        "de-rdg2-trader",
        "a sole trader is a private person",
        NOTICE,
        de_trader(operator={"role": "registered_collector"}),
        NOON,
        denied("DE-RDG2", not_before=None),
    ),
    Vector(
        "de-rdg2-company",
        "companies need no such notice",
        NOTICE,
        de_company(operator={"role": "registered_collector"}),
        NOON,
        allowed(closes_at="2026-11-24T17:00:00Z"),
    ),
    Vector(
        "de-rdg2-letter",
        "the letter is how the notice is given",
        NOTICE,
        de_collector(channel="letter"),
        NOON,
        allowed(closes_at=None),
    ),
    Vector(
        "de-rdg2-role-missing",
        "who does not say whose claim it is collects for others",
        f"{NOTICE}; principle 1 (fail closed)",
        without(de(), "operator.role"),
        NOON,
        denied("DE-RDG2", not_before=None),
    ),
    Vector(
        "de-rdg4-missing",
        "an instalment agreement without the notice of its costs",
        COSTS,
        de_collector(notices={"rdg13a": "2026-11-02T12:00:00+01:00"}, document="instalment_agreement"),
        NOON,
        denied("DE-RDG4", not_before=None),
    ),
    Vector(
        "de-rdg4-letter",
        "by letter too",
        COSTS,
        de_collector(document="instalment_agreement", channel="letter"),
        NOON,
        denied("DE-RDG4", not_before=None),
    ),
    Vector(
        "de-rdg4-given",
        "a second before the agreement is before it",
        COSTS,
        de_collector(
            notices={"rdg13a3": "2026-11-24T11:59:59+01:00"}, document="instalment_agreement", channel="letter"
        ),
        NOON,
        allowed(closes_at=None),
    ),
    Vector(
        "de-rdg4-own-claim",
        "a creditor who collects his own claim charges no collector's fees",
        COSTS,
        de(document="instalment_agreement", channel="letter"),
        NOON,
        allowed(closes_at=None),
    ),
    Vector(
        "de-rdg4-company",
        "§ 13a protects private persons",
        COSTS,
        de_company(
            operator={"role": "registered_collector"},
            document="instalment_agreement",
            channel="letter",
        ),
        NOON,
        allowed(closes_at=None),
    ),
    Vector(
        "de-rdg5-missing",
        "asking for an acknowledgement of the debt without saying what it costs him",
        ACKNOWLEDGEMENT,
        de_collector(document="acknowledgement", channel="letter"),
        NOON,
        denied("DE-RDG5", not_before=None),
    ),
    Vector(
        "de-rdg5-wrong-notice",
        "the notice of costs is another notice",
        ACKNOWLEDGEMENT,
        de_collector(notices={"rdg13a3": "2026-11-02T12:00:00+01:00"}, document="acknowledgement", channel="letter"),
        NOON,
        denied("DE-RDG5", not_before=None),
    ),
    Vector(
        "de-rdg5-given",
        "the notice was given the day before",
        ACKNOWLEDGEMENT,
        de_collector(notices={"rdg13a4": "2026-11-23T12:00:00+01:00"}, document="acknowledgement", channel="letter"),
        NOON,
        allowed(closes_at=None),
    ),
    Vector(
        "de-l4-barred",
        "a claim whose limitation ran out yesterday may be asked for, with care",
        BARRED,
        de(claims=[{"id": "F1", "limitation_on": "2026-11-23"}]),
        NOON,
        allowed(closes_at=CLOSES, warnings=("DE-L4",)),
    ),
    Vector(
        "de-l4-not-yet",
        "one that runs until the end of the year",
        BARRED,
        de(claims=[{"id": "F1", "limitation_on": "2026-12-31"}]),
        NOON,
        allowed(closes_at=CLOSES, warnings=()),
    ),
    *(
        Vector(
            f"de-{rule.lower()}-missing-by-{channel}",
            f"the same by {channel}",
            source,
            de_collector(
                notices={"rdg13a": "2026-11-02T12:00:00+01:00"},
                document=document,
                channel=channel,
                mode="progressive",
            ),
            NOON,
            denied(rule, not_before=None),
        )
        for rule, source, document in (
            ("DE-RDG4", COSTS, "instalment_agreement"),
            ("DE-RDG5", ACKNOWLEDGEMENT, "acknowledgement"),
        )
        for channel in ("call", "voicemail", "fax")
    ),
    Vector(
        "de-rdg5-at-the-moment-of-asking",
        "the notice of the lost objections comes with the question itself",
        f"{ACKNOWLEDGEMENT}: notice <= request",
        de_collector(notices={"rdg13a4": NOON}, document="acknowledgement", channel="letter"),
        NOON,
        allowed(closes_at=None),
    ),
    Vector(
        "de-rdg5-lawyer",
        "lawyers are bound through § 43d BRAO",
        f"{ACKNOWLEDGEMENT}; § 43d BRAO [D8]",
        de(operator={"role": "lawyer"}, document="acknowledgement", channel="letter"),
        NOON,
        denied("DE-RDG5", not_before=None),
    ),
    Vector(
        "de-rdg4-at-the-moment-of-agreeing",
        "the notice of the costs comes before the agreement, not with it",
        f"{COSTS}: notice < agreement",
        de_collector(notices={"rdg13a3": NOON}, document="instalment_agreement", channel="letter"),
        NOON,
        denied("DE-RDG4"),
    ),
    Vector(
        "de-rdg2-fax",
        "a fax is text form: it may bring the notice",
        f"{NOTICE} (calls and messages)",
        de_collector(channel="fax"),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "de-rdg4-lawyer",
        "lawyers are bound through § 43d BRAO",
        f"{COSTS}; § 43d BRAO [D8]",
        de(operator={"role": "lawyer"}, document="instalment_agreement", channel="letter"),
        NOON,
        denied("DE-RDG4", not_before=None),
    ),
)
