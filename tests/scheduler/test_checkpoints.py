"""The scheduler writes a checkpoint of the log when it starts and once a day."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from office_kit import ERIKA, Office

from dialer.actions.write_checkpoint import make_key
from dialer.scheduler import loop
from dialer.scheduler.post import Housekeeping

LOG = '\n[log]\ncheckpoint_file = "points.jsonl"\nsigning_key_file = "log_key.pem"\n'


@pytest.fixture
def anchored(make_office: Callable[..., Office]) -> Office:
    office = make_office(more_config=LOG)
    make_key(office.folder)
    return office


def points(office: Office) -> list[tuple[int, str]]:
    path: Path = office.folder / "points.jsonl"
    lines = [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []
    return [(line["n"], line["at"]) for line in lines]


def test_scheduler_writes_one_when_it_starts(anchored: Office) -> None:
    anchored.case(ERIKA)
    for _ in range(2):
        loop.run(anchored.app, stop=threading.Event(), until_idle=True)
    assert [n for n, _ in points(anchored)] == [1, 2]


def test_one_a_day_is_enough(anchored: Office) -> None:
    back = Housekeeping(anchored.app)
    for _ in range(5):
        back.round(threading.Event())
        anchored.run(12 * 3600)
    assert [at for _, at in points(anchored)] == [
        "2026-11-24T09:00:00.000000+00:00",
        "2026-11-25T09:00:00.000000+00:00",
        "2026-11-26T09:00:00.000000+00:00",
    ]


def test_one_that_failed_is_tried_again_within_the_hour(anchored: Office) -> None:
    key = anchored.folder / "log_key.pem"
    kept = key.read_bytes()
    key.unlink()
    back = Housekeeping(anchored.app)
    back.round(threading.Event())
    key.write_bytes(kept)
    for minutes in (59, 1, 60):
        anchored.run(minutes * 60)
        back.round(threading.Event())
    assert [at for _, at in points(anchored)] == ["2026-11-24T10:00:00.000000+00:00"]
    assert anchored.alarms() == ["log.checkpoint_failed"]


def test_a_clock_set_back_does_not_put_it_off(anchored: Office) -> None:
    back = Housekeeping(anchored.app)
    back.round(threading.Event())
    anchored.clock.ahead = timedelta(days=-30)
    anchored.run(24 * 3600)
    back.round(threading.Event())
    assert [n for n, _ in points(anchored)] == [1, 2]


def test_none_where_none_is_configured(office: Office) -> None:
    Housekeeping(office.app).round(threading.Event())
    assert points(office) == []
    assert office.alarms() == []


def test_checkpoint_that_cannot_be_written_is_alarmed_and_stops_nothing(anchored: Office) -> None:
    (anchored.folder / "log_key.pem").unlink()
    shop = anchored.case(ERIKA)
    loop.run(anchored.app, stop=threading.Event(), until_idle=True)
    assert anchored.alarms() == ["log.checkpoint_failed"]
    assert anchored.row(shop).next_reason != "new"
