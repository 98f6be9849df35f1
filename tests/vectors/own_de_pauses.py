"""Germany: the time that must pass after a conversation, after a call, after a lost call, between messages."""

from __future__ import annotations

from tests.vectors.bases import de, de_company, de_trader
from tests.vectors.kit import Vector, allowed, denied, rung, talked

NOON = "2026-11-24T12:00:00+01:00"
REST = "DE-F4, product default: three working days"
GAP = "DE-F5, older DDV rule [D15]"
LOST = "DE-D4, DDV 2009 rules [D16]"
MESSAGES = "VM-GAP, section 7 (common)"
MOST = "VM-MOST, section 7 (common)"
HERE, MOBILE = "+493023125001", "+4915112345678"
MONDAY = "2026-11-23T10:00:00+01:00"
LEIPZIG = {
    "debtor": {"subdivision": "SN", "postal_code": "04109", "city": "Leipzig"},
    "operator": {"subdivision": "SN", "city": "Leipzig"},
}
VOICEMAIL = {"channel": "voicemail", "mode": "unattended"}


def left(*instants, **row):
    """Messages left on the machine."""
    return rung(*instants, channel="voicemail", outcome="voicemail_left", message=True, **row)


VECTORS = (
    Vector(
        "de-f4-day-after",
        "talked on Monday: Tuesday, Wednesday and Thursday are quiet",
        REST,
        de(history=talked(MONDAY, disposition="refused")),
        NOON,
        denied("DE-F4", not_before="2026-11-27T07:00:00Z"),
    ),
    Vector(
        "de-f4-third-day",
        "Thursday evening is still quiet",
        REST,
        de(history=talked(MONDAY, disposition="promise_to_pay")),
        "2026-11-26T19:59:59+01:00",
        denied("DE-F4", not_before="2026-11-27T07:00:00Z"),
    ),
    Vector(
        "de-f4-fourth-day",
        "Friday at eight the telephone may ring",
        REST,
        de(history=talked(MONDAY, disposition="refused")),
        "2026-11-27T08:00:00+01:00",
        allowed(closes_at="2026-11-27T19:00:00Z"),
    ),
    Vector(
        "de-f4-company",
        "companies rest too",
        REST,
        de_company(history=talked(MONDAY, contact_role="accounts_payable", disposition="refused")),
        NOON,
        denied("DE-F4", not_before="2026-11-27T07:00:00Z"),
    ),
    Vector(
        "de-f4-over-repentance-day",
        "talked on Monday 16 November in Saxony: Wednesday is a holiday, so Friday is the third day",
        f"{REST}; holidays at the called party's place",
        de(**LEIPZIG, history=talked("2026-11-16T10:00:00+01:00")),
        "2026-11-20T12:00:00+01:00",
        denied("DE-F4", not_before="2026-11-23T07:00:00Z"),
    ),
    Vector(
        "de-f4-without-repentance-day",
        "the same in Berlin, where Wednesday was a working day",
        f"{REST}; holidays at the called party's place",
        de(history=talked("2026-11-16T10:00:00+01:00")),
        "2026-11-20T12:00:00+01:00",
        allowed(closes_at="2026-11-20T19:00:00Z"),
    ),
    Vector(
        "de-f4-over-christmas",
        "talked on 23 December: the 24th, 28th and 29th are the three working days",
        f"{REST}; holidays at the called party's place",
        de(history=talked("2026-12-23T10:00:00+01:00")),
        "2026-12-29T12:00:00+01:00",
        denied("DE-F4", not_before="2026-12-30T07:00:00Z"),
    ),
    Vector(
        "de-f4-callback-agreed",
        "he asked to be called back",
        REST,
        de(history=talked(MONDAY, disposition="callback_agreed")),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z"),
    ),
    Vector(
        "de-f4-refused-after-callback",
        "a call-back agreed on Friday does not outlive Monday's refusal",
        REST,
        de(
            history=talked("2026-11-20T10:00:00+01:00", disposition="callback_agreed")
            + talked(MONDAY, disposition="refused"),
        ),
        NOON,
        denied("DE-F4", not_before="2026-11-27T07:00:00Z"),
    ),
    Vector(
        "de-f4-inbound",
        "a conversation is one, whoever called",
        f"{REST}; principle 6",
        de(history=talked(MONDAY, channel="inbound")),
        NOON,
        denied("DE-F4", not_before="2026-11-27T07:00:00Z"),
    ),
    Vector(
        "de-f4-not-a-conversation",
        "a colleague who did not put us through was not the debtor",
        REST,
        de_company(history=talked(MONDAY, conversation=False, disposition="gatekeeper", contact_role="reception")),
        NOON,
        allowed(closes_at="2026-11-24T17:00:00Z"),
    ),
    Vector(
        "de-f4-connected-unjudged",
        "a connection of which nobody said otherwise was a conversation",
        f"{REST}; principle 1 (fail closed)",
        de(history=rung(MONDAY, outcome="connected")),
        NOON,
        denied("DE-F4", not_before="2026-11-27T07:00:00Z"),
    ),
    Vector(
        "de-f4-other-debtor",
        "a conversation with another debtor at this number does not rest this one",
        REST,
        de(history=talked(MONDAY, phone=HERE, other_debtor=True)),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z"),
    ),
    Vector(
        "de-f5-two-hours",
        "two hours after the last ring",
        GAP,
        de(history=rung("2026-11-24T10:00:00+01:00")),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z"),
    ),
    Vector(
        "de-f5-a-second-less",
        "a second less",
        GAP,
        de(history=rung("2026-11-24T10:00:01+01:00")),
        NOON,
        denied("DE-F5", not_before="2026-11-24T11:00:01Z"),
    ),
    Vector(
        "de-f5-from-the-end",
        "the gap begins when the call was over",
        GAP,
        de(history=rung("2026-11-24T09:00:00+01:00", ended_at="2026-11-24T10:30:00+01:00")),
        NOON,
        denied("DE-F5", not_before="2026-11-24T11:30:00Z"),
    ),
    Vector(
        "de-f5-number",
        "another debtor was rung at this number an hour ago",
        f"{GAP}; principle 4",
        de(history=rung("2026-11-24T11:00:00+01:00", phone=HERE, other_debtor=True)),
        NOON,
        denied("DE-F5", not_before="2026-11-24T12:00:00Z"),
    ),
    Vector(
        "de-f5-person",
        "his mobile rang an hour ago",
        f"{GAP}; principle 4",
        de(history=rung("2026-11-24T11:00:00+01:00", phone=MOBILE)),
        NOON,
        denied("DE-F5", not_before="2026-11-24T12:00:00Z"),
    ),
    Vector(
        "de-f5-live",
        "a call that is still running",
        f"{GAP}; principle 1 (fail closed)",
        de_company(history=rung("2026-11-24T11:59:00+01:00", outcome=None)),
        NOON,
        denied("DE-F5", not_before="2026-11-24T12:59:00Z"),
    ),
    Vector(
        "de-f5-yesterday-morning",
        "the same part of another day",
        f"{GAP} (spread morning, noon, evening)",
        de(history=rung("2026-11-23T11:00:00+01:00")),
        "2026-11-24T11:00:00+01:00",
        allowed(closes_at="2026-11-24T19:00:00Z", warnings=()),
    ),
    Vector(
        "de-d4-number",
        "the number is blocked, whoever was lost there",
        LOST,
        de(mode="progressive", history=rung(MONDAY, outcome="abandoned", phone=HERE, other_debtor=True)),
        NOON,
        denied("DE-D4", not_before="2026-11-26T09:00:00Z"),
    ),
    Vector(
        "de-vm-gap-call",
        "a call may ring meanwhile",
        MESSAGES,
        de(history=left("2026-11-20T12:00:00+01:00")),
        NOON,
        allowed(closes_at="2026-11-24T19:00:00Z"),
    ),
    Vector(
        "de-vm-most-three",
        "there is no fourth, ever",
        MOST,
        de(
            **VOICEMAIL,
            history=left("2026-05-05T12:00:00+02:00", "2026-11-03T12:00:00+01:00", "2026-11-10T12:00:00+01:00"),
        ),
        NOON,
        denied("VM-MOST", not_before=None),
    ),
    Vector(
        "de-vm-most-trader",
        "sole traders are natural persons",
        MOST,
        de_trader(
            **VOICEMAIL,
            history=left("2026-05-05T12:00:00+02:00", "2026-11-03T12:00:00+01:00", "2026-11-10T12:00:00+01:00"),
        ),
        NOON,
        denied("VM-MOST", not_before=None),
    ),
)
