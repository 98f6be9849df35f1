"""Test doors: the books of the virtual network, its clock and its faults. Twilio has nothing like them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, request

from dialer.simulator.faults import FaultPlan

if TYPE_CHECKING:
    from dialer.simulator.network import Network

doors = Blueprint("doors", __name__)


def _network() -> Network:
    found: Network = current_app.extensions["network"]()
    return found


@doors.get("/healthz")
def health() -> str:
    return "ok"


@doors.get("/simulator/calls")
def calls() -> dict[str, Any]:
    return {"calls": [record.to_json() for record in _network().calls]}


@doors.get("/simulator/conversations")
def conversations() -> dict[str, Any]:
    return {"conversations": [conversation.to_json() for conversation in _network().conversations]}


@doors.get("/simulator/now")
def now() -> dict[str, Any]:
    due = _network().next_event_at()
    return {"now": _network().now.isoformat(), "next_event_at": due.isoformat() if due else None}


@doors.post("/simulator/faults")
def faults() -> tuple[dict[str, Any], int]:
    try:
        plan = FaultPlan.from_json(request.get_json())
    except (TypeError, ValueError) as error:
        return {"error": str(error)}, 400
    _network().set_faults(plan)
    return plan.to_json(), 200


@doors.post("/simulator/collectors/<user>/hang-up")
def hang_up(user: str) -> tuple[str, int]:
    _network().hang_up_collector(user)
    return "", 204
