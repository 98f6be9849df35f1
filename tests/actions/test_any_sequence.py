"""Whatever happens to a case, in whatever order: what must never happen does not. Judged from the network's books."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_kit import ABSENT_AXEL, BERLIN, ERIKA, KARL, Office, copy_of, open_office

from dialer.actions import desk as line
from dialer.actions.dispose import dispose
from dialer.actions.place_call import place_clicked_call
from dialer.core.disposition import Report
from dialer.core.errors import DialerError
from dialer.core.outcome import Disposition

REASONS_TO_REST = {"paid", "hold", "no_number", "legal_review", "closed", "live"}
FATES = ["ok", "429", "500_before", "500_after_create", "reset_after_create"]


def opens(office: Office) -> None:
    with contextlib.suppress(DialerError):
        line.open_desk(office.app, "anna")
    office.run(20)


def closes(office: Office) -> None:
    office.network.hang_up_collector("anna")
    office.run(1)


def clicks(office: Office) -> None:
    with contextlib.suppress(DialerError):
        place_clicked_call(office.app, 1, user="anna")


def judges(disposition: Disposition) -> Callable[[Office], None]:
    def judge(office: Office) -> None:
        now = office.clock.now()
        report = Report(
            disposition=disposition,
            amount_minor=5_000,
            on=now.astimezone(BERLIN).date(),
            callback_at=now + timedelta(minutes=40),
        )
        for attempt in office.attempts(1):
            with contextlib.suppress(DialerError):
                dispose(office.app, attempt.id, report, actor="anna")

    return judge


def repeats_itself(office: Office) -> None:
    """The network tells everything it ever told once more, in another order."""
    with office.app.db.read() as tx:
        events = tx.execute(sa.text("select attempt_id, payload from call_events where kind = 'status'")).all()
    attempts = {attempt.id: attempt for attempt in office.attempts(1)}
    import json  # noqa: PLC0415

    for event in reversed(events):
        form = json.loads(event.payload)
        token = attempts[event.attempt_id].token
        assert office.post(f"/twilio/status/{token}", form).status_code == 204


waiting = st.sampled_from([1, 5, 15, 60, 300, 1800, 7200, 6 * 3600, 24 * 3600]).map(
    lambda seconds: (f"waits {seconds}", lambda office: office.live(seconds, step=max(1, seconds / 20)))
)
fates = st.lists(st.sampled_from(FATES), min_size=1, max_size=3).map(
    lambda script: (f"fates {script}", lambda office: office.faults(api_script=script))
)
troubles = st.sampled_from(["callback_lost", "callback_duplicate", "callback_reordered", "callback_late"]).map(
    lambda name: (name, lambda office: office.faults(**{name: 0.5}))
)
judgements = st.sampled_from(
    [Disposition.REFUSED, Disposition.CALLBACK_AGREED, Disposition.NO_RESULT, Disposition.PROMISE_TO_PAY]
).map(lambda d: (f"judges {d}", judges(d)))
simple = st.sampled_from(
    [
        ("opens", opens),
        ("closes", closes),
        ("clicks", clicks),
        ("ticks", Office.tick),
        ("calm", Office.faults),
        ("repeats", repeats_itself),
        ("disputes", lambda office: office.disputes(1)),
    ]
)
steps = st.lists(waiting | waiting | simple | simple | fates | troubles | judgements, min_size=4, max_size=14)


@pytest.mark.parametrize("number", [ERIKA, KARL, ABSENT_AXEL])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(sequence=steps)
def test_nothing_forbidden_happens(
    sqlite_template: Path, number: str, sequence: list[tuple[str, Callable[[Office], object]]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_office(folder, copy_of(sqlite_template, folder)) as office:
            office.collector("anna")
            case = office.case(number)
            assert case == 1
            for _, act in sequence:
                act(office)
                check(office, number)


def check(office: Office, number: str) -> None:
    attempts = office.attempts(1)
    calls = office.calls_to(number)
    # never twice: no more calls than requests that were claimed, and each call belongs to one attempt at most
    assert len(calls) <= sum(1 for a in attempts if a.sent_at)
    bound = Counter(a.call.sid for a in attempts if a.call.sid)
    assert all(count == 1 for count in bound.values())
    assert set(bound) <= {call.sid for call in calls}
    assert sum(1 for a in attempts if a.call.live) <= 1
    # never past a limit, never late
    rang = [call for call in calls if call.ringing_at]
    for call in rang:
        for instant in (call.ringing_at, call.answered_at or call.ended_at):
            if instant is not None:
                assert time(8) <= instant.astimezone(BERLIN).time() < time(20)
                assert instant.astimezone(BERLIN).weekday() < 6
    per_day = Counter(call.created_at.astimezone(BERLIN).date() for call in rang)
    assert all(count <= 2 for count in per_day.values())
    for call in rang:
        week = [c for c in rang if call.created_at - timedelta(days=7) < c.created_at <= call.created_at]
        assert len(week) <= 5
    for earlier, later in pairwise(rang):
        assert earlier.ended_at is not None
        assert later.created_at - earlier.ended_at >= timedelta(hours=2)
    # nobody is silently skipped
    row = office.row(1)
    live = any(a.call.live for a in attempts)
    if row.status == "open" and row.next_at is None:
        first = row.next_reason.split()[0]
        rule_named = any(word.startswith(("DE-", "PHONE", "PAID", "HOLD", "VM-")) for word in row.next_reason.split())
        assert first in REASONS_TO_REST or rule_named
        assert first != "live" or live
    assert row.next_reason
    # the log has no gap, and a busy line has a call
    log = office.log(1)
    assert [entry.seq for entry in log] == list(range(1, len(log) + 1))
    for attempt in attempts:
        mine = {entry.kind for entry in log if entry.attempt_id == attempt.id}
        assert "attempt.intent" in mine
        assert ("attempt.ended" in mine) is not attempt.call.live
    desk = office.desk()
    if desk.state.value in {"reserved", "talking"}:
        assert desk.attempt_id in {a.id for a in attempts if a.call.live}
    assert datetime(2026, 11, 24, tzinfo=BERLIN) <= office.network.now
