"""What a clock did that was wrong for a while is over once it is right again, and little is done while it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event

from office_kit import STRAY, Office

from dialer.scheduler.post import Housekeeping


def test_a_rest_that_a_wrong_clock_began_is_over_with_it(make_office: Callable[..., Office]) -> None:
    """The carrier's queue is too long, and the rest that it asks for is noted a month ahead."""
    office = make_office(calls_per_second=10.0, carrier_calls_per_second=0.05)
    office.collector("anna")
    office.business("+493023125101")
    office.tick()
    for _ in range(4):
        office.carrier.real.place(STRAY)
    office.carrier.after_place.append(lambda: setattr(office.clock, "ahead", timedelta(days=30)))
    office.tick()
    assert "carrier.queue" in office.alarms()
    office.clock.ahead = timedelta()
    assert office.paused() is None
    Housekeeping(office.app).round(Event())
    office.clock.ahead = timedelta(days=30)
    assert office.paused() is None
