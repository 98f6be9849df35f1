"""A case with everything that decides about it, read in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dialer.app import App
from dialer.config import CreditorSection, SegmentSection
from dialer.core.case import Case, Contact, Phone
from dialer.core.errors import NotFound
from dialer.core.outcome import Channel, Mode, PastAttempt
from dialer.core.permit import Facts, Site
from dialer.core.plan import Plan, plan
from dialer.core.strategy import Step, Strategy, next_step
from dialer.rules.places import called_sites
from dialer.storage import book
from dialer.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One case as it stands: what is owed, what was tried, and by which settings."""

    case: Case
    history: tuple[PastAttempt, ...]
    called: tuple[Site, ...]
    caller: Site
    creditor: CreditorSection
    segment: SegmentSection
    strategy: Strategy

    def facts(
        self, contact: Contact, phone: Phone, *, channel: Channel, mode: Mode, without: int | None = None
    ) -> Facts:
        """What the gate looks at for an attempt; `without` leaves the attempt being judged out of its own history."""
        case = self.case
        relevant = (h for h in self.history if h.id != without)
        return Facts(
            country=case.debtor.country,
            called=self.called,
            caller=self.caller,
            caller_id=self.creditor.caller_id,
            operator_role=self.creditor.role,
            debtor_id=case.debtor.id,
            debtor_type=case.debtor.type,
            contact_role=contact.role,
            phone=phone,
            channel=channel,
            mode=mode,
            holds=case.holds,
            open_minor=sum(c.open_minor for c in case.open_claims),
            # one call is about all open claims, so that one disputed claim stops it
            disputed=any(c.disputed for c in case.open_claims),
            history=tuple(h for h in relevant if h.debtor_id == case.debtor.id or h.e164 == phone.e164),
        )

    def plan(self, now: datetime) -> Plan:
        """What comes next, and when."""
        site = self.called[0] if self.called else self.caller
        mine = book.past_attempt_of(self.history, self.case.debtor.id)
        decision = next_step(self.case, mine, self.strategy, site, now)
        return plan(decision, self.strategy, self._facts_for, now)

    def _facts_for(self, step: Step) -> Facts:
        return self.facts(step.contact, step.phone, channel=step.channel, mode=self.strategy.mode)


def look(app: App, tx: Transaction, case_id: int, *, lock: bool = False) -> Situation:
    """Read a case and its settings. Raises NotFound, or BadInput when the configuration has lost them."""
    case = book.load_case(tx, case_id, lock=lock)
    if case is None:
        raise NotFound(f"there is no case {case_id}")
    debtor = case.debtor
    return Situation(
        case=case,
        history=book.load_history(tx, case),
        called=called_sites(
            country=debtor.country, subdivision=debtor.subdivision, city=debtor.city, timezone=debtor.timezone
        ),
        caller=app.site,
        creditor=app.config.creditor_by_key(case.creditor),
        segment=app.config.segment_by_name(debtor.segment),
        strategy=app.config.strategy(debtor.segment, debtor.industry),
    )


def find_phone(case: Case, phone_id: int) -> tuple[Contact, Phone] | None:
    """A number of the case, with whom it belongs to."""
    pairs: Sequence[tuple[Contact, Phone]] = [(c, p) for c in case.contacts for p in c.phones]
    return next(((c, p) for c, p in pairs if p.id == phone_id), None)
