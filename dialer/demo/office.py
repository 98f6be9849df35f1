"""The people behind the telephones: a supervisor, a clerk who confirms what was agreed, and the bank's daily file."""

from __future__ import annotations

import csv
import random
from datetime import date, datetime, time, timedelta
from threading import Event

from dialer.actions.document_data import Order
from dialer.actions.follow_agreements import follow_agreements
from dialer.actions.import_payments import import_payments, payment_defaults
from dialer.actions.move_ladder import approve
from dialer.actions.queue_delivery import queue_delivery
from dialer.actions.write_document import write_document
from dialer.core.casework import AgreementKind, DocumentKind, Transport
from dialer.core.tasks import TaskKind
from dialer.demo.stage import BERLIN, SUPERVISOR, Stage
from dialer.payments_file.reading import open_payments
from dialer.scheduler.post import Housekeeping
from dialer.storage import agreements, figures, tasks

ROUND = timedelta(minutes=10)
"""How often the outbox and the agreements are looked at; virtual time."""

OPENS, CLOSES = time(8), time(18)
AHEAD = timedelta(days=4)
KEEPS_HIS_WORD = 0.3
PAYS_UNASKED = 0.02
"""Chances on a day: that who promised pays, from so long before the day he named, and that any other debtor does."""

CLERK = "anna"
_HEADINGS = ("Forderungsnummer", "Buchungstag", "Betrag", "Währung", "Verwendungszweck", "Auftraggeber", "Kennung")
_CONFIRMS = {
    AgreementKind.PROMISE: DocumentKind.PHONE_AGREEMENT,
    AgreementKind.INSTALMENTS: DocumentKind.INSTALMENT_AGREEMENT,
}


class BackOffice:
    """Works beside the telephones. The same seed is the same money."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage = stage
        self._dice = random.Random(f"money {seed}")  # noqa: S311 - a repeatable sample, not a secret
        self._looked_at: datetime | None = None
        self._housekeeping = Housekeeping(stage.app)
        self._banked_on: date | None = None

    def work(self) -> None:
        """What is due by now: the bank's file in the morning, agreements, papers, approvals."""
        now = self._stage.network.now
        if self._looked_at is not None and now < self._looked_at + ROUND:
            return
        self._looked_at = now
        local = now.astimezone(BERLIN)
        follow_agreements(self._stage.app, now)
        if local.weekday() < 5 and OPENS <= local.time() < CLOSES:
            if self._banked_on != local.date():
                self._banked_on = local.date()
                self._bank(local.date())
            self._tasks(local.date())
        self._housekeeping.round(Event())

    def close(self) -> None:
        """What the last evening has left: files for legal review."""
        Housekeeping(self._stage.app).round(Event())

    def _tasks(self, today: date) -> None:
        app = self._stage.app
        with app.db.read() as tx:
            due = tasks.due_tasks(tx, until=today)
        for found in due:
            if found.task.kind == TaskKind.APPROVE_WARNING:
                approve(app, found.task.case_id, actor=SUPERVISOR)
            elif found.task.kind == TaskKind.CONFIRM_AGREEMENT:
                self._confirm(found.task.case_id)

    def _confirm(self, case_id: int) -> None:
        """The letter that says what was agreed; handing it over closes the task."""
        app = self._stage.app
        with app.db.read() as tx:
            running = agreements.open_of_case(tx, case_id)
        if running is not None:
            order = Order(kind=_CONFIRMS[running.terms.kind])
            written = write_document(app, case_id, order, actor=CLERK)
            queue_delivery(app, written.document_id, Transport.PRINT, actor=CLERK)

    def _bank(self, today: date) -> None:
        """Yesterday's money, as a file from the bank."""
        path = self._stage.folder / "payments" / f"{today}.csv"
        path.parent.mkdir(exist_ok=True)
        app = self._stage.app
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows((_HEADINGS, *self._money(today)))
        defaults = payment_defaults(app.config, creditor=None, now=app.clock.now())
        with open_payments(path, accounts={}) as source:
            import_payments(app, source, defaults=defaults, actor="import", rejects_path=None)

    def _money(self, today: date) -> list[tuple[str, ...]]:
        """Who promised pays what is due; of the others a few pay all of an invoice."""
        with self._stage.app.db.read() as tx:
            promised = {a.case_id: a.terms.instalments[0] for a in agreements.all_open(tx)}
            owed = figures.owed(tx)
        rows, paying = [], set[int]()
        for claim in owed:
            rate = promised.get(claim.case_id)
            due = rate is not None and rate.due_on <= today + AHEAD
            chance = KEEPS_HIS_WORD if due else 0 if rate else PAYS_UNASKED
            if claim.case_id in paying or self._dice.random() >= chance:
                continue
            paying.add(claim.case_id)
            rows.append(_line(claim, min(rate.amount_minor, claim.open_minor) if rate else claim.open_minor, today))
        return rows


def _line(claim: figures.Owed, minor: int, today: date) -> tuple[str, ...]:
    amount = f"{minor // 100},{minor % 100:02d}"
    key = f"{today}-{claim.claim_id}"
    return claim.reference, f"{today:%d.%m.%Y}", amount, "EUR", claim.invoice_number, claim.debtor, key
