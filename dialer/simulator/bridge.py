"""<Dial> to numbers: child legs ring at once, the first to answer is put through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialer.simulator import hearing, talk
from dialer.simulator.document import Target, perform
from dialer.simulator.leg import Address, Amd, Leg, Plan
from dialer.simulator.process import Process, Signal, Steps
from dialer.simulator.twiml import Page, TwimlError, flag, seconds, spoken

if TYPE_CHECKING:
    from datetime import datetime
    from xml.etree import ElementTree as ET

    from dialer.simulator.engine import Engine
    from dialer.simulator.signature import Form
    from dialer.simulator.timeline import Action

NOUNS = ("Number", "Client", "Sip")
MAX_TIMEOUT = 600.0


class Bridge:
    """One <Dial>: from the first ring of its child legs to the end of the call between two."""

    def __init__(self, engine: Engine, leg: Leg, element: ET.Element, page: Page) -> None:
        self.engine, self.leg, self.element, self.page = engine, leg, element, page
        self.children: list[Leg] = []
        self.chosen: Leg | None = None
        self.put_through = Signal(engine.timeline)
        self.over = Signal(engine.timeline)

    def run(self) -> Steps[Form]:
        """Dial, wait, put through, wait; returns what the action request adds."""
        hearing.sound(self.leg)  # the ringing tone
        self.leg.audible = True
        try:
            self._dial_all()
            yield self.put_through.wait()
            if self.chosen is None:
                return self._fields(self.children[-1], self.children[-1].record.status)
            yield from self._together(self.chosen)
            self._drop_all()
            return self._fields(self.chosen, "completed")
        finally:
            self.leg.audible = False
            self._drop_all()

    def _dial_all(self) -> None:
        from dialer.simulator.life import begin  # noqa: PLC0415 -- a life runs documents, a document begins lives

        nouns = [noun for noun in self.element if noun.tag in NOUNS]
        for noun in nouns or [self.element]:
            child = self._child(noun)
            self.children.append(child)
            begin(self.engine, child)

    def _child(self, noun: ET.Element) -> Leg:
        number = spoken(noun)
        if not number:
            raise TwimlError(13223, "<Dial> without a number")
        to = f"client:{number}" if noun.tag == "Client" else number
        from_ = self.element.get("callerId") or self.leg.record.from_
        child = self.engine.new_leg(to=to, from_=from_, plan=self._plan(noun), parent=self.leg)
        child.when_answered.append(lambda: self._answered(child, noun))
        child.when_ended.append(self._one_ended)
        return child

    def _plan(self, noun: ET.Element) -> Plan:
        callback, detection = noun.get("statusCallback"), noun.get("machineDetection")
        verdicts = noun.get("amdStatusCallback")
        return Plan(
            status=self._address(callback, noun.get("statusCallbackMethod")) if callback else None,
            events=frozenset(noun.get("statusCallbackEvent", "completed").split()),
            # Twilio always adds five seconds here
            timeout=min(seconds(self.element, "timeout", 30), MAX_TIMEOUT) + 5,
            amd=Amd(
                detection,
                asynchronous=True,
                callback=self._address(verdicts, noun.get("amdStatusCallbackMethod")) if verdicts else None,
            )
            if detection
            else None,
        )

    def _address(self, url: str, method: str | None) -> Address:
        return Address(self.page.resolve(url), method or "POST")

    def _answered(self, child: Leg, noun: ET.Element) -> None:
        if self.chosen is not None or not child.live:
            return
        self.chosen = child
        for other in self.children:
            if other is not child:
                self.engine.end(other, "canceled", 487)
        whisper = noun.get("url")
        if whisper is None:
            self.put_through.fire()
            return
        target = Target(self.page.resolve(whisper), noun.get("method", "POST"))
        child.document = Process(perform(self.engine, child, target), on_end=self.put_through.fire).start()

    def _one_ended(self) -> None:
        if self.chosen is not None and not self.chosen.live:
            self.put_through.fire()
            self.over.fire()
        elif self.chosen is None and all(not child.live for child in self.children):
            self.put_through.fire()

    def _together(self, child: Leg) -> Steps[None]:
        engine, start = self.engine, self.engine.now
        child.when_detached.append(self.over.fire)
        limit = engine.timeline.after(seconds(self.element, "timeLimit", 14400), self.over.fire)
        self.leg.place = child.place = self
        for leg in (self.leg, child):
            hearing.sound(leg)
            leg.audible = True
        try:
            self._meet(child)
            yield self.over.wait()
        finally:
            limit.cancel()
            self._apart(child, start)

    def _meet(self, child: Leg) -> None:
        star: Action | None = self.over.fire if flag(self.element, "hangupOnStar") else None
        for one, other in ((self.leg, child), (child, self.leg)):
            if one.is_collector and not other.is_collector:
                talk.meet(self.engine, one, other, star=star)

    def _apart(self, child: Leg, start: datetime) -> None:
        for one, other in ((self.leg, child), (child, self.leg)):
            one.place, one.audible = None, False
            hearing.hear(one, "conference", other.record.to, start=start, end=self.engine.now)
            talk.part(self.engine, one)

    def _drop_all(self) -> None:
        for child in self.children:
            if not child.detached:
                answered = child.record.answered_at is not None
                self.engine.end(child, "completed" if answered else "canceled", 200 if answered else 487)

    @staticmethod
    def _fields(child: Leg, status: str) -> Form:
        answered = child.record.answered_at
        return [
            ("DialCallStatus", status),
            ("DialCallSid", child.record.sid),
            ("DialCallDuration", str(child.record.duration_seconds)),
            ("DialBridged", str(answered is not None).lower()),
        ]
