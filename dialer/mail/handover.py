"""What came of handing a document over; who reads it decides whether it may be tried again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HandedOver:
    """It was taken; `proof` is what the other side said, or where the file lies. Names no person and no number."""

    proof: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nothing was accepted, so that another try cannot send it twice. `for_good`: the same try would fail again."""

    why: str
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The connection was lost after the document had been sent: it may have been taken."""

    why: str


Handover = HandedOver | NotTaken | Uncertain
