"""The base rates of `data/base_rates.toml`, and those that an administrator adds in a file of his own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dialer.core.errors import BadInput
from dialer.core.interest import BaseRate, BaseRates, Law

SHIPPED = Path(__file__).parent / "data" / "base_rates.toml"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Line(_Table):
    start: date = Field(alias="from")
    percent: Decimal = Field(ge=-10, le=30)


class _Added(_Table):
    source: str = Field(min_length=1)
    verified_on: date | None = None
    rates: tuple[_Line, ...] = Field(min_length=1)


class _Shipped(_Added):
    rule: str = Field(min_length=1)


class _ShippedFile(_Table):
    de: _Shipped
    at: _Shipped


class _OwnFile(_Table):
    de: _Added | None = None
    at: _Added | None = None


def load_base_rates(own: Path | None = None) -> Mapping[Law, BaseRates]:
    """The shipped series of each country, carried on by the lines of `own`.

    A file of one's own may repeat a shipped line but not change it; new lines go on without a gap. Raises BadInput
    naming the file and the line.
    """
    shipped = _ShippedFile.model_validate(_toml(SHIPPED))
    added = _own_file(own) if own else _OwnFile()
    return {
        Law.DE: _series(Law.DE, shipped.de, added.de, own),
        Law.AT: _series(Law.AT, shipped.at, added.at, own),
    }


def _series(law: Law, shipped: _Shipped, added: _Added | None, own: Path | None) -> BaseRates:
    lines = {line.start: line.percent for line in shipped.rates}
    sources = [shipped.source]
    if added:
        sources.append(f"{added.source} ({own})")
        lines.update(_new_lines(added, lines, f"{own}: [{law.lower()}]"))
    rates = tuple(BaseRate(start, percent) for start, percent in lines.items())
    try:
        return BaseRates(law=law, rates=rates, rule=shipped.rule, source="; ".join(sources))
    except ValueError as error:
        raise BadInput(f"{own or SHIPPED}: [{law.lower()}] {error}") from None


def _new_lines(added: _Added, known: Mapping[date, Decimal], place: str) -> list[tuple[date, Decimal]]:
    new: list[tuple[date, Decimal]] = []
    seen: set[date] = set()
    for line in added.rates:
        if line.start in seen:
            raise BadInput(f"{place} {line.start} is given twice")
        seen.add(line.start)
        if line.start not in known:
            new.append((line.start, line.percent))
        elif known[line.start] != line.percent:
            raise BadInput(f"{place} {line.start}: {line.percent} contradicts the shipped {known[line.start]}")
    return new


def _own_file(path: Path) -> _OwnFile:
    try:
        return _OwnFile.model_validate(_toml(path))
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: not a TOML file: {error}") from None
    except ValidationError as error:
        found = error.errors()[0]
        place = ".".join(f"line {part + 1}" if isinstance(part, int) else part for part in found["loc"])
        raise BadInput(f"{path}: {place}: {found['msg']}") from None


def _toml(path: Path) -> dict[str, object]:
    """The file's tables; figures with a point become exact decimals."""
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
