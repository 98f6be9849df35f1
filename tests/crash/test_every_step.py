"""Our process is killed before and after each commit and each request of a call, one life for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from dialer.storage.database import Database
from tests.crash.judge import complaints
from tests.crash.stories import STORIES, Story
from tests.crash.world import Host, World

SOON, LATE = timedelta(seconds=2), timedelta(seconds=200)
"""How long until the process is started again: in the middle of the call, or long after it."""

ONE_BOOK = next(iter(STORIES))


@dataclass(frozen=True)
class Life:
    """What one life was like."""

    steps: list[str]
    wrong: list[str]
    killed: bool
    outcomes: list[str]


@dataclass(frozen=True)
class Lives:
    """Lives the same story again and again, each time from the same book."""

    story: Story
    host: Host
    fresh: Callable[[], str]
    db: Database

    def live(self, *, die_at: int, away: timedelta = SOON, planted: str = "") -> Life:
        self.db.close()
        self.fresh()
        script = self.story.api_script
        with World(self.host, die_at=die_at, away=away, api_script=script, planted=planted) as world:
            self.story.play(world)
            wrong = complaints(world, self.db, self.story.number)
            with self.db.read() as tx:
                outcomes = list(tx.execute(sa.text("SELECT outcome FROM attempts ORDER BY id")).scalars())
            return Life(world.diary.read_text().splitlines(), wrong, world.killed, outcomes)


@pytest.fixture
def lives(story: Story, host: Host, fresh: Callable[[], str]) -> Iterator[Lives]:
    db = Database(fresh())
    here = Lives(story, host, fresh, db)
    here.live(die_at=0)  # lived by the one who forks the others
    yield here
    db.close()


def test_killed_at_any_step_nobody_is_called_twice_and_nothing_is_lost(lives: Lives) -> None:
    undisturbed = lives.live(die_at=0)
    assert undisturbed.wrong == []
    assert undisturbed.outcomes == [lives.story.outcome]
    failed = {}
    # a step is survived by a quick start on one engine and by a late one on the other
    aways = (SOON, LATE) if lives.db.is_sqlite else (LATE, SOON)
    for number, what in enumerate(undisturbed.steps, start=1):
        life = lives.live(die_at=number, away=aways[number % 2])
        if life.wrong or not life.killed:
            failed[f"{number}: {what}"] = life.wrong or ["was not killed"]
    assert failed == {}
    assert any("POST the calls" in what for what in undisturbed.steps)


@pytest.mark.parametrize("story", [STORIES[ONE_BOOK]], ids=[ONE_BOOK])
def test_a_request_that_is_noted_only_after_it_was_made_is_found_out(lives: Lives) -> None:
    """The same lives with a mistake in the program: what they look for is there to be found."""
    planted = "marked after the request"
    steps = lives.live(die_at=0, planted=planted).steps
    wrong = [
        word
        for number, what in enumerate(steps, start=1)
        if what == "after POST the calls"
        for word in lives.live(die_at=number, away=LATE, planted=planted).wrong
    ]
    assert [word for word in wrong if word.startswith("nobody knows of call")] != []
