"""The carrier refuses, falls silent, or our own worker does: nobody is called twice, and the book is not spent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from office_kit import BERLIN, CALLER_ID, ERIKA, NetworkClock, Office

from dialer.app import build
from dialer.config import load
from dialer.core.desk import DeskState
from dialer.core.outcome import Outcome
from dialer.scheduler.tick import tick
from dialer.storage import attempts
from dialer.storage.attempts import Attempt


def test_an_outage_spends_five_attempts_then_one_for_each_try_and_not_the_book(office: Office) -> None:
    """Twenty shops are due, and every request ends in an error of which nobody knows whether it made a call."""
    shops = [office.business(f"+4930231252{n:02d}", name=f"Laden {n}", industry="retail") for n in range(1, 21)]
    office.tick()
    office.faults(api_500_before=1.0)
    office.live(590)
    spent = sorted(attempt.intent_at for shop in shops for attempt in office.attempts(shop))
    assert len(spent) == 9
    assert spent[4] - spent[0] <= timedelta(seconds=5)
    tries = [(later - earlier).total_seconds() for earlier, later in pairwise(spent[4:])]
    assert [(least <= wait <= least + 10) for least, wait in zip((30, 60, 120, 240), tries, strict=True)] == [True] * 4
    assert max(len(office.attempts(shop)) for shop in shops) == 1
    assert office.alarms().count("dialling.paused") == 5
    assert "Twilio answered HTTP 500" in (office.paused() or "")
    assert office.network.calls == []


def test_after_the_outage_dialling_goes_on_with_those_who_were_not_tried(office: Office) -> None:
    shops = [office.business(f"+4930231252{n:02d}", name=f"Laden {n}", industry="retail") for n in range(1, 5)]
    office.tick()
    office.faults(api_script=["500_before"])
    office.live(90)
    assert office.alarms() == []
    assert sorted(len(office.calls_to(f"+4930231252{n:02d}")) for n in range(1, 5)) == [0, 1, 1, 1]
    assert [len(office.attempts(shop)) for shop in shops] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("clock", "held_up", "called"),
    [
        pytest.param("10:01:00", 50, False, id="most of a minute between the gate and the request"),
        pytest.param("10:01:00", 6, False, id="six seconds"),
        pytest.param("10:01:00", 4, True, id="four seconds, as any request may take"),
        pytest.param("11:58:58", 4, False, id="four seconds, and the last moment has passed"),
    ],
)
def test_a_worker_held_up_after_the_gate_asks_nobody(office: Office, clock: str, held_up: int, called: bool) -> None:  # noqa: FBT001
    office.run_to(datetime.fromisoformat(f"2026-11-24T{clock}").replace(tzinfo=BERLIN) - timedelta(seconds=20))
    office.collector("anna")
    erika = office.case(ERIKA)
    office.tick()
    shown = office.clock.now

    def now() -> datetime:
        if any(attempt.sent_at for attempt in office.attempts(erika)):
            office.clock.ahead = timedelta(seconds=held_up)
        return shown()

    office.clock.now = now  # type: ignore[method-assign]
    office.tick()
    attempt = office.attempt(erika)
    if called:
        assert len(office.calls_to(ERIKA)) == 1
        assert attempt.call.live
        return
    assert office.calls_to(ERIKA) == []
    assert attempt.call.outcome is Outcome.CANCELLED
    assert office.alarms() == ["worker.held_up"]
    assert (office.desk().state, office.desk().attempt_id) == (DeskState.READY, None)
    # nothing rang: it does not count, and the case is not lost
    assert not attempt.call.outcome.counts
    assert office.row(erika).next_at is not None


def test_a_refusal_of_ours_pauses_ever_longer(make_office: Callable[..., Office]) -> None:
    """30 seconds for the first number that is refused, half an hour when it is all of them."""
    office = make_office(own_numbers=frozenset({"+493023125999"}), start=datetime(2026, 11, 24, 9, 0, tzinfo=BERLIN))
    shops = [office.business(f"+4930231252{n:02d}", name=f"Laden {n}", industry="retail") for n in range(1, 11)]
    office.tick()
    office.live(9000, step=15)
    refused = sorted(attempt.intent_at for shop in shops for attempt in office.attempts(shop))
    waits = [(later - earlier).total_seconds() for earlier, later in pairwise(refused)]
    assert waits[:8] == [30, 60, 120, 240, 480, 960, 1800, 1800]
    assert office.network.calls == []
    assert set(office.alarms()) == {"dialling.paused", "outcome.not_placed"}


def test_a_wrong_caller_id_that_was_mended_brings_the_case_back_within_a_day(office: Office) -> None:
    """A premium number as caller ID is against the law; the rule is not lifted by time, but by whoever mends it."""
    text = office.config_path.read_text(encoding="utf-8")
    wrong = office.folder / "wrong.toml"
    wrong.write_text(text.replace(f'caller_id = "{CALLER_ID}"', 'caller_id = "+499001234567"'), encoding="utf-8")
    mistaken = build(load(wrong, {}), clock=NetworkClock(office.network))
    erika = office.case(ERIKA)
    tick(mistaken, worker="mistaken")
    mistaken.db.close()
    row = office.row(erika)
    assert (row.next_reason, row.next_mode) == ("collection_call first_call DE-N1", None)
    assert office.next_at(erika) == datetime(2026, 11, 25, 10, 0, tzinfo=BERLIN)
    office.run_to(datetime(2026, 11, 25, 9, 59, tzinfo=BERLIN))
    office.collector("anna")
    office.tick(2)
    assert office.calls_to(ERIKA) == []
    office.run_to(datetime(2026, 11, 25, 10, 0, tzinfo=BERLIN))
    office.tick(2)
    assert len(office.calls_to(ERIKA)) == 1


@pytest.mark.parametrize(("seconds", "outcome"), [(13, Outcome.CONNECTED), (14, Outcome.ABANDONED)])
def test_an_answer_that_comes_too_late_for_the_carrier_reaches_nobody(
    either_office: Office, monkeypatch: pytest.MonkeyPatch, seconds: int, outcome: Outcome
) -> None:
    """The database keeps the request waiting; Twilio gives up after 15 s and tells the called party of an error."""
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    real = attempts.by_token

    def by_token(tx: Any, token: str, *, lock: bool = False) -> Attempt | None:
        if lock and office.call_to(ERIKA).status == "in-progress":
            monkeypatch.undo()
            office.clock.passed += timedelta(seconds=seconds)
        return real(tx, token, lock=lock)

    monkeypatch.setattr(attempts, "by_token", by_token)
    office.run(400)
    assert office.attempt(erika).call.outcome is outcome
    assert office.met_collector(ERIKA) is (outcome is Outcome.CONNECTED)
    late = [e.facts for e in office.log(erika) if e.kind == "answer.refused"]
    assert late == (
        [] if outcome is Outcome.CONNECTED else [{"why": "the database kept the carrier waiting for too long"}]
    )
