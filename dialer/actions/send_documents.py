"""The outbox's worker: judged and claimed in one transaction, handed over at most once, its end written down.

Between the commit that claims a delivery and the word of what came of it nothing is retried. A server that accepted
nothing may be tried again; a connection that died after the document had been sent leaves it unknown, and a person
finds out. A worker that dies in between leaves it claimed: later it is unknown, too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event

import structlog

from dialer.actions import fence
from dialer.actions.addressee import addressee, silent
from dialer.actions.delivery_end import Step, closed_meanwhile, handed_over, held_back, in_vain, outdated, unknown
from dialer.actions.hand_over import hand_over, ready
from dialer.actions.judge_attempt import Judged
from dialer.actions.situation import Situation, find_phone, look
from dialer.actions.transport import FRESH
from dialer.actions.verdict_json import verdict_json
from dialer.app import App
from dialer.core.case import Contact, Phone
from dialer.core.casework import DeliveryState, DocumentKind
from dialer.core.errors import BadInput, DialerError, NotFound
from dialer.core.facts import Wording
from dialer.core.outcome import Channel, Mode
from dialer.core.permit import judge
from dialer.core.policy import Document as ToSign
from dialer.documents.reading import text_of
from dialer.mail.handover import HandedOver, Handover, NotTaken, Uncertain
from dialer.storage import deliveries, documents
from dialer.storage.database import UNAVAILABLE, Transaction
from dialer.storage.deliveries import Delivery
from dialer.storage.documents import Document
from dialer.storage.entries import SYSTEM

BATCH = 20

GONE = timedelta(minutes=15)
"""A worker that has said nothing for so long is gone; longer than all its time-outs together."""

WAITS = tuple(timedelta(seconds=s) for s in (1, 5, 15, 30))
"""Before the end of a delivery is noted once more; with the database's own time-outs far shorter than GONE."""

UNSURE_WAIT = timedelta(minutes=1)
"""How soon it is asked again whether anything may ring."""

NOT_FOUND_OUT = "whether anything may ring could not be found out; the program's log has the details"

POISON_WAIT = timedelta(hours=1)
"""How long a delivery that breaks the program is left alone."""

_TO_SIGN = {
    DocumentKind.INSTALMENT_AGREEMENT: ToSign.INSTALMENT_AGREEMENT,
    DocumentKind.ACKNOWLEDGEMENT: ToSign.ACKNOWLEDGEMENT,
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a round of the outbox did."""

    handed_over: int = 0
    held_back: int = 0
    in_vain: int = 0
    unknown: int = 0

    @property
    def idle(self) -> bool:
        """True when nothing was due."""
        return not (self.handed_over or self.held_back or self.in_vain or self.unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claimed:
    """A delivery that is ours to hand over, once; what the gate said holds for the instant `at`."""

    at: datetime
    delivery: Delivery
    document: Document
    situation: Situation
    pdf: bytes


def send_documents(app: App, *, stop: Event | None = None) -> Posted:
    """Do what is due; whatever goes wrong with one delivery stops no other."""
    count = Counter[str](unknown=heal(app))
    with app.db.read() as tx:
        waiting = deliveries.due(tx, now=app.clock.now(), limit=BATCH)
    unsure: str | None = None
    for delivery_id in waiting:
        if stop is not None and stop.is_set():
            break
        if _rings(app, delivery_id) and (unsure := unsure or _obstacle(app)):
            _put_off(app, delivery_id, unsure)
            count["held_back"] += 1
        else:
            count[_guarded(app, delivery_id)] += 1
    return Posted(**count)


def _rings(app: App, delivery_id: int) -> bool:
    """A fax does, and counts calls: it waits like one until no call is missing that was made before."""
    with app.db.read() as tx:
        delivery = deliveries.by_id(tx, delivery_id)
    return delivery is not None and delivery.channel is Channel.FAX


def _obstacle(app: App) -> str | None:
    """Why nothing may ring now; whatever goes wrong with the question stops no letter."""
    try:
        return fence.obstacle(app)
    except Exception:
        log.exception("delivery.unsure")
        return NOT_FOUND_OUT


def _put_off(app: App, delivery_id: int, why: str) -> None:
    with app.db.write() as tx:
        step = _step(app, tx, delivery_id)
        if step.delivery.state is DeliveryState.WAITING:
            deliveries.postpone(tx, delivery_id, until=step.now + UNSURE_WAIT, error=why)


def heal(app: App) -> int:
    """What a worker had claimed before it vanished may have been sent: it becomes unknown. How many there were."""
    with app.db.read() as tx:
        left = deliveries.stale(tx, before=app.clock.now() - GONE)
    for delivery_id in left:
        with app.db.write() as tx:
            step = _step(app, tx, delivery_id)
            if step.delivery.state is DeliveryState.SENDING:
                unknown(step, "the program stopped while it was being handed over")
    return len(left)


def _guarded(app: App, delivery_id: int) -> str:
    """One delivery; what came of it in the words of Posted."""
    try:
        claimed = _claim(app, delivery_id)
        return _surely_finish(app, claimed, _hand_over(app, claimed)) if claimed else "held_back"
    except DialerError as error:
        log.warning("delivery.error", delivery=delivery_id, error=str(error))
        _push_ahead(app, delivery_id, str(error))
    except Exception as error:
        log.exception("delivery.poison", delivery=delivery_id)
        _push_ahead(app, delivery_id, f"{type(error).__name__} (details in the program's log)")
    return "in_vain"


def _claim(app: App, delivery_id: int) -> _Claimed | None:
    """Ask the gate and take the delivery, in one transaction; None when it has to wait, or somebody else has it."""
    with app.db.write() as tx:
        step = _step(app, tx, delivery_id)
        delivery = step.delivery
        document = documents.by_id(tx, delivery.document_id)
        if document is None or delivery.state is not DeliveryState.WAITING:
            return None
        if problem := ready(app.config, delivery.transport):
            raise BadInput(problem)
        pdf = _unchanged(tx, document)
        judged, contact = _judged(step, document, pdf)
        said = verdict_json(judged.verdict, language="en")
        if not judged.verdict.allowed:
            held_back(step, said, judged.verdict.not_before)
            return None
        case = judged.situation.case
        if closed_meanwhile(step, case) or outdated(step, case, documents.owed_when_made(tx, document)):
            return None
        if not deliveries.claim(tx, delivery.id, verdict=said, at=step.now):
            return None
        personal = {"to": delivery.recipient, "contact": contact.name, "facts": judged.document}
        step.log("delivery.passed", personal, sha256=document.sha256, tries=delivery.tries + 1, verdict=said)
    return _Claimed(at=step.now, delivery=delivery, document=document, situation=judged.situation, pdf=pdf)


def _unchanged(tx: Transaction, document: Document) -> bytes:
    pdf = documents.pdf_of(tx, document.id)
    if documents.sha256(pdf) != document.sha256:
        raise BadInput(f"document {document.id} is not what was written: its hash differs")
    return pdf


def _judged(step: Step, document: Document, pdf: bytes) -> tuple[Judged, Contact]:
    """The gate's word on this very file: its words are read from it, not from what it was made of."""
    app, delivery, now = step.app, step.delivery, step.now
    situation = look(app, step.tx, delivery.case_id)
    contact, phone = _line(situation, delivery)
    wording = Wording(text=text_of(pdf), level=contact.role.level, language=document.language)
    mode = Mode.PROGRESSIVE if delivery.made_by == SYSTEM else Mode.PREVIEW
    facts = situation.facts(contact, phone, now, channel=delivery.channel, mode=mode, wording=wording)
    facts = replace(facts, document=_TO_SIGN.get(document.kind))
    return Judged(situation=situation, facts=facts, verdict=judge(facts, app.law, now)), contact


def _line(situation: Situation, delivery: Delivery) -> tuple[Contact, Phone]:
    """Whom it reaches, and where it rings; to a number that has left the book nothing is sent."""
    if delivery.phone_id is None:
        return addressee(situation.case, delivery.contact_id), silent(situation.case)
    found = find_phone(situation.case, delivery.phone_id)
    if found is None or found[1].e164 != delivery.recipient:
        raise BadInput(f"delivery {delivery.id}: its fax line is gone from case {delivery.case_id}")
    return found


def _hand_over(app: App, claimed: _Claimed) -> Handover:
    """From here on the world outside may know of it."""
    creditor, now = claimed.situation.creditor, app.clock.now()
    if now > claimed.at + FRESH:
        return NotTaken(why="the program was held up between the gate and handing it over")
    return hand_over(app.config, claimed.delivery, claimed.document, claimed.pdf, creditor=creditor, now=now)


def _surely_finish(app: App, claimed: _Claimed, came_of_it: Handover) -> str:
    """What came of it is known here alone: a database that keeps us waiting is asked again."""
    for wait in WAITS:
        try:
            return _finish(app, claimed, came_of_it)
        except UNAVAILABLE:
            log.warning("delivery.end_waits", delivery=claimed.delivery.id)
            app.clock.sleep_until(app.clock.now() + wait)
    return _finish(app, claimed, came_of_it)


def _finish(app: App, claimed: _Claimed, came_of_it: Handover) -> str:
    with app.db.write() as tx:
        step = _step(app, tx, claimed.delivery.id)
        match came_of_it:
            case HandedOver():
                handed_over(step, claimed.document, came_of_it)
                return "handed_over"
            case Uncertain():
                unknown(step, came_of_it.why)
                return "unknown"
            case NotTaken():
                in_vain(step, came_of_it)
                return "in_vain"


def _push_ahead(app: App, delivery_id: int, text: str) -> None:
    """What broke the program before it was claimed waits an hour; what was claimed stays so, and becomes unknown."""
    with app.db.write() as tx:
        step = _step(app, tx, delivery_id)
        if step.delivery.state is DeliveryState.WAITING:
            deliveries.postpone(tx, delivery_id, until=step.now + POISON_WAIT, error=text)
        step.alarm("delivery.error", text)
        step.log("delivery.error", text=text)


def _step(app: App, tx: Transaction, delivery_id: int) -> Step:
    """The delivery, locked with its case; the clock is read only then: waiting for them may take half a minute."""
    delivery = deliveries.by_id(tx, delivery_id, lock=True)
    if delivery is None:
        raise NotFound(f"there is no delivery {delivery_id}")
    return Step(app=app, tx=tx, delivery=delivery, now=app.clock.now())
