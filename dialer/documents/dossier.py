"""The case file: everything about a case in one document, for legal review or for a lawyer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from dialer.core.errors import BadInput
from dialer.documents.letterhead import Letterhead, Reference
from dialer.documents.values import ClaimLine, Money, Party, StatementLine, owed

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class LadderStep:
    """What was done at whom beside the calls, or to whom the case turned, with the reason on record."""

    at: datetime
    contact: str
    step: str
    reason: str


@dataclass(frozen=True)
class AttemptLine:
    """One attempt; `at` carries the called party's zone, the words are those of the reader's language."""

    at: datetime
    channel: str
    contact: str
    outcome: str
    disposition: str
    rule_pack: str


@dataclass(frozen=True)
class FiledDocument:
    """A stored document, with the hash that proves it unchanged."""

    day: date
    title: str
    state: str
    sha256: str

    def __post_init__(self) -> None:
        need_sha256(self.sha256, self.title)


@dataclass(frozen=True)
class TaskLine:
    """A task of the case."""

    due: date
    text: str
    state: str


@dataclass(frozen=True)
class Dossier:
    """The whole case as of an instant. `log_head` is the hash of the newest entry of the case's log."""

    SHOWN: ClassVar = ("total",)
    letterhead: Letterhead
    reference: Reference
    as_of: datetime
    parties: tuple[Party, ...]
    claims: tuple[ClaimLine, ...]
    log_entries: int
    log_head: str
    statement: tuple[StatementLine, ...] = ()
    ladder: tuple[LadderStep, ...] = ()
    attempts: tuple[AttemptLine, ...] = ()
    documents: tuple[FiledDocument, ...] = ()
    tasks: tuple[TaskLine, ...] = ()
    summary: str = ""

    def __post_init__(self) -> None:
        need_sha256(self.log_head, "log head")

    @property
    def total(self) -> Money:
        return owed(self.claims, self.statement, "dossier")


def need_sha256(text: str, what: str) -> None:
    """Refuses anything but 64 lower-case hexadecimal digits."""
    if not _SHA256.fullmatch(text):
        raise BadInput(f"{what}: {text!r} is no SHA-256 hash; 64 hexadecimal digits, lower case")
