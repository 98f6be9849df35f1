"""Rows of a .csv file: encoding and delimiter found, broken quotation marks kept to the row they are in."""

from __future__ import annotations

import codecs
import csv
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialer.claims_file.texts import text
from dialer.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_BLOCK = 1 << 20
_DELIMITERS = ";,\t"


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row whose quotation marks do not fit: its values cannot be told apart, so its text is kept as it stands."""

    text: str
    error: str


Row = tuple[str, ...] | BrokenRow


@contextmanager
def open_delimited(path: Path, language: str) -> Iterator[tuple[Iterator[Row], int, tuple[str, ...], str]]:
    """Rows, about how many, notes for the reader, and the delimiter."""
    encoding, lines = _survey(path, language)
    notes = (text("note_cp1252", language),) if encoding == "cp1252" else ()
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file.readline())
        file.seek(0)
        yield _rows(file, delimiter), lines, notes, delimiter


def _survey(path: Path, language: str) -> tuple[str, int]:
    """The encoding that holds for the whole file, and its number of line ends."""
    with path.open("rb") as file:
        start = file.read(4)
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "cp1252"]:
        try:
            return encoding, _count_lines(path, encoding, language)
        except UnicodeError:
            continue
    raise BadInput(text("file_encoding", language, path=path))


def _count_lines(path: Path, encoding: str, language: str) -> int:
    lines = 0
    with path.open(encoding=encoding, newline="") as file:
        while block := file.read(_BLOCK):
            if "\0" in block:
                raise BadInput(text("file_nul", language, path=path))
            lines += block.count("\n")
    return lines


def _delimiter(heading_line: str) -> str:
    """The one of ; , tab that the heading line holds most of, quoted headings aside."""
    bare = re.sub(r'"[^"]*"', "", heading_line)
    return max(_DELIMITERS, key=bare.count)


def _rows(file: Iterable[str], delimiter: str) -> Iterator[Row]:
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in file:
            taken.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    while True:
        taken.clear()
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield BrokenRow("".join(taken).rstrip("\r\n"), str(error))
            continue
        if row is None:
            return
        yield tuple(row)
