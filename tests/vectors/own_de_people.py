"""Germany: who may be called, on which line, and what stops it. Asked on Tuesday 24 November 2026 at noon."""

from __future__ import annotations

from tests.vectors.bases import de, de_company, de_trader
from tests.vectors.kit import Vector, denied, without

NOON = "2026-11-24T12:00:00+01:00"
OBJECTION = "DE-C1, Art. 21 GDPR, §§ 823, 1004 BGB"
DISPUTED = "DE-C3, § 31(2) BDSG, BGH I ZR 157/13 [D20][D21]"
INSOLVENT = "DE-C4, §§ 87, 89 InsO"
WRONG = "DE-C5, OLG Dresden 4 U 1278/21 [D24]"
RECORDED = "DE-U4, § 7(1) UWG and Bundesnetzagentur criteria"
WORKPLACE = "DE-P3, § 824 BGB, Art. 82 GDPR"
THIRD = "BZ-3, GDPR"
MANAGER = "BZ-6, GDPR"


def hold(reason, until=None):
    """A hold on the case."""
    return [{"reason": reason, "until": until}]


VECTORS = (
    Vector(
        "de-c1-trader",
        "a sole trader may object as well",
        OBJECTION,
        de_trader(flags={"phone_objection": True}),
        NOON,
        denied("DE-C1", not_before=None),
    ),
    Vector(
        "de-c3-one-of-two",
        "one of two claims is disputed",
        DISPUTED,
        de(claims=[{"id": "F1"}, {"id": "F2", "disputed": True}]),
        NOON,
        denied("DE-C3", not_before=None),
    ),
    Vector(
        "de-c3-hold",
        "a dispute noted as a hold until Thursday at midnight",
        DISPUTED,
        de_company(holds=hold("dispute", "2026-11-27T00:00:00+01:00")),
        NOON,
        denied("DE-C3", not_before="2026-11-27T07:00:00Z"),
    ),
    Vector(
        "de-c4-call",
        "insolvency proceedings are open",
        INSOLVENT,
        de_company(flags={"insolvency": True}),
        NOON,
        denied("DE-C4", not_before=None),
    ),
    Vector(
        "de-c5-number",
        "the number belongs to somebody else",
        WRONG,
        de_company(phone={"state": "wrong_party"}),
        NOON,
        denied("DE-C5", not_before=None),
    ),
    Vector(
        "de-u4-mode-unknown",
        "a request that does not say its mode is unattended",
        f"{RECORDED}; principle 1 (fail closed)",
        without(de(), "mode"),
        NOON,
        denied("DE-U4", not_before=None),
    ),
    Vector(
        "de-p3-role-unknown",
        "a number nobody described is a workplace",
        f"{WORKPLACE}; principle 1 (fail closed)",
        without(de(), "phone.role"),
        NOON,
        denied("DE-P3", not_before=None),
    ),
    Vector(
        "de-bz3-role-unknown",
        "a contact nobody described is a third party",
        f"{THIRD}; principle 1 (fail closed)",
        without(de(), "contact"),
        NOON,
        denied("BZ-3", not_before=None),
    ),
    Vector(
        "de-bz6-private-mobile",
        "a manager's private mobile",
        MANAGER,
        de_company(contact={"role": "managing_director"}, phone={"e164": "+4915112345678", "role": "private"}),
        NOON,
        denied("BZ-6", not_before=None),
    ),
    Vector(
        "de-type-unknown",
        "a word nobody knows is a consumer: no companies' lines, no colleagues",
        "principle 1 (unknown debtor type: consumer); DE-P3; BZ-3",
        de_company(debtor={"type": "partnership"}),
        NOON,
        denied("DE-P3", "BZ-3", not_before=None),
    ),
    Vector(
        "de-type-missing",
        "and a consumer's Saturday",
        "principle 1 (unknown debtor type: consumer); DE-T2",
        without(de(), "debtor.type"),
        "2026-11-28T18:00:00+01:00",
        denied("DE-T2", not_before="2026-11-30T07:00:00Z"),
    ),
)
