"""What may be said to a machine or to whoever picks up, or be written: finding the words that a rule forbids.

The words themselves are data of the rule packs. A text is read in one spelling for all: lower case, umlauts written out
or left out, without invisible characters, accents and letters of other alphabets that look like ours.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dialer.core.facts import ClaimFacts, Wording
from dialer.core.policy import Contains, Excuse, Words

FIELDS = ("agent", "firm", "firm_neutral", "number", "hours", "contact", "invoice_no", "date", "ref")
"""What a message template may refer to."""

CREDIT_BUREAU_REMINDERS = 2
CREDIT_BUREAU_WAIT = timedelta(weeks=4)

_FIELD = re.compile(r"\{([^{}]*)\}")
_TOKEN = re.compile(r"\{[^{}]*\}|[^\W\d_]+|\d+|[€£$]")
_AMOUNT = re.compile(r"(?<![\d.,])(?:\d[\d.]*,(?:\d\d(?!\d)|-)|[1-9](?:\d{2,}|\d{0,2}(?:,\d{3})+)\.\d\d(?![\d.]))")
_NUMBER = re.compile(r"\+?\d(?:[ /().-]{0,2}\d){8,}")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_JOIN = r"(?:-\s*\n\s*|[-\u2010·./'\u2019*_])"
_CUT_UP = (
    re.compile(rf"[^\W\d_]+(?:{_JOIN}[^\W\d_]+)+"),
    re.compile(r"(?<![^\W_])(?:[^\W\d_][ .*_\u2010-]+){2,}[^\W\d_](?![^\W_])"),
    re.compile(r"(?<![\w@$])(?=[\w@$]*[\d@$][^\W\d_])[\w@$]{4,}"),
)
"""Words cut by hyphens, dots or line ends; letters set apart; letters replaced by figures that look like them."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_LOOKALIKES = str.maketrans("авеорсухіјкмтнѕԁɡοαικνρτυıł", "abeopcyxijkmthsdgoaikvptuil")
_FIGURES = tuple(str.maketrans("01345789@$", f"o{one}eastbgas") for one in "il")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a text that breaks a rule: what stands there, in which line and sentence; line 0: it is missing."""

    word: str
    line: int = 0
    sentence: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """A text as it is seen, and its words in one spelling, joined by single spaces.

    `ends` are the words' ends in `plain`, `spans` their places in `seen`; last come words that had to be put together.
    """

    seen: str
    plain: str
    ends: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


def breaches(
    condition: Words | Contains, wording: Wording, claims: tuple[ClaimFacts, ...], *, today: date
) -> tuple[str, ...]:
    """The words that break this rule, each once, as they stand in the text; () if none.

    A text without placeholders has been filled in: what had to be in its template is no longer seen.
    """
    if isinstance(condition, Contains):
        hits = field_hits(condition, wording.text) if placeholders(wording.text) else ()
    else:
        hits = word_hits(condition, wording.text, excuses(wording, claims, today=today))
    return tuple(dict.fromkeys(hit.word if hit.line else f"{hit.word} (missing)" for hit in hits))


def excuses(wording: Wording, claims: tuple[ClaimFacts, ...], *, today: date) -> frozenset[Excuse]:
    """The facts of this case that make words lawful; without a claim there is none."""
    if not claims:
        return frozenset()
    first = wording.first_reminder_on
    reminded = (
        wording.reminders >= CREDIT_BUREAU_REMINDERS and first is not None and first + CREDIT_BUREAU_WAIT <= today
    )
    true = {
        Excuse.TITLE: all(claim.title for claim in claims),
        Excuse.CREDIT_BUREAU: reminded and wording.informed and not any(claim.disputed for claim in claims),
        Excuse.IN_TIME: all(c.limitation_on is not None and c.limitation_on >= today for c in claims),
    }
    return frozenset(excuse for excuse, holds in true.items() if holds)


def word_hits(condition: Words, text: str, granted: frozenset[Excuse] = frozenset()) -> tuple[Hit, ...]:
    """The places where the text breaks the rule, in order, given the facts that are granted."""
    reading = _read(text)
    places = sorted(_places(condition, reading))
    if not places or _lawful(condition, reading, granted):
        return ()
    return tuple(_hit(reading.seen, start, end) for start, end in places)


def field_hits(condition: Contains, template: str) -> tuple[Hit, ...]:
    """The placeholders that a template must not have, and those that it lacks."""
    known = {*condition.required, *condition.allowed}
    present = placeholders(template)
    wrong = (_hit(template, m.start(), m.end()) for m in _FIELD.finditer(template) if m[1] not in known)
    missing = (Hit(f"{{{name}}}") for name in condition.required if name not in present)
    return (*wrong, *missing)


def unknown_fields(template: str) -> tuple[str, ...]:
    """Placeholders in a template that are not in FIELDS."""
    return tuple(name for name in placeholders(template) if name not in FIELDS)


def placeholders(template: str) -> tuple[str, ...]:
    """The names in braces, in order."""
    return tuple(_FIELD.findall(template))


def fill(template: str, fields: Mapping[str, str]) -> str:
    """The template with its placeholders replaced; braces in the values stay text."""
    return _FIELD.sub(lambda match: fields[match[1]], template)


# --- reading a text --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _read(text: str) -> _Reading:
    seen = _visible(text)
    words: list[tuple[str, int, int]] = [
        ("{}" if m[0].startswith("{") else _plain(m[0]), m.start(), m.end()) for m in _TOKEN.finditer(seen)
    ]
    words.append(("|", 0, 0))  # no phrase runs on into the words that were put together
    words.extend(_put_together(_FIELD.sub(lambda m: " " * len(m[0]), seen)))
    ends, end = [], -1
    for word, _, _ in words:
        end += len(word) + 1
        ends.append(end)
    return _Reading(
        seen=seen,
        plain=" ".join(word for word, _, _ in words),
        ends=tuple(ends),
        spans=tuple((start, end) for _, start, end in words),
    )


def _visible(text: str) -> str:
    """Without the characters that cut words unseen, soft hyphens and the like; each letter in its usual form."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFKC", text)
    return "".join(c for c in composed if c not in _FILLERS and unicodedata.category(c) not in {"Cf", "Mn"})


def _plain(word: str) -> str:
    """One spelling for all: lower case, umlauts and sharp s written out, no accents, our letters."""
    folded = word.casefold()
    if folded.isascii():
        return folded
    bare = unicodedata.normalize("NFD", folded.translate(_UMLAUTS))
    return "".join(c for c in bare if unicodedata.category(c) != "Mn").translate(_LOOKALIKES)


def _put_together(seen: str) -> Iterator[tuple[str, int, int]]:
    hyphens, apart, figures = _CUT_UP
    for pattern in (hyphens, apart):
        for match in pattern.finditer(seen):
            letters = "".join(c for c in match[0] if c.isalpha())
            yield _plain(letters), match.start(), match.end()
    for match in figures.finditer(seen):
        for table in _FIGURES:
            yield _plain(match[0]).translate(table), match.start(), match.end()


# --- finding the words -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _pattern(condition: Words) -> re.Pattern[str] | None:
    """All words of a rule as one expression over a reading's `plain`; the group "hit" is not set for spared words."""
    at_start = [
        *map(_stem, condition.beginnings),
        *map(_whole, condition.whole),
        *("[^ ]* ".join(map(_stem, phrase.split())) for phrase in condition.phrases),
    ]
    inside = [_stem(word) for word in condition.inside]
    if not at_start and not inside:
        return None
    spared = f"(?<![^ ]){_any(map(_whole, condition.spared))}|" if condition.spared else ""
    kinds = [f"(?<![^ ]){_any(at_start)}" if at_start else "", _any(inside) if inside else ""]
    return re.compile(f"{spared}(?P<hit>{'|'.join(filter(None, kinds))})")


def _any(expressions: Iterable[str]) -> str:
    """One of these, sorted by their first letters: at most places one look is enough to see that none is there."""
    by_letter: dict[str, list[str]] = {}
    for expression in expressions:
        width = 2 if expression[0] == "\\" else 1
        by_letter.setdefault(expression[:width], []).append(expression[width:])
    groups = (f"{letter}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())
    return f"(?:{'|'.join(groups)})"


@lru_cache(maxsize=512)
def _said(condition: Words) -> re.Pattern[str]:
    return re.compile("|".join(f"(?<![^ ]){_stem(word)}" for word in condition.unless_said))


def _whole(word: str) -> str:
    return f"{_stem(word.rstrip('*'))}{'' if word.endswith('*') else '(?![^ ])'}"


def _stem(word: str) -> str:
    """The stem as an expression; people leave out the dots of umlauts, too."""
    folded = re.escape(word.casefold())
    for letter, written in (("ä", "ae?"), ("ö", "oe?"), ("ü", "ue?"), ("ß", "ss")):
        folded = folded.replace(letter, written)
    return folded


def _places(condition: Words, reading: _Reading) -> Iterator[tuple[int, int]]:
    """Where in `seen` the text breaks the rule; of a word that was put together only what its parts did not show."""
    shown: list[tuple[int, int]] = []
    for start, end in _word_places(condition, reading):
        if not any(a < end and start < b for a, b in shown):
            shown.append((start, end))
            yield start, end
    yield from (m.span() for m in _FIELD.finditer(reading.seen) if m[1] in condition.fields)
    if condition.amounts:
        yield from (m.span() for m in _AMOUNT.finditer(reading.seen))
    if condition.numbers:
        yield from (m.span() for m in _NUMBER.finditer(reading.seen) if _digits(m[0]).startswith(condition.numbers))


def _word_places(condition: Words, reading: _Reading) -> Iterator[tuple[int, int]]:
    pattern = _pattern(condition)
    if pattern is None:
        return
    for match in pattern.finditer(reading.plain):
        if match["hit"] is not None:
            first = bisect_right(reading.ends, match.start())
            last = bisect_right(reading.ends, match.end() - 1)
            yield reading.spans[first][0], reading.spans[last][1]


def _digits(number: str) -> str:
    return "".join(c for c in number if c == "+" or c.isdecimal())


def _lawful(condition: Words, reading: _Reading, granted: frozenset[Excuse]) -> bool:
    if condition.unless is None and not condition.unless_said:
        return False
    if condition.unless is not None and condition.unless not in granted:
        return False
    return not condition.unless_said or _said(condition).search(reading.plain) is not None


def _hit(seen: str, start: int, end: int) -> Hit:
    before = [m.end() for m in _SENTENCE_END.finditer(seen, 0, start)]
    after = _SENTENCE_END.search(seen, end)
    sentence = seen[before[-1] if before else 0 : after.start() if after else len(seen)]
    return Hit(word=seen[start:end], line=seen.count("\n", 0, start) + 1, sentence=" ".join(sentence.split()))
