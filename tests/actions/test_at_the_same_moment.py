"""Two things that happen at one moment must not wait for each other, and none may be lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from office_kit import ABSENT_AXEL, ERIKA, Office

from dialer.actions import desk as line
from dialer.actions.dispose import dispose
from dialer.actions.transport import cancel
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.outcome import Disposition


def at_once(*actions: Callable[[], object]) -> list[BaseException | None]:
    barrier = threading.Barrier(len(actions))
    failures: list[BaseException | None] = [None] * len(actions)

    def run(index: int) -> None:
        barrier.wait()
        try:
            actions[index]()
        except Exception as error:  # noqa: BLE001 - what went wrong is the answer
            failures[index] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    return failures


@pytest.mark.parametrize("_again", range(5))
def test_both_hang_up(postgres_office: Office, _again: int) -> None:
    office = postgres_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(20)
    attempt = office.attempt(erika)
    desk = office.desk()
    failures = at_once(
        lambda: line.close(office.app, desk, now=office.clock.now(), why="completed"),
        lambda: office.status(attempt, "completed", 3, CallDuration="9"),
        lambda: dispose(office.app, attempt.id, Report(disposition=Disposition.REFUSED), actor="anna"),
    )
    assert failures == [None, None, None]
    assert office.attempt(erika).call.outcome is not None
    assert office.attempt(erika).disposition is Disposition.REFUSED
    assert office.desk().state is DeskState.CLOSED
    assert office.live_attempts() == 0


@pytest.mark.parametrize("_again", range(5))
def test_cancelled_while_the_network_reports_the_end(postgres_office: Office, _again: int) -> None:
    office = postgres_office
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(5)
    attempt = office.attempt(axel)
    failures = at_once(
        lambda: cancel(office.app, attempt.id, why="collector gone", now=office.clock.now()),
        lambda: office.status(attempt, "no-answer", 2),
        lambda: office.status(attempt, "ringing", 1),
    )
    assert failures == [None, None, None]
    assert office.attempt(axel).call.outcome is not None
    assert office.kinds(axel).count("attempt.ended") == 1
    assert office.desk().state is DeskState.READY
