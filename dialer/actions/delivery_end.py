"""What follows from a try to hand a delivery over, in the transaction that stores its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dialer.actions.alarms import raise_alarm
from dialer.actions.climb_ladder import Ladder, take_back_rung
from dialer.actions.close_follow_ups import agreement_confirmed
from dialer.actions.make_task import make_task
from dialer.app import App
from dialer.core.case import Case, CaseStatus, MarkKind
from dialer.core.casework import DeliveryState, DocumentKind, TaskOrigin
from dialer.core.marks import Mark
from dialer.core.tasks import TaskKind
from dialer.mail.handover import HandedOver, NotTaken
from dialer.storage import deliveries, documents, entries, import_rows, marks, rungs, stages
from dialer.storage.database import Transaction
from dialer.storage.deliveries import Delivery
from dialer.storage.documents import Document
from dialer.storage.entries import SYSTEM, NewEntry

BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
"""Waits after tries in vain; the last one repeats."""

MAX_REFUSALS = 3
"""Tries after which a server's lasting refusal is believed."""

MAX_TRIES = 12
"""Tries in all: about a day and a half."""

OUTDATED = "what it says is open is no longer what is owed"
"""Why a document is not sent that was right when it was written."""

CLOSED = "the case was closed while it waited"

NOTICES = {
    DocumentKind.RDG13A_NOTICE: MarkKind.RDG13A,
    DocumentKind.RDG13A3_NOTICE: MarkKind.RDG13A3,
    DocumentKind.RDG13A4_NOTICE: MarkKind.RDG13A4,
}
"""Notices that the gate waits for."""

_TASKS = {
    TaskKind.DELIVERY_REFUSED: (
        "Schriftstück {n} darf nicht versandt werden; die Gründe stehen in der Akte.",
        "Document {n} must not be sent; the case's log says why.",
    ),
    TaskKind.DELIVERY_FAILED: (
        "Schriftstück {n} konnte nicht versandt werden: anderen Weg wählen.",
        "Document {n} could not be sent: choose another way.",
    ),
    TaskKind.DELIVERY_UNKNOWN: (
        "Ungewiss, ob Schriftstück {n} angekommen ist: beim Empfänger nachfragen.",
        "Document {n} may or may not have arrived: ask the recipient.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A delivery, locked with its case, and the instant and transaction in which something becomes of it."""

    app: App
    tx: Transaction
    delivery: Delivery
    now: datetime

    def log(self, kind: str, personal: Mapping[str, object] | None = None, **facts: Any) -> None:
        """An entry of the case about this delivery."""
        delivery = self.delivery
        about = {
            "delivery": delivery.id,
            "document": delivery.document_id,
            "transport": delivery.transport.value,
            "channel": delivery.channel.value,
        }
        entry = NewEntry(
            case_id=delivery.case_id,
            at=self.now,
            kind=kind,
            actor=SYSTEM,
            facts={**about, **facts},
            personal=personal or {},
        )
        entries.append(self.tx, entry)

    def task(self, kind: TaskKind) -> None:
        """A person looks after it today."""
        words = _TASKS[kind][self.app.config.operator.language != "de"]
        make_task(
            self.tx,
            case_id=self.delivery.case_id,
            kind=kind,
            origin=TaskOrigin.DOCUMENT,
            ref=f"delivery {self.delivery.id}",
            note=words.format(n=self.delivery.document_id),
            due_on=self.now.astimezone(self.app.site.zone).date(),
            at=self.now,
            actor=SYSTEM,
        )

    def refuse(self, *, verdict: Mapping[str, Any] | None = None, error: str | None = None, **facts: Any) -> None:
        """It is not sent, and a person looks after it, unless it has come to another end meanwhile."""
        if deliveries.refuse(self.tx, self.delivery.id, verdict=verdict, error=error):
            self.log("delivery.refused", **facts)
            self.task(TaskKind.DELIVERY_REFUSED)

    def alarm(self, kind: str, text: str) -> None:
        """A supervisor sees it."""
        about = f"delivery {self.delivery.id} of document {self.delivery.document_id}"
        raise_alarm(self.tx, at=self.now, kind=kind, text=f"{about}: {text}", case_id=self.delivery.case_id)


def held_back(step: Step, said: Mapping[str, Any], until: datetime | None) -> None:
    """The gate said not now, or not at all."""
    step.log("verdict.denied", **said)
    if until is not None:
        deliveries.postpone(step.tx, step.delivery.id, until=until)
    else:
        step.refuse(verdict=said)


def closed_meanwhile(step: Step, case: Case) -> bool:
    """True when the case was closed since somebody put the document into the outbox: it is not sent."""
    if case.status is not CaseStatus.CLOSED:
        return False
    last = stages.last(step.tx, case.id)
    if last is None or last.at < step.delivery.made_at:
        return False
    step.refuse(error=CLOSED, why=CLOSED)
    return True


def outdated(step: Step, case: Case, said: Mapping[str, int]) -> bool:
    """True when something was paid, or taken back, since the document was written: it is not sent.

    The ladder's is written anew; of any other a person decides. `said`: what it says is open, minor units by claim.
    """
    owed = {str(claim.id): claim.open_minor for claim in case.claims}
    if all(owed.get(claim) == minor for claim, minor in said.items()):
        return False
    step.log("delivery.outdated", said=dict(said), owed={claim: owed.get(claim) for claim in said})
    tx, delivery = step.tx, step.delivery
    rung = rungs.open_of_case(tx, case.id)
    if rung is not None and rung.delivery_id == delivery.id:
        take_back_rung(Ladder(app=step.app, tx=tx, case=case, now=step.now), rung)
    else:
        step.refuse(error=OUTDATED)
    return True


def handed_over(step: Step, document: Document, done: HandedOver) -> None:
    """It is on its way; a notice is given with it."""
    tx, case_id, now = step.tx, step.delivery.case_id, step.now
    if not deliveries.end(tx, step.delivery.id, DeliveryState.HANDED_OVER, proof=done.proof, error=None):
        return
    documents.mark_sent(tx, document.id, at=now)
    step.log("delivery.handed_over", proof=done.proof)
    agreement_confirmed(tx, document, at=now, actor=SYSTEM)
    if document.kind in NOTICES:
        kind = NOTICES[document.kind]
        marks.set_mark(tx, case_id, Mark(kind=kind, given_at=now), actor=SYSTEM, at=now)
        step.log("mark.set", mark=kind.value, given_at=now.isoformat())
    # a fax counts like a call, and a notice opens what waited for it
    import_rows.plan_again(tx, [case_id], now=now, reason="changed")


def unknown(step: Step, why: str) -> None:
    """It may have been sent: counted as if it had, and never sent again by itself."""
    if deliveries.end(step.tx, step.delivery.id, DeliveryState.UNKNOWN, error=why):
        step.log("delivery.unknown", why=why)
        step.alarm("delivery.unknown", f"may or may not have been sent ({why}): ask the recipient")
        step.task(TaskKind.DELIVERY_UNKNOWN)


def in_vain(step: Step, result: NotTaken) -> None:
    """Nothing was accepted: again later, until it is clear that it does not work."""
    delivery = step.delivery
    if delivery.state is not DeliveryState.SENDING:
        return
    if delivery.tries >= (MAX_REFUSALS if result.for_good else MAX_TRIES):
        deliveries.end(step.tx, delivery.id, DeliveryState.FAILED, error=result.why)
        step.log("delivery.failed", why=result.why, tries=delivery.tries)
        step.alarm("delivery.failed", result.why)
        step.task(TaskKind.DELIVERY_FAILED)
        return
    until = step.now + BACK_OFF[min(delivery.tries, len(BACK_OFF)) - 1]
    deliveries.postpone(step.tx, delivery.id, until=until, error=result.why)
    step.log("delivery.in_vain", why=result.why, tries=delivery.tries, again_at=until.isoformat())
