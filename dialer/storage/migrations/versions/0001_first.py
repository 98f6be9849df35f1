"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from dialer.storage.types import MinorUnits, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

APPEND_ONLY = {
    "sqlite": (
        """CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
           BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END""",
        """CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries
           WHEN EXISTS (SELECT 1 FROM entries WHERE case_id = NEW.case_id AND seq = NEW.seq)
           BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END""",
        """CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
           BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION entries_append_only() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'entries are append-only'; END $$""",
        """CREATE TRIGGER entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
           FOR EACH STATEMENT EXECUTE FUNCTION entries_append_only()""",
    ),
}


def upgrade() -> None:
    """Create every table, and the triggers that keep the log append-only."""
    op.create_table(
        "accounts",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("next_start_us", sa.BigInteger(), nullable=False),
        sa.Column("paused_reason", sa.Text(), nullable=True),
        sa.Column("paused_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_accounts")),
    )
    op.create_table(
        "alarms",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("attempt_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    op.create_table(
        "debtors",
        sa.Column("id", ID, nullable=False),
        sa.Column("creditor", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("subdivision", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("type IN ('consumer', 'sole_trader', 'business')", name=op.f("ck_debtors_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debtors")),
        sa.UniqueConstraint("creditor", "reference", name=op.f("uq_debtors_creditor_reference")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", ID, nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "users",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", ID, nullable=False),
        sa.Column("debtor_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('self', 'reception', 'accounts_payable', 'head_of_accounting', 'purchasing', 'managing_director', 'owner', 'third_party')",
            name=op.f("ck_contacts_role"),
        ),
        sa.ForeignKeyConstraint(["debtor_id"], ["debtors.id"], name=op.f("fk_contacts_debtor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("debtor_id", "role", "name", name=op.f("uq_contacts_debtor_id_role_name")),
    )
    op.create_table(
        "desks",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("call_sid", sa.Text(), nullable=True),
        sa.Column("attempt_id", ID, nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("state_at", UtcDateTime(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('calling', 'ready', 'reserved', 'talking', 'wrap_up', 'closed')", name=op.f("ck_desks_state")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_desks_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desks")),
        sa.UniqueConstraint("call_sid", name=op.f("uq_desks_call_sid")),
        sa.UniqueConstraint("token", name=op.f("uq_desks_token")),
    )
    op.create_index(
        "uq_desks_open",
        "desks",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "cases",
        sa.Column("id", ID, nullable=False),
        sa.Column("debtor_id", ID, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("assigned_to", sa.Text(), nullable=True),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column("contact_since", UtcDateTime(), nullable=True),
        sa.Column("callback_at", UtcDateTime(), nullable=True),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("next_reason", sa.Text(), nullable=False),
        sa.Column("next_mode", sa.Text(), nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("entry_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("entry_head", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'legal_review', 'closed')", name=op.f("ck_cases_status")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_cases_contact_id")),
        sa.ForeignKeyConstraint(["debtor_id"], ["debtors.id"], name=op.f("fk_cases_debtor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("debtor_id", name=op.f("uq_cases_debtor_id")),
    )
    op.create_index(
        "ix_cases_due",
        "cases",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where="status = 'open'",
    )
    op.create_table(
        "phones",
        sa.Column("id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("e164", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("line_type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("e164 LIKE '+%'", name=op.f("ck_phones_e164")),
        sa.CheckConstraint("line_type IN ('fixed', 'mobile', 'unknown')", name=op.f("ck_phones_line_type")),
        sa.CheckConstraint(
            "role IN ('private', 'work', 'business_main', 'business_direct')", name=op.f("ck_phones_role")
        ),
        sa.CheckConstraint("state IN ('usable', 'suspect', 'bad', 'fax', 'wrong_party')", name=op.f("ck_phones_state")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_phones_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phones")),
        sa.UniqueConstraint("contact_id", "e164", name=op.f("uq_phones_contact_id_e164")),
    )
    op.create_index("ix_phones_e164", "phones", ["e164"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("debtor_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("phone_id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("to_e164", sa.Text(), nullable=False),
        sa.Column("from_e164", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("collector", sa.Text(), nullable=True),
        sa.Column("desk_id", ID, nullable=True),
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.Column("intent_at", UtcDateTime(), nullable=False),
        sa.Column("not_after", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("call_sid", sa.Text(), nullable=True),
        sa.Column("queue_ms", sa.Integer(), nullable=True),
        sa.Column("placed_at", UtcDateTime(), nullable=True),
        sa.Column("ringing_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("duration_seconds", sa.Integer(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("joined_at", UtcDateTime(), nullable=True),
        sa.Column("announced_at", UtcDateTime(), nullable=True),
        sa.Column("abandoned_at", UtcDateTime(), nullable=True),
        sa.Column("drop_at", UtcDateTime(), nullable=True),
        sa.Column("played_at", UtcDateTime(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("message_seconds", sa.Integer(), nullable=True),
        sa.Column("disposed_at", UtcDateTime(), nullable=True),
        sa.Column("promised_minor", MinorUnits(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("callback_at", UtcDateTime(), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'ended') = (outcome IS NOT NULL)", name=op.f("ck_attempts_ended_has_outcome")),
        sa.CheckConstraint(
            "channel IN ('call', 'voicemail', 'fax', 'letter', 'inbound')", name=op.f("ck_attempts_channel")
        ),
        sa.CheckConstraint(
            "disposition IN ('promise_to_pay', 'instalments_agreed', 'says_paid', 'refused', 'evaded', 'gatekeeper', 'dispute', 'wrong_party', 'callback_agreed', 'cannot_pay', 'insolvency', 'represented', 'do_not_call', 'deceased', 'no_result')",
            name=op.f("ck_attempts_disposition"),
        ),
        sa.CheckConstraint("mode IN ('preview', 'progressive', 'unattended')", name=op.f("ck_attempts_mode")),
        sa.CheckConstraint(
            "outcome IN ('bad_number', 'not_placed', 'unknown', 'cancelled', 'busy', 'no_answer', 'failed', 'voicemail_left', 'voicemail_no_message', 'fax_machine', 'connected', 'announced', 'abandoned')",
            name=op.f("ck_attempts_outcome"),
        ),
        sa.CheckConstraint(
            "state IN ('intent', 'unknown', 'placed', 'ringing', 'answered', 'ended')", name=op.f("ck_attempts_state")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attempts_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_attempts_contact_id")),
        sa.ForeignKeyConstraint(["debtor_id"], ["debtors.id"], name=op.f("fk_attempts_debtor_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_attempts_desk_id")),
        sa.ForeignKeyConstraint(["phone_id"], ["phones.id"], name=op.f("fk_attempts_phone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("call_sid", name=op.f("uq_attempts_call_sid")),
        sa.UniqueConstraint("token", name=op.f("uq_attempts_token")),
    )
    op.create_index("ix_attempts_case_id", "attempts", ["case_id"], unique=False)
    op.create_index("ix_attempts_debtor", "attempts", ["debtor_id", "intent_at"], unique=False)
    op.create_index("ix_attempts_intent_at", "attempts", ["intent_at"], unique=False)
    op.create_index("ix_attempts_number", "attempts", ["to_e164", "intent_at"], unique=False)
    op.create_index(
        "uq_attempts_live_debtor",
        "attempts",
        ["debtor_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'ended'"),
        postgresql_where="state <> 'ended'",
    )
    op.create_index(
        "uq_attempts_live_number",
        "attempts",
        ["to_e164"],
        unique=True,
        sqlite_where=sa.text("state <> 'ended'"),
        postgresql_where="state <> 'ended'",
    )
    op.create_table(
        "claims",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("creditor", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("invoice_number", sa.Text(), nullable=False),
        sa.Column("invoice_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("amount_minor", MinorUnits(), nullable=False),
        sa.Column("paid_minor", MinorUnits(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("disputed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0 AND paid_minor >= 0", name=op.f("ck_claims_amounts")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_claims_currency")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_claims_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("creditor", "reference", name=op.f("uq_claims_creditor_reference")),
    )
    op.create_index("ix_claims_case_id", "claims", ["case_id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("attempt_id", ID, nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=True),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_entries_seq")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_entries_case_id")),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_entries")),
    )
    op.create_table(
        "holds",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('promise', 'instalments', 'says_paid', 'dispute', 'cannot_pay', 'insolvency', 'represented', 'deceased', 'objection', 'wrong_party', 'manual')",
            name=op.f("ck_holds_reason"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_holds_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_case_id", "holds", ["case_id"], unique=False)
    op.create_table(
        "attempt_claims",
        sa.Column("attempt_id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_claims_attempt_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_attempt_claims_claim_id")),
        sa.PrimaryKeyConstraint("attempt_id", "claim_id", name=op.f("pk_attempt_claims")),
    )
    op.create_table(
        "call_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("attempt_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_call_events_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_events")),
        sa.UniqueConstraint("key", name=op.f("uq_call_events_key")),
    )
    op.create_index("ix_call_events_attempt_id", "call_events", ["attempt_id"], unique=False)
    op.create_table(
        "entry_personal",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "seq"], ["entries.case_id", "entries.seq"], name=op.f("fk_entry_personal_case_id_seq")
        ),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_entry_personal")),
    )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
