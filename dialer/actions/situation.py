"""A case with everything that decides about it, read in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

from dialer.app import App
from dialer.config import CreditorSection, SegmentSection
from dialer.core.case import Case, Claim, Contact, Debtor, MarkKind, Phone
from dialer.core.checks.applicable import longest_memory
from dialer.core.decision import Step, Strategy
from dialer.core.errors import NotFound
from dialer.core.facts import NOTHING_DIALLED, ClaimFacts, Dialled, Facts, Override, Site, Wording
from dialer.core.ladder import View
from dialer.core.legal import COUNTRY, Known, limitation_on, titled
from dialer.core.marks import Mark, marked_flags, marked_notices, marked_until, marked_wishes
from dialer.core.outcome import Channel, Mode, PastAttempt
from dialer.core.permit import reachable
from dialer.core.plan import Plan, plan
from dialer.core.policy import Law, OperatorRole
from dialer.core.strategy import next_step
from dialer.core.windows import A_DAY, start_of_day
from dialer.rules.facts import Caller
from dialer.rules.places import Address, whereabouts
from dialer.storage import book, marks, numbers, overrides, stages
from dialer.storage.database import Transaction

LOST_CALLS = timedelta(days=30)
"""The period over which the share of lost calls is taken (US-D1)."""


LOST_CALLS_THAT_MATTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One case as it stands: what is owed, what was tried, and by which settings."""

    case: Case
    history: tuple[PastAttempt, ...]
    marks: tuple[Mark, ...]
    overrides: tuple[Override, ...]
    dialled: Dialled
    caller: Caller
    creditor: CreditorSection
    segment: SegmentSection
    strategy: Strategy
    ring_seconds: int
    law: Law
    known: Known
    seen_at: datetime

    @property
    def address(self) -> Address:
        """Where the debtor may be."""
        return _address(self.case.debtor)

    @property
    def site(self) -> Site:
        """The place by whose clock the strategy counts days: the debtor's, else our own."""
        sites = whereabouts(self.address, None).sites
        return sites[0] if sites else self.caller.site()

    def facts(
        self,
        contact: Contact,
        phone: Phone,
        now: datetime,
        *,
        channel: Channel,
        mode: Mode,
        without: int | None = None,
        wording: Wording | None = None,
    ) -> Facts:
        """What the gate looks at for an attempt; `without` leaves the attempt being judged out of its own history."""
        case = self.case
        where = whereabouts(self.address, phone.e164)
        since = now - longest_memory(self.law)
        relevant = (h for h in self.history if h.id != without and (h.over_at > since or h.message or h.conversation))
        return Facts(
            country=case.debtor.country,
            called=where.sites,
            places=where.places,
            place_unknown=where.unknown,
            caller=self.caller.site(),
            caller_country=self.caller.country,
            caller_id=self.creditor.caller_id,
            operator_role=OperatorRole(self.creditor.role),
            debtor_id=case.debtor.id,
            debtor_type=case.debtor.type,
            contact_role=contact.role,
            phone=phone,
            channel=channel,
            mode=mode,
            # one call is about all open claims, so that one disputed claim stops it
            claims=tuple(self._claim_facts(claim) for claim in case.open_claims),
            holds=case.holds,
            flags=marked_flags(self.marks),
            moratorium_until=marked_until(self.marks, MarkKind.MORATORIUM),
            prior_consent_until=marked_until(self.marks, MarkKind.PRIOR_CONSENT),
            wishes=marked_wishes(self.marks),
            notices=marked_notices(self.marks),
            stage=case.stage,
            ring_seconds=self.ring_seconds,
            dialled=self.dialled,
            wording=wording,
            # who answers for a rule answers for the call that somebody makes on purpose, not for all that follow
            overrides=self.overrides if mode is Mode.PREVIEW else (),
            history=tuple(h for h in relevant if h.debtor_id == case.debtor.id or h.e164 == phone.e164),
        )

    def _claim_facts(self, claim: Claim) -> ClaimFacts:
        """Titles and limitation are told of by German law alone."""
        german = self.caller.country == self.case.debtor.country == COUNTRY
        arisen, due = claim.invoice_date, claim.due_date
        return ClaimFacts(
            id=str(claim.id),
            open_minor=claim.open_minor,
            disputed=claim.disputed,
            title=german and titled(self.known, arisen_on=arisen),
            limitation_on=limitation_on(self.known, arisen_on=arisen, due_on=due, holiday=self.site.holiday)
            if german
            else None,
        )

    def view(self, contact: Contact) -> View:
        """The case as the ladder sees it at a contact."""
        mine = book.past_attempt_of(self.history, self.case.debtor.id)
        return View(
            case=reachable(self.case, self.law),
            contact=contact,
            history=mine,
            strategy=self.strategy,
            site=self.site,
            now=self.seen_at,
        )

    def plan(self, now: datetime) -> Plan:
        """What comes next, and when."""
        mine = book.past_attempt_of(self.history, self.case.debtor.id)
        decision = next_step(reachable(self.case, self.law), mine, self.strategy, self.site, now)
        return plan(decision, self.strategy, lambda step: self._facts_for(step, now), self.law, now)

    def _facts_for(self, step: Step, now: datetime) -> Facts:
        return self.facts(step.contact, step.phone, now, channel=step.channel, mode=self.strategy.mode)


def _address(debtor: Debtor) -> Address:
    return Address(
        country=debtor.country,
        subdivision=debtor.subdivision,
        postal_code=debtor.postal_code,
        city=debtor.city,
        zones=(debtor.timezone,) if debtor.timezone else (),
    )


def end_of_day(app: App, case_id: int, day: date) -> datetime:
    """The instant (UTC) at which that day is over wherever the debtor may be; our own midnight where nobody knows.

    For what must last as long as a day does, also of a case whose settings are lost.
    """
    with app.db.read() as tx:
        case = book.load_case(tx, case_id)
    zones = [app.site.zone]
    # a zone that does not exist keeps nobody from stopping the case
    with suppress(ZoneInfoNotFoundError):
        zones = [site.zone for site in whereabouts(_address(case.debtor), None).sites] if case else zones
    return max(start_of_day(zone, day + A_DAY) for zone in zones or [app.site.zone])


def look(app: App, tx: Transaction, case_id: int, *, lock: bool = False) -> Situation:
    """Read a case and its settings. Raises NotFound, or BadInput when the configuration has lost them."""
    row = book.case_row(tx, case_id, lock=lock)
    if row is None:
        raise NotFound(f"there is no case {case_id}")
    case = book.case_of(tx, row)
    debtor = case.debtor
    now = app.clock.now()
    return Situation(
        case=case,
        history=book.load_history(tx, case),
        marks=marks.of_case(tx, case_id) if row.has_marks else (),
        overrides=overrides.active(tx, case_id, now) if row.has_overrides else (),
        dialled=_dialled(tx, case.creditor, now - LOST_CALLS),
        caller=app.caller,
        creditor=app.config.creditor_by_key(case.creditor),
        segment=app.config.segment_by_name(debtor.segment),
        strategy=app.config.strategy(debtor, case.creditor),
        ring_seconds=app.config.dialing.ring_seconds,
        law=app.law,
        known=last.facts if row.has_stages and (last := stages.last(tx, case_id)) else {},
        seen_at=now,
    )


def _dialled(tx: Transaction, creditor: str, since: datetime) -> Dialled:
    lost = numbers.lost_calls(tx, creditor, since)
    # below that a share of at least a hundred attempts stops nobody, and a month of attempts takes time to count
    counted = numbers.dialled(tx, creditor, since) if lost >= LOST_CALLS_THAT_MATTER else 0
    return Dialled(attempts=counted, lost=lost) if lost else NOTHING_DIALLED


def find_phone(case: Case, phone_id: int) -> tuple[Contact, Phone] | None:
    """A number of the case, with whom it belongs to."""
    pairs: Sequence[tuple[Contact, Phone]] = [(c, p) for c in case.contacts for p in c.phones]
    return next(((c, p) for c, p in pairs if p.id == phone_id), None)
