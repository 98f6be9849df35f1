"""The whole dial path through histories in which everything goes wrong; no promise is broken in any of them."""

from __future__ import annotations

from collections import Counter

from tests.simulation.history import play
from tests.simulation.hunt import results
from tests.simulation.scenario import WEATHERS, Scenario

HISTORIES = 2000
"""`scripts/soak simulation` plays as many as there is time for."""

LONG_ONES = len(WEATHERS)
"""Of eight days each: limits over a week are not reached in one."""

OFFICES = 3 * len(WEATHERS)


def test_no_promise_is_broken_in_any_history():
    broken, weathers, attempts, troubles = [], Counter(), 0, Counter()
    for result in results(range(HISTORIES), size="small", processes=2):
        weathers[result.scenario.weather] += 1
        attempts += result.attempts
        troubles.update(what for what, _ in result.troubles)
        if result.broken:
            broken.append(f"seed {result.scenario.seed}: {result.broken}")
    assert broken == []
    # a simulation in which nothing happens proves nothing
    assert set(weathers) == set(WEATHERS)
    assert attempts > 2 * HISTORIES
    assert {name for rates in WEATHERS.values() for name in rates} <= set(troubles)


def test_no_promise_is_broken_in_a_week():
    played = list(results(range(LONG_ONES), size="large", processes=2))
    assert [f"seed {r.scenario.seed}: {r.broken}" for r in played if r.broken] == []
    assert {r.scenario.weather for r in played} == set(WEATHERS)
    assert sum(r.attempts for r in played) > 60 * LONG_ONES


def test_no_promise_is_broken_while_people_change_their_minds():
    played = list(results(range(OFFICES), size="office", processes=2))
    assert [f"seed {r.scenario.seed}: {r.broken}" for r in played if r.broken] == []
    assert sum(r.attempts for r in played) > 15 * OFFICES


def test_the_same_seed_is_the_same_history():
    seed = next(n for n in range(100) if Scenario(seed=n).weather == "storm")
    once, again = (play(Scenario(seed=seed)) for _ in range(2))
    assert once.trace == again.trace
    assert once.troubles == again.troubles
    assert once.lines == again.lines
    assert play(Scenario(seed=seed + len(WEATHERS))).trace != once.trace


def test_a_history_is_replayed_from_what_it_lists():
    seed = next(n for n in range(100) if Scenario(seed=n).weather == "storm")
    drawn = play(Scenario(seed=seed))
    listed = Scenario(seed=seed, troubles=drawn.troubles, events=Scenario(seed=seed).deeds)
    read_back = Scenario.of(eval(listed.literal(), {}))  # noqa: S307 - what the line above wrote
    assert read_back == listed
    assert play(read_back).trace == drawn.trace
