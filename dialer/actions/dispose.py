"""The collector says what came of a conversation; the case follows at once."""

from __future__ import annotations

from datetime import datetime

from dialer.actions.call_log import free_desk, log
from dialer.actions.follow_agreements import agree, circumstances
from dialer.actions.plan_case import plan_case
from dialer.actions.reconcile import stop_unwanted
from dialer.actions.situation import Situation, look
from dialer.actions.tasks import follow_up
from dialer.app import App
from dialer.core.agreement import Agreement, problems
from dialer.core.desk import DeskState
from dialer.core.disposition import Consequence, Report, agreed, consequence, first_payment, problem
from dialer.core.errors import BadInput, NotFound
from dialer.core.plan import Plan
from dialer.storage import attempts, book
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
        situation = look(app, tx, attempt.case_id)
        site = situation.site
        owed = sum(c.open_minor for c in situation.case.open_claims)
        if first_payment(report)[0] is not None and len({c.currency for c in situation.case.open_claims}) > 1:
            raise BadInput(f"attempt {attempt_id}: the case owes several currencies; an amount alone says too little")
        wrong = problem(report, open_minor=owed, today=now.astimezone(site.zone).date(), now=now)
        if wrong:
            raise BadInput(f"attempt {attempt_id}: {wrong}")
        terms = _agreed(situation, attempt, report, now)
        _store(tx, attempt, report, now)
        _log(tx, attempt, report, now, actor=actor, note=note)
        if terms:
            agree(tx, situation, terms, attempt_id=attempt.id, actor=actor, now=now)
        grace, last_due = situation.strategy.promise_grace_workdays, terms.last_due if terms else None
        follows = consequence(report, site=site, now=now, grace_workdays=grace, last_due=last_due)
        _follow(tx, attempt, follows, now)
        follow_up(
            tx,
            case_id=attempt.case_id,
            attempt_id=attempt.id,
            said=report.disposition,
            on=now.astimezone(site.zone).date(),
            note=note,
            at=now,
            actor=actor,
        )
        if not attempt.call.live:
            free_desk(tx, attempt, now, only_from=(DeskState.WRAP_UP,))
        plan = plan_case(app, tx, attempt.case_id, now)
    stop_unwanted(app, attempt.case_id)
    return plan


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


def _store(tx: Transaction, attempt: Attempt, report: Report, now: datetime) -> None:
    amount_minor, on = first_payment(report)
    attempts.update(
        tx,
        attempt.id,
        disposition=report.disposition,
        disposed_at=now,
        promised_minor=amount_minor,
        promised_on=on,
        callback_at=report.callback_at,
    )


def _log(tx: Transaction, attempt: Attempt, report: Report, now: datetime, *, actor: str, note: str) -> None:
    amount_minor, on = first_payment(report)
    log(
        tx,
        attempt,
        "disposition",
        now,
        actor,
        personal={"note": note} if note else {},
        disposition=report.disposition.value,
        amount_minor=amount_minor,
        on=on.isoformat() if on else None,
        callback_at=report.callback_at.isoformat() if report.callback_at else None,
    )


def _follow(tx: Transaction, attempt: Attempt, follows: Consequence, now: datetime) -> None:
    if follows.hold:
        book.set_hold(tx, attempt.case_id, follows.hold, at=now)
        until = follows.hold.until.isoformat() if follows.hold.until else None
        log(tx, attempt, "hold.set", now, reason=follows.hold.reason.value, until=until)
    if follows.callback_at:
        book.update_case(tx, attempt.case_id, callback_at=follows.callback_at, contact_id=attempt.contact_id)
    if follows.phone_state:
        # not only this debtor's: whoever answers there has said that he is somebody else
        book.set_number_state(tx, attempt.to, follows.phone_state)
