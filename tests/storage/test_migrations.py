"""Migrations build exactly the tables that the program believes in, and the log cannot be changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from dialer.core.errors import BadInput
from dialer.storage import tables
from dialer.storage.database import MIGRATIONS, Database
from dialer.storage.tables import metadata

TABLES = {
    "accounts",
    "agreements",
    "alarms",
    "attempt_claims",
    "attempts",
    "call_events",
    "carrier_requests",
    "cases",
    "checkpoints",
    "claims",
    "contacts",
    "debtors",
    "deliveries",
    "delivery_claims",
    "desks",
    "documents",
    "entries",
    "entry_personal",
    "erased_keys",
    "holds",
    "instalments",
    "marks",
    "orders",
    "overrides",
    "payments",
    "phones",
    "quarantine",
    "rungs",
    "stages",
    "tasks",
    "users",
}
TWIN = "twin"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


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
            # SQLite does not tell the name of a reference that came with its column
            key["name"] or f"fk_{name}_{key['constrained_columns'][0]}": (
                key["constrained_columns"],
                key["referred_table"],
                key["referred_columns"],
            )
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
        name: (columns, unique, predicates[where].replace("::text", "").replace("(", "").replace(")", ""))
        for table in ("attempts", "desks", "cases", "entries", "marks")
        for name, (columns, unique, predicates) in shape(db.engine)[table]["indexes"].items()
        if predicates
    }
    assert built == {
        "uq_attempts_live_debtor": (["debtor_id"], True, "state <> 'ended'"),
        "uq_attempts_live_number": (["to_e164"], True, "state <> 'ended'"),
        "uq_desks_open": (["user_id"], True, "state <> 'closed'"),
        "ix_cases_due": (["next_mode", "next_at", "id"], False, "status = 'open'"),
        "ix_cases_ended": (["next_at"], False, "next_reason = 'call_ended'"),
        "ix_cases_callback": (["next_at"], False, "callback_at IS NOT NULL"),
        "ix_attempts_never_found": (["intent_at"], False, "outcome = 'unknown'"),
        "ix_entries_denied": (["at"], False, "kind = 'verdict.denied'"),
        "ix_attempts_lost": (["intent_at", "debtor_id"], False, "outcome = 'abandoned'"),
        "uq_marks_standing": (["case_id", "kind"], True, "lifted_at IS NULL AND kind <> 'wish'"),
    }


def test_checks_are_there(db):
    checks = {(table, name) for table, found in shape(db.engine).items() for name in found["checks"]}
    assert checks == {
        ("agreements", "ck_agreements_amount"),
        ("agreements", "ck_agreements_ended"),
        ("agreements", "ck_agreements_kind"),
        ("agreements", "ck_agreements_state"),
        ("attempts", "ck_attempts_channel"),
        ("attempts", "ck_attempts_disposition"),
        ("attempts", "ck_attempts_ended_has_outcome"),
        ("attempts", "ck_attempts_mode"),
        ("attempts", "ck_attempts_outcome"),
        ("attempts", "ck_attempts_state"),
        ("cases", "ck_cases_stage"),
        ("cases", "ck_cases_status"),
        ("checkpoints", "ck_checkpoints_n"),
        ("claims", "ck_claims_amounts"),
        ("claims", "ck_claims_currency"),
        ("contacts", "ck_contacts_role"),
        ("debtors", "ck_debtors_type"),
        ("deliveries", "ck_deliveries_channel"),
        ("deliveries", "ck_deliveries_state"),
        ("deliveries", "ck_deliveries_transport"),
        ("desks", "ck_desks_state"),
        ("documents", "ck_documents_kind"),
        ("documents", "ck_documents_returned"),
        ("documents", "ck_documents_state"),
        ("entries", "ck_entries_seq"),
        ("erased_keys", "ck_erased_keys_kind"),
        ("holds", "ck_holds_reason"),
        ("instalments", "ck_instalments_rate"),
        ("marks", "ck_marks_kind"),
        ("marks", "ck_marks_lifted"),
        ("marks", "ck_marks_text"),
        ("marks", "ck_marks_until"),
        ("orders", "ck_orders_kind"),
        ("overrides", "ck_overrides_until"),
        ("overrides", "ck_overrides_withdrawn"),
        ("payments", "ck_payments_amount"),
        ("payments", "ck_payments_currency"),
        ("phones", "ck_phones_e164"),
        ("phones", "ck_phones_line_type"),
        ("phones", "ck_phones_role"),
        ("phones", "ck_phones_state"),
        ("rungs", "ck_rungs_approved"),
        ("rungs", "ck_rungs_rung"),
        ("rungs", "ck_rungs_state"),
        ("stages", "ck_stages_stage"),
        ("tasks", "ck_tasks_done"),
        ("tasks", "ck_tasks_origin"),
        ("tasks", "ck_tasks_state"),
        ("users", "ck_users_role"),
    }


def test_money_is_whole_minor_units(db):
    built = shape(db.engine)
    money = {
        ("agreements", "amount_minor"),
        ("attempts", "promised_minor"),
        ("claims", "amount_minor"),
        ("claims", "fresh_minor"),
        ("claims", "paid_minor"),
        ("claims", "told_minor"),
        ("instalments", "amount_minor"),
        ("payments", "amount_minor"),
    }
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


# --- triggers of migrations and of tables.py --------------------------------------------------------------------------


TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND :schema = :schema",
    "postgresql": "SELECT tgname, pg_get_triggerdef(t.oid) || prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid"
    " JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND relnamespace = to_regnamespace(:schema)",
}


def triggers(connection, schema):
    found = connection.execute(sa.text(TRIGGERS[connection.dialect.name]), {"schema": schema or "main"})
    return {name: " ".join(sql.split()).replace(f"{schema}.", "") for name, sql in found}


def test_triggers_of_migrations_and_tables_are_the_same(db, twin):
    engine, schema = twin
    with engine.begin() as connection:
        if schema:
            connection.exec_driver_sql(f"SET LOCAL search_path = {schema}")
        engines = (tables.APPEND_ONLY, tables.GATED, tables.SENT)
        for statement in (statement for of in engines for statement in of[engine.dialect.name]):
            connection.exec_driver_sql(statement)
        wanted = triggers(connection, schema)
    with db.read() as tx:
        assert triggers(tx, "public") == wanted
    expected = {
        "sqlite": {
            "entries_no_update",
            "entries_no_replace",
            "entries_no_delete",
            "attempts_allowed_insert",
            "attempts_allowed_update",
            "attempts_drop_insert",
            "attempts_drop_update",
            "deliveries_allowed_insert",
            "deliveries_allowed_update",
        },
        "postgresql": {
            "entries_no_change",
            "attempts_allowed",
            "attempts_drop_insert",
            "attempts_drop_update",
            "deliveries_allowed",
        },
    }
    assert set(wanted) == expected[engine.dialect.name]


# --- a database of the first version, with data ----------------------------------------------------------------------

CASE_WORK = {"agreements", "deliveries", "documents", "instalments", "orders", "payments", "rungs", "stages", "tasks"}
LOG_KEEPING = {"checkpoints", "erased_keys"}
EMPTY = {
    "accounts",
    "alarms",
    "carrier_requests",
    "delivery_claims",
    "entry_personal",
    "marks",
    "overrides",
    "quarantine",
    "rungs",
    *CASE_WORK,
    *LOG_KEEPING,
}
TWO = dict.fromkeys(("attempts", "cases", "claims", "contacts", "debtors", "holds", "phones"), 2)


@pytest.fixture
def first(empty):
    """The database as the first version made it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with empty.write() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0001")
    return empty


def insert(database, table, **values):
    """As the first version wrote: only the columns that it knew."""
    with database.write() as tx:
        return tx.execute(getattr(tables, table).insert().values(values)).inserted_primary_key[0]


def rows(database, table, columns):
    with database.read() as tx:
        return [tuple(row) for row in tx.execute(sa.text(f"SELECT {columns} FROM {table} ORDER BY id"))]  # noqa: S608


@pytest.fixture
def old_book(first, file_case_in):
    """Two cases with holds, attempts the gate was never asked about, a collector at his line, and a log."""
    anna, ben = file_case_in(first), file_case_in(first)
    insert(first, "holds", case_id=anna.case_id, reason="promise", until=NOW, set_at=NOW)
    insert(first, "holds", case_id=ben.case_id, reason="manual", set_at=NOW, lifted_at=NOW)
    user = insert(first, "users", name="anna", phone="+493023125991", active=True)
    insert(first, "desks", user_id=user, token="d", state="ready", opened_at=NOW, state_at=NOW)
    insert(
        first, "entries", case_id=anna.case_id, seq=1, at=NOW, kind="a", actor="b", facts="{}", prev_hash="", hash="h"
    )
    for filed, rest in (
        (anna, {"state": "ended", "outcome": "voicemail_left", "drop_at": NOW, "message": "hello", "verdict": {}}),
        (ben, {"state": "placed", "verdict": {"verdict": "deny"}}),
    ):
        insert(first, "attempts", **old_attempt(filed) | rest)
    insert(first, "attempt_claims", attempt_id=1, claim_id=anna.claim_id)
    insert(first, "call_events", attempt_id=1, key="k", kind="status", received_at=NOW, payload={})
    return anna, ben


def old_attempt(filed):
    ids = {"case_id": filed.case_id, "debtor_id": filed.debtor_id, "contact_id": filed.contact_id}
    words = {"channel": "call", "mode": "preview", "step": "info_call", "from_e164": "+493023125000"}
    return ids | words | {
        "phone_id": filed.phone_id,
        "token": filed.number,
        "to_e164": filed.number,
        "intent_at": NOW,
        "not_after": NOW,
    }  # fmt: skip


def test_upgrade_of_the_first_version_keeps_its_rows(first, old_book):
    assert not first.schema_is_current()
    first.upgrade()
    assert first.schema_is_current()
    assert differences(first) == []
    with first.read() as tx:
        counts = {t: tx.scalar(sa.select(sa.func.count()).select_from(metadata.tables[t])) for t in TABLES}
    assert {table for table, count in counts.items() if count == 0} == EMPTY
    assert {table: count for table, count in counts.items() if count > 1} == TWO


def test_upgrade_keeps_what_stood_in_the_rows_it_rebuilds(first, old_book):
    first.upgrade()
    with first.read() as tx:
        holds = tx.execute(sa.select(tables.holds).order_by(tables.holds.c.id)).all()
        users = tx.execute(sa.select(tables.users)).all()
        attempts = tx.execute(sa.select(tables.attempts).order_by(tables.attempts.c.id)).all()
    assert [tuple(row) for row in holds] == [(1, 1, "promise", NOW, NOW, None), (2, 2, "manual", None, NOW, NOW)]
    assert [tuple(row) for row in users] == [(1, "anna", "+493023125991", True, "collector")]
    assert [(a.id, a.verdict, a.drop_verdict, a.message, a.drop_at) for a in attempts] == [
        (1, {}, None, "hello", NOW),
        (2, {"verdict": "deny"}, None, None, None),
    ]


def test_upgraded_holds_know_the_new_words_and_still_refuse_others(first, old_book):
    first.upgrade()
    for reason in ("cease", "moratorium"):
        assert insert(first, "holds", case_id=1, reason=reason, set_at=NOW) > 2
    for wrong in ({"reason": "other"}, {"reason": "manual", "case_id": 99}):
        with pytest.raises(sa.exc.IntegrityError):
            insert(first, "holds", **{"case_id": 1, "set_at": NOW} | wrong)


def test_attempts_of_the_first_version_go_on(first, old_book):
    first.upgrade()
    with first.write() as tx:
        end = tables.attempts.update().where(tables.attempts.c.id == 2)
        tx.execute(end.values(state="ended", outcome="no_answer", ended_at=NOW))
        tx.execute(tables.attempts.update().where(tables.attempts.c.id == 1).values(played_at=NOW, message_seconds=9))
    assert rows(first, "attempts", "outcome") == [("voicemail_left",), ("no_answer",)]
    with pytest.raises(sa.exc.IntegrityError, match="needs a verdict that allows it"):
        insert(first, "attempts", **old_attempt(old_book[1]) | {"token": "new", "state": "intent", "verdict": {}})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_references_of_an_upgraded_sqlite_file_hold(first, old_book):
    first.upgrade()
    with first.read() as tx:
        assert tx.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert tx.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE name LIKE '%tmp%'").all() == []


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
        assert database.unready() == "unreachable"
        database.close()


def test_driver_in_the_address_does_not_matter(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/dialer.db")
    database.upgrade()
    assert database.unready() is None
    database.close()
