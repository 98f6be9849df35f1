"""Makes a FACTS document smaller as long as the fault stays."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Path = tuple[Any, ...]


def shrink(facts: dict[str, Any], still_fails: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Leave out keys and rows, whole branches first, until nothing more can go."""
    smaller = True
    while smaller:
        smaller = False
        for path in sorted(_paths(facts), key=_outer_and_last_first):
            less = _without(facts, path)
            if less is not None and _fails(less, still_fails):
                facts, smaller = less, True
    return facts


def _fails(facts: dict[str, Any], still_fails: Callable[[dict[str, Any]], bool]) -> bool:
    try:
        return still_fails(facts)
    except Exception:  # noqa: BLE001 - a document that can no longer be read is another fault
        return False


def _outer_and_last_first(path: Path) -> tuple[Any, ...]:
    return len(path), tuple(-part if isinstance(part, int) else 0 for part in path)


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _paths(part, (*path, key))


def _without(facts: dict[str, Any], path: Path) -> dict[str, Any] | None:
    less = copy.deepcopy(facts)
    inner: Any = less
    try:
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]
    except (KeyError, IndexError):  # gone with its branch
        return None
    return less
