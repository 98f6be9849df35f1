"""Take back a call that somebody stopped while it was being made, or while it rings."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from dialer.actions.call_log import BROKEN_CASE
from dialer.actions.judge_attempt import judge_attempt
from dialer.actions.transport import cancel, queued_too_long
from dialer.app import App
from dialer.core.call import AttemptState
from dialer.core.desk import DeskState
from dialer.storage import attempts, desks
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction


def stop_unwanted(app: App, case_id: int) -> None:
    """Take back the case's call if it is not answered yet and nobody wants it any more: paid, held, disputed, closed.

    Also what would ring too late, or waits in the carrier's queue. To be asked when something has changed, and when a
    call becomes known that could not be taken back before that.
    """
    now = app.clock.now()
    with app.db.read() as tx:
        attempt = attempts.live_of_case(tx, case_id)
        if attempt is None or attempt.call.sid is None or attempt.call.state is AttemptState.ANSWERED:
            return
        why = _late(app, attempt, now) or ("collector gone" if _collector_gone(tx, attempt) else None)
        if why is None:
            judged = judge_attempt(app, tx, attempt, now)
            if judged.left_the_telephone:
                why = f"the case is at {judged.situation.case.stage}"
            elif not judged.verdict.allowed:
                why = " ".join(judged.verdict.rules)
    if why is not None:
        cancel(app, attempt.id, why=why, now=now)


def follow(app: App, case_id: int) -> None:
    """Take back a call that must not reach anybody any more.

    A case that cannot be judged reaches nobody either, and the scheduler tells of it: what was noted stands.
    """
    with suppress(*BROKEN_CASE):
        stop_unwanted(app, case_id)


def follow_each(app: App, case_ids: Collection[int]) -> None:
    """The same for every case that a file has changed; the scheduler would come to them one after the other."""
    if not case_ids:
        return
    # few telephones ring, and a file may change the whole book
    with app.db.read() as tx:
        called = {attempt.case_id for attempt in attempts.live(tx)}
    for case_id in called.intersection(case_ids):
        follow(app, case_id)


def too_late(attempt: Attempt, now: datetime) -> bool:
    """True for a call that does not ring yet and must not begin to."""
    return attempt.call.state is AttemptState.PLACED and now >= attempt.not_after


def _late(app: App, attempt: Attempt, now: datetime) -> str | None:
    if too_late(attempt, now):
        return "its window has closed"
    waits = attempt.call.state is AttemptState.PLACED and queued_too_long(app, attempt.queue_ms)
    return "the carrier would keep it in its queue" if waits else None


def _collector_gone(tx: Transaction, attempt: Attempt) -> bool:
    """His line closed while there was no call yet that could be taken back."""
    desk = desks.by_id(tx, attempt.desk_id) if attempt.desk_id else None
    return attempt.desk_id is not None and (desk is None or desk.state is DeskState.CLOSED)
