"""The gate alone: a document of facts and an instant in, a verdict out; no database, no segment windows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NoReturn

from dialer.actions.verdict_json import verdict_json
from dialer.core.errors import BadInput
from dialer.core.permit import judge
from dialer.core.policy import Law
from dialer.core.texts import Language
from dialer.rules.facts import read_facts
from dialer.rules.facts_form import YEARS, shown

LARGEST = 4 * 1024 * 1024
"""Characters of a document; the longest history is a small part of that."""


def ask(document: object, at: datetime, law: Law, language: Language) -> dict[str, Any]:
    """The verdict in the form of design section 9. Raises BadInput with one line per wrong field."""
    return verdict_json(judge(read_facts(document), law, at), language=language)


def ask_lines(lines: Iterable[bytes], law: Law, language: Language) -> Iterator[dict[str, Any]]:
    """A verdict for each line {"at": ISO, "facts": {…}}, in order; {"error": …} for a line that cannot be read."""
    for line in lines:
        if line.strip():
            try:
                yield _answer(parse(line.decode()), law, language)
            except UnicodeDecodeError:
                yield {"error": "facts: not UTF-8 text"}
            except BadInput as error:
                yield {"error": str(error)}


def _answer(question: object, law: Law, language: Language) -> dict[str, Any]:
    if not isinstance(question, dict) or set(question) != {"at", "facts"}:
        raise BadInput('a line is an object with the two keys "at" and "facts"')
    return ask(question["facts"], instant(question["at"]), law, language)


def instant(text: object) -> datetime:
    """An instant with its offset from UTC. Raises BadInput."""
    try:
        read = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        read = None
    if read is None or read.tzinfo is None or read.year not in YEARS:
        raise BadInput(f"at: {shown(text)} is not an instant with its offset like 2026-11-24T10:00:00+01:00")
    return read


def parse(text: str) -> object:
    """JSON, strictly: no NaN, no key twice. Raises BadInput."""
    if len(text) > LARGEST:
        raise BadInput(f"facts: longer than {LARGEST} characters")
    try:
        return json.loads(text, parse_constant=_constant, object_pairs_hook=_pairs)
    except RecursionError:
        raise BadInput("facts: nested too deeply") from None
    except ValueError as error:
        raise BadInput(f"facts: not JSON: {error}") from None


def _constant(word: str) -> NoReturn:
    raise BadInput(f"facts: {word} is no number")


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BadInput(f"facts: the key {shown(twice)} is given twice")
    return read
