"""The ladder: from talking to a contact, over writing and a message that names the next step, to the next contact.

What was tried at a contact counts from the day the case came to him, and from the last time he was of help.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dialer.core.case import Case, CaseStatus, Claim, Contact, Phone, PhoneRole, PhoneState
from dialer.core.casework import Rung, RungState, RungTaken
from dialer.core.decision import Climb, EndRung, Idle, Obstacle, Review, Strategy, TakeRung, Why
from dialer.core.facts import Site
from dialer.core.interest import THIRTY_DAYS
from dialer.core.outcome import UNANSWERED, Disposition, PastAttempt
from dialer.core.windows import A_DAY, start_of_day
from dialer.core.workdays import add_workdays

Move = Climb | TakeRung | EndRung | Review | Idle

TOP_LEVEL = 4
"""Managing director or owner."""

WARNED_FROM_LEVEL = 2
"""Business level 2 of the message rules: the head of accounting and above."""

FAILED_CONTACTS, FAILED_DAYS = 3, 2
"""What a message that names the next step needs before it (message rules, business level 2)."""

HELPFUL = frozenset(
    {
        Disposition.PROMISE_TO_PAY,
        Disposition.INSTALMENTS_AGREED,
        Disposition.CALLBACK_AGREED,
        Disposition.CANNOT_PAY,
    }
)
"""What ends the climb, unless it was broken."""

PUTS_OFF = frozenset({Disposition.CALLBACK_AGREED, Disposition.CANNOT_PAY})
"""Helpful the first time; whoever says it again and again refuses."""


@dataclass(frozen=True, slots=True)
class Count:
    """What counts against a contact, with the ids of the attempts: how many, and on how many of his days."""

    ids: tuple[int, ...]
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A case at an instant, and the contact it has come to. `history`: this debtor's attempts, oldest first."""

    case: Case
    contact: Contact
    history: tuple[PastAttempt, ...]
    strategy: Strategy
    site: Site
    now: datetime

    @property
    def person(self) -> bool:
        """True for natural persons, who are never escalated to other people."""
        return self.case.debtor.type.natural_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the ladder stands at one contact."""

    refusals: Count
    denials: Count
    broken: Count
    vain: Count
    taken: tuple[RungTaken, ...]

    @property
    def open(self) -> RungTaken | None:
        """The rung that the case waits for."""
        return next((rung for rung in self.taken if rung.state.open), None)


def standing(view: View) -> Standing:
    """What the contact has earned since the case came to him."""
    case, contact, site = view.case, view.contact, view.site
    calls = since_arrival(case, contact, view.history)
    put_off = {h.id for h in [h for h in calls if h.disposition in PUTS_OFF][1:]}
    helped = max((h.over_at for h in calls if _helpful(h) and h.id not in put_off), default=case.contact_since)
    calls = [h for h in calls if helped is None or h.over_at > helped or h.broken]
    # a rung that was earned by a debt that is paid by now is none of a younger one, whose own time comes later
    due = day_of_age(case.open_claims[0], view.strategy.collection_call_day, site) if case.open_claims else None
    broken = [h for h in calls if _is_broken(h)]
    refused = [h for h in calls if _refuses(h) or h.id in put_off]
    unanswered = [h for h in calls if h.outcome in UNANSWERED]
    return Standing(
        # who does not answer at home is not refusing: that is what the fruitless attempts are counted for
        refusals=_count([*refused, *broken] if view.person else [*refused, *unanswered], site),
        denials=_count([h for h in calls if h.disposition in {Disposition.GATEKEEPER, Disposition.EVADED}], site),
        broken=_count(broken, site),
        vain=_count([h for h in calls if h.counts and (not h.conversation or h.disposition is None)], site),
        taken=tuple(r for r in case.rungs if r.contact_id == contact.id and _stands(r, _latest(helped, due))),
    )


def since_arrival(case: Case, contact: Contact, history: tuple[PastAttempt, ...]) -> list[PastAttempt]:
    """The calls to this contact since the case came to him, about claims that are still open."""
    owed = {str(claim.id) for claim in case.open_claims}
    calls = (h for h in history if h.contact_id == contact.id and not h.channel.on_paper)
    # what was said about claims that are settled by now is no longer held against anybody
    return [h for h in calls if h.at >= (case.contact_since or h.at) and (not h.claims or h.claims & owed)]


def reason(at: Standing, strategy: Strategy, *, person: bool) -> tuple[Why, Count] | None:
    """Why talking is over, and what shows it; None while it is not. Natural persons are given more time."""
    if at.broken.ids and not person:
        return Why.BROKEN_PROMISE, at.broken
    if len(at.denials.ids) >= strategy.ladder_denials and not person:
        return Why.DENIED_TWICE, at.denials
    if len(at.refusals.ids) >= strategy.ladder_refusals and at.refusals.days >= strategy.ladder_refusal_days:
        return Why.REFUSALS, at.refusals
    return (Why.FRUITLESS, at.vain) if fruitless(at.vain, strategy) else None


def fruitless(vain: Count, strategy: Strategy) -> bool:
    """True when the contact was called often enough in vain."""
    return len(vain.ids) >= strategy.fruitless_attempts and vain.days >= strategy.fruitless_days


def move(view: View) -> Move | None:
    """What the ladder wants at this contact; None to go on calling him (`wants_warning` tells with which message)."""
    at = standing(view)
    if at.open:
        return _await(view, at, at.open)
    found = reason(at, view.strategy, person=view.person)
    if found is None and not at.taken:
        return None
    why, count = found or (Why.AWAITS_ANSWER, at.vain)
    return _rest(view, at) or _up(view, at, why, count.ids)


def without_number(view: View) -> Move:
    """What is left where no number rings: the next contact of a business, else paper, else a person."""
    case, contact = view.case, view.contact
    above = None if view.person else next_contact(case, contact)
    if above:
        return Climb(contact=above, why=Why.NO_NUMBER, missing_levels=missing_levels(case, contact, above))
    at = standing(view)
    if at.open:
        return _await(view, at, at.open) or Idle(why=Why.NO_NUMBER)
    if all(rung is Rung.VOICEMAIL for rung in view.strategy.rungs):
        return Idle(why=Why.NO_NUMBER)
    return _rest(view, at) or _up(view, at, Why.NO_NUMBER, ())


def wants_warning(at: Standing) -> bool:
    """True while calls to this contact are to leave word of the next step, as a person has approved."""
    return at.open is not None and at.open.rung is Rung.VOICEMAIL and at.open.state is RungState.RUNNING


def unwanted(view: View, taken: RungTaken) -> bool:
    """True for an open rung that something has overtaken: paid, held, under review, helpful, or another's turn.

    `view` is that of the contact it was taken at.
    """
    case = view.case
    held = any(h.until is None or h.until > view.now for h in case.holds)
    if held or case.status is not CaseStatus.OPEN or not case.open_claims:
        return True
    return taken.id not in {rung.id for rung in standing(view).taken}


def warning_obstacle(view: View, at: Standing) -> Obstacle | None:
    """Why this contact must not be left word of the next step; None when he may (message rules, business level 2)."""
    case, contact = view.case, view.contact
    today = view.now.astimezone(view.site.zone).date()
    failures, days = len({*at.refusals.ids, *at.vain.ids}), max(at.refusals.days, at.vain.days)
    checks = (
        (view.person, Obstacle.NATURAL_PERSON),
        (not view.strategy.warns_in & {case.debtor.language, "de"}, Obstacle.NO_MESSAGE),
        (contact.role.level < WARNED_FROM_LEVEL, Obstacle.LOW_LEVEL),
        (not direct_lines(case, contact), Obstacle.NO_DIRECT_LINE),
        (any(c.disputed for c in case.open_claims), Obstacle.DISPUTED),
        (any(c.due_date + THIRTY_DAYS >= today for c in case.open_claims), Obstacle.NOT_IN_DEFAULT),
        (failures < FAILED_CONTACTS or days < FAILED_DAYS, Obstacle.TOO_FEW_FAILURES),
    )
    return next((obstacle for stands, obstacle in checks if stands), None)


def direct_lines(case: Case, contact: Contact) -> list[Phone]:
    """His own lines, whose mailbox nobody else hears: a number that others have too is a switchboard's."""
    shared = {p.e164 for other in case.contacts if other.id != contact.id for p in other.phones}
    return [p for p in usable(contact) if p.role is PhoneRole.BUSINESS_DIRECT and p.e164 not in shared]


def usable(contact: Contact) -> list[Phone]:
    """The numbers worth dialling."""
    return [p for p in contact.phones if p.state in {PhoneState.USABLE, PhoneState.SUSPECT}]


def fax_line(case: Case, contact: Contact) -> Phone | None:
    """The contact's fax line, else one of his colleagues'; a natural person has only his own."""
    others = () if case.debtor.type.natural_person else case.contacts
    return next((p for c in (contact, *others) for p in c.phones if p.state is PhoneState.FAX), None)


def day_of_age(claim: Claim, days: int, site: Site) -> datetime:
    """The start (UTC) of the debtor's local day on which the claim is so many days old."""
    return start_of_day(site.zone, claim.invoice_date + timedelta(days=days))


def by_level(case: Case) -> list[Contact]:
    """The contacts as the ladder meets them."""
    return sorted(case.contacts, key=lambda c: (c.role.level, c.id))


def next_contact(case: Case, contact: Contact) -> Contact | None:
    """Who comes after `contact` on the ladder and has a usable number: the rest of his level, then the next."""
    higher = (c for c in by_level(case) if (c.role.level, c.id) > (contact.role.level, contact.id))
    return next((c for c in higher if usable(c)), None)


def missing_levels(case: Case, contact: Contact, above: Contact | None) -> tuple[int, ...]:
    """Management levels that the ladder passes over on its way up because nobody there can be called."""
    if case.debtor.type.natural_person:
        return ()
    return tuple(range(contact.role.level + 1, above.role.level if above else TOP_LEVEL + 1))


def _await(view: View, at: Standing, taken: RungTaken) -> Move | None:
    """A rung is under way; None while it is a call that is to be made."""
    if taken.rung is not Rung.VOICEMAIL:
        return Idle(why=Why.OUTBOX)
    if taken.approved_at is None:
        until = add_workdays(taken.begun_at, view.strategy.approval_workdays, view.site)
        if view.now < until:
            return Idle(why=Why.AWAITS_APPROVAL, until=until)
        return _left_out(taken, Obstacle.NOT_APPROVED)
    calls = since_arrival(view.case, view.contact, view.history)
    tries = [h for h in calls if h.at >= taken.approved_at and h.counts]
    # what a switchboard's machine has heard was the everyday message
    own = {phone.e164 for phone in direct_lines(view.case, view.contact)}
    if any(h.message and h.e164 in own for h in tries):
        return EndRung(taken=taken, state=RungState.DONE, why=Why.AWAITS_ANSWER)
    # who answers each time and says nothing of use must not keep the ladder where it is
    if len(tries) >= view.strategy.voicemail_attempts:
        return _left_out(taken, Obstacle.NOT_REACHED)
    obstacle = warning_obstacle(view, at)
    return _left_out(taken, obstacle) if obstacle else None


def _left_out(taken: RungTaken, obstacle: Obstacle) -> EndRung:
    return EndRung(taken=taken, state=RungState.SKIPPED, why=Why.AWAITS_ANSWER, obstacle=obstacle)


def _rest(view: View, at: Standing) -> Idle | None:
    """Time to answer what was sent or said last."""
    ended = [(r.ended_at, r.rung) for r in at.taken if r.ended_at and r.state is RungState.DONE]
    if not ended:
        return None
    last, rung = max(ended)
    strategy, site = view.strategy, view.site
    until = add_workdays(last, strategy.letter_workdays if rung is Rung.LETTER else strategy.fax_workdays, site)
    if rung is Rung.VOICEMAIL:
        # the message named a day: until it is over nothing else is done
        named = last.astimezone(site.zone).date() + timedelta(days=strategy.warning_days)
        until = start_of_day(site.zone, named + A_DAY)
    return Idle(why=Why.AWAITS_ANSWER, until=until) if view.now < until else None


def _up(view: View, at: Standing, why: Why, because: tuple[int, ...]) -> Move:
    """The next rung, else the next contact, else a person."""
    case, contact, place = view.case, view.contact, len(at.taken)
    if place < len(view.strategy.rungs):
        rung = way(view, view.strategy.rungs[place])
        obstacle = warning_obstacle(view, at) if rung is Rung.VOICEMAIL else _no_way(view, rung)
        return TakeRung(rung=rung, contact=contact, why=why, because=because, obstacle=obstacle)
    if view.person:
        return Review(why=why if why is Why.REFUSALS else Why.UNREACHABLE, because=because)
    above = next_contact(case, contact)
    passed = missing_levels(case, contact, above)
    if above is None:
        return Review(why=Why.TOP_OF_LADDER, because=because, missing_levels=passed)
    return Climb(contact=above, why=why, because=because, missing_levels=passed)


def way(view: View, rung: Rung) -> Rung:
    """A letter takes the place of a fax that nobody could send or receive, unless a letter comes anyway."""
    instead = rung is Rung.FAX and not _can_fax(view) and Rung.LETTER not in view.strategy.rungs
    return Rung.LETTER if instead else rung


def _no_way(view: View, rung: Rung) -> Obstacle | None:
    return Obstacle.NO_FAX if rung is Rung.FAX and not _can_fax(view) else None


def _can_fax(view: View) -> bool:
    return view.strategy.fax and fax_line(view.case, view.contact) is not None


def _stands(taken: RungTaken, since: datetime | None) -> bool:
    return taken.state is not RungState.WITHDRAWN and (since is None or taken.begun_at >= since)


def _latest(*instants: datetime | None) -> datetime | None:
    return max((instant for instant in instants if instant is not None), default=None)


def _helpful(past: PastAttempt) -> bool:
    return past.disposition in HELPFUL and not _is_broken(past)


def _refuses(past: PastAttempt) -> bool:
    """A refusal; or word that it was paid, when it still is not once there was time for the money to come."""
    said = past.disposition
    return said is Disposition.SAYS_PAID or (said is not None and said.refusal)


def _is_broken(past: PastAttempt) -> bool:
    """What payments have shown to be broken; or a promise whose hold has run out while something is still owed.

    Instalments leave something owed when they are kept, so that there only the payments tell.
    """
    return past.disposition is Disposition.PROMISE_TO_PAY if past.broken is None else past.broken


def _count(attempts: list[PastAttempt], site: Site) -> Count:
    days = {h.at.astimezone(site.zone).date() for h in attempts}
    return Count(tuple(h.id for h in attempts), len(days))
