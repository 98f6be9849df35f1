"""What a supervisor reads of a case on the ladder, and how long he waits for it."""

from __future__ import annotations

from datetime import timedelta
from time import process_time

import sqlalchemy as sa

from dialer.actions.explain import explain
from dialer.core.texts import Language
from dialer.storage import tables

from .story_kit import AHORN, MILL, Story

TALLIES = (
    "Until “message about the next step” (any one will do): refused or not reached 2/3 (on 2/2 days); denied or "
    "evaded 2/2; promise broken 0/1; in vain 0/6 (on 0/4 days)"
)
WITH_LEAVE = "only once approved (`dialer approve`)"
TOO_LOW = "from the head of accounting up only"


def told(story: Story, language: Language) -> list[str]:
    """The lines between the ladder's own and the log."""
    lines = explain(story.office.app, 1, now=story.office.clock.now(), language=language).text.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(("Eskalationsleiter", "Ladder")))
    return lines[first : next(n for n, line in enumerate(lines) if line in {"Vermerke:", "Log:"})]


def test_fax_under_way_is_told_with_the_hour_it_may_leave(story: Story) -> None:
    story.brings(*MILL)
    story.until(lambda: story.rungs() == ["fax running"])
    assert told(story, "en") == [
        "Ladder: Herr Ahorn (level 1, accounts payable)",
        "  2026-10-23 09:04 CEST  fax that asks for a call back: under way, goes out from 2026-10-29 08:00 CET",
        TALLIES,
        "Next: once it has been sent: Something is being written or sent.",
        "Plan for 14 days if nobody answers and nothing changes:",
        f"  2026-11-02 00:00 CET  message about the next step (denied twice): left out, {TOO_LOW}",
        "  2026-11-02 00:00 CET  Turns to: Frau Birke (denied twice)",
        "  2026-11-02 09:00 CET  collection call, after the last conversation, Frau Birke",
        "  2026-11-02 11:00 CET  collection call, another attempt, Frau Birke",
        "  2026-11-02 14:00 CET  collection call, another attempt, Frau Birke",
        "  2026-11-03 09:00 CET  collection call, another attempt, Frau Birke",
        "  2026-11-03 09:00 CET  fax that asks for a call back (not reached or refused several times)",
        f"  2026-11-05 00:00 CET  message about the next step (not reached or refused several times): {WITH_LEAVE}",
        "Attempts: 2",
        "  2026-10-19 09:00 CEST  call, Herr Ahorn: connected / evaded",
        "  2026-10-23 09:00 CEST  call, Herr Ahorn: connected / evaded",
    ]


def test_message_that_waits_for_leave_is_told_in_german(story: Story) -> None:
    story.brings(MILL[1])
    story.until(lambda: story.open_tasks() == ["approve_warning"])
    lines = told(story, "de")
    assert lines[0] == "Eskalationsleiter: Frau Birke (Stufe 2, Leitung Buchhaltung)"
    assert lines[2].endswith("Nachricht über den nächsten Schritt: vorgesehen")
    assert "Die Nachricht über den nächsten Schritt wartet auf eine Freigabe." in lines[4]
    assert lines[6].endswith("Vorlage zur Prüfung des Rechtswegs (oberste Stufe der Eskalationsleiter)")


def test_two_hundred_attempts_are_explained_in_fifty_milliseconds(story: Story) -> None:
    story.brings(*MILL)
    ahorn = story.contact("accounts_payable")
    with story.office.app.db.write() as tx:
        (case,) = tx.execute(sa.select(tables.cases)).all()
        (claim,) = tx.execute(sa.select(tables.claims.c.id)).scalars()
        for n in range(200):
            at = story.office.clock.now() - timedelta(days=400 - 2 * n)
            values = {
                "case_id": case.id,
                "debtor_id": case.debtor_id,
                "contact_id": ahorn.id,
                "phone_id": ahorn.phones[0].id,
                "channel": "call",
                "mode": "progressive",
                "step": "collection_call",
                "token": f"token-{n}",
                "to_e164": AHORN,
                "from_e164": "+493023125000",
                "state": "ended",
                "outcome": "no_answer",
                "verdict": {"verdict": "allow"},
                "intent_at": at,
                "not_after": at + timedelta(hours=1),
                "ended_at": at + timedelta(seconds=25),
            }
            made = tx.execute(tables.attempts.insert().values(**values)).inserted_primary_key
            assert made
            tx.execute(tables.attempt_claims.insert().values(attempt_id=made[0], claim_id=claim))
    took = []
    for _ in range(5):
        begun = process_time()
        assert "Versuche: 200" in explain(story.office.app, 1, now=story.office.clock.now(), language="de").text
        took.append(process_time() - begun)
    assert min(took) < 0.050
