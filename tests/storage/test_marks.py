"""What people noted about a case: one standing mark of a kind, wishes side by side, nothing forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from dialer.core.case import MarkKind
from dialer.core.marks import Mark
from dialer.storage import marks, tables

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
GIVEN = datetime(2026, 11, 2, 23, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 23, 23, 0, tzinfo=UTC)
MARCH = datetime(2027, 3, 1, 23, 0, tzinfo=UTC)

CEASE = Mark(kind=MarkKind.CEASE, given_at=GIVEN)
MORATORIUM = Mark(kind=MarkKind.MORATORIUM, given_at=GIVEN, until=JANUARY)
LONGER = Mark(kind=MarkKind.MORATORIUM, given_at=GIVEN, until=MARCH)
NOTICE = Mark(kind=MarkKind.RDG13A, given_at=GIVEN)
MORNINGS = Mark(kind=MarkKind.WISH, given_at=GIVEN, text="mon-fri 08:00-12:00")
SATURDAYS = Mark(kind=MarkKind.WISH, given_at=GIVEN, text="sat 08:00-20:00")


@pytest.fixture
def set_marks(db):
    def go(case_id, *new, actor="anna", at=NOW):
        with db.write() as tx:
            for mark in new:
                marks.set_mark(tx, case_id, mark, actor=actor, at=at)

    return go


@pytest.fixture
def lift(db):
    def go(case_id, kind, *, actor="ben", at=LATER):
        with db.write() as tx:
            return marks.lift_mark(tx, case_id, MarkKind(kind), actor=actor, at=at)

    return go


@pytest.fixture
def standing(db):
    def go(case_id):
        with db.read() as tx:
            return marks.of_case(tx, case_id)

    return go


def stored(db):
    with db.read() as tx:
        columns = ("kind", "until", "text", "set_by", "set_at", "lifted_at", "lifted_by")
        query = sa.select(*(tables.marks.c[name] for name in columns)).order_by(tables.marks.c.id)
        return [tuple(row) for row in tx.execute(query)]


def test_marks_come_back_as_they_were_set(file_case, set_marks, standing):
    anna, ben = file_case(), file_case()
    set_marks(anna.case_id, CEASE, MORATORIUM, NOTICE, MORNINGS)
    assert standing(anna.case_id) == (CEASE, MORATORIUM, NOTICE, MORNINGS)
    assert standing(ben.case_id) == ()


def test_lifted_mark_stands_no_longer_and_is_kept(db, file_case, set_marks, lift, standing):
    anna = file_case()
    set_marks(anna.case_id, CEASE, NOTICE)
    assert lift(anna.case_id, "cease") == 1
    assert standing(anna.case_id) == (NOTICE,)
    assert stored(db) == [
        ("cease", None, None, "anna", NOW, LATER, "ben"),
        ("rdg13a", None, None, "anna", NOW, None, None),
    ]


def test_nothing_to_lift(file_case, set_marks, lift, standing):
    anna, ben = file_case(), file_case()
    set_marks(anna.case_id, CEASE)
    assert lift(anna.case_id, "attorney") == 0
    assert lift(ben.case_id, "cease") == 0
    assert standing(anna.case_id) == (CEASE,)
    assert [lift(anna.case_id, "cease"), lift(anna.case_id, "cease")] == [1, 0]


def test_newer_mark_takes_the_place_of_the_older(db, file_case, set_marks, standing):
    anna = file_case()
    set_marks(anna.case_id, MORATORIUM)
    set_marks(anna.case_id, LONGER, actor="ben", at=LATER)
    assert standing(anna.case_id) == (LONGER,)
    assert stored(db) == [
        ("moratorium", JANUARY, None, "anna", NOW, LATER, "ben"),
        ("moratorium", MARCH, None, "ben", LATER, None, None),
    ]


def test_wishes_stand_side_by_side_but_the_same_only_once(file_case, set_marks, lift, standing):
    anna = file_case()
    set_marks(anna.case_id, MORNINGS, SATURDAYS, MORNINGS)
    assert standing(anna.case_id) == (SATURDAYS, MORNINGS)
    assert lift(anna.case_id, "wish") == 2
    assert standing(anna.case_id) == ()


def row(filed, **values):
    usual = {"case_id": filed.case_id, "kind": "cease", "given_at": GIVEN, "set_by": "anna", "set_at": NOW}
    return usual | values


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "maybe"},
        {"kind": "wrong_party"},
        {"kind": "moratorium"},
        {"kind": "prior_consent"},
        {"until": JANUARY},
        {"kind": "rdg13a", "until": JANUARY},
        {"kind": "wish"},
        {"text": "mon 08:00-12:00"},
        {"lifted_at": LATER},
        {"lifted_by": "ben"},
        {"case_id": 99},
        {"given_at": None},
        {"set_by": None},
    ],
)
def test_engine_refuses_marks_that_make_no_sense(db, file_case, wrong):
    anna = file_case()
    with pytest.raises(sa.exc.IntegrityError), db.write() as tx:
        tx.execute(tables.marks.insert().values(row(anna, **wrong)))


def test_engine_keeps_one_standing_mark_of_a_kind(db, file_case):
    anna, ben = file_case(), file_case()
    with db.write() as tx:
        for values in (row(anna, lifted_at=NOW, lifted_by="anna"), row(anna), row(anna, kind="attorney"), row(ben)):
            tx.execute(tables.marks.insert().values(values))
    with pytest.raises(sa.exc.IntegrityError), db.write() as tx:
        tx.execute(tables.marks.insert().values(row(anna)))


def test_engine_knows_every_kind(db, file_case, set_marks, standing):
    anna = file_case()
    for kind in MarkKind:
        until = JANUARY if kind in (MarkKind.MORATORIUM, MarkKind.PRIOR_CONSENT) else None
        text = "sun 08:00-20:00" if kind is MarkKind.WISH else None
        set_marks(anna.case_id, Mark(kind=kind, given_at=GIVEN, until=until, text=text))
    assert [mark.kind for mark in standing(anna.case_id)] == list(MarkKind)
