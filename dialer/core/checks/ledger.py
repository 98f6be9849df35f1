"""The history of attempts, added up once for all counters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dialer.core.facts import Facts
from dialer.core.outcome import Channel, Outcome, PastAttempt


class Ledger:
    """What the counters read: instants in order (UTC), none from before `since` but the messages.

    `person`, `number`: when attempts that rang at the debtor's, and at the number, began; `…_over`: when they were
    over; `one_number`: both are the same. `last_end`: when the latest of both was over. `talks`: conversations with
    the debtor. `lost_end`: when the latest lost call was over. `messages`: when recorded messages ended.
    """

    __slots__ = (
        "last_end",
        "lost_end",
        "messages",
        "number",
        "number_over",
        "one_number",
        "person",
        "person_over",
        "talks",
    )

    def __init__(self, facts: Facts, since: datetime) -> None:
        debtor, dialled = facts.debtor_id, facts.phone.e164
        lately = [past for past in facts.history if past.over_at > since]
        rang = [past for past in lately if past.counts]
        his = [past for past in rang if past.debtor_id == debtor]
        there = [past for past in rang if past.e164 == dialled or not past.e164]
        self.person, self.person_over = _in_order(his)
        self.number, self.number_over = _in_order(there)
        self.one_number = his == there
        self.last_end = max([past.over_at for past in rang], default=None)
        lost = [past.over_at for past in rang if past.outcome is Outcome.ABANDONED]
        self.lost_end = max(lost, default=None)
        self.talks = [past for past in lately if past.conversation and past.debtor_id == debtor]
        self.messages = sorted([past.over_at for past in facts.history if past.message])


def of_claim(facts: Facts, claim: str, *, all_channels: bool) -> tuple[list[datetime], list[datetime]]:
    """When attempts about that claim began, and were over (UTC, in order); letters count with `all_channels`."""
    return _in_order(
        past
        for past in facts.history
        if past.debtor_id == facts.debtor_id
        and (past.counts or (all_channels and past.channel is Channel.LETTER))
        and (not claim or not past.claims or claim in past.claims)
    )


def _in_order(attempts: Iterable[PastAttempt]) -> tuple[list[datetime], list[datetime]]:
    both = [(past.at, past.over_at) for past in attempts]
    return sorted([at for at, _ in both]), sorted([over_at for _, over_at in both])
