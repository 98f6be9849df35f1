"""Somebody answers for it that a rule shall not stop a case for a while: only the role `compliance`, with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialer.actions.mark_case import lock_case, note
from dialer.actions.take_back import follow
from dialer.app import App
from dialer.core.desk import Role
from dialer.core.errors import BadInput
from dialer.core.facts import COMPLIANCE, Override
from dialer.core.policy import Effect, Law
from dialer.storage import desks, overrides
from dialer.storage.database import Transaction

LONGEST = timedelta(days=31)
SHORTEST_REASON = 10
"""Characters of a reason that can mean something to whoever reads it in a year."""


def override_rule(app: App, case_id: int, rule: str, *, until: datetime, reason: str, actor: str) -> Override:
    """Lift one rule for one case until then. Raises BadInput or NotFound."""
    now = app.clock.now()
    reason = reason.strip()
    _check_words(until, reason, now)
    with app.db.write() as tx:
        _check_role(tx, actor)
        _check_rule(app.law, rule, lock_case(tx, case_id))
        overrides.add(tx, case_id, rule=rule, actor=actor, reason=reason, at=now, until=until)
        facts = {"rule": rule, "until": until.isoformat()}
        note(tx, case_id, "override.set", now, actor=actor, facts=facts, personal={"reason": reason})
    return Override(rule=rule, role=COMPLIANCE, until=until, user=actor, reason=reason)


def withdraw_override(app: App, case_id: int, rule: str, *, actor: str) -> None:
    """Let the rule hold again. Raises BadInput when it was not lifted, or NotFound."""
    now = app.clock.now()
    with app.db.write() as tx:
        _check_role(tx, actor)
        lock_case(tx, case_id)
        if not overrides.withdraw(tx, case_id, rule=rule, actor=actor, at=now):
            raise BadInput(f"case {case_id} has no override of {rule} in force")
        note(tx, case_id, "override.withdrawn", now, actor=actor, facts={"rule": rule}, personal={})
    follow(app, case_id)


def _check_words(until: datetime, reason: str, now: datetime) -> None:
    if until <= now:
        raise BadInput(f"an override ends in the future; {until.isoformat()} is past")
    if until > now + LONGEST:
        raise BadInput(f"an override lasts at most {LONGEST.days} days; {until.isoformat()} is further ahead")
    if len(reason) < SHORTEST_REASON:
        raise BadInput(f"an override needs a reason of at least {SHORTEST_REASON} characters")


def _check_role(tx: Transaction, actor: str) -> None:
    user = desks.user_by_name(tx, actor)
    if user is None:
        raise BadInput(f'no active user "{actor}"; add one with `dialer user add`')
    if user.role != Role.COMPLIANCE:
        raise BadInput(f"{actor} has the role {user.role}; only {Role.COMPLIANCE} may override a rule")


def _check_rule(law: Law, rule: str, country: str) -> None:
    effects = {r.effect for pack in law.of(country) for r in pack.rules if r.id == rule}
    if not effects:
        raise BadInput(f"there is no rule {rule} for {country}; `dialer explain` names the rules that forbid a call")
    if Effect.DENY_OVR not in effects:
        raise BadInput(f"{rule} cannot be overridden")
