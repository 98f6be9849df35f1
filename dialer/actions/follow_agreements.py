"""Agreements from the first word to the last: made on the telephone, followed by payments, kept or broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

import structlog

from dialer.actions.alarms import raise_alarm, told_lately
from dialer.actions.plan_case import plan_case
from dialer.actions.situation import Situation, look
from dialer.app import App
from dialer.core.agreement import (
    Agreement,
    Circumstances,
    Received,
    Standing,
    needs_a_look,
    standing,
    warnings,
)
from dialer.core.case import Case, HoldReason
from dialer.core.casework import AgreementState
from dialer.core.errors import DialerError
from dialer.core.facts import Site
from dialer.core.marks import marked_notices
from dialer.core.policy import Notice, OperatorRole
from dialer.core.windows import A_DAY
from dialer.storage import agreements, entries, holds, payments
from dialer.storage.agreements import StoredAgreement
from dialer.storage.database import UNAVAILABLE, Transaction
from dialer.storage.entries import SYSTEM, NewEntry
from dialer.storage.payments import Arrived

HELD_FOR = frozenset({HoldReason.PROMISE, HoldReason.INSTALMENTS})
"""The holds that an agreement sets, and that end with it."""

CANNOT_FOLLOW = "agreement.error"

program_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Ids of the agreements that were found kept or broken."""

    kept: tuple[int, ...] = ()
    broken: tuple[int, ...] = ()


# --- made ------------------------------------------------------------------------------------------------------------


def circumstances(situation: Situation, now: datetime) -> Circumstances:
    """Between whom and when something is agreed."""
    case = situation.case
    owed = case.open_claims
    return Circumstances(
        open_minor=sum(claim.open_minor for claim in owed),
        currency=owed[0].currency if owed else "",
        now=now,
        today=now.astimezone(situation.site.zone).date(),
        debtor_type=case.debtor.type,
        operator_role=OperatorRole(situation.creditor.role),
        country=case.debtor.country,
        noticed_at=marked_notices(situation.marks).get(Notice.RDG13A3),
    )


def agree(
    tx: Transaction, situation: Situation, terms: Agreement, *, attempt_id: int | None, actor: str, now: datetime
) -> int:
    """Record an agreement that has no problem; one that still ran gives way to it. Sets no hold. Returns its id."""
    case_id = situation.case.id
    withdraw(tx, case_id, actor=actor, now=now)
    agreement_id = agreements.add(tx, case_id, terms, attempt_id=attempt_id, at=now)
    facts = {
        "agreement_id": agreement_id,
        "agreement": terms.kind.value,
        "amount_minor": terms.amount_minor,
        "currency": terms.currency,
        "rates": [[rate.due_on.isoformat(), rate.amount_minor] for rate in terms.instalments],
        "grace_workdays": terms.grace_workdays,
        "interest_free": terms.interest_free,
        "acceleration": terms.acceleration,
        "warnings": [warning.rule for warning in warnings(terms, circumstances(situation, now))],
    }
    entry = NewEntry(case_id=case_id, at=now, kind="agreement.made", actor=actor, attempt_id=attempt_id, facts=facts)
    entries.append(tx, entry)
    return agreement_id


def withdraw(tx: Transaction, case_id: int, *, actor: str, now: datetime) -> bool:
    """Take back the agreement that runs for a case, and its hold; False when there is none."""
    running = agreements.open_of_case(tx, case_id)
    if running is None or not agreements.end(tx, running.id, AgreementState.WITHDRAWN, at=now):
        return False
    facts = {"agreement_id": running.id, "agreement": running.terms.kind.value}
    entries.append(tx, NewEntry(case_id=case_id, at=now, kind="agreement.withdrawn", actor=actor, facts=facts))
    _lift(tx, case_id, now, actor=actor)
    return True


# --- followed --------------------------------------------------------------------------------------------------------


def follow_agreements(app: App, now: datetime, *, by_date: bool = True) -> Followed:
    """Compare every running agreement with the payments; what was kept or broken ends, and its case goes on.

    Without `by_date` nothing is found broken: for who brings payments, and has not watched his clock. Money breaks no
    promise.
    """
    with app.db.read() as tx:
        running = agreements.all_open(tx)
        received = payments.arrived(tx, {found.case_id for found in running})
        settled = agreements.settled(tx)
    ended: dict[AgreementState, list[int]] = {AgreementState.KEPT: [], AgreementState.BROKEN: []}
    for found in running:
        if found.case_id in settled or _may_have_ended(found, received.get(found.case_id, ()), now):
            state = _guarded(app, found, now, by_date=by_date)
            if state in ended:
                ended[state].append(found.id)
    return Followed(kept=tuple(ended[AgreementState.KEPT]), broken=tuple(ended[AgreementState.BROKEN]))


def stands(found: StoredAgreement, received: Sequence[Arrived], site: Site, now: datetime) -> Standing:
    """How a recorded agreement stands at that instant by the debtor's calendar."""
    counted = _counting(found, received, found.agreed_at.astimezone(site.zone).date(), site.zone)
    return standing(found.terms, counted, now.astimezone(site.zone).date(), site.holiday)


def _may_have_ended(found: StoredAgreement, received: Sequence[Arrived], now: datetime) -> bool:
    # whatever the debtor's clock shows, it is a day from ours at most
    paid = sum(p.amount_minor for p in _counting(found, received, (found.agreed_at - A_DAY).date(), UTC))
    return needs_a_look(found.terms, paid, (now + A_DAY).date())


def _counting(found: StoredAgreement, received: Sequence[Arrived], agreed_on: date, zone: tzinfo) -> list[Received]:
    """What was paid since the agreement."""
    return [
        Received(on=money.paid_on or money.known_at.astimezone(zone).date(), amount_minor=money.amount_minor)
        for money in received
        if money.currency == found.terms.currency and _came_after(found, money, agreed_on)
    ]


def _came_after(found: StoredAgreement, money: Arrived, agreed_on: date) -> bool:
    """Money of that very day counts when it was not known yet, and so does what the claims file tells of."""
    if money.paid_on is None or money.paid_on == agreed_on:
        return money.known_at >= found.agreed_at
    return money.paid_on > agreed_on


def _guarded(app: App, found: StoredAgreement, now: datetime, *, by_date: bool) -> AgreementState | None:
    """One agreement; whatever goes wrong with it is told and stops no other."""
    try:
        with app.db.write() as tx:
            return _follow(app, tx, found, now, by_date=by_date)
    except UNAVAILABLE:
        program_log.exception("agreement.waits", agreement_id=found.id)
        return None  # nothing is wrong with it, and a minute later it is looked at again
    except Exception as error:  # noqa: BLE001 - told below, and looked at again a minute later
        program_log.exception("agreement.poison", agreement_id=found.id)
        text = str(error) if isinstance(error, DialerError) else f"{type(error).__name__} in its record"
        with app.db.write() as tx:
            # once a minute each, it would bury every other alarm
            if not told_lately(tx, CANNOT_FOLLOW, found.case_id, now):
                text = f"agreement {found.id} of case {found.case_id} cannot be followed: {text}"
                raise_alarm(tx, at=now, kind=CANNOT_FOLLOW, text=text, case_id=found.case_id)
        return None


def _follow(app: App, tx: Transaction, found: StoredAgreement, now: datetime, *, by_date: bool) -> AgreementState:
    situation = look(app, tx, found.case_id, lock=True)
    received = payments.arrived(tx, [found.case_id]).get(found.case_id, ())
    how = stands(found, received, situation.site, now)
    state = AgreementState.KEPT if _settled(situation.case) else how.state
    if state is AgreementState.BROKEN and not by_date:
        return AgreementState.OPEN
    if state is AgreementState.OPEN or not agreements.end(tx, found.id, state, at=now):
        return AgreementState.OPEN
    facts = {
        "agreement_id": found.id,
        "agreement": found.terms.kind.value,
        "since": how.since.isoformat() if how.since and how.state is state else None,
        "currency": found.terms.currency,
        "rates": [[r.due_on.isoformat(), r.amount_minor, r.paid_minor, r.state.value] for r in how.rates],
    }
    kind = f"agreement.{state.value}"
    entry = NewEntry(case_id=found.case_id, at=now, kind=kind, actor=SYSTEM, attempt_id=found.attempt_id, facts=facts)
    entries.append(tx, entry)
    _lift(tx, found.case_id, now)
    plan_case(app, tx, found.case_id, now)
    return state


def _settled(case: Case) -> bool:
    """Nothing is owed any more, however that came about: the claims file tells of payments too."""
    return not case.open_claims


def _lift(tx: Transaction, case_id: int, now: datetime, *, actor: str = SYSTEM) -> None:
    """End the hold that an agreement has set."""
    if holds.lift(tx, case_id, HELD_FOR, at=now):
        facts = {"reasons": sorted(reason.value for reason in HELD_FOR)}
        entries.append(tx, NewEntry(case_id=case_id, at=now, kind="hold.lifted", actor=actor, facts=facts))
