"""Holds taken back; `book.set_hold` sets them, `book.load_case` reads those that stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from dialer.core.case import HoldReason
from dialer.storage.tables import holds


def lift(tx: sa.Connection, case_id: int, reasons: Collection[HoldReason], *, at: datetime) -> int:
    """Lift the holds of these reasons that are not over; how many there were."""
    not_over = sa.or_(holds.c.until.is_(None), holds.c.until > at)
    standing = (holds.c.case_id == case_id, holds.c.lifted_at.is_(None), not_over)
    return tx.execute(holds.update().where(*standing, holds.c.reason.in_(list(reasons))).values(lifted_at=at)).rowcount
