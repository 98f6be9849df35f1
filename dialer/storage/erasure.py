"""Takes out everything that tells who a debtor is, and remembers by digests whom not to take in again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

import sqlalchemy as sa

from dialer.core.call import AttemptState
from dialer.core.case import CaseStatus, HoldReason, PhoneState
from dialer.core.casework import DeliveryState, DocumentState
from dialer.core.legal import Fact
from dialer.core.outcome import Disposition, Outcome
from dialer.core.retention import Kept
from dialer.storage.case_lock import lock_case
from dialer.storage.personal_columns import ERASED
from dialer.storage.tables import (
    agreements,
    alarms,
    attempts,
    call_events,
    cases,
    claims,
    contacts,
    debtors,
    deliveries,
    documents,
    entries,
    entry_personal,
    erased_keys,
    holds,
    marks,
    overrides,
    payments,
    phones,
    quarantine,
    rungs,
    stages,
    tasks,
)

DOMAIN = "dialer-erased-1"
BATCH = 300

Key = tuple[str, str]
"""Kind and digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The debtor of a case, and what stands in the way of erasing him."""

    debtor_id: int
    reference: str
    open: bool
    live_calls: int
    waiting_deliveries: int
    erased_at: datetime | None


def subject(tx: sa.Connection, case_id: int, *, lock: bool = False) -> Subject | None:
    """Who the case is about, None without such a case. `lock` keeps other writers away."""
    if lock:
        # the calls before their case, as everybody does who locks both: a late word of one may be coming in
        calls = sa.select(attempts.c.id).where(attempts.c.case_id == case_id).order_by(attempts.c.id)
        tx.execute(calls.with_for_update()).all()
        lock_case(tx, case_id)
    query = sa.select(cases.c.status, debtors).join(debtors).where(cases.c.id == case_id)
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    live = (attempts.c.debtor_id == row.id, attempts.c.state != AttemptState.ENDED)
    under_way = (DeliveryState.WAITING, DeliveryState.SENDING)
    sending = (deliveries.c.debtor_id == row.id, deliveries.c.state.in_(under_way))
    return Subject(
        debtor_id=row.id,
        reference=row.reference,
        open=row.status != CaseStatus.CLOSED,
        live_calls=tx.execute(sa.select(sa.func.count()).select_from(attempts).where(*live)).scalar_one(),
        waiting_deliveries=tx.execute(sa.select(sa.func.count()).select_from(deliveries).where(*sending)).scalar_one(),
        erased_at=row.erased_at,
    )


def erased_at(tx: sa.Connection, case_id: int) -> datetime | None:
    """When the debtor of a case was erased, None as long as he is known."""
    query = sa.select(debtors.c.erased_at).join(cases, cases.c.debtor_id == debtors.c.id).where(cases.c.id == case_id)
    found: datetime | None = tx.execute(query).scalar()
    return found


def closed_cases(tx: sa.Connection) -> Sequence[tuple[int, str]]:
    """Closed cases of debtors who are not erased, with the debtor's reference."""
    query = sa.select(cases.c.id, debtors.c.reference).join(debtors)
    query = query.where(cases.c.status == CaseStatus.CLOSED, debtors.c.erased_at.is_(None)).order_by(cases.c.id)
    return [(row[0], row[1]) for row in tx.execute(query)]


# --- what keeps him --------------------------------------------------------------------------------------------------

_TALKS = [d for d in Disposition if d.conversation]


def kept(tx: sa.Connection, case_id: int, zone: tzinfo) -> Kept:
    """What there is of the case, as days in that zone."""

    def day(query: sa.Select[Any]) -> date | None:
        at = tx.execute(query).scalar()
        return at.astimezone(zone).date() if at else None

    talked = sa.or_(attempts.c.disposition.in_(_TALKS), attempts.c.outcome == Outcome.CONNECTED)
    last_talk = sa.select(sa.func.max(attempts.c.intent_at)).where(attempts.c.case_id == case_id, talked)
    agreed = sa.select(sa.func.max(agreements.c.agreed_at)).where(agreements.c.case_id == case_id)
    newest = sa.func.max(sa.func.coalesce(documents.c.returned_at, documents.c.sent_at, documents.c.made_at))
    letters = sa.select(newest).where(documents.c.case_id == case_id, documents.c.state != DocumentState.DRAFT)
    last_entry = sa.select(sa.func.max(entries.c.at)).where(entries.c.case_id == case_id)
    created = sa.select(cases.c.created_at).where(cases.c.id == case_id)
    return Kept(
        last_entry_on=day(last_entry) or day(created) or date.max,
        last_talk_on=max(filter(None, (day(last_talk), day(agreed))), default=None),
        last_letter_on=day(letters),
        title_on=_title(tx, case_id),
        owing=_owing(tx, case_id),
        wrong_party=_wrong_party(tx, case_id),
    )


def _title(tx: sa.Connection, case_id: int) -> date | None:
    """The latest day on which a title is dated or became final."""
    facts = tx.execute(sa.select(stages.c.facts).where(stages.c.case_id == case_id)).scalars()
    days = [fact[name] for fact in facts for name in (Fact.TITLE_ON, Fact.FINAL_ON) if fact.get(name)]
    return max(map(date.fromisoformat, days), default=None)


def _owing(tx: sa.Connection, case_id: int) -> bool:
    owed = (claims.c.case_id == case_id, claims.c.paid_minor < claims.c.amount_minor)
    return _any(tx, sa.select(claims.c.id).where(*owed))


def _wrong_party(tx: sa.Connection, case_id: int) -> bool:
    """True when somebody noted that he is not the debtor.

    Whoever answers at a number may be somebody else although the debtor is known; a hold says it of the debtor himself.
    """
    hold = (holds.c.case_id == case_id, holds.c.reason == HoldReason.WRONG_PARTY, holds.c.lifted_at.is_(None))
    of_case = attempts.c.case_id == case_id
    said = sa.select(attempts.c.id).where(of_case, attempts.c.disposition == Disposition.WRONG_PARTY)
    reached = (
        sa.select(attempts.c.id).where(of_case, attempts.c.disposition.in_(_TALKS)),
        sa.select(agreements.c.id).where(agreements.c.case_id == case_id),
    )
    if _any(tx, sa.select(holds.c.id).where(*hold)):
        return True
    return _any(tx, said) and _title(tx, case_id) is None and not any(_any(tx, query) for query in reached)


def _any(tx: sa.Connection, query: sa.Select[Any]) -> bool:
    return tx.execute(query.limit(1)).first() is not None


# --- taking out ------------------------------------------------------------------------------------------------------


def erase(
    tx: sa.Connection, case_id: int, debtor_id: int, *, at: datetime, suppress_numbers: bool
) -> Mapping[str, int]:
    """Take him out of every table, and return how many rows of each were changed or deleted.

    `suppress_numbers`: none of his numbers is taken in again, for whomever; without it those of a wrong party are not.
    """
    people = sa.select(contacts.c.id).where(contacts.c.debtor_id == debtor_id)
    numbers = tx.execute(sa.select(phones.c.e164, phones.c.state).where(phones.c.contact_id.in_(people))).all()
    _remember(tx, case_id, debtor_id, numbers, at=at, suppress_numbers=suppress_numbers)
    changed = {"quarantine": _unread(tx, [row.e164 for row in numbers])}
    gone = entry_personal.delete().where(entry_personal.c.case_id == case_id)
    changed["entry_personal"] = tx.execute(gone).rowcount
    for table, where in _places(case_id, debtor_id):
        changed[table.name] = tx.execute(table.update().where(where).values(ERASED[table])).rowcount
    tx.execute(debtors.update().where(debtors.c.id == debtor_id).values(erased_at=at))
    return {name: count for name, count in changed.items() if count}


def _places(case_id: int, debtor_id: int) -> Iterator[tuple[sa.Table, sa.ColumnElement[bool]]]:
    """Where he stands, in every table that tells of him."""
    people = sa.select(contacts.c.id).where(contacts.c.debtor_id == debtor_id)
    calls = sa.select(attempts.c.id).where(attempts.c.debtor_id == debtor_id)
    yield call_events, call_events.c.attempt_id.in_(calls)
    yield phones, phones.c.contact_id.in_(people)
    for table in (contacts, attempts, deliveries):
        yield table, table.c.debtor_id == debtor_id
    for table in (claims, marks, overrides, stages, tasks, payments, documents, rungs, alarms):
        yield table, table.c.case_id == case_id
    yield debtors, debtors.c.id == debtor_id


def _unread(tx: sa.Connection, numbers: Sequence[str]) -> int:
    """Requests nobody could read that name one of his numbers."""
    if not numbers:
        return 0
    # without the plus, which stands encoded in a form
    named = sa.or_(*(quarantine.c.body.contains(number.removeprefix("+")) for number in numbers))
    return tx.execute(quarantine.delete().where(named)).rowcount


# --- not taken in again ----------------------------------------------------------------------------------------------


def debtor_key(creditor: str, reference: str) -> Key:
    """What remains of a debtor."""
    return _key("debtor", creditor, reference)


def claim_key(creditor: str, reference: str) -> Key:
    """What remains of a claim."""
    return _key("claim", creditor, reference)


def number_key(e164: str) -> Key:
    """What remains of a number that nobody wants called again."""
    return _key("number", e164)


def _key(kind: str, *words: str) -> Key:
    text = json.dumps([DOMAIN, kind, *words], separators=(",", ":"), ensure_ascii=False)
    return kind, hashlib.sha256(text.encode()).hexdigest()


def _remember(
    tx: sa.Connection, case_id: int, debtor_id: int, numbers: Sequence[Any], *, at: datetime, suppress_numbers: bool
) -> None:
    who = tx.execute(sa.select(debtors).where(debtors.c.id == debtor_id)).one()
    owed = tx.execute(sa.select(claims.c.creditor, claims.c.reference).where(claims.c.case_id == case_id)).all()
    keys = {debtor_key(who.creditor, who.reference), *(claim_key(row.creditor, row.reference) for row in owed)}
    keys |= {number_key(row.e164) for row in numbers if suppress_numbers or row.state == PhoneState.WRONG_PARTY}
    if new := sorted(keys - known(tx, keys)):
        tx.execute(erased_keys.insert(), [{"kind": kind, "hash": digest, "at": at} for kind, digest in new])


def known(tx: sa.Connection, keys: Collection[Key]) -> set[Key]:
    """Those of the keys that belong to somebody erased."""
    found: set[Key] = set()
    for kind in {kind for kind, _ in keys}:
        wanted = sorted(digest for of, digest in keys if of == kind)
        for start in range(0, len(wanted), BATCH):
            here = (erased_keys.c.kind == kind, erased_keys.c.hash.in_(wanted[start : start + BATCH]))
            found |= {(row.kind, row.hash) for row in tx.execute(sa.select(erased_keys).where(*here))}
    return found


def any_erased(tx: sa.Connection) -> bool:
    """True when anybody was ever erased here."""
    return tx.execute(sa.select(erased_keys.c.kind).limit(1)).first() is not None
