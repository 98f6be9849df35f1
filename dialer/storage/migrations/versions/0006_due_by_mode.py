"""Due cases are found by who must be on the line, however many others are due and wait for somebody else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index of due cases begins with their mode."""
    is_open = sa.text("status = 'open'")
    op.drop_index("ix_cases_due", "cases")
    columns = ["next_mode", "next_at", "id"]
    op.create_index("ix_cases_due", "cases", columns, sqlite_where=is_open, postgresql_where=is_open)
