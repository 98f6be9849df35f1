"""The gate's word on an attempt that is under way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dialer.actions.situation import Situation, find_phone, look
from dialer.actions.verdict_json import finding_text
from dialer.app import App
from dialer.core.case import CaseStatus
from dialer.core.errors import BadInput
from dialer.core.facts import NOTHING_DIALLED, Facts, Wording
from dialer.core.outcome import Channel, Mode
from dialer.core.permit import Verdict, judge
from dialer.rules.facts_record import facts_document
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction

STAGE_RULE = "STAGE"
"""The rule that warns of a case that is no longer on the telephone, and names its stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The gate's word with all that it rests on. `told`: what whoever clicked was warned of, in English."""

    situation: Situation
    facts: Facts
    verdict: Verdict
    told: frozenset[str] = frozenset()

    @property
    def left_the_telephone(self) -> bool:
        """The case is closed or with the lawyers: by then only a person calls who clicked and was warned of that."""
        if self.situation.case.status is CaseStatus.OPEN:
            return False
        stage = (finding_text(w, "en") for w in self.verdict.warnings if w.rule == STAGE_RULE)
        return self.facts.mode is not Mode.PREVIEW or not self.told.issuperset(stage)

    @property
    def document(self) -> dict[str, Any]:
        """The facts in the form of FACTS.json: with them the same verdict can be had again."""
        return facts_document(self.facts, address=self.situation.address, caller=self.situation.caller)


def judge_attempt(
    app: App,
    tx: Transaction,
    attempt: Attempt,
    now: datetime,
    *,
    channel: Channel | None = None,
    mode: Mode | None = None,
    wording: Wording | None = None,
) -> Judged:
    """The gate's word on a running attempt, with today's facts and without the attempt in its own history."""
    situation = look(app, tx, attempt.case_id)
    found = find_phone(situation.case, attempt.phone_id)
    if found is None:
        raise BadInput(f"attempt {attempt.id}: its telephone number is gone from case {attempt.case_id}")
    facts = situation.facts(
        *found, now, channel=channel or attempt.channel, mode=mode or attempt.mode, without=attempt.id, wording=wording
    )
    if attempt.sent_at is not None:
        # the share of lost calls speaks against new calls; to hang up on whoever answers would lose one more
        facts = replace(facts, dialled=NOTHING_DIALLED)
    told = frozenset(warning["text"] for warning in attempt.verdict.get("warnings", ()))
    return Judged(situation=situation, facts=facts, verdict=judge(facts, app.law, now), told=told)
