"""Tasks: made by what collectors report and by hand, done, put off; each of it in the case's log."""

from __future__ import annotations

from datetime import date

import pytest
from office_kit import ERIKA, MILLS, Office

from dialer.actions.dispose import dispose
from dialer.actions.legal_stage import enter_stage
from dialer.actions.make_task import make_task
from dialer.actions.tasks import add_task, due_list, finish_task, snooze_task
from dialer.core.case import Stage
from dialer.core.casework import TaskOrigin
from dialer.core.disposition import Report
from dialer.core.errors import BadInput, NotFound
from dialer.core.outcome import Disposition
from dialer.storage import desks, tasks

TODAY = date(2026, 11, 24)


def stored(office: Office, case: int) -> list[tuple[str, str, date, str]]:
    with office.app.db.read() as tx:
        return [(t.kind, t.ref, t.due_on, t.note) for t in tasks.of_case(tx, case)]


@pytest.fixture
def talk(either_office):
    """Somebody was spoken to; what the collector says of it."""
    office = either_office
    case = office.case(ERIKA)
    office.collector()
    office.dial()
    office.run(30)

    def go(said: str, note: str = "") -> tuple[Office, int]:
        dispose(office.app, office.attempt(case).id, Report(disposition=Disposition(said)), actor="anna", note=note)
        return office, case

    return go


def test_dispute_is_to_be_cleared_within_five_days(talk):
    office, case = talk("dispute", note="Ware war defekt")
    assert stored(office, case) == [("clear_dispute", "attempt 1", date(2026, 11, 29), "Ware war defekt")]
    entry = office.entry(case, "task.made")
    assert entry.facts == {
        "task": "clear_dispute",
        "origin": "disposition",
        "ref": "attempt 1",
        "due_on": "2026-11-29",
    }
    assert (entry.actor, entry.personal) == ("anna", {"note": "Ware war defekt"})


@pytest.fixture
def spoken(office):
    """The same on one engine, where the engine does not matter."""
    case = office.case(ERIKA)
    office.collector()
    office.dial()
    office.run(30)
    return office, case


@pytest.mark.parametrize(
    ("said", "kind", "due"),
    [
        ("says_paid", "check_account", date(2026, 11, 27)),
        ("wrong_party", "delete_data", date(2026, 11, 25)),
        ("represented", "get_authority", date(2026, 11, 29)),
        ("do_not_call", "write", date(2026, 11, 25)),
        ("deceased", "find_heirs", date(2026, 12, 8)),
        ("cannot_pay", "ask_figures", date(2026, 11, 27)),
        ("insolvency", "file_insolvency", date(2026, 11, 27)),
    ],
)
def test_disposition_leaves_its_task(spoken, said, kind, due):
    office, case = spoken
    dispose(office.app, office.attempt(case).id, Report(disposition=Disposition(said)), actor="anna")
    assert [(k, d) for k, _, d, _ in stored(office, case)] == [(kind, due)]


def test_what_the_dialler_does_by_itself_leaves_no_task(spoken):
    office, case = spoken
    dispose(office.app, office.attempt(case).id, Report(disposition=Disposition.REFUSED), actor="anna")
    assert stored(office, case) == []
    assert "task.made" not in office.kinds(case)


# --- by hand ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def filed(office):
    with office.app.db.write() as tx:
        for name in ("anna", "ben"):
            desks.add_user(tx, name=name, phone=None)
    return office, office.business(MILLS, assigned_to="ben")


def test_task_by_hand_is_added_put_off_and_done(filed):
    office, case = filed
    made = add_task(office.app, case, note=" Lieferschein suchen ", due_on=TODAY, actor="anna")
    assert (made.kind, made.ref, made.note, made.assigned_to) == ("manual", "manual 1", "Lieferschein suchen", None)
    snooze_task(office.app, made.id, until=date(2026, 11, 26), actor="anna", reason="Archiv zu")
    assert due_list(office.app, until=date(2026, 11, 25)) == []
    finish_task(office.app, made.id, actor="ben", reason="liegt bei")
    assert office.kinds(case) == ["task.made", "task.snoozed", "task.done"]
    assert [e.personal for e in office.log(case)] == [
        {"note": "Lieferschein suchen"},
        {"note": "Archiv zu"},
        {"note": "liegt bei"},
    ]
    assert office.entry(case, "task.snoozed").facts == {"task": "manual", "ref": "manual 1", "until": "2026-11-26"}
    assert due_list(office.app, until=date(2026, 12, 31)) == []


def test_two_tasks_by_hand_are_two(filed):
    office, case = filed
    for _ in range(2):
        add_task(office.app, case, note="anrufen", due_on=TODAY, actor="anna")
    assert [ref for _, ref, _, _ in stored(office, case)] == ["manual 1", "manual 2"]


def test_due_list_of_a_user_holds_what_is_his_and_what_is_nobodys(filed):
    office, case = filed
    nobodys = office.case(ERIKA)
    add_task(office.app, case, note="Bens Akte", due_on=TODAY, actor="anna")
    add_task(office.app, case, note="für Anna", due_on=date(2026, 11, 25), assigned_to="anna", actor="ben")
    add_task(office.app, nobodys, note="egal wer", due_on=date(2026, 11, 26), actor="ben")
    last = date(2026, 11, 26)
    assert [d.task.note for d in due_list(office.app, until=last)] == ["Bens Akte", "für Anna", "egal wer"]
    assert [(d.task.note, d.user) for d in due_list(office.app, until=last, user="ben")] == [
        ("Bens Akte", "ben"),
        ("egal wer", None),
    ]
    assert [d.task.note for d in due_list(office.app, until=last, user="anna")] == ["für Anna", "egal wer"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"note": "  "}, "a task needs a note"),
        ({"due_on": date(2026, 11, 23)}, "2026-11-23 is no day for a task"),
        ({"due_on": date(2226, 11, 24)}, "2226-11-24 is no day for a task"),
        ({"assigned_to": "nobody"}, 'no active user "nobody"'),
    ],
)
def test_tasks_that_make_no_sense_are_refused(filed, wrong, why):
    office, case = filed
    usual = {"note": "anrufen", "due_on": TODAY, "actor": "anna"}
    with pytest.raises(BadInput, match=why):
        add_task(office.app, case, **{**usual, **wrong})
    assert stored(office, case) == []


def test_task_that_is_done_or_not_there_cannot_be_changed(filed):
    office, case = filed
    made = add_task(office.app, case, note="anrufen", due_on=TODAY, actor="anna")
    finish_task(office.app, made.id, actor="anna")
    with pytest.raises(BadInput, match="task 1 was done before, by anna"):
        finish_task(office.app, made.id, actor="ben")
    with pytest.raises(BadInput, match="task 1 was done before, by anna"):
        snooze_task(office.app, made.id, until=date(2026, 11, 30), actor="ben")
    with pytest.raises(NotFound, match="there is no task 99"):
        finish_task(office.app, 99, actor="anna")
    with pytest.raises(NotFound, match="there is no case 99"):
        add_task(office.app, 99, note="x", due_on=TODAY, actor="anna")


def test_same_thing_is_noted_once(filed):
    office, case = filed
    same = {"case_id": case, "kind": "chase_document", "origin": TaskOrigin.DOCUMENT, "ref": "document 3"}
    with office.app.db.write() as tx:
        made = [make_task(tx, **same, due_on=TODAY, at=office.clock.now(), actor="system") for _ in range(2)]
    assert made == [True, False]
    assert office.kinds(case) == ["task.made"]


def test_deadline_cannot_be_put_off_beyond_its_last_day(filed):
    office, case = filed
    facts = {"claim": "undisputed", "default_since": "2026-10-16", "court": "AG Wedding", "file_number": "26-1"}
    facts["order_served_on"] = "2026-11-20"
    enter_stage(office.app, case, Stage.COURT_DUNNING, facts=facts, on=TODAY, actor="anna")
    with office.app.db.read() as tx:
        by_kind = {task.kind: task for task in tasks.of_case(tx, case)}
    application, objection = by_kind["enforcement_application"], by_kind["order_objection"]
    with pytest.raises(BadInput, match="cannot wait beyond 2027-05-20: that is the last day"):
        snooze_task(office.app, application.id, until=date(2027, 5, 21), actor="anna")
    snooze_task(office.app, application.id, until=date(2027, 5, 20), actor="anna")
    # what begins when a period of the debtor's is over may wait
    snooze_task(office.app, objection.id, until=date(2026, 12, 24), actor="anna")
