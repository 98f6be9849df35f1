"""One door to SQLite and PostgreSQL: `write()` for changes, `read()` for looking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from dialer.core.errors import BadInput

Transaction = sa.Connection
"""What storage functions work in; the rest of the program hands it through without knowing what it is."""

SQLITE_BUSY_MS = 30_000
STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 15_000
MIGRATION_LOCK = 7_430_000
"""PostgreSQL advisory lock: two upgrades at once take turns."""

POOLER = "pooler"
"""Part of the address's query: pooler=transaction where connections change hands after each transaction."""

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """An engine with the settings that the contracts rest on."""

    def __init__(self, url: str) -> None:
        try:
            parsed = sa.make_url(url)
        except (sa.exc.ArgumentError, ValueError):
            raise BadInput("database.url is not a database address like sqlite:///dialer.db") from None
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if not self.is_sqlite and parsed.get_backend_name() != "postgresql":
            raise BadInput(f"database.url names {parsed.get_backend_name()}; SQLite and PostgreSQL are supported")
        self.engine = _sqlite(parsed) if self.is_sqlite else _postgresql(parsed)
        self.losses = 0
        sa.event.listen(self.engine, "handle_error", self._note_loss)

    def _note_loss(self, context: sa.ExceptionContext) -> None:
        """Counts connections that broke: who answers next may be another server, which knows less."""
        self.losses += context.is_disconnect

    @property
    def file(self) -> Path | None:
        """Where an SQLite database lies; None of any other."""
        return Path(self.engine.url.database) if self.is_sqlite and self.engine.url.database else None

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that may change things; commits at the end, rolls back on an exception."""
        with self.engine.connect().execution_options(dialer_write=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction for reading: one consistent view on SQLite, each statement its own on PostgreSQL."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def upgrade(self) -> None:
        """Bring the schema to the newest version."""
        config = _alembic()
        with _explained(), self.write() as tx:
            if not self.is_sqlite:  # SQLite's writers take turns anyway
                # a migration of a large table may take longer than any statement of the program may
                tx.exec_driver_sql("SET LOCAL statement_timeout = 0")
                tx.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            config.attributes["connection"] = tx
            command.upgrade(config, "head")

    def schema_is_current(self) -> bool:
        """True when every migration of this version of the program has run."""
        head = ScriptDirectory.from_config(_alembic()).get_current_head()
        with _explained(), self.read() as tx:
            return MigrationContext.configure(tx).get_current_revision() == head

    def reachable(self) -> bool:
        """True when the engine answers."""
        try:
            with self.read() as tx:
                tx.exec_driver_sql("SELECT 1")
        except sa.exc.SQLAlchemyError:
            return False
        return True

    def server_time(self) -> datetime | None:
        """What the database server's clock shows, UTC; None for SQLite, which has none of its own."""
        if self.is_sqlite:
            return None
        with self.read() as tx:
            shown: datetime = tx.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return shown.astimezone(UTC)

    def forget(self) -> bool:
        """Empty SQLite's write-ahead log, which holds what was deleted; False while somebody reads from it.

        PostgreSQL vacuums itself.
        """
        if not self.is_sqlite:
            return True
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        return not busy

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


@contextmanager
def _explained() -> Iterator[None]:
    """A database that cannot be asked, or that a newer version of the program made, told in one line."""
    try:
        yield
    except sa.exc.DatabaseError as error:
        why = " ".join(str(error.orig).split())
        raise BadInput(f"the database that database.url names cannot be used: {why}") from None
    except CommandError:
        raise BadInput("the database was made by a newer version of dialer; run that one") from None


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url.set(drivername="sqlite"))

    @sa.event.listens_for(engine, "connect")
    def _(raw: Any, _record: Any) -> None:
        # the driver must not open transactions by itself: the begin hook below does
        raw.isolation_level = None
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        # NORMAL may lose the last commits at a power cut, and a lost intent is a double call
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # without it INSERT OR REPLACE deletes past the trigger that keeps the log append-only
        cursor.execute("PRAGMA recursive_triggers=ON")
        # what is erased must not be found in the file; not every build does so by itself
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("dialer_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    pooled = _behind_a_pooler(url)
    settings = {"statement_timeout": STATEMENT_TIMEOUT_MS, "lock_timeout": LOCK_TIMEOUT_MS, "timezone": "UTC"}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    # what a connection is told or remembers, a pooler would give to somebody else
    arguments = {"prepare_threshold": None} if pooled else {"options": options}
    address = url.set(drivername="postgresql+psycopg").difference_update_query([POOLER])
    engine = sa.create_engine(address, pool_size=10, max_overflow=20, connect_args=arguments)
    if pooled:
        # no SELECT: after one, the transaction could not choose its isolation any more
        words = "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in settings.items())

        @sa.event.listens_for(engine, "begin")
        def _(connection: sa.Connection) -> None:
            connection.exec_driver_sql(words)

    return engine


def _behind_a_pooler(url: sa.URL) -> bool:
    mode = url.query.get(POOLER)
    if mode not in {None, "transaction"}:
        raise BadInput(f"database.url: {POOLER} must be transaction, for a pooler that shares connections so")
    return mode is not None
