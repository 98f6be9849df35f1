"""What the state of a case speaks for, with its reasons. A person decides; nothing acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dialer.actions.situation import Situation as Looked
from dialer.core.case import Claim, DebtorType, HoldReason, MarkKind, Stage
from dialer.core.deadlines import Deadline, DeadlineKind, Holidays, Recommendation, Situation, recommendation
from dialer.core.interest import DefaultFacts, InDefault, default_begins
from dialer.core.legal import Fact, Known, day_of
from dialer.core.outcome import PastAttempt

_HOLDS_OF_PROMISES = frozenset({HoldReason.PROMISE, HoldReason.INSTALMENTS})
_WITH_TITLE = frozenset({Stage.ENFORCEMENT, Stage.TITLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a recommendation needs beside the case itself; `running` are its deadlines."""

    known: Known
    reminded_at: datetime | None
    running: tuple[Deadline, ...]


def recommend(looked: Looked, ground: Ground, now: datetime) -> Recommendation:
    """The step worth a decision, from what the book knows.

    Of several currencies the oldest claim's alone is added up.
    """
    case, zone = looked.case, looked.site.zone
    today = now.astimezone(zone).date()
    claims = case.open_claims
    currency = claims[0].currency if claims else "EUR"
    vain = [h for h in looked.history if h.debtor_id == case.debtor.id and _in_vain(h)]
    held = {hold.reason for hold in case.holds if hold.until is None or hold.until > now}
    return recommendation(
        Situation(
            today=today,
            open_minor=sum(claim.open_minor for claim in claims if claim.currency == currency),
            currency=currency,
            fruitless_attempts=len(vain),
            levels=0 if case.debtor.type.natural_person else len({h.contact_role.level for h in vain}),
            disputed=HoldReason.DISPUTE in held or any(claim.disputed for claim in claims),
            in_default=bool(claims) and _in_default(looked, claims[0], ground, today),
            titled=case.stage in _WITH_TITLE,
            promised=bool(held & _HOLDS_OF_PROMISES),
            insolvent=HoldReason.INSOLVENCY in held or any(m.kind is MarkKind.INSOLVENCY for m in looked.marks),
            limitation=next((d for d in ground.running if d.kind in _LIMITATIONS), None),
        )
    )


_LIMITATIONS = frozenset({DeadlineKind.LIMITATION, DeadlineKind.TITLE_LIMITATION})


def _in_vain(attempt: PastAttempt) -> bool:
    """It rang and led to nothing: nobody was reached, or whoever was reached put us off."""
    put_off = attempt.disposition is not None and attempt.disposition.refusal
    return attempt.counts and attempt.outcome is not None and (not attempt.conversation or put_off)


def _in_default(looked: Looked, claim: Claim, ground: Ground, today: date) -> bool:
    """Whether default can be presumed, for a person to check.

    A talk after the due date counts as a reminder, which needs no form; invoices are taken to arrive on their day.
    """
    zone, consumer = looked.site.zone, looked.case.debtor.type is DebtorType.CONSUMER
    talks = (h.at.astimezone(zone).date() for h in looked.history if h.conversation)
    letter = (ground.reminded_at.astimezone(zone).date(),) if ground.reminded_at else ()
    reminded = min((day for day in (*talks, *letter) if day > claim.due_date), default=None)
    facts = DefaultFacts(
        due_on=claim.due_date,
        default_since=day_of(ground.known, Fact.DEFAULT_SINCE),
        reminder_received_on=reminded,
        invoice_received_on=claim.invoice_date,
        debtor_consumer=consumer,
    )
    holiday: Holidays = looked.site.holiday
    begun = default_begins(facts, holiday)
    return isinstance(begun, InDefault) and begun.interest_from <= today
