"""A big book for measurements, made by the database itself: businesses with a contact, a number and a claim each."""

# ruff: noqa: S608 - statements made of figures and words of this file
from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from dialer.storage.database import Database

NOW = "2026-11-24 09:00:00"
"""UTC: ten o'clock in Berlin, a Tuesday."""


VERDICT = '{"verdict": "allow"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """How many open cases, of which `due` wait to be dialled now, and `live` have a call under way."""

    cases: int
    due: int = 0
    live: int = 0


def fill(db: Database, book: Book) -> None:
    """Into an empty database that has been upgraded."""
    step = max(1, book.cases // max(1, book.due))
    with db.write() as tx:
        if not db.is_sqlite:
            tx.exec_driver_sql("SET LOCAL statement_timeout = 0")
        for statement in _statements(book, step, sqlite=db.is_sqlite):
            tx.execute(sa.text(statement))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def token(number: int) -> str:
    """The token of the live call of that case."""
    return f"{number:032x}"


def sid(number: int) -> str:
    """The carrier's id of it."""
    return f"CA{number:032x}"


def _statements(book: Book, step: int, *, sqlite: bool) -> list[str]:
    def rows(count: int) -> str:
        many = f"WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {count}) SELECT i FROM s"
        return f"({many}) AS n" if sqlite else f"generate_series(1, {count}) AS n(i)"

    # later than now by seconds, spread over a fortnight
    later = f"datetime('{NOW}', '+' || (3600 + i % 1200000) || ' seconds')"
    if not sqlite:
        later = f"'{NOW}+00'::timestamptz + (3600 + i % 1200000) * interval '1 second'"
    hexed = "printf('%032x', i)" if sqlite else "lpad(to_hex(i), 32, '0')"
    now = f"'{NOW}.000000'" if sqlite else f"'{NOW}+00'::timestamptz"
    is_due = f"i % {step} = 0 AND i / {step} <= {book.due}"
    everybody = rows(book.cases)
    debtors = "INSERT INTO debtors (id, creditor, reference, name, type, segment, country, subdivision, language)"
    debtors += " SELECT i, 'muster', 'K' || i, 'Firma ' || i || ' GmbH', 'business', 'business', 'DE', 'BE', 'de'"
    contacts = "INSERT INTO contacts (id, debtor_id, name, role) SELECT i, i, 'Person ' || i, 'accounts_payable'"
    phones = "INSERT INTO phones (id, contact_id, e164, role, line_type, state)"
    phones += " SELECT i, i, '+4930' || (20000000 + i), 'business_main', 'fixed', 'usable'"
    cases = "INSERT INTO cases (id, debtor_id, status, next_at, next_reason, next_mode, entry_head, created_at)"
    cases += f" SELECT i, i, 'open', CASE WHEN {is_due} THEN {now} ELSE {later} END, 'collection_call first_call',"
    cases += f" 'unattended', '', {now}"
    claims = "INSERT INTO claims (id, case_id, creditor, reference, invoice_number, invoice_date, due_date,"
    claims += " amount_minor, paid_minor, currency)"
    claims += " SELECT i, i, 'muster', 'C' || i, 'R' || i, '2026-09-01', '2026-09-15', 10000, 0, 'EUR'"
    statements = [f"{statement} FROM {everybody}" for statement in (debtors, contacts, phones, cases, claims)]
    if book.live:
        expires = f"datetime('{NOW}', '+1 hour')" if sqlite else f"{now} + interval '1 hour'"
        statements.append(
            "INSERT INTO attempts (id, case_id, debtor_id, contact_id, phone_id, channel, mode, step, token, to_e164,"
            " from_e164, state, verdict, intent_at, not_after, sent_at, call_sid, placed_at)"
            f" SELECT i, i, i, i, i, 'call', 'unattended', 'collection_call', {hexed}, '+4930' || (20000000 + i),"
            f" '+493023125000', 'placed', '{VERDICT}', {now}, {expires}, {now}, 'CA' || {hexed}, {now}"
            f" FROM {rows(book.live)}"
        )
    if not sqlite:
        tables = ("debtors", "contacts", "phones", "cases", "claims", "attempts")
        largest = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), coalesce((SELECT max(id) FROM {0}), 0) + 1)"
        statements += [largest.format(table) for table in tables]
    return statements
