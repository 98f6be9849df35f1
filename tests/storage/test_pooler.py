"""Behind a pooler that gives a server's connection to somebody else after each transaction."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dialer.core.errors import BadInput
from dialer.storage.database import Database
from dialer.storage.log_rows import freeze

REPEATED = 20
"""More often than the driver wants before it has a statement prepared."""


def prepared(db: Database) -> int:
    for _ in range(REPEATED):
        with db.read() as tx:
            tx.execute(sa.select(sa.literal(1))).one()
    with db.read() as tx:
        return int(tx.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar_one())


def settings(tx: sa.Connection) -> tuple[str, ...]:
    return tuple(
        tx.exec_driver_sql(f"SHOW {name}").scalar_one() for name in ("statement_timeout", "lock_timeout", "timezone")
    )


def test_nothing_is_left_with_a_connection_that_changes_hands(postgresql_database_url: str) -> None:
    db = Database(f"{postgresql_database_url}&pooler=transaction")
    assert prepared(db) == 0
    with db.write() as tx:
        assert settings(tx) == ("30s", "15s", "UTC")
    raw = db.engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("SHOW statement_timeout")
    assert cursor.fetchone() == ("0",)
    raw.close()
    db.close()


def test_without_a_pooler_the_connection_keeps_its_settings_and_statements(postgresql_database_url: str) -> None:
    db = Database(postgresql_database_url)
    assert prepared(db) > 0
    with db.write() as tx:
        assert settings(tx) == ("30s", "15s", "UTC")
    db.close()


def test_the_schema_is_made_through_a_pooler_too(postgresql_database_url: str) -> None:
    db = Database(f"{postgresql_database_url}&pooler=transaction")
    db.upgrade()
    assert db.schema_is_current()
    db.close()


def test_another_way_of_pooling_is_refused(postgresql_database_url: str) -> None:
    with pytest.raises(BadInput, match="pooler must be transaction"):
        Database(f"{postgresql_database_url}&pooler=statement")


def test_an_export_sees_one_instant_behind_a_pooler_too(postgresql_database_url: str) -> None:
    db = Database(f"{postgresql_database_url}&pooler=transaction")
    with db.read() as tx:
        freeze(tx)
        assert tx.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "repeatable read"
        assert settings(tx) == ("30s", "15s", "UTC")
    db.close()
