"""Of every column that could hold words: whether they tell who a debtor is, and what takes their place.

A new column has to be put down here; a test asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dialer.storage.tables import (
    alarms,
    attempts,
    call_events,
    claims,
    contacts,
    deliveries,
    documents,
    marks,
    overrides,
    payments,
    phones,
    rungs,
    stages,
    tasks,
)
from dialer.storage.tables import debtors as debtors_table

GONE = "erased"


def _numbered(column: sa.Column[int]) -> sa.ColumnElement[str]:
    """A name for each row where the database asks for different ones."""
    return sa.literal(f"{GONE}-") + sa.cast(column, sa.Text)


NO_NUMBER = "+0"
"""No telephone number begins with a zero; the database asks for a plus."""


def _no_number(column: sa.Column[int]) -> sa.ColumnElement[str]:
    return sa.literal(NO_NUMBER) + sa.cast(column, sa.Text)


def is_gone(e164: str) -> bool:
    """True for what stands in the place of an erased number."""
    return e164.startswith(NO_NUMBER)


ERASED: Mapping[sa.Table, Mapping[str, Any]] = {
    debtors_table: {
        "reference": _numbered(debtors_table.c.id),
        "name": GONE,
        "postal_code": None,
        "city": None,
        "street": None,
        "note": None,
    },
    contacts: {"name": _numbered(contacts.c.id), "email": None},
    phones: {"e164": _no_number(phones.c.id)},
    claims: {"reference": _numbered(claims.c.id), "invoice_number": ""},
    attempts: {"to_e164": _no_number(attempts.c.phone_id)},
    call_events: {"payload": {}},
    marks: {"text": sa.case((marks.c.text.is_(None), None), else_="")},
    overrides: {"reason": ""},
    stages: {"facts": {}},
    tasks: {"note": ""},
    payments: {"payer": "", "reference": ""},
    documents: {"pdf": b"", "returned_file": None},
    deliveries: {"recipient": "", "proof": None, "error": None},
    rungs: {"note": None},
    alarms: {"text": ""},
}
"""Columns that tell who he is, and what stands there afterwards."""

DELETED = frozenset({"entry_personal", "quarantine"})
"""Tables whose rows about him are taken out whole."""

KEPT: Mapping[str, frozenset[str]] = {
    "accounts": frozenset({"sid", "paused_reason", "circuit_reason"}),
    "agreements": frozenset({"kind", "state", "currency"}),
    "alarms": frozenset({"kind"}),
    "attempts": frozenset(
        {
            "channel",
            "mode",
            "step",
            "token",
            "from_e164",
            "state",
            "outcome",
            "disposition",
            "collector",
            "verdict",
            "drop_verdict",
            "call_sid",
            "answered_by",
            # a message's name in the configuration
            "message",
        }
    ),
    "call_events": frozenset({"key", "kind"}),
    "carrier_requests": frozenset({"sid"}),
    "cases": frozenset({"status", "assigned_to", "next_reason", "next_mode", "lease_owner", "entry_head", "stage"}),
    "checkpoints": frozenset({"chain", "hash"}),
    "claims": frozenset({"creditor", "currency"}),
    "contacts": frozenset({"role"}),
    "debtors": frozenset({"creditor", "type", "segment", "industry", "country", "subdivision", "language", "timezone"}),
    "deliveries": frozenset({"channel", "transport", "state", "verdict", "made_by"}),
    "desks": frozenset({"token", "state", "call_sid"}),
    "documents": frozenset({"kind", "language", "state", "sha256", "made_by", "returned_sha256"}),
    # the log: its facts hold no personal data, and nothing of it can be changed
    "entries": frozenset({"kind", "actor", "facts", "commitment", "prev_hash", "hash"}),
    "erased_keys": frozenset({"kind", "hash"}),
    "holds": frozenset({"reason"}),
    "marks": frozenset({"kind", "set_by", "lifted_by"}),
    "orders": frozenset({"kind", "items", "made_by"}),
    "overrides": frozenset({"rule", "set_by", "withdrawn_by"}),
    # a payment's own key keeps it from being imported once more
    "payments": frozenset({"creditor", "key", "currency", "source"}),
    "phones": frozenset({"role", "line_type", "state"}),
    "rungs": frozenset({"rung", "state", "why", "approved_by"}),
    "stages": frozenset({"stage", "entered_by"}),
    "tasks": frozenset({"kind", "origin", "ref", "assigned_to", "state", "made_by", "done_by"}),
    # our own people
    "users": frozenset({"name", "phone", "role"}),
}
"""Columns that tell nothing of him: words of a list, our own people, ids of the carrier's, hashes."""
