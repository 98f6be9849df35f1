"""The collector says what came of a conversation; the case follows at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dialer.actions.call_log import free_desk, log
from dialer.actions.climb_ladder import Ladder, turn_to
from dialer.actions.follow_agreements import agree, circumstances
from dialer.actions.plan_case import plan_case
from dialer.actions.situation import Situation, look
from dialer.actions.take_back import follow, stop_unwanted
from dialer.actions.tasks import follow_up
from dialer.app import App
from dialer.core.agreement import Agreement, problems
from dialer.core.case import Contact
from dialer.core.desk import DeskState
from dialer.core.disposition import Consequence, Report, agreed, consequence, ends_call_back, first_payment, problem
from dialer.core.errors import BadInput, NotFound
from dialer.core.ladder import HELPFUL, usable
from dialer.core.outcome import Disposition
from dialer.core.permit import reachable
from dialer.core.plan import Plan
from dialer.core.strategy import first_contact
from dialer.storage import attempts, book, erasure
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction


def dispose(app: App, attempt_id: int, report: Report, *, actor: str, note: str = "") -> Plan:
    """Record the disposition and its consequences; returns what comes next. Raises BadInput or NotFound."""
    now = app.clock.now()
    with app.db.write() as tx:
        attempt = attempts.by_id(tx, attempt_id, lock=True)
        if attempt is None:
            raise NotFound(f"there is no attempt {attempt_id}")
        _check(attempt)
        situation = look(app, tx, attempt.case_id, lock=True)
        site = situation.site
        owed = sum(c.open_minor for c in situation.case.open_claims)
        if first_payment(report)[0] is not None and len({c.currency for c in situation.case.open_claims}) > 1:
            raise BadInput(f"attempt {attempt_id}: the case owes several currencies; an amount alone says too little")
        wrong = problem(report, open_minor=owed, today=now.astimezone(site.zone).date(), now=now)
        if wrong:
            raise BadInput(f"attempt {attempt_id}: {wrong}")
        terms = _agreed(situation, attempt, report, now)
        spoken_to = _spoken_to(situation, attempt, report)
        words = _words(tx, attempt, report, spoken_to, note)
        _store(tx, attempt, report, spoken_to, now)
        _log(tx, attempt, report, spoken_to, now, actor=actor, words=words)
        if terms:
            agree(tx, situation, terms, attempt_id=attempt.id, actor=actor, now=now)
        grace, last_due = situation.strategy.promise_grace_workdays, terms.last_due if terms else None
        follows = consequence(report, site=site, now=now, grace_workdays=grace, last_due=last_due)
        if helper := _helper(situation, attempt, report, spoken_to):
            ladder = Ladder(app=app, tx=tx, case=situation.case, now=now)
            # the conversation itself is the first thing that counts for him
            turn_to(ladder, helper, since=attempt.intent_at, why=report.disposition.value)
        calls = book.past_attempt_of(situation.history, attempt.debtor_id)
        if situation.case.callback_at and ends_call_back(report.disposition, attempt.intent_at, calls):
            book.update_case(tx, attempt.case_id, callback_at=None)
        _follow(tx, attempt, follows, _call_back_to(situation, attempt, spoken_to), now)
        follow_up(
            tx,
            case_id=attempt.case_id,
            attempt_id=attempt.id,
            said=report.disposition,
            on=now.astimezone(site.zone).date(),
            note="; ".join(filter(None, (report.reason.strip(), note))),
            at=now,
            actor=actor,
        )
        if not attempt.call.live:
            free_desk(tx, attempt, now, only_from=(DeskState.WRAP_UP,))
        plan = plan_case(app, tx, attempt.case_id, now)
    stop_unwanted(app, attempt.case_id)
    if follows.phone_state:
        _stop_others(app, attempt)
    return plan


def _stop_others(app: App, attempt: Attempt) -> None:
    """Another case may just be calling the number of which something was said."""
    with app.db.read() as tx:
        other = attempts.live_to(tx, attempt.to)
    if other and other.case_id != attempt.case_id:
        follow(app, other.case_id)


def _check(attempt: Attempt) -> None:
    if attempt.disposition is not None:
        raise BadInput(f"attempt {attempt.id} was already judged: {attempt.disposition}")
    if attempt.call.drop_at is not None:
        raise BadInput(f"attempt {attempt.id} reached a machine: there is no conversation to judge")
    if attempt.call.joined_at is None:
        raise BadInput(f"attempt {attempt.id} reached nobody: outcome {attempt.call.outcome or attempt.call.state}")


def _agreed(situation: Situation, attempt: Attempt, report: Report, now: datetime) -> Agreement | None:
    """What was agreed, if anything. Raises BadInput naming the rules that refuse it."""
    owed = situation.case.open_claims
    terms = agreed(
        report,
        open_minor=sum(c.open_minor for c in owed),
        currency=owed[0].currency if owed else "",
        grace_workdays=situation.strategy.promise_grace_workdays,
    )
    wrong = problems(terms, circumstances(situation, now)) if terms else ()
    if wrong:
        raise BadInput(f"attempt {attempt.id}: {'; '.join(f'{p.text} ({p.rule})' for p in wrong)}")
    return terms


def _spoken_to(situation: Situation, attempt: Attempt, report: Report) -> Contact | None:
    """The contact of the case whose id was given; None where a name was, or nothing. Raises BadInput."""
    said = report.spoken_to.strip()
    if not (said.isascii() and said.isdecimal()):
        return None
    found = situation.case.contact(int(said))
    if found is None:
        ids = ", ".join(str(contact.id) for contact in situation.case.contacts)
        raise BadInput(f"attempt {attempt.id}: case {attempt.case_id} has no contact {said}; its contacts are {ids}")
    return found


def _call_back_to(situation: Situation, attempt: Attempt, spoken_to: Contact | None) -> int:
    """Whom an agreed call-back is for: with whom it was agreed, if he has a number that may ring."""
    lawful = reachable(situation.case, situation.law).contact(spoken_to.id) if spoken_to else None
    return lawful.id if lawful and usable(lawful) else attempt.contact_id


def _helper(situation: Situation, attempt: Attempt, report: Report, spoken_to: Contact | None) -> Contact | None:
    """Who helped and can be called: the one to talk to from now on, wherever he stands on the ladder.

    Where nobody is named it is the one who was called; a call-back goes where it was agreed, whoever agreed it.
    """
    case = situation.case
    if case.debtor.type.natural_person or report.disposition not in HELPFUL:
        return None
    named = spoken_to.id if spoken_to else attempt.contact_id
    to = _call_back_to(situation, attempt, spoken_to)
    agreed_there = report.disposition is Disposition.CALLBACK_AGREED
    unknown = spoken_to is None and bool(report.spoken_to.strip())
    if not agreed_there and (unknown or to != named):
        return None
    return None if to == _standing_at(situation, attempt) else case.contact(to)


def _standing_at(situation: Situation, attempt: Attempt) -> int | None:
    """Whom the case has come to; before it has come to anybody, the lowest contact once he was called."""
    case = situation.case
    lowest = first_contact(reachable(case, situation.law))
    return case.contact_id or (lowest.id if lowest and lowest.id == attempt.contact_id else None)


def _words(
    tx: Transaction, attempt: Attempt, report: Report, spoken_to: Contact | None, note: str
) -> Mapping[str, str]:
    """What is kept beside the log, since it tells of people. Raises BadInput where nobody's may be kept any more."""
    person = spoken_to.name if spoken_to else report.spoken_to.strip()
    said = {"note": note, "spoken_to": person, "reason": report.reason.strip()}
    words = {key: told for key, told in said.items() if told}
    if words and (erased := erasure.erased_at(tx, attempt.case_id)):
        raise BadInput(
            f"attempt {attempt.id}: the debtor was erased on {erased.date()}, and words about him may not be kept;"
            " judge the call without a note, a reason and the person spoken to"
        )
    return words


def _store(tx: Transaction, attempt: Attempt, report: Report, spoken_to: Contact | None, now: datetime) -> None:
    amount_minor, on = first_payment(report)
    attempts.update(
        tx,
        attempt.id,
        disposition=report.disposition,
        disposed_at=now,
        promised_minor=amount_minor,
        promised_on=on,
        callback_at=report.callback_at,
        spoken_to_id=spoken_to.id if spoken_to and spoken_to.id != attempt.contact_id else None,
    )


def _log(
    tx: Transaction,
    attempt: Attempt,
    report: Report,
    spoken_to: Contact | None,
    now: datetime,
    *,
    actor: str,
    words: Mapping[str, str],
) -> None:
    amount_minor, on = first_payment(report)
    log(
        tx,
        attempt,
        "disposition",
        now,
        actor,
        personal=words,
        disposition=report.disposition.value,
        amount_minor=amount_minor,
        on=on.isoformat() if on else None,
        callback_at=report.callback_at.isoformat() if report.callback_at else None,
        spoken_to_id=spoken_to.id if spoken_to else None,
    )


def _follow(tx: Transaction, attempt: Attempt, follows: Consequence, call_back_to: int, now: datetime) -> None:
    if follows.hold:
        book.set_hold(tx, attempt.case_id, follows.hold, at=now)
        until = follows.hold.until.isoformat() if follows.hold.until else None
        log(tx, attempt, "hold.set", now, reason=follows.hold.reason.value, until=until)
    if follows.callback_at:
        book.update_case(tx, attempt.case_id, callback_at=follows.callback_at, contact_id=call_back_to)
    if follows.phone_state:
        # not only this debtor's: whoever answers there has said that he is somebody else
        book.set_number_state(tx, attempt.to, follows.phone_state)
