"""What is wrong with a conversation guide: above all, whether it could tell the wrong person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dialer.core.case import DebtorType
from dialer.core.lint import Breach, Use, wrong_words
from dialer.core.outcome import Channel
from dialer.core.policy import Law
from dialer.core.script import CALL_GUIDE, Audience, Excuse, Goal, Guide, Part, ScriptStep, Section
from dialer.core.texts import Language
from dialer.core.wording import placeholders

NEUTRAL_FIELDS = frozenset({"agent", "contact", "firm_neutral", "hours", "number", "ref"})
"""What anybody may hear."""

FIRM_FIELDS = NEUTRAL_FIELDS | {"customer_no", "debtor", "firm", "invoice_no"}
"""What anybody in a debtor's firm may hear (BZ-5)."""

CLAIM_FIELDS = frozenset({"amount", "claims", "due_date", "promises", "statement"})
BLANKS = frozenset({"promised_amount", "promised_day", "rate"})
"""What only the talk brings; the collector fills it in."""

FIELDS = FIRM_FIELDS | CLAIM_FIELDS | BLANKS | {"callback", "identity_items"}
"""Every placeholder there is."""

ANYWHERE = ""
"""Stands for a country that no section is bound to."""

_TALK = (
    Part.RIGHT_PERSON,
    Part.IDENTITY,
    Part.OPENING,
    Part.REASON,
    Part.LISTEN,
    Part.SOLUTION,
    Part.AGREEMENT,
    Part.CONFIRMATION,
)
REQUIRED: Mapping[ScriptStep, tuple[Part, ...]] = {
    ScriptStep.INFO_CALL: (Part.PREPARATION, *_TALK),
    ScriptStep.COLLECTION_CALL: (Part.PREPARATION, *_TALK),
    ScriptStep.GATEKEEPER: (Part.PREPARATION, Part.RIGHT_PERSON, Part.THIRD_PERSON, Part.CONFIRMATION),
    ScriptStep.DEBTOR_CALLBACK: _TALK,
}
"""The parts without which a guide is not complete."""

_BESIDE = (Part.THIRD_PERSON, Part.OTHER)
_ORDER = tuple(part for part in Part if part not in _BESIDE)

_EXCUSES = frozenset({"no_invoice", "wrong_data", "transferred", "wrong_account", "no_money", "complaint"})
REQUIRED_EXCUSES: Mapping[Audience, frozenset[str]] = {
    Audience.PRIVATE: _EXCUSES,
    Audience.BUSINESS: _EXCUSES | {"payment_run", "boss_absent"},
}
"""The excuses that every table has an answer to."""

_DEBTORS = {
    Audience.PRIVATE: (DebtorType.CONSUMER, DebtorType.SOLE_TRADER),
    Audience.BUSINESS: (DebtorType.BUSINESS,),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, and its key, like "section.opening.say.2"; lines count from 1."""

    place: str
    text: str


def problems(guide: Guide, law: Law) -> tuple[Problem, ...]:
    """Everything wrong with a guide, in every country it is for; () when it may be used."""
    found = [*_parts(guide), *(p for section in guide.sections for p in _section(section, guide))]
    countries = guide.countries or {ANYWHERE, *law.by_country}
    for country in sorted(countries):
        variant = guide.for_country(country)
        found += _complete(variant, country)
        found += _way(variant, country)
        found += _spoken(variant, law, country)
    return tuple(dict.fromkeys(found))


def excuse_problems(
    excuses: Sequence[Excuse], law: Law, language: Language, countries: Iterable[str] = ()
) -> tuple[Problem, ...]:
    """Everything wrong with a table of excuses; () when it may be used."""
    found: list[Problem] = []
    for audience, required in REQUIRED_EXCUSES.items():
        missing = sorted(required - {e.id for e in excuses if audience in e.audiences})
        found += [Problem(f"excuse.{name}", f"is missing for {audience}") for name in missing]
    for excuse in excuses:
        place = f"excuse.{excuse.id}"
        found += _unknown(f"{place}.sounds", (excuse.sounds,))
        found += _unknown(f"{place}.answer", excuse.answer)
        found += _unknown(f"{place}.hint", (excuse.hint,))
        for country in sorted(countries or law.by_country):
            for audience in sorted(excuse.audiences):
                found += _forbidden(f"{place}.answer", excuse.answer, _to_himself(country, audience, language), law)
    return tuple(dict.fromkeys(found))


# --- each for itself -------------------------------------------------------------------------------------------------


def _parts(guide: Guide) -> Iterator[Problem]:
    place = f"guide.{guide.step}"
    yield from _unknown(f"{place}.title", (guide.title,))
    for goal in Goal:
        if not guide.goals.get(goal, "").strip():
            yield Problem(f"{place}.goals", f'the goal "{goal}" is missing')
        yield from _unknown(f"{place}.goals.{goal}", (guide.goals.get(goal, ""),))
    if guide.step is not ScriptStep.GATEKEEPER:
        have = {e.id for e in guide.excuses}
        for name in sorted(REQUIRED_EXCUSES[guide.audience] - have):
            yield Problem(f"{place}", f'the excuse "{name}" has no answer')
        if not any(section.excuses for section in guide.sections):
            yield Problem(
                f"{place}.sections", "no section says that the table of excuses belongs to it (excuses = true)"
            )
    ids = [section.id for section in guide.sections]
    for twice in dict.fromkeys(name for name in ids if ids.count(name) > 1):
        yield Problem(f"{place}.sections", f'names "{twice}" twice')


def _section(section: Section, guide: Guide) -> Iterator[Problem]:
    place = f"section.{section.id}"
    if not section.say and not section.hints:
        yield Problem(place, "has neither lines to say nor hints")
    if section.part is Part.IDENTITY and not any("identity_items" in placeholders(hint) for hint in section.hints):
        yield Problem(f"{place}.hints", "lacks {identity_items}: nobody would know what to compare")
    yield from _unknown(f"{place}.title", (section.title,))
    yield from _unknown(f"{place}.goal", (section.goal,))
    yield from _unknown(f"{place}.say", section.say)
    yield from _unknown(f"{place}.hints", section.hints)
    for number, branch in enumerate(section.branches, start=1):
        where = f"{place}.branches.{number}"
        yield from _unknown(f"{place}.branches", (branch.when,), first=number)
        if branch.to is None and branch.result is None:
            yield Problem(where, "leads nowhere; give `to`, `result` or both")
        if branch.to == CALL_GUIDE and guide.step is not ScriptStep.GATEKEEPER:
            yield Problem(f"{where}.to", f'"{CALL_GUIDE}" is for gatekeeper guides')
        elif branch.to not in {None, CALL_GUIDE} and guide.section(branch.to or "") is None:
            yield Problem(f"{where}.to", f'the guide {guide.step} has no section "{branch.to}"')


def _unknown(place: str, lines: Sequence[str], *, first: int = 1) -> Iterator[Problem]:
    for number, line in enumerate(lines, start=first):
        for name in placeholders(line):
            if name not in FIELDS:
                yield Problem(f"{place}.{number}", f"unknown placeholder {{{name}}}")
        if "{" in (bare := _without_fields(line)) or "}" in bare:
            yield Problem(f"{place}.{number}", "has a brace that belongs to no placeholder")


def _without_fields(line: str) -> str:
    for name in placeholders(line):
        line = line.replace(f"{{{name}}}", "", 1)
    return line


# --- the way through it ----------------------------------------------------------------------------------------------


def _required(guide: Guide, country: str) -> tuple[Part, ...]:
    required = REQUIRED[guide.step]
    if guide.audience is not Audience.PRIVATE or guide.step is ScriptStep.GATEKEEPER:
        return required
    notice = (Part.NOTICE,) if country == "US" else ()  # US-S1
    return (*required, *notice, Part.THIRD_PERSON)


def _complete(guide: Guide, country: str) -> Iterator[Problem]:
    place = f"guide.{guide.step}.sections"
    parts = [section.part for section in guide.sections]
    for part in _required(guide, country):
        if part not in parts:
            yield Problem(place, f'no section is the part "{part}"{_in(country)}')
    first = sorted((parts.index(part), part) for part in _ORDER if part in parts)
    for (_, before), (_, after) in pairwise(first):
        if _ORDER.index(after) < _ORDER.index(before):
            yield Problem(place, f'the part "{before}" comes before "{after}"{_in(country)}')


def _way(guide: Guide, country: str) -> Iterator[Problem]:
    for section in guide.sections:
        for number, branch in enumerate(section.branches, start=1):
            target = guide.section(branch.to or "")
            if branch.to not in {None, CALL_GUIDE} and target is None:
                yield Problem(
                    f"section.{section.id}.branches.{number}.to",
                    f'the guide {guide.step} has no section "{branch.to}"{_in(country)}',
                )
    reached = _reached(guide, verifies=False)
    for section in guide.sections:
        if section.id not in reached:
            yield Problem(f"section.{section.id}", f"nothing leads there in the guide {guide.step}{_in(country)}")


def _reached(guide: Guide, *, verifies: bool) -> frozenset[str]:
    """The sections that can be come to; with `verifies` only those that come before a passed identity check.

    The check is passed by going on to the next section; a branch away from it is what is done when it failed.
    """
    following = {a.id: b.id for a, b in pairwise(guide.sections)}
    open_, seen = [s.id for s in guide.sections[:1]], set[str]()
    while open_:
        section = guide.section(open_.pop())
        if section is None or section.id in seen:
            continue
        seen.add(section.id)
        open_ += [branch.to for branch in section.branches if branch.to]
        stops = section.ends or (verifies and section.part is Part.IDENTITY)
        if not stops and section.id in following:
            open_.append(following[section.id])
    return frozenset(seen)


# --- what is said ----------------------------------------------------------------------------------------------------


def _spoken(guide: Guide, law: Law, country: str) -> Iterator[Problem]:
    unverified = _reached(guide, verifies=True)
    for section in guide.sections:
        place = f"section.{section.id}.say"
        third = section.id in unverified or guide.step is ScriptStep.GATEKEEPER or section.part is Part.THIRD_PERSON
        if third:
            yield from _fields_too_early(place, section.say, guide)
        if country != ANYWHERE:
            use = _to_anybody if third else _to_himself
            yield from _forbidden(place, section.say, use(country, guide.audience, guide.language), law)


def _fields_too_early(place: str, lines: Sequence[str], guide: Guide) -> Iterator[Problem]:
    allowed = NEUTRAL_FIELDS if guide.audience is Audience.PRIVATE else FIRM_FIELDS
    why = "DE-P2" if guide.audience is Audience.PRIVATE else "BZ-5"
    for number, line in enumerate(lines, start=1):
        for name in placeholders(line):
            if name in FIELDS and name not in allowed:
                yield Problem(
                    f"{place}.{number}", f"{{{name}}} may reach somebody who is not identified, against {why}"
                )


def _to_anybody(country: str, audience: Audience, language: Language) -> tuple[Use, ...]:
    """Whoever picks up: the rules for announcements, in a firm those of its reception."""
    return tuple(
        Use(country=country, debtor=debtor, channel=Channel.CALL, level=0, language=language)
        for debtor in _DEBTORS[audience]
    )


def _to_himself(country: str, audience: Audience, language: Language) -> tuple[Use, ...]:
    """The debtor himself: the rules for what nobody else gets to see, those for letters."""
    return tuple(
        Use(country=country, debtor=debtor, channel=Channel.LETTER, language=language) for debtor in _DEBTORS[audience]
    )


def _forbidden(place: str, lines: Sequence[str], uses: Iterable[Use], law: Law) -> Iterator[Problem]:
    """All lines of a section are judged together: what makes a word lawful may stand in the next one."""
    text = "\n".join(" ".join(line.split()) for line in lines)
    for use in uses:
        for breach in wrong_words(text, use, law):
            yield Problem(f"{place}.{breach.line}", _against(breach))


def _against(breach: Breach) -> str:
    return f'says "{breach.word}", against {breach.rule}: {breach.text.says("en", breach.word)}'


def _in(country: str) -> str:
    return f" for calls to {country}" if country else ""
