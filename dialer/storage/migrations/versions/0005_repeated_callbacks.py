"""How often a callback came again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count the repetitions of each callback beside the one that was stored."""
    op.add_column("call_events", sa.Column("repeats", sa.Integer(), server_default="0", nullable=False))
