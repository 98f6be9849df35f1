"""One door to SQLite and PostgreSQL: `write()` for changes, `read()` for looking."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from dialer.core.errors import BadInput

Transaction = sa.Connection
"""What storage functions work in; the rest of the program hands it through without knowing what it is."""

UNAVAILABLE = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError, sa.exc.TimeoutError)
"""Raised where the database is gone, or kept us waiting for too long: what was to be done is not at fault, and may be
done later."""

SQLITE_BUSY_MS = 30_000
STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 15_000
SESSION = {"statement_timeout": STATEMENT_TIMEOUT_MS, "lock_timeout": LOCK_TIMEOUT_MS, "timezone": "UTC"}
"""What each PostgreSQL session is told, or behind a pooler each transaction."""

TCP = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""After how long a PostgreSQL server that says nothing is given up, in seconds (the last one in milliseconds), unless
the address says otherwise. Its own limits do not hold where its machine has lost power; the system's do for hours."""

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
        self._turn = _Turn() if self.is_sqlite else nullcontext()
        self._pooled = POOLER in parsed.query
        self._begin = _begin_sqlite if self.is_sqlite else _begin_pooled if self._pooled else _begin_postgresql
        self._server_began: datetime | None = None
        self.losses = 0
        sa.event.listen(self.engine, "handle_error", _name_nobody)
        sa.event.listen(self.engine, "handle_error", self._note_loss)

    def _note_loss(self, context: sa.ExceptionContext) -> None:
        """Counts connections that broke: who answers next may be another server, which knows less."""
        self.losses += context.is_disconnect

    def notice_replacement(self) -> None:
        """Counts a loss that a pooler hides: behind it no connection breaks when another server takes over."""
        if not self._pooled:
            return
        with self.read() as tx:
            began: datetime = tx.exec_driver_sql("SELECT pg_postmaster_start_time()").scalar_one()
        self.losses += self._server_began not in {None, began}
        self._server_began = began

    @property
    def file(self) -> Path | None:
        """Where an SQLite database lies; None of any other."""
        return Path(self.engine.url.database) if self.is_sqlite and self.engine.url.database else None

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that may change things; commits at the end, rolls back on an exception."""
        with self._turn, self.engine.connect() as connection, connection.begin():
            self._begin(connection, write=True)
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction for reading: one consistent view on SQLite, each statement its own on PostgreSQL."""
        with self.engine.connect() as connection, connection.begin():
            self._begin(connection, write=False)
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
        with _explained(), self.read() as tx:
            return MigrationContext.configure(tx).get_current_revision() == _newest_revision()

    def unready(self) -> str | None:
        """Why the program cannot work with this database now, None when it can."""
        try:
            if not (_takes_writes_sqlite(self.engine) if self.is_sqlite else self._takes_writes_postgresql()):
                return "takes no writes"
            return None if self.schema_is_current() else "not at this version's schema"
        except (sa.exc.SQLAlchemyError, sqlite3.Error, BadInput):
            return "unreachable"

    def _takes_writes_postgresql(self) -> bool:
        """False of a standby, and where transactions are read-only by default: on a server that is being replaced."""
        question = "SELECT NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::boolean"
        with self.read() as tx:
            return bool(tx.exec_driver_sql(question).scalar_one())

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
        """Give all connections back; whoever answers the next one may know less, as after a loss."""
        self.losses += 1
        self.engine.dispose()


def _name_nobody(context: sa.ExceptionContext) -> None:
    """Where PostgreSQL refuses a row it repeats it, and errors end up in the program's log."""
    row = getattr(getattr(context.original_exception, "diag", None), "message_detail", None)
    if row and isinstance(context.sqlalchemy_exception, sa.exc.IntegrityError):
        for error in (context.original_exception, context.sqlalchemy_exception):
            error.args = tuple(str(word).replace(row, "(the row is not shown)") for word in error.args)


class _Turn:
    """Where SQLite's writers of one process wait for each other.

    In SQLite itself a waiter sleeps and looks again, the more rarely the longer it has waited, and others go first.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=SQLITE_BUSY_MS / 1000):
            raise sa.exc.OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))

    def __exit__(self, *_: object) -> None:
        self._lock.release()


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


@cache
def _newest_revision() -> str | None:
    return ScriptDirectory.from_config(_alembic()).get_current_head()


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _takes_writes_sqlite(engine: sa.Engine) -> bool:
    """Writes, and takes it back. Nobody is waited for: whoever holds the lock can write."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=0")
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("PRAGMA user_version=0")  # to begin alone is granted where nothing can be written, too
        cursor.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        # what the driver itself complains of has no code
        return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    finally:
        raw.cursor().execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
        raw.close()
    return True


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url.set(drivername="sqlite"), hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _(raw: Any, _record: Any) -> None:
        # the driver must not open transactions by itself: `_begin_sqlite` does
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

    return engine


def _begin_sqlite(connection: sa.Connection, *, write: bool) -> None:
    """Past SQLAlchemy, whose own way to run a text takes longer than many a query. Raises as that does."""
    words = "BEGIN IMMEDIATE" if write else "BEGIN"
    raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    try:
        raw.execute(words)
    except sqlite3.Error as error:
        raise sa.exc.DBAPIError.instance(words, None, error, sqlite3.Error) from error


def _postgresql(url: sa.URL) -> sa.Engine:
    pooled = _behind_a_pooler(url)
    options = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
    # what a connection is told or remembers, a pooler would give to somebody else
    arguments: dict[str, Any] = {"prepare_threshold": None} if pooled else {"options": options}
    arguments |= {name: value for name, value in TCP.items() if name not in url.query}
    # imported here, since SQLite's offices do without the driver
    from dialer.storage.plain_cursor import PlainCursor  # noqa: PLC0415

    arguments["cursor_factory"] = PlainCursor
    address = url.set(drivername="postgresql+psycopg").difference_update_query([POOLER])
    return sa.create_engine(address, pool_size=10, max_overflow=20, connect_args=arguments, hide_parameters=True)


def _begin_postgresql(_connection: sa.Connection, *, write: bool) -> None:
    """The driver begins by itself."""


def _begin_pooled(connection: sa.Connection, *, write: bool) -> None:  # noqa: ARG001 - the same for both
    # no SELECT: after one, the transaction could not choose its isolation any more
    connection.exec_driver_sql("; ".join(f"SET LOCAL {name} = '{value}'" for name, value in SESSION.items()))


def _behind_a_pooler(url: sa.URL) -> bool:
    mode = url.query.get(POOLER)
    if mode not in {None, "transaction"}:
        raise BadInput(f"database.url: {POOLER} must be transaction, for a pooler that shares connections so")
    return mode is not None
