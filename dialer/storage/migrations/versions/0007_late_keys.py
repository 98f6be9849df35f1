"""A line remembers until when its collector heard whom he heard last: a key he pressed then may arrive later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from dialer.storage.types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column of the collectors' lines."""
    op.add_column("desks", sa.Column("talked_until", UtcDateTime, nullable=True))
