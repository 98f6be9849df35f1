from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.simulator.deliver import DeliveryReply
from dialer.simulator.directory import CollectorPhone, Directory
from dialer.simulator.faults import FaultPlan
from dialer.simulator.network import Network

TERMINAL = {"completed", "busy", "failed", "no-answer", "canceled"}
ROUGH = FaultPlan(
    callback_lost=0.1,
    callback_duplicate=0.1,
    callback_reordered=0.2,
    callback_late=0.1,
    twiml_late=0.1,
    late_seconds=20,
)
VERBS = [
    "<Say>Guten Tag, bitte rufen Sie uns an</Say>",
    "<Pause length='3'/>",
    "<Play>/a.mp3</Play>",
    "<Play>/a.mp3?seconds=x</Play>",
    "<Gather numDigits='1' timeout='2' action='/next'><Say>Taste</Say></Gather>",
    "<Dial timeLimit='40'><Conference endConferenceOnExit='true'>a</Conference></Dial>",
    "<Dial hangupOnStar='true' action='/next'><Conference>a</Conference></Dial>",
    "<Dial timeout='10'><Number>+4930123456</Number></Dial>",
    "<Dial><Number></Number></Dial>",
    "<Redirect>/next</Redirect>",
    "<Hangup/>",
    "<Nonsense/>",
    "<broken",
]
BOOK = Directory(collectors=[CollectorPhone(f"+494000000{n}", f"user{n}") for n in range(3)])


def network(deliver, start, **options):
    return Network(
        start=start,
        directory=BOOK,
        deliver=deliver,
        account_sid="AC" + "1" * 32,
        auth_token="t",
        calls_per_second=5.0,
        **options,
    )


def create(net, to, **more):
    return net.create_call(
        {
            "To": [to],
            "From": ["+4989000001"],
            "Url": ["http://a.test/first"],
            "StatusCallback": ["http://a.test/s"],
            "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
            "TimeLimit": ["600"],
            **{name: [value] for name, value in more.items()},
        }
    )


def finish(net):
    while (due := net.next_event_at()) is not None:
        net.run_until(due)


@settings(max_examples=60, deadline=None)
@given(pages=st.lists(st.lists(st.sampled_from(VERBS), max_size=4), min_size=1, max_size=4), seed=st.integers(0, 9))
def test_no_document_leaves_a_call_hanging(pages, seed):
    turn = iter(range(10**6))

    def deliver(_method, _url, _form, _headers):
        page = pages[next(turn) % len(pages)]
        return DeliveryReply(200, "text/xml", f"<Response>{''.join(page)}</Response>".encode())

    net = network(deliver, datetime(2026, 11, 17, 9, tzinfo=UTC), seed=seed, faults=ROUGH)
    for n in range(4):
        create(net, f"+493011111{n}", MachineDetection="DetectMessageEnd", AsyncAmd="true")
        create(net, f"+494000000{n % 3}")
    finish(net)
    assert {record.status for record in net.calls} <= TERMINAL
    assert not net._engine.rooms  # noqa: SLF001
    assert not net._engine.desks  # noqa: SLF001
    assert not any(leg.talk for leg in net._engine.order)  # noqa: SLF001


@pytest.mark.parametrize("seed", [1, 2])
def test_rough_day_loses_and_doubles_callbacks_but_never_a_call(seed):
    seen = Counter()

    def deliver(_method, url, form, _headers):
        if url.endswith("/s"):
            fields = dict(form)
            seen[fields["CallSid"], fields["SequenceNumber"]] += 1
        return DeliveryReply(200, "text/xml", b"<Response><Say>Guten Tag</Say></Response>")

    net = network(deliver, datetime(2026, 11, 17, 9, tzinfo=UTC), seed=seed, faults=ROUGH)
    for n in range(300):
        create(net, f"+4930222{n:04}")
    finish(net)
    assert {record.status for record in net.calls} <= TERMINAL
    results = Counter(sent.result for record in net.calls for sent in record.callbacks)
    assert results["lost"] > 50
    assert sum(1 for count in seen.values() if count == 2) > 50
    assert max(seen.values()) == 2
    assert sum(seen.values()) == results[200]
