"""The figures for Prometheus: right over several processes, on this machine alone, and nobody is named in them."""

from __future__ import annotations

import socket
import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from office_kit import ABSENT_AXEL, ERIKA, Office
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from dialer.actions.metrics import Figures
from dialer.actions.serve_metrics import serve_metrics
from dialer.app import App, build
from dialer.config import load
from dialer.storage import inbox, pacing
from tests.e2e.processes import free_port


def scrape(app: App) -> str:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(app))
    return generate_latest(registry).decode()


def figures(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def get(port: int, path: str = "/metrics", *, host: str = "127.0.0.1") -> str:
    with urllib.request.urlopen(f"http://{host}:{port}{path}", timeout=5) as reply:
        return str(reply.read().decode())


def eventually(get_it: Callable[[], str]) -> str:
    for _ in range(100):
        try:
            return get_it()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nobody serves the figures")


def test_an_office_without_work_counts_nothing(either_office: Office) -> None:
    assert figures(scrape(either_office.app)) == {
        ("dialer_started_1h",): 0,
        ("dialer_unknown_attempts",): 0,
        ("dialer_odd_callbacks_1h", "conflicting"): 0,
        ("dialer_odd_callbacks_1h", "duplicate"): 0,
        ("dialer_odd_callbacks_1h", "late"): 0,
        ("dialer_oldest_due_seconds",): 0,
        ("dialer_pacing_ahead_seconds",): 0,
        ("dialer_pacing_calls_per_second",): 1,
        ("dialer_circuit", "closed"): 1,
        ("dialer_circuit", "open"): 0,
        ("dialer_circuit", "trying"): 0,
        ("dialer_paused",): 0,
        ("dialer_outbox_waiting",): 0,
        ("dialer_outbox_oldest_seconds",): 0,
    }


def test_calls_are_counted_by_what_became_of_them(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    office.case(ABSENT_AXEL)
    office.dial()
    seen = figures(scrape(office.app))
    assert seen["dialer_started_1h",] == 1
    assert seen["dialer_attempts_1h", "live"] == 1
    assert seen["dialer_live_attempts", "placed"] == 1
    office.run(60)
    seen = figures(scrape(office.app))
    assert seen["dialer_attempts_1h", "no_answer"] == 1
    assert ("dialer_attempts_1h", "live") not in seen
    office.run(3600)
    assert figures(scrape(office.app))["dialer_started_1h",] == 0


def test_what_failed_is_counted(either_office: Office) -> None:
    office = either_office
    for n in range(1, 8):
        office.business(f"+4930231252{n:02d}", name=f"Laden {n}", industry="retail")
    office.tick()
    office.faults(api_500_before=1.0)
    office.tick()
    office.run(7)
    seen = figures(scrape(office.app))
    assert seen["dialer_unknown_attempts",] == seen["dialer_live_attempts", "unknown"] == 5
    assert seen["dialer_alarms_1h", "dialling.paused"] == 1
    assert (seen["dialer_circuit", "closed"], seen["dialer_circuit", "open"]) == (0, 1)
    assert seen["dialer_paused",] == 1
    # two shops wait since the round in which the others were called
    assert seen["dialer_oldest_due_seconds",] == 7
    office.run(30)
    seen = figures(scrape(office.app))
    assert (seen["dialer_circuit", "open"], seen["dialer_circuit", "trying"], seen["dialer_paused",]) == (0, 1, 0)


def test_odd_callbacks_are_counted(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(40)
    attempt = office.attempt(axel)
    assert office.status(attempt, "ringing", 7) == 204
    assert figures(scrape(office.app))["dialer_odd_callbacks_1h", "late"] == 0
    office.run(61)
    assert office.status(attempt, "completed", 9) == 204
    seen = figures(scrape(office.app))
    assert (seen["dialer_odd_callbacks_1h", "late"], seen["dialer_odd_callbacks_1h", "conflicting"]) == (1, 1)
    assert seen["dialer_odd_callbacks_1h", "duplicate"] == 0
    stored = office.events()
    for word, sequence in (("completed", 9), ("ringing", 7), ("completed", 9)):
        assert office.status(attempt, word, sequence) == 204
    seen = figures(scrape(office.app))
    assert seen["dialer_odd_callbacks_1h", "duplicate"] == 3
    assert office.events() == stored
    # a repetition is no late callback, however late it comes
    assert seen["dialer_odd_callbacks_1h", "late"] == 1
    office.run(3600)
    assert figures(scrape(office.app))["dialer_odd_callbacks_1h", "duplicate"] == 0


def test_refusals_are_counted_by_rule(office: Office) -> None:
    from dialer.actions.place_call import place_clicked_call  # noqa: PLC0415

    office.collector("anna")
    erika = office.case(ERIKA)
    office.holds(erika)
    place_clicked_call(office.app, erika, user="anna")
    seen = figures(scrape(office.app))
    rules = {labels[1]: value for labels, value in seen.items() if labels[0] == "dialer_denials_1h"}
    assert sum(rules.values()) == 1
    assert len(rules) == 1


def test_pacing_and_pauses_are_shown(office: Office) -> None:
    now = office.clock.now()
    with office.app.db.write() as tx:
        for _ in range(3):
            pacing.take_slot(tx, office.app.account, now=now, calls_per_second=1.0)
        pacing.pause(tx, office.app.account, reason="Frau Mahler rief an", until=None)
        inbox.store_alarm(tx, at=now - timedelta(minutes=61), kind="old", text="")
    text = scrape(office.app)
    seen = figures(text)
    assert (seen["dialer_pacing_ahead_seconds",], seen["dialer_paused",]) == (3, 1)
    assert "Mahler" not in text
    assert "old" not in text.replace("oldest", "")


def test_nobody_is_named(office: Office) -> None:
    office.collector("anna")
    office.case(ERIKA, name="Erika Beispiel")
    office.dial()
    office.run(300)
    text = scrape(office.app)
    for secret in ("Erika", "anna", "+49", "4989", "muster", office.app.account):
        assert secret not in text


def test_a_scrape_reads_by_index_alone(postgres_office: Office) -> None:
    """With a book of a million cases a scan would be felt each time."""
    asked: list[tuple[str, object]] = []
    engine = postgres_office.app.db.engine

    @sa.event.listens_for(engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    scrape(postgres_office.app)
    sa.event.remove(engine, "before_cursor_execute", note)
    assert len(asked) >= 12
    with engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in asked:
            plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))  # type: ignore[arg-type]
            assert "Seq Scan" not in plan, f"{statement}\n{plan}"


def serving(office: Office, port: int) -> App:
    text = office.config_path.read_text(encoding="utf-8")
    if "[operations]" not in text:
        office.config_path.write_text(f"{text}\n[operations]\nmetrics_port = {port}\n", encoding="utf-8")
    return build(load(office.config_path, {}), clock=office.clock)


def test_the_figures_stay_on_this_machine_and_another_process_takes_over(office: Office) -> None:
    port = free_port()
    first, second = serving(office, port), serving(office, port)
    stops = [Event(), Event()]
    threads = [serve_metrics(first, stop=stops[0])]
    assert "dialer_paused 0.0" in eventually(lambda: get(port))
    threads.append(serve_metrics(second, stop=stops[1]))
    with socket.socket() as outside:
        assert outside.connect_ex(("127.0.0.2", port)) != 0
    stops[0].set()
    assert "dialer_paused 0.0" in eventually(lambda: get(port))
    time.sleep(0.2)
    stops[1].set()
    for thread in threads:
        assert thread is not None
        thread.join(10)
        assert not thread.is_alive()
    first.db.close()
    second.db.close()


def test_without_a_port_nothing_is_served(office: Office) -> None:
    assert serve_metrics(office.app, stop=Event()) is None


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "//metrics"])
def test_the_public_door_has_no_figures(office: Office, path: str) -> None:
    assert office.post(path, {}, method="GET", signature=None).status_code in {308, 404}
