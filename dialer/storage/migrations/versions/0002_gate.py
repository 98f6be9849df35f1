"""What people record for the gate: marks, overrides, roles; and no attempt without the gate's word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from dialer.storage.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

HOLD_REASONS = "reason IN ('promise', 'instalments', 'says_paid', 'dispute', 'cannot_pay', 'insolvency', 'represented', 'deceased', 'objection', 'wrong_party', 'cease', 'moratorium', 'manual')"
MARK_KINDS = "kind IN ('cease', 'deceased', 'moratorium', 'prior_consent', 'prerecorded_consent', 'recording_consent', 'workplace_allowed', 'written_dispute', 'phone_objection', 'attorney', 'insolvency', 'rdg13a', 'rdg13a3', 'rdg13a4', 'us_validation', 'wish')"
STANDING = "lifted_at IS NULL AND kind <> 'wish'"
LOST = "outcome = 'abandoned'"

GATED = {
    "sqlite": (
        """CREATE TRIGGER attempts_allowed_insert BEFORE INSERT ON attempts
           WHEN CASE WHEN json_valid(NEW.verdict) THEN json_extract(NEW.verdict, '$.verdict') END IS NOT 'allow'
           BEGIN SELECT RAISE(ABORT, 'an attempt needs a verdict that allows it'); END""",
        """CREATE TRIGGER attempts_allowed_update BEFORE UPDATE OF verdict ON attempts
           WHEN CASE WHEN json_valid(NEW.verdict) THEN json_extract(NEW.verdict, '$.verdict') END IS NOT 'allow'
           BEGIN SELECT RAISE(ABORT, 'an attempt needs a verdict that allows it'); END""",
        """CREATE TRIGGER attempts_drop_insert BEFORE INSERT ON attempts
           WHEN NEW.message IS NOT NULL AND NEW.drop_at IS NOT NULL
           AND CASE WHEN json_valid(NEW.drop_verdict)
                    THEN json_extract(NEW.drop_verdict, '$.verdict') END IS NOT 'allow'
           BEGIN SELECT RAISE(ABORT, 'a message after the beep needs a verdict that allows it'); END""",
        """CREATE TRIGGER attempts_drop_update BEFORE UPDATE OF message, drop_at, drop_verdict ON attempts
           WHEN NEW.message IS NOT NULL AND NEW.drop_at IS NOT NULL
           AND CASE WHEN json_valid(NEW.drop_verdict)
                    THEN json_extract(NEW.drop_verdict, '$.verdict') END IS NOT 'allow'
           AND NOT (NEW.announced_at IS NOT NULL AND NEW.message IS OLD.message AND OLD.drop_verdict IS NULL)
           BEGIN SELECT RAISE(ABORT, 'a message after the beep needs a verdict that allows it'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION attempts_refused() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'check_violation'; END $$""",
        """CREATE TRIGGER attempts_allowed BEFORE INSERT OR UPDATE OF verdict ON attempts FOR EACH ROW
           WHEN ((NEW.verdict ->> 'verdict') IS DISTINCT FROM 'allow')
           EXECUTE FUNCTION attempts_refused('an attempt needs a verdict that allows it')""",
        """CREATE TRIGGER attempts_drop_insert BEFORE INSERT ON attempts FOR EACH ROW
           WHEN (NEW.message IS NOT NULL AND NEW.drop_at IS NOT NULL
           AND (NEW.drop_verdict ->> 'verdict') IS DISTINCT FROM 'allow')
           EXECUTE FUNCTION attempts_refused('a message after the beep needs a verdict that allows it')""",
        """CREATE TRIGGER attempts_drop_update BEFORE UPDATE OF message, drop_at, drop_verdict ON attempts FOR EACH ROW
           WHEN (NEW.message IS NOT NULL AND NEW.drop_at IS NOT NULL
           AND (NEW.drop_verdict ->> 'verdict') IS DISTINCT FROM 'allow'
           AND NOT (NEW.announced_at IS NOT NULL AND NEW.message IS NOT DISTINCT FROM OLD.message
                    AND OLD.drop_verdict IS NULL))
           EXECUTE FUNCTION attempts_refused('a message after the beep needs a verdict that allows it')""",
    ),
}


def upgrade() -> None:
    """Add the tables, columns and words of the gate, and the triggers that keep attempts behind it."""
    op.create_table(
        "marks",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.CheckConstraint(MARK_KINDS, name=op.f("ck_marks_kind")),
        sa.CheckConstraint(
            "(kind IN ('moratorium', 'prior_consent')) = (until IS NOT NULL)", name=op.f("ck_marks_until")
        ),
        sa.CheckConstraint("(kind = 'wish') = (text IS NOT NULL)", name=op.f("ck_marks_text")),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_marks_lifted")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_marks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
    )
    op.create_index("ix_marks_case_id", "marks", ["case_id"], unique=False)
    op.create_index(
        "uq_marks_standing",
        "marks",
        ["case_id", "kind"],
        unique=True,
        sqlite_where=sa.text(STANDING),
        postgresql_where=sa.text(STANDING),
    )
    op.create_table(
        "overrides",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.CheckConstraint("until > set_at", name=op.f("ck_overrides_until")),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_overrides_withdrawn")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_overrides_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overrides")),
    )
    op.create_index("ix_overrides_case_id", "overrides", ["case_id"], unique=False)
    # in one statement, which both engines have: other tables refer to users, so that SQLite could not rebuild it
    op.execute(
        "ALTER TABLE users ADD COLUMN role TEXT DEFAULT 'collector' NOT NULL"
        " CONSTRAINT ck_users_role CHECK (role IN ('collector', 'supervisor', 'compliance'))"
    )
    _rebuild_check_of_holds()
    op.add_column("attempts", sa.Column("drop_verdict", sa.JSON(), nullable=True))
    op.create_index(
        "ix_attempts_lost",
        "attempts",
        ["intent_at", "debtor_id"],
        unique=False,
        sqlite_where=sa.text(LOST),
        postgresql_where=sa.text(LOST),
    )
    for statement in GATED[op.get_bind().dialect.name]:
        op.execute(statement)


def _rebuild_check_of_holds() -> None:
    """SQLite cannot change a CHECK: the table is made anew and its rows are copied. Nothing refers to holds."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_holds_reason"), "holds", type_="check")
        op.create_check_constraint(op.f("ck_holds_reason"), "holds", HOLD_REASONS)
        return
    holds = sa.Table(
        "holds",
        sa.MetaData(),
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(HOLD_REASONS, name=op.f("ck_holds_reason")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_holds_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.Index("ix_holds_case_id", "case_id"),
    )
    with op.batch_alter_table("holds", copy_from=holds, recreate="always"):
        pass
