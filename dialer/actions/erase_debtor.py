"""Erase what tells who a debtor is; the log of his case still verifies, and no import brings him back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dialer.actions.alarms import raise_alarm
from dialer.app import App
from dialer.core.desk import Role
from dialer.core.errors import BadInput, NotFound
from dialer.core.retention import ErasureReason, Kept, Period, periods, running
from dialer.storage import desks, entries, erasure, import_rows
from dialer.storage.database import Transaction
from dialer.storage.entries import NewEntry
from dialer.storage.erasure import Subject

IN_WAL = (
    "somebody was erased, and still stands in the file -wal beside the database, since another program was reading:"
    " it goes with the next erasure, or when all programs have been stopped once"
)

MAY = (Role.SUPERVISOR, Role.COMPLIANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A closed case, and what keeps it the longest; `period` None when nothing ever did."""

    case_id: int
    reference: str
    period: Period | None


def erase_debtor(app: App, case_id: int, reason: ErasureReason, *, actor: str) -> Mapping[str, int]:
    """Erase the debtor of a case; rows touched by table. Raises BadInput with what stands in the way, or NotFound."""
    now, zone = app.clock.now(), app.site.zone
    with app.db.write() as tx:
        _check_role(tx, actor)
        # an import that has read the book already would write him down again
        import_rows.lock_imports(tx)
        who = erasure.subject(tx, case_id, lock=True)
        if who is None:
            raise NotFound(f"there is no case {case_id}")
        _check_rest(who, case_id)
        _check_kept(erasure.kept(tx, case_id, zone), reason, now.astimezone(zone).date())
        wrong = reason is ErasureReason.WRONG_PARTY
        changed = erasure.erase(tx, case_id, who.debtor_id, at=now, suppress_numbers=wrong)
        facts = {"reason": reason.value, "rows": dict(changed)}
        entries.append(tx, NewEntry(case_id=case_id, at=now, kind="debtor.erased", actor=actor, facts=facts))
    if not app.db.forget():
        with app.db.write() as tx:
            raise_alarm(tx, at=now, kind="erasure.in_wal", text=IN_WAL, case_id=case_id)
    return changed


def due_for_erasure(app: App) -> list[Due]:
    """Closed cases whose periods have all run out."""
    zone = app.site.zone
    today = app.clock.now().astimezone(zone).date()
    with app.db.read() as tx:
        closed = [(case, reference, erasure.kept(tx, case, zone)) for case, reference in erasure.closed_cases(tx)]
    return [
        Due(case_id=case, reference=reference, period=next(iter(periods(kept)), None))
        for case, reference, kept in closed
        if running(kept, today) is None
    ]


def _check_role(tx: Transaction, actor: str) -> None:
    user = desks.user_by_name(tx, actor)
    if user is None:
        raise BadInput(f'no active user "{actor}"; add one with `dialer user add`')
    if user.role not in MAY:
        raise BadInput(f'"{actor}" has the role {user.role}; only supervisor and compliance may erase')


def _check_rest(who: Subject, case_id: int) -> None:
    """Nothing may be under way."""
    if who.erased_at is not None:
        raise BadInput(f"the debtor of case {case_id} was erased on {who.erased_at.date()}")
    if who.live_calls:
        raise BadInput(f"a call of case {case_id} is running; wait for its end")
    if who.open:
        raise BadInput(f"case {case_id} is not closed; close it first: `dialer stage {case_id} closed --fact ...`")
    if who.waiting_deliveries:
        raise BadInput(f"{who.waiting_deliveries} letters of case {case_id} are still to be sent; see `dialer outbox`")


def _check_kept(kept: Kept, reason: ErasureReason, today: date) -> None:
    """The law's periods outlast a request (Art. 17(3)(b) and (e) GDPR), and not a mistaken identity."""
    if reason is ErasureReason.WRONG_PARTY and not kept.wrong_party:
        raise BadInput("nobody has noted yet that this is the wrong person: a disposition or hold wrong_party says so")
    if period := running(kept, today):
        raise BadInput(f"{period.rule} keeps the case until {period.until}; it may be erased from that day on")
