"""Conversation guides: TOML files read into values, every key checked; those of a tenant's folder come first.

A file holds either the guides of one audience in one language (`audience`, `language`, a `[guide.STEP]` for each, and
the `[section.ID]` that they put together), or a language's table of excuses (`language`, `[excuse.ID]`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dialer.core.errors import BadInput
from dialer.core.outcome import Disposition
from dialer.core.policy import Law
from dialer.core.script import Audience, Branch, Excuse, ExcuseTask, Goal, Guide, Part, ScriptStep, Section
from dialer.core.script_check import Problem, excuse_problems, problems
from dialer.core.texts import Language

FOLDER = Path(__file__).parent / "data" / "scripts"


def _one_line(text: object) -> object:
    """Long lines may be broken in the file."""
    return " ".join(text.split()) if isinstance(text, str) else text


Line = Annotated[str, BeforeValidator(_one_line), Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Branch(_Table):
    when: Line
    to: Id | None = None
    result: Disposition | None = None


class _Section(_Table):
    part: Part
    title: Line
    goal: Line
    say: tuple[Line, ...] = ()
    hints: tuple[Line, ...] = ()
    branches: tuple[_Branch, ...] = ()
    countries: frozenset[Country] = frozenset()
    ends: bool = False
    excuses: bool = False


class _Guide(_Table):
    title: Line
    goals: dict[Goal, Line]
    sections: tuple[Id, ...] = Field(min_length=1)


class _Guides(_Table):
    audience: Audience
    language: Language
    countries: frozenset[Country] = frozenset()
    guide: dict[ScriptStep, _Guide] = Field(min_length=1)
    section: dict[Id, _Section] = Field(min_length=1)


class _Excuse(_Table):
    sounds: Line
    answer: tuple[Line, ...] = Field(min_length=1)
    hint: Annotated[str, BeforeValidator(_one_line)] = ""
    task: ExcuseTask
    days: Annotated[int, Field(ge=0, le=90)] | Literal["named"]
    result: Disposition
    source: Line
    audiences: frozenset[Audience] = Field(default=frozenset(Audience), min_length=1)


class _Excuses(_Table):
    language: Language
    excuse: dict[Id, _Excuse] = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptFile:
    """What one file holds: guides, still without excuses, or excuses."""

    path: Path
    language: Language
    guides: tuple[Guide, ...] = ()
    excuses: tuple[Excuse, ...] = ()


@dataclass(frozen=True, slots=True)
class Scripts:
    """All guides, those of the tenant before the shipped ones."""

    guides: tuple[Guide, ...]

    def find(self, audience: Audience, step: ScriptStep, language: Language, country: str) -> Guide | None:
        """The guide for a call to that country, only with the sections that belong to it."""
        wanted = (audience, step, language)
        fitting = (g for g in self.guides if (g.audience, g.step, g.language) == wanted)
        found = next((g for g in fitting if not g.countries or country in g.countries), None)
        return found.for_country(country) if found else None


def load_scripts(law: Law, folder: Path | None = None) -> Scripts:
    """The guides of `folder` and the shipped ones. Raises BadInput with a line per problem of an own file."""
    shipped = _shipped()
    own = tuple(read_script(path, law) for path in _own_files(folder)) if folder else ()
    _only_once(own)
    excuses = {file.language: file.excuses for file in (*shipped, *own) if file.excuses}
    guides = (guide for file in (*own, *shipped) for guide in file.guides)
    return Scripts(tuple(_with_excuses(guide, excuses) for guide in guides))


def read_script(path: Path, law: Law) -> ScriptFile:
    """A file that has no problem. Raises BadInput with a line per problem, naming file and key."""
    file = parse_script(path)
    if file.excuses:
        found = excuse_problems(file.excuses, law, file.language)
    else:
        shipped = {f.language: f.excuses for f in _shipped() if f.excuses}
        found = tuple(dict.fromkeys(p for g in file.guides for p in problems(_with_excuses(g, shipped), law)))
    if found:
        raise BadInput("\n".join(f"{path}: {_told(problem)}" for problem in found))
    return file


def parse_script(path: Path) -> ScriptFile:
    """A file as it stands, its wording unjudged. Raises BadInput with a line per problem."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path}: {error}") from None
    try:
        if "excuse" in data:
            return _excuses_file(path, _Excuses.model_validate(data))
        return _guides_file(path, _Guides.model_validate(data))
    except ValidationError as error:
        raise BadInput("\n".join(f"{path}: {_mistake(e)}" for e in error.errors(include_input=False))) from None


@cache
def _shipped() -> tuple[ScriptFile, ...]:
    """Judged by the tests: they come with the program and do not change."""
    return tuple(parse_script(path) for path in sorted(FOLDER.glob("*.toml")))


def _own_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise BadInput(f"{folder}: there is no such folder of conversation guides")
    return sorted(folder.glob("*.toml"))


def _only_once(files: Iterable[ScriptFile]) -> None:
    """Which of two files counts is not guessed. Raises BadInput."""
    taken: dict[tuple[object, ...], Path] = {}
    for file in files:
        keys: list[tuple[object, ...]] = [("the excuses", file.language)] if file.excuses else []
        for guide in file.guides:
            places = sorted(guide.countries) or ["everywhere"]
            keys += [(f"the {guide.audience} {guide.step} guide for {place}", guide.language) for place in places]
        for key in keys:
            if key in taken:
                raise BadInput(f'{file.path}: {key[0]} in "{key[1]}" stand in {taken[key]} already')
            taken[key] = file.path


def _with_excuses(guide: Guide, tables: Mapping[Language, tuple[Excuse, ...]]) -> Guide:
    if guide.step is ScriptStep.GATEKEEPER:
        return guide
    mine = tuple(e for e in tables.get(guide.language, ()) if guide.audience in e.audiences)
    return replace(guide, excuses=mine)


def _guides_file(path: Path, table: _Guides) -> ScriptFile:
    sections = {name: _built(name, section) for name, section in table.section.items()}
    named = {name for guide in table.guide.values() for name in guide.sections}
    wrong = [
        f"guide.{step}.sections.{number}: there is no [section.{name}]"
        for step, guide in table.guide.items()
        for number, name in enumerate(guide.sections, start=1)
        if name not in sections
    ]
    wrong += [f"section.{name}: no guide names it" for name in sections if name not in named]
    if wrong:
        raise BadInput("\n".join(f"{path}: {line}" for line in wrong))
    guides = tuple(
        Guide(
            audience=table.audience,
            step=step,
            language=table.language,
            title=guide.title,
            goals=guide.goals,
            sections=tuple(sections[name] for name in guide.sections),
            countries=table.countries,
        )
        for step, guide in table.guide.items()
    )
    return ScriptFile(path=path, language=table.language, guides=guides)


def _built(name: str, table: _Section) -> Section:
    values = {key: getattr(table, key) for key in type(table).model_fields if key != "branches"}
    branches = tuple(Branch(when=b.when, to=b.to, result=b.result) for b in table.branches)
    return Section(id=name, branches=branches, **values)


def _excuses_file(path: Path, table: _Excuses) -> ScriptFile:
    excuses = tuple(
        Excuse(
            id=name,
            sounds=e.sounds,
            answer=e.answer,
            hint=e.hint,
            task=e.task,
            days=None if e.days == "named" else e.days,
            result=e.result,
            source=e.source,
            audiences=e.audiences,
        )
        for name, e in table.excuse.items()
    )
    return ScriptFile(path=path, language=table.language, excuses=excuses)


def _mistake(error: Any) -> str:
    """A key that cannot be read; lines are counted from 1."""
    where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in error["loc"] if part != "[key]")
    what = {"extra_forbidden": "unknown key", "missing": "missing"}.get(error["type"], str(error["msg"]))
    return f"{where}: {what}" if where else what


def _told(problem: Problem) -> str:
    return f"{problem.place}: {problem.text}"
