"""Which constraint refused a row, in words that do not depend on the engine's language settings."""

from __future__ import annotations

import sqlalchemy as sa

_SQLITE_UNIQUE = "UNIQUE constraint failed: "


def refused_by(error: sa.exc.IntegrityError) -> str:
    """The constraint's name on PostgreSQL, the columns of a unique one ("table.column") on SQLite, else ""."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or "")
    text = str(error.orig)
    return text.removeprefix(_SQLITE_UNIQUE) if text.startswith(_SQLITE_UNIQUE) else ""
