"""A call as the watch follows it, and what it says of a broken promise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dialer.simulator.records import CallRecord
from tests.simulation.scenario import Debtor


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

    @property
    def blurred(self) -> bool:
        """What was said in it, or when, is not on record, and not by a mistake of the program."""
        return self.stray or self.untimed or self.forgotten

    @property
    def keys(self) -> Iterable[object]:
        """Whom it counts for: the number, and each debtor's case."""
        return (self.record.to, *(d.case for d in self.debtors))
