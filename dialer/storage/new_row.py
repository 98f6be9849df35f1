"""Rows that are written unless they are there already: the database decides, so two processes may try at once."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(tx: sa.Connection, table: sa.Table, index: sa.Index | None = None) -> Any:
    """An INSERT of that table which leaves out what a unique index refuses: that one, or any. `returning` may follow.

    Whatever else is wrong with a row raises sqlalchemy.exc.IntegrityError, and ends the transaction.
    """
    return _insert_new(table, index, tx.dialect.name)


@cache
def _insert_new(table: sa.Table, index: sa.Index | None, dialect: str) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    if index is None:
        return insert(table).on_conflict_do_nothing()
    where = index.dialect_options[dialect]["where"]
    return insert(table).on_conflict_do_nothing(index_elements=list(index.columns), index_where=where)
