"""The lives that are cut short: a machine gets the message, a collector talks, an answer of the carrier is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.actions.office_kit import ERIKA, SHOP_MACHINE, Office
from tests.crash.world import World

ROUNDS = (0, 1, 4, 10, 20, 30, 60, 60, 120, 300, 600, 0)
"""Seconds the network runs after each round of the scheduler: short ones first, then as long as anything is waited for.
"""


@dataclass(frozen=True)
class Story:
    """Who is called, and what happens."""

    number: str
    case: Callable[[Office], int]
    collector: str | None = None
    api_script: tuple[str, ...] = ()
    outcome: str = "voicemail_left"
    """What the attempt ends as when nobody dies."""

    def prepare(self, office: Office) -> None:
        """The book before anything has happened."""
        if self.collector:
            office.collector(self.collector, opens=False)
        self.case(office)

    def play(self, world: World) -> None:
        """Until everything has come to rest; from the beginning of the rounds again after a death."""
        seen_dead = False
        rounds = list(ROUNDS)
        while rounds:
            world.tell("tick")
            if self.collector:
                world.tell(self.collector)
            if world.killed and not seen_dead:
                seen_dead, rounds = True, list(ROUNDS)
                continue
            world.run(rounds.pop(0))


def _shop(office: Office) -> int:
    return office.business(SHOP_MACHINE, name="Herr Kasse", industry="retail", role="owner")


STORIES = {
    "a machine gets the message": Story(SHOP_MACHINE, _shop),
    "a collector talks and notes a promise": Story(
        ERIKA, lambda office: office.case(ERIKA), collector="anna", outcome="connected"
    ),
    "the answer to the request is lost": Story(SHOP_MACHINE, _shop, api_script=("reset_after_create",)),
}
