"""Nobody is called before what is unresolved was looked at, nor by a clock that jumps; and the outside hears of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread

import pytest
import structlog
from office_kit import SHOP, SHOP_MACHINE, Office

from dialer.actions import doctor_running, fence
from dialer.actions.clock_watch import ClockWatch
from dialer.actions.place_call import NotNow, Started, place_clicked_call
from dialer.app import App
from dialer.clock import SystemClock
from dialer.config import OperationsSection
from dialer.core.outcome import Outcome
from dialer.scheduler import loop
from dialer.scheduler.heartbeat import Heartbeat
from dialer.scheduler.readiness import Readiness
from dialer.scheduler.tick import tick
from dialer.storage.tables import agreements, deliveries, documents
from dialer.telephony.carrier import CarrierError, UnreachableError

SHOPS = {"type": "business", "segment": "business", "industry": "retail", "role": "owner"}


def with_(app: App, **changes: object) -> App:
    from dataclasses import replace  # noqa: PLC0415

    return replace(app, **changes)  # type: ignore[arg-type]


# --- before the first call -------------------------------------------------------------------------------------------


def unresolved(office: Office) -> int:
    """A shop whose call was asked for by a process that then died, and another one that is due."""
    first = office.case("+493023125203", name="Laden 3", **SHOPS)
    office.tick()
    office.faults(api_script=["500_before"], callback_lost=1.0)
    office.tick()
    assert office.attempt(first).call.state.value == "unknown"
    second = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick()
    return second


def test_the_first_round_looks_before_it_dials(either_office: Office) -> None:
    office = either_office
    second = unresolved(office)
    steps: list[str] = []
    find = office.carrier.find
    office.carrier.find = lambda **which: steps.append("looked") or find(**which)  # type: ignore[method-assign,func-returns-value]
    office.carrier.before_place.append(lambda: steps.append("dialled"))
    loop.run(office.app, stop=Event(), until_idle=True)
    assert steps[:2] == ["looked", "dialled"]
    assert len(office.attempts(second)) == 1


def test_while_the_carrier_cannot_be_asked_nobody_is_called(either_office: Office) -> None:
    office = either_office
    second = unresolved(office)
    find = office.carrier.find

    def closed(**_: object) -> object:
        raise CarrierError("no connection to Twilio")

    office.carrier.find = closed  # type: ignore[method-assign]
    readiness = Readiness(office.app)
    for _ in range(4):
        tick(office.app, worker="w", dial=readiness.may_dial())
        office.run(4)
    assert office.attempts(second) == []
    assert office.alarms() == ["dialling.waits"]
    # the command that does one round keeps to it too
    loop.run_once(office.app, worker="once")
    assert office.attempts(second) == []
    office.carrier.find = find  # type: ignore[method-assign]
    office.run(11)
    tick(office.app, worker="w", dial=readiness.may_dial())
    assert len(office.attempts(second)) == 1
    # once it has worked, an outage is the circuit breaker's business
    office.carrier.find = closed  # type: ignore[method-assign]
    assert readiness.may_dial()


def test_until_idle_ends_although_the_carrier_cannot_be_asked(office: Office) -> None:
    second = unresolved(office)

    def closed(**_: object) -> object:
        raise CarrierError("no connection to Twilio")

    office.carrier.find = closed  # type: ignore[method-assign]
    loop.run(office.app, stop=Event(), until_idle=True)
    assert office.attempts(second) == []


# --- the clock -------------------------------------------------------------------------------------------------------


class TwoClocks:
    """A wall clock that can be set, and one that cannot."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.off = timedelta()

    def now(self) -> datetime:
        return self._office.network.now + self.off

    def steady(self) -> timedelta:
        return self._office.clock.steady()

    def sleep_until(self, instant: datetime) -> None:
        self._office.clock.sleep_until(instant - self.off)


@pytest.mark.parametrize("seconds", [3600, -3600, 5.5, -5.5])
def test_a_jump_stops_dialling_until_a_steady_minute_has_passed(office: Office, seconds: float) -> None:
    clock = TwoClocks(office)
    watch = ClockWatch(with_(office.app, clock=clock))
    assert watch.believed()
    office.run(300)
    assert watch.believed()
    clock.off = timedelta(seconds=seconds)
    assert not watch.believed()
    assert office.alarms() == ["clock.jump"]
    assert f"went astray by {seconds:+.0f} s" in office.alarm_text("clock.jump")
    for _ in range(11):
        office.run(5)
        assert not watch.believed()
    assert office.alarms() == ["clock.jump"]
    office.run(5)
    assert watch.believed()
    assert office.alarms() == ["clock.jump", "clock.steady"]


def test_a_clock_that_jumps_about_is_told_once(office: Office) -> None:
    clock = TwoClocks(office)
    watch = ClockWatch(with_(office.app, clock=clock))
    watch.believed()
    for n in range(1, 8):
        clock.off = timedelta(hours=n % 3)
        office.run(30)
        assert not watch.believed()
    assert office.alarms() == ["clock.jump"]


def test_a_round_by_a_clock_that_jumped_calls_nobody(either_office: Office) -> None:
    office = either_office
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick()
    clock = TwoClocks(office)
    app = with_(office.app, clock=clock)
    readiness = Readiness(app)
    assert readiness.may_dial()
    clock.off = timedelta(minutes=20)
    for _ in range(3):
        tick(app, worker="w", dial=readiness.may_dial())
        office.run(10)
    assert office.attempts(shop) == []
    office.run(40)
    tick(app, worker="w", dial=readiness.may_dial())
    assert len(office.attempts(shop)) == 1


@pytest.mark.parametrize("trouble", ["clock", "connection"])
def test_a_round_does_not_go_on_after_a_jump_or_a_lost_connection(office: Office, trouble: str) -> None:
    cases = [office.case(number, **SHOPS) for number in (SHOP, SHOP_MACHINE)]
    office.tick()
    clock = TwoClocks(office)
    app = with_(office.app, clock=clock)

    def happens() -> None:
        if trouble == "clock":
            clock.off = timedelta(minutes=-20)
        else:
            app.db.losses += 1

    office.carrier.after_place.append(happens)
    readiness = Readiness(app)
    assert tick(app, worker="w", dial=readiness.may_dial(), go_on=readiness.may_go_on).started == 1
    assert [len(office.attempts(case)) for case in cases] == [1, 0]
    assert ("clock.jump" in office.alarms()) is (trouble == "clock")


def test_a_click_by_a_clock_that_jumped_calls_nobody(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    assert place_clicked_call(office.app, shop, user="nobody") == NotNow("nobody's line is not ready")
    office.run(300)
    office.clock.ahead = timedelta(seconds=30)
    for _ in range(6):
        assert place_clicked_call(office.app, shop, user="anna") == NotNow(fence.WRONG_CLOCK)
        office.run(10)
    assert office.alarms() == ["clock.jump"]
    assert isinstance(place_clicked_call(office.app, shop, user="anna"), Started)


def test_a_click_hears_the_database_servers_clock(postgres_office: Office) -> None:
    app = with_(postgres_office.app, clock=Ahead(-9))
    assert not fence.is_sure(app)
    assert fence.obstacle(app) == fence.WRONG_CLOCK
    assert postgres_office.alarms() == ["clock.jump"]


# --- the carrier's clock ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "believed"), [(59, True), (-60, True), (62, False), (-61, False), (3600, False)])
def test_the_carriers_clock_is_heard_before_the_first_call(
    either_office: Office,
    seconds: int,
    believed: bool,  # noqa: FBT001
) -> None:
    office = either_office
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick()
    office.run(300)
    office.clock.ahead = timedelta(seconds=seconds)
    loop.run(office.app, stop=Event(), until_idle=True)
    assert len(office.attempts(shop)) == believed
    assert office.alarms() == ([] if believed else ["clock.disagrees"])


def test_a_process_that_learns_of_it_by_its_first_question_is_not_ready(office: Office) -> None:
    office.case(SHOP, name="Frau Laden", **SHOPS)
    office.clock.ahead = timedelta(minutes=5)
    readiness = Readiness(office.app)
    assert not readiness.may_dial()
    assert office.alarms() == ["clock.disagrees"]


def test_dialling_goes_on_once_the_carriers_clock_agrees(office: Office) -> None:
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick()
    office.clock.ahead = timedelta(seconds=90)
    readiness = Readiness(office.app)
    asked = counted(office)
    for _ in range(20):
        tick(office.app, worker="w", dial=readiness.may_dial(), go_on=readiness.may_go_on)
        office.run(10)
    assert office.attempts(shop) == []
    # nobody is called, so that somebody has to ask: once a minute
    assert len(asked) == 4
    office.clock.ahead = timedelta()
    for _ in range(15):
        tick(office.app, worker="w", dial=readiness.may_dial(), go_on=readiness.may_go_on)
        office.run(10)
    assert len(office.attempts(shop)) == 1
    assert office.alarms() == ["clock.disagrees", "clock.jump", "clock.agrees", "clock.steady"]
    assert office.alarm_text("clock.disagrees").startswith("the clock of this machine is +89 s from the carrier's:")


def counted(office: Office) -> list[int]:
    """Notes each request that is made for the time alone."""
    asked: list[int] = []
    real = office.carrier.real.clock_ahead

    def clock_ahead(*, ask: bool = False) -> timedelta | None:
        if ask:
            asked.append(1)
        return real(ask=ask)

    office.carrier.real.clock_ahead = clock_ahead  # type: ignore[method-assign]
    return asked


def test_a_round_does_not_go_on_after_the_carriers_clock_has_shown_ours_wrong(office: Office) -> None:
    """The first look was an hour ago, and since then the clock has crept away without a jump."""
    cases = [office.case(number, **SHOPS) for number in (SHOP, SHOP_MACHINE)]
    office.tick()
    readiness = Readiness(office.app)
    assert readiness.may_dial()
    for n in range(1, 30):
        office.run(60)
        office.clock.ahead = timedelta(seconds=4 * n)
        assert readiness.may_dial()
    done = tick(office.app, worker="w", dial=readiness.may_dial(), go_on=readiness.may_go_on)
    assert done.started == 1
    assert sum(len(office.attempts(case)) for case in cases) == 1
    assert office.alarms() == ["clock.disagrees"]


def test_after_a_jump_the_carrier_is_asked_before_anybody_is_called(office: Office) -> None:
    """What its clock was held against before the jump says nothing any more."""
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick()
    readiness = Readiness(office.app)
    assert readiness.may_dial()
    office.clock.ahead = timedelta(hours=1)
    for _ in range(20):
        tick(office.app, worker="w", dial=readiness.may_dial(), go_on=readiness.may_go_on)
        office.run(10)
    assert office.attempts(shop) == []
    assert office.alarms() == ["clock.jump", "clock.disagrees", "clock.steady"]


def test_after_a_jump_a_carrier_that_cannot_be_reached_leaves_the_doubt(office: Office) -> None:
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.tick()
    watch = ClockWatch(office.app)
    assert watch.believed()
    real = office.carrier.real.clock_ahead

    def silent(*, ask: bool = False) -> timedelta | None:
        if ask:
            raise UnreachableError("no connection to Twilio")
        return real()

    office.carrier.real.clock_ahead = silent  # type: ignore[method-assign]
    office.clock.ahead = timedelta(seconds=30)
    for _ in range(20):
        assert not watch.believed()
        office.run(10)
    office.carrier.real.clock_ahead = real  # type: ignore[method-assign]
    office.run(40)
    assert watch.believed()
    assert office.attempts(shop) == []


def test_a_click_by_a_clock_that_is_not_the_carriers_calls_nobody(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    office.clock.ahead = timedelta(minutes=-20)
    assert place_clicked_call(office.app, shop, user="anna") == NotNow(fence.WRONG_CLOCK)
    assert office.attempts(shop) == []
    assert office.alarms() == ["clock.disagrees"]


def test_the_doctor_sees_a_clock_that_is_not_the_carriers(office: Office) -> None:
    app = with_(office.app, clock=SystemClock())
    office.carrier.owned_numbers()
    assert list(doctor_running.clock(app)) == []
    office.clock.ahead = timedelta(seconds=-90)
    office.carrier.owned_numbers()
    (found,) = doctor_running.clock(app)
    assert found.text == "-90 s from the carrier's: nobody is called; see to this machine's time service"


class Ahead(SystemClock):
    """This machine's clock is wrong by so much."""

    def __init__(self, seconds: float) -> None:
        self._off = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return super().now() + self._off


@pytest.mark.parametrize(("seconds", "believed"), [(0, True), (2, True), (9, False), (-9, False), (86_400, False)])
def test_the_database_servers_clock_is_heard(postgres_office: Office, seconds: float, believed: bool) -> None:  # noqa: FBT001
    watch = ClockWatch(with_(postgres_office.app, clock=Ahead(seconds)))
    assert [watch.believed() for _ in range(3)] == [believed] * 3
    assert postgres_office.alarms() == ([] if believed else ["clock.jump"])


def test_the_doctor_sees_a_clock_that_is_wrong(postgres_office: Office) -> None:
    assert list(doctor_running.clock(with_(postgres_office.app, clock=Ahead(2)))) == []
    (found,) = doctor_running.clock(with_(postgres_office.app, clock=Ahead(-9.2)))
    assert (found.what, found.good) == ("clock", False)
    assert found.text == "-9 s from the database server's: nobody is called; see to both time services"


def test_the_doctor_sees_letters_nobody_hands_over(office: Office) -> None:
    assert list(doctor_running.outbox(office.app)) == []
    case = office.case(SHOP, name="Frau Laden", **SHOPS)
    now = office.clock.now()
    with office.app.db.write() as tx:
        document = tx.execute(
            documents.insert().values(
                case_id=case,
                kind="reminder_letter",
                language="de",
                state="draft",
                sha256="0" * 64,
                pdf=b"%PDF",
                made_at=now,
                made_by="anna",
            )
        ).inserted_primary_key[0]
        for minutes in (61, 5):
            tx.execute(
                deliveries.insert().values(
                    document_id=document,
                    case_id=case,
                    debtor_id=1,
                    channel="letter",
                    transport="print",
                    recipient="Hauptstr. 1",
                    state="waiting",
                    made_at=now,
                    made_by="anna",
                    next_try_at=now - timedelta(minutes=minutes),
                )
            )
    (found,) = doctor_running.outbox(office.app)
    assert found.text == (
        "2 deliveries wait, the oldest since 2026-11-24 07:59 UTC; start `dialer scheduler`, and see `dialer outbox`"
    )


def test_sqlite_has_no_clock_of_its_own(office: Office) -> None:
    assert office.app.db.server_time() is None
    assert ClockWatch(with_(office.app, clock=Ahead(86_400))).believed()


# --- the sign of life ------------------------------------------------------------------------------------------------


class Listener:
    """Somebody outside who waits for signs of life."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 200
        self.delay = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.heard.append(self.path)
                time.sleep(outer.delay)
                self.send_response(outer.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping/secret-uuid"


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    thread = Thread(target=listener.server.serve_forever, args=(0.02,))
    thread.start()
    yield listener
    listener.server.shutdown()
    thread.join()
    listener.server.server_close()


def watched(office: Office, url: str) -> App:
    operations = OperationsSection(heartbeat_url=url)
    return with_(office.app, config=office.app.config.model_copy(update={"operations": operations}))


def test_a_sign_of_life_once_a_minute_while_rounds_succeed(office: Office, listener: Listener) -> None:
    heart = Heartbeat(watched(office, listener.url))
    assert not heart.beat()
    heart.round_done()
    assert heart.beat()
    assert listener.heard == ["/ping/secret-uuid"]
    for seconds, expected in ((30, False), (29, False), (1, True)):
        office.run(seconds)
        heart.round_done()
        assert heart.beat() is expected
    # no round since: whoever hangs is silent
    office.run(600)
    assert not heart.beat()
    assert len(listener.heard) == 2


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_listener_that_refuses_does_no_harm(office: Office, listener: Listener, status: int) -> None:
    listener.status = status
    heart = Heartbeat(watched(office, listener.url))
    heart.round_done()
    assert heart.beat() is (status == 302)
    assert len(listener.heard) == 1


def test_nobody_there_to_listen_does_no_harm(office: Office) -> None:
    heart = Heartbeat(watched(office, "http://127.0.0.1:9/ping/secret-uuid"))
    heart.round_done()
    with structlog.testing.capture_logs() as said:
        assert not heart.beat()
    assert said == [{"error": "ConnectionError", "event": "heartbeat.failed", "log_level": "warning"}]


def test_a_listener_that_never_answers_is_left_after_five_seconds(office: Office, listener: Listener) -> None:
    listener.delay = 7
    heart = Heartbeat(watched(office, listener.url))
    heart.round_done()
    begun = time.monotonic()
    assert not heart.beat()
    assert 4.5 < time.monotonic() - begun < 6.5


def test_the_scheduler_gives_signs_of_life_and_dials_while_nobody_answers(office: Office, listener: Listener) -> None:
    shop = office.case(SHOP, name="Frau Laden", **SHOPS)
    listener.delay = 3
    stop = threading.Event()
    runner = Thread(target=loop.run, args=(watched(office, listener.url),), kwargs={"stop": stop})
    begun = time.monotonic()
    runner.start()
    while not office.attempts(shop) and time.monotonic() - begun < 30:
        time.sleep(0.05)
    while not listener.heard and time.monotonic() - begun < 30:
        time.sleep(0.05)
    stop.set()
    runner.join(30)
    assert listener.heard == ["/ping/secret-uuid"]
    assert len(office.attempts(shop)) == 1


def test_rounds_that_fail_give_no_sign(office: Office, listener: Listener) -> None:
    stop = threading.Event()
    app = watched(office, listener.url)
    failures: list[int] = []

    class Broken:
        def __getattr__(self, name: str) -> object:
            failures.append(1)
            if len(failures) >= 2:
                stop.set()
            raise RuntimeError("the database is gone")

    broken = with_(app, db=Broken())
    loop._tick(broken, "w", stop, Heartbeat(app), Readiness(broken), until_idle=False)  # noqa: SLF001 - without the outbox
    assert failures
    assert listener.heard == []


def test_agreements_that_cannot_be_followed_give_no_sign(office: Office, listener: Listener) -> None:
    app = watched(office, listener.url)
    with app.db.write() as tx:
        agreements.drop(tx)
    heart = Heartbeat(app)
    loop._tick(app, "w", threading.Event(), heart, Readiness(app), until_idle=True)  # noqa: SLF001 - without the outbox
    assert not heart.beat()
    assert listener.heard == []


def test_an_unknown_attempt_is_not_forgotten_by_all_this(office: Office) -> None:
    unresolved(office)
    office.live(700, step=20)
    with office.app.db.read() as tx:
        from dialer.storage import attempts  # noqa: PLC0415

        lost = attempts.by_id(tx, 1)
    assert lost is not None
    assert lost.call.outcome is Outcome.UNKNOWN
