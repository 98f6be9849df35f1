"""The ladder's part of the outbox: faxes and letters that it wants are written, and case files for legal review.

A rung waits in the database until its document stands in the outbox. Document, delivery and rung are noted in one
transaction, so that a worker that dies before leaves nothing behind, and nothing is sent twice.
"""

from __future__ import annotations

from threading import Event

import structlog

from dialer.actions.alarms import TELL_EVERY, raise_alarm, told_lately
from dialer.actions.climb_ladder import NOT_SENT, Ladder, end_of, finish_rung, take_back_rung, withdraw_rung
from dialer.actions.document_data import Order
from dialer.actions.dossier import write_dossier
from dialer.actions.hand_over import ready
from dialer.actions.make_task import make_task
from dialer.actions.queue_delivery import queue_within
from dialer.actions.situation import Situation, look
from dialer.actions.write_document import keep_within, print_document
from dialer.app import App
from dialer.core.casework import DeliveryState, DocumentKind, Rung, RungState, TaskOrigin, Transport
from dialer.core.errors import BadInput, DialerError, NotFound
from dialer.core.ladder import unwanted
from dialer.core.tasks import TaskKind
from dialer.storage import book, import_rows, rungs
from dialer.storage.database import UNAVAILABLE, Transaction
from dialer.storage.entries import SYSTEM
from dialer.storage.rungs import RungRow

BATCH = 20

KINDS = {Rung.FAX: DocumentKind.CALLBACK_FAX, Rung.LETTER: DocumentKind.REMINDER_LETTER}
WAYS = {Rung.FAX: (Transport.FAX_MAIL,), Rung.LETTER: (Transport.PRINT, Transport.MAIL)}
"""By which ways a rung can leave the house, the best first."""

UNDER_WAY = frozenset({DeliveryState.WAITING, DeliveryState.SENDING})

log = structlog.get_logger()


def write_rungs(app: App, *, stop: Event | None = None) -> int:
    """Write what the ladder wants, and note what has become of what it wanted before. How many rungs moved."""
    with app.db.read() as tx:
        found = rungs.on_paper(tx, now=app.clock.now(), limit=BATCH)
    moved = 0
    for row in found:
        if stop is not None and stop.is_set():
            break
        moved += _guarded(app, row)
    return moved


def file_reviews(app: App, *, stop: Event | None = None) -> int:
    """Write the file of each case that the ladder has put before a person. How many were written."""
    with app.db.read() as tx:
        found = rungs.to_file(tx)
    written = 0
    for case_id in found:
        # those that cannot be written stay in the list, and must not fill the batch
        if written == BATCH or (stop is not None and stop.is_set()):
            break
        try:
            write_dossier(app, case_id, actor=SYSTEM)
            written += 1
        except DialerError as error:
            _not_filed(app, case_id, str(error))
        except Exception as error:
            log.exception("dossier.poison", case_id=case_id)
            _not_filed(app, case_id, f"{type(error).__name__} (details in the program's log)")
    return written


def _not_filed(app: App, case_id: int, why: str) -> None:
    """One file that cannot be written stops no other, and somebody sees that it is missing."""
    with app.db.write() as tx:
        told = f"case {case_id} is under legal review, and its file cannot be written: {why}"
        raise_alarm(tx, at=app.clock.now(), kind="dossier.not_written", text=told, case_id=case_id)


def _guarded(app: App, row: RungRow) -> bool:
    """One rung; whatever goes wrong with it ends it and stops no other. For the database it waits."""
    try:
        return _one(app, row)
    except UNAVAILABLE:
        log.exception("rung.waits", rung=row.taken.id)
        _tell_that_it_waits(app, row)
        return False
    except DialerError as error:
        _give_up(app, row, str(error))
    except Exception as error:
        log.exception("rung.poison", rung=row.taken.id)
        _give_up(app, row, f"{type(error).__name__} (details in the program's log)")
    return True


def _tell_that_it_waits(app: App, row: RungRow) -> None:
    """The round after this one mostly does it; where none does, somebody has to see it."""
    now = app.clock.now()
    with app.db.write() as tx:
        if now >= row.taken.begun_at + TELL_EVERY and not told_lately(tx, "rung.waits", row.case_id, now):
            told = f"case {row.case_id}: the database does not let its {row.taken.rung.value} be written or ended"
            raise_alarm(tx, at=now, kind="rung.waits", text=told, case_id=row.case_id)


def _one(app: App, row: RungRow) -> bool:
    with app.db.read() as tx:
        overtaken = _overtaken(look(app, tx, row.case_id), row)
    if overtaken:
        with app.db.write() as tx:
            _withdraw(app, tx, look(app, tx, row.case_id, lock=True), row)
        return True
    if row.delivery_id is None:
        _write(app, row)
        return True
    if row.delivery in UNDER_WAY:
        return False
    _end(app, row, *end_of(row.delivery))
    return True


def _overtaken(situation: Situation, row: RungRow) -> bool:
    contact = situation.case.contact(row.taken.contact_id)
    return contact is None or unwanted(situation.view(contact), row.taken)


def _withdraw(app: App, tx: Transaction, situation: Situation, row: RungRow) -> None:
    """Take back the rung of a locked case, with what another worker may have queued for it since it was read."""
    current = rungs.open_of_case(tx, row.case_id)
    if current is None or current.taken.id != row.taken.id:
        return
    take_back_rung(Ladder(app=app, tx=tx, case=situation.case, now=app.clock.now()), current)


def _write(app: App, row: RungRow) -> None:
    """Write the document and put it into the outbox, noted with the rung. Raises BadInput naming what is missing."""
    rung = row.taken.rung
    transport = next((way for way in WAYS[rung] if ready(app.config, way) is None), None)
    if transport is None:
        raise BadInput(ready(app.config, WAYS[rung][0]) or "")
    order = Order(kind=KINDS[rung], contact_id=row.taken.contact_id)
    new = print_document(app, row.case_id, order, actor=SYSTEM)
    with app.db.write() as tx:
        situation = look(app, tx, row.case_id, lock=True)
        if _overtaken(situation, row):
            _withdraw(app, tx, situation, row)
            return
        written = keep_within(tx, new)
        delivery_id = queue_within(
            app, tx, written.document_id, transport, contact_id=row.taken.contact_id, actor=SYSTEM
        )
        if not rungs.attach(tx, row.taken.id, delivery_id):
            raise _TakenError


class _TakenError(DialerError):
    """Another worker was first; what this one wrote and queued is rolled back."""


def _give_up(app: App, row: RungRow, why: str) -> None:
    if why:
        _end(app, row, RungState.SKIPPED, why)


def _end(app: App, row: RungRow, state: RungState, note: str | None) -> None:
    with app.db.write() as tx:
        ladder = _ladder(app, tx, row.case_id)
        current = rungs.open_of_case(tx, row.case_id)
        if current is None or current.delivery_id != row.delivery_id:
            return  # another worker has carried it on
        if current.delivery in UNDER_WAY:
            withdraw_rung(ladder, current)  # given up: nothing goes out after that
        elif not finish_rung(ladder, row.taken.id, row.taken.rung, state, note):
            return
        if note and note != NOT_SENT:  # what the outbox could not send has a task of its own
            make_task(
                tx,
                case_id=row.case_id,
                kind=TaskKind.DELIVERY_FAILED,
                origin=TaskOrigin.LADDER,
                ref=f"rung {row.taken.id}",
                note=note,
                due_on=ladder.now.astimezone(app.site.zone).date(),
                at=ladder.now,
                actor=SYSTEM,
            )
            told = f"case {row.case_id}: {note}"
            raise_alarm(tx, at=ladder.now, kind="ladder.not_written", text=told, case_id=row.case_id)
        import_rows.plan_again(tx, [row.case_id], now=ladder.now, reason="changed")


def _ladder(app: App, tx: Transaction, case_id: int) -> Ladder:
    """The case without its settings: what the configuration has lost may be why its rung ends."""
    case = book.load_case(tx, case_id, lock=True)
    if case is None:
        raise NotFound(f"there is no case {case_id}")
    return Ladder(app=app, tx=tx, case=case, now=app.clock.now())
