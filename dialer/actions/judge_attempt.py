"""The gate's word on an attempt that is under way."""

from __future__ import annotations

from datetime import datetime

from dialer.actions.situation import find_phone, look
from dialer.app import App
from dialer.core.errors import BadInput
from dialer.core.outcome import Channel
from dialer.core.permit import Verdict, judge
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction


def judge_attempt(
    app: App, tx: Transaction, attempt: Attempt, now: datetime, *, channel: Channel | None = None
) -> Verdict:
    """The gate's word on a running attempt, with today's facts and without the attempt in its own history."""
    situation = look(app, tx, attempt.case_id)
    found = find_phone(situation.case, attempt.phone_id)
    if found is None:
        raise BadInput(f"attempt {attempt.id}: its telephone number is gone from case {attempt.case_id}")
    contact, phone = found
    facts = situation.facts(contact, phone, channel=channel or attempt.channel, mode=attempt.mode, without=attempt.id)
    return judge(facts, now)
