"""Who and on which line, role by role. The noon of Tuesday 24 November 2026 in each country."""

from __future__ import annotations

from collections.abc import Iterator

from tests.vectors.kit import Answer, Facts, Vector, allowed, denied, document
from tests.vectors.lands import AT, CH, DE, GB, US, Land

STAFF = ("reception", "accounts_payable", "head_of_accounting", "purchasing", "managing_director")
LINES = ("private", "work", "business_main", "business_direct")
THIRD = {
    DE: ("BZ-3", "GDPR"),
    AT: ("AT-10", "GDPR"),
    CH: ("CH-8", "EDÖB [H9]"),
    GB: ("GB-3", "CONC 7.9.6R, 7.9.7R [K1][K2]"),
    US: ("US-P4", "12 CFR 1006.6(d) [U2]"),
}
WORK = {
    DE: ("DE-P3", "§ 824 BGB"),
    AT: ("AT-10", "GDPR (as DE-P3)"),
    CH: ("CH-8", "EDÖB [H9]"),
    GB: ("GB-3", "CONC 7.9.6R, 7.9.7R [K1][K2]"),
    US: ("US-P1", "12 CFR 1006.6(b)(3) [U3b]"),
}


def _trader(land: Land) -> Facts:
    return document(land.consumer(), debtor={"type": "sole_trader"})


def _vector(land: Land, who: str, facts: Facts, answer: Answer, source: tuple[str, str]) -> Vector:
    name = f"people-{land.id}-{who.replace(', ', '-').replace(' ', '-')}"
    return Vector(name, f"{who}: {'no' if answer.denials else 'yes'}", ", ".join(source), facts, land.noon, answer)


def _contacts(land: Land) -> Iterator[Vector]:
    source = THIRD[land]
    no = denied(source[0], not_before=None)
    owner = no if land is US else allowed()  # Reg F knows the consumer himself; elsewhere the owner is he
    natural = {"self": allowed(), **dict.fromkeys((*STAFF, "third_party"), no)}
    company = {"third_party": no, **dict.fromkeys((*STAFF, "self", "owner"), allowed())}
    asked = [("consumer", land.consumer(), natural), ("sole trader", _trader(land), natural | {"owner": owner})]
    if land in (DE, AT):
        asked.append(("company", land.company(), company))
    for who, base, answers in asked:
        for role, answer in answers.items():
            yield _vector(land, f"{who}, {role}", document(base, contact={"role": role}), answer, source)


def _channels(land: Land) -> Iterator[Vector]:
    """A third party learns of it by a message, a fax or a letter as well as by a call."""
    source = THIRD[land]
    no = denied(source[0], not_before=None)
    for channel in ("voicemail", "fax") if land in (CH, GB) else ("voicemail", "fax", "letter"):
        staff = document(_trader(land), contact={"role": "reception"}, channel=channel)
        yield _vector(land, f"sole trader, reception by {channel}", staff, no, source)
        if land in (DE, AT):
            outsider = land.company(contact={"role": "third_party"}, channel=channel)
            yield _vector(land, f"company, third_party by {channel}", outsider, no, source)


def _lines(land: Land) -> Iterator[Vector]:
    source = WORK[land]
    no = denied(source[0], not_before=None)
    consumer = dict.fromkeys(LINES, no) | {"private": allowed()}
    trader = {line: no if line == "work" else allowed() for line in LINES}
    for who, base, answers in (("consumer", land.consumer(), consumer), ("sole trader", _trader(land), trader)):
        for line, answer in answers.items():
            yield _vector(land, f"{who}, line {line}", document(base, phone={"role": line}), answer, source)


def _lines_of_a_company() -> Iterator[Vector]:
    for line in LINES:
        answer = denied("BZ-6", not_before=None) if line == "private" else allowed()
        yield _vector(DE, f"company, line {line}", DE.company(phone={"role": line}), answer, ("BZ-6", "GDPR"))


VECTORS = (
    *(vector for land in THIRD for about in (_contacts, _channels, _lines) for vector in about(land)),
    *_lines_of_a_company(),
)
