"""What people decide about the ladder: another contact, up or down; leave to name the next step on a mailbox."""

from __future__ import annotations

from dataclasses import dataclass

from dialer.actions.climb_ladder import Ladder, drop_open_rung, finish_rung, where
from dialer.actions.make_task import close_task
from dialer.actions.messages import message_for
from dialer.actions.plan_case import plan_case
from dialer.actions.situation import Situation, look
from dialer.app import App
from dialer.core.case import CaseStatus, Contact
from dialer.core.casework import Rung, RungState, TaskState
from dialer.core.desk import Role
from dialer.core.errors import BadInput
from dialer.core.ladder import direct_lines, next_contact
from dialer.core.plan import Plan
from dialer.core.tasks import TaskKind
from dialer.storage import book, desks, rungs, tasks
from dialer.storage.database import Transaction
from dialer.telephony.twiml import Speech

NOT_APPROVED = "not_approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What would be left on whose mailbox, at which numbers (E.164); `words` is None for a recording."""

    contact: Contact
    lines: tuple[str, ...]
    message: str
    words: str | None


def move_to(app: App, case_id: int, *, contact_id: int | None, reason: str, actor: str) -> Plan:
    """Turn to another contact, the next one up unless one is named; his count begins at nought.

    A supervisor's decision, up or down, with its reason. Raises BadInput or NotFound.
    """
    now = app.clock.now()
    if not reason.strip():
        raise BadInput("say why with --reason; it stands in the case's log")
    with app.db.write() as tx:
        _supervisor(tx, actor)
        situation = look(app, tx, case_id, lock=True)
        case = situation.case
        contact = _wanted(situation, contact_id)
        ladder = Ladder(app=app, tx=tx, case=case, now=now)
        drop_open_rung(ladder)
        book.update_case(tx, case_id, contact_id=contact.id, contact_since=now, callback_at=None)
        facts = {"from": case.contact_id, **where(contact)}
        ladder.log("ladder.moved", facts, actor=actor, personal={"reason": reason.strip()})
        return plan_case(app, tx, case_id, now)


def _wanted(situation: Situation, contact_id: int | None) -> Contact:
    case = situation.case
    if case.status is not CaseStatus.OPEN:
        raise BadInput(f"case {case.id} is not open ({case.status}); it has to be reopened first")
    if case.debtor.type.natural_person:
        raise BadInput(f"case {case.id}: a natural person is never escalated to other people (BZ-3)")
    if contact_id is not None:
        named = case.contact(contact_id)
        if named is None:
            raise BadInput(f"case {case.id} has no contact {contact_id}; `dialer explain {case.id}` lists them")
        return named
    current = case.contact(case.contact_id) or min(case.contacts, key=lambda c: (c.role.level, c.id), default=None)
    above = next_contact(case, current) if current else None
    if above is None:
        raise BadInput(f"case {case.id}: nobody above has a usable number; name a contact with --to")
    return above


def pending_approval(app: App, case_id: int) -> Approval:
    """What waits for leave in a case. Raises BadInput when nothing does."""
    with app.db.read() as tx:
        return _approval(app, look(app, tx, case_id), _waiting(tx, case_id))


def approve(app: App, case_id: int, *, actor: str) -> Approval:
    """Let the message be left. A supervisor's decision. Raises BadInput or NotFound."""
    now = app.clock.now()
    with app.db.write() as tx:
        _supervisor(tx, actor)
        situation = look(app, tx, case_id, lock=True)
        row = _waiting(tx, case_id)
        approval = _approval(app, situation, row)
        rungs.approve(tx, row.taken.id, actor=actor, at=now)
        ladder = Ladder(app=app, tx=tx, case=situation.case, now=now)
        facts = {"rung": row.taken.rung.value, "message": approval.message, **where(approval.contact)}
        ladder.log("ladder.approved", facts, actor=actor, personal={"words": approval.words or ""})
        for task in tasks.of_case(tx, case_id, state=TaskState.OPEN):
            if task.kind == TaskKind.APPROVE_WARNING:
                close_task(tx, task, at=now, actor=actor)
        plan_case(app, tx, case_id, now)
    return approval


def refuse(app: App, case_id: int, *, reason: str, actor: str) -> None:
    """Leave the message out; the ladder goes on. A supervisor's decision. Raises BadInput or NotFound."""
    now = app.clock.now()
    with app.db.write() as tx:
        _supervisor(tx, actor)
        situation = look(app, tx, case_id, lock=True)
        row = _waiting(tx, case_id)
        ladder = Ladder(app=app, tx=tx, case=situation.case, now=now)
        ladder.log("ladder.refused", {"rung": row.taken.rung.value}, actor=actor, personal={"reason": reason.strip()})
        finish_rung(ladder, row.taken.id, row.taken.rung, RungState.SKIPPED, NOT_APPROVED)
        plan_case(app, tx, case_id, now)


def _waiting(tx: Transaction, case_id: int) -> rungs.RungRow:
    row = rungs.open_of_case(tx, case_id)
    if row is None or row.taken.rung is not Rung.VOICEMAIL or row.taken.approved_at is not None:
        raise BadInput(f"case {case_id}: no message waits for approval")
    return row


def _approval(app: App, situation: Situation, row: rungs.RungRow) -> Approval:
    contact = situation.case.contact(row.taken.contact_id)
    message = message_for(app.config, situation, contact, "warning") if contact else None
    if contact is None or message is None:
        raise BadInput(f"case {situation.case.id}: the message must not be left as it is; `dialer lint` says why")
    words = message.content.text if isinstance(message.content, Speech) else None
    lines = tuple(line.e164 for line in direct_lines(situation.case, contact))
    return Approval(contact=contact, lines=lines, message=message.name, words=words)


def _supervisor(tx: Transaction, actor: str) -> None:
    user = desks.user_by_name(tx, actor)
    if user is None or user.role != Role.SUPERVISOR:
        raise BadInput(f'"{actor}" is no supervisor; see `dialer user role`')
