"""How the REST API shows a call."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dialer.simulator.callbacks import rfc2822

if TYPE_CHECKING:
    from dialer.simulator.leg import Leg

FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
SUBRESOURCES = (
    "events",
    "notifications",
    "payments",
    "recordings",
    "siprec",
    "streams",
    "transcriptions",
    "user_defined_message_subscriptions",
    "user_defined_messages",
)


def call_json(leg: Leg, account_sid: str, seen_at: datetime, queue_ms: int | None = None) -> dict[str, Any]:
    """The Call resource as it stood at `seen_at`; all scalars are strings or null."""
    record = leg.record
    status = status_at(leg, seen_at)
    uri = f"/2010-04-01/Accounts/{account_sid}/Calls/{record.sid}"
    started = _shown(record.started_at, seen_at)
    ended = _shown(record.ended_at, seen_at)
    return {
        "sid": record.sid,
        "account_sid": account_sid,
        "parent_call_sid": record.parent_call_sid,
        "to": record.to,
        "to_formatted": record.to,
        "from": record.from_,
        "from_formatted": record.from_,
        "phone_number_sid": "PN" + hashlib.md5(record.from_.encode(), usedforsecurity=False).hexdigest(),
        "status": status,
        "start_time": started,
        "end_time": ended,
        "duration": _duration(leg, started, ended),
        "price": None,
        "price_unit": "USD",
        "direction": record.direction,
        "answered_by": record.answered_by if status == "in-progress" or status in FINAL else None,
        "api_version": "2010-04-01",
        "annotation": None,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None if started is None else "",
        "queue_time": str(record.queue_ms if queue_ms is None else queue_ms),
        "trunk_sid": None if started is None else "",
        "date_created": started,
        "date_updated": ended or started,
        "uri": f"{uri}.json",
        "subresource_uris": {name: f"{uri}/{_camel(name)}.json" for name in SUBRESOURCES},
    }


def status_at(leg: Leg, instant: datetime) -> str:
    for changed_at, status in reversed(leg.statuses):
        if changed_at <= instant:
            return status
    return leg.statuses[0][1]


def _shown(instant: datetime | None, seen_at: datetime) -> str | None:
    return rfc2822(instant) if instant is not None and instant <= seen_at else None


def _duration(leg: Leg, started: str | None, ended: str | None) -> str | None:
    if started is None:
        return None
    return str(leg.record.duration_seconds) if ended is not None else "0"


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
