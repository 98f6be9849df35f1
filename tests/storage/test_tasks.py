"""Tasks as stored: once for each thing, due lists in order, done once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from dialer.core.casework import TaskOrigin, TaskState
from dialer.storage import tables, tasks

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TUESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 27)


@pytest.fixture
def add(db):
    def go(filed, **values):
        usual = {"kind": "check_account", "origin": TaskOrigin.DISPOSITION, "ref": "attempt 1", "note": ""}
        with db.write() as tx:
            return tasks.add_task(
                tx, **{**usual, "case_id": filed.case_id, "due_on": TUESDAY, "at": NOW, "actor": "anna", **values}
            )

    return go


def of_case(db, filed, **which):
    with db.read() as tx:
        return tasks.of_case(tx, filed.case_id, **which)


def test_same_task_is_made_once_even_when_it_is_done(db, file_case, add):
    anna, ben = file_case(), file_case()
    assert add(anna)
    assert not add(anna, due_on=FRIDAY, note="again")
    assert add(anna, ref="attempt 2")
    assert add(anna, kind="write")
    assert add(ben)
    with db.write() as tx:
        assert tasks.finish(tx, of_case(db, ben)[0].id, at=NOW, actor="ben")
    assert not add(ben)
    assert [(t.kind, t.ref, t.due_on, t.note) for t in of_case(db, anna)] == [
        ("check_account", "attempt 1", TUESDAY, ""),
        ("check_account", "attempt 2", TUESDAY, ""),
        ("write", "attempt 1", TUESDAY, ""),
    ]


def test_two_at_the_same_moment_make_one(db, file_case, add, at_once):
    anna = file_case()
    assert sorted(at_once(4, lambda _: add(anna))) == [False, False, False, True]
    assert len(of_case(db, anna)) == 1


def test_task_is_done_once_and_kept(db, file_case, add):
    anna = file_case()
    add(anna)
    (made,) = of_case(db, anna)
    with db.write() as tx:
        done = [tasks.finish(tx, made.id, at=NOW, actor=name) for name in ("ben", "anna")]
        assert not tasks.snooze(tx, made.id, until=FRIDAY)
        assert not tasks.finish(tx, 99, at=NOW, actor="ben")
    assert done == [True, False]
    (task,) = of_case(db, anna)
    assert (task.state, task.done_at, task.done_by, task.due_on) == (TaskState.DONE, NOW, "ben", TUESDAY)
    assert of_case(db, anna, state=TaskState.OPEN) == ()


def test_due_list_is_in_order_and_ends_with_its_day(db, file_case, add):
    anna, ben = file_case(assigned_to="anna"), file_case()
    add(ben, due_on=FRIDAY)
    add(anna, ref="late", due_on=date(2026, 11, 28))
    add(anna, due_on=TUESDAY)
    add(anna, ref="for ben", assigned_to="ben")
    with db.read() as tx:
        due = tasks.due_tasks(tx, until=FRIDAY)
        mine = tasks.due_tasks(tx, until=FRIDAY, assigned_to="anna")
    assert [(d.task.ref, d.debtor, d.user) for d in due] == [
        ("attempt 1", "Debtor 1", "anna"),
        ("for ben", "Debtor 1", "ben"),
        ("attempt 1", "Debtor 2", None),
    ]
    assert [(d.task.ref, d.debtor) for d in mine] == [("attempt 1", "Debtor 1"), ("attempt 1", "Debtor 2")]


def test_snoozed_task_comes_back(db, file_case, add):
    anna = file_case()
    add(anna)
    with db.write() as tx:
        assert tasks.snooze(tx, of_case(db, anna)[0].id, until=FRIDAY)
        assert tasks.due_tasks(tx, until=date(2026, 11, 26)) == []
        assert [d.task.due_on for d in tasks.due_tasks(tx, until=FRIDAY)] == [FRIDAY]


@pytest.mark.parametrize("wrong", [{"origin": "dream"}, {"state": "snoozed"}, {"state": "done"}, {"case_id": 99}])
def test_engine_refuses_tasks_that_make_no_sense(db, file_case, wrong):
    filed = file_case()
    usual = {
        "case_id": filed.case_id,
        "kind": "write",
        "origin": "manual",
        "ref": "x",
        "note": "",
        "due_on": TUESDAY,
        "state": "open",
        "made_at": NOW,
        "made_by": "anna",
    }
    with pytest.raises(sa.exc.IntegrityError), db.write() as tx:
        tx.execute(tables.tasks.insert().values({**usual, **wrong}))
