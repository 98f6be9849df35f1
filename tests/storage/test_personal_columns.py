"""Every column that could hold words is known to whoever erases a debtor."""

from __future__ import annotations

import sqlalchemy as sa

from dialer.storage.personal_columns import DELETED, ERASED, KEPT
from dialer.storage.tables import metadata

WORDS = (sa.String, sa.JSON, sa.LargeBinary)


def test_every_column_of_words_is_put_down_once():
    there = {(t.name, c.name) for t in metadata.sorted_tables for c in t.columns if isinstance(c.type, WORDS)}
    erased = {(table.name, name) for table, columns in ERASED.items() for name in columns}
    kept = {(table, name) for table, columns in KEPT.items() for name in columns}
    deleted = {(t, c) for t, c in there if t in DELETED}
    assert there - erased - kept - deleted == set(), "say in personal_columns.py what erasing does to these"
    assert (erased | kept | deleted) - there == set()
    assert [erased & kept, erased & deleted, kept & deleted] == [set(), set(), set()]
