"""Who is behind a telephone number: the people and collectors of the virtual network."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Line = Literal["person", "voicemail_only", "busy", "dead", "fax", "answers", "no_answer"]


@dataclass(frozen=True)
class Person:
    """Somebody who owes money, or somebody at a business that does."""

    number: str
    segment: str = "private"
    industry: str | None = None
    role: str = "self"
    name: str = ""
    temperament: str = "promises"
    timezone: str = "Europe/Berlin"
    line: Line = "person"
    claim_amount_minor: int = 0


@dataclass(frozen=True)
class CollectorPhone:
    """A collector's desk phone and his habits."""

    number: str
    user: str
    pick_up_seconds: float = 3.0
    wrap_up_seconds: float = 20.0
    present: bool = True


Party = Person | CollectorPhone


class Directory:
    """The telephone book of the virtual network."""

    def __init__(self, people: Iterable[Person] = (), collectors: Iterable[CollectorPhone] = ()) -> None:
        self.people: Mapping[str, Person] = {person.number: person for person in people}
        self.collectors: Mapping[str, CollectorPhone] = {phone.number: phone for phone in collectors}

    def lookup(self, number: str) -> Party | None:
        """The party at this number; None for a number nobody has described."""
        return self.collectors.get(number) or self.people.get(number)

    def to_json(self) -> dict[str, Any]:
        return {
            "people": [asdict(person) for person in self.people.values()],
            "collectors": [asdict(phone) for phone in self.collectors.values()],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; an unknown key is an error."""
        return cls(
            people=[Person(**entry) for entry in data.get("people", [])],
            collectors=[CollectorPhone(**entry) for entry in data.get("collectors", [])],
        )
