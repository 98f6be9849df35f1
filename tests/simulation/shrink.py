"""Leaves out of a broken history whatever is not needed to break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from tests.simulation.history import Result, play
from tests.simulation.scenario import Scenario

MOST_TRIES = 150
_Part = TypeVar("_Part")


def shrink(broken: Result, *, tries: int = MOST_TRIES, play_it: Callable[[Scenario], Result] = play) -> Result:
    """A smaller history that breaks the same invariant; the result given when none was found."""
    best = broken
    pinned = replace(broken.scenario, troubles=broken.troubles, events=broken.scenario.deeds)
    left = tries
    for candidate_of in (_without_troubles, _without_events, _without_cases) * 2:
        done = False
        while not done and left > 0:
            done = True
            for candidate in candidate_of(pinned):
                left -= 1
                result = play_it(candidate)
                if result.kind == broken.kind:
                    # what did not happen any more need not be listed
                    pinned, best, done = replace(candidate, troubles=result.troubles), result, False
                    break
                if left <= 0:
                    break
    return replace_scenario(best, pinned)


def replace_scenario(result: Result, scenario: Scenario) -> Result:
    """The result, told of the scenario that lists everything."""
    result.scenario = scenario
    return result


def _without_troubles(scenario: Scenario) -> Iterator[Scenario]:
    for kept in _shorter(scenario.troubles or ()):
        yield replace(scenario, troubles=kept)


def _without_events(scenario: Scenario) -> Iterator[Scenario]:
    for kept in _shorter(scenario.events or ()):
        yield replace(scenario, events=kept)


def _without_cases(scenario: Scenario) -> Iterator[Scenario]:
    for debtor in scenario.debtors:
        if len(scenario.debtors) > 1:
            absent = scenario.absent | {debtor.case}
            events = tuple(e for e in scenario.events or () if e[2] not in absent)
            yield replace(scenario, absent=absent, events=events)


def _shorter(parts: Sequence[_Part]) -> Iterator[tuple[_Part, ...]]:
    """The list without all, without halves, quarters, … of it, and at last without each one."""
    size = len(parts)
    while size:
        for at in range(0, len(parts), size):
            yield (*parts[:at], *parts[at + size :])
        size //= 2
