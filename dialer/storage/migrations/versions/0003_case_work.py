"""Case work: payments, agreements, documents and their deliveries, tasks, legal stages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from dialer.storage.types import MinorUnits, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SENT = {
    "sqlite": tuple(
        f"""CREATE TRIGGER deliveries_allowed_{event.split()[0].lower()} BEFORE {event} ON deliveries
           WHEN NEW.state IN ('sending', 'handed_over', 'unknown')
           AND CASE WHEN json_valid(NEW.verdict) THEN json_extract(NEW.verdict, '$.verdict') END IS NOT 'allow'
           BEGIN SELECT RAISE(ABORT, 'a delivery needs a verdict that allows it'); END"""
        for event in ("INSERT", "UPDATE OF state, verdict")
    ),
    "postgresql": (
        """CREATE TRIGGER deliveries_allowed BEFORE INSERT OR UPDATE OF state, verdict ON deliveries FOR EACH ROW
           WHEN (NEW.state IN ('sending', 'handed_over', 'unknown')
           AND (NEW.verdict ->> 'verdict') IS DISTINCT FROM 'allow')
           EXECUTE FUNCTION attempts_refused('a delivery needs a verdict that allows it')""",
    ),
}
"""Nothing is sent without the gate's word, stored before it is handed over."""


def upgrade() -> None:
    """Add the tables of case work, the street of a debtor and the legal stage of a case."""
    op.create_table(
        "orders",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('bailiff')", name=op.f("ck_orders_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_orders_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    op.create_index("ix_orders_case_id", "orders", ["case_id"], unique=False)
    op.create_table(
        "stages",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('telephone', 'legal_review', 'court_dunning', 'enforcement', 'titled', 'closed')",
            name=op.f("ck_stages_stage"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_stages_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stages")),
    )
    op.create_index("ix_stages_case_id", "stages", ["case_id"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assigned_to", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_tasks_done")),
        sa.CheckConstraint(
            "origin IN ('disposition', 'document', 'deadline', 'ladder', 'manual')", name=op.f("ck_tasks_origin")
        ),
        sa.CheckConstraint("state IN ('open', 'done')", name=op.f("ck_tasks_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tasks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("case_id", "kind", "ref", name=op.f("uq_tasks_case_id_kind_ref")),
    )
    op.create_index(
        "ix_tasks_due",
        "tasks",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "agreements",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("attempt_id", ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("agreed_at", UtcDateTime(), nullable=False),
        sa.Column("amount_minor", MinorUnits(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("grace_workdays", sa.Integer(), nullable=False),
        sa.Column("interest_free", sa.Boolean(), nullable=False),
        sa.Column("acceleration", sa.Boolean(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_agreements_ended")),
        sa.CheckConstraint("kind IN ('promise', 'instalments')", name=op.f("ck_agreements_kind")),
        sa.CheckConstraint("state IN ('open', 'kept', 'broken', 'withdrawn')", name=op.f("ck_agreements_state")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_agreements_amount")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_agreements_attempt_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_agreements_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    op.create_index("ix_agreements_case_id", "agreements", ["case_id"], unique=False)
    op.create_index(
        "uq_agreements_open",
        "agreements",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "payments",
        sa.Column("id", ID, nullable=False),
        sa.Column("creditor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("claim_id", ID, nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", MinorUnits(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_payments_currency")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_payments_case_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_payments_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("creditor", "key", name=op.f("uq_payments_creditor_key")),
    )
    op.create_index("ix_payments_case_id", "payments", ["case_id"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("attempt_id", ID, nullable=True),
        sa.Column("agreement_id", ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("due_back_on", sa.Date(), nullable=True),
        sa.Column("returned_at", UtcDateTime(), nullable=True),
        sa.Column("returned_sha256", sa.Text(), nullable=True),
        sa.Column("returned_file", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('callback_fax', 'reminder_letter', 'phone_agreement', 'instalment_agreement', 'acknowledgement', 'rdg13a_notice', 'rdg13a3_notice', 'rdg13a4_notice', 'dossier')",
            name=op.f("ck_documents_kind"),
        ),
        sa.CheckConstraint("state IN ('draft', 'sent', 'returned', 'archived')", name=op.f("ck_documents_state")),
        sa.CheckConstraint("(returned_at IS NULL) = (returned_sha256 IS NULL)", name=op.f("ck_documents_returned")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_documents_agreement_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_documents_attempt_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_documents_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_case_id", "documents", ["case_id"], unique=False)
    op.create_table(
        "instalments",
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", MinorUnits(), nullable=False),
        sa.CheckConstraint("n > 0 AND amount_minor > 0", name=op.f("ck_instalments_rate")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_instalments_agreement_id")),
        sa.PrimaryKeyConstraint("agreement_id", "n", name=op.f("pk_instalments")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("debtor_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column("phone_id", ID, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("transport", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("verdict", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('call', 'voicemail', 'fax', 'letter', 'inbound')", name=op.f("ck_deliveries_channel")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'handed_over', 'unknown', 'failed', 'refused')",
            name=op.f("ck_deliveries_state"),
        ),
        sa.CheckConstraint("transport IN ('fax_mail', 'mail', 'print')", name=op.f("ck_deliveries_transport")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deliveries_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_deliveries_contact_id")),
        sa.ForeignKeyConstraint(["debtor_id"], ["debtors.id"], name=op.f("fk_deliveries_debtor_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_deliveries_document_id")),
        sa.ForeignKeyConstraint(["phone_id"], ["phones.id"], name=op.f("fk_deliveries_phone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_debtor", "deliveries", ["debtor_id", "sent_at"], unique=False)
    op.create_index("ix_deliveries_document_id", "deliveries", ["document_id"], unique=False)
    op.create_index("ix_deliveries_recipient", "deliveries", ["recipient"], unique=False)
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["next_try_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    # in one statement, which both engines have: other tables refer to cases, so that SQLite could not rebuild it
    op.execute(
        "ALTER TABLE cases ADD COLUMN stage TEXT DEFAULT 'telephone' NOT NULL"
        " CONSTRAINT ck_cases_stage CHECK (stage IN ('telephone', 'legal_review', 'court_dunning', 'enforcement', 'titled', 'closed'))"
    )
    op.execute("UPDATE cases SET stage = 'legal_review' WHERE status = 'legal_review'")
    op.execute("UPDATE cases SET stage = 'closed' WHERE status = 'closed'")
    op.add_column("debtors", sa.Column("street", sa.Text(), nullable=True))
    for statement in SENT[op.get_bind().dialect.name]:
        op.execute(statement)
