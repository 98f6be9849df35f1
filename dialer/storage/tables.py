"""The schema. What must never happen is kept from happening here, not in the code that writes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import sqlalchemy as sa

from dialer.core.call import AttemptState
from dialer.core.case import (
    CaseStatus,
    ContactRole,
    DebtorType,
    HoldReason,
    LineType,
    MarkKind,
    PhoneRole,
    PhoneState,
    Stage,
)
from dialer.core.casework import (
    AgreementKind,
    AgreementState,
    DeliveryState,
    DocumentKind,
    DocumentState,
    OrderKind,
    Rung,
    RungState,
    TaskOrigin,
    TaskState,
    Transport,
)
from dialer.core.desk import DeskState, Role
from dialer.core.marks import ENDING
from dialer.core.outcome import Channel, Disposition, Mode, Outcome
from dialer.storage.types import MinorUnits, UtcDateTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# BIGINT on PostgreSQL; SQLite counts row ids only for a column declared INTEGER
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", Id, primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, Id, sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _at(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime, nullable=nullable)


def _among(column: str, words: Iterable[StrEnum]) -> str:
    listed = ", ".join(f"'{word.value}'" for word in words)
    return f"{column} IN ({listed})"


def _one_of(column: str, words: Iterable[StrEnum]) -> sa.CheckConstraint:
    return sa.CheckConstraint(_among(column, words), name=column)


LIVE = f"state <> '{AttemptState.ENDED.value}'"
CALL_ENDED = "call_ended"
"""Why a case comes next whose call has just ended: what follows is not decided yet."""

OPEN = f"status = '{CaseStatus.OPEN.value}'"
JUST_ENDED = f"next_reason = '{CALL_ENDED}'"
AGREED = "callback_at IS NOT NULL"
LOST = f"outcome = '{Outcome.ABANDONED.value}'"
NEVER_FOUND = f"outcome = '{Outcome.UNKNOWN.value}'"
DENIED = "kind = 'verdict.denied'"
STANDING = f"lifted_at IS NULL AND kind <> '{MarkKind.WISH.value}'"

debtors = sa.Table(
    "debtors",
    metadata,
    _id(),
    _text("creditor"),
    _text("reference"),
    _text("name"),
    _text("type"),
    _text("segment"),
    _text("industry", nullable=True),
    _text("country"),
    _text("subdivision", nullable=True),
    _text("postal_code", nullable=True),
    _text("city", nullable=True),
    _text("street", nullable=True),
    _text("language"),
    _text("timezone", nullable=True),
    _text("note", nullable=True),
    # when everything that told who he is was taken out
    _at("erased_at"),
    sa.UniqueConstraint("creditor", "reference"),
    _one_of("type", DebtorType),
)

contacts = sa.Table(
    "contacts",
    metadata,
    _id(),
    _ref("debtor_id", "debtors"),
    _text("name"),
    _text("role"),
    _text("email", nullable=True),
    sa.UniqueConstraint("debtor_id", "role", "name"),
    _one_of("role", ContactRole),
)

phones = sa.Table(
    "phones",
    metadata,
    _id(),
    _ref("contact_id", "contacts"),
    _text("e164"),
    _text("role"),
    _text("line_type"),
    _text("state"),
    sa.UniqueConstraint("contact_id", "e164"),
    sa.CheckConstraint("e164 LIKE '+%'", name="e164"),
    _one_of("role", PhoneRole),
    _one_of("line_type", LineType),
    _one_of("state", PhoneState),
    sa.Index("ix_phones_e164", "e164"),
)

cases = sa.Table(
    "cases",
    metadata,
    _id(),
    _ref("debtor_id", "debtors"),
    _text("status"),
    _text("assigned_to", nullable=True),
    # the contact the ladder stands at, and since when; NULL = lowest level
    _ref("contact_id", "contacts", nullable=True),
    _at("contact_since"),
    _at("callback_at"),
    # NULL next_at = nothing will happen by itself; next_reason says why
    _at("next_at"),
    _text("next_reason"),
    # who must be on our side of the line; NULL = the case has to be looked at first
    _text("next_mode", nullable=True),
    _text("lease_owner", nullable=True),
    _at("lease_until"),
    sa.Column("entry_seq", sa.Integer, nullable=False, server_default="0"),
    _text("entry_head"),
    _at("created_at", nullable=False),
    sa.Column("stage", sa.Text, nullable=False, server_default=Stage.TELEPHONE.value),
    sa.UniqueConstraint("debtor_id"),
    _one_of("status", CaseStatus),
    _one_of("stage", Stage),
    # thousands may be due that wait for a collector: nobody who looks for others reads them
    sa.Index("ix_cases_due", "next_mode", "next_at", "id", sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN)),
    # what comes after a call is found out before new cases are looked at
    sa.Index("ix_cases_ended", "next_at", sqlite_where=sa.text(JUST_ENDED), postgresql_where=sa.text(JUST_ENDED)),
    # an agreed call-back comes before everything else that is due
    sa.Index("ix_cases_callback", "next_at", sqlite_where=sa.text(AGREED), postgresql_where=sa.text(AGREED)),
)

claims = sa.Table(
    "claims",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _text("creditor"),
    _text("reference"),
    _text("invoice_number"),
    sa.Column("invoice_date", sa.Date, nullable=False),
    sa.Column("due_date", sa.Date, nullable=False),
    sa.Column("amount_minor", MinorUnits, nullable=False),
    sa.Column("paid_minor", MinorUnits, nullable=False),
    _text("currency"),
    sa.Column("disputed", sa.Boolean, nullable=False, server_default=sa.false()),
    # what the claims file has told of payments, as core/paid.py says
    sa.Column("told_minor", MinorUnits, nullable=True),
    sa.Column("fresh_minor", MinorUnits, nullable=False, server_default="0"),
    sa.Column("told_on", sa.Date, nullable=True),
    sa.UniqueConstraint("creditor", "reference"),
    sa.CheckConstraint("amount_minor >= 0 AND paid_minor >= 0", name="amounts"),
    sa.CheckConstraint("length(currency) = 3", name="currency"),
    sa.Index("ix_claims_case_id", "case_id"),
)

holds = sa.Table(
    "holds",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _text("reason"),
    _at("until"),
    _at("set_at", nullable=False),
    _at("lifted_at"),
    _one_of("reason", HoldReason),
    sa.Index("ix_holds_case_id", "case_id"),
)

marks = sa.Table(
    "marks",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _text("kind"),
    # since when it is so, or when the notice was given
    _at("given_at", nullable=False),
    _at("until"),
    # of a wish: days and span
    _text("text", nullable=True),
    _text("set_by"),
    _at("set_at", nullable=False),
    _at("lifted_at"),
    _text("lifted_by", nullable=True),
    _one_of("kind", MarkKind),
    sa.CheckConstraint(f"({_among('kind', sorted(ENDING))}) = (until IS NOT NULL)", name="until"),
    sa.CheckConstraint(f"(kind = '{MarkKind.WISH.value}') = (text IS NOT NULL)", name="text"),
    sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
    sa.Index("ix_marks_case_id", "case_id"),
    # one standing mark of a kind; a debtor may have several wishes
    sa.Index(
        "uq_marks_standing",
        "case_id",
        "kind",
        unique=True,
        sqlite_where=sa.text(STANDING),
        postgresql_where=sa.text(STANDING),
    ),
)

overrides = sa.Table(
    "overrides",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _text("rule"),
    _text("set_by"),
    _text("reason"),
    _at("set_at", nullable=False),
    _at("until", nullable=False),
    _at("withdrawn_at"),
    _text("withdrawn_by", nullable=True),
    sa.CheckConstraint("until > set_at", name="until"),
    sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
    sa.Index("ix_overrides_case_id", "case_id"),
)

users = sa.Table(
    "users",
    metadata,
    _id(),
    _text("name"),
    _text("phone", nullable=True),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("role", sa.Text, nullable=False, server_default=Role.COLLECTOR.value),
    sa.UniqueConstraint("name"),
    _one_of("role", Role),
)

desks = sa.Table(
    "desks",
    metadata,
    _id(),
    _ref("user_id", "users"),
    _text("token"),
    _text("state"),
    _text("call_sid", nullable=True),
    # the attempt this collector is reserved for, talks in, or still has to judge
    sa.Column("attempt_id", Id, nullable=True),
    _at("opened_at", nullable=False),
    _at("state_at", nullable=False),
    _at("checked_at"),
    sa.UniqueConstraint("token"),
    sa.UniqueConstraint("call_sid"),
    _one_of("state", DeskState),
    sa.Index(
        "uq_desks_open",
        "user_id",
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    ),
)

OPEN_RUNG = _among("state", (state for state in RungState if state.open))

rungs = sa.Table(
    "rungs",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _ref("contact_id", "contacts"),
    _text("rung"),
    _text("state"),
    # what made the ladder go on
    _text("why"),
    _at("begun_at", nullable=False),
    _ref("delivery_id", "deliveries", nullable=True),
    _text("approved_by", nullable=True),
    _at("approved_at"),
    _at("ended_at"),
    # why it was skipped
    _text("note", nullable=True),
    _one_of("rung", Rung),
    _one_of("state", RungState),
    sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved"),
    sa.Index("ix_rungs_case_id", "case_id"),
    sa.Index("ix_rungs_delivery_id", "delivery_id"),
    # the ladder takes one step at a time
    sa.Index("uq_rungs_open", "case_id", unique=True, sqlite_where=sa.text(OPEN_RUNG), postgresql_where=OPEN_RUNG),
)

attempts = sa.Table(
    "attempts",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _ref("debtor_id", "debtors"),
    _ref("contact_id", "contacts"),
    _ref("phone_id", "phones"),
    _text("channel"),
    _text("mode"),
    _text("step"),
    _text("token"),
    _text("to_e164"),
    _text("from_e164"),
    _text("state"),
    _text("outcome", nullable=True),
    _text("disposition", nullable=True),
    _text("collector", nullable=True),
    _ref("desk_id", "desks", nullable=True),
    sa.Column("verdict", sa.JSON, nullable=False),
    # the gate's word on the message that a machine is left
    sa.Column("drop_verdict", sa.JSON(none_as_null=True), nullable=True),
    _at("intent_at", nullable=False),
    _at("not_after", nullable=False),
    _at("sent_at"),
    _text("call_sid", nullable=True),
    sa.Column("queue_ms", sa.Integer, nullable=True),
    _at("placed_at"),
    _at("ringing_at"),
    _at("answered_at"),
    _at("ended_at"),
    sa.Column("duration_seconds", sa.Integer, nullable=True),
    _text("answered_by", nullable=True),
    _at("joined_at"),
    _at("announced_at"),
    _at("abandoned_at"),
    _at("drop_at"),
    _at("played_at"),
    _text("message", nullable=True),
    sa.Column("message_seconds", sa.Integer, nullable=True),
    _at("disposed_at"),
    sa.Column("promised_minor", MinorUnits, nullable=True),
    sa.Column("promised_on", sa.Date, nullable=True),
    _at("callback_at"),
    _at("checked_at"),
    # somebody else of the case than the contact who was called
    _ref("spoken_to_id", "contacts", nullable=True),
    sa.UniqueConstraint("token"),
    sa.UniqueConstraint("call_sid"),
    _one_of("channel", Channel),
    _one_of("mode", Mode),
    _one_of("state", AttemptState),
    _one_of("outcome", (outcome for outcome in Outcome if outcome is not Outcome.SENT)),
    _one_of("disposition", Disposition),
    sa.CheckConstraint("(state = 'ended') = (outcome IS NOT NULL)", name="ended_has_outcome"),
    # contract 1: one live attempt per debtor, and one per telephone number
    sa.Index("uq_attempts_live_debtor", "debtor_id", unique=True, sqlite_where=sa.text(LIVE), postgresql_where=LIVE),
    sa.Index("uq_attempts_live_number", "to_e164", unique=True, sqlite_where=sa.text(LIVE), postgresql_where=LIVE),
    sa.Index("ix_attempts_debtor", "debtor_id", "intent_at"),
    sa.Index("ix_attempts_number", "to_e164", "intent_at"),
    sa.Index("ix_attempts_case_id", "case_id"),
    sa.Index("ix_attempts_intent_at", "intent_at"),
    # a creditor's lost calls are counted before each call
    sa.Index("ix_attempts_lost", "intent_at", "debtor_id", sqlite_where=sa.text(LOST), postgresql_where=sa.text(LOST)),
    # calls of which the carrier knew nothing are looked for again each night
    sa.Index(
        "ix_attempts_never_found",
        "intent_at",
        sqlite_where=sa.text(NEVER_FOUND),
        postgresql_where=sa.text(NEVER_FOUND),
    ),
)

attempt_claims = sa.Table(
    "attempt_claims",
    metadata,
    sa.Column("attempt_id", Id, sa.ForeignKey("attempts.id"), primary_key=True),
    sa.Column("claim_id", Id, sa.ForeignKey("claims.id"), primary_key=True),
)

call_events = sa.Table(
    "call_events",
    metadata,
    _id(),
    _ref("attempt_id", "attempts"),
    _text("key"),
    _text("kind"),
    _at("received_at", nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    # how often it came again
    sa.Column("repeats", sa.Integer, nullable=False, server_default="0"),
    # contract 4: a callback event is stored once
    sa.UniqueConstraint("key"),
    sa.Index("ix_call_events_attempt_id", "attempt_id"),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    _id(),
    _at("received_at", nullable=False),
    _text("path"),
    _text("reason"),
    _text("body"),
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    _at("at", nullable=False),
    _text("kind"),
    _text("actor"),
    sa.Column("attempt_id", Id, nullable=True),
    # canonical JSON without personal data; hashed as it stands
    _text("facts"),
    # salted commitment to the personal part, which lives in entry_personal and can be erased
    _text("commitment", nullable=True),
    _text("prev_hash"),
    _text("hash"),
    sa.CheckConstraint("seq > 0", name="seq"),
    # what the gate refused lately is counted for those who watch the program
    sa.Index("ix_entries_denied", "at", sqlite_where=sa.text(DENIED), postgresql_where=sa.text(DENIED)),
)

entry_personal = sa.Table(
    "entry_personal",
    metadata,
    sa.Column("case_id", Id, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    _text("salt"),
    _text("data"),
    sa.ForeignKeyConstraint(["case_id", "seq"], ["entries.case_id", "entries.seq"]),
)

# what the checkpoints outside the database are, so that none can be taken from the end of their file
checkpoints = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("chain", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    _text("hash"),
    _at("at", nullable=False),
    sa.CheckConstraint("n > 0", name="n"),
)

# digests of who and what was erased, so that no import brings it back unseen
erased_keys = sa.Table(
    "erased_keys",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("hash", sa.Text, primary_key=True),
    _at("at", nullable=False),
    sa.CheckConstraint("kind IN ('debtor', 'claim', 'number')", name="kind"),
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("sid", sa.Text, primary_key=True),
    # GCRA: the theoretical arrival time of the next call start, microseconds since 1970
    sa.Column("next_start_us", sa.BigInteger, nullable=False),
    _text("paused_reason", nullable=True),
    _at("paused_until"),
    # the circuit breaker: NULL = closed; until then nobody asks the carrier, afterwards one attempt alone may
    _at("circuit_until"),
    sa.Column("circuit_wait_s", sa.Integer, nullable=True),
    _text("circuit_reason", nullable=True),
    sa.Column("circuit_probe_id", Id, nullable=True),
    sa.Column("failures_in_row", sa.Integer, nullable=False, server_default="0"),
)

carrier_requests = sa.Table(
    "carrier_requests",
    metadata,
    _id(),
    _text("sid"),
    _at("at", nullable=False),
    sa.Column("failed", sa.Boolean, nullable=False),
    sa.Index("ix_carrier_requests_at", "sid", "at"),
)

alarms = sa.Table(
    "alarms",
    metadata,
    _id(),
    _at("at", nullable=False),
    _text("kind"),
    _text("text"),
    sa.Column("case_id", Id, nullable=True),
    sa.Column("attempt_id", Id, nullable=True),
    sa.Index("ix_alarms_at", "at"),
)

payments = sa.Table(
    "payments",
    metadata,
    _id(),
    _text("creditor"),
    # what tells this payment from every other of the creditor: the bank's own reference, or a digest of the row
    _text("key"),
    # NULL = not matched yet
    _ref("case_id", "cases", nullable=True),
    _ref("claim_id", "claims", nullable=True),
    sa.Column("paid_on", sa.Date, nullable=False),
    # negative: money that went back
    sa.Column("amount_minor", MinorUnits, nullable=False),
    _text("currency"),
    _text("reference"),
    _text("payer"),
    _text("source"),
    _at("imported_at", nullable=False),
    sa.UniqueConstraint("creditor", "key"),
    sa.CheckConstraint("amount_minor <> 0", name="amount"),
    sa.CheckConstraint("length(currency) = 3", name="currency"),
    sa.Index("ix_payments_case_id", "case_id"),
)

agreements = sa.Table(
    "agreements",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _ref("attempt_id", "attempts", nullable=True),
    _text("kind"),
    _text("state"),
    _at("agreed_at", nullable=False),
    sa.Column("amount_minor", MinorUnits, nullable=False),
    _text("currency"),
    sa.Column("grace_workdays", sa.Integer, nullable=False),
    sa.Column("interest_free", sa.Boolean, nullable=False),
    sa.Column("acceleration", sa.Boolean, nullable=False),
    _at("ended_at"),
    _one_of("kind", AgreementKind),
    _one_of("state", AgreementState),
    sa.CheckConstraint("amount_minor > 0", name="amount"),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
    sa.Index("ix_agreements_case_id", "case_id"),
    # one agreement at a time: a second one would count the same payments
    sa.Index(
        "uq_agreements_open",
        "case_id",
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)

instalments = sa.Table(
    "instalments",
    metadata,
    sa.Column("agreement_id", Id, sa.ForeignKey("agreements.id"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("amount_minor", MinorUnits, nullable=False),
    sa.CheckConstraint("n > 0 AND amount_minor > 0", name="rate"),
)

documents = sa.Table(
    "documents",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _ref("attempt_id", "attempts", nullable=True),
    _ref("agreement_id", "agreements", nullable=True),
    _text("kind"),
    _text("language"),
    _text("state"),
    _text("sha256"),
    sa.Column("pdf", sa.LargeBinary, nullable=False),
    _at("made_at", nullable=False),
    _text("made_by"),
    _at("sent_at"),
    # the day by which it should be back signed; NULL = nothing is to come back
    sa.Column("due_back_on", sa.Date, nullable=True),
    _at("returned_at"),
    _text("returned_sha256", nullable=True),
    sa.Column("returned_file", sa.LargeBinary, nullable=True),
    _one_of("kind", DocumentKind),
    _one_of("state", DocumentState),
    sa.CheckConstraint("(returned_at IS NULL) = (returned_sha256 IS NULL)", name="returned"),
    sa.Index("ix_documents_case_id", "case_id"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    _id(),
    _ref("document_id", "documents"),
    _ref("case_id", "cases"),
    _ref("debtor_id", "debtors"),
    _ref("contact_id", "contacts", nullable=True),
    _ref("phone_id", "phones", nullable=True),
    _text("channel"),
    _text("transport"),
    # fax number, mail address, or postal address
    _text("recipient"),
    _text("state"),
    # the gate's word at the instant of sending; NULL = not asked yet
    sa.Column("verdict", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    _at("made_at", nullable=False),
    # a person, who may answer for a rule, or the program
    _text("made_by"),
    _at("next_try_at"),
    _at("sent_at"),
    _text("proof", nullable=True),
    _text("error", nullable=True),
    _one_of("channel", Channel),
    _one_of("transport", Transport),
    _one_of("state", DeliveryState),
    sa.Index("ix_deliveries_debtor", "debtor_id", "sent_at"),
    sa.Index("ix_deliveries_document_id", "document_id"),
    sa.Index("ix_deliveries_recipient", "recipient"),
    sa.Index(
        "ix_deliveries_due",
        "next_try_at",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
)

delivery_claims = sa.Table(
    "delivery_claims",
    metadata,
    sa.Column("delivery_id", Id, sa.ForeignKey("deliveries.id"), primary_key=True),
    sa.Column("claim_id", Id, sa.ForeignKey("claims.id"), primary_key=True),
)

tasks = sa.Table(
    "tasks",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _text("kind"),
    _text("origin"),
    # what it is about, so that the same task is not made twice
    _text("ref"),
    _text("note"),
    sa.Column("due_on", sa.Date, nullable=False),
    _text("assigned_to", nullable=True),
    _text("state"),
    _at("made_at", nullable=False),
    _text("made_by"),
    _at("done_at"),
    _text("done_by", nullable=True),
    sa.UniqueConstraint("case_id", "kind", "ref"),
    _one_of("origin", TaskOrigin),
    _one_of("state", TaskState),
    sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
    sa.Index("ix_tasks_due", "due_on", sqlite_where=sa.text("state = 'open'"), postgresql_where="state = 'open'"),
)

stages = sa.Table(
    "stages",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _text("stage"),
    sa.Column("entered_on", sa.Date, nullable=False),
    # the facts it rests on, by name
    sa.Column("facts", sa.JSON, nullable=False),
    _at("entered_at", nullable=False),
    _text("entered_by"),
    _one_of("stage", Stage),
    sa.Index("ix_stages_case_id", "case_id"),
)

orders = sa.Table(
    "orders",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _text("kind"),
    # checklist: item -> true or false
    sa.Column("items", sa.JSON, nullable=False),
    _at("made_at", nullable=False),
    _text("made_by"),
    _at("completed_at"),
    _one_of("kind", OrderKind),
    sa.Index("ix_orders_case_id", "case_id"),
)

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
"""Contract 5: the engine itself refuses changes to the log. Run by the migration that creates `entries`."""

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
"""Contract 7: no attempt, and no message after the beep, without the gate's word that it may be made.

What a person heard announced before may stay noted when the drop begins: the attempt's own verdict allowed it. Run by
the migration that adds `drop_verdict`; rows from before it are left as they are.
"""

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
"""Nothing is sent without the gate's word, stored before it is handed over. Run by the migration of `deliveries`."""
