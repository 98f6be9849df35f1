"""How often a callback came again; cases whose call has just ended are found by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count the repetitions of each callback beside the one that was stored; an index of calls that have ended."""
    op.add_column("call_events", sa.Column("repeats", sa.Integer(), server_default="0", nullable=False))
    ended = sa.text("next_reason = 'call_ended'")
    op.create_index("ix_cases_ended", "cases", ["next_at"], sqlite_where=ended, postgresql_where=ended)
