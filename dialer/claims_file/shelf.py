"""Values by key in a private temporary file: memory holds a place a key, however large the values are."""

from __future__ import annotations

import pickle
import tempfile
from typing import TYPE_CHECKING, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Shelf(Generic[_Key, _Value]):
    """Put values away and take them out again. The file has no name and is gone when the shelf is closed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the shelf
        self._places: dict[_Key, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def put(self, values: Mapping[_Key, _Value]) -> None:
        """Keep these; an older value of a key is forgotten."""
        self._file.seek(0, 2)
        for key, value in values.items():
            self._places[key] = self._file.tell()
            pickle.dump(value, self._file, protocol=5)

    def take(self, keys: Iterable[_Key]) -> dict[_Key, _Value]:
        """The values of those keys that are kept."""
        found: dict[_Key, _Value] = {}
        for key in keys:
            if key in self._places:
                self._file.seek(self._places[key])
                found[key] = pickle.load(self._file)  # noqa: S301 - written by this object, reachable by nobody else
        return found
