from __future__ import annotations

import contextlib
import threading
import time
from datetime import UTC, datetime, timedelta

import requests
from twilio.rest import Client
from werkzeug.serving import make_server

from dialer.simulator.deliver import http_deliver
from dialer.simulator.directory import Directory, Person
from dialer.simulator.network import Network
from dialer.simulator.server import serve

ACCOUNT = "AC" + "1" * 32
START = datetime(2026, 11, 17, 9, tzinfo=UTC)


def fast_clock(speed):
    began = time.monotonic()
    return lambda: START + timedelta(seconds=(time.monotonic() - began) * speed)


def network(deliver, **options):
    people = [Person("+4930000001", line="answers"), Person("+4930000004", line="busy")]
    return Network(
        start=START,
        seed=1,
        directory=Directory(people),
        deliver=deliver,
        account_sid=ACCOUNT,
        auth_token="t",
        **options,
    )


def wait_for(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_answers_show_the_simulated_time():
    server = serve(network(http_deliver(5)), "127.0.0.1", 0, lambda: START + timedelta(days=3, seconds=1))
    try:
        reply = requests.get(
            f"{server.origin}/2010-04-01/Accounts/{ACCOUNT}/Calls.json", auth=(ACCOUNT, "t"), timeout=5
        )
    finally:
        server.stop()
    assert reply.headers["Date"] == "Fri, 20 Nov 2026 09:00:01 GMT"


def test_accelerated_server_runs_calls_by_itself():
    received = []

    def office(environ, start_response):
        received.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start_response("204 No Content", [])
        return []

    http = make_server("127.0.0.1", 0, office, threaded=True)
    http.log = lambda *_args: None
    thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    net = network(http_deliver(5))
    server = serve(net, "127.0.0.1", 0, fast_clock(200))
    try:
        client = Client(ACCOUNT, "t")
        client.api.base_url = server.origin
        time.sleep(0.05)
        call = client.calls.create(
            to="+4930000004",
            from_="+4989000001",
            twiml="<Response/>",
            status_callback=f"http://127.0.0.1:{http.server_port}/s",
            status_callback_event=["initiated", "ringing", "completed"],
        )
        wait_for(lambda: len(received) == 3)
        assert client.calls(call.sid).fetch().status == "busy"
        # an idle network keeps to its clock, so that a call does not start in the past
        assert net.calls[0].created_at >= START + timedelta(seconds=5)
    finally:
        server.stop()
        http.shutdown()
        thread.join()
        http.server_close()


def test_unreachable_application_is_in_the_books():
    net = network(http_deliver(1))
    net.create_call(
        {
            "To": ["+4930000004"],
            "From": ["+4989000001"],
            "Twiml": ["<Response/>"],
            "StatusCallback": ["http://127.0.0.1:9/s"],
        }
    )
    net.run_until(START + timedelta(seconds=60))
    assert [sent.result for sent in net.calls[0].callbacks] == ["unreachable"]


def test_second_run_returns_at_once_while_one_is_on():
    inside = threading.Event()
    release = threading.Event()

    def slow(*_args):
        inside.set()
        assert release.wait(5)
        raise AssertionError("never answered")

    net = network(lambda *_args: slow())
    net.create_call(
        {
            "To": ["+4930000001"],
            "From": ["+4989000001"],
            "Url": ["http://a.test/"],
            "StatusCallback": ["http://a.test/"],
        }
    )

    def first_run():
        with contextlib.suppress(AssertionError):
            net.run_until(START + timedelta(hours=1))

    thread = threading.Thread(target=first_run)
    thread.start()
    assert inside.wait(5)
    before = net.now
    net.run_until(START + timedelta(hours=2))
    assert net.now == before
    assert len(net.calls) == 1
    release.set()
    thread.join()


def test_next_event_is_none_when_nothing_is_left_to_happen():
    net = network(http_deliver(1))
    assert net.next_event_at() is None
    net.create_call({"To": ["+4930000001"], "From": ["+4989000001"], "Twiml": ["<Response/>"]})
    while (due := net.next_event_at()) is not None:
        net.run_until(due)
    assert net.calls[0].status == "completed"
    assert net.now < START + timedelta(minutes=1)


def test_same_seed_gives_the_same_books():
    def books(seed):
        net = Network(
            start=START, seed=seed, directory=Directory(), deliver=http_deliver(), account_sid=ACCOUNT, auth_token="t"
        )
        for n in range(20):
            net.create_call({"To": [f"+4930100{n:03}"], "From": ["+4989000001"], "Twiml": ["<Response/>"]})
        net.run_until(START + timedelta(hours=1))
        return [record.to_json() for record in net.calls]

    assert books(1) == books(1)
    assert books(1) != books(2)
