"""Orders to third parties: a checklist answered point by point, and nothing goes out while one is open."""

from __future__ import annotations

from collections.abc import Mapping

from dialer.actions.mark_case import lock_case
from dialer.app import App
from dialer.core.case import Stage
from dialer.core.casework import OrderKind
from dialer.core.errors import BadInput, NotFound
from dialer.core.legal import BAILIFF_ORDER, open_items
from dialer.storage import book, entries, stages
from dialer.storage.database import Transaction
from dialer.storage.entries import NewEntry
from dialer.storage.stages import Order

WITH_TITLE = frozenset({Stage.ENFORCEMENT, Stage.TITLED})


def open_order(app: App, case_id: int, *, actor: str) -> Order:
    """A new order to the bailiff, nothing answered. Raises BadInput without an enforceable title, or NotFound."""
    now = app.clock.now()
    with app.db.write() as tx:
        case = book.load_case(tx, case_id, lock=True)
        if case is None:
            raise NotFound(f"there is no case {case_id}")
        if case.stage not in WITH_TITLE:
            raise BadInput(f"case {case_id} is at {case.stage}: a bailiff acts on an enforceable title alone")
        order_id = stages.add_order(tx, case_id, OrderKind.BAILIFF, at=now, actor=actor)
        facts = {"order": order_id, "kind": OrderKind.BAILIFF.value}
        entries.append(tx, NewEntry(case_id=case_id, at=now, kind="order.made", actor=actor, facts=facts))
        return _order(tx, order_id)


def answer_order(app: App, order_id: int, answers: Mapping[str, bool], *, actor: str) -> Order:
    """Answer points of the checklist. Raises BadInput for points that there are not, or NotFound."""
    now = app.clock.now()
    with app.db.write() as tx:
        order = _open(tx, order_id)
        names = [item.name for item in BAILIFF_ORDER]
        if unknown := sorted(set(answers) - set(names)):
            raise BadInput(f'the order has no point "{unknown[0]}"; known: {", ".join(names)}')
        stages.answer_items(tx, order_id, {**order.items, **answers})
        facts = {"order": order_id, **answers}
        entries.append(tx, NewEntry(case_id=order.case_id, at=now, kind="order.answered", actor=actor, facts=facts))
        return _order(tx, order_id)


def complete_order(app: App, order_id: int, *, actor: str) -> Order:
    """The order may go out. Raises BadInput naming every point that is open, or NotFound."""
    now = app.clock.now()
    with app.db.write() as tx:
        order = _open(tx, order_id)
        if lacking := open_items(order.items):
            points = ", ".join(f"{i.name} ({'yes or no' if i.answered else 'yes'}; {i.source})" for i in lacking)
            raise BadInput(f"order {order_id} is incomplete: {points}")
        stages.complete_order(tx, order_id, at=now)
        entry = NewEntry(
            case_id=order.case_id,
            at=now,
            kind="order.completed",
            actor=actor,
            facts={"order": order_id, **dict(order.items)},
        )
        entries.append(tx, entry)
        return _order(tx, order_id)


def _open(tx: Transaction, order_id: int) -> Order:
    """The order as it stands, its case locked."""
    lock_case(tx, _order(tx, order_id).case_id)
    order = _order(tx, order_id)
    if order.completed_at is not None:
        raise BadInput(f"order {order_id} is complete; make a new one for another measure")
    return order


def _order(tx: Transaction, order_id: int) -> Order:
    order = stages.order_by_id(tx, order_id)
    if order is None:
        raise NotFound(f"there is no order {order_id}")
    return order
