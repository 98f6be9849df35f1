"""What stops a case, in every country and on every channel: one line each, its rules by country."""

from __future__ import annotations

from collections.abc import Iterator

from tests.vectors.kit import Facts, Vector, allowed, denied
from tests.vectors.lands import LANDS, Land

ALL = ("call", "voicemail", "fax", "letter")
RINGS = ALL[:3]
NEXT_YEAR = "2027-01-13"


def flag(name: str, *, value: object = True) -> Facts:
    """A flag on the case."""
    return {"flags": {name: value}}


def hold(reason: str) -> Facts:
    """A hold that only a person can lift."""
    return {"holds": [{"reason": reason}]}


SOURCES = {
    "C1": "Art. 21 GDPR, §§ 823, 1004 BGB (DE-C1) and product default elsewhere",
    "C2": "§ 12 BORA (DE-C2), 12 CFR 1006.6(b)(2) [U3b] and product default elsewhere",
    "C3": "§ 31(2) BDSG [D20] (DE-C3), 12 CFR 1006.38 [U23] and product default elsewhere",
    "C4": "§§ 87, 89 InsO (DE-C4) and product default elsewhere",
    "C5": "OLG Dresden 4 U 1278/21 [D24] (DE-C5) and product default elsewhere",
    "cease": "12 CFR 1006.6(c) [U31][U34] (US-P3)",
    "moratorium": "Debt Respite Scheme [K8][K9] (GB-10) and product default elsewhere",
    "hold": "design sections 2 and 7 (a hold stops dialling at once)",
    "agreed": "design sections 2 and 7; DE-A1: what was agreed is confirmed in text form the same day",
    "owed": "design section 7 (a payment stops dialling)",
    "third": "GDPR (BZ-3, AT-10), EDÖB [H9] (CH-8), CONC 7.9.6R [K2] (GB-3), 12 CFR 1006.6(d) [U2] (US-P4)",
    "phone": "design section 6 (numbers out of use)",
}

STOPS = (
    # what is known, facts, source, channels asked, channels stopped, rule in DE, AT, CH, GB, US ("-": not asked there)
    ("objection", flag("phone_objection"), "C1", ALL, RINGS, "DE-C1 AT-C1 CH-C1 GB-C1 US-C1"),
    ("objection-hold", hold("objection"), "C1", ALL, RINGS, "DE-C1 AT-C1 CH-C1 GB-C1 US-C1"),
    ("attorney", flag("attorney"), "C2", ALL, ALL, "DE-C2 AT-C2 CH-C2 GB-C2 US-P2"),
    ("represented-hold", hold("represented"), "C2", ALL, ALL, "DE-C2 AT-C2 CH-C2 GB-C2 US-P2"),
    ("disputed", {"claims": [{"id": "F1", "disputed": True}]}, "C3", ALL, RINGS, "DE-C3 AT-C3 CH-C3 GB-C3 -"),
    ("disputed", {"claims": [{"id": "A1", "disputed": True}]}, "C3", ALL, ALL, "- - - - US-S3"),
    ("dispute-hold", hold("dispute"), "C3", ALL, RINGS, "DE-C3 AT-C3 CH-C3 GB-C3 -"),
    ("dispute-hold", hold("dispute"), "C3", ALL, ALL, "- - - - US-S3"),
    ("written-dispute", flag("written_dispute"), "C3", ALL, ALL, "- - - - US-S3"),
    ("insolvency", flag("insolvency"), "C4", ALL, ALL, "DE-C4 AT-C4 CH-C4 GB-C4 US-C4"),
    ("insolvency-hold", hold("insolvency"), "C4", ALL, ALL, "DE-C4 AT-C4 CH-C4 GB-C4 US-C4"),
    ("wrong-party", flag("wrong_party"), "C5", ALL, ALL, "DE-C5 AT-C5 CH-C5 GB-C5 US-C5"),
    ("wrong-party-hold", hold("wrong_party"), "C5", ALL, ALL, "DE-C5 AT-C5 CH-C5 GB-C5 US-C5"),
    ("wrong-number", {"phone": {"state": "wrong_party"}}, "C5", RINGS, RINGS, "DE-C5 AT-C5 CH-C5 GB-C5 US-C5"),
    ("cease", flag("cease"), "cease", ALL, ALL, "- - - - US-P3"),
    ("cease-hold-us", hold("cease"), "cease", ALL, ALL, "- - - - US-P3"),
    ("cease-hold", hold("cease"), "hold", ALL, ALL, "HOLD HOLD HOLD HOLD -"),
    ("moratorium", flag("moratorium_until", value=NEXT_YEAR), "moratorium", ALL, ALL, "HOLD HOLD HOLD GB-10 HOLD"),
    ("moratorium-hold", hold("moratorium"), "moratorium", ALL, ALL, "HOLD HOLD HOLD GB-10 HOLD"),
    ("deceased", flag("deceased"), "hold", ALL, ALL, "HOLD HOLD HOLD HOLD HOLD"),
    ("deceased-hold", hold("deceased"), "hold", ALL, ALL, "HOLD HOLD HOLD HOLD HOLD"),
    ("promise-hold", hold("promise"), "agreed", ALL, RINGS, "HOLD HOLD HOLD HOLD HOLD"),
    ("instalments-hold", hold("instalments"), "agreed", ALL, RINGS, "HOLD HOLD HOLD HOLD HOLD"),
    ("says-paid-hold", hold("says_paid"), "hold", RINGS, RINGS, "HOLD HOLD HOLD HOLD HOLD"),
    ("cannot-pay-hold", hold("cannot_pay"), "hold", RINGS, RINGS, "HOLD HOLD CH-7 HOLD HOLD"),
    ("manual-hold", hold("manual"), "hold", ALL, ALL, "HOLD HOLD HOLD HOLD HOLD"),
    ("nothing-owed", {"claims": []}, "owed", ALL, ALL, "PAID PAID PAID PAID PAID"),
    ("third-party", {"contact": {"role": "third_party"}}, "third", ALL, ALL, "BZ-3 AT-10 - - US-P4"),
    ("third-party-rung", {"contact": {"role": "third_party"}}, "third", RINGS, RINGS, "- - CH-8 GB-3 -"),
    ("bad-number", {"phone": {"state": "bad"}}, "phone", ALL, RINGS, "PHONE PHONE PHONE PHONE PHONE"),
)


def _vectors() -> Iterator[Vector]:
    for what, facts, source, asked, stopped, rules in STOPS:
        for land, rule in zip(LANDS, rules.split(), strict=True):
            for channel in asked if rule != "-" else ():
                yield Vector(
                    f"stops-{land.id}-{what}-{channel}",
                    f"{what.replace('-', ' ')}: {'stops' if channel in stopped else 'does not stop'} a {channel}",
                    f"{rule}, {SOURCES[source]}",
                    land.consumer(channel=channel, **facts),
                    land.noon,
                    denied(rule) if channel in stopped else allowed(),
                )


def _companies(land: Land) -> Iterator[Vector]:
    """An objection in the sense of Art. 21 GDPR is a natural person's; a company's has to be put down as a hold."""
    source = f"{land.id.upper()}-C1 (scope: consumer, sole trader), {SOURCES['C1']}"
    flagged, held = land.company(**flag("phone_objection")), land.company(**hold("objection"))
    yield Vector(f"stops-{land.id}-company-flag", "a company has no Art. 21", source, flagged, land.noon, allowed())
    rule = f"{land.id.upper()}-C1"
    yield Vector(f"stops-{land.id}-company-hold", "but may be left alone", source, held, land.noon, denied(rule))


VECTORS = (*_vectors(), *(vector for land in LANDS[:4] for vector in _companies(land)))
