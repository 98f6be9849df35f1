"""Migrations build exactly the tables that the program believes in, and the log cannot be changed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from dialer.core.errors import BadInput
from dialer.storage import tables
from dialer.storage.database import Database
from dialer.storage.tables import metadata

TABLES = {
    "accounts",
    "alarms",
    "attempt_claims",
    "attempts",
    "call_events",
    "cases",
    "claims",
    "contacts",
    "debtors",
    "desks",
    "entries",
    "entry_personal",
    "holds",
    "phones",
    "quarantine",
    "users",
}
TWIN = "twin"


@pytest.fixture(scope="session")
def postgres_template():
    """Here every database starts empty."""
    return "template1"


@pytest.fixture
def empty(database_url):
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def db(empty):
    """Here the migrations run in every test."""
    empty.upgrade()
    return empty


@pytest.fixture
def twin(db):
    """The same tables made from the metadata alone: an engine and the schema they are in."""
    if db.is_sqlite:
        engine, schema = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool), None
    else:
        engine, schema = sa.create_engine(db.engine.url), TWIN
        with engine.begin() as connection:
            connection.execute(sa.schema.CreateSchema(TWIN))
    with engine.begin() as connection:
        metadata.create_all(connection.execution_options(schema_translate_map={None: schema}))
    yield engine, schema
    engine.dispose()


def differences(database, wanted=metadata):
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, wanted)


def shape(engine, schema=None):
    """Everything that reflection tells of a schema, by table."""
    look = sa.inspect(engine)
    return {name: table_shape(look, name, schema) for name in look.get_table_names(schema=schema) if name in TABLES}


def table_shape(look, name, schema):
    return {
        "columns": {
            column["name"]: (repr(column["type"]), column["nullable"], str(column["default"]).replace(f"{TWIN}.", ""))
            for column in look.get_columns(name, schema=schema)
        },
        "key": look.get_pk_constraint(name, schema=schema)["constrained_columns"],
        "checks": {c["name"]: c["sqltext"] for c in look.get_check_constraints(name, schema=schema)},
        "uniques": {c["name"]: c["column_names"] for c in look.get_unique_constraints(name, schema=schema)},
        "indexes": {
            index["name"]: (
                index["column_names"],
                bool(index["unique"]),
                {key: str(where) for key, where in index.get("dialect_options", {}).items() if key.endswith("_where")},
            )
            for index in look.get_indexes(name, schema=schema)
        },
        "foreign": {
            key["name"]: (key["constrained_columns"], key["referred_table"], key["referred_columns"])
            for key in look.get_foreign_keys(name, schema=schema)
        },
    }


def test_empty_database_becomes_current(empty):
    assert not empty.schema_is_current()
    empty.upgrade()
    assert empty.schema_is_current()
    assert set(sa.inspect(empty.engine).get_table_names()) == TABLES | {"alembic_version"}


def test_upgrading_twice_is_harmless(db):
    before = shape(db.engine)
    db.upgrade()
    assert db.schema_is_current()
    assert shape(db.engine) == before


def test_four_upgrades_at_once_take_turns(empty, at_once):
    assert at_once(4, lambda _: empty.upgrade()) == [None] * 4
    assert empty.schema_is_current()


def test_schema_of_a_newer_program_is_not_current_and_not_touched(db):
    with db.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert not db.schema_is_current()
    with pytest.raises(BadInput, match="newer version of dialer"):
        db.upgrade()


def test_migrations_and_tables_agree(db):
    assert differences(db) == []


def test_migrations_and_tables_agree_on_what_alembic_does_not_compare(db, twin):
    assert set(metadata.tables) == TABLES
    assert shape(db.engine) == shape(*twin)


def changed_metadata(change):
    copy = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(copy)
    change(copy.tables)
    return copy


def test_a_difference_would_be_seen(db):
    for change, seen in [
        (lambda t: t["users"].append_column(sa.Column("extra", sa.Text)), "add_column"),
        (lambda t: setattr(t["users"].c.phone, "nullable", False), "modify_nullable"),
        (lambda t: setattr(t["desks"].c.token, "type", sa.Integer()), "modify_type"),
        (lambda t: setattr(t["cases"].c.entry_seq, "server_default", sa.DefaultClause("7")), "modify_default"),
        (lambda t: sa.Index("ix_users_phone", t["users"].c.phone), "add_index"),
        (lambda t: t["phones"].indexes.clear(), "remove_index"),
        (lambda t: t["users"].append_constraint(sa.UniqueConstraint("phone")), "add_constraint"),
    ]:
        assert seen in str(differences(db, changed_metadata(change)))


def test_limits_that_rest_on_predicates_are_there(db):
    where = "sqlite_where" if db.is_sqlite else "postgresql_where"
    built = {
        name: (columns, unique, predicates[where].replace("::text", "").strip("()"))
        for table in ("attempts", "desks", "cases")
        for name, (columns, unique, predicates) in shape(db.engine)[table]["indexes"].items()
        if predicates
    }
    assert built == {
        "uq_attempts_live_debtor": (["debtor_id"], True, "state <> 'ended'"),
        "uq_attempts_live_number": (["to_e164"], True, "state <> 'ended'"),
        "uq_desks_open": (["user_id"], True, "state <> 'closed'"),
        "ix_cases_due": (["next_at"], False, "status = 'open'"),
    }


def test_checks_are_there(db):
    checks = {(table, name) for table, found in shape(db.engine).items() for name in found["checks"]}
    assert checks == {
        ("attempts", "ck_attempts_channel"),
        ("attempts", "ck_attempts_disposition"),
        ("attempts", "ck_attempts_ended_has_outcome"),
        ("attempts", "ck_attempts_mode"),
        ("attempts", "ck_attempts_outcome"),
        ("attempts", "ck_attempts_state"),
        ("cases", "ck_cases_status"),
        ("claims", "ck_claims_amounts"),
        ("claims", "ck_claims_currency"),
        ("contacts", "ck_contacts_role"),
        ("debtors", "ck_debtors_type"),
        ("desks", "ck_desks_state"),
        ("entries", "ck_entries_seq"),
        ("holds", "ck_holds_reason"),
        ("phones", "ck_phones_e164"),
        ("phones", "ck_phones_line_type"),
        ("phones", "ck_phones_role"),
        ("phones", "ck_phones_state"),
    }


def test_money_is_whole_minor_units(db):
    built = shape(db.engine)
    money = {("claims", "amount_minor"), ("claims", "paid_minor"), ("attempts", "promised_minor")}
    assert {(t, c): built[t]["columns"][c][0] for t, c in money} == dict.fromkeys(money, "BIGINT()")
    assert {(t, c) for t, found in built.items() for c in found["columns"] if c.endswith("_minor")} == money


# --- the log cannot be changed ---------------------------------------------------------------------------------------


@pytest.fixture
def with_entry(db, file_case):
    filed = file_case()
    with db.write() as tx:
        row = {"case_id": filed.case_id, "seq": 1, "kind": "a", "actor": "b", "facts": "{}"}
        tx.execute(
            tables.entries.insert().values(row | {"at": sa.func.current_timestamp(), "prev_hash": "", "hash": "h"})
        )
    return db


def refuse(database, statement):
    with pytest.raises(sa.exc.DatabaseError, match="entries are append-only"), database.write() as tx:
        tx.exec_driver_sql(statement)
    with database.read() as tx:
        assert tx.exec_driver_sql("SELECT seq, kind, hash FROM entries").all() == [(1, "a", "h")]


def test_engine_refuses_to_change_the_log(with_entry):
    for statement in (
        "UPDATE entries SET kind = 'x'",
        "UPDATE entries SET hash = hash",
        "DELETE FROM entries",
        "DELETE FROM entries WHERE seq = 1",
    ):
        refuse(with_entry, statement)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("statement", ["TRUNCATE entries CASCADE", "TRUNCATE cases CASCADE"])
def test_postgresql_refuses_to_empty_the_log(with_entry, statement):
    refuse(with_entry, statement)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_replace_a_line_of_the_log(with_entry):
    refuse(with_entry, "INSERT OR REPLACE INTO entries SELECT case_id, seq, at, 'x', actor, attempt_id, facts,"
           " commitment, prev_hash, hash FROM entries")  # fmt: skip


def test_upsert_does_not_get_past_the_trigger(with_entry):
    refuse(
        with_entry,
        "INSERT INTO entries (case_id, seq, at, kind, actor, facts, prev_hash, hash)"
        " SELECT case_id, seq, at, kind, actor, facts, prev_hash, hash FROM entries WHERE seq = 1"
        " ON CONFLICT (case_id, seq) DO UPDATE SET kind = 'x'",
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_triggers_of_migration_and_tables_are_the_same(db):
    with db.read() as tx:
        built = tx.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name DESC").scalars()
        assert [" ".join(sql.split()) for sql in built] == [
            " ".join(sql.split()) for sql in tables.APPEND_ONLY["sqlite"]
        ]


# --- databases that cannot be used -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("no address", "not a database address"),
        ("postgresql://user@host:port/name", "not a database address"),
        ("mysql://user:hush@host/name", "names mysql; SQLite and PostgreSQL are supported"),
    ],
)
def test_address_that_is_none_is_refused(url, says):
    with pytest.raises(BadInput, match=says) as refused:
        Database(url)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("ask", [Database.upgrade, Database.schema_is_current])
def test_database_that_does_not_answer_is_one_line(ask, tmp_path):
    (tmp_path / "file").write_text("this is a text and no database, whatever its name may say" * 20)
    for url in (
        "postgresql://dialer:hush@127.0.0.1:1/dialer",
        f"sqlite:///{tmp_path}/missing/dialer.db",
        f"sqlite:///{tmp_path}/file",
    ):
        database = Database(url)
        with pytest.raises(BadInput, match="cannot be used: ") as refused:
            ask(database)
        assert "\n" not in str(refused.value)
        assert "hush" not in str(refused.value)
        assert not database.reachable()
        database.close()


def test_driver_in_the_address_does_not_matter(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/dialer.db")
    database.upgrade()
    assert database.reachable()
    database.close()
