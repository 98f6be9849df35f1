"""What the ladder does to a case: rungs taken and ended, the next contact, legal review; each of it an entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialer.actions.make_task import close_task, make_task
from dialer.actions.situation import Situation
from dialer.app import App
from dialer.core.case import Case, CaseStatus, Contact
from dialer.core.casework import DeliveryState, Rung, RungState, TaskOrigin, TaskState
from dialer.core.decision import Climb, EndRung, Review, TakeRung
from dialer.core.ladder import unwanted
from dialer.core.tasks import TaskKind
from dialer.storage import book, deliveries, entries, import_rows, rungs, tasks
from dialer.storage.database import Transaction
from dialer.storage.entries import SYSTEM, NewEntry

WITHDRAWN, NOT_SENT = "withdrawn", "not_sent"
"""Why a rung has ended, beside the obstacles of core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A case, locked, whose ladder moves at this instant."""

    app: App
    tx: Transaction
    case: Case
    now: datetime

    def log(
        self, kind: str, facts: dict[str, Any], *, actor: str = SYSTEM, personal: dict[str, Any] | None = None
    ) -> None:
        """An entry of the case."""
        entry = NewEntry(
            case_id=self.case.id, at=self.now, kind=kind, actor=actor, facts=facts, personal=personal or {}
        )
        entries.append(self.tx, entry)

    def task(self, kind: TaskKind, ref: str) -> None:
        """Somebody looks after it today."""
        make_task(
            self.tx,
            case_id=self.case.id,
            kind=kind,
            origin=TaskOrigin.LADDER,
            ref=ref,
            due_on=self.now.astimezone(self.app.site.zone).date(),
            at=self.now,
            actor=SYSTEM,
        )


def climb(ladder: Ladder, move: Climb) -> None:
    """Turn to the next contact."""
    book.update_case(ladder.tx, ladder.case.id, contact_id=move.contact.id, contact_since=ladder.now, callback_at=None)
    drop_open_rung(ladder)
    facts = {"why": move.why.value, "because": list(move.because), "missing_levels": list(move.missing_levels)}
    ladder.log("ladder.climbed", {**facts, **where(move.contact)})
    _missing(ladder, move.missing_levels)


def turn_to(ladder: Ladder, contact: Contact, *, since: datetime, why: str) -> None:
    """Go on with a contact who has turned out helpful; what he said counts from `since` (UTC)."""
    drop_open_rung(ladder)
    book.update_case(ladder.tx, ladder.case.id, contact_id=contact.id, contact_since=since)
    ladder.log("ladder.moved", {"from": ladder.case.contact_id, "why": why, **where(contact)})


def review(ladder: Ladder, move: Review) -> None:
    """The telephone has done what it can: a person decides, with the case's file before him."""
    book.update_case(ladder.tx, ladder.case.id, status=CaseStatus.LEGAL_REVIEW)
    drop_open_rung(ladder)
    facts = {"why": move.why.value, "because": list(move.because), "missing_levels": list(move.missing_levels)}
    ladder.log("case.legal_review", facts)
    ladder.task(TaskKind.LEGAL_REVIEW, f"ladder {ladder.now.astimezone(ladder.app.site.zone).date()}")
    _missing(ladder, move.missing_levels)


def take_rung(ladder: Ladder, move: TakeRung) -> None:
    """Begin a rung: the outbox writes, or a person is asked for leave."""
    drop_open_rung(ladder)
    note = move.obstacle.value if move.obstacle else None
    rung_id = rungs.begin(
        ladder.tx,
        ladder.case.id,
        contact_id=move.contact.id,
        rung=move.rung,
        why=move.why.value,
        at=ladder.now,
        note=note,
    )
    facts = {"rung": move.rung.value, "why": move.why.value, "because": list(move.because), **where(move.contact)}
    ladder.log("ladder.rung_skipped" if note else "ladder.rung", facts | ({"obstacle": note} if note else {}))
    if move.rung is Rung.VOICEMAIL and not note:
        ladder.task(TaskKind.APPROVE_WARNING, f"rung {rung_id}")


def end_rung(ladder: Ladder, move: EndRung) -> None:
    """The rung is over."""
    finish_rung(ladder, move.taken.id, move.taken.rung, move.state, move.obstacle.value if move.obstacle else None)


def finish_rung(ladder: Ladder, rung_id: int, rung: Rung, state: RungState, note: str | None) -> bool:
    """Note the end of a rung; False when it was over before."""
    if not rungs.end(ladder.tx, rung_id, state, at=ladder.now, note=note):
        return False
    facts = {"rung": rung.value, "state": state.value}
    ladder.log("ladder.rung_ended", facts | ({"obstacle": note} if note else {}))
    for task in tasks.of_case(ladder.tx, ladder.case.id, state=TaskState.OPEN):
        if task.kind == TaskKind.APPROVE_WARNING and task.ref == f"rung {rung_id}":
            close_task(ladder.tx, task, at=ladder.now, actor=SYSTEM, why=note or state.value)
    return True


def withdraw_rung(ladder: Ladder, row: rungs.RungRow) -> None:
    """What was meant to be sent is no longer wanted; what is on its way already goes on, and counts."""
    finish_rung(ladder, row.taken.id, row.taken.rung, *_taken_back(ladder, row.delivery_id))


def take_back_rung(ladder: Ladder, row: rungs.RungRow) -> None:
    """The same where nobody is just planning the case: that is done at once."""
    withdraw_rung(ladder, row)
    import_rows.plan_again(ladder.tx, [ladder.case.id], now=ladder.now, reason="changed")


def _taken_back(ladder: Ladder, delivery_id: int | None) -> tuple[RungState, str | None]:
    if delivery_id is None or deliveries.withdraw(ladder.tx, delivery_id):
        if delivery_id is not None:
            ladder.log("delivery.withdrawn", {"delivery": delivery_id})
        return RungState.WITHDRAWN, WITHDRAWN
    sent = deliveries.by_id(ladder.tx, delivery_id)
    return end_of(sent.state if sent else None)


def withdraw_unwanted(ladder: Ladder, situation: Situation) -> bool:
    """Take back a rung that something has overtaken; True when there was one."""
    taken = next((rung for rung in situation.case.rungs if rung.state.open), None)
    contact = situation.case.contact(taken.contact_id) if taken else None
    if taken is None or (contact and not unwanted(situation.view(contact), taken)):
        return False
    drop_open_rung(ladder)
    return True


def end_of(delivery: DeliveryState | None) -> tuple[RungState, str | None]:
    """What a written rung has come to, by the delivery that has ended or is under way."""
    return (RungState.DONE, None) if delivery and delivery.may_have_gone else (RungState.SKIPPED, NOT_SENT)


def drop_open_rung(ladder: Ladder) -> None:
    """The case no longer waits for what it waited for."""
    row = rungs.open_of_case(ladder.tx, ladder.case.id)
    if row:
        withdraw_rung(ladder, row)


def _missing(ladder: Ladder, levels: Sequence[int]) -> None:
    if levels:
        find_out(ladder, f"level {', '.join(map(str, levels))}")


def find_out(ladder: Ladder, ref: str) -> None:
    """Somebody finds out who is responsible where the ladder knew nobody."""
    if ladder.app.config.segment_by_name(ladder.case.debtor.segment).missing_contact == "task":
        ladder.task(TaskKind.FIND_CONTACT, ref)


def where(contact: Contact) -> dict[str, Any]:
    """A contact in the facts of an entry, without his name."""
    return {"contact_id": contact.id, "role": contact.role.value, "level": contact.role.level}
