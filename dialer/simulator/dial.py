"""<Dial>: into a conference, or to other numbers as child legs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialer.simulator import callbacks, rooms
from dialer.simulator.bridge import Bridge
from dialer.simulator.document import Outcome, Target
from dialer.simulator.exchange import Request
from dialer.simulator.twiml import Page, flag, seconds, spoken

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from dialer.simulator.engine import Engine
    from dialer.simulator.leg import Leg
    from dialer.simulator.process import Steps
    from dialer.simulator.signature import Form

LEFT: Form = [("DialCallStatus", "answered")]


def dial(engine: Engine, leg: Leg, element: ET.Element, page: Page) -> Steps[Outcome]:
    conference = element.find("Conference")
    if conference is not None:
        try:
            fields = yield from _confer(engine, leg, element, noun=conference, page=page)
        except GeneratorExit:
            _ask_all_the_same(engine, leg, element, page)
            raise
    else:
        fields = yield from Bridge(engine, leg, element, page).run()
    action = element.get("action")
    if action is None:
        return None
    return Target(page.resolve(action), element.get("method", "POST"), extra=fields)


def _ask_all_the_same(engine: Engine, leg: Leg, element: ET.Element, page: Page) -> None:
    """Twilio asks what follows also when it was hanging up that ended it; nobody hears the answer.

    Like any news of an end it may be lost.
    """
    action = element.get("action")
    if action is None or leg.live or engine.faults.callback() == "lost":  # a leg that lives was redirected
        return
    form = [*callbacks.standard(engine, leg, leg.record.status), *LEFT]
    request = Request(element.get("method", "POST"), page.resolve(action), form, leg.record.sid, standard=form)
    engine.post(request, lambda _reply: None)


def _confer(engine: Engine, leg: Leg, element: ET.Element, *, noun: ET.Element, page: Page) -> Steps[Form]:
    room = engine.rooms.get(spoken(noun)) or rooms.open_room(engine, noun, page)
    seat = rooms.enter(engine, leg, room, noun=noun, star=flag(element, "hangupOnStar"))
    limit = engine.timeline.after(seconds(element, "timeLimit", 14400), seat.out.fire)
    try:
        yield seat.out.wait()
    finally:
        limit.cancel()
        rooms.leave(engine, seat)
    return LEFT
