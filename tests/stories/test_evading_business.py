"""A business that will not talk: three levels, faxes, word of the next step; then it pays, or a lawyer reads."""

from __future__ import annotations

from datetime import date

import pytest

from dialer.actions.legal_stage import enter_stage
from dialer.actions.move_ladder import approve
from dialer.core.case import Stage
from dialer.core.errors import BadInput
from dialer.core.outcome import Outcome
from dialer.documents.reading import text_of
from dialer.storage import tables
from dialer.storage.documents import Document

from .story_kit import AHORN, BIRKE, CHEF, FIRM, MILL, Story

HEARD = (
    "Guten Tag Frau Birke, hier spricht Anna Berger, Muster Handels GmbH, Vorgang 1. Zu unserer Rechnung R-1 haben wir "
    "Sie mehrfach nicht erreicht. Bitte melden Sie sich bis 16.11.2026 unter 0 3 0 2 3 1 2 5 0 0 0. Danach "
    "beantragen wir einen Mahnbescheid. Einwände können Sie uns und dem Gericht mitteilen."
)


def flowing(pdf: bytes) -> str:
    """A document's text in one line."""
    return " ".join(text_of(pdf).replace("\u00a0", " ").split())


def waits_for_leave(story: Story) -> bool:
    rung = story.waiting_rung()
    return rung is not None and rung.rung == "voicemail" and rung.approved_at is None


def hash_of_entry(story: Story, *, before: Document) -> str:
    """Of the last one that was there when the document was made."""
    written = next(e for e in story.log("document.written") if e.facts["document"] == before.id)
    with story.office.app.db.read() as tx:
        row = tx.execute(tables.entries.select().where(tables.entries.c.seq == written.seq - 1)).one()
    return str(row.hash)


def climbs(story: Story) -> list[tuple[str, list[int], list[int]]]:
    """To whom, because of which attempts, past which levels."""
    return [
        (f"{e.facts['role']} {e.facts['why']}", e.facts["because"], e.facts["missing_levels"])
        for e in story.log("ladder.climbed")
    ]


def test_business_that_evades_at_three_levels_pays_while_the_telephone_rings(story: Story) -> None:
    story.brings(*MILL)
    # the accounts department puts him off twice, a fax asks for a call, nobody calls
    story.until(lambda: story.kinds("ladder.climbed"))
    assert [a.to for a in story.office.attempts(1)] == [AHORN, AHORN]
    assert story.rungs() == ["fax done", "voicemail skipped"]
    assert story.log("ladder.rung_skipped")[0].facts["obstacle"] == "low_level"
    fax = flowing(story.faxes()[0])
    for words in ("z. Hd. Herr Ahorn", "Sehr geehrter Herr Ahorn", "030 23125000", "030 23125409", "Rückruf"):
        assert words in fax
    assert "4.200" not in fax
    assert "R-1" not in fax

    # the head of accounting is behind a machine; a supervisor lets word of the next step be left there
    story.until(lambda: waits_for_leave(story))
    assert story.open_tasks() == ["approve_warning"]
    with pytest.raises(BadInput, match='"anna" is no supervisor'):
        approve(story.office.app, 1, actor="anna")
    assert story.office.attempts(1)[-1].step == "collection_call"
    approve(story.office.app, 1, actor="sofia")
    assert story.open_tasks() == []
    story.until(lambda: len(story.kinds("ladder.climbed")) == 2)
    called = [a for a in story.office.attempts(1) if a.to == BIRKE]
    assert [a.step for a in called] == ["collection_call"] * 3 + ["warning_call"]
    assert called[-1].call.outcome is Outcome.VOICEMAIL_LEFT
    assert story.office.tape(BIRKE).endswith(HEARD)
    assert story.office.tape(BIRKE).count("Mahnbescheid") == 1
    assert "Frau Birke" in flowing(story.faxes()[1])
    assert climbs(story) == [
        ("head_of_accounting denied_twice", [1, 2], []),
        ("managing_director refusals", [3, 4, 5, 6], [3]),
    ]
    assert story.open_tasks() == ["find_contact"]

    # the managing director's telephone rings when the money comes
    story.until(story.office.live_attempts)
    story.office.run(8)
    (ringing,) = story.office.calls_to(CHEF)
    assert ringing.ringing_at is not None
    assert ringing.ended_at is None
    paid_at = story.office.network.now
    assert story.pays("F1;11.11.2026;4.200,00;EUR;Rechnung R-1;Mühlen Weber GmbH;B-1").settled == [1]
    story.office.tick()
    story.office.run(2)
    assert story.office.attempts(1)[-1].call.outcome is Outcome.NO_ANSWER
    assert ringing.ended_at is not None
    assert (ringing.ended_at - paid_at).total_seconds() < 2
    assert story.office.row(1).next_reason == "paid"
    before = (len(story.office.network.calls), len(story.server.box.taken))
    story.to(11, 13)
    assert (len(story.office.calls_to(CHEF)), len(story.server.box.taken)) == (1, before[1])


ALONE = f"{FIRM};Herr Chef;Geschäftsführer;030 23125403;Durchwahl;030 23125409"
FACTS = {"claim": "undisputed", "default_since": "2026-09-11", "court": "AG Wedding", "file_number": "26-1-0-1"}


def test_top_of_the_ladder_is_a_file_for_the_court(story: Story) -> None:
    story.brings(ALONE)
    story.until(lambda: waits_for_leave(story))
    approve(story.office.app, 1, actor="sofia")
    story.until(lambda: story.case().status == "legal_review")
    assert story.rungs() == ["fax done", "voicemail skipped"]
    assert story.log("ladder.rung_ended")[-1].facts["obstacle"] == "not_reached"
    assert story.log("case.legal_review")[0].facts == {
        "why": "top_of_ladder",
        "because": [1, 2, 3, 4, 5, 6],
        "missing_levels": [],
    }
    assert story.open_tasks() == ["legal_review"]
    story.until(lambda: story.papers("dossier"), days=1)
    (dossier,) = story.papers("dossier")
    told = flowing(story.pdf(dossier))
    # six calls, a fax; the sum; what was done in which order; the hash of the last entry before it
    for words in (
        "Mühlen Weber GmbH",
        "Offen insgesamt 4.200,00 €",
        "Kontaktversuche: 7. Stufen: 1. Gespräche: 0.",
        "20.10.2026, 09:00 Uhr (MESZ) Geschäftsführung Fax mit Bitte um Rückruf mehrfach nicht erreicht",
        "22.10.2026, 00:00 Uhr (MESZ) Geschäftsführung Nachricht über den nächsten Schritt mehrfach nicht erreicht",
        hash_of_entry(story, before=dossier),
    ):
        assert words in told
    assert told.count("keine Antwort") == 6

    # a person chooses the court: its deadlines are watched from now on
    story.to(10, 28, 10)
    entered = enter_stage(story.office.app, 1, Stage.COURT_DUNNING, facts=FACTS, on=date(2026, 10, 28), actor="sofia")
    assert entered.stage is Stage.COURT_DUNNING
    enter_stage(
        story.office.app,
        1,
        Stage.COURT_DUNNING,
        facts={"order_served_on": "2026-10-28"},
        on=date(2026, 10, 28),
        actor="sofia",
    )
    assert {"order_objection", "enforcement_application", "limitation"} <= set(story.open_tasks())
    story.to(10, 30)
    assert len(story.office.calls_to(CHEF)) == 6
