"""The ladder among people, workers and accidents: overtaken, moved by hand, written once, left out with a word."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from post_kit import kept_waiting, until_somebody_waits

from dialer.actions import send_documents as sending
from dialer.actions import write_rungs as outbox
from dialer.actions.holds import hold_case, lift_hold
from dialer.actions.make_task import make_task
from dialer.actions.move_ladder import approve, move_to, pending_approval, refuse
from dialer.actions.send_documents import send_documents
from dialer.actions.situation import Situation
from dialer.actions.write_rungs import write_rungs
from dialer.app import App
from dialer.config import Config
from dialer.core.case import HoldReason
from dialer.core.casework import Rung, TaskOrigin, Transport
from dialer.core.disposition import Report
from dialer.core.errors import BadInput
from dialer.core.outcome import Disposition, Outcome
from dialer.core.tasks import TaskKind
from dialer.storage import rungs, tables
from dialer.storage.database import Transaction

from .story_kit import AHORN, BIRKE, CHEF, ERIKA_ROW, FIRM, LADDER, MILL, Story

NO_STREET = "muster;K1;Mühlen Weber GmbH;Firma;BE;;10115;Berlin;F1;R-1;01.09.2026;10.09.2026;4.200,00"
LETTERS = LADDER.replace('rungs = ["fax", "voicemail"]', 'rungs = ["letter"]')


def firm_with_a_fax_to_write(story: Story) -> None:
    """Accounts payable has put the collector off twice; the fax is not written yet."""
    story.brings(*MILL)
    evaded = Report(disposition=Disposition.EVADED)
    story.words[AHORN] += [evaded, evaded]
    story.outbox = lambda: None  # type: ignore[method-assign]
    story.until(lambda: story.rungs() == ["fax waiting"])


def notes(story: Story) -> list[str | None]:
    with story.office.app.db.read() as tx:
        return [row.note for row in tx.execute(tables.rungs.select().order_by(tables.rungs.c.id))]


def delivered(story: Story) -> list[Any]:
    with story.office.app.db.read() as tx:
        return list(tx.execute(tables.deliveries.select()))


def send_in_the_window(story: Story) -> None:
    """A fax rings: it waits for the pause after the last conversation to be over."""
    story.to(10, 29, 9, 30)
    send_documents(story.office.app)


# --- overtaken -------------------------------------------------------------------------------------------------------


def test_dispute_while_the_telephone_rings_stops_everything(either_story: Story) -> None:
    story = either_story
    firm_with_a_fax_to_write(story)
    write_rungs(story.office.app)
    assert story.rungs() == ["fax running"]
    move_to(story.office.app, 1, contact_id=story.contact("head_of_accounting").id, reason="Zuständig", actor="sofia")
    assert story.rungs() == ["fax withdrawn"]
    story.until(story.office.live_attempts)
    story.office.run(3)
    assert story.office.calls_to(BIRKE)[-1].ringing_at is not None
    hold_case(story.office.app, 1, HoldReason.DISPUTE, actor="anna", text="Ware mangelhaft")
    story.office.run(30)
    last = story.office.attempts(1)[-1]
    assert last.call.outcome is Outcome.NO_ANSWER
    assert last.call.joined_at is None
    assert story.kinds("hold.set", "delivery.withdrawn") == ["delivery.withdrawn", "hold.set"]
    calls = len(story.office.network.calls)
    story.to(10, 31)
    assert [c for c in story.office.network.calls[calls:] if c.to in {AHORN, BIRKE, CHEF}] == []
    assert story.server.box.heard == []


def test_dispute_on_the_telephone_leaves_a_task(story: Story) -> None:
    story.words[AHORN].append(Report(disposition=Disposition.DISPUTE, reason="Ware mangelhaft"))
    story.brings(*MILL)
    story.until(lambda: story.kinds("hold.set"))
    assert story.open_tasks() == ["clear_dispute"]
    assert story.kinds("disposition", "hold.set", "task.made") == ["disposition", "hold.set", "task.made"]
    story.to(10, 30)
    assert len(story.office.attempts(1)) == 1


def test_hold_while_a_fax_waits_takes_it_back_and_afterwards_it_is_asked_for_again(either_story: Story) -> None:
    story = either_story
    firm_with_a_fax_to_write(story)
    write_rungs(story.office.app)
    send_documents(story.office.app)  # not within the pause after a conversation
    assert story.rungs() == ["fax running"]
    hold_case(story.office.app, 1, HoldReason.MANUAL, actor="anna", text="Rückfrage beim Mandanten")
    story.office.tick()
    assert story.rungs() == ["fax withdrawn"]
    assert notes(story) == ["withdrawn"]
    assert story.kinds("delivery.withdrawn", "ladder.rung_ended") == ["delivery.withdrawn", "ladder.rung_ended"]
    send_in_the_window(story)
    assert story.server.box.heard == []
    lift_hold(story.office.app, 1, HoldReason.MANUAL, actor="anna", text="geklärt")
    story.office.tick()
    assert story.rungs() == ["fax withdrawn", "fax waiting"]


def test_fax_that_is_due_is_taken_back_before_it_is_sent(story: Story) -> None:
    """The outbox does not wait for the scheduler to have looked at a case."""
    firm_with_a_fax_to_write(story)
    write_rungs(story.office.app)
    send_documents(story.office.app)
    story.to(10, 29, 9, 30)
    hold_case(story.office.app, 1, HoldReason.MANUAL, actor="anna", text="Rückfrage")
    write_rungs(story.office.app)
    assert story.rungs() == ["fax withdrawn"]
    assert send_documents(story.office.app).idle
    assert story.server.box.heard == []


def test_fax_that_has_left_counts_though_a_hold_follows(story: Story) -> None:
    firm_with_a_fax_to_write(story)
    write_rungs(story.office.app)
    send_in_the_window(story)
    hold_case(story.office.app, 1, HoldReason.MANUAL, actor="anna", text="Rückfrage")
    story.office.tick()
    assert len(story.faxes()) == 1
    assert story.rungs() == ["fax done"]


def test_hold_takes_back_what_waits_for_leave(story: Story) -> None:
    story.brings(f"{FIRM};Herr Chef;Geschäftsführer;030 23125403;Durchwahl;030 23125409")
    story.until(lambda: story.open_tasks() == ["approve_warning"])
    hold_case(story.office.app, 1, HoldReason.MANUAL, actor="anna", text="Rückfrage")
    story.office.tick()
    assert story.rungs() == ["fax done", "voicemail withdrawn"]
    assert story.open_tasks() == []
    with pytest.raises(BadInput, match="no message waits for approval"):
        approve(story.office.app, 1, actor="sofia")


# --- people ----------------------------------------------------------------------------------------------------------


def test_supervisor_moves_the_case_up_and_down_and_a_collector_does_not(either_story: Story) -> None:
    story = either_story
    story.brings(*MILL)
    story.office.tick()
    app = story.office.app
    with pytest.raises(BadInput, match='"anna" is no supervisor'):
        move_to(app, 1, contact_id=None, reason="Eilig", actor="anna")
    with pytest.raises(BadInput, match="say why"):
        move_to(app, 1, contact_id=None, reason=" ", actor="sofia")
    assert story.kinds("ladder.") == []
    chef, ahorn = story.contact("managing_director").id, story.contact("accounts_payable").id
    move_to(app, 1, contact_id=None, reason="Urlaub der Buchhaltung", actor="sofia")
    assert story.case().contact_id == story.contact("head_of_accounting").id
    move_to(app, 1, contact_id=chef, reason="Chefsache", actor="sofia")
    move_to(app, 1, contact_id=ahorn, reason="doch nicht", actor="sofia")
    moved = story.log("ladder.moved")
    assert [(e.facts["role"], e.facts["level"], e.actor, e.personal["reason"]) for e in moved] == [
        ("head_of_accounting", 2, "sofia", "Urlaub der Buchhaltung"),
        ("managing_director", 4, "sofia", "Chefsache"),
        ("accounts_payable", 1, "sofia", "doch nicht"),
    ]
    with pytest.raises(BadInput, match="has no contact 99"):
        move_to(app, 1, contact_id=99, reason="Tippfehler", actor="sofia")


def test_person_is_never_moved_to_anybody(story: Story) -> None:
    story.brings(ERIKA_ROW)
    with pytest.raises(BadInput, match="BZ-3"):
        move_to(story.office.app, 1, contact_id=None, reason="Eilig", actor="sofia")


def test_supervisor_refuses_and_the_ladder_goes_on(story: Story) -> None:
    story.brings(f"{FIRM};Herr Chef;Geschäftsführer;030 23125403;Durchwahl;030 23125409")
    story.until(lambda: story.open_tasks() == ["approve_warning"])
    assert pending_approval(story.office.app, 1).lines == (CHEF,)
    with pytest.raises(BadInput, match='"anna" is no supervisor'):
        refuse(story.office.app, 1, reason="zu scharf", actor="anna")
    refuse(story.office.app, 1, reason="zu scharf", actor="sofia")
    assert story.rungs() == ["fax done", "voicemail skipped"]
    assert story.case().status == "legal_review"
    assert story.open_tasks() == ["legal_review"]


def test_level_at_which_nobody_is_known_is_a_task(story: Story) -> None:
    story.brings(MILL[0], MILL[2])
    story.until(lambda: story.kinds("ladder.climbed"))
    assert story.log("ladder.climbed")[0].facts["missing_levels"] == [2, 3]
    assert story.open_tasks() == ["find_contact"]


def test_firm_at_which_nobody_is_known_is_a_task(either_story: Story) -> None:
    story = either_story
    story.brings(f"{FIRM};;;;;")
    story.office.tick()
    assert story.open_tasks() == ["find_contact"]
    assert story.log("task.made")[0].facts["ref"] == "nobody"
    story.brings(MILL[0])
    story.until(lambda: story.office.calls_to(AHORN))


# --- workers and accidents -------------------------------------------------------------------------------------------


def test_two_workers_write_and_send_a_rung_once(either_story: Story) -> None:
    story = either_story
    firm_with_a_fax_to_write(story)
    start = Barrier(2)

    def work(_: int) -> None:
        start.wait()
        write_rungs(story.office.app)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert len(story.papers("callback_fax")) == 1
    assert story.kinds("delivery.queued") == ["delivery.queued"]
    send_in_the_window(story)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: send_documents(story.office.app), range(2)))
    assert len(story.faxes()) == 1
    write_rungs(story.office.app)
    assert story.rungs() == ["fax done"]


def before_it_looks(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """A worker has read which rungs there are; this happens before it comes to the first of them."""
    inner = outbox.look

    def late(app: App, tx: Transaction, case_id: int, **more: bool) -> Situation:
        monkeypatch.setattr(outbox, "look", inner)
        happens()
        return inner(app, tx, case_id, **more)

    monkeypatch.setattr(outbox, "look", late)


def test_fax_that_another_worker_has_queued_is_taken_back_with_its_rung(
    either_story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it went out beside the one that is written once the hold is over."""
    story = either_story
    app = story.office.app
    firm_with_a_fax_to_write(story)

    def other_worker_writes_and_a_hold_comes() -> None:
        write_rungs(app)
        assert story.rungs() == ["fax running"]
        hold_case(app, 1, HoldReason.MANUAL, actor="anna", text="Rückfrage")

    before_it_looks(monkeypatch, other_worker_writes_and_a_hold_comes)
    write_rungs(app)
    assert story.rungs() == ["fax withdrawn"]
    assert story.kinds("delivery.") == ["delivery.queued", "delivery.withdrawn"]
    lift_hold(app, 1, HoldReason.MANUAL, actor="anna", text="geklärt")
    story.office.tick()
    write_rungs(app)
    send_in_the_window(story)
    assert len(story.faxes()) == 1


def test_rung_that_another_worker_has_ended_is_not_ended_again_by_its_successor(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = story.office.app
    firm_with_a_fax_to_write(story)

    def held_and_taken_anew_and_held() -> None:
        hold_case(app, 1, HoldReason.MANUAL, actor="anna", text="Rückfrage")
        write_rungs(app)
        lift_hold(app, 1, HoldReason.MANUAL, actor="anna", text="geklärt")
        story.office.tick()
        assert story.rungs() == ["fax withdrawn", "fax waiting"]
        hold_case(app, 1, HoldReason.MANUAL, actor="anna", text="noch eine")

    before_it_looks(monkeypatch, held_and_taken_anew_and_held)
    write_rungs(app)
    assert story.kinds("ladder.rung_ended") == ["ladder.rung_ended"]
    write_rungs(app)
    assert story.rungs() == ["fax withdrawn", "fax withdrawn"]


def test_rung_that_one_worker_cannot_write_goes_on_where_another_has_written_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm_with_a_fax_to_write(story)

    def breaks(*_: object, **__: object) -> object:
        monkeypatch.undo()
        write_rungs(story.office.app)  # the other worker
        raise BadInput("the disk is full")

    monkeypatch.setattr(outbox, "print_document", breaks)
    write_rungs(story.office.app)
    assert story.rungs() == ["fax running"]
    assert story.open_tasks() == []


def test_outbox_and_supervisor_do_not_wait_for_each_other_in_a_circle(
    postgres_story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She turns the case to somebody else while the fax is being judged."""
    story = postgres_story
    app = story.office.app
    firm_with_a_fax_to_write(story)
    write_rungs(app)
    judging, ready = Event(), sending.ready

    def slow(config: Config, transport: Transport) -> str | None:
        judging.set()
        until_somebody_waits(app)
        return ready(config, transport)

    monkeypatch.setattr(sending, "ready", slow)
    birke = story.contact("head_of_accounting").id
    with ThreadPoolExecutor(1) as pool:
        round_ = pool.submit(send_documents, app)
        assert judging.wait(10)
        move_to(app, 1, contact_id=birke, reason="Zuständig", actor="sofia")
    assert round_.result().held_back == 1
    assert story.office.alarms() == []
    assert story.rungs() == ["fax withdrawn"]
    assert story.case().contact_id == birke


class _KilledError(BaseException):
    """The worker's process ends here."""


def test_worker_that_dies_before_the_outbox_has_it_leaves_one_fax(
    either_story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = either_story
    firm_with_a_fax_to_write(story)

    def dies(*_: object, **__: object) -> int:
        raise _KilledError

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "queue_within", dies)
        with pytest.raises(_KilledError):
            write_rungs(story.office.app)
    assert story.papers("callback_fax") == []
    assert story.rungs() == ["fax waiting"]
    write_rungs(story.office.app)
    send_in_the_window(story)
    write_rungs(story.office.app)
    assert (len(story.papers("callback_fax")), len(story.faxes())) == (1, 1)
    assert story.rungs() == ["fax done"]


def test_fax_waits_when_somebody_holds_the_case_for_long(
    postgres_story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not left out for that, or the ladder would go on to the next level without it."""
    story = postgres_story
    firm_with_a_fax_to_write(story)
    kept_waiting(story.office.app, monkeypatch)
    write_rungs(story.office.app)
    assert (story.rungs(), story.open_tasks()) == (["fax waiting"], [])
    write_rungs(story.office.app)
    send_in_the_window(story)
    write_rungs(story.office.app)
    assert (story.rungs(), len(story.faxes())) == (["fax done"], 1)


def test_fax_that_the_database_never_lets_be_written_is_told_of(story: Story) -> None:
    """It waits; after an hour somebody sees that it does, and not once in every round."""
    firm_with_a_fax_to_write(story)
    app = story.office.app
    with app.db.write() as tx:
        tx.exec_driver_sql("create trigger trouble before insert on documents begin select * from gone; end")
    write_rungs(app)
    assert (story.rungs(), story.office.alarms().count("rung.waits")) == (["fax waiting"], 0)
    story.office.run(3600)
    write_rungs(app)
    write_rungs(app)
    assert (story.rungs(), story.office.alarms().count("rung.waits")) == (["fax waiting"], 1)


@pytest.mark.parametrize("rows", [pytest.param(f"{NO_STREET};Frau Birke;Leiter Buchhaltung;030 23125402;Durchwahl;")])
def test_letter_without_an_address_is_left_out_with_a_word_and_the_ladder_goes_on(
    make_story: object, rows: str
) -> None:
    story: Story = make_story(more=LETTERS)  # type: ignore[operator]
    story.brings(rows)
    story.until(lambda: story.case().status == "legal_review")
    assert story.rungs() == ["letter skipped"]
    assert notes(story) == [
        "case 1: debtors.street is empty; a letter needs the whole address (--street)",
    ]
    assert story.open_tasks() == ["delivery_failed", "legal_review", "find_contact"]
    assert "ladder.not_written" in story.office.alarms()


def test_file_that_cannot_be_written_keeps_no_other_waiting(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.brings(*MILL, ERIKA_ROW)
    at = story.office.clock.now()
    with story.office.app.db.write() as tx:
        for case_id in (1, 2):
            make_task(
                tx,
                case_id=case_id,
                kind=TaskKind.LEGAL_REVIEW,
                origin=TaskOrigin.LADDER,
                ref="ladder 2026-10-19",
                due_on=at.date(),
                at=at,
                actor="system",
            )
    written = outbox.write_dossier

    def breaks(app: App, case_id: int, *, actor: str) -> object:
        if case_id == 1:
            raise RuntimeError("a template nobody has tried")
        return written(app, case_id, actor=actor)

    monkeypatch.setattr(outbox, "write_dossier", breaks)
    monkeypatch.setattr(outbox, "BATCH", 1)
    assert outbox.file_reviews(story.office.app) == 1
    assert len(story.papers("dossier", 2)) == 1
    assert story.office.alarms() == ["dossier.not_written"]


@pytest.mark.parametrize("queued", [False, True])
def test_rung_of_a_case_that_the_configuration_has_lost_keeps_no_other_waiting(
    either_story: Story, *, queued: bool
) -> None:
    """Nor the outbox, which comes after the rungs; and nothing goes out once the rung was given up."""
    story = either_story
    firm_with_a_fax_to_write(story)
    app = story.office.app
    if queued:
        write_rungs(app)
        story.to(10, 29, 9, 30)
    story.brings(*(row.replace("K1", "K9").replace("F1", "F9").replace("2312540", "2312545") for row in MILL))
    with app.db.write() as tx:
        tx.execute(tables.debtors.update().where(tables.debtors.c.id == 1).values(segment="gone"))
        contact = story.contact("accounts_payable", 2).id
        rungs.begin(tx, 2, contact_id=contact, rung=Rung.FAX, why="refusals", at=story.office.clock.now())
    before = story.office.alarms()
    story.housekeeping.round(Event())
    assert story.rungs(2) == ["fax running"]
    assert story.rungs() == ["fax withdrawn" if queued else "fax skipped"]
    assert story.office.alarms() == [*before, "ladder.not_written"]
    assert story.open_tasks() == ["delivery_failed"]
    with app.db.write() as tx:
        tx.execute(tables.debtors.update().where(tables.debtors.c.id == 1).values(segment="business"))
    story.to(10, 30, 9, 30)
    send_documents(app)
    assert {row.case_id: row.state for row in delivered(story)} == {2: "handed_over"} | (
        {1: "failed"} if queued else {}
    )


def test_fax_without_a_gateway_becomes_a_letter(story: Story) -> None:
    story.office.app.config.__dict__["fax"] = None
    firm_with_a_letter(story)
    assert story.rungs()[0] == "letter done"
    assert len(story.printed()) == 1
    assert story.server.box.heard == []


def firm_with_a_letter(story: Story) -> None:
    story.brings(*MILL)
    story.until(lambda: story.rungs()[:1] == ["letter done"])


def test_letter_of_the_ladder_is_written_anew_when_part_was_paid_meanwhile(
    make_story: Callable[..., Story], database_url: str
) -> None:
    story = make_story(database_url, more=LETTERS)
    app = story.office.app
    story.brings(*MILL)
    story.outbox = lambda: None  # type: ignore[method-assign]
    story.until(lambda: story.rungs() == ["letter waiting"])
    write_rungs(app)
    story.pays("F1;28.10.2026;4.000,00;EUR;R-1;Mühlen Weber GmbH;B-1")
    assert send_documents(app).held_back == 1
    assert story.rungs() == ["letter withdrawn"]
    story.until(lambda: story.rungs() == ["letter withdrawn", "letter waiting"])
    write_rungs(app)
    assert send_documents(app).handed_over == 1
    assert len(story.printed()) == 1
    assert [e.facts["owed"] for e in story.log("document.written")] == [{"1": 420_000}, {"1": 20_000}]
    assert story.open_tasks() == []


def test_one_fax_that_waits_keeps_no_other_waiting(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    firm_with_a_fax_to_write(story)
    write_rungs(story.office.app)
    send_documents(story.office.app)
    assert story.rungs() == ["fax running"]
    monkeypatch.setattr(outbox, "BATCH", 1)
    story.brings(*(row.replace("K1", "K9").replace("F1", "F9").replace("2312540", "2312545") for row in MILL))
    with story.office.app.db.write() as tx:
        rungs.begin(
            tx,
            2,
            contact_id=story.contact("accounts_payable", 2).id,
            rung=Rung.FAX,
            why="refusals",
            at=story.office.clock.now(),
        )
    assert write_rungs(story.office.app) == 1
    assert story.rungs(2) == ["fax running"]
