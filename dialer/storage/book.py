"""The book read back: cases with their debtor, contacts, claims and holds; and the history of attempts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dialer.core.case import (
    Case,
    CaseStatus,
    Claim,
    Contact,
    ContactRole,
    Debtor,
    DebtorType,
    Hold,
    HoldReason,
    LineType,
    MarkKind,
    Phone,
    PhoneRole,
    PhoneState,
    Stage,
)
from dialer.core.legal import stage_of
from dialer.core.outcome import Channel, Disposition, Outcome, PastAttempt
from dialer.storage import agreements, deliveries, rungs
from dialer.storage.case_lock import lock_case
from dialer.storage.tables import (
    attempt_claims,
    attempts,
    cases,
    claims,
    contacts,
    debtors,
    holds,
    marks,
    overrides,
    phones,
    stages,
)
from dialer.storage.tables import rungs as rung_rows

# The statements of every call are built once: to build one takes as long as to run it.

_OF_CASE: sa.BindParameter[int] = sa.bindparam("case_id")
_OF_DEBTOR: sa.BindParameter[int] = sa.bindparam("debtor_id")
_SIDES = (holds, marks, overrides, rung_rows, stages)
_CASE = (
    sa.select(
        cases,
        debtors.c.creditor,
        *(c.label(f"d_{c.name}") for c in debtors.c),
        *(sa.exists().where(side.c.case_id == cases.c.id).label(f"has_{side.name}") for side in _SIDES),
    )
    .join(debtors, cases.c.debtor_id == debtors.c.id)
    .where(cases.c.id == _OF_CASE)
)


def load_case(tx: sa.Connection, case_id: int, *, lock: bool = False) -> Case | None:
    """The whole case, or None. `lock` keeps other writers away until the transaction ends."""
    row = case_row(tx, case_id, lock=lock)
    return None if row is None else case_of(tx, row)


def case_row(tx: sa.Connection, case_id: int, *, lock: bool = False) -> Any:
    """The case with its debtor, and whether there is anything in its side tables (`has_…`); None without a case."""
    if lock:
        lock_case(tx, case_id)
    return tx.execute(_CASE, {"case_id": case_id}).one_or_none()


def case_of(tx: sa.Connection, row: Any) -> Case:
    """The whole case whose row that is."""
    return Case(
        id=row.id,
        creditor=row.creditor,
        debtor=_debtor(row),
        contacts=_contacts(tx, row.debtor_id),
        claims=_claims(tx, row.id),
        status=CaseStatus(row.status),
        holds=_holds(tx, row.id) if row.has_holds else (),
        assigned_to=row.assigned_to,
        contact_id=row.contact_id,
        contact_since=row.contact_since,
        callback_at=row.callback_at,
        stage=stage_of(CaseStatus(row.status), Stage(row.stage)),
        rungs=rungs.of_case(tx, row.id) if row.has_rungs else (),
    )


LONGEST_ID = 18
"""Digits of the largest case id that every engine can look for; longer words are references."""


def find_case(tx: sa.Connection, word: str) -> int | None:
    """The one case that `word` can mean: by its id, by a claim's or by the debtor's reference; None if none or several.

    A number may be both an id and somebody else's reference. Whom to call is then not guessed.
    """
    by_id = sa.select(cases.c.id).where(cases.c.id == int(word if _may_be_id(word) else 0))
    by_claim = sa.select(claims.c.case_id).where(claims.c.reference == word)
    by_debtor = sa.select(cases.c.id).join(debtors, cases.c.debtor_id == debtors.c.id)
    queries = (by_id, by_claim, by_debtor.where(debtors.c.reference == word))
    found = {int(id_) for query in queries for id_ in tx.execute(query.distinct().limit(2)).scalars()}
    return found.pop() if len(found) == 1 else None


def _may_be_id(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= LONGEST_ID


# a conversation is with the one who spoke, whoever was called
_PERSON = sa.func.coalesce(attempts.c.spoken_to_id, attempts.c.contact_id)
_HISTORY = (
    sa.select(
        *(attempts.c[name] for name in ("id", "intent_at", "channel", "to_e164", "debtor_id", "ended_at", "outcome")),
        *(attempts.c[name] for name in ("disposition", "drop_at", "message")),
        _PERSON.label("person_id"),
        contacts.c.role.label("contact_role"),
    )
    .join(contacts, contacts.c.id == _PERSON)
    .where(
        sa.or_(
            attempts.c.debtor_id == _OF_DEBTOR,
            attempts.c.to_e164.in_(sa.bindparam("numbers", expanding=True)),
        )
    )
    .order_by(attempts.c.intent_at, attempts.c.id)
)
_COVERED = sa.select(attempt_claims).where(attempt_claims.c.attempt_id.in_(sa.bindparam("attempt_ids", expanding=True)))


def load_history(tx: sa.Connection, case: Case) -> tuple[PastAttempt, ...]:
    """Every attempt at this debtor or at one of his numbers, oldest first; faxes and letters have negative ids."""
    numbers = [p.e164 for c in case.contacts for p in c.phones]
    rows = tx.execute(_HISTORY, {"debtor_id": case.debtor.id, "numbers": numbers}).all()
    about: dict[int, set[str]] = {}
    for attempt_id, claim_id in tx.execute(_COVERED, {"attempt_ids": [row.id for row in rows]}) if rows else ():
        about.setdefault(attempt_id, set()).add(str(claim_id))
    broken = agreements.broken_by_attempt(tx, [row.id for row in rows if row.disposition in _AGREED])
    calls = [_past(row, frozenset(about.get(row.id, ())), broken.get(row.id)) for row in rows]
    written = deliveries.past(tx, case.debtor.id, numbers)
    return tuple(sorted((*calls, *written), key=lambda h: (h.at, abs(h.id))) if written else calls)


def past_attempt_of(history: Sequence[PastAttempt], debtor_id: int) -> tuple[PastAttempt, ...]:
    """The part of a history that belongs to one debtor."""
    return tuple(h for h in history if h.debtor_id == debtor_id)


_AGREED = frozenset({Disposition.PROMISE_TO_PAY, Disposition.INSTALMENTS_AGREED})


def _past(row: Any, about: frozenset[str], broken: bool | None) -> PastAttempt:  # noqa: FBT001 - as the field says
    return PastAttempt(
        id=row.id,
        at=row.intent_at,
        channel=Channel(row.channel),
        e164=row.to_e164,
        debtor_id=row.debtor_id,
        contact_id=row.person_id,
        contact_role=ContactRole(row.contact_role),
        claims=about,
        ended_at=row.ended_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        disposition=Disposition(row.disposition) if row.disposition else None,
        message_begun=row.drop_at is not None and row.message is not None,
        broken=broken,
    )


def _debtor(row: Any) -> Debtor:
    return Debtor(
        id=row.debtor_id,
        reference=row.d_reference,
        name=row.d_name,
        type=DebtorType(row.d_type),
        segment=row.d_segment,
        industry=row.d_industry,
        country=row.d_country,
        subdivision=row.d_subdivision,
        street=row.d_street,
        postal_code=row.d_postal_code,
        city=row.d_city,
        language=row.d_language,
        timezone=row.d_timezone,
    )


_CONTACTS = (
    sa.select(contacts.c.id, contacts.c.name, contacts.c.role, *(c.label(f"p_{c.name}") for c in phones.c))
    .outerjoin(phones, phones.c.contact_id == contacts.c.id)
    .where(contacts.c.debtor_id == _OF_DEBTOR)
    .order_by(contacts.c.id, phones.c.id)
)


def _contacts(tx: sa.Connection, debtor_id: int) -> tuple[Contact, ...]:
    people: dict[int, tuple[str, str, list[Phone]]] = {}
    for row in tx.execute(_CONTACTS, {"debtor_id": debtor_id}):
        _, _, numbers = people.setdefault(row.id, (row.name, row.role, []))
        if row.p_id is not None:
            numbers.append(_phone(row))
    return tuple(
        Contact(id=id_, name=name, role=ContactRole(role), phones=tuple(numbers))
        for id_, (name, role, numbers) in people.items()
    )


def _phone(row: Any) -> Phone:
    return Phone(
        id=row.p_id,
        e164=row.p_e164,
        role=PhoneRole(row.p_role),
        line_type=LineType(row.p_line_type),
        state=PhoneState(row.p_state),
    )


_CLAIMS = sa.select(claims).where(claims.c.case_id == _OF_CASE).order_by(claims.c.id)


def _claims(tx: sa.Connection, case_id: int) -> tuple[Claim, ...]:
    return tuple(
        Claim(
            id=row.id,
            reference=row.reference,
            invoice_number=row.invoice_number,
            invoice_date=row.invoice_date,
            due_date=row.due_date,
            amount_minor=row.amount_minor,
            paid_minor=row.paid_minor,
            currency=row.currency,
            disputed=row.disputed,
        )
        for row in tx.execute(_CLAIMS, {"case_id": case_id})
    )


def _holds(tx: sa.Connection, case_id: int) -> tuple[Hold, ...]:
    query = sa.select(holds).where(holds.c.case_id == case_id, holds.c.lifted_at.is_(None))
    return tuple(Hold(reason=HoldReason(row.reason), until=row.until) for row in tx.execute(query))


def set_hold(tx: sa.Connection, case_id: int, hold: Hold, *, at: datetime) -> None:
    """Stop dialling this case for a reason."""
    tx.execute(holds.insert().values(case_id=case_id, reason=hold.reason, until=hold.until, set_at=at))


def set_phone_state(tx: sa.Connection, phone_id: int, state: PhoneState) -> None:
    """Remember what the network taught us about a number; it knows nothing better than who answers there."""
    told = phones.c.state == PhoneState.WRONG_PARTY
    tx.execute(phones.update().where(phones.c.id == phone_id, ~told).values(state=state))


_LOCK_NUMBERS = (
    sa.select(phones.c.e164, phones.c.state)
    .where(phones.c.e164.in_(sa.bindparam("numbers", expanding=True)))
    .order_by(phones.c.id)
    .with_for_update(key_share=True)  # whoever only calls there need not wait
)


def lock_numbers(tx: sa.Connection, numbers: Collection[str]) -> set[str]:
    """Keep others from writing of these numbers, wherever they stand; those where somebody else answers.

    In a statement of its own: the next one sees under which names others have brought them while this one waited.
    """
    rows = tx.execute(_LOCK_NUMBERS, {"numbers": list(numbers)})
    return {row.e164 for row in rows if row.state == PhoneState.WRONG_PARTY}


def set_number_state(tx: sa.Connection, e164: str, state: PhoneState) -> None:
    """Remember what a person has said of a number, wherever it stands in the book."""
    lock_numbers(tx, [e164])
    tx.execute(phones.update().where(phones.c.e164 == e164).values(state=state))


def update_case(tx: sa.Connection, case_id: int, **values: object) -> None:
    """Change columns of one case."""
    tx.execute(cases.update().where(cases.c.id == case_id).values(**values))


_USE_UP = (
    cases.update()
    .where(cases.c.id == _OF_CASE, cases.c.callback_at <= sa.bindparam("called_at", type_=cases.c.callback_at.type))
    .values(callback_at=None)
)


def use_up_callback(tx: sa.Connection, case_id: int, *, called_at: datetime) -> None:
    """A call at the agreed time, or later, was the call-back; what is agreed for later than that call stands."""
    tx.execute(_USE_UP, {"case_id": case_id, "called_at": called_at})


_LEAVE_TO_CALL = (
    cases.update()
    .where(cases.c.id == _OF_CASE)
    .values(next_at=None, next_mode=None, lease_owner=None, lease_until=None, next_reason=sa.bindparam("reason"))
)


def leave_to_call(tx: sa.Connection, case_id: int, *, reason: str) -> None:
    """Nothing comes next by itself: what becomes of its call decides."""
    tx.execute(_LEAVE_TO_CALL, {"case_id": case_id, "reason": reason})


def stored_next(tx: sa.Connection, case_id: int) -> tuple[datetime | None, str]:
    """When the case comes next and why, as last noted."""
    row = tx.execute(sa.select(cases.c.next_at, cases.c.next_reason).where(cases.c.id == case_id)).one()
    return row.next_at, row.next_reason


def stored_reason(tx: sa.Connection, case_id: int) -> str:
    """Why the case comes next when it does, as last noted."""
    return str(tx.execute(sa.select(cases.c.next_reason).where(cases.c.id == case_id)).scalar_one())


def cases_of_number(tx: sa.Connection, e164: str) -> Sequence[int]:
    """Cases whose debtor has this number."""
    query = (
        sa.select(cases.c.id)
        .join(contacts, contacts.c.debtor_id == cases.c.debtor_id)
        .join(phones, phones.c.contact_id == contacts.c.id)
        .where(phones.c.e164 == e164)
    )
    return tx.execute(query.distinct().order_by(cases.c.id)).scalars().all()


def segments_of_natural_persons(tx: sa.Connection) -> Sequence[str]:
    """The segments that private persons and sole traders are in."""
    query = sa.select(debtors.c.segment).where(debtors.c.type != DebtorType.BUSINESS).distinct()
    return tx.execute(query.order_by(debtors.c.segment)).scalars().all()


def countries(tx: sa.Connection, creditor: str) -> Sequence[str]:
    """The countries that a creditor's debtors are in."""
    query = sa.select(debtors.c.country).where(debtors.c.creditor == creditor).distinct()
    return tx.execute(query.order_by(debtors.c.country)).scalars().all()


def persons_without_mark(tx: sa.Connection, creditor: str, kind: MarkKind) -> int:
    """Open cases of natural persons that lack a mark of that kind."""
    marked = sa.exists().where(marks.c.case_id == cases.c.id, marks.c.kind == kind, marks.c.lifted_at.is_(None))
    natural = (debtors.c.creditor == creditor, debtors.c.type != DebtorType.BUSINESS)
    query = sa.select(sa.func.count()).select_from(cases.join(debtors, cases.c.debtor_id == debtors.c.id))
    return int(tx.execute(query.where(*natural, cases.c.status == CaseStatus.OPEN, ~marked)).scalar_one())


def owners_of_numbers(tx: sa.Connection) -> Sequence[Any]:
    """Every number with its debtor's id, type and subdivision."""
    query = (
        sa.select(phones.c.e164, debtors.c.id, debtors.c.type, debtors.c.subdivision)
        .join(contacts, phones.c.contact_id == contacts.c.id)
        .join(debtors, contacts.c.debtor_id == debtors.c.id)
    )
    return tx.execute(query).all()
