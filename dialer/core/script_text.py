"""A conversation guide as it is read on the telephone: its blanks filled in, section by section."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dialer.core.outcome import Disposition
from dialer.core.script import CALL_GUIDE, Branch, Excuse, ExcuseTask, Goal, Guide, Section
from dialer.core.texts import Language
from dialer.core.wording import fill, placeholders

GAP = "____"
"""What is not known stays to be filled in by hand."""

_LABELS: Mapping[str, tuple[str, str]] = {
    "goals": ("Ziele", "Goals"),
    "goal": ("Ziel", "Goal"),
    "topic": ("nimmt das Thema an", "accepts the topic"),
    "talk": ("ist bereit zu reden", "is ready to talk"),
    "pay": ("ist bereit zu zahlen", "is ready to pay"),
    "hint": ("Hinweis", "Hint"),
    "when": ("Wenn", "If"),
    "result": ("Ergebnis", "Disposition"),
    "end": ("Ende des Gesprächs", "End of the talk"),
    "call_guide": ("weiter mit dem Leitfaden des Gesprächs", "go on with the guide of the call"),
    "excuses": ("Ausreden und Antworten", "Excuses and answers"),
    "answer": ("Antwort", "Answer"),
    "task": ("Danach", "Then"),
    "on_day": ("am genannten Tag", "on the day that was named"),
    "today": ("heute", "today"),
    "one_day": ("nach 1 Tag", "after 1 day"),
    "days": ("nach {n} Tagen", "after {n} days"),
    ExcuseTask.CALL: ("anrufen", "call"),
    ExcuseTask.CHECK_ACCOUNT: ("Zahlungseingang prüfen", "check the account"),
    ExcuseTask.WRITE: ("Unterlagen senden", "send the documents"),
    ExcuseTask.CONFIRM_AGREEMENT: ("Vereinbarung bestätigen", "confirm the agreement"),
    ExcuseTask.CLEAR_DISPUTE: ("Einwand klären", "clear the objection"),
}


def filled(guide: Guide, fields: Mapping[str, str]) -> Guide:
    """The guide with every placeholder replaced, what is not known by a visible gap."""
    sections = tuple(_filled_section(section, fields) for section in guide.sections)
    excuses = tuple(
        replace(e, answer=_lines(e.answer, fields), hint=_line(e.hint, fields), sounds=_line(e.sounds, fields))
        for e in guide.excuses
    )
    goals = {goal: _line(text, fields) for goal, text in guide.goals.items()}
    return replace(guide, title=_line(guide.title, fields), goals=goals, sections=sections, excuses=excuses)


def gaps(guide: Guide, fields: Mapping[str, str]) -> tuple[str, ...]:
    """The placeholders of a guide that nothing is known for, each once, in order."""
    names = (name for line in _all_lines(guide) for name in placeholders(line))
    return tuple(dict.fromkeys(name for name in names if not fields.get(name, "").strip()))


def _all_lines(guide: Guide) -> Iterator[str]:
    yield from (guide.title, *guide.goals.values())
    for section in guide.sections:
        yield from (section.title, section.goal, *section.say, *section.hints, *(b.when for b in section.branches))
    for excuse in guide.excuses:
        yield from (excuse.sounds, *excuse.answer, excuse.hint)


def render(
    guide: Guide,
    fields: Mapping[str, str],
    language: Language,
    results: Mapping[Disposition, str] | None = None,
) -> str:
    """The guide as text, its headings in that language; `results` are the dispositions as people call them."""
    return "\n".join(_Page(filled(guide, fields), language, results or {}).lines())


def _filled_section(section: Section, fields: Mapping[str, str]) -> Section:
    branches = tuple(replace(branch, when=_line(branch.when, fields)) for branch in section.branches)
    return replace(
        section,
        title=_line(section.title, fields),
        goal=_line(section.goal, fields),
        say=_lines(section.say, fields),
        hints=_lines(section.hints, fields),
        branches=branches,
    )


def _lines(lines: tuple[str, ...], fields: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_line(line, fields) for line in lines)


def _line(line: str, fields: Mapping[str, str]) -> str:
    return fill(line, {name: _clean(fields.get(name, "")) or GAP for name in placeholders(line)})


def _clean(value: str) -> str:
    """Without characters that would move a terminal's cursor; a table keeps its lines."""
    shown = (c if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf"} else " " for c in value)
    return "".join(shown).strip()


class _Page:
    """Lines of text, being written."""

    def __init__(self, guide: Guide, language: Language, results: Mapping[Disposition, str]) -> None:
        self.guide = guide
        self.language = language
        self.results = results
        self.numbers = {section.id: number for number, section in enumerate(guide.sections, start=1)}

    def lines(self) -> Iterator[str]:
        guide = self.guide
        yield guide.title
        yield "=" * len(guide.title)
        yield f"{self.label('goals')}:"
        for goal in Goal:
            yield from _indented(f"- {self.label(goal)}: ", guide.goals.get(goal, GAP))
        for section in guide.sections:
            yield ""
            yield from self.section(section)

    def section(self, section: Section) -> Iterator[str]:
        yield f"{self.numbers[section.id]}. {section.title}"
        yield from _indented(f"   {self.label('goal')}: ", section.goal)
        for line in section.say:
            yield from _indented("   > ", line)
        for hint in section.hints:
            yield from _indented(f"   {self.label('hint')}: ", hint)
        for branch in section.branches:
            yield from _indented(f"   {self.label('when')} ", f"{branch.when} → {self.way(branch)}")
        if section.excuses and self.guide.excuses:
            yield f"   {self.label('excuses')}:"
            for excuse in self.guide.excuses:
                yield from self.excuse(excuse)
        if section.ends:
            yield f"   {self.label('end')}"

    def excuse(self, excuse: Excuse) -> Iterator[str]:
        yield from _indented("   - ", excuse.sounds)
        for line in excuse.answer:
            yield from _indented("     > ", line)
        if excuse.hint:
            yield from _indented(f"     {self.label('hint')}: ", excuse.hint)
        task = f"{self.label(excuse.task)}, {self.due(excuse.days)}"
        yield f"     {self.label('task')}: {task}; {self.label('result')}: {self.result(excuse.result)}"

    def way(self, branch: Branch) -> str:
        ways = []
        if branch.to == CALL_GUIDE:
            ways.append(self.label("call_guide"))
        elif branch.to is not None and (target := self.guide.section(branch.to)):
            ways.append(f"{self.numbers[target.id]}. {target.title}")
        if branch.result is not None:
            ways.append(f"{self.label('result')}: {self.result(branch.result)}")
        return ", ".join(ways) or GAP

    def result(self, disposition: Disposition) -> str:
        words = self.results.get(disposition)
        return f"{words} ({disposition})" if words else disposition.value

    def due(self, days: int | None) -> str:
        if days is None:
            return self.label("on_day")
        return self.label({0: "today", 1: "one_day"}.get(days, "days")).replace("{n}", str(days))

    def label(self, key: str) -> str:
        return _LABELS[key][0 if self.language == "de" else 1]


def _indented(first: str, text: str) -> Iterator[str]:
    """The text behind its label, further lines below its beginning."""
    for number, line in enumerate(text.split("\n")):
        yield f"{first if number == 0 else ' ' * len(first)}{line}"
