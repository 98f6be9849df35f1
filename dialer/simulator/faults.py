"""What goes wrong, how often, and when exactly."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from random import Random
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

ApiFault = Literal["ok", "429", "500_before", "500_after_create", "reset_after_create"]
API_FAULTS = ("ok", "429", "500_before", "500_after_create", "reset_after_create")
CallbackFault = Literal["lost", "duplicate", "reordered", "late"]
NOT_RATES = ("late_seconds", "fetch_delay", "api_script")


@dataclass(frozen=True)
class FaultPlan:
    """Rates between 0 and 1; `api_script` names the fate of each create in turn, before rates apply."""

    api_429: float = 0.0
    api_500_before: float = 0.0
    api_500_after_create: float = 0.0
    api_reset_after_create: float = 0.0
    callback_lost: float = 0.0
    callback_duplicate: float = 0.0
    callback_reordered: float = 0.0
    callback_late: float = 0.0
    twiml_late: float = 0.0
    late_seconds: float = 30.0
    fetch_delay: float = 0.0  # seconds by which GET lags behind the truth
    api_script: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "api_script", tuple(self.api_script))
        for rate in fields(self):
            if rate.name not in NOT_RATES and not 0 <= getattr(self, rate.name) <= 1:
                raise ValueError(f"{rate.name} is a rate between 0 and 1")
        unknown = set(self.api_script) - set(API_FAULTS)
        if unknown:
            raise ValueError(f"api_script knows {', '.join(API_FAULTS)}; not {', '.join(sorted(unknown))}")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build a plan from a JSON object; an unknown key is an error."""
        unknown = set(data) - {known.name for known in fields(cls)}
        if unknown:
            raise ValueError(f"unknown fault: {', '.join(sorted(unknown))}")
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


NO_FAULTS = FaultPlan()


class FaultDice:
    """Draws faults from a plan, the same ones for the same seed."""

    def __init__(self, plan: FaultPlan, seed: int) -> None:
        self.plan = plan
        self._script = list(reversed(plan.api_script))
        self._dice = Random(f"faults|{seed}")

    def api(self) -> str:
        if self._script:
            return self._script.pop()
        plan = self.plan
        return self._draw(
            ("429", plan.api_429),
            ("500_before", plan.api_500_before),
            ("500_after_create", plan.api_500_after_create),
            ("reset_after_create", plan.api_reset_after_create),
        )

    def callback(self) -> str:
        plan = self.plan
        return self._draw(
            ("lost", plan.callback_lost),
            ("duplicate", plan.callback_duplicate),
            ("reordered", plan.callback_reordered),
            ("late", plan.callback_late),
        )

    def twiml_delay(self) -> float:
        return self.plan.late_seconds if self._draw(("late", self.plan.twiml_late)) == "late" else 0.0

    def _draw(self, *rates: tuple[str, float]) -> str:
        draw = self._dice.random()
        for name, rate in rates:
            if draw < rate:
                return name
            draw -= rate
        return "ok"
