"""Rule packs: TOML files read into values, every key checked. A rule that cannot be read stops the program.

One table `[pack]`, then one `[[rule]]` each: what `kind` of rule it is, its parameters in `value`, whom it binds in
`scope`, its sentence in both languages, and where it comes from.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from dialer.core import policy
from dialer.core.case import DebtorType, LineType, PhoneRole
from dialer.core.errors import BadInput
from dialer.core.outcome import Channel, Mode
from dialer.core.policy import (
    Condition,
    Document,
    Effect,
    End,
    Flag,
    Law,
    OperatorRole,
    Pack,
    Rule,
    Scope,
    Status,
    Text,
)
from dialer.core.windows import WHOLE_DAY, parse_spans, parse_week

FOLDER = Path(__file__).parent
SHIPPED = ("common", "de", "at", "ch", "us", "gb")
LARGEST = 10_000
"""Of any figure in a rule; beyond that it is a slip."""

NATURAL = frozenset({DebtorType.CONSUMER, DebtorType.SOLE_TRADER})


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Head(_Table):
    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,30}$")
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    version: str = Field(min_length=1)
    verified_on: date
    review_by: date


class _Sentence(_Table):
    de: str = Field(min_length=1)
    en: str = Field(min_length=1)


class _Scope(_Table):
    debtors: frozenset[DebtorType | Literal["natural"]] | None = Field(default=None, min_length=1)
    channels: frozenset[Channel] = Field(default=policy.RINGING, min_length=1)
    modes: frozenset[Mode] | None = Field(default=None, min_length=1)
    operators: frozenset[OperatorRole] | None = Field(default=None, min_length=1)
    places: frozenset[str] | None = Field(default=None, min_length=1)
    phone_roles: frozenset[PhoneRole] | None = Field(default=None, min_length=1)
    line_types: frozenset[LineType] | None = Field(default=None, min_length=1)
    documents: frozenset[Document] | None = Field(default=None, min_length=1)
    languages: frozenset[Literal["de", "en"]] | None = Field(default=None, min_length=1)
    levels: frozenset[int] | None = Field(default=None, min_length=1)

    def scope(self) -> Scope:
        values = {name: getattr(self, name) for name in type(self).model_fields}
        if self.debtors is not None:
            named = {d for d in self.debtors if isinstance(d, DebtorType)}
            values["debtors"] = frozenset(named | NATURAL if "natural" in self.debtors else named)
        return Scope(**values)


class _Rule(_Table):
    id: str = Field(pattern=r"^[A-Z][A-Za-z0-9-]{1,30}$")
    kind: str
    effect: Effect
    value: dict[str, Any] = Field(default_factory=dict)
    scope: _Scope = _Scope()
    unless: frozenset[Flag] = frozenset()
    since: date | None = None
    text: _Sentence
    basis: str = Field(min_length=1)
    sources: tuple[str, ...] = ()
    status: Status
    verified_on: date | None = None
    review_by: date | None = None


class _File(_Table):
    pack: _Head
    rule: tuple[_Rule, ...] = Field(min_length=1)


def _hours(value: Mapping[str, Any]) -> Condition:
    week = {name: spans for name, spans in value.items() if name != "ends"}
    if not week:
        raise ValueError("names no day")
    ends = frozenset(End(end) for end in value.get("ends", ["called"]))
    return policy.Hours(week=parse_week(week, unnamed=WHOLE_DAY), ends=ends)


def _unknown_place(value: Mapping[str, Any]) -> Condition:
    return policy.UnknownPlace(week=parse_week(value, unnamed=WHOLE_DAY))


def _year_days(value: Mapping[str, Any]) -> Condition:
    days = {}
    for name, spans in value.items():
        try:
            day = date.fromisoformat(f"2024-{name}")
        except ValueError:
            raise ValueError(f'"{name}" is not a day of the year like "12-24"') from None
        days[day.month, day.day] = parse_spans(name, spans)
    return policy.YearDays(days=days)


def _plain(condition: type[Any]) -> Callable[[Mapping[str, Any]], Condition]:
    """Read a condition whose parameters are the fields of its class."""
    adapter: TypeAdapter[Condition] = TypeAdapter(condition)
    known = {field.name for field in fields(condition)}

    def read(value: Mapping[str, Any]) -> Condition:
        unknown = sorted(set(value) - known)
        if unknown:
            raise ValueError(
                f'"{unknown[0]}" is no parameter of this kind; known: {", ".join(sorted(known)) or "none"}'
            )
        return adapter.validate_python(dict(value))

    return read


KINDS: dict[str, Callable[[Mapping[str, Any]], Condition]] = {
    "hours": _hours,
    "year_days": _year_days,
    "unknown_place": _unknown_place,
    "holidays": _plain(policy.Holidays),
    "wishes": _plain(policy.Wishes),
    "per_day": _plain(policy.PerDay),
    "rolling": _plain(policy.Rolling),
    "gap": _plain(policy.Gap),
    "day_parts": _plain(policy.DayParts),
    "rest": _plain(policy.Rest),
    "lost_call": _plain(policy.LostCall),
    "lost_rate": _plain(policy.LostRate),
    "stopped": _plain(policy.Stopped),
    "other_stops": _plain(policy.OtherStops),
    "notice_first": _plain(policy.NoticeFirst),
    "notice_within": _plain(policy.NoticeWithin),
    "people": _plain(policy.People),
    "lines": _plain(policy.Lines),
    "caller_id": _plain(policy.CallerId),
    "forbidden": _plain(policy.Forbidden),
    "ring_time": _plain(policy.RingTime),
    "message_gap": _plain(policy.MessageGap),
    "message_count": _plain(policy.MessageCount),
    "no_recording": _plain(policy.NoRecording),
    "limitation": _plain(policy.Limitation),
    "later_stage": _plain(policy.LaterStage),
    "words": _plain(policy.Words),
    "contains": _plain(policy.Contains),
    "no_pack": _plain(policy.NoPack),
    "no_place": _plain(policy.NoPlace),
    "nothing_owed": _plain(policy.NothingOwed),
    "dead_line": _plain(policy.DeadLine),
    "elsewhere": _plain(policy.Elsewhere),
}
"""What a rule's `kind` may be, and how its `value` is read."""

_CLOCK = (policy.Hours, policy.YearDays, policy.Holidays, policy.UnknownPlace, policy.Wishes)


def load_law(own: Path | None = None) -> Law:
    """The shipped packs and the tenant's own rules. Raises BadInput naming file, rule and key."""
    shipped = _shipped()
    if own is None:
        return shipped
    pack = read_pack(own)
    if pack.country is not None and not shipped.knows(pack.country):
        raise BadInput(
            f"{own}: pack.country: there is no shipped pack for {pack.country} that these rules could tighten"
        )
    return Law(packs=(*shipped.packs, pack))


@cache
def _shipped() -> Law:
    return Law(packs=tuple(read_pack(FOLDER / f"{name}.toml") for name in SHIPPED))


def read_pack(path: Path) -> Pack:
    """One pack. Raises BadInput with one line per problem."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        file = _File.model_validate(data)
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path}: {error}") from None
    except ValidationError as error:
        raise BadInput("\n".join(f"{path}: {_problem(e, data)}" for e in error.errors(include_input=False))) from None
    rules = tuple(_rule(path, rule, file.pack) for rule in file.rule)
    head = file.pack
    return Pack(
        id=head.id,
        country=head.country,
        version=head.version,
        verified_on=head.verified_on,
        review_by=head.review_by,
        rules=rules,
    )


def _problem(error: Any, data: Mapping[str, Any]) -> str:
    path = list(error["loc"])
    if path[:1] == ["rule"] and len(path) > 1 and isinstance(path[1], int):
        rule = data["rule"][path[1]]
        path[:2] = [f"rule {rule.get('id', path[1] + 1) if isinstance(rule, dict) else path[1] + 1}"]
    where = ".".join(str(part) for part in path)
    what = "unknown key" if error["type"] == "extra_forbidden" else str(error["msg"])
    return f"{where}: {what}"


def _rule(path: Path, table: _Rule, head: _Head) -> Rule:
    read = KINDS.get(table.kind)
    if read is None:
        raise BadInput(f'{path}: rule {table.id}: "{table.kind}" is no kind of rule; known: {", ".join(KINDS)}')
    try:
        condition = read(table.value)
        _sensible(condition, table)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in ("value", *first["loc"]))
        raise BadInput(f"{path}: rule {table.id}: {where}: {first['msg']}") from None
    except (ValueError, TypeError) as error:
        raise BadInput(f"{path}: rule {table.id}: value: {error}") from None
    return Rule(
        id=table.id,
        effect=table.effect,
        condition=condition,
        text=Text(de=table.text.de, en=table.text.en),
        scope=table.scope.scope(),
        unless=table.unless,
        since=table.since,
        basis=table.basis,
        sources=table.sources,
        status=table.status,
        verified_on=table.verified_on or head.verified_on,
        review_by=table.review_by or head.review_by,
    )


def _sensible(condition: Condition, table: _Rule) -> None:
    """What types alone cannot tell. Raises ValueError."""
    if isinstance(condition, _CLOCK) and (table.unless or table.since):
        raise ValueError("a rule about the clock knows neither `unless` nor `since`")
    if table.scope.channels == {Channel.INBOUND}:
        raise ValueError("scope.channels: the gate is not asked about calls that come in")
    _figures(condition)
    match condition:
        case policy.Elsewhere() if table.effect.denies and not condition.kept_by.strip():
            raise ValueError("kept_by says nothing")
        case policy.Words() if not _names_a_word(condition):
            raise ValueError("names no word")
        case policy.CallerId() if any(not number.startswith("+") for number in condition.forbidden):
            raise ValueError('forbidden: numbers begin with "+"')
        case policy.Rest() if (condition.days is None) == (condition.workdays is None):
            raise ValueError("give either days or workdays")
        case _:
            pass


def _names_a_word(condition: policy.Words) -> bool:
    lists = (
        condition.beginnings,
        condition.inside,
        condition.whole,
        condition.phrases,
        condition.numbers,
        condition.fields,
    )
    return condition.amounts or any(lists)


def _figures(condition: Condition) -> None:
    """Figures within reason, and no list that makes a rule bind nobody. Raises ValueError."""
    for name in ("count", "days", "hours", "workdays", "least", "most", "among", "percent"):
        figure = getattr(condition, name, None)
        if isinstance(figure, int | float) and not 0 <= figure <= LARGEST:
            raise ValueError(f"{name} is {'negative' if figure < 0 else f'beyond {LARGEST}'}")
    for name in ("count", "days"):
        if getattr(condition, name, 1) == 0:
            raise ValueError(f"{name} is 0: forbid it with kind `forbidden` instead")
    for name in ("of", "ends", "days"):
        if getattr(condition, name, "unset") in (frozenset(), {}, ()):
            raise ValueError(f"{name} is empty: the rule would bind nobody")
