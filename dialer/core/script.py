"""Conversation guides: what a collector says in which order, what an answer leads to, and what follows from it.

A guide is a list of sections. The talk goes from each to the next one, or along a branch; after a section that `ends`
it goes nowhere by itself. What is wrong with a guide is found in `script_check`, what it looks like in `script_text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from dialer.core.case import DebtorType
from dialer.core.outcome import Disposition
from dialer.core.texts import Language

CALL_GUIDE = "call_guide"
"""Where a branch of a gatekeeper guide leads when the right person comes to the telephone."""


class Audience(StrEnum):
    """Whom a guide is for. Natural persons, sole traders among them, get the private ones."""

    PRIVATE = "private"
    BUSINESS = "business"


def audience_of(debtor: DebtorType) -> Audience:
    """The guides that fit this kind of debtor."""
    return Audience.PRIVATE if debtor.natural_person else Audience.BUSINESS


class ScriptStep(StrEnum):
    """The conversations there are guides for; the first two bear the names of the strategy's steps."""

    INFO_CALL = "info_call"
    COLLECTION_CALL = "collection_call"
    GATEKEEPER = "gatekeeper"
    DEBTOR_CALLBACK = "debtor_callback"


class Part(StrEnum):
    """What a section is for, in the order in which a conversation comes to them; the last two lie beside the way."""

    PREPARATION = "preparation"
    RIGHT_PERSON = "right_person"
    IDENTITY = "identity"
    NOTICE = "notice"
    OPENING = "opening"
    REASON = "reason"
    LISTEN = "listen"
    SOLUTION = "solution"
    AGREEMENT = "agreement"
    CONFIRMATION = "confirmation"
    THIRD_PERSON = "third_person"
    OTHER = "other"


class Goal(StrEnum):
    """What the debtor is to come to: he accepts the topic, is ready to talk, is ready to pay."""

    TOPIC = "topic"
    TALK = "talk"
    PAY = "pay"


class ExcuseTask(StrEnum):
    """What the collector does after an excuse; but for the call, which the dialler makes, kinds of `tasks.TaskKind`."""

    CALL = "call"
    CHECK_ACCOUNT = "check_account"
    WRITE = "write"
    CONFIRM_AGREEMENT = "confirm_agreement"
    CLEAR_DISPUTE = "clear_dispute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """What happens `when` something is said: the talk goes to a section, or it ends with a disposition, or both."""

    when: str
    to: str | None = None
    result: Disposition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the talk: its goal, what is said aloud, and hints that only the collector sees.

    `countries` binds it to calls to these; empty = everywhere. `excuses`: the table of excuses belongs here.
    """

    id: str
    part: Part
    title: str
    goal: str
    say: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    countries: frozenset[str] = frozenset()
    ends: bool = False
    excuses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse:
    """What debtors say instead of a date, the answer, and the task that follows.

    `days` until the task is due; None = on the day that was named.
    """

    id: str
    sounds: str
    answer: tuple[str, ...]
    task: ExcuseTask
    days: int | None
    result: Disposition
    source: str
    hint: str = ""
    audiences: frozenset[Audience] = frozenset(Audience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A conversation from the first word to the note afterwards; `countries` empty = for calls to everywhere."""

    audience: Audience
    step: ScriptStep
    language: Language
    title: str
    goals: Mapping[Goal, str]
    sections: tuple[Section, ...]
    excuses: tuple[Excuse, ...] = ()
    countries: frozenset[str] = field(default=frozenset())

    def for_country(self, country: str) -> Guide:
        """The guide for calls to that country, without the sections that are bound to others."""
        kept = tuple(s for s in self.sections if not s.countries or country in s.countries)
        return replace(self, sections=kept)

    def section(self, section_id: str) -> Section | None:
        """The section with that id, or None."""
        return next((s for s in self.sections if s.id == section_id), None)
