"""The ladder's rungs, and what case work and the log still lacked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from dialer.storage.types import MinorUnits, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what the ladder takes note of."""
    _rungs()
    _checkpoints_and_erasure()
    _talks_and_letters()
    _told_of_payments()
    _operations()


def _rungs() -> None:
    op.create_table(
        "rungs",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("delivery_id", ID, nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_rungs_approved")),
        sa.CheckConstraint("rung IN ('fax', 'letter', 'voicemail')", name=op.f("ck_rungs_rung")),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'skipped', 'withdrawn')", name=op.f("ck_rungs_state")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_rungs_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_rungs_contact_id")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_rungs_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rungs")),
    )
    op.create_index("ix_rungs_case_id", "rungs", ["case_id"], unique=False)
    op.create_index("ix_rungs_delivery_id", "rungs", ["delivery_id"], unique=False)
    op.create_index(
        "uq_rungs_open",
        "rungs",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )


def _talks_and_letters() -> None:
    """With whom a collector spoke, which claims a letter was about, and agreed call-backs found before the rest."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    # in one statement: SQLite adds a reference to a table only with its column
    reference = "CONSTRAINT fk_attempts_spoken_to_id REFERENCES contacts (id)"
    op.execute(f"ALTER TABLE attempts ADD COLUMN spoken_to_id {kind} {reference}")
    op.create_table(
        "delivery_claims",
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_delivery_claims_claim_id")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_claims_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "claim_id", name=op.f("pk_delivery_claims")),
    )
    op.create_index(
        "ix_cases_callback",
        "cases",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("callback_at IS NOT NULL"),
        postgresql_where=sa.text("callback_at IS NOT NULL"),
    )


def _told_of_payments() -> None:
    """What a claims file said was paid, apart from what counts as paid."""
    op.add_column("claims", sa.Column("told_minor", MinorUnits(), nullable=True))
    op.add_column("claims", sa.Column("fresh_minor", MinorUnits(), server_default="0", nullable=False))
    op.add_column("claims", sa.Column("told_on", sa.Date(), nullable=True))


def _checkpoints_and_erasure() -> None:
    """Which checkpoints were written, and who was erased."""
    op.create_table(
        "checkpoints",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_checkpoints_n")),
        sa.PrimaryKeyConstraint("chain", "n", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "erased_keys",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('debtor', 'claim', 'number')", name=op.f("ck_erased_keys_kind")),
        sa.PrimaryKeyConstraint("kind", "hash", name=op.f("pk_erased_keys")),
    )
    op.add_column("debtors", sa.Column("erased_at", UtcDateTime(), nullable=True))


def _operations() -> None:
    """The circuit breaker, and what is counted for those who watch the program."""
    op.add_column("accounts", sa.Column("circuit_until", UtcDateTime(), nullable=True))
    op.add_column("accounts", sa.Column("circuit_wait_s", sa.Integer(), nullable=True))
    op.add_column("accounts", sa.Column("circuit_reason", sa.Text(), nullable=True))
    op.add_column("accounts", sa.Column("circuit_probe_id", ID, nullable=True))
    op.add_column("accounts", sa.Column("failures_in_row", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "carrier_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_requests")),
    )
    op.create_index("ix_carrier_requests_at", "carrier_requests", ["sid", "at"], unique=False)
    op.create_index("ix_alarms_at", "alarms", ["at"], unique=False)
    for name, table, column, where in (
        ("ix_entries_denied", "entries", "at", "kind = 'verdict.denied'"),
        ("ix_attempts_never_found", "attempts", "intent_at", "outcome = 'unknown'"),
    ):
        op.create_index(
            name, table, [column], unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
