"""A shifted clock rehearses; it never dials real people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from dialer.app import clock_from
from dialer.clock import ShiftedClock, SystemClock
from dialer.core.errors import BadInput

CLOCK = "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*10"
SHIFTED = {"DIALER_CLOCK": CLOCK}


def at_address(url):
    """What `clock_from` looks at, with an address that no check of the configuration has seen before."""
    return SimpleNamespace(twilio=SimpleNamespace(api_base_url=url))


@pytest.mark.parametrize("environment", [{}, {"DIALER_CLOCK": ""}])
@pytest.mark.parametrize("url", [None, "http://127.0.0.1:5050"])
def test_without_the_setting_the_machines_clock_is_used(environment, url):
    assert isinstance(clock_from(at_address(url), environment), SystemClock)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5050",
        "http://127.0.0.1",
        "http://127.8.9.1:1",
        "http://localhost:5050",
        "http://LOCALHOST",
        "http://[::1]:5050",
    ],
)
def test_shifted_clock_runs_against_this_machine(url):
    assert isinstance(clock_from(at_address(url), SHIFTED), ShiftedClock)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "https://api.twilio.com",
        "http://localhost.evil.com",
        "http://127.0.0.1.evil.com",
        "http://evil.com/127.0.0.1",
        "http://evil.com?127.0.0.1",
        "http://evil.com#@127.0.0.1",
        "http://127.0.0.1@evil.com",
        "http://127.0.0.1:5050@evil.com",
        "http://localhost:x@evil.com",
        "http://evil.com\\@127.0.0.1",
        "http://evil.com@127.0.0.1",
        "http://[::ffff:8.8.8.8]",
        "http://[127.0.0.1",
        "http://0.0.0.0",
        "http://10.0.0.1",
        "http://192.168.0.1",
        "http://2130706433",
        "http://0x7f000001",
        "127.0.0.1:5050",
        "localhost",
        "http://",
        "http://mylocalhost",
        "http://localhost.",
    ],
)
def test_shifted_clock_is_refused_against_anything_else(url):
    with pytest.raises(BadInput, match="refused unless twilio"):
        clock_from(at_address(url), SHIFTED)


def test_refusal_comes_before_the_text_is_read():
    with pytest.raises(BadInput, match="is refused unless"):
        clock_from(at_address(None), {"DIALER_CLOCK": "rubbish"})


@pytest.mark.parametrize(
    "text",
    [
        "rubbish",
        "2026-11-24T10:00:00+01:00",
        "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00",
        "2026-11-24T10:00:00@2026-11-21T18:00:00+00:00*1",
        "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00*1",
        "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*0",
        "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*-1",
        "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*nan",
        "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*inf",
        "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*1e300",
        "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*fast",
        "2026-11-24T10:00:00+01:00@2026-13-21T18:00:00+00:00*1",
        "2026-11-24T10:00:00+01:00@2026-11-21T18:00:00+00:00*1*1",
    ],
)
def test_text_that_is_no_clock_is_one_clear_line(text):
    with pytest.raises(BadInput, match=r"^DIALER_CLOCK") as refused:
        clock_from(at_address("http://127.0.0.1"), {"DIALER_CLOCK": text})
    assert "\n" not in str(refused.value)


def machine_time(monkeypatch, *instants):
    """Let the machine's clock show these instants in turn; the last one stays."""
    left = list(instants)

    class Fixed(datetime):
        @classmethod
        def now(cls, tz=None):
            return (left.pop(0) if len(left) > 1 else left[0]).astimezone(tz)

    monkeypatch.setattr("dialer.clock.datetime", Fixed)


def test_shifted_clock_shows_its_instant_and_runs_at_its_speed(monkeypatch):
    clock = ShiftedClock.parse(CLOCK)
    machine_time(
        monkeypatch,
        datetime(2026, 11, 21, 18, 0, tzinfo=UTC),
        datetime(2026, 11, 21, 18, 1, tzinfo=UTC),
        datetime(2026, 11, 21, 17, 59, tzinfo=UTC),
    )
    assert [clock.now() for _ in range(3)] == [
        datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 9, 10, tzinfo=UTC),
        datetime(2026, 11, 24, 8, 50, tzinfo=UTC),
    ]


def test_two_processes_with_the_same_text_agree():
    first, second = ShiftedClock.parse(CLOCK), ShiftedClock.parse(CLOCK)
    assert abs(second.now() - first.now()) < timedelta(seconds=20)
    assert first.now().tzinfo is UTC


@pytest.mark.parametrize("speed", ["0.5", "1", "1e5"])
def test_speed_may_be_slow_and_fast(speed):
    start = "2026-11-24T10:00:00Z"
    clock = ShiftedClock.parse(f"{start}@{start}*{speed}")
    before = clock.now()
    assert clock.now() >= before


def test_sleep_ends_when_the_shown_clock_is_there(monkeypatch):
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    real = [start]
    slept = []

    class Running(datetime):
        @classmethod
        def now(cls, tz=None):
            return real[0].astimezone(tz)

    def sleep(seconds):
        slept.append(seconds)
        real[0] += timedelta(seconds=seconds)

    def monotonic():
        return (real[0] - start).total_seconds()

    monkeypatch.setattr("dialer.clock.datetime", Running)
    monkeypatch.setattr("dialer.clock.time", SimpleNamespace(sleep=sleep, monotonic=monotonic))
    fast = ShiftedClock(real_start=start, shown_start=start, speed=10)
    fast.sleep_until(start + timedelta(seconds=25))
    assert slept == [1.0, 1.0, 0.5]
    assert fast.now() == start + timedelta(seconds=25)
    fast.sleep_until(start)
    assert slept == [1.0, 1.0, 0.5]


@pytest.mark.parametrize("set_by", [timedelta(days=-1), timedelta(hours=3)])
def test_sleep_takes_its_time_although_the_wall_clock_is_set(monkeypatch, set_by):
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    wall, steady, slept = [start], [100.0], []

    class Running(datetime):
        @classmethod
        def now(cls, tz=None):
            return wall[0].astimezone(tz)

    def sleep(seconds):
        slept.append(seconds)
        steady[0] += seconds
        wall[0] += timedelta(seconds=seconds) + (set_by if len(slept) == 1 else timedelta())

    monkeypatch.setattr("dialer.clock.datetime", Running)
    monkeypatch.setattr("dialer.clock.time", SimpleNamespace(sleep=sleep, monotonic=lambda: steady[0]))
    SystemClock().sleep_until(start + timedelta(seconds=3))
    assert slept == [1.0, 1.0, 1.0]


def test_system_clock_is_aware_and_does_not_wait_for_the_past():
    clock = SystemClock()
    before = clock.now()
    clock.sleep_until(before - timedelta(days=1))
    assert before.tzinfo is UTC
    assert clock.now() - before < timedelta(seconds=5)


def test_the_steady_clock_runs_as_fast_as_the_one_that_is_shown():
    """Or a rehearsal at ten times the speed would look like a clock that jumps."""
    plain, fast = SystemClock(), ShiftedClock.parse(CLOCK)
    before = plain.steady(), fast.steady(), fast.now()
    plain.sleep_until(plain.now() + timedelta(milliseconds=200))
    after = plain.steady(), fast.steady(), fast.now()
    assert timedelta(milliseconds=190) < after[0] - before[0] < timedelta(seconds=2)
    assert abs((after[1] - before[1]) - (after[2] - before[2])) < timedelta(seconds=1)
    assert after[1] - before[1] > timedelta(seconds=1.9)
