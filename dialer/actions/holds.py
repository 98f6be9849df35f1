"""A person stops a case for a reason, or lets it go on; the case follows at once."""

from __future__ import annotations

from datetime import datetime

from dialer.actions.follow_agreements import HELD_FOR, withdraw
from dialer.actions.mark_case import lock_case, note
from dialer.actions.take_back import follow
from dialer.app import App
from dialer.core.case import Hold, HoldReason
from dialer.core.errors import BadInput
from dialer.storage import book, holds


def hold_case(
    app: App, case_id: int, reason: HoldReason, *, actor: str, text: str, until: datetime | None = None
) -> Hold:
    """Stop dialling until then, or until somebody lifts it; a hold of the same reason gives way.

    Raises BadInput or NotFound.
    """
    now = app.clock.now()
    said = _said(text)
    if until is not None and until <= now:
        raise BadInput(f"{reason.value}: its end {until.isoformat()} is past")
    hold = Hold(reason=reason, until=until)
    facts = {"reason": reason.value} | ({"until": until.isoformat()} if until else {})
    with app.db.write() as tx:
        lock_case(tx, case_id)
        holds.lift(tx, case_id, [reason], at=now)
        book.set_hold(tx, case_id, hold, at=now)
        note(tx, case_id, "hold.set", now, actor=actor, facts=facts, personal={"reason": said})
    follow(app, case_id)
    return hold


def lift_hold(app: App, case_id: int, reason: HoldReason, *, actor: str, text: str) -> None:
    """Let the case go on. Who lifts a promise takes the agreement back, so that nobody is said to have broken it.

    Raises BadInput when there is no such hold, or NotFound.
    """
    now = app.clock.now()
    said = _said(text)
    with app.db.write() as tx:
        lock_case(tx, case_id)
        if not holds.lift(tx, case_id, [reason], at=now):
            raise BadInput(f"case {case_id} has no hold {reason.value}")
        facts = {"reason": reason.value}
        note(tx, case_id, "hold.lifted", now, actor=actor, facts=facts, personal={"reason": said})
        if reason in HELD_FOR:
            withdraw(tx, case_id, actor=actor, now=now)


def _said(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise BadInput("say why: the log keeps the reason")
    return said
