"""What the role `compliance` may override, with a reason and an end, and what nobody may."""

from __future__ import annotations

from tests.vectors.bases import at, ch, de, de_company, us
from tests.vectors.kit import Vector, allowed, denied, rung, talked

NOON = "2026-11-24T12:00:00+01:00"
SATURDAY = "2026-11-28T18:30:00+01:00"
LATER = "2026-12-31T23:59:59+01:00"
OVERRIDABLE = "effect codes (section 0): DENY_OVR, role compliance"
HARD = "effect codes (section 0): DENY, no override"
THREE_TODAY = rung("2026-11-24T08:00:00+01:00", "2026-11-24T09:00:00+01:00", "2026-11-24T10:00:00+01:00")


def override(rule, *, role="compliance", until=LATER):
    """One override."""
    return {"rule": rule, "role": role, "user": "ida", "reason": "agreed with the debtor in writing", "until": until}


VECTORS = (
    Vector(
        "override-saturday",
        "Saturday evening, by leave of compliance",
        f"DE-T2; {OVERRIDABLE}",
        de(overrides=[override("DE-T2")]),
        SATURDAY,
        allowed(),
    ),
    Vector(
        "override-by-a-collector",
        "a collector cannot give himself leave",
        f"DE-T2; {OVERRIDABLE}",
        de(overrides=[override("DE-T2", role="collector")]),
        SATURDAY,
        denied("DE-T2", not_before="2026-11-30T07:00:00Z"),
    ),
    Vector(
        "override-expired",
        "leave that ended a second ago",
        f"DE-T2; {OVERRIDABLE}",
        de(overrides=[override("DE-T2", until="2026-11-28T18:29:59+01:00")]),
        SATURDAY,
        denied("DE-T2", not_before="2026-11-30T07:00:00Z"),
    ),
    Vector(
        "override-of-another-rule",
        "leave for companies' hours is not leave for Saturdays",
        f"DE-T2; {OVERRIDABLE}",
        de(overrides=[override("DE-T3")]),
        SATURDAY,
        denied("DE-T2", not_before="2026-11-30T07:00:00Z"),
    ),
    Vector(
        "override-of-the-law",
        "nobody may ring after twenty o'clock",
        f"DE-T1; {HARD}",
        de(overrides=[override("DE-T1")]),
        "2026-11-24T20:00:00+01:00",
        denied("DE-T1", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "override-one-of-two",
        "the lower default may be lifted, the ceiling stays",
        f"DE-F1, DE-F2; {HARD}",
        de(history=THREE_TODAY, overrides=[override("DE-F2")]),
        NOON,
        denied("DE-F1", not_before="2026-11-25T07:00:00Z"),
    ),
    Vector(
        "override-day",
        "a third call on one day",
        f"DE-F2; {OVERRIDABLE}",
        de(history=THREE_TODAY[:2], overrides=[override("DE-F2")]),
        NOON,
        allowed(),
    ),
    Vector(
        "override-gap-and-rest",
        "two leaves for two rules",
        f"DE-F4, DE-F5; {OVERRIDABLE}",
        de(history=talked("2026-11-24T11:00:00+01:00"), overrides=[override("DE-F4"), override("DE-F5")]),
        NOON,
        allowed(),
    ),
    Vector(
        "override-rest-alone",
        "the gap of two hours was not lifted",
        f"DE-F4, DE-F5; {OVERRIDABLE}",
        de(history=talked("2026-11-24T11:00:00+01:00"), overrides=[override("DE-F4")]),
        NOON,
        denied("DE-F5", not_before="2026-11-24T12:00:00Z"),
    ),
    Vector(
        "override-represented",
        "the lawyer let us speak to his client",
        f"DE-C2; {OVERRIDABLE}",
        de(flags={"attorney": True}, overrides=[override("DE-C2")]),
        NOON,
        allowed(),
    ),
    Vector(
        "override-insolvency",
        "insolvency proceedings cannot be waved aside",
        f"DE-C4; {HARD}",
        de(flags={"insolvency": True}, overrides=[override("DE-C4")]),
        NOON,
        denied("DE-C4", not_before=None),
    ),
    Vector(
        "override-private-mobile",
        "the manager gave us his mobile for business",
        f"BZ-6; {OVERRIDABLE}",
        de_company(phone={"role": "private"}, contact={"role": "managing_director"}, overrides=[override("BZ-6")]),
        NOON,
        allowed(),
    ),
    Vector(
        "override-quiet-day",
        "Christmas Eve in the afternoon",
        f"DE-T6; {OVERRIDABLE}",
        de(overrides=[override("DE-T6")]),
        "2026-12-24T15:00:00+01:00",
        allowed(),
    ),
    Vector(
        "override-message",
        "a second message within the week",
        f"VM-GAP; {OVERRIDABLE}",
        de(
            channel="voicemail",
            mode="unattended",
            history=rung("2026-11-20T12:00:00+01:00", channel="voicemail", outcome="voicemail_left", message=True),
            overrides=[override("VM-GAP")],
        ),
        NOON,
        allowed(),
    ),
    Vector(
        "override-austrian-hours",
        "Austria's hours bind as DENY, the Saturday too",
        f"AT-3 (DENY); {HARD}",
        at(overrides=[override("AT-3")]),
        SATURDAY,
        denied("AT-3", not_before="2026-11-30T07:00:00Z"),
    ),
    Vector(
        "override-swiss-pause",
        "the pause for proven inability to pay may be lifted",
        f"CH-7 [H2]; {OVERRIDABLE}",
        ch(holds=[{"reason": "cannot_pay", "until": None}], overrides=[override("CH-7")]),
        NOON,
        allowed(),
    ),
    Vector(
        "override-american-attorney",
        "Reg F knows no leave to pass by the attorney",
        f"US-P2, 12 CFR 1006.6(b)(2); {HARD}",
        us(flags={"attorney": True}, overrides=[override("US-P2")]),
        "2026-11-24T12:00:00-06:00",
        denied("US-P2", not_before=None),
    ),
)
