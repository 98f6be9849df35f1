"""The books: what was called, what was heard, what was agreed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple


class Heard(NamedTuple):
    """A stretch of sound at the called end; `text` holds only the part that fell into it."""

    kind: str  # say, play, silence, conference, digits
    text: str
    from_: datetime
    to: datetime
    heard_by: str  # human, machine_greeting, tape, fax


class CallbackSent(NamedTuple):
    """A webhook that was due; result is the HTTP status, `lost` or `unreachable`."""

    event: str
    sent_at: datetime
    result: int | str


@dataclass
class CallRecord:
    """One call leg, from its creation to its end."""

    sid: str
    to: str
    from_: str
    created_at: datetime
    direction: str = "outbound-api"
    parent_call_sid: str | None = None
    status: str = "queued"
    queue_ms: int = 0
    started_at: datetime | None = None
    ringing_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    answered_by: str | None = None
    duration_seconds: int = 0
    reaction: str = ""
    heard: list[Heard] = field(default_factory=list)
    callbacks: list[CallbackSent] = field(default_factory=list)
    fetches: list[CallbackSent] = field(default_factory=list)
    warnings: list[int] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        return self.ended_at is not None

    def to_json(self) -> dict[str, Any]:
        """The record with ISO times; `from_` becomes `from`."""
        data: dict[str, Any] = {}
        for name, value in vars(self).items():
            data[name.rstrip("_")] = jsonable(value)
        return data


@dataclass
class Conversation:
    """A collector spoke with somebody; the disposition is what he enters afterwards."""

    collector: str
    collector_call_sid: str
    debtor_call_sid: str
    number: str
    started_at: datetime
    ended_at: datetime
    disposition: str
    fields: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {name: jsonable(value) for name, value in asdict(self).items()}


def jsonable(value: Any) -> Any:
    if isinstance(value, date):  # datetimes are dates
        return value.isoformat()
    if isinstance(value, (Heard, CallbackSent)):
        return {name.rstrip("_"): jsonable(part) for name, part in value._asdict().items()}
    if isinstance(value, list):
        return [jsonable(part) for part in value]
    if isinstance(value, dict):
        return {name: jsonable(part) for name, part in value.items()}
    return value
