"""Figures for Prometheus, read from the database when they are asked for: the same from every process.

Labels are words of the program (outcomes, rules, kinds of alarm), never names, numbers or references.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from dialer.app import App
from dialer.core.call import AttemptState
from dialer.core.outcome import Mode
from dialer.storage import due, metrics, numbers, pacing
from dialer.storage.database import Transaction

HOUR = timedelta(hours=1)
DENIALS_READ = 10_000
"""So many refusals are read at most; each has to be looked into."""

BY_THEMSELVES = (None, Mode.PROGRESSIVE, Mode.UNATTENDED)
"""Cases that the scheduler takes up without anybody's click."""


class Figures(Collector):
    """Asks the database anew for every scrape."""

    def __init__(self, app: App) -> None:
        self._app = app

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All figures, from one moment."""
        now = self._app.clock.now()
        with self._app.db.read() as tx:
            families = [*_work(tx, now), *_queue(self._app, tx, now), *_account(self._app, tx, now), *_outbox(tx, now)]
        yield from families


def _work(tx: Transaction, now: datetime) -> Iterator[GaugeMetricFamily]:
    since = now - HOUR
    yield _one("dialer_started_1h", "Calls the carrier was asked for in the last hour", metrics.sent_since(tx, since))
    attempts = metrics.attempts_since(tx, since)
    yield _by("dialer_attempts_1h", "Attempts of the last hour, by outcome; live = not ended", "outcome", attempts)
    denied = numbers.denials_by_rule(tx, since=since, at_most=DENIALS_READ)
    yield _by("dialer_denials_1h", "Refusals of the gate in the last hour, by rule", "rule", denied)
    live = metrics.live_by_state(tx)
    yield _by("dialer_live_attempts", "Attempts that have not ended, by state", "state", live)
    unknown = live.get(AttemptState.UNKNOWN, 0)
    yield _one("dialer_unknown_attempts", "Attempts of which it is not known whether they made a call", unknown)
    alarms = metrics.alarms_since(tx, since)
    yield _by("dialer_alarms_1h", "Alarms of the last hour, by kind", "kind", alarms)
    odd = {
        "late": metrics.late_callbacks_since(tx, since),
        "duplicate": metrics.repeated_callbacks_since(tx, since),
        "conflicting": alarms.get("call.conflict", 0),
    }
    yield _by("dialer_odd_callbacks_1h", "Callbacks of the last hour that came late, again, or contradict", "how", odd)


def _queue(app: App, tx: Transaction, now: datetime) -> Iterator[GaugeMetricFamily]:
    waited = _age(due.next_due_at(tx, modes=BY_THEMSELVES), now)
    yield _one("dialer_oldest_due_seconds", "How long the oldest due case has been waiting", waited)
    ahead = pacing.ahead(tx, app.account, now=now).total_seconds()
    yield _one("dialer_pacing_ahead_seconds", "How far call starts are promised into the future", ahead)
    granted = app.config.twilio.calls_per_second
    yield _one("dialer_pacing_calls_per_second", "Call starts a second that the account may make", granted)


def _account(app: App, tx: Transaction, now: datetime) -> Iterator[GaugeMetricFamily]:
    circuit = pacing.circuit(tx, app.account)
    states = {"closed": circuit is None, "open": False, "trying": False}
    if circuit is not None:
        states["trying" if circuit.probe_id is not None or now >= circuit.until else "open"] = True
    yield _by("dialer_circuit", "1 for the state of the circuit breaker", "state", states)
    paused = pacing.paused(tx, app.account, now=now) is not None
    yield _one("dialer_paused", "1 while nobody is called, by a person or by the circuit breaker", paused)


def _outbox(tx: Transaction, now: datetime) -> Iterator[GaugeMetricFamily]:
    waiting = metrics.waiting_deliveries(tx)
    yield _one("dialer_outbox_waiting", "Letters, mails and faxes that were not handed over yet", waiting)
    age = _age(metrics.oldest_delivery_due(tx), now)
    yield _one("dialer_outbox_oldest_seconds", "How long the oldest of them that is due has waited", age)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)


def _one(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=float(value))


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for word, value in sorted(values.items()):
        family.add_metric([word], float(value))
    return family
