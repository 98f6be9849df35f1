"""A cursor of the PostgreSQL driver that tells of a result's columns only what SQLAlchemy asks for."""

from __future__ import annotations

from typing import Any

import psycopg


class PlainCursor(psycopg.Cursor[Any]):
    """The driver makes an object for each column of each result; with forty columns that takes as long as the query."""

    @property
    def description(self) -> Any:
        """Name and type of each column, filled up as PEP 249 wants it; None where there are no columns."""
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        empty = (None,) * 5
        return [((result.fname(n) or b"").decode(), result.ftype(n), *empty) for n in range(result.nfields)]
