"""Lines that a supervisor must see: stored, and in the program's log at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from dialer.core.clocks import JUMP
from dialer.storage import inbox
from dialer.storage.database import Transaction

TELL_EVERY = timedelta(hours=1)
"""What is tried again every minute would bury every other alarm."""

log = structlog.get_logger()


def raise_alarm(
    tx: Transaction, *, at: datetime, kind: str, text: str, case_id: int | None = None, attempt_id: int | None = None
) -> None:
    """Store the alarm and log it as a warning. The text carries no telephone number."""
    inbox.store_alarm(tx, at=at, kind=kind, text=text, case_id=case_id, attempt_id=attempt_id)
    log.warning("alarm", kind=kind, text=text, case=case_id, attempt=attempt_id)


def told_lately(tx: Transaction, kind: str, case_id: int, now: datetime) -> bool:
    """True when there is an alarm of that kind about the case from the last hour."""
    return inbox.is_told_within(tx, kind, case_id, after=now - TELL_EVERY, until=now + JUMP)
