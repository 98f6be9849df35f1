"""Whether a text may be used: every rule about words that covers its use, and where the text breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from dialer.core.case import DebtorType
from dialer.core.outcome import Channel
from dialer.core.policy import Contains, Excuse, Law, Rule, Scope, Text, Words
from dialer.core.wording import Hit, field_hits, fill, word_hits


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a text is used for. An unknown level or language is bound by the rules of all of them.

    A text for the channel `call` is an announcement, played to whoever picks up.
    """

    country: str
    debtor: DebtorType
    channel: Channel
    level: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule, and what in the text breaks it; line 0: it is missing."""

    rule: str
    word: str
    line: int
    sentence: str
    text: Text = field(compare=False, repr=False)


def lint(
    template: str,
    use: Use,
    law: Law,
    *,
    fields: Mapping[str, str] | None = None,
    granted: frozenset[Excuse] = frozenset(),
) -> tuple[Breach, ...]:
    """What in a template breaks the law, rule by rule; with `fields`, its words are judged filled in."""
    said = template if fields is None else fill(template, fields)
    return (*wrong_words(said, use, law, granted=granted), *wrong_fields(template, use, law))


def wrong_words(text: str, use: Use, law: Law, *, granted: frozenset[Excuse] = frozenset()) -> tuple[Breach, ...]:
    """The words that must not be used; facts about the case that are not granted do not excuse any."""
    found: list[Breach] = []
    for rule in _rules(use, law):
        if isinstance(rule.condition, Words):
            found += _breaches(rule, word_hits(rule.condition, text, granted))
    return tuple(dict.fromkeys(found))


def wrong_fields(template: str, use: Use, law: Law) -> tuple[Breach, ...]:
    """The placeholders that are missing or must not be there."""
    found: list[Breach] = []
    for rule in _rules(use, law):
        if isinstance(rule.condition, Contains):
            found += _breaches(rule, field_hits(rule.condition, template))
    return tuple(dict.fromkeys(found))


def _breaches(rule: Rule, hits: tuple[Hit, ...]) -> Iterator[Breach]:
    for hit in hits:
        yield Breach(rule=rule.id, word=hit.word, line=hit.line, sentence=hit.sentence, text=rule.text)


@lru_cache(maxsize=256)
def _rules(use: Use, law: Law) -> tuple[Rule, ...]:
    """Rules that may bind this use: what their scopes ask beyond it is not known, and so does not free from them."""
    return tuple(
        rule
        for pack in law.of(use.country)
        for rule in pack.rules
        if rule.effect.denies and isinstance(rule.condition, Words | Contains) and _covers(rule.scope, use)
    )


def _covers(scope: Scope, use: Use) -> bool:
    return (
        use.channel in scope.channels
        and (scope.debtors is None or use.debtor in scope.debtors)
        and (use.level is None or scope.levels is None or use.level in scope.levels)
        and (not use.language or scope.languages is None or use.language in scope.languages)
    )
