"""Stages and orders as stored."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dialer.core.case import CaseStatus, Stage
from dialer.core.casework import OrderKind
from dialer.storage import book, stages, tables

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def test_stages_come_back_in_the_order_entered_and_move_the_case(db, file_case):
    anna, ben = file_case(status="legal_review"), file_case()
    with db.write() as tx:
        assert stages.last(tx, anna.case_id) is None
        for stage, facts in ((Stage.LEGAL_REVIEW, {}), (Stage.COURT_DUNNING, {"court": "AG Köln"})):
            stages.enter(tx, anna.case_id, stage, on=TODAY, facts=facts, at=NOW, actor="anna")
    with db.read() as tx:
        found, last = stages.of_case(tx, anna.case_id), stages.last(tx, anna.case_id)
        assert [(e.stage, e.on, e.facts, e.at, e.by) for e in found] == [
            (Stage.LEGAL_REVIEW, TODAY, {}, NOW, "anna"),
            (Stage.COURT_DUNNING, TODAY, {"court": "AG Köln"}, NOW, "anna"),
        ]
        assert last == found[-1]
        assert book.load_case(tx, anna.case_id).stage is Stage.COURT_DUNNING
        assert book.load_case(tx, ben.case_id).stage is Stage.TELEPHONE


def test_case_handed_over_by_the_ladder_or_closed_by_its_status_has_that_stage(db, file_case):
    review, closed = file_case(status="legal_review"), file_case(status="closed")
    again = file_case(status="open", stage="closed")
    with db.read() as tx:
        found = [book.load_case(tx, filed.case_id).stage for filed in (review, closed, again)]
    assert found == [Stage.LEGAL_REVIEW, Stage.CLOSED, Stage.TELEPHONE]


def test_orders_keep_their_answers(db, file_case):
    anna = file_case()
    with db.write() as tx:
        order_id = stages.add_order(tx, anna.case_id, OrderKind.BAILIFF, at=NOW, actor="anna")
        stages.answer_items(tx, order_id, {"title": True, "substitute_arrest": False})
        stages.complete_order(tx, order_id, at=NOW)
        stages.complete_order(tx, order_id, at=datetime(2027, 1, 1, tzinfo=UTC))
    with db.read() as tx:
        (order,) = stages.orders_of_case(tx, anna.case_id)
        assert stages.order_by_id(tx, order_id) == order
        assert stages.order_by_id(tx, 99) is None
    assert (order.items, order.completed_at) == ({"title": True, "substitute_arrest": False}, NOW)


def test_near_limitation_are_cases_that_owe_something_old_and_are_not_closed(db, file_case):
    old, paid, closed, young = file_case(), file_case(), file_case(status=CaseStatus.CLOSED), file_case()
    with db.write() as tx:
        for filed in (old, paid, closed):
            mine = tables.claims.c.case_id == filed.case_id
            tx.execute(tables.claims.update().where(mine).values(due_date=date(2023, 12, 31)))
        mine = tables.claims.c.case_id == paid.case_id
        tx.execute(tables.claims.update().where(mine).values(paid_minor=12_000))
        assert stages.near_limitation(tx, due_until=date(2023, 12, 31)) == [old.case_id]
        assert stages.near_limitation(tx, due_until=date(2023, 12, 30)) == []
        assert stages.near_limitation(tx, due_until=date(2026, 12, 31)) == [old.case_id, young.case_id]
