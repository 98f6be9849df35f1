"""Lines that a supervisor must see: stored, and in the program's log at once."""

from __future__ import annotations

from datetime import datetime

import structlog

from dialer.storage import inbox
from dialer.storage.database import Transaction

log = structlog.get_logger()


def raise_alarm(
    tx: Transaction, *, at: datetime, kind: str, text: str, case_id: int | None = None, attempt_id: int | None = None
) -> None:
    """Store the alarm and log it as a warning. The text carries no telephone number."""
    inbox.store_alarm(tx, at=at, kind=kind, text=text, case_id=case_id, attempt_id=attempt_id)
    log.warning("alarm", kind=kind, text=text, case=case_id, attempt=attempt_id)
