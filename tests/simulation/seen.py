"""A call as the watch follows it, and what it says of a broken promise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dialer.simulator.records import CallRecord
from tests.simulation.scenario import Debtor

ALONE = timedelta(seconds=41)
"""The carrier waits twice for 15 s, and says that an error has occurred; it counts whole seconds."""


GIVEN_UP = timedelta(minutes=10)
"""After so long a call of which nothing is known is taken for one that rang: by the contract of the dial path."""


class BrokenError(AssertionError):
    """An invariant does not hold; `kind` says which one."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind


@dataclass
class Seen:
    """A call as the watch follows it."""

    record: CallRecord
    token: str
    stray: bool
    debtors: tuple[Debtor, ...]
    judged_ring: bool = False
    settled: bool = False
    untimed: bool = False
    """Our clock was wrong during the call: what was written down of its time is wrong too."""

    forgotten: bool = False
    """It ran when the backup was made that is in place by now: nobody knows what was said in it after that."""

    named: bool = False
    """An answer, a callback or a list has told the program of it."""

    @property
    def over_at(self) -> datetime | None:
        """From when a pause is counted; of what nobody told us, at the latest from when it was given up."""
        ended = self.record.ended_at
        if ended is None or self.untimed:
            return None
        return ended if self.named else min(ended, self.record.created_at + GIVEN_UP)

    @property
    def blurred(self) -> bool:
        """What was said in it, or when, is not on record, and not by a mistake of the program."""
        return self.stray or self.untimed or (self.forgotten and not self._told_by_its_length)

    @property
    def _told_by_its_length(self) -> bool:
        """It was too long for one that nobody of ours has answered."""
        answered, ended = self.record.answered_at, self.record.ended_at
        return answered is not None and ended is not None and ended - answered > ALONE

    @property
    def keys(self) -> Iterable[object]:
        """Whom it counts for: the number, and each debtor's case."""
        return (self.record.to, *self.cases)

    @property
    def cases(self) -> tuple[int, ...]:
        """Of those who were called."""
        return tuple(d.case for d in self.debtors)
